"""HTTP face of query: parse, call, reply."""

from gosight.query.routes import query, saved, schema

ROUTES = [*query.ROUTES, *saved.ROUTES, *schema.ROUTES]
