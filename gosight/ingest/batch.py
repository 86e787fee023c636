"""A request's body as a batch: decoded whole where all is well, else event by event, so that a bad one falls alone."""

import re
import zlib
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

import msgspec

from gosight.events import MAX_ID, EventIn
from gosight.kit.clock import DAY, SECOND, from_datetime
from gosight.kit.errors import BadRequest, PayloadTooLarge
from gosight.kit.wire.words import refusal

MAX_BODY = 1024 * 1024
"""Bytes of a batch, unpacked."""
MAX_EVENT = 64 * 1024
"""Bytes of one event."""
MAX_EVENTS = 500
MAX_TYPE = 100
"""Characters of an event's type or name."""
CLOCK_TOLERANCE = 5 * SECOND
"""A browser clock wrong by more than this is corrected."""
MAX_AHEAD = DAY
EARLIEST = from_datetime(datetime(1, 1, 2, tzinfo=UTC))
LATEST_MS = 253_402_300_799_000
"""The last second of the year 9999, in milliseconds."""


class Context(msgspec.Struct, frozen=True):
    """What the SDK says of the browser."""

    screen: str | None = None
    viewport: str | None = None
    language: str | None = None
    timezone: str | None = None
    sdk: str | None = None


class Head(msgspec.Struct):
    """A batch but for its events."""

    batch_id: str | None = None
    sent_at: str | int | float | None = None
    visitor_id: str | None = None
    session_id: str | None = None
    user_id: str | None = None
    context: Context | None = None


class _HasEvents(msgspec.Struct):
    events: msgspec.Raw


class Rejection(msgspec.Struct, frozen=True):
    """Why the event at `index` of the batch is not stored."""

    index: int
    code: str
    message: str


_has_events = msgspec.json.Decoder(_HasEvents).decode
_BAD_JSON = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
H = TypeVar("H", bound=Head)
E = TypeVar("E", bound=msgspec.Struct)


class Form(Generic[H, E]):
    """How one contract writes a batch: a head of type `head`, and in `events` a list of `event`."""

    def __init__(self, head: type[H], event: type[E]) -> None:
        self.event = event
        self.loose = _with_events(head, msgspec.Raw)
        self.read_event = msgspec.json.Decoder(event).decode
        self.read_whole = msgspec.json.Decoder(_with_events(head, event)).decode
        self.read_loose = msgspec.json.Decoder(self.loose).decode


def _with_events(head: type[Head], event: Any) -> Any:
    events: Any = ("events", list[event], msgspec.field(default_factory=list))
    return msgspec.defstruct(f"{head.__name__}And{event.__name__}", [events], bases=(head,))


NATIVE = Form(Head, EventIn)
"""Contract 0's."""


def unpack(body: bytes, encoding: str) -> bytes:
    """The body as JSON text: gzip is recognised by header or by its first two bytes, and bounded while it unpacks."""
    if encoding not in ("", "identity", "gzip", "x-gzip"):
        raise BadRequest(f"Content-Encoding: expected gzip or none, got {encoding[:40]!r}")
    if body[:2] == b"\x1f\x8b":
        unzip = zlib.decompressobj(wbits=31)
        try:
            body = unzip.decompress(body, MAX_BODY + 1)
        except zlib.error:
            raise BadRequest("the body is not valid gzip") from None
        if len(body) <= MAX_BODY and not unzip.eof:
            raise BadRequest("the body's gzip is cut short")
    if len(body) > MAX_BODY:
        raise PayloadTooLarge(f"a batch is at most {MAX_BODY} bytes once unpacked; send it in smaller ones")
    return body


def decode(body: bytes, form: Form[H, E]) -> tuple[H, list[E | None], list[Rejection]]:
    """Head, events in order (None where rejected), and the rejections."""
    try:
        body.decode()
        batch = form.read_whole(body)
        small = len(body) <= MAX_EVENT or all(len(memoryview(raw)) <= MAX_EVENT for raw in form.read_loose(body).events)
    except _BAD_JSON:
        return _decode_each(body, form)
    if not batch.events or not small:
        return _decode_each(body, form)
    return batch, _counted(batch.events), []


def decode_one(body: bytes, form: Form[H, E]) -> tuple[list[E | None], list[Rejection]]:
    """The same for a body that is one event."""
    event, why = _alone(body, form)
    return [event], [] if why is None else [Rejection(0, why[0], why[1])]


def _decode_each(body: bytes, form: Form[H, E]) -> tuple[H, list[E | None], list[Rejection]]:
    head, raws = _apart(body, form)
    rejections: list[Rejection] = []
    events: list[E | None] = []
    for index, raw in enumerate(_counted(raws)):
        event, why = _alone(raw, form)
        events.append(event)
        if why is not None:
            rejections.append(Rejection(index, why[0], why[1]))
    return head, events, rejections


