"""HTTP face of analytics: parse, call, reply."""

from gosight.analytics.routes import figures, insights

ROUTES = [*figures.ROUTES, *insights.ROUTES]
