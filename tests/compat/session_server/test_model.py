"""The state machine, against a model that is written the other way round."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gosight.compat.session_server.model import MAX_STEPS, TimedStep, begun, clock_face, closed, iso_ms, moment, stepped
from gosight.kit.clock import DAY, HOUR, MINUTE, SECOND
from gosight.kit.errors import BadRequest, Conflict

ALLOWED = re.compile(r"s(pr)*p?e?")
"""Every history there may be, by the first letters of its steps: with its end or as far as it has come."""
LETTERS = {TimedStep.start: "s", TimedStep.pause: "p", TimedStep.resume: "r", TimedStep.end: "e"}

steps = st.lists(st.tuples(st.sampled_from(TimedStep), st.integers(-3, 10)), max_size=12)


@given(steps)
def test_any_sequence_of_steps_leaves_a_history_that_may_be(told: list[tuple[TimedStep, int]]) -> None:
    now, history, active = 100, "s", 0
    times = [now]
    session = begun("id", 1, "ann", now, 0)
    for step, later in told:
        when = times[-1] + later
        may = ALLOWED.fullmatch(history + LETTERS[step]) is not None and step is not TimedStep.start and later >= 0
        if not may:
            with pytest.raises(Conflict, match=f"the session is {session.state}"):
                stepped(session, step, when, 0)
            continue
        session, history = stepped(session, step, when, 0), history + LETTERS[step]
        times.append(when)
    for letter, began, until in zip(history, times, times[1:], strict=False):
        active += until - began if letter in "sr" else 0
    assert (session.active_us, session.steps, session.last_step_at) == (active, len(history), times[-1])
    assert session.state == {"s": "active", "r": "active", "p": "paused", "e": "ended"}[history[-1]]
    assert session.duration_us == (times[-1] - times[0] if history[-1] == "e" else None)


@given(steps)
def test_what_nobody_ends_is_closed_where_something_was_last_known(told: list[tuple[TimedStep, int]]) -> None:
    session = begun("id", 1, "ann", 100, 0)
    for step, later in told:
        try:
            session = stepped(session, step, session.last_step_at + later, 0)
        except Conflict:
            continue
    if session.state == "ended":
        with pytest.raises(Conflict):
            closed(session)
        return
    over = closed(session)
    assert (over.state, over.closed_by, over.ended_at) == ("ended", "timeout", session.last_seen_at)
    assert over.active_us == session.active_us


def test_a_session_takes_so_many_steps_and_then_its_end() -> None:
    session = begun("id", 1, "ann", 0, 0)
    for number in range(1, MAX_STEPS):
        session = stepped(session, TimedStep.pause if number % 2 else TimedStep.resume, 0, 0)
    with pytest.raises(Conflict, match="it can only end"):
        stepped(session, TimedStep.resume, 0, 0)
    assert stepped(session, TimedStep.end, 0, 0).state == "ended"


@pytest.mark.parametrize(
    ("duration", "shown"),
    [
        (0, "00:00:00"),
        (SECOND - 1, "00:00:00"),
        (59 * SECOND, "00:00:59"),
        (HOUR, "01:00:00"),
        (99 * HOUR + 59 * MINUTE + 59 * SECOND, "99:59:59"),
        (100 * HOUR, "100:00:00"),
        (112 * HOUR + 15 * MINUTE, "112:15:00"),
        (12_345 * HOUR + 6 * SECOND, "12345:00:06"),
    ],
)
def test_a_duration_reads_like_a_clock(duration: int, shown: str) -> None:
    assert clock_face(duration) == shown


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2024-01-01T12:00:00.000Z", "2024-01-01T12:00:00.000Z"),
        ("2024-01-01T12:00:00Z", "2024-01-01T12:00:00.000Z"),
        ("2024-01-01T12:00:00.123456Z", "2024-01-01T12:00:00.123Z"),
        ("2024-01-01T12:00:00+05:30", "2024-01-01T06:30:00.000Z"),
        ("2024-01-01T00:00:00-09:30", "2024-01-01T09:30:00.000Z"),
        ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z"),
    ],
)
def test_a_time_may_have_any_offset(text: str, read: str) -> None:
    assert iso_ms(moment(text, now=moment("2026-01-01T00:00:00Z", 2**60))) == read


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "2024-01-01",
        "2024-01-01T12:00:00",
        "1704110400",
        "1969-12-31T23:59:59Z",
        "2026-01-02T00:00:00.001Z",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
        "2024-01-01T12:00:00\x00Z",
    ],
)
def test_a_time_without_an_offset_or_out_of_reach_is_none(text: str) -> None:
    with pytest.raises(BadRequest, match="time: expected"):
        moment(text, now=moment("2026-01-01T00:00:00Z", 2**60))


def test_a_time_may_lie_a_day_ahead() -> None:
    now: Any = moment("2026-01-01T00:00:00Z", 2**60)
    assert moment("2026-01-02T00:00:00Z", now) == now + DAY
