"""From a request's bytes to a submission for the project's writer: what is known of each event when it is stored."""

from collections.abc import Sequence

import msgspec

from gosight.control import Project
from gosight.events import (
    MAX_ID,
    MAX_URL,
    NO_PAYLOAD,
    EventIn,
    Origin,
    Parcel,
    Submission,
    anonymous,
    batch_hash,
    gist,
    split,
    truncate,
)
from gosight.ingest import batch as batches
from gosight.ingest.batch import Context, Head, Rejection
from gosight.ingest.salts import Salts
from gosight.kit.clock import MINUTE, Clock
from gosight.kit.errors import BadRequest

_quoted = msgspec.json.Encoder().encode
_EMPTY = (b"{}", b"{ }")
_NO_CONTEXT = Context()


class Sender(msgspec.Struct, frozen=True):
    """Whom events describe, as far as the request itself tells. `address` "": nobody knows."""

    address: str
    user_agent: str | None


class Given(msgspec.Struct):
    """A batch of any contract, decoded: `events` is None where one was rejected. `size` in bytes, unpacked."""

    head: Head
    events: Sequence[EventIn | None]
    rejections: list[Rejection]
    size: int


class Taken(msgspec.Struct):
    """A batch as it goes to the writer. `count` is how many events it had; `index` finds an event's place again."""

    submission: Submission
    count: int
    rejections: list[Rejection]
    index: dict[int, int]


class _Identify(msgspec.Struct):
    user_id: str | None = None


class Intake:
    """Knows the rules of contract 0; knows no HTTP."""

    def __init__(self, clock: Clock, salts: Salts) -> None:
        self._clock = clock
        self._salts = salts

    def take(self, project: Project, body: bytes, encoding: str, sender: Sender) -> Taken:
        """Decode and check a batch. Raises where it is none; bad events are rejected alone."""
        unpacked = batches.unpack(body, encoding)
        head, events, rejections = batches.decode(unpacked, batches.NATIVE)
        return self.gather(project, Given(head, events, rejections, len(unpacked)), sender)

    def gather(
        self, project: Project, given: Given, sender: Sender, described: Sequence[Sender] | None = None
    ) -> Taken:
        """The same for a batch that is decoded. `described`: whom each event is about, where that isn't `sender`."""
        received = self._clock()
        head, events, rejections = given.head, given.events, given.rejections
        self._check_head(head)
        shift = self._shift(head, received)
        parcels: dict[tuple[str | None, str | None, Sender | None], Parcel] = {}
        index: dict[int, int] = {}
        for at, event in enumerate(events):
            if event is None:
                continue
            try:
                self._prepare(event, head, received, shift)
            except BadRequest as error:
                rejections.append(Rejection(at, error.code, error.message))
                continue
            index[id(event)] = at
            whose = (
                event.visitor_id or head.visitor_id or None,
                event.session_id or head.session_id or None,
                None if described is None else described[at],
            )
            parcel = parcels.get(whose)
            if parcel is None:
                about = whose[2] or sender
                parcel = parcels[whose] = Parcel(
                    visitors=(whose[0],) if whose[0] else self.anonymous(project, about),
                    session_id=whose[1],
                    origin=self._origin(project, head, about),
                    events=[],
                )
            # Whose it is the parcel tells: the writer need not carry it along with each row.
            event.visitor_id = event.session_id = None
            parcel.events.append(event)
        submission = Submission(
            parcels=list(parcels.values()),
            received=received,
            batch_hash=batch_hash(head.batch_id) if head.batch_id else None,
            size=given.size + 400 * len(events),
            session_gap=project.settings.session_timeout_minutes * MINUTE,
        )
        return Taken(submission, len(events), rejections, index)

    def _check_head(self, head: Head) -> None:
        batches.check_ids(head)
        if head.batch_id is not None and len(head.batch_id) > MAX_ID:
            raise BadRequest(f"batch_id: expected at most {MAX_ID} characters, got {len(head.batch_id)}")

    @staticmethod
    def _shift(head: Head, received: int) -> int:
        """What to add to the browser's times, where its clock is wrong."""
        if head.sent_at is None:
            return 0
        shift = received - batches.moment(head.sent_at, "sent_at")
        return shift if abs(shift) > batches.CLOCK_TOLERANCE else 0

    @staticmethod
    def _prepare(event: EventIn, head: Head, received: int, shift: int) -> None:
        """Check an event and make it the row it will be."""
        if not event.type or len(event.type) > batches.MAX_TYPE:
            raise BadRequest(f"type: expected 1 to {batches.MAX_TYPE} characters, got {len(event.type)}")
        if event.name is not None and len(event.name) > batches.MAX_TYPE:
            raise BadRequest(f"name: expected at most {batches.MAX_TYPE} characters, got {len(event.name)}")
        if event.id is not None and len(event.id) > MAX_ID:
            raise BadRequest(f"id: expected at most {MAX_ID} characters, got {len(event.id)}")
        batches.check_ids(event)
        event.at = received if event.ts is None else batches.moment(event.ts) + shift
        if event.at > received + batches.MAX_AHEAD:
            raise BadRequest("ts is over 24 hours in the future")
        if event.at < batches.EARLIEST:
            raise BadRequest("ts is not a time")
        event.received = received
        event.url = event.url[:MAX_URL] if event.url else None
        event.path = split(event.url).path
        event.user_id = event.user_id or head.user_id or None
        event.id = event.id or None
        _check_payload(event)

    def anonymous(self, project: Project, sender: Sender) -> tuple[str, ...]:
        """Stands in where the sender names no visitor."""
        agent = sender.user_agent or ""
        return tuple(anonymous.visitor(salt, project.id, sender.address, agent) for salt in self._salts.usable())

    @staticmethod
    def _origin(project: Project, head: Head, sender: Sender) -> Origin:
        said = head.context or _NO_CONTEXT
        anonymise = project.settings.privacy.anonymizeIp
        return Origin(
            ip=(truncate(sender.address) if anonymise else sender.address) or None,
            user_agent=sender.user_agent,
            screen=_short(said.screen),
            viewport=_short(said.viewport),
            language=_short(said.language),
            timezone=_short(said.timezone),
            allowed_domains=project.allowed_domains,
        )


