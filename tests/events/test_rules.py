"""Numbers that change count from then on, for what is received from then on, in whatever order it comes."""

import random

from hypothesis import given
from hypothesis import strategies as st

from gosight.events import Earlier, Rules, Thresholds
from gosight.events.rules import Seen, judge
from gosight.events.signals import Click, JsError, Signal, detect
from tests.events.test_signals import observation

CHANGED = 1_000
"""When the numbers changed."""


def from_to(before: Thresholds, after: Thresholds) -> Rules:
    return Rules(after, earlier=(Earlier(CHANGED, before),))


def clicks(received: int, *times: int) -> list[Seen]:
    return [(received, Click(ts_ms=at, x=0, y=0, path="/", selector="#a")) for at in times]


def runs(found: list[Signal]) -> list[tuple[int, object]]:
    return [(signal.at_ms, signal.details["click_count"]) for signal in found]


STRICTER = from_to(Thresholds(rage_clicks=3), Thresholds(rage_clicks=5))
LOOSER = from_to(Thresholds(rage_clicks=5), Thresholds(rage_clicks=3))


def test_what_was_received_before_a_change_goes_by_the_old_numbers() -> None:
    seen = clicks(CHANGED - 1, 0, 100, 200)
    assert runs(judge(seen, STRICTER)) == [(0, 3)]
    assert judge(seen, LOOSER) == []


def test_what_is_received_from_then_on_goes_by_the_new_ones() -> None:
    seen = clicks(CHANGED, 0, 100, 200)
    assert judge(seen, STRICTER) == []
    assert runs(judge(seen, LOOSER)) == [(0, 3)]


def test_a_visit_that_is_going_on_keeps_what_it_had() -> None:
    seen = clicks(CHANGED - 1, 0, 100, 200) + clicks(CHANGED, 10_000, 10_100, 10_200)
    assert runs(judge(seen, STRICTER)) == [(0, 3)]
    assert runs(judge(seen, LOOSER)) == [(10_000, 3)]


def test_what_came_before_counts_towards_what_comes_after() -> None:
    """Two clicks before the change and one after are three."""
    seen = clicks(CHANGED - 1, 0, 100) + clicks(CHANGED, 200)
    assert runs(judge(seen, LOOSER)) == [(0, 3)]
    assert judge(seen, STRICTER) == []


def test_a_run_that_grows_after_the_change_is_one_signal() -> None:
    seen = clicks(CHANGED - 1, 0, 100, 200) + clicks(CHANGED, 300, 400)
    assert runs(judge(seen, STRICTER)) == [(0, 5)]


def test_a_run_that_the_new_numbers_do_not_know_stays_as_it_was() -> None:
    seen = clicks(CHANGED - 1, 0, 100, 200) + clicks(CHANGED, 300)
    assert runs(judge(seen, STRICTER)) == [(0, 3)]


def test_a_late_event_of_an_old_visit_leaves_its_signals_alone() -> None:
    seen: list[Seen] = [*clicks(CHANGED - 1, 0, 100, 200), (CHANGED + 9, JsError(ts_ms=60_000))]
    assert runs(judge(seen, STRICTER)) == [(0, 3)]


def test_an_error_goes_to_the_click_by_the_numbers_of_its_own_receipt() -> None:
    rules = from_to(Thresholds(error_window_ms=1_000), Thresholds(error_window_ms=100))
    click = clicks(CHANGED - 1, 0)
    assert len(judge([*click, (CHANGED - 1, JsError(ts_ms=500))], rules)) == 1
    assert judge([*click, (CHANGED, JsError(ts_ms=500))], rules) == []
    both = judge([*click, (CHANGED - 1, JsError(ts_ms=500)), (CHANGED, JsError(ts_ms=50))], rules)
    assert [signal.details["delay_ms"] for signal in both] == [50]


def test_several_changes() -> None:
    rules = Rules(
        Thresholds(rage_clicks=3),
        earlier=(Earlier(10, Thresholds(rage_clicks=3)), Earlier(20, Thresholds(rage_clicks=9))),
    )
    seen = clicks(9, 0, 1, 2) + clicks(10, 10_000, 10_001, 10_002) + clicks(20, 20_000, 20_001, 20_002)
    assert runs(judge(seen, rules)) == [(0, 3), (20_000, 3)]


def test_who_can_have_a_signal_is_found_by_the_loosest_numbers_that_held() -> None:
    rules = Rules(
        Thresholds(rage_clicks=9, rage_window_ms=500),
        earlier=(Earlier(10, Thresholds(rage_clicks=2)), Earlier(20, Thresholds(rage_clicks=5, thrash_turns=3))),
    )
    loose = [rules.loosest(since) for since in (9, 10, 20)]
    assert [(one.rage_clicks, one.rage_window_ms, one.thrash_turns) for one in loose] == [
        (2, 2_000, 3),
        (5, 2_000, 3),
        (9, 500, 10),
    ]


numbers = st.builds(
    Thresholds,
    rage_clicks=st.integers(2, 6),
    rage_window_ms=st.sampled_from([300, 2_000]),
    error_window_ms=st.sampled_from([100, 1_000]),
    thrash_turns=st.integers(2, 12),
)
rules = st.builds(
    lambda now, first, second: Rules(now, earlier=(Earlier(1, first), Earlier(2, second))), numbers, numbers, numbers
)
session = st.lists(st.tuples(st.integers(0, 2), observation), max_size=40)


@given(session, rules, st.randoms(use_true_random=False))
def test_any_order_of_arrival_gives_the_same(seen: list[Seen], rules: Rules, order: random.Random) -> None:
    shuffled = list(seen)
    order.shuffle(shuffled)
    assert judge(shuffled, rules) == judge(seen, rules)


@given(session, rules)
def test_a_visit_within_one_period_is_judged_as_if_there_were_no_other(seen: list[Seen], rules: Rules) -> None:
    for period, numbers in enumerate(rules.numbers):
        inside = [(period, one) for _, one in seen]
        assert judge(inside, rules) == detect([one for _, one in inside], numbers)


@given(session, rules)
def test_a_signal_that_was_there_is_there_after_the_change_or_has_grown(seen: list[Seen], rules: Rules) -> None:
    then = judge([one for one in seen if one[0] < 2], rules)
    now = judge(seen, rules)
    for signal in then:
        assert any(
            one.type == signal.type and one.at_ms <= signal.until_ms and signal.at_ms <= one.until_ms for one in now
        )
