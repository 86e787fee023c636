"""Which days of a range are added up already, and what is left of it for the sessions themselves to tell."""

from collections.abc import Iterator

import msgspec

from gosight.kit.clock import DAY, to_datetime
from gosight.store.duck import Cursor
from gosight.store.sqlfile import sql

LOOSE = 4
"""Spans that the statements read sessions of: both ends, the seam of now and before, and days that have changed."""
LEAST_DAYS = 3
"""Where fewer are added up, the sessions themselves tell as quickly."""


class _State(msgspec.Struct):
    until: int
    stale: list[int]


def parameters(cursor: Cursor, since: int, middle: int, until: int) -> dict[str, object] | None:
    """What the `…_rolled` statements want to know of the range before and after `middle`: `days` that are added up, as
    dates, and `since_1`, `until_1` and so on for what lies around them. None where too few are, or too many changed."""
    state = cursor.one(sql("analytics", "rolled.state"), {"since": since, "until": until}, into=_State)
    whole = [*_days(since, middle, state), *_days(middle, until, state)]
    loose = list(_around(whole, since, until))
    if len(whole) < LEAST_DAYS or len(loose) > LOOSE:
        return None
    spans = loose + [(0, 0)] * (LOOSE - len(loose))
    edges = {f"{name}_{n}": span[at] for n, span in enumerate(spans, 1) for at, name in enumerate(("since", "until"))}
    return {"days": [to_datetime(day).date() for day in whole], **edges}


def _days(since: int, until: int, state: _State) -> Iterator[int]:
    """First moments of days that lie in the span whole, and are added up."""
    stale = set(state.stale)
    for day in range(-(-since // DAY) * DAY, min(until, state.until) - DAY + 1, DAY):
        if day not in stale:
            yield day


def _around(days: list[int], since: int, until: int) -> Iterator[tuple[int, int]]:
    """What of the span no day covers, in order."""
    at = since
    for day in days:
        if day > at:
            yield at, day
        at = day + DAY
    if until > at:
        yield at, until
