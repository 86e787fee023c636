"""HTTP face of query: parse, call, reply."""

from gosight.query.routes import explore, query, saved, schema

ROUTES = [*query.ROUTES, *schema.ROUTES, *saved.ROUTES, *explore.ROUTES]
