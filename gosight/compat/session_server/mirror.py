"""What was told of timed sessions, written to the project's events: never lost, counted once.

A batch is committed to gosight.db with the step itself, then handed to the project's writer in the way of any other
batch. Its id and its events' ids are random and kept with it, so that the writer takes it once however often it comes.
It is removed by a job after the writer has committed it; after a crash in between it is handed over once more.
"""

import logging
import threading
from collections.abc import Mapping, Sequence

import msgspec

from gosight.control import Directory, Project
from gosight.events import EventFiles, Outcome
from gosight.ingest import Intake, Sender
from gosight.kit import ids
from gosight.kit.errors import GoSightError
from gosight.store.sqlfile import sql
from gosight.store.sqlite import ControlFile, Transaction

log = logging.getLogger("gosight.timed")

PATIENCE_SECONDS = 2.0
"""How long a request waits until its visit shows the step: it is stored already, so not for ever."""
TURN_SECONDS = 30.0
"""How long the job waits for the writers in one turn."""
HERE = "compat/session_server"


class Told(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An event as contract 0 has it."""

    type: str
    ts: str
    id: str
    name: str | None = None
    url: str | None = None
    payload: Mapping[str, object] = {}


class Batch(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    batch_id: str
    visitor_id: str
    user_id: str
    session_id: str | None
    events: Sequence[Told]


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `timed_mirror`."""

    number: int = 0
    id: str
    project: int
    batch: str


def keep(
    transaction: Transaction, project: Project, user: str, session_id: str | None, events: Sequence[Told]
) -> Waiting:
    """Keep a batch in the caller's transaction; `Mirror.send` it once that is committed, or leave it to the job."""
    id_ = ids.new("timed", 22)
    visitor = f"user:{user}"
    batch = Batch(batch_id=id_, visitor_id=visitor, user_id=user, session_id=session_id, events=events)
    waiting = Waiting(id=id_, project=project.number, batch=msgspec.json.encode(batch).decode())
    transaction.run(sql(HERE, "mirror.add"), msgspec.structs.asdict(waiting))
    return waiting


class Mirror:
    """Servers tell of timed sessions, so nothing is known of the visitor's address and browser."""

    def __init__(self, file: ControlFile, files: EventFiles, intake: Intake, directory: Directory) -> None:
        self._file = file
        self._files = files
        self._intake = intake
        self._directory = directory
        self._lock = threading.Lock()
        self._under_way: dict[str, threading.Event] = {}
        self._done: set[str] = set()

    def send(self, project: Project, waiting: Waiting) -> None:
        """Hand a batch to the writer and wait a moment; what fails here is tried again by the job."""
        try:
            self._submit(project, waiting).wait(PATIENCE_SECONDS)
        except GoSightError as error:
            log.info("project %d: a timed session shows up later: %s", project.number, error.message)

    def catch_up(self) -> None:
        """A job's work: remove what has arrived, hand over what has not."""
        self._remove_done()
        after = 0
        while rows := self._file.all(sql(HERE, "mirror.waiting"), {"after": after}, into=Waiting):
            after = rows[-1].number
            self._send_all(rows)
            self._remove_done()

    def _send_all(self, rows: list[Waiting]) -> None:
        projects = {project.number: project for project in self._directory.projects()}
        under_way: list[threading.Event] = []
        for row in rows:
            with self._lock:
                busy = row.id in self._under_way or row.id in self._done
            project = projects.get(row.project)
            if busy or project is None:
                continue
            try:
                under_way.append(self._submit(project, row))
            except GoSightError as error:
                log.warning("project %d: a timed session is not mirrored yet: %s", row.project, error.message)
        for event in under_way:
            event.wait(TURN_SECONDS)

    def _submit(self, project: Project, waiting: Waiting) -> threading.Event:
        taken = self._intake.take(project, waiting.batch.encode(), "", Sender("", None))
        submission = taken.submission
        ended = threading.Event()
        submission.tell = lambda outcome: self._told(waiting.id, outcome)
        with self._lock:
            self._under_way[waiting.id] = ended
        try:
            while not self._files.submit(project.number, submission):
                self._files.open(project.number)
        except BaseException:
            with self._lock:
                self._under_way.pop(waiting.id, None)
            raise
        return ended

    def _told(self, id_: str, outcome: Outcome | GoSightError) -> None:
        """On a writer's thread."""
        with self._lock:
            ended = self._under_way.pop(id_, None)
            if isinstance(outcome, Outcome):
                self._done.add(id_)
        if isinstance(outcome, GoSightError):
            log.warning("a timed session is not mirrored yet: %s (%s)", outcome.message, outcome.cause)
        if ended is not None:
            ended.set()

    def _remove_done(self) -> None:
        with self._lock:
            done = list(self._done)
        if not done:
            return
        with self._file.write() as transaction:
            transaction.run(sql(HERE, "mirror.done"), {"ids": done})
        with self._lock:
            self._done.difference_update(done)
