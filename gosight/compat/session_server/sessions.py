"""The verbs of a timed session. Each looks at the state and takes the step in one transaction, so that of two requests
at the same moment the second one sees what the first one did."""

from collections.abc import Callable
from typing import Protocol
from uuid import UUID, uuid4

import msgspec

from gosight.compat.session_server import model
from gosight.compat.session_server.mirror import HERE, Mirror, Told, Waiting, keep
from gosight.compat.session_server.model import TimedSession, TimedStep, iso_ms
from gosight.control import Directory, Project
from gosight.kit import ids
from gosight.kit.clock import DAY, HOUR, Clock
from gosight.kit.errors import Forbidden, NotFound, Unavailable
from gosight.store.sqlfile import sql
from gosight.store.sqlite import ControlFile, Transaction

EVENTS = {
    TimedStep.start: "session_start",
    TimedStep.pause: "custom",
    TimedStep.resume: "custom",
    TimedStep.end: "session_end",
}
"""As which events steps are mirrored; what is custom is named after its step."""


RECENT = DAY
"""A page belongs to a session whose last step was at most so long ago: older ones are told of afterwards."""


class Fullness(Protocol):
    """Whether too little disk is left."""

    def full(self) -> bool: ...


class TimedSessions:
    """Knows the projects' timed sessions; knows no HTTP."""

    def __init__(self, file: ControlFile, mirror: Mirror, clock: Clock, disk: Fullness) -> None:
        self.file = file
        self.mirror = mirror
        self.clock = clock
        self._disk = disk

    def start(self, project: Project, user: str, at: int) -> TimedSession:
        session = model.begun(str(uuid4()), project.number, user, at, self.clock())

        def write(transaction: Transaction) -> Waiting:
            transaction.run(sql(HERE, "sessions.add"), msgspec.structs.asdict(session))
            return note(transaction, project, session, TimedStep.start)

        self._write(project, write)
        return session

    def step(self, project: Project, user: str, session_id: str, step: TimedStep, at: int) -> TimedSession:
        """Raises NotFound, Forbidden for somebody else's session, Conflict where the step does not follow."""
        taken: list[TimedSession] = []

        def write(transaction: Transaction) -> Waiting:
            session = model.stepped(self._own(transaction, project, user, session_id), step, at, self.clock())
            taken.append(session)
            transaction.run(sql(HERE, "sessions.change"), msgspec.structs.asdict(session))
            return note(transaction, project, session, step)

        self._write(project, write)
        return taken[0]

    def visit(self, project: Project, user: str, page: str, spent: int) -> int:
        """`user` was on `page` for `spent` microseconds until now; answers now. It counts as a sign of life of
        the timed session that goes on."""
        now = self.clock()

        def write(transaction: Transaction) -> Waiting:
            asked = {"project": project.number, "user": user}
            transaction.run(sql(HERE, "pages.add"), asked | {"page": page, "spent": spent})
            going_on = asked | {"now": now, "since": now - RECENT}
            session = transaction.first(sql(HERE, "sessions.going_on"), going_on, into=TimedSession)
            if session is not None:
                transaction.run(sql(HERE, "sessions.seen"), {"number": session.number, "now": now})
            id_ = session.id if session is not None else None
            return keep(transaction, project, user, id_, _visit(session, page, now, spent))

        self._write(project, write)
        return now

    def close_left(self, directory: Directory) -> None:
        """A job's work: end the sessions for which no request has come for as long as their project's settings say."""
        for project in directory.projects():
            before = self.clock() - project.settings.timed_session_timeout_hours * HOUR
            while self._close_some(project, before):
                pass

    def _close_some(self, project: Project, before: int) -> bool:
        asked = {"project": project.number, "before": before}
        if self.file.first(sql(HERE, "sessions.left"), asked, into=TimedSession) is None:
            return False
        with self.file.write() as transaction:
            left = transaction.all(sql(HERE, "sessions.left"), asked, into=TimedSession)
            for session in map(model.closed, left):
                transaction.run(sql(HERE, "sessions.change"), msgspec.structs.asdict(session))
                note(transaction, project, session, TimedStep.end)
        return bool(left)

    def _own(self, transaction: Transaction, project: Project, user: str, session_id: str) -> TimedSession:
        asked = {"id": _canonical(session_id), "project": project.number}
        session = transaction.first(sql(HERE, "sessions.one"), asked, into=TimedSession)
        if session is None:
            raise NotFound(f"there is no session {session_id[:64]} in this app")
        if session.user != user:
            raise Forbidden(f"session {session.id} belongs to another user")
        return session

    def _write(self, project: Project, write: Callable[[Transaction], Waiting]) -> None:
        """Commit; from then on it holds, whatever becomes of the mirror."""
        if self._disk.full():
            raise Unavailable("the server's disk is nearly full; nothing was kept", retry_after=60)
        with self.file.write() as transaction:
            waiting = write(transaction)
        self.mirror.send(project, waiting)


def note(transaction: Transaction, project: Project, session: TimedSession, step: TimedStep) -> Waiting:
    """Keep the step that led to `session`, and what the project's events are to have of it."""
    row = {"id": session.id, "position": session.steps, "step": step, "at": session.last_step_at}
    transaction.run(sql(HERE, "steps.add"), row)
    return keep(transaction, project, session.user, session.id, [_event(session, step)])


def _canonical(session_id: str) -> str:
    """UUIDs are one however they are written; what is none is nobody's."""
    try:
        return str(UUID(session_id))
    except ValueError:
        return ""


def _event(session: TimedSession, step: TimedStep) -> Told:
    kind = EVENTS[step]
    payload: dict[str, object] = {"timed": True}
    if step is TimedStep.end:
        payload |= {"active_ms": session.active_us // 1_000, "closed_by": session.closed_by}
    return Told(
        type=kind,
        ts=iso_ms(session.last_step_at),
        id=ids.new("timed", 22),
        name=f"session_{step}" if kind == "custom" else None,
        payload=payload,
    )


def _visit(session: TimedSession | None, page: str, now: int, spent: int) -> list[Told]:
    """A page view when it began, within its session, and its end now."""
    began = now - spent if session is None else max(now - spent, min(session.started_at, now))
    exit_ = {"time_on_page_ms": spent // 1_000}
    return [
        Told(type="page_view", ts=iso_ms(began), id=ids.new("timed", 22), url=page),
        Told(type="page_exit", ts=iso_ms(now), id=ids.new("timed", 22), url=page, payload=exit_),
    ]