def _counted(events: list[Any]) -> list[Any]:
    if len(events) > MAX_EVENTS:
        raise PayloadTooLarge(f"a batch has at most {MAX_EVENTS} events, got {len(events)}; send it in smaller ones")
    return events


def _apart(body: bytes, form: Form[H, E]) -> tuple[H, list[bytes]]:
    """The batch with each event still as it came; also where one of them is no sound JSON or no UTF-8."""
    try:
        return _pieces(body, form)
    except _BAD_JSON:
        found = _cut_out_events(body)
    try:
        if found is not None:
            return _pieces(found[0], form)[0], found[1]
    except _BAD_JSON:
        pass
    raise BadRequest("the body is not valid JSON; expected an object with a list of events")


def _pieces(body: bytes, form: Form[H, E]) -> tuple[H, list[bytes]]:
    try:
        loose = form.read_loose(body)
        _has_events(body)
    except msgspec.ValidationError as error:
        raise BadRequest(f"this is no batch of events: {_readable(error, form.loose)}") from None
    return loose, [bytes(raw) for raw in loose.events]


# A string that never ends is one token up to the end, and nothing is tried twice: hostile text takes linear time.
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)|[\[\]{},]', re.DOTALL)


def _cut_out_events(body: bytes) -> tuple[bytes, list[bytes]] | None:
    """The body without its events, and the events, found by brackets and quotes alone. None: there is no such list."""
    depth = 0
    key_at = -1
    begin = last = -1
    parts: list[bytes] = []
    for token in _TOKEN.finditer(body):
        kind = body[token.start()]
        if begin < 0:
            if depth == 1 and token.group() == b'"events"':
                key_at = token.end()
            elif kind == 0x5B and depth == 1 and key_at >= 0 and body[key_at : token.start()].strip() == b":":
                begin, last = token.start(), token.end()
        elif depth == 2 and kind in (0x2C, 0x5D):
            parts.append(body[last : token.start()].strip())
            if len(parts) > MAX_EVENTS:
                raise PayloadTooLarge(f"a batch has at most {MAX_EVENTS} events; send it in smaller ones")
            last = token.end()
            if kind == 0x5D:
                only_blank = len(parts) == 1 and not parts[0]
                return body[:begin] + b"[]" + body[last:], [] if only_blank else parts
        if kind in (0x5B, 0x7B):
            depth += 1
        elif kind in (0x5D, 0x7D):
            depth -= 1
    return None


def _alone(raw: bytes, form: Form[H, E]) -> tuple[E | None, tuple[str, str] | None]:
    if len(raw) > MAX_EVENT:
        return None, ("PAYLOAD_TOO_LARGE", f"an event is at most {MAX_EVENT} bytes, got {len(raw)}")
    try:
        raw.decode()
        return form.read_event(raw), None
    except msgspec.ValidationError as error:
        return None, ("VALIDATION_ERROR", _readable(error, form.event))
    except UnicodeDecodeError:
        return None, ("VALIDATION_ERROR", "the event is not valid UTF-8")
    except RecursionError:
        return None, ("VALIDATION_ERROR", "the event is nested too deeply")
    except msgspec.DecodeError as error:
        return None, ("VALIDATION_ERROR", f"the event is not valid JSON: {error}")


def _readable(problem: msgspec.ValidationError, into: type[msgspec.Struct]) -> str:
    """`type: expected text, got a whole number`."""
    told = refusal(problem, into)
    field = told.details["field"] if told.details else "body"
    if field in ("ts", "timestamp", "sent_at"):
        return f"{field} is not a time"
    return told.message.removeprefix("body: ")


def moment(value: str | int | float, field: str = "ts") -> int:
    """ISO 8601 (UTC where no offset is given) or epoch milliseconds, in microseconds."""
    if isinstance(value, str):
        try:
            at = from_datetime(datetime.fromisoformat(_iso(value)))
        except (ValueError, OverflowError):
            raise BadRequest(f"{field} is not a time") from None
    elif -LATEST_MS < value <= LATEST_MS:
        at = int(value) * 1000
    else:
        raise BadRequest(f"{field} is not a time")
    if at < EARLIEST:
        raise BadRequest(f"{field} is not a time")
    return at


def _iso(text: str) -> str:
    """Python reads "1612121212121", which is milliseconds in quotes, as a day in 1612."""
    if text.isdigit():
        raise ValueError("digits alone are no ISO time")
    return text.strip()


def check_ids(holder: Head | EventIn) -> None:
    """Ids are short texts; an empty one counts as none."""
    for name in ("visitor_id", "session_id", "user_id"):
        value = getattr(holder, name)
        if value is not None and len(value) > MAX_ID:
            raise BadRequest(f"{name}: expected at most {MAX_ID} characters, got {len(value)}")
