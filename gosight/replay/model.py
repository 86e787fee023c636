"""What replay speaks: chunks as they are stored and listed, and pages as visitors saw them. Moments in microseconds."""

import msgspec

MAX_INDEX = 9_999
"""Chunks of a session: at one each 10 s, a day."""


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """A page as a visitor saw it: the event at `position` of a chunk, a full snapshot. Sizes of the viewport in CSS
    pixels."""

    path: str
    position: int
    taken_at: int
    width: int
    height: int


class Chunk(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of a session's recording. `body` is gzipped JSON, an array of rrweb events. `snapshots` are
    those of its full snapshots (`has_snapshot`) whose page is known."""

    session_id: str
    index: int
    starts_at: int
    ends_at: int
    events: int
    received_at: int
    body: bytes
    has_snapshot: bool
    snapshots: tuple[Snapshot, ...] = ()
    device_type: str | None = None


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A chunk without what is in it. `bytes` as it is stored. `has_snapshot`: None where nobody looked when it came."""

    index: int
    starts_at: int
    ends_at: int
    events: int
    bytes: int
    received_at: int
    has_snapshot: bool | None


class SeenPage(msgspec.Struct, frozen=True, kw_only=True):
    """Where a page is that somebody saw: the full snapshot (rrweb type 2) at `position` of this chunk's events."""

    session_id: str
    index: int
    position: int
    taken_at: int
    path: str
    width: int
    height: int
    device_type: str | None
