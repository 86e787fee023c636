"""Days that are over, added up: written by whoever derives, read by whoever asks for months.

A day in UTC is added up once it is over, and again whenever one of its sessions has changed since; until then it is
stale, and its figures come from its sessions. Sums only: they depend on nothing but the sessions of that day.
"""

from datetime import date

import msgspec

from gosight.kit.clock import DAY, Clock
from gosight.store.duck import Cursor
from gosight.store.sqlfile import sql

_ANEW = (
    "rollup.hours_delete",
    "rollup.values_delete",
    "rollup.paths_delete",
    "rollup.hours",
    "rollup.values",
    "rollup.paths",
    "rollup.stale_delete",
    "rollup.advance",
)


class _Next(msgspec.Struct):
    day: date | None


def add_up(cursor: Cursor, clock: Clock) -> bool:
    """The next day, in one transaction of some 30 ms. False where there is none left."""
    over = clock() // DAY * DAY
    day = cursor.one(sql("events", "rollup.next"), {"over": over}, into=_Next).day
    if day is None:
        return False
    asked = {"day": day}
    with cursor.transaction():
        for name in _ANEW:
            cursor.run(sql("events", name), asked)
    return True
