"""Brings the demo's visits in: straight to the files where no server runs, else through the running one.

Either way a visit is taken in as if its browser had sent it, and is counted once however often it comes.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from http.client import HTTPConnection, HTTPException
from threading import local
from urllib.parse import urlsplit

import msgspec

from gosight.control import Project
from gosight.events import Outcome, Submission
from gosight.ingest import Ingest, Intake, Sender
from gosight.kit.errors import GoSightError, Internal, Unavailable
from gosight.ops.demo.visits import Visit
from gosight.ops.lock import Holder

UNDER_WAY = 256
"""Visits on their way to the disk at once, which share commits."""
CONNECTIONS = 16
TIMEOUT_SECONDS = 60
Progress = Callable[[int], None]
"""Called with the number of events that are on the disk now."""

_encode = msgspec.json.Encoder().encode


class Delivered(msgspec.Struct, frozen=True):
    """`stored` is less than `events` where some had been there before; None where only the server knows."""

    visits: int
    events: int
    stored: int | None


async def to_files(
    ingest: Ingest, intake: Intake, project: Project, visits: Iterable[Visit], tell: Progress
) -> Delivered:
    """Through the same intake and writer as every request, but without HTTP."""
    count = events = stored = 0
    running: set[asyncio.Task[tuple[int, Outcome]]] = set()
    for visit in visits:
        running.add(asyncio.create_task(_store(ingest, project, _submission(intake, project, visit), visit)))
        count += 1
        if len(running) >= UNDER_WAY:
            done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            events, stored = _counted(done, events, stored)
            tell(events)
    for size, outcome in await asyncio.gather(*running):
        events, stored = events + size, stored + outcome.stored
    tell(events)
    return Delivered(count, events, stored)


def _submission(intake: Intake, project: Project, visit: Visit) -> Submission:
    taken = intake.take(project, _encode(visit.batch), "", Sender(visit.ip, visit.user_agent))
    if taken.rejections:
        raise Internal(f"a demo event was refused: {taken.rejections[0].message}")
    return taken.submission


async def _store(ingest: Ingest, project: Project, submission: Submission, visit: Visit) -> tuple[int, Outcome]:
    return len(visit.batch.events), await ingest.store(project, submission)


def _counted(done: Iterable["asyncio.Task[tuple[int, Outcome]]"], events: int, stored: int) -> tuple[int, int]:
    for task in done:
        size, outcome = task.result()
        events, stored = events + size, stored + outcome.stored
    return events, stored


def to_server(server: Holder, key: str, visits: Iterable[Visit], tell: Progress) -> Delivered:
    """Over HTTP, several connections at once, as the operator who may say whom a request stands for."""
    count = events = 0
    post = _Post(server, key)
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        for size in _each(pool, post, visits):
            count += 1
            events += size
            tell(events)
    return Delivered(count, events, None)


def _each(pool: ThreadPoolExecutor, post: "_Post", visits: Iterable[Visit]) -> Iterator[int]:
    running: set[Future[int]] = set()
    for visit in visits:
        running.add(pool.submit(post, visit))
        if len(running) >= 2 * CONNECTIONS:
            done, running = wait(running, return_when=FIRST_COMPLETED)
            yield from (future.result() for future in done)
    for future in running:
        yield future.result()


class _Post:
    """Sends a visit on this thread's own connection; answers its number of events."""

    def __init__(self, server: Holder, key: str) -> None:
        self._server = server
        self._key = key
        self._local = local()

    def __call__(self, visit: Visit) -> int:
        body = _encode(visit.batch)
        try:
            status, answer = self._send(visit, body)
        except (OSError, HTTPException):
            self._local.connection = None
            try:
                status, answer = self._send(visit, body)
            except (OSError, HTTPException) as error:
                raise Unavailable(f"the server at {self._server.url} does not answer ({error})") from None
        if status != 200:
            raise _refused(status, answer)
        return len(visit.batch.events)

    def _send(self, visit: Visit, body: bytes) -> tuple[int, bytes]:
        connection: HTTPConnection | None = getattr(self._local, "connection", None)
        if connection is None:
            where = urlsplit(self._server.url)
            connection = HTTPConnection(where.hostname or "", where.port, timeout=TIMEOUT_SECONDS)
            self._local.connection = connection
        headers = {
            "Content-Type": "application/json",
            "X-GoSight-Key": self._key,
            "X-GoSight-Operator": self._server.word,
            "X-Forwarded-For": visit.ip,
            "User-Agent": visit.user_agent,
        }
        connection.request("POST", "/v1/events", body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()


def _refused(status: int, answer: bytes) -> GoSightError:
    return Unavailable(f"the server refused the demo's events: {status} {answer[:300].decode(errors='replace')}")
