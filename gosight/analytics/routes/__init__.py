"""HTTP face of analytics: parse, call, reply."""

from gosight.analytics.routes import figures

ROUTES = [*figures.ROUTES]
