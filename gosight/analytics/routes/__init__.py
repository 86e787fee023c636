"""HTTP face of analytics: parse, call, reply."""

from gosight.analytics.routes import errors, figures, heatmaps, insights, replays, sourcemaps

ROUTES = [*figures.ROUTES, *errors.ROUTES, *insights.ROUTES, *heatmaps.ROUTES, *replays.ROUTES, *sourcemaps.ROUTES]
