"""Figures: the overview, lists of sessions, one session, one visitor, errors. Reads what `events` keeps and writes none
of it; owns gosight.db's tables fault_marks and sourcemaps, and the projects' folders `sourcemaps`.

Each figure is defined in one file of `sql/`; what a caller asks for selects SQL and never writes it.
"""

from gosight.analytics import fault_marks, overview
from gosight.analytics.model import ErrorStatus, Filters, Interval, Order, Range, Sort
from gosight.analytics.sourcemaps import Sourcemap, Sourcemaps

__all__ = [
    "ErrorStatus",
    "Filters",
    "Interval",
    "Order",
    "Range",
    "Sort",
    "Sourcemap",
    "Sourcemaps",
    "fault_marks",
    "overview",
]
