"""The daily salts behind anonymous visitors: made when first needed, thrown away when their time is over."""

import secrets
import threading
from datetime import date, datetime

import msgspec

from gosight.events import anonymous
from gosight.kit.clock import Clock, to_datetime
from gosight.store.sqlfile import sql
from gosight.store.sqlite import ControlFile


class _Salt(msgspec.Struct):
    name: str
    value: str


class Salts:
    """Kept in gosight.db, so that a restart breaks no session."""

    def __init__(self, control: ControlFile, clock: Clock) -> None:
        self._control = control
        self._clock = clock
        self._lock = threading.Lock()
        self._known: dict[date, bytes] = {}

    def usable(self) -> tuple[bytes, ...]:
        """Today's salt, and for a while after midnight yesterday's behind it."""
        now = to_datetime(self._clock())
        found = anonymous.candidates(self._known, now)
        if found:
            return found
        with self._lock:
            self._renew(now)
        return anonymous.candidates(self._known, now)

    def _renew(self, now: datetime) -> None:
        today = {"name": f"salt:{now.date().isoformat()}", "value": secrets.token_hex(anonymous.SALT_BYTES)}
        with self._control.write() as transaction:
            transaction.run(sql("ingest", "salts.make"), today | {"now": self._clock()})
            rows = transaction.all(sql("ingest", "salts.all"), into=_Salt)
            known = {date.fromisoformat(row.name.removeprefix("salt:")): bytes.fromhex(row.value) for row in rows}
            for day in anonymous.expired(known, now):
                transaction.run(sql("ingest", "salts.drop"), {"name": f"salt:{day.isoformat()}"})
                del known[day]
        self._known = known
