"""A request's body as a piece of a recording: unpacked within bounds, looked at, and kept as it came."""

import codecs
import gzip
import zlib
from typing import Annotated

import msgspec
from msgspec import Meta

from gosight.events import split
from gosight.kit.clock import DAY
from gosight.kit.errors import BadRequest, PayloadTooLarge
from gosight.kit.wire.words import refusal
from gosight.replay.model import Snapshot

STEP = 64 * 1024
"""Bytes unpacked at a time, so that a bomb is noticed when it begins to grow."""
MAX_EVENTS = 100_000
"""Events of a chunk. A browser that records for 10 s has some thousands at most; each takes memory while looked at."""
MAX_SIZE = 100_000
"""CSS pixels of a viewport; what is larger is none."""
FULL_SNAPSHOT, META = 2, 4
"""Of rrweb's types: the whole document, and before it the page's address and the size of its viewport."""
_TOO_DEEP = "the recording is nested too deeply"


class Recording(msgspec.Struct, frozen=True):
    """`body` is gzipped. Times in microseconds, as the browser gave them."""

    body: bytes
    events: int
    starts_at: int
    ends_at: int
    has_snapshot: bool
    snapshots: tuple[Snapshot, ...]


class _Event(msgspec.Struct):
    type: Annotated[int, Meta(ge=0)]
    timestamp: float


class _Whole(_Event):
    data: msgspec.Raw = msgspec.Raw(b"")


class _Page(msgspec.Struct):
    href: str
    width: float
    height: float


class _Document(msgspec.Struct):
    node: msgspec.Raw


_events = msgspec.json.Decoder(list[_Event]).decode
_wholes = msgspec.json.Decoder(list[_Whole]).decode
_page = msgspec.json.Decoder(_Page).decode
_document = msgspec.json.Decoder(_Document).decode


def read(body: bytes, encoding: str, largest: int) -> Recording:
    """Raises BadRequest where this is no array of rrweb events, PayloadTooLarge where it is over `largest` bytes.

    Takes up to 6 times `largest` in memory, so one at a time."""
    if encoding not in ("", "identity", "gzip", "x-gzip"):
        raise BadRequest(f"Content-Encoding: expected gzip or none, got {encoding[:40]!r}")
    is_gzip = body[:2] == b"\x1f\x8b"
    text = _unpacked(body, largest) if is_gzip else _as_it_is(body, largest)
    events = _checked(text)
    has_snapshot = any(event.type == FULL_SNAPSHOT for event in events)
    return Recording(
        body=body if is_gzip else gzip.compress(body, 6, mtime=0),
        events=len(events),
        starts_at=moment(events[0].timestamp),
        ends_at=moment(events[-1].timestamp),
        has_snapshot=has_snapshot,
        snapshots=_snapshots(text) if has_snapshot else (),
    )


def _as_it_is(body: bytes, largest: int) -> bytes:
    if len(body) > largest:
        raise _too_large(largest)
    utf8 = _Utf8()
    for begin in range(0, len(body), STEP):
        utf8.check(body[begin : begin + STEP])
    utf8.end()
    return body


def _unpacked(body: bytes, largest: int) -> bytearray:
    unzip = zlib.decompressobj(wbits=31)
    utf8 = _Utf8()
    text = bytearray()
    for begin in range(0, len(body), STEP):
        piece = body[begin : begin + STEP]
        while piece and not unzip.eof:
            try:
                part = unzip.decompress(piece, STEP)
            except zlib.error:
                raise BadRequest("the body is not valid gzip") from None
            text += part
            utf8.check(part)
            if len(text) > largest:
                raise _too_large(largest)
            piece = unzip.unconsumed_tail
        if unzip.unused_data or (unzip.eof and begin + STEP < len(body)):
            raise BadRequest("there is something behind the body's gzip; expected one member alone")
    if not unzip.eof:
        raise BadRequest("the body's gzip is cut short")
    utf8.end()
    return text


class _Utf8:
    """Looks at a text piece by piece, without ever having it whole as one."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")()

    def check(self, piece: bytes, *, is_last: bool = False) -> None:
        try:
            self._decoder.decode(piece, is_last)
        except UnicodeDecodeError:
            raise BadRequest("the recording is not valid UTF-8") from None

    def end(self) -> None:
        self.check(b"", is_last=True)


def _checked(text: bytes | bytearray) -> list[_Event]:
    try:
        events = _events(text)
    except msgspec.ValidationError as error:
        told = refusal(error, list[_Event]).message
        raise BadRequest(f"this is no array of rrweb events: {told.removeprefix('body: ')}") from None
    except RecursionError:
        raise BadRequest(_TOO_DEEP) from None
    except msgspec.DecodeError as error:
        raise BadRequest(f"this is no JSON: {error}; expected an array of rrweb events") from None
    if not events:
        raise BadRequest("expected an array of rrweb events, got an empty one")
    if len(events) > MAX_EVENTS:
        raise PayloadTooLarge(f"a chunk has at most {MAX_EVENTS} events, got {len(events)}; send it in smaller ones")
    return events


def _snapshots(text: bytes | bytearray) -> tuple[Snapshot, ...]:
    """Each whole document, at the address that was told before it."""
    found: list[Snapshot] = []
    page: _Page | None = None
    for position, event in enumerate(_wholes(text)):
        if event.type == META:
            page = _told(event.data)
        elif event.type == FULL_SNAPSHOT and page is not None and _is_document(event.data):
            path = split(page.href).path
            if path is not None:
                size = {"width": int(page.width), "height": int(page.height)}
                found.append(Snapshot(path=path, position=position, taken_at=moment(event.timestamp), **size))
    return tuple(found)


def _told(data: msgspec.Raw) -> _Page | None:
    """What is no such thing is left out of the index; the recording itself stays as it came."""
    try:
        page = _page(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return page if 0 < page.width <= MAX_SIZE and 0 < page.height <= MAX_SIZE else None


def _is_document(data: msgspec.Raw) -> bool:
    try:
        return bytes(_document(data).node)[:1] == b"{"
    except (msgspec.DecodeError, RecursionError):
        return False


def moment(timestamp: float) -> int:
    """Milliseconds, perhaps with a fraction, in microseconds; at most some 30,000 years from 1970."""
    return int(max(-1e15, min(1e15, timestamp)) * 1_000)


def clamped(at: int, received: int) -> int:
    """Within a day of receipt: a browser's clock may be wrong."""
    return max(received - DAY, min(received + DAY, at))


def _too_large(largest: int) -> PayloadTooLarge:
    return PayloadTooLarge(f"a chunk is at most {largest} bytes once unpacked; send it in smaller ones")
