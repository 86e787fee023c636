"""HTTP face of query: parse, call, reply."""

from gosight.query.routes import ai, explore, query, saved, schema

ROUTES = [*query.ROUTES, *ai.ROUTES, *schema.ROUTES, *saved.ROUTES, *explore.ROUTES]
