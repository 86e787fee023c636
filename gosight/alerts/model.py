"""What alerts speak: conditions, groups, readings, and what fired."""

import math
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Literal

import msgspec

from gosight.kit.clock import DAY, HOUR, MINUTE, SECOND
from gosight.kit.errors import field_error

MARK = 30 * SECOND
"""Windows end at every full and every half minute: when it is looked makes no difference to what fires."""
MIN_WINDOW, MAX_WINDOW = MINUTE, 7 * DAY
MAX_THRESHOLD = 1e15
MAX_EVENT = 100
"""Characters of an event's name."""

Group = tuple[tuple[str, str | None], ...]
"""Values of a rule's `group_by`, in its order: `(("path", "/checkout"),)`. Empty where there is none."""


class Operator(StrEnum):
    more = ">"
    at_least = ">="
    less = "<"
    at_most = "<="


class Compare(StrEnum):
    """With which window the present one is compared; the threshold is then a change in percent."""

    day_before = "day_before"
    week_before = "week_before"


class GroupBy(StrEnum):
    path = "path"
    country = "country"
    device = "device"
    browser = "browser"


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """How a metric is read: one of `sql/metrics.*`, what it is asked for. `counts`: nothing there is 0, not unknown."""

    statement: Literal["signals", "errors", "views", "events", "vitals", "visits"]
    figure: str | None
    counts: bool = True
    label: str
    unit: str = ""
    page: str = "overview"
    """Of the dashboard, where it is looked at."""


MEASURES: dict[str, Measure] = {
    "rage_clicks": Measure(statement="signals", figure="rage_click", label="Rage clicks", page="insights"),
    "dead_clicks": Measure(statement="signals", figure="dead_click", label="Dead clicks", page="insights"),
    "error_clicks": Measure(statement="signals", figure="error_click", label="Error clicks", page="insights"),
    "js_errors": Measure(statement="errors", figure="js_errors", label="JavaScript errors", page="errors"),
    "error_sessions": Measure(statement="errors", figure="error_sessions", label="Sessions with errors", page="errors"),
    "sessions": Measure(statement="visits", figure="sessions", label="Sessions"),
    "users": Measure(statement="visits", figure="users", label="Users"),
    "pageviews": Measure(statement="views", figure=None, label="Page views"),
    "events": Measure(statement="events", figure=None, label="Events", page="sessions"),
    "bounce_rate": Measure(statement="visits", figure="bounce_rate", label="Bounce rate", counts=False, unit="%"),
    "avg_session_duration": Measure(
        statement="visits", figure="avg_session_duration", label="Average session", counts=False, unit="s"
    ),
    **{
        f"web_vitals.{name.lower()}": Measure(
            statement="vitals", figure=name, label=f"{name} (75th percentile)", counts=False, unit=unit, page="sessions"
        )
        for name, unit in (("LCP", "ms"), ("INP", "ms"), ("CLS", ""), ("FCP", "ms"), ("TTFB", "ms"))
    },
}
EVENT = "event:"
"""Before a custom event's name (or any event's type): `event:order_placed`."""


class Condition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """`metric` over the last `window` against `threshold`.

    Metrics: rage_clicks, dead_clicks, error_clicks, js_errors, error_sessions, sessions, users, pageviews, events,
    bounce_rate (percent), avg_session_duration (seconds), web_vitals.lcp, .inp, .fcp, .ttfb (milliseconds) and .cls as
    the 75th percentile, and `event:NAME` for how often a custom event (or an event of that type) came. Windows are
    1m to 7d: `5m`, `2h`, `1d`. With `compare`, `threshold` is the change in percent against the same window a day or a
    week before; where that one was 0 nothing fires. With `group_by` each combination of values is judged for itself.
    """

    metric: str
    operator: Operator
    threshold: int | float
    window: str
    compare: Compare | None = None
    group_by: list[GroupBy] = []

    def checked(self) -> "Condition":
        """Itself; BadRequest names the field that can't be."""
        measure_of(self.metric)
        window_of(self.window)
        if not math.isfinite(self.threshold) or abs(self.threshold) > MAX_THRESHOLD:
            raise field_error("condition.threshold", f"a number of at most {MAX_THRESHOLD:g}", self.threshold)
        if len(set(self.group_by)) < len(self.group_by):
            raise field_error(
                "condition.group_by", "each of path, country, device, browser once at most", [*self.group_by]
            )
        return self

    @property
    def span(self) -> int:
        """Microseconds of the window."""
        return window_of(self.window)

    @property
    def measure(self) -> Measure:
        return measure_of(self.metric)

    @property
    def direction(self) -> int:
        """1 where large values fire, -1 where small ones do."""
        return 1 if self.operator in (Operator.more, Operator.at_least) else -1

    def holds(self, value: float | None) -> bool:
        """An average of nothing never does."""
        if value is None:
            return False
        match self.operator:
            case Operator.more:
                return value > self.threshold
            case Operator.at_least:
                return value >= self.threshold
            case Operator.less:
                return value < self.threshold
            case Operator.at_most:
                return value <= self.threshold


