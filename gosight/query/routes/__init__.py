"""HTTP face of query: parse, call, reply."""

from gosight.query.routes import query, saved

ROUTES = [*query.ROUTES, *saved.ROUTES]
