"""HTTP face of timed sessions: contract 3, and the dashboard's page in contract 1."""

from gosight.compat.session_server.routes import contract, page

ROUTES = [*contract.ROUTES, *page.ROUTES]
