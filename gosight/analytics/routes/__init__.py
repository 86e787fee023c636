"""HTTP face of analytics: parse, call, reply."""

from gosight.analytics.routes import errors, figures, heatmaps, insights, sourcemaps

ROUTES = [*figures.ROUTES, *errors.ROUTES, *insights.ROUTES, *heatmaps.ROUTES, *sourcemaps.ROUTES]
