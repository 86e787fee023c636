"""Metrics over windows, read from the project's events.

What has a moment of its own (signals, errors, page views, events, web vitals) counts at that moment, so that a window
of five minutes tells of these five minutes, also in visits that began long before. What is said of visits (sessions,
users, bounce rate, duration) belongs to their start, as on the overview. Over a span that no visit reaches out of,
every metric is the figure of the overview, of insights and of errors.
"""

from collections.abc import Mapping, Sequence
from math import gcd

import msgspec

from gosight.alerts.model import Compare, Condition, Group, GroupBy, Reading
from gosight.kit.clock import DAY
from gosight.store.duck import Cursor
from gosight.store.sqlfile import sql

MOST_GROUPS = 50
"""Of a window, those nearest to firing: what more pages fall over at once tells a person nothing new."""
_BEFORE = {Compare.day_before: DAY, Compare.week_before: 7 * DAY}
_STATEMENTS = {
    "signals": "metrics.signals",
    "errors": "metrics.errors",
    "views": "metrics.views",
    "events": "metrics.events",
    "vitals": "metrics.vitals",
    "visits": "metrics.visits",
}

Windows = dict[int, "Window"]
"""By their ends."""


class Window(msgspec.Struct, frozen=True):
    """What groups a window held. `total`: how many there were, of which `groups` has at most MOST_GROUPS."""

    groups: Mapping[Group, Reading]
    total: int

    @property
    def cut(self) -> int:
        return max(0, self.total - MOST_GROUPS)


class _Row(msgspec.Struct, frozen=True):
    until: int
    path: str | None
    country: str | None
    device: str | None
    browser: str | None
    value: float | None
    sessions: int
    total: int


class Asked(msgspec.Struct, frozen=True):
    """What of a condition decides what is read; the threshold does not, so that many rules share a reading."""

    metric: str
    window: str
    direction: int
    compare: Compare | None
    group_by: tuple[GroupBy, ...]

    @classmethod
    def of(cls, condition: Condition) -> "Asked":
        by = tuple(condition.group_by)
        return cls(condition.metric, condition.window, condition.direction if by else 1, condition.compare, by)


def read(cursor: Cursor, condition: Condition, ends: Sequence[int]) -> Windows:
    """Each window that ends at one of `ends`, multiples of half a minute in microseconds."""
    now = _rows(cursor, condition, ends)
    if condition.compare is None:
        return {
            end: Window({group: Reading(row.value, row.sessions, row.value) for group, row in rows.items()}, total)
            for end, (rows, total) in now.items()
        }
    back = _BEFORE[condition.compare]
    earlier = _rows(cursor, condition, [end - back for end in ends])
    return {end: _compared(condition, now[end], earlier[end - back]) for end in ends}


_Groups = tuple[dict[Group, _Row], int]


def _compared(condition: Condition, now: _Groups, earlier: _Groups) -> Window:
    nothing = 0.0 if condition.measure.counts else None
    found = {}
    for group in {**now[0], **earlier[0]}:
        row, before = now[0].get(group), earlier[0].get(group)
        if (row is None and now[1] > MOST_GROUPS) or (before is None and earlier[1] > MOST_GROUPS):
            continue  # it may have been cut away
        is_, was = (row.value if row else nothing), (before.value if before else nothing)
        change = 100 * (is_ - was) / was if was and is_ is not None else None
        found[group] = Reading(change, row.sessions if row else 0, is_, was)
    return Window(found, max(now[1], earlier[1]))


def _rows(cursor: Cursor, condition: Condition, ends: Sequence[int]) -> dict[int, _Groups]:
    slot = gcd(condition.span, *ends)
    measure = condition.measure
    asked = {
        "since": min(ends) - condition.span,
        "until": max(ends),
        "window": condition.span,
        "slot": slot,
        "ends": list(ends),
        "most": MOST_GROUPS,
        "direction": condition.direction,
        **{f"by_{name}": name in condition.group_by for name in GroupBy},
        **({} if measure.statement == "views" else {"figure": measure.figure}),
    }
    found: dict[int, _Groups] = {end: ({}, 0) for end in ends}
    for row in cursor.all(sql("alerts", _STATEMENTS[measure.statement]), asked, into=_Row):
        groups, _ = found[row.until]
        groups[tuple((name.value, getattr(row, name.value)) for name in condition.group_by)] = row
        found[row.until] = (groups, row.total)
    return found
