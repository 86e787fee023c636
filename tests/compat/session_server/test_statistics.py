"""Figures, with numbers worked out by hand."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gosight.compat.session_server.calendar import Spread, local
from gosight.kit.clock import DAY, HOUR, MINUTE
from tests.compat.session_server.asked import Timing, at, by, refused
from tests.world import Person, StoppedClock, World

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def berlin(world: World, owner: Person) -> Timing:
    """In 2026 its clocks go back on Sunday, 25 October, at 01:00 UTC: 03:00 becomes 02:00."""
    owner.patch("/projects/shop", {"settings": {"timezone": "Europe/Berlin"}})
    return by(owner, world)


@pytest.fixture
def autumn(berlin: Timing) -> Timing:
    """Ann, Saturday 24 October, 23:30 (+02:00) to Sunday 03:30 (+01:00), five hours later, with a pause from 02:10 to
    02:40, the first time there is such a time. Bob, Sunday 02:30, the second time, to 02:45. Ann again, Monday 09:00 to
    09:10."""
    berlin.told(
        ("start", "2026-10-24T23:30:00+02:00"),
        ("pause", "2026-10-25T02:10:00+02:00"),
        ("resume", "2026-10-25T02:40:00+02:00"),
        ("end", "2026-10-25T03:30:00+01:00"),
    )
    berlin.told(("start", "2026-10-25T01:30:00Z"), ("end", "2026-10-25T01:45:00Z"), user="bob")
    berlin.told(("start", "2026-10-26T08:00:00Z"), ("end", "2026-10-26T08:10:00Z"))
    return berlin


def test_a_heatmap_counts_beginnings_in_the_projects_time(autumn: Timing) -> None:
    assert autumn.figures("sessions/heatmap") == {
        "heatmap_data": {
            "daily_sessions": {"2026-10-24": 1, "2026-10-25": 1, "2026-10-26": 1},
            "weekly_hourly": {"0": {"9": 1}, "5": {"23": 1}, "6": {"2": 1}},
            "total_sessions": 3,
            "total_days_with_activity": 3,
            "date_range": {"start_date": "2026-10-24", "end_date": "2026-10-26"},
        }
    }


def test_daily_time_is_split_at_midnight_and_knows_the_hour_that_comes_twice(autumn: Timing) -> None:
    # Ann: 23:30 to midnight; then midnight to 02:10 (2:10), 02:40 to 03:30 (1:50: one hour comes twice). Bob 0:15.
    assert autumn.figures("sessions/daily-time-spent") == {
        "status": "success",
        "data": {"daily_time": {"2026-10-24": "00:30:00", "2026-10-25": "04:15:00", "2026-10-26": "00:10:00"}},
    }
    ann = autumn.figures("sessions/daily-time-spent", "ann")["data"]["daily_time"]
    assert ann == {"2026-10-24": "00:30:00", "2026-10-25": "04:00:00", "2026-10-26": "00:10:00"}


def test_stats_and_summary_leave_pauses_out(autumn: Timing) -> None:
    # 4:30, 0:15 and 0:10 of active time.
    assert autumn.figures("sessions/stats") == {
        "status": "success",
        "data": {
            "total_sessions": 3,
            "average_session_duration": "01:38:20",
            "total_time_spent": "04:55:00",
            "active_days": 3,
        },
    }
    assert autumn.figures("sessions/summary") == {
        "status": "success",
        "data": {
            "total_sessions": 3,
            "total_duration": "04:55:00",
            "average_duration": "01:38:20",
            "longest_session": "04:30:00",
            "shortest_session": "00:10:00",
        },
    }
    assert autumn.figures("sessions/summary", "bob")["data"]["total_duration"] == "00:15:00"


def test_a_day_in_spring_has_23_hours(berlin: Timing) -> None:
    berlin.told(("start", "2026-03-28T12:00:00+01:00"), ("end", "2026-03-30T12:00:00+02:00"))
    assert berlin.figures("sessions/daily-time-spent")["data"]["daily_time"] == {
        "2026-03-28": "12:00:00",
        "2026-03-29": "23:00:00",
        "2026-03-30": "12:00:00",
    }
    assert berlin.figures("sessions/stats")["data"]["total_time_spent"] == "47:00:00"


def test_most_active_times(olga: Timing) -> None:
    # 16 November 2026 is a Monday. Two on Mondays at 14, one on Monday at 9, two on Tuesday at 9.
    for start in ("16T14:00", "16T14:30", "16T09:00", "17T09:10", "17T09:20"):
        olga.start(time=f"2026-11-{start}:00Z")
    assert olga.figures("sessions/most-active") == {
        "status": "success",
        "data": {"most_active_day": "Monday", "most_active_hour": 9, "peak_sessions": 3},
    }


def test_the_timeline_tells_of_sessions_that_go_on(olga: Timing) -> None:
    over = olga.told(("start", at(0)), ("pause", at(30)), ("resume", at(45)), ("end", at(90)))
    going_on = olga.told(("start", at(100)), ("pause", at(110)), user="bob")
    assert olga.figures("sessions/timeline") == {
        "status": "success",
        "data": {
            "timeline": [
                {
                    "session_id": over,
                    "start_time": at(0),
                    "end_time": at(90),
                    "duration": "01:30:00",
                    "active_duration": "01:15:00",
                    "status": "ended",
                    "closed_by": None,
                },
                {
                    "session_id": going_on,
                    "start_time": at(100),
                    "end_time": None,
                    "duration": None,
                    "active_duration": None,
                    "status": "paused",
                    "closed_by": None,
                },
            ]
        },
    }
    (detail,) = olga.figures("sessions/session-timeline-detail", "ann")["data"]["detailed_timeline"]
    assert detail["events"] == [
        {"type": "start", "timestamp": at(0)},
        {"type": "pause", "timestamp": at(30)},
        {"type": "resume", "timestamp": at(45)},
        {"type": "end", "timestamp": at(90)},
    ]
    stats = olga.figures("sessions/stats")["data"]
    assert (stats["total_time_spent"], stats["average_session_duration"]) == ("01:25:00", "01:15:00")


def test_where_nothing_was_told_there_are_empty_answers(olga: Timing) -> None:
    nothing: dict[str, Any] = {
        "sessions/most-active": {"most_active_day": None, "most_active_hour": None, "peak_sessions": 0},
        "sessions/stats": {
            "total_sessions": 0,
            "average_session_duration": "00:00:00",
            "total_time_spent": "00:00:00",
            "active_days": 0,
        },
        "sessions/summary": {
            "total_sessions": 0,
            "total_duration": "00:00:00",
            "average_duration": "00:00:00",
            "longest_session": "00:00:00",
            "shortest_session": "00:00:00",
        },
        "sessions/timeline": {"timeline": []},
        "sessions/session-timeline-detail": {"detailed_timeline": []},
        "sessions/daily-time-spent": {"daily_time": {}},
        "sessions/time-by-page": {"page_time": {}},
        "pages/stats": {"page_stats": {}},
    }
    assert {path: olga.figures(path)["data"] for path in nothing} == nothing
    assert olga.figures("sessions/heatmap")["heatmap_data"]["date_range"] == {"start_date": None, "end_date": None}


def test_time_by_page_is_what_was_told_of_pages(olga: Timing, clock: StoppedClock) -> None:
    for user, page, spent in (("ann", "/dashboard", 120), ("ann", "/dashboard", 60.5), ("bob", "/profile", 360_000)):
        answer = olga.call("pages/track", user=user, page=page, timespent=spent)
        assert answer.json() == {
            "status": "success",
            "message": "Page visit tracked successfully",
            "data": {"page": page, "time_spent": spent, "timestamp": at(0)},
        }
    assert olga.figures("sessions/time-by-page")["data"]["page_time"] == {
        "/profile": "100:00:00",
        "/dashboard": "00:03:00",
    }
    assert olga.figures("pages/stats", "ann")["data"]["page_stats"] == {
        "/dashboard": {"visits": 2, "total_time": "00:03:00", "average_time": "00:01:30"}
    }


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"page": "dashboard"}, "page"),
        ({"page": "/" + "x" * 1_024}, "page"),
        ({"page": "/\n"}, "page"),
        ({"timespent": -1}, "timespent"),
        ({"timespent": 604_801}, "timespent"),
        ({"timespent": "120"}, "timespent"),
        ({"user": "all"}, "user"),
    ],
)
def test_a_visit_that_is_none_is_422(olga: Timing, change: dict[str, Any], field: str) -> None:
    body: dict[str, Any] = {"user": "ann", "page": "/", "timespent": 1} | change
    assert refused(olga.call("pages/track", **body))[::2] == (422, field)


def test_a_page_is_a_sign_of_life(world: World, owner: Person, clock: StoppedClock) -> None:
    keyed = by(world.key(owner, "shop", "admin"), world)
    keyed.start()
    clock.forward(23 * 3_600)
    assert keyed.call("pages/track", user="ann", page="/", timespent=60).status_code == 200
    seen = at(23 * 60)
    clock.forward(2 * 3_600)
    world.app.timed.close_left(world.app.control.directory)
    assert keyed.figures("sessions/timeline")["data"]["timeline"][0]["status"] == "active"
    clock.forward(23 * 3_600)
    world.app.timed.close_left(world.app.control.directory)
    assert keyed.figures("sessions/timeline")["data"]["timeline"][0]["end_time"] == seen


stretches = st.lists(st.tuples(st.integers(0, 900 * 24 * 60), st.integers(0, 4 * 24 * 60)), max_size=8)


@given(
    stretches, st.sampled_from(["UTC", "Europe/Berlin", "America/Sao_Paulo", "Asia/Kathmandu", "Australia/Lord_Howe"])
)
def test_time_spread_over_days_is_what_counting_minutes_finds(told: list[tuple[int, int]], name: str) -> None:
    """From 2017: Brazil's clocks skipped midnight then."""
    zone, since = ZoneInfo(name), 17_167 * DAY
    spread = Spread(zone)
    counted: dict[date, int] = {}
    for minute, length in told:
        began = since + minute * MINUTE
        spread.add(began, began + length * MINUTE)
        for quarter in range(began, began + length * MINUTE, MINUTE):
            day = local(quarter, zone).date()
            counted[day] = counted.get(day, 0) + MINUTE
    assert spread.by_day() == dict(sorted(counted.items()))


def test_a_stretch_of_years_is_spread_at_once() -> None:
    spread = Spread(BERLIN)
    for _ in range(1_000):
        spread.add(0, 20_000 * DAY)
    days = spread.by_day()
    assert sum(days.values()) == 1_000 * 20_000 * DAY
    assert days[date(2024, 3, 31)] == 1_000 * 23 * HOUR
