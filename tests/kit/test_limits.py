"""So many a minute for each key: exact, also under threads, and bounded in memory."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from gosight.kit import limits
from gosight.kit.limits import PerHour, PerMinute
from tests.world import StoppedClock


def test_what_does_not_fit_is_refused_until_the_minute_is_over(clock: StoppedClock) -> None:
    limit = PerMinute(2, clock)
    assert [limit.take("a").allowed for _ in range(3)] == [True, True, False]
    clock.forward(59)
    refused = limit.take("a")
    assert (refused.allowed, refused.retry_after, refused.remaining) == (False, 1, 0)
    clock.forward(1)
    assert limit.take("a").allowed


def test_an_hour_is_as_long_as_that(clock: StoppedClock) -> None:
    limit = PerHour(1, clock)
    assert limit.take("a").allowed
    clock.forward(60)
    assert limit.take("a").retry_after == 3_540
    clock.forward(3_540)
    assert limit.take("a").allowed


def test_keys_do_not_share(clock: StoppedClock) -> None:
    limit = PerMinute(1, clock)
    assert limit.take("a").allowed
    assert limit.take("b").allowed


def test_a_refused_amount_is_not_counted(clock: StoppedClock) -> None:
    limit = PerMinute(10, clock)
    assert not limit.take("a", 11).allowed
    assert limit.take("a", 10).allowed


def test_what_is_given_back_may_be_taken_again(clock: StoppedClock) -> None:
    limit = PerMinute(10, clock)
    limit.take("a", 10)
    limit.give_back("a", 4)
    limit.give_back("unknown", 4)
    assert limit.take("a", 4).allowed
    assert not limit.take("a").allowed


def test_zero_is_no_limit(clock: StoppedClock) -> None:
    limit = PerMinute(0, clock)
    assert all(limit.take("a", 1_000_000).allowed for _ in range(10))
    assert limits.headers(limit.take("a")) == {}


def test_a_clock_that_is_put_back_locks_nobody_out(clock: StoppedClock) -> None:
    limit = PerMinute(1, clock)
    limit.take("a")
    clock.forward(-3600)
    assert limit.take("a").allowed


def test_threads_take_no_more_than_there_is(clock: StoppedClock) -> None:
    limit = PerMinute(100, clock)
    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(lambda _: limit.take("a").allowed, range(500))) == 100


def test_memory_is_bounded(clock: StoppedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_KEYS", 10)
    limit = PerMinute(1, clock)
    for n in range(100):
        limit.take(f"key {n}")
    assert len(limit._windows) <= 10


def test_the_headers_are_contract_1s(clock: StoppedClock) -> None:
    limit = PerMinute(10, clock)
    assert limits.headers(limit.take("a")) == {
        "X-RateLimit-Limit": "10",
        "X-RateLimit-Remaining": "9",
        "X-RateLimit-Reset": str(clock.now // 1_000_000 + 60),
    }
