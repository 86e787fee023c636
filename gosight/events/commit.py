"""One group of submissions into one transaction: count each thing once, find sessions, number rows, insert."""

from collections.abc import Sequence
from itertools import chain

import msgspec

from gosight.events.filter import HashFilter
from gosight.events.geo import Geo
from gosight.events.live import Stored
from gosight.events.model import (
    EVENT_COLUMNS,
    EventIn,
    Outcome,
    Parcel,
    Recorded,
    Submission,
)
from gosight.events.registry import RECORDED, Registry
from gosight.events.wholes import parts_of
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
    waiting: int = 0
    """Arrivals that derivation has not sorted in."""


class Committer:
    """Writes groups to one project's file. Lives on the writer's thread alone."""

    def __init__(self, cursor: Cursor, geo: Geo, progress: Progress) -> None:
        """Up to `progress` all must have been derived: what waits beside events is known to no one else."""
        self._cursor = cursor
        self.progress = progress
        self._registry = Registry(cursor, geo, self.progress.last_session_no)
        self._seen = Seen(cursor)
        self._placed: list[Stored] = []
        self._stored: list[Stored] = []

    def commit(self, group: Sequence[Submission]) -> list[Outcome]:
        """Store a group whole or not at all; on return it is on the disk."""
        try:
            return self._commit(group)
        except BaseException:
            self._cursor.rollback()
            self._registry.undo()
            raise
        finally:
            self._placed = []

    def take_stored(self) -> list[Stored]:
        """What has been stored since this was asked last."""
        stored, self._stored = self._stored, []
        return stored

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
                    self._insert_events([event])
                except Refused:
                    blamed[id(event)] = event
                finally:
                    self._cursor.rollback()
        return blamed

    def _commit(self, group: Sequence[Submission]) -> list[Outcome]:
        self._registry.begin(self.progress.derived_seq)
        received = max(submission.received for submission in group)
        self._registry.look_up(
            [parcel for submission in group for parcel in _all_parcels(submission)],
            received,
            max(submission.session_gap for submission in group),
        )
        fresh = self._seen.fresh(_hashes(group))
        taken: set[int] = set()
        events: list[EventIn] = []
        recorded: list[str] = []
        outcomes: list[Outcome] = []
        for submission in group:
            before = len(events)
            if submission.batch_hash is None or _take(submission.batch_hash, fresh, taken):
                self._number(submission, fresh, taken, events)
                recorded += [self._recorded(submission, piece) for piece in submission.recorded]
            outcomes.append(Outcome(len(events) - before))
        if events or taken or recorded:
            self._write(events, taken, recorded, received)
        self._stored += self._placed
        return outcomes

    def _number(self, submission: Submission, fresh: set[int], taken: set[int], numbered: list[EventIn]) -> None:
        received, seq = submission.received, self.progress.last_seq
        for parcel in submission.parcels:
            events = [e for e in parcel.events if e.id is None or _take(event_hash(e.id), fresh, taken)]
            if not events:
                continue
            placed = parcel if len(events) == len(parcel.events) else _only(parcel, events)
            known = self._registry.place(placed, received, submission.session_gap)
            session_no = known.session_no
            for event in events:
                seq += 1
                event.seq, event.session_no = seq, session_no
            numbered += events
            known.last_seq = seq
            begun = self._registry.begun.pop(session_no, None)
            self._placed.append(
                Stored(session_no, known.session_id, known.visitor_id, known.is_bot, received, events, begun)
            )
        self.progress.last_seq = seq

    def _recorded(self, submission: Submission, piece: Recorded) -> str:
        """Takes a number like an event, so that whoever reads waits until it is derived."""
        self.progress.last_seq += 1
        known = self._registry.place(piece.parcel, submission.received, submission.session_gap, RECORDED + piece.index)
        known.last_seq = self.progress.last_seq
        told = {"recorded": known.session_no, "starts_at": piece.starts_at, "ends_at": piece.ends_at}
        return _encode(told | {"received": submission.received}).decode()

    def _write(self, events: list[EventIn], taken: set[int], recorded: list[str], received: int) -> None:
        arrivals = [_encode(row).decode() for row in self._registry.rows] + recorded
        arrivals += [f'{{"hash":{value},"received":{received}}}' for value in taken]
        self._cursor.begin()
        if events:
            self._insert_events(events)
        if arrivals:
            self._cursor.run(sql("events", "arrivals.insert"), {"rows": arrivals})
        self._cursor.commit()
        self._seen.add(taken)

    def derived(self, upto: int) -> None:
        """The file itself knows all sessions and hashes up to this event."""
        self.progress.derived_seq = max(upto, self.progress.derived_seq)
        self._seen.sorted_in(upto, self.progress.last_seq)

    def _insert_events(self, events: list[EventIn]) -> None:
        rows = [_row(event) for event in events]
        self._cursor.run(sql("events", "events.insert"), {"rows": rows, "types": EVENT_COLUMNS})
        if large := [event for event in events if event.whole is not None]:
            self._cursor.run(sql("events", "wholes.insert"), parts_of(large))


