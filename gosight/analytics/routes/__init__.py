"""HTTP face of analytics: parse, call, reply."""

from gosight.analytics.routes import errors, figures, insights

ROUTES = [*figures.ROUTES, *errors.ROUTES, *insights.ROUTES]
