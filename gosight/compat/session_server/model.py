"""What timed sessions speak: states and steps, times and durations. Pure; moments are microseconds since 1970, UTC.

start → (pause → resume)* → end, and from paused to end. A step may be told late, with the time at which it happened:
that time counts, and never lies before the step before it.
"""

from datetime import datetime
from enum import StrEnum
from typing import Literal

import msgspec

from gosight.kit.clock import DAY, SECOND, from_datetime, to_datetime
from gosight.kit.errors import Conflict, field_error

ALL = "all"
"""Instead of a user: everybody."""
MAX_USER = 200
"""Characters: `user:<user>` is a visitor's id."""
MAX_PAGE = 1_024
"""Characters, as many as are kept of any path."""
MAX_STEPS = 1_000
"""Of one session; from then on it can only end."""
MAX_SPENT = 7 * DAY
"""On one page in one visit."""
MAX_AHEAD = DAY
"""How far ahead of this machine's clock a time may lie: the application's may be wrong, or in local time by mistake."""


class TimedState(StrEnum):
    active = "active"
    paused = "paused"
    ended = "ended"


class TimedStep(StrEnum):
    start = "start"
    pause = "pause"
    resume = "resume"
    end = "end"


FOLLOWS: dict[TimedStep, tuple[TimedState, ...]] = {
    TimedStep.pause: (TimedState.active,),
    TimedStep.resume: (TimedState.paused,),
    TimedStep.end: (TimedState.active, TimedState.paused),
}
"""From which states a step leads on."""
LEADS_TO = {
    TimedStep.start: TimedState.active,
    TimedStep.pause: TimedState.paused,
    TimedStep.resume: TimedState.active,
    TimedStep.end: TimedState.ended,
}


class TimedSession(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `timed_sessions`. `last_seen_at`: its last step, or a page that its user was on since."""

    number: int = 0
    id: str
    project: int
    user: str
    state: TimedState
    started_at: int
    last_step_at: int
    last_seen_at: int
    active_since: int | None
    active_us: int
    ended_at: int | None
    closed_by: Literal["timeout"] | None
    steps: int
    received_at: int

    @property
    def duration_us(self) -> int | None:
        """From start to end, pauses and all; None while it is not over."""
        return None if self.ended_at is None else self.ended_at - self.started_at


def begun(id_: str, project: int, user: str, at: int, received: int) -> TimedSession:
    return TimedSession(
        id=id_,
        project=project,
        user=user,
        state=TimedState.active,
        started_at=at,
        last_step_at=at,
        last_seen_at=at,
        active_since=at,
        active_us=0,
        ended_at=None,
        closed_by=None,
        steps=1,
        received_at=received,
    )


def stepped(session: TimedSession, step: TimedStep, at: int, received: int) -> TimedSession:
    """The session after `step` at `at`. Raises Conflict, which tells its state, where the step does not follow."""
    if session.state not in FOLLOWS.get(step, ()):
        raise _does_not_follow(session, f"it cannot {step}")
    if session.steps >= MAX_STEPS and step is not TimedStep.end:
        raise _does_not_follow(session, f"after {MAX_STEPS} steps it can only end")
    if at < session.last_step_at:
        raise _does_not_follow(session, f"a step at {iso_ms(at)} lies before that")
    state = LEADS_TO[step]
    since = session.active_since
    return msgspec.structs.replace(
        session,
        state=state,
        last_step_at=at,
        last_seen_at=max(at, session.last_seen_at),
        active_since=at if state is TimedState.active else None,
        active_us=session.active_us + (at - since if since is not None else 0),
        ended_at=at if state is TimedState.ended else None,
        steps=session.steps + 1,
        received_at=max(received, session.received_at),
    )


def closed(session: TimedSession) -> TimedSession:
    """Nobody ended it: it ends when something was last known of it, since what came after nobody knows."""
    ended = stepped(session, TimedStep.end, session.last_seen_at, session.received_at)
    return msgspec.structs.replace(ended, closed_by="timeout")


def _does_not_follow(session: TimedSession, why: str) -> Conflict:
    by = " by a time-out" if session.closed_by else ""
    state = f"the session is {session.state}{by} since {iso_ms(session.last_step_at)}"
    return Conflict(f"{state}: {why}", details={"state": session.state})


def moment(text: str, now: int) -> int:
    """An ISO 8601 time with an offset, cut to milliseconds. Raises BadRequest for `time`."""
    expected = 'a time with its offset such as "2026-01-31T12:00:00.000Z" or "2026-01-31T13:00:00+01:00"'
    try:
        read = datetime.fromisoformat(text.strip() if text.isprintable() else "")
        at = from_datetime(read) // 1_000 * 1_000
    except (ValueError, OverflowError):
        raise field_error("time", expected, text) from None
    if read.tzinfo is None:
        raise field_error("time", expected, text)
    if not 0 <= at <= now + MAX_AHEAD:
        raise field_error("time", f"a time from 1970 to a day ahead of now ({iso_ms(now)})", text)
    return at


def iso_ms(at: int) -> str:
    """`2026-01-31T12:00:00.000Z`: always with milliseconds."""
    return to_datetime(at).isoformat(timespec="milliseconds")[:23] + "Z"


def clock_face(duration: int) -> str:
    """`HH:MM:SS` of microseconds, cut to whole seconds; hours have as many digits as they need."""
    seconds = duration // SECOND
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
