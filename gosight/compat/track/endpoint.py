"""POST /track and /track/batch as plain ASGI functions: here, as in native ingest, every microsecond counts."""

from collections.abc import Sequence

import msgspec

from gosight.compat.track import model
from gosight.compat.track.model import FORM, Tracked, TrackHead
from gosight.control import Control, Project, senders
from gosight.events import EventIn
from gosight.ingest import Given, Ingest, Intake, Rejection, Sender, Taken, decode, decode_one, unpack
from gosight.kit.errors import (
    BadRequest,
    GoSightError,
    NotFound,
    PayloadTooLarge,
    RateLimited,
    Unauthorized,
    Unavailable,
)
from gosight.kit.operator import Operator
from gosight.kit.wire.asgi import Headers, answer_post, encoding
from gosight.kit.wire.types import Receive, Scope, Send

ACCEPTED = b'{"success":true,"events_accepted":1,"events_rejected":0,"message":"Event accepted"}'
EXPECTED_KEY = "expected an API key that may write, as Authorization: Bearer gs_… or in X-GoSight-Key, got none"
_SAID: tuple[tuple[type[GoSightError], str], ...] = (
    (BadRequest, "Invalid event format"),
    (RateLimited, "Rate limit exceeded"),
    (Unavailable, "Service degraded"),
)
"""How the contract begins what it says of an error."""

_encode = msgspec.json.Encoder().encode


class _Reply(msgspec.Struct):
    success: bool
    events_accepted: int
    events_rejected: int
    message: str
    errors: list[Rejection]


class Track:
    """Both addresses. Lives on the event loop."""

    def __init__(self, control: Control, ingest: Ingest, intake: Intake, operator: Operator) -> None:
        self._control = control
        self._ingest = ingest
        self._intake = intake
        self._operator = operator

    async def one(self, scope: Scope, receive: Receive, send: Send) -> None:
        """POST /track"""
        await answer_post(scope, receive, send, self._one)

    async def batch(self, scope: Scope, receive: Receive, send: Send) -> None:
        """POST /track/batch"""
        await answer_post(scope, receive, send, self._batch)

    async def _one(self, scope: Scope, headers: Headers, receive: Receive) -> bytes:
        try:
            taken = await self._taken(scope, headers, receive, is_single=True)
            if taken.rejections:
                raise _alone(taken.rejections[0])
        except GoSightError as error:
            raise _as_contracted(error) from None
        return ACCEPTED

    async def _batch(self, scope: Scope, headers: Headers, receive: Receive) -> bytes:
        try:
            return _accepted(await self._taken(scope, headers, receive, is_single=False))
        except GoSightError as error:
            raise _as_contracted(error) from None

    async def _taken(self, scope: Scope, headers: Headers, receive: Receive, *, is_single: bool) -> Taken:
        """What was sent, once it is on the disk."""
        project = self._project(scope, headers)
        body = unpack(await self._ingest.inlet.body(headers, receive), encoding(headers))
        tracked: Sequence[Tracked | None]
        if is_single:
            head = TrackHead()
            tracked, rejections = decode_one(body, FORM)
            if rejections:
                raise _alone(rejections[0])
        else:
            head, tracked, rejections = decode(body, FORM)
        project = project or self._named(head, tracked)
        sender = self._ingest.sender(scope, headers) if _is_browser(headers) else None
        events, described = _events(project, head, tracked, rejections, describes=sender is None)
        given = Given(head, events, rejections, len(body))
        taken = self._intake.gather(project, given, sender or model.UNKNOWN, described)
        await self._ingest.keep(project, taken, is_limited=not self._operator.sent(headers))
        return taken

    def _project(self, scope: Scope, headers: Headers) -> Project | None:
        """The key's. None for a developer without one: there the events themselves tell."""
        key = _bearer(headers) or senders.key(headers, scope["query_string"])
        if key:
            return senders.opened(self._control.directory, key, headers)
        if not self._control.dev:
            raise Unauthorized(EXPECTED_KEY)
        names = {name.decode("latin-1"): value.decode("latin-1") for name, value in headers.items()}
        self._control.door.caller(names, scope["client"][0] if scope.get("client") else "")
        return None

    def _named(self, head: TrackHead, tracked: Sequence[Tracked | None]) -> Project:
        """The first project that there is among those that events name."""
        named = [one.customer_id or head.customer_id for one in tracked if one is not None] or [head.customer_id]
        for ref in named:
            found = self._control.directory.project(ref) if ref else None
            if found is not None:
                return found
        raise NotFound(f"there is no project {model.customer(named[0])[:64]}")


def _events(
    project: Project,
    head: TrackHead,
    tracked: Sequence[Tracked | None],
    rejections: list[Rejection],
    *,
    describes: bool,
) -> tuple[list[EventIn | None], list[Sender] | None]:
    """Events as contract 0 has them, and, where a server sends them, whom each is about."""
    events: list[EventIn | None] = []
    described: list[Sender] = []
    names = (project.id, project.slug)
    for at, one in enumerate(tracked):
        made, whom = None, model.UNKNOWN
        if one is not None:
            try:
                ref = one.customer_id or head.customer_id
                if ref not in names:
                    raise NotFound(f"there is no project {model.customer(ref)[:64]} for this key")
                made = model.event(one)
                if describes:
                    whom = model.about(one, head, made)
            except GoSightError as error:
                rejections.append(Rejection(at, error.code, error.message))
                made = None
        events.append(made)
        described.append(whom)
    return events, described if describes else None


def _bearer(headers: Headers) -> str:
    scheme, _, key = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


def _is_browser(headers: Headers) -> bool:
    """Only browsers send these, and pages can't take them away."""
    return b"origin" in headers or any(name.startswith(b"sec-fetch-") for name in headers)


def _alone(rejection: Rejection) -> GoSightError:
    """Why a single event is not stored."""
    message = model.in_words_of_contract_2(rejection).message
    for kind in (NotFound, PayloadTooLarge):
        if rejection.code == kind.code:
            return kind(message)
    return BadRequest(message)


def _as_contracted(error: GoSightError) -> GoSightError:
    """The error with the contract's words before ours."""
    for kind, said in _SAID:
        if isinstance(error, kind):
            error.message = f"{said}: {error.message}"
    return error


def _accepted(taken: Taken) -> bytes:
    rejected, accepted = len(taken.rejections), taken.count - len(taken.rejections)
    message = f"Processed {taken.count} events, rejected {rejected}"
    if not rejected:
        return b'{"success":true,"events_accepted":%d,"events_rejected":0,"message":"%s"}' % (
            accepted,
            message.encode(),
        )
    errors = [model.in_words_of_contract_2(one) for one in sorted(taken.rejections, key=lambda one: one.index)]
    return _encode(_Reply(True, accepted, rejected, message, errors))
