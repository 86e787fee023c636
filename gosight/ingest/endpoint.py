"""POST /v1/events as a plain ASGI function: here every microsecond is paid ten thousand times a second."""

import asyncio
import time

import msgspec

from gosight.config import MIB, Config
from gosight.control import Directory, Project, senders
from gosight.events import EventFiles, Outcome, Submission
from gosight.ingest.batch import MAX_BODY, Rejection
from gosight.ingest.intake import Intake, Sender, Taken
from gosight.kit.addresses import networks, sender_address
from gosight.kit.clock import Clock
from gosight.kit.errors import GoSightError, RateLimited, Unavailable
from gosight.kit.limits import PerMinute
from gosight.kit.meters import Meters
from gosight.kit.operator import Operator
from gosight.kit.wire.asgi import Headers, Inlet, answer_post, encoding
from gosight.kit.wire.types import Receive, Scope, Send
from gosight.store.disk import Disk

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

    def __init__(
        self,
        config: Config,
        directory: Directory,
        files: EventFiles,
        intake: Intake,
        operator: Operator,
        clock: Clock,
        meters: Meters,
    ) -> None:
        self._directory = directory
        self._meters = meters
        self._operator = operator
        self._files = files
        self._intake = intake
        self._trusted = networks(config.server.trusted_proxies)
        self._limit = PerMinute(config.limits.events_per_minute, clock)
        self.inlet = Inlet(
            "batch",
            largest=MAX_BODY,
            waiting=config.limits.queue_mb * MIB,
            too_many="too many events are waiting for the disk; nothing was kept",
        )
        self._disk = Disk(config.data_dir, config.storage.events_min_free_bytes)
        self._waiting: dict[int, asyncio.Future[Outcome | GoSightError]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        files.answer_with(self._hand_over)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await answer_post(scope, receive, send, self._post)

    async def _post(self, scope: Scope, headers: Headers, receive: Receive) -> bytes:
        project = senders.project(self._directory, headers, scope["query_string"])
        body = await self.inlet.body(headers, receive)
        operator = self._operator.sent(headers)
        taken = self._intake.take(project, body, encoding(headers), self.sender(scope, headers))
        await self.keep(project, taken, is_limited=not operator)
        return _accepted(taken)

    async def keep(self, project: Project, taken: Taken, *, is_limited: bool = True) -> None:
        """Store a batch, of whichever contract, and return once it is on the disk; what DuckDB refuses is rejected.
        Raises `RateLimited`, or `Unavailable` where it can't be taken in: then nothing of it is kept."""
        if taken.rejections:
            self._meters.drop(project.id, "invalid", len(taken.rejections))
        if not taken.submission.parcels:
            return
        amount = taken.count if is_limited else 0
        verdict = self._limit.take(project.id, amount)
        if not verdict.allowed:
            self._meters.drop(project.id, "rate_limited", len(taken.index))
            raise RateLimited(
                f"over {verdict.limit} events a minute; nothing of this batch was kept, send it again later",
                retry_after=verdict.retry_after,
            )
        begun = time.perf_counter()
        try:
            outcome = await self.store(project, taken.submission)
        except GoSightError:
            self._limit.give_back(project.id, amount)
            self._meters.drop(project.id, "unavailable", len(taken.index))
            raise
        types = [event.type for parcel in taken.submission.parcels for event in parcel.events]
        self._meters.took_in(project.id, types, time.perf_counter() - begun)
        self._meters.drop(project.id, "invalid", len(outcome.refused))
        for event in outcome.refused:
            why = "the event holds a value that cannot be stored"
            taken.rejections.append(Rejection(taken.index[id(event)], "VALIDATION_ERROR", why))

    async def store(self, project: Project, submission: Submission) -> Outcome:
        """Wait until a submission is on the disk. Raises `Unavailable` where it can't be taken in."""
        if self._disk.full():
            raise Unavailable("the server's disk is nearly full; nothing was kept", retry_after=60)
        self.inlet.take(submission.size)
        self._loop = loop = asyncio.get_running_loop()
        done: asyncio.Future[Outcome | GoSightError] = loop.create_future()
        self._waiting[id(submission)] = done
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
        self.inlet.waiting_bytes -= submission.size
        return self._waiting.pop(id(submission), None)

    def sender(self, scope: Scope, headers: Headers) -> Sender:
        """Whoever sends a request, where that is the visitor's own browser."""
        agent = headers.get(b"user-agent")
        address = sender_address(scope, self._trusted, is_operator=self._operator.sent(headers))
        return Sender(address, agent.decode("latin-1") if agent else None)


def _accepted(taken: Taken) -> bytes:
    rejected = len(taken.rejections)
    if not rejected:
        return b'{"success":true,"data":{"accepted":%d,"rejected":0,"errors":[]}}' % taken.count
    errors = sorted(taken.rejections, key=lambda rejection: rejection.index)
    return _encode(_Reply(True, _Counts(taken.count - rejected, rejected, errors)))