def measure_of(metric: str) -> Measure:
    found = MEASURES.get(metric)
    if found is not None:
        return found
    name = metric.removeprefix(EVENT)
    if metric.startswith(EVENT) and 1 <= len(name) <= MAX_EVENT and name == name.strip() and name.isprintable():
        return Measure(statement="events", figure=name, counts=True, label=f"Events “{name}”", page="sessions")
    known = f"one of {', '.join(MEASURES)}, or event:NAME with a name of at most {MAX_EVENT} characters"
    raise field_error("condition.metric", known, metric)


_WINDOW = re.compile(r"([1-9][0-9]{0,4})([mhd])", re.ASCII)
_UNITS = {"m": MINUTE, "h": HOUR, "d": DAY}


def window_of(text: str) -> int:
    """`5m`, `2h`, `1d` in microseconds."""
    found = _WINDOW.fullmatch(text)
    span = int(found[1]) * _UNITS[found[2]] if found else 0
    if not MIN_WINDOW <= span <= MAX_WINDOW:
        raise field_error("condition.window", "a length from 1m to 7d such as 5m, 2h or 1d", text)
    return span


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """As it is kept. `since`: windows that end after it are judged. `revision`: another with every change of what is
    judged. `groups_cut`: how many groups were not looked at last time. Times in microseconds."""

    number: int
    id: str
    project: int
    name: str
    description: str
    condition: str
    channels: str
    cooldown_mins: int
    notify_resolved: bool
    is_active: bool
    since: int
    revision: int
    last_triggered: int | None
    groups_cut: int
    created_at: int

    @property
    def wanted(self) -> Condition:
        return msgspec.json.decode(self.condition, type=Condition)

    @property
    def channel_ids(self) -> list[str]:
        return msgspec.json.decode(self.channels, type=list[str])

    @property
    def cooldown(self) -> int:
        return self.cooldown_mins * MINUTE


class Reading(msgspec.Struct, frozen=True):
    """What a window held. `value`: what is judged; with `compare` a change, of `now` against `before`."""

    value: float | None
    sessions: int
    now: float | None
    before: float | None = None


class State(msgspec.Struct, frozen=True, kw_only=True):
    """Of a rule and group that fires (`resolved_at` None) or did. `history`: number of its row there."""

    rule: int
    group: Group
    triggered_at: int
    resolved_at: int | None
    history: int

    @property
    def fires(self) -> bool:
        return self.resolved_at is None


class Firing(msgspec.Struct, frozen=True, kw_only=True):
    """From one end of a window to another's. `history`: the row of one that fired before; None for a new one."""

    group: Group
    triggered_at: int
    resolved_at: int | None = None
    reading: Reading | None = None
    history: int | None = None


def group_key(group: Group) -> str:
    return msgspec.json.encode(dict(group)).decode()


def group_of(key: str) -> Group:
    return tuple(msgspec.json.decode(key, type=dict[str, str | None]).items())


def plain(value: float) -> int | float:
    """15, not 15.0; at most six digits behind the point."""
    return int(value) if float(value).is_integer() else round(value, 6)


def context_of(condition: Condition, group: Group, reading: Reading) -> dict[str, Any]:
    """What history keeps beside the value."""
    found: dict[str, Any] = {**dict(group), "affected_sessions": reading.sessions, "window": condition.window}
    if condition.compare is not None:
        found["value"] = None if reading.now is None else plain(reading.now)
        found["value_before"] = None if reading.before is None else plain(reading.before)
    return found


def in_words(group: Mapping[str, Any] | Group) -> str:
    """`/checkout, DE`: empty without groups."""
    return ", ".join(str(value) if value is not None else "unknown" for _, value in dict(group).items())
