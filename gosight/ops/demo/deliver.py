"""Brings the demo's visits in: straight to the files where no server runs, else through the running one.

Either way a visit is taken in as if its browser had sent it, and is counted once however often it comes.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from http.client import HTTPConnection, HTTPException
from threading import local
from urllib.parse import urlencode, urlsplit

import msgspec

from gosight.control import Project
from gosight.events import Outcome, Submission
from gosight.ingest import Ingest, Intake, Sender
from gosight.kit.errors import GoSightError, Internal, Unavailable
from gosight.ops.demo import film
from gosight.ops.demo.visits import Visit
from gosight.ops.lock import Holder
from gosight.replay import Recordings, Sent, read

UNDER_WAY = 256
"""Visits on their way to the disk at once, which share commits."""
CONNECTIONS = 16
TIMEOUT_SECONDS = 60
MOST_UNPACKED = 100
"""Times the size of a chunk of the demo that it has unpacked, at most."""
Progress = Callable[[int], None]
"""Called with the number of events that are on the disk now."""

_encode = msgspec.json.Encoder().encode


class Delivered(msgspec.Struct, frozen=True):
    """`stored` is less than `events` where some had been there before; None where only the server knows."""

    visits: int
    events: int
    stored: int | None


class Doors(msgspec.Struct, frozen=True):
    """Where visits and recordings go in."""

    ingest: Ingest
    intake: Intake
    recordings: Recordings


async def to_files(doors: Doors, project: Project, visits: Iterable[Visit], tell: Progress) -> Delivered:
    """Through the same intake and writers as every request, but without HTTP."""
    count = events = stored = 0
    running: set[asyncio.Task[tuple[int, Outcome]]] = set()
    for visit in visits:
        running.add(asyncio.create_task(_store(doors, project, _submission(doors.intake, project, visit), visit)))
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


async def _store(doors: Doors, project: Project, submission: Submission, visit: Visit) -> tuple[int, Outcome]:
    outcome = await doors.ingest.store(project, submission)
    if film.is_recorded(visit):
        for index, body in enumerate(film.chunks(visit)):
            await doors.recordings.store(project, _sent(visit, index), read(body, "gzip", len(body) * MOST_UNPACKED))
    return len(visit.batch.events), outcome


def _sent(visit: Visit, index: int) -> Sent:
    return Sent(
        session_id=visit.batch.session_id,
        index=index,
        visitor_id=visit.batch.visitor_id,
        address=visit.ip,
        user_agent=visit.user_agent,
        by_operator=True,
    )


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
        self._sent(visit, "/v1/events", _encode(visit.batch))
        for index, chunk in enumerate(film.chunks(visit) if film.is_recorded(visit) else ()):
            whose = {"session_id": visit.batch.session_id, "index": index, "visitor_id": visit.batch.visitor_id}
            self._sent(visit, f"/v1/replay?{urlencode(whose)}", chunk)
        return len(visit.batch.events)

    def _sent(self, visit: Visit, path: str, body: bytes) -> None:
        try:
            status, answer = self._send(visit, path, body)
        except (OSError, HTTPException):
            self._local.connection = None
            try:
                status, answer = self._send(visit, path, body)
            except (OSError, HTTPException) as error:
                raise Unavailable(f"the server at {self._server.url} does not answer ({error})") from None
        if status != 200:
            raise _refused(status, answer)

    def _send(self, visit: Visit, path: str, body: bytes) -> tuple[int, bytes]:
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
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()


def _refused(status: int, answer: bytes) -> GoSightError:
    return Unavailable(f"the server refused the demo's events: {status} {answer[:300].decode(errors='replace')}")
