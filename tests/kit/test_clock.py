"""Moments are microseconds in UTC; what leaves the process is ISO 8601."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gosight.kit import clock


@given(st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)))
def test_a_moment_comes_back_from_its_number(when: datetime) -> None:
    assert clock.to_datetime(clock.from_datetime(when)) == when.replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("when", "text"),
    [
        (datetime(2026, 1, 20, 10, 30, 15), "2026-01-20T10:30:15Z"),
        (datetime(2026, 1, 20, 10, 30, 15, 7_000), "2026-01-20T10:30:15.007Z"),
        (datetime(2026, 1, 20, 10, 30, 15, 999), "2026-01-20T10:30:15Z"),
        (datetime(2026, 1, 20, 1, tzinfo=timezone(timedelta(hours=2))), "2026-01-19T23:00:00Z"),
    ],
)
def test_times_are_written_in_utc_with_milliseconds_where_there_are_some(when: datetime, text: str) -> None:
    assert clock.iso(when) == text
    assert clock.iso_of(clock.from_datetime(when)) == text


def test_the_machines_clock_is_cut_to_milliseconds() -> None:
    assert clock.system_clock() % 1_000 == 0
