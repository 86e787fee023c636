"""HTTP face of query: parse, call, reply."""

from gosight.query.routes import saved

ROUTES = [*saved.ROUTES]
