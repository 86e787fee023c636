"""POST /v1/events as a plain ASGI function: here every microsecond is paid ten thousand times a second."""

import asyncio
import contextlib
import hmac
import logging
import os
import time
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import msgspec

from gosight.config import MIB, Config
from gosight.control import Directory, Project
from gosight.events import EventFiles, Outcome, Submission
from gosight.ingest.batch import MAX_BODY, Rejection
from gosight.ingest.intake import Intake, Sender, Taken
from gosight.kit.addresses import client_address, networks
from gosight.kit.clock import Clock
from gosight.kit.errors import (
    Forbidden,
    GoSightError,
    MethodNotAllowed,
    PayloadTooLarge,
    RateLimited,
    Unauthorized,
    Unavailable,
)
from gosight.kit.limits import PerMinute
from gosight.kit.wire.envelopes import error_headers, error_reply
from gosight.kit.wire.refusals import as_error

log = logging.getLogger("gosight.ingest")

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Header = tuple[bytes, bytes]

DISK_CHECK_SECONDS = 1.0
MAX_DRAINED = 16 * MIB
"""A body up to this size is read to its end, and thrown away, before it is refused for its size."""
BODY_SECONDS = 30
"""How long a body may take: whoever sends half of one must not hold a place for ever."""
_JSON = (b"content-type", b"application/json")
_PREFLIGHT: list[Header] = [
    (b"access-control-allow-methods", b"POST, OPTIONS"),
    (b"access-control-allow-headers", b"content-type, content-encoding, x-gosight-key"),
    (b"access-control-max-age", b"86400"),
]
_encode = msgspec.json.Encoder().encode


class _Counts(msgspec.Struct):
    accepted: int
    rejected: int
    errors: list[Rejection]


class _Reply(msgspec.Struct):
    success: bool
    data: _Counts


