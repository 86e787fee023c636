"""Timed sessions for a project that is to be looked at: people who work through their days, with breaks.

The same seed gives the same sessions of a day, whichever day it is asked for on: each has an id that follows from them.
"""

from collections.abc import Iterator
from datetime import date, datetime, time
from random import Random
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

import msgspec

from gosight.compat.session_server import model
from gosight.compat.session_server.calendar import ONE_DAY, local
from gosight.compat.session_server.mirror import HERE
from gosight.compat.session_server.model import TimedSession, TimedState, TimedStep
from gosight.compat.session_server.sessions import note
from gosight.control import Project
from gosight.kit.clock import DAY, HOUR, MINUTE, from_datetime
from gosight.kit.zones import zone
from gosight.store.sqlfile import sql
from gosight.store.sqlite import ControlFile, Transaction

USERS = (
    "ana.becker",
    "ben.costa",
    "chloe.dubois",
    "farid.haas",
    "greta.larsen",
    "hiro.ito",
    "linh.nguyen",
    "oskar.olsen",
)
MOST_DAYS = 400
"""Days of sessions at most: more than a calendar shows."""
Told = list[tuple[TimedStep, int]]


def fill(file: ControlFile, project: Project, seed: int, days: int, now: int) -> int:
    """Sessions of the last `days` days up to now, but for those that are there; answers how many are new. They show up
    among the project's visits once the mirror's job has had its turn."""
    where = zone(project.settings.timezone)
    today = local(now, where).date()
    added = 0
    for back in range(min(days, MOST_DAYS) - 1, -1, -1):
        with file.write() as transaction:
            for id_, user, told in _of_day(project, seed, today - ONE_DAY * back, where):
                past = [(step, at) for step, at in told if at <= now]
                if past and not _is_there(transaction, project, id_):
                    _add(transaction, project, model.begun(id_, project.number, user, past[0][1], now), past[1:])
                    added += 1
    return added


def _is_there(transaction: Transaction, project: Project, id_: str) -> bool:
    asked = {"id": id_, "project": project.number}
    return transaction.first(sql(HERE, "sessions.one"), asked, into=TimedSession) is not None


def _add(transaction: Transaction, project: Project, session: TimedSession, told: Told) -> None:
    """Its row as it is in the end, then each step as if it had just been taken."""
    history = [(TimedStep.start, session)]
    for step, at in told:
        session = model.stepped(session, step, at, session.received_at)
        history.append((step, session))
    if session.state is not TimedState.ended and session.last_step_at < session.received_at - DAY:
        session = model.closed(session)
        history.append((TimedStep.end, session))
    transaction.run(sql(HERE, "sessions.add"), msgspec.structs.asdict(session))
    for step, taken in history:
        note(transaction, project, taken, step)


def _of_day(project: Project, seed: int, day: date, where: ZoneInfo) -> Iterator[tuple[str, str, Told]]:
    """Each session's id, user and steps. Few work at weekends."""
    for user in USERS:
        name = f"{project.id} {seed} {day} {user}"
        chance = Random(name)  # noqa: S311 - nobody's secret
        if chance.random() < (0.9 if day.weekday() >= 5 else 0.15):
            continue
        began = from_datetime(datetime.combine(day, time(8), where)) + int(chance.triangular(-30, 180, 60)) * MINUTE
        yield str(uuid5(NAMESPACE_URL, name)), user, _shift(chance, began)


def _shift(chance: Random, began: int) -> Told:
    """Three to nine hours, with a break after each of two or so; one in twenty is never ended."""
    told: Told = [(TimedStep.start, began)]
    until, at = began + int(chance.triangular(180, 540, 480)) * MINUTE, began
    while (at := at + chance.randint(80, 170) * MINUTE) < until - HOUR:
        told.append((TimedStep.pause, at))
        at += chance.randint(10, 50) * MINUTE
        told.append((TimedStep.resume, at))
    return told if chance.random() < 0.05 else [*told, (TimedStep.end, max(at, until))]