def _row(event: EventIn) -> str:
    """As `events.insert` reads it: a large payload stands elsewhere."""
    whole, event.whole = event.whole, None
    try:
        return _encode(event).decode()
    finally:
        event.whole = whole


class Seen:
    """Hashes of batch and event ids of the last 7 days: those in the file, and those that are on their way there."""

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor
        self._waiting: set[int] = set()
        self._older: set[int] = set()
        """Waiting as well, but for no event after `_older_seq`."""
        self._older_seq = 0
        self._filter = self._load()

    def _load(self) -> HashFilter:
        return HashFilter.of(chain(self._cursor.numbers(sql("events", "seen.all")), self._older, self._waiting))

    def fresh(self, hashes: set[int]) -> set[int]:
        """Those of `hashes` that the project hasn't had."""
        if self._filter.is_full:
            self._filter = self._load()
        unknown = hashes - self._waiting - self._older
        unsure = [value for value in unknown if self._filter.may_hold(value)]
        if not unsure:
            return unknown
        return unknown - {row[0] for row in self._cursor.rows(sql("events", "seen.find"), {"hashes": unsure})}

    def add(self, hashes: set[int]) -> None:
        self._waiting |= hashes
        self._filter.add(hashes)

    def sorted_in(self, upto: int, last_seq: int) -> None:
        """What came with events up to `upto` is in the file. Under load there is always something that isn't yet."""
        if upto >= self._older_seq:
            self._older, self._older_seq, self._waiting = self._waiting, last_seq, set()


def batch_hash(batch_id: str) -> int:
    """How a batch's id is remembered."""
    return ids.hash64("batch:" + batch_id)


def event_hash(event_id: str) -> int:
    """How an event's own id is remembered."""
    return ids.hash64("event:" + event_id)


def _all_parcels(submission: Submission) -> list[Parcel]:
    return submission.parcels + [piece.parcel for piece in submission.recorded]


def _hashes(group: Sequence[Submission]) -> set[int]:
    """Of all batches and events of a group that have an id."""
    hashes = {s.batch_hash for s in group if s.batch_hash is not None}
    for submission in group:
        for parcel in submission.parcels:
            hashes.update(event_hash(event.id) for event in parcel.events if event.id is not None)
    return hashes


def _take(hashed: int, fresh: set[int], taken: set[int]) -> bool:
    """Is this the first time that the hash comes? Then it counts from now on."""
    if hashed not in fresh or hashed in taken:
        return False
    taken.add(hashed)
    return True


def _only(parcel: Parcel, events: list[EventIn]) -> Parcel:
    return Parcel(visitors=parcel.visitors, session_id=parcel.session_id, origin=parcel.origin, events=events)