class Ingest:
    """The ASGI function and what it keeps between requests. Lives on the event loop."""

    def __init__(self, config: Config, directory: Directory, files: EventFiles, intake: Intake, clock: Clock) -> None:
        self._directory = directory
        self._files = files
        self._intake = intake
        self._trusted = networks(config.server.trusted_proxies)
        self._limit = PerMinute(config.limits.events_per_minute, clock)
        self._queue_bytes = config.limits.queue_mb * MIB
        self._disk = _Disk(config.data_dir, config.storage.events_min_free_bytes)
        self._waiting_bytes = 0
        self._waiting: dict[int, asyncio.Future[Outcome | GoSightError]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._word = b""
        files.answer_with(self._hand_over)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        cors = _cors(headers)
        method = scope["method"]
        if method == "OPTIONS":
            await _reply(send, 204, b"", cors + _PREFLIGHT)
            return
        try:
            if method != "POST":
                raise MethodNotAllowed(f"expected POST, got {method[:20]}", headers={"Allow": "POST, OPTIONS"})
            body = await self._post(scope, headers, receive)
        except GoSightError as error:
            await _refuse(send, error, cors)
            return
        except Exception as problem:
            await _refuse(send, as_error(problem, method, {"path_template": "/v1/events"}), cors)
            return
        await _reply(send, 200, body, cors)

    async def _post(self, scope: Scope, headers: dict[bytes, bytes], receive: Receive) -> bytes:
        project = self._project(scope, headers)
        body = await self._body(headers, receive)
        operator = b"x-gosight-operator" in headers and self._is_operator(headers)
        taken = self._intake.take(project, body, _encoding(headers), self._sender(scope, headers, operator))
        if taken.submission.parcels:
            verdict = self._limit.take(project.id, 0 if operator else taken.count)
            if not verdict.allowed:
                raise RateLimited(
                    f"over {verdict.limit} events a minute; nothing of this batch was kept, send it again later",
                    retry_after=verdict.retry_after,
                )
            try:
                outcome = await self.store(project, taken.submission)
            except GoSightError:
                self._limit.give_back(project.id, 0 if operator else taken.count)
                raise
            for event in outcome.refused:
                why = "the event holds a value that cannot be stored"
                taken.rejections.append(Rejection(taken.index[id(event)], "VALIDATION_ERROR", why))
        return _accepted(taken)

    async def store(self, project: Project, submission: Submission) -> Outcome:
        """Wait until a submission is on the disk. Raises `Unavailable` where it can't be taken in."""
        if self._waiting_bytes + submission.size > self._queue_bytes:
            raise _queue_full()
        if self._disk.full():
            raise Unavailable("the server's disk is nearly full; nothing was kept", retry_after=60)
        self._loop = loop = asyncio.get_running_loop()
        done: asyncio.Future[Outcome | GoSightError] = loop.create_future()
        self._waiting[id(submission)] = done
        self._waiting_bytes += submission.size
        try:
            while not self._files.submit(project.number, submission):
                await asyncio.to_thread(self._files.open, project.number)
        except BaseException:
            self._release(submission)  # it never came to the writer, who else tells when it is done
            raise
        outcome = await done
        if isinstance(outcome, GoSightError):
            raise outcome
        return outcome

    def _hand_over(self, results: list[tuple[Submission, Outcome | GoSightError]]) -> None:
        """On a writer's thread: a whole group in one call to the loop."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._finish, results)

    def _finish(self, results: list[tuple[Submission, Outcome | GoSightError]]) -> None:
        for submission, outcome in results:
            done = self._release(submission)
            if done is not None and not done.done():
                done.set_result(outcome)

    def _release(self, submission: Submission) -> "asyncio.Future[Outcome | GoSightError] | None":
        self._waiting_bytes -= submission.size
        return self._waiting.pop(id(submission), None)

    async def _body(self, headers: dict[bytes, bytes], receive: Receive) -> bytes:
        told = headers.get(b"content-length", b"")
        length = int(told) if told.isdigit() else -1
        if length > MAX_BODY:
            if length <= MAX_DRAINED:
                await _drain(receive)
            raise _too_large()
        message = await receive()
        body: bytes = message.get("body", b"")
        if len(body) == length or not message.get("more_body"):  # Granian tells of the end in a message of its own
            return body
        try:
            async with asyncio.timeout(BODY_SECONDS):
                return await self._rest_of_body(message, receive)
        except TimeoutError:
            raise Unavailable(f"the body did not arrive within {BODY_SECONDS} s; send it again") from None

    async def _rest_of_body(self, message: MutableMapping[str, Any], receive: Receive) -> bytes:
        """What has come of it counts as waiting, so that many who send slowly can't fill the memory."""
        parts: list[bytes] = [message.get("body", b"")]
        size = len(parts[0])
        self._waiting_bytes += size
        try:
            while message.get("more_body"):
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Unavailable("the connection ended before the body did")
                parts.append(message.get("body", b""))
                size += len(parts[-1])
                self._waiting_bytes += len(parts[-1])
                if size > MAX_BODY:
                    await _drain(receive)
                    raise _too_large()
                if self._waiting_bytes > self._queue_bytes:
                    raise _queue_full()
        finally:
            self._waiting_bytes -= size
        return b"".join(parts)

    def _project(self, scope: Scope, headers: dict[bytes, bytes]) -> Project:
        key = headers.get(b"x-gosight-key", b"").decode("latin-1")
        if not key and b"key=" in scope["query_string"]:
            key = parse_qs(scope["query_string"].decode("latin-1")).get("key", [""])[0]
        if not key:
            raise Unauthorized("expected a write key in the header X-GoSight-Key or in ?key=, got none")
        project = self._directory.project_by_write_key(key)
        if project is None:
            raise Unauthorized("this key is unknown, was revoked, or may not write")
        origin = headers.get(b"origin")
        if origin is not None and not project.allows_origin(origin.decode("latin-1")):
            raise Forbidden("pages of this origin may not send events: add its domain to the project's allowed domains")
        return project

    def let_in(self, word: str) -> None:
        """Who brings this word is the operator: may say whom a request stands for, and has no limit."""
        self._word = word.encode()

    def _is_operator(self, headers: dict[bytes, bytes]) -> bool:
        return bool(self._word) and hmac.compare_digest(headers[b"x-gosight-operator"], self._word)

    def _sender(self, scope: Scope, headers: dict[bytes, bytes], operator: bool) -> Sender:
        peer = scope["client"][0] if scope.get("client") else ""
        forwarded: str | None = None
        if operator:
            peer = headers.get(b"x-forwarded-for", b"").decode("latin-1") or peer
        elif self._trusted:
            hops = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
            forwarded = b",".join(hops).decode("latin-1") or None
        agent = headers.get(b"user-agent")
        return Sender(client_address(peer, forwarded, self._trusted), agent.decode("latin-1") if agent else None)


async def _drain(receive: Receive) -> None:
    """Most clients read an answer only once they have sent their body; before, a refusal looks like a broken line."""
    left = MAX_DRAINED
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(BODY_SECONDS):
            while left > 0 and (message := await receive()).get("more_body"):
                left -= len(message["body"])


class _Disk:
    """Free bytes, looked at once a second at most."""

    def __init__(self, folder: Path, least: int) -> None:
        self._folder = folder
        self._least = least
        self._next = 0.0
        self._full = False

    def full(self) -> bool:
        now = time.monotonic()
        if now >= self._next:
            self._next = now + DISK_CHECK_SECONDS
            state = os.statvfs(self._folder)
            self._full = state.f_bavail * state.f_frsize < self._least
        return self._full


def _too_large() -> PayloadTooLarge:
    return PayloadTooLarge(f"a batch is at most {MAX_BODY} bytes; send it in smaller ones")


def _queue_full() -> Unavailable:
    return Unavailable("too many events are waiting for the disk; nothing was kept", retry_after=1)


def _encoding(headers: dict[bytes, bytes]) -> str:
    return headers.get(b"content-encoding", b"").decode("latin-1").strip().lower()


def _cors(headers: dict[bytes, bytes]) -> list[Header]:
    origin = headers.get(b"origin")
    if origin is None:
        return []
    return [
        (b"access-control-allow-origin", origin),
        (b"access-control-expose-headers", b"retry-after"),
        (b"vary", b"Origin"),
    ]


def _accepted(taken: Taken) -> bytes:
    rejected = len(taken.rejections)
    if not rejected:
        return b'{"success":true,"data":{"accepted":%d,"rejected":0,"errors":[]}}' % taken.count
    errors = sorted(taken.rejections, key=lambda rejection: rejection.index)
    return _encode(_Reply(True, _Counts(taken.count - rejected, rejected, errors)))


async def _refuse(send: Send, error: GoSightError, headers: list[Header]) -> None:
    extra = [(name.lower().encode(), value.encode()) for name, value in error_headers(error).items()]
    await _reply(send, error.status, _encode(error_reply(error)), headers + extra)


async def _reply(send: Send, status: int, body: bytes, headers: list[Header]) -> None:
    length = (b"content-length", b"%d" % len(body))
    await send({"type": "http.response.start", "status": status, "headers": [_JSON, length, *headers]})
    await send({"type": "http.response.body", "body": body})
