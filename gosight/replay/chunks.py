"""Chunks in one file: added once, listed, read."""

from collections.abc import Mapping, Sequence

import msgspec

from gosight.replay.model import Chunk, Listed, SeenPage
from gosight.store.sqlfile import sql
from gosight.store.sqlite import ReplayFile, Transaction


class _Events(msgspec.Struct):
    events: int


class _Body(msgspec.Struct):
    body: bytes


class _Found(msgspec.Struct):
    found: int


class _Session(msgspec.Struct):
    session: str


def add(file: ReplayFile, group: Sequence[Chunk]) -> list[int]:
    """In one transaction. What is there already stays as it is. Answers how many events each has."""
    with file.write() as transaction:
        return [_add(transaction, chunk) for chunk in group]


def _add(transaction: Transaction, chunk: Chunk) -> int:
    which = {"session": chunk.session_id, "number": chunk.index}
    found = transaction.first(sql("replay", "chunks.find"), which, into=_Events)
    if found is not None:
        return found.events
    transaction.run(sql("replay", "bodies.add"), {"body": chunk.body})
    facts = {"starts_at": chunk.starts_at, "ends_at": chunk.ends_at, "events": chunk.events}
    facts |= {"bytes": len(chunk.body), "received_at": chunk.received_at, "has_snapshot": int(chunk.has_snapshot)}
    transaction.run(sql("replay", "chunks.add"), which | facts)
    for snapshot in chunk.snapshots:
        seen = which | msgspec.structs.asdict(snapshot) | {"device_type": chunk.device_type}
        transaction.run(sql("replay", "snapshots.add"), seen)
    return chunk.events


def has(file: ReplayFile, session_id: str) -> bool:
    """Is anything of this session here?"""
    return bool(file.all(sql("replay", "chunks.any"), {"session": session_id}, into=_Found))


def listed(file: ReplayFile, session_id: str) -> list[Listed]:
    return file.all(sql("replay", "chunks.of_session"), {"session": session_id}, into=Listed)


def body(file: ReplayFile, session_id: str, index: int) -> bytes | None:
    rows = file.all(sql("replay", "chunks.body"), {"session": session_id, "number": index}, into=_Body)
    return rows[0].body if rows else None


def expired(file: ReplayFile, before: int, most: int) -> list[str]:
    """Sessions whose last chunk was received before this moment, `most` of them."""
    asked = {"before": before, "most": most}
    return [row.session for row in file.all(sql("replay", "chunks.expired"), asked, into=_Session)]


def remove(file: ReplayFile, session_ids: Sequence[str]) -> None:
    """Everything of these sessions."""
    with file.write() as transaction:
        for session_id in session_ids:
            for statement in ("bodies.remove", "chunks.remove", "snapshots.remove"):
                transaction.run(sql("replay", statement), {"session": session_id})


def is_empty(file: ReplayFile) -> bool:
    return not file.all(sql("replay", "chunks.left"), into=_Found)


def latest_pages(file: ReplayFile, asked: Mapping[str, object]) -> list[SeenPage]:
    """The last one, or none."""
    return file.all(sql("replay", "snapshots.latest"), asked, into=SeenPage)