def _short(text: str | None) -> str | None:
    return text[:64] if text else None


def _check_payload(event: EventIn) -> None:
    """A payload is an object. A page view keeps its referrer there; identify tells the user's id."""
    raw = bytes(event.payload)
    if raw == b"null":
        raw = b""
    elif raw[:1] != b"{":
        raise BadRequest("payload: expected an object")
    if event.type == "page_view":
        within = _referrer_within(raw)
        if within is not None:
            event.referrer = within[:MAX_URL]
        elif event.referrer:
            event.referrer = event.referrer[:MAX_URL]
            told = b'{"referrer":' + _quoted(event.referrer)
            raw = told + b"}" if not raw or _is_empty(raw) else told + b"," + raw[1:]
    elif event.type == "identify" and raw:
        _identify(event, raw)
    short = gist(raw)
    event.whole = None if short is raw else raw.decode()
    event.payload = msgspec.Raw(short) if raw else NO_PAYLOAD


class _Referrer(msgspec.Struct):
    referrer: msgspec.Raw = NO_PAYLOAD


def _referrer_within(raw: bytes) -> str | None:
    """What a payload itself tells; "" for what is no text. None: nothing."""
    if b'"referrer"' not in raw:
        return None
    told = bytes(msgspec.json.decode(raw, type=_Referrer).referrer)
    if told[:1] == b'"':
        return msgspec.json.decode(told, type=str)
    return None if told == b"null" else ""


def _is_empty(raw: bytes) -> bool:
    return raw in _EMPTY or not raw[1:-1].strip()


def _identify(event: EventIn, raw: bytes) -> None:
    try:
        said = msgspec.json.decode(raw, type=_Identify)
    except (msgspec.DecodeError, RecursionError):
        raise BadRequest("payload.user_id: expected a text") from None
    if said.user_id is not None and len(said.user_id) > MAX_ID:
        raise BadRequest(f"payload.user_id: expected at most {MAX_ID} characters")
    event.user_id = said.user_id or event.user_id
