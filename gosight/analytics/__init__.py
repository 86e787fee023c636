"""Figures: the overview, lists of sessions, one session, one visitor. Reads what `events` keeps; writes nothing.

Each figure is defined in one file of `sql/`; what a caller asks for selects SQL and never writes it.
"""

from gosight.analytics import overview
from gosight.analytics.model import Filters, Order, Range, Sort

__all__ = ["Filters", "Order", "Range", "Sort", "overview"]
