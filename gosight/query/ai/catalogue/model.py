"""What the catalogue speaks: a question as it was matched, and how it is answered."""

import re
from collections.abc import Callable

import msgspec

from gosight.query.ai.catalogue.spans import NUMBERS, Span
from gosight.query.ai.catalogue.telling import Tell, plural
from gosight.query.ai.catalogue.wording import Question
from gosight.query.ai.reply import Plan

MOST_ROWS = 1_000
PAGE = "JSONExtractString(properties, 'page')"
VIEW = "event_type = 'page_view'"


class Understood(msgspec.Struct, frozen=True):
    """How a question of the catalogue is answered; `tell` says in words what the rows mean."""

    plan: Plan
    tell: Tell


class Asked(msgspec.Struct, frozen=True):
    """A question that fits a pattern. `project`: the id that stands in the query."""

    question: Question
    project: str
    span: Span
    found: re.Match[str]

    def where(self, *conditions: str, time: str = "timestamp", prefix: str = "") -> str:
        """All conditions of one part of a query, the project's first. Bots are in no figure."""
        inside = [f"{prefix}customer_id = '{self.project}'", *conditions, self.span.on(prefix + time)]
        return " AND ".join(condition for condition in [*inside, f"NOT {prefix}is_bot"] if condition)

    def group(self, name: str) -> str:
        """What stands in a group of the pattern; "" where it has none or nothing stands there."""
        return self.found.groupdict().get(name) or ""

    def number(self, group: str, default: int) -> int | None:
        """None where it is no number of rows or times that makes sense."""
        word = self.group(group)
        number = default if not word else NUMBERS.get(word) or int(word)
        return number if 1 <= number <= MOST_ROWS else None


Build = Callable[[Asked], Understood | None]
"""None: it fits the pattern and is not understood all the same."""


class Metric(msgspec.Struct, frozen=True):
    """What is counted: rows, or with `each` the distinct values of a column. `word`: for one of them."""

    name: str
    each: str
    condition: str
    word: str
    table: str = "events_raw"
    time: str = "timestamp"

    @property
    def words(self) -> str:
        return plural(self.word)

    def counted(self, during: str) -> str:
        """Of those for which a condition holds."""
        condition = f"{self.condition} AND {during}" if self.condition else during
        return f"uniq(if({condition}, {self.each}, NULL))" if self.each else f"countIf({condition})"


PAGE_VIEWS = Metric("page_views", "", VIEW, "page view")
VISITORS = Metric("visitors", "visitor_id", "", "visitor")
SESSIONS = Metric("sessions", "", "", "session", "sessions", "started_at")
EVENTS = Metric("events", "", "", "event")


def metric(words: str) -> Metric:
    """Which one a question names."""
    if "view" in words:
        return PAGE_VIEWS
    if "visitor" in words or "user" in words:
        return VISITORS
    return EVENTS if "event" in words else SESSIONS


def on_page(condition: str) -> str:
    """A page view of pages for which a condition over `{page}` holds."""
    return f"{VIEW} AND {condition.replace('{page}', PAGE)}"
