"""When recordings were refused because the disk was nearly full: a session without one can say why."""

import msgspec

from gosight.kit.clock import MINUTE, Clock
from gosight.store.sqlfile import sql
from gosight.store.sqlite import ControlFile

NOTED = MINUTE
"""Refusals within that long are noted as one."""
JOINED = 10 * MINUTE
"""Between two refusals of one outage, at most."""


class _Found(msgspec.Struct):
    found: int


class Outages:
    def __init__(self, file: ControlFile, clock: Clock) -> None:
        self._file = file
        self._clock = clock
        self._noted_at = 0

    def note(self) -> None:
        """A recording is refused now. Writes to gosight.db once a minute at most."""
        now = self._clock()
        if now - self._noted_at < NOTED:
            return
        self._noted_at = now
        with self._file.write() as transaction:
            if not transaction.run(sql("replay", "outages.extend"), {"now": now, "since": now - JOINED}):
                transaction.run(sql("replay", "outages.begin"), {"now": now})

    def between(self, since: int, until: int) -> bool:
        """Was anything refused between these moments (microseconds)?"""
        asked = {"since": since, "until": until}
        return bool(self._file.all(sql("replay", "outages.during"), asked, into=_Found))
