"""One group of submissions into one transaction: count each thing once, find sessions, number rows, insert."""

from collections.abc import Sequence

import msgspec

from gosight.events.geo import Geo
from gosight.events.model import (
    EVENT_COLUMNS,
    SESSION_COLUMNS,
    EventIn,
    Outcome,
    Parcel,
    SessionRow,
    Submission,
)
from gosight.events.registry import Registry
from gosight.kit import ids
from gosight.kit.errors import BadRequest
from gosight.store.duck import Cursor, Refused
from gosight.store.sqlfile import sql

_encode = msgspec.json.Encoder().encode


class Progress(msgspec.Struct):
    """Where numbering stands, and how far derivation has come."""

    last_seq: int
    last_session_no: int
    derived_seq: int


class Committer:
    """Writes groups to one project's file. Lives on the writer's thread alone."""

    def __init__(self, cursor: Cursor, geo: Geo) -> None:
        self._cursor = cursor
        self.progress = cursor.one(sql("events", "progress.read"), into=Progress)
        self._registry = Registry(cursor, geo, self.progress.last_session_no)

    def commit(self, group: Sequence[Submission]) -> list[Outcome]:
        """Store a group whole or not at all; on return it is on the disk."""
        try:
            return self._commit(group)
        except BaseException:
            self._cursor.rollback()
            self._registry.forget()
            raise

    def commit_alone(self, submission: Submission) -> Outcome:
        """Store one submission of a group that DuckDB refused, without the events that are to blame."""
        try:
            return self.commit([submission])[0]
        except Refused as refusal:
            blamed = self._blame(submission)
            if not blamed:
                raise BadRequest("this batch holds a value that cannot be stored", cause=refusal.cause) from None
        for parcel in submission.parcels:
            parcel.events = [event for event in parcel.events if id(event) not in blamed]
        submission.parcels = [parcel for parcel in submission.parcels if parcel.events]
        outcome = self.commit([submission])[0]
        return Outcome(outcome.stored, tuple(blamed.values()))

    def _blame(self, submission: Submission) -> dict[int, EventIn]:
        """Events that fail alone, in a transaction that is never kept."""
        blamed: dict[int, EventIn] = {}
        for parcel in submission.parcels:
            for event in parcel.events:
                self._cursor.begin()
                try:
                    self._insert_events([_encode(event).decode()])
                except Refused:
                    blamed[id(event)] = event
                finally:
                    self._cursor.rollback()
        return blamed

    def _commit(self, group: Sequence[Submission]) -> list[Outcome]:
        self._registry.begin()
        fresh_hashes = self._fresh_hashes(group)
        received = max(submission.received for submission in group)
        seen_now: list[int] = []
        rows: list[str] = []
        outcomes: list[Outcome] = []
        taken: set[int] = set()
        self._registry.look_up(
            [parcel for submission in group for parcel in submission.parcels],
            received,
            max(submission.session_gap for submission in group),
        )
        for submission in group:
            before = len(rows)
            if submission.batch_hash is None or self._take(submission.batch_hash, fresh_hashes, taken, seen_now):
                self._number(submission, fresh_hashes, taken, seen_now, rows)
            outcomes.append(Outcome(len(rows) - before))
        if rows or seen_now:
            self._write(rows, seen_now, received)
        return outcomes

    def _fresh_hashes(self, group: Sequence[Submission]) -> set[int]:
        """Hashes of batch and event ids in this group that the project hasn't had."""
        hashes = {s.batch_hash for s in group if s.batch_hash is not None}
        for submission in group:
            for parcel in submission.parcels:
                hashes.update(event_hash(e.id) for e in parcel.events if e.id is not None)
        if not hashes:
            return hashes
        asked = {"hashes": list(hashes)}
        return hashes - {row[0] for row in self._cursor.rows(sql("events", "seen.find"), asked)}

    @staticmethod
    def _take(hashed: int, fresh: set[int], taken: set[int], seen_now: list[int]) -> bool:
        if hashed not in fresh or hashed in taken:
            return False
        taken.add(hashed)
        seen_now.append(hashed)
        return True

    def _number(
        self, submission: Submission, fresh: set[int], taken: set[int], seen_now: list[int], rows: list[str]
    ) -> None:
        received, progress = submission.received, self.progress
        for parcel in submission.parcels:
            parcel_events = [
                event
                for event in parcel.events
                if event.id is None or self._take(event_hash(event.id), fresh, taken, seen_now)
            ]
            if not parcel_events:
                continue
            placed = parcel if len(parcel_events) == len(parcel.events) else _only(parcel, parcel_events)
            session_no = self._registry.place(placed, received, submission.session_gap).session_no
            seq = progress.last_seq
            for event in parcel_events:
                seq += 1
                event.seq, event.session_no = seq, session_no
                rows.append(_encode(event).decode())
            progress.last_seq = seq

    def _write(self, rows: list[str], seen_now: list[int], received: int) -> None:
        cursor, registry = self._cursor, self._registry
        cursor.begin()
        if registry.new:
            self._sessions("sessions.insert", registry.new)
        if registry.earlier:
            self._sessions("sessions.context", list(registry.earlier.values()), bounded=True)
        if rows:
            self._insert_events(rows)
        if seen_now:
            cursor.run(sql("events", "seen.insert"), {"hashes": seen_now, "now": received})
        cursor.commit()

    def _insert_events(self, rows: list[str]) -> None:
        self._cursor.run(sql("events", "events.insert"), {"rows": rows, "types": EVENT_COLUMNS})

    def _sessions(self, statement: str, sessions: list[SessionRow], *, bounded: bool = False) -> None:
        asked: dict[str, object] = {"rows": [_encode(row).decode() for row in sessions], "types": SESSION_COLUMNS}
        if bounded:
            asked["first"] = min(row.session_no for row in sessions)
            asked["last"] = max(row.session_no for row in sessions)
        self._cursor.run(sql("events", statement), asked)


def batch_hash(batch_id: str) -> int:
    """How a batch's id is remembered."""
    return ids.hash64("batch:" + batch_id)


def event_hash(event_id: str) -> int:
    """How an event's own id is remembered."""
    return ids.hash64("event:" + event_id)


def _only(parcel: Parcel, events: list[EventIn]) -> Parcel:
    return Parcel(visitors=parcel.visitors, session_id=parcel.session_id, origin=parcel.origin, events=events)
