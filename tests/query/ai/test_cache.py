"""Memory of what was answered: for a while, and within bounds."""

from gosight.kit.clock import SECOND
from gosight.query.ai.cache import Cache
from tests.world import StoppedClock, noon


def cache(clock: StoppedClock, most: int = 800) -> "Cache[str, str]":
    return Cache(clock, keep=10 * SECOND, most_bytes=most, size=len)


def test_what_was_put_is_there_until_its_time_is_over(clock: StoppedClock) -> None:
    held = cache(clock)
    held.put("a", "1")
    clock.forward(9.9)
    assert held.get("a") == "1"
    clock.forward(0.1)
    assert held.get("a") is None


def test_a_clock_that_was_put_back_keeps_nothing_for_ever(clock: StoppedClock) -> None:
    held = cache(clock)
    held.put("a", "1")
    clock.now = noon() - SECOND
    assert held.get("a") is None


def test_the_one_that_was_not_asked_for_longest_goes_first(clock: StoppedClock) -> None:
    held = cache(clock)
    for name in "abcdefgh":
        held.put(name, "x" * 100)
    assert held.get("a") is not None
    held.put("i", "x" * 100)
    assert held.get("b") is None
    assert all(held.get(name) is not None for name in "acdefghi")


def test_what_is_large_pushes_nothing_out(clock: StoppedClock) -> None:
    held = cache(clock)
    held.put("a", "1")
    held.put("b", "x" * 101)
    assert (held.get("a"), held.get("b")) == ("1", None)


def test_replaced_and_dropped_values_are_counted_no_more(clock: StoppedClock) -> None:
    held = cache(clock)
    for _ in range(100):
        held.put("a", "x" * 100)
    held.put("b", "x" * 100)
    held.drop("b")
    held.drop("b")
    assert held.get("a") is not None
    assert held.get("b") is None
