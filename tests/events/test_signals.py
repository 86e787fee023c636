"""Rage, error and dead clicks, thrashed cursors: each rule at each of its edges, and in any order of arrival."""

import math
import random

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gosight.events import payload_object, signals
from gosight.events.observations import observe, quick
from gosight.events.signals import Click, DeadClick, JsError, Moves, Observation, Signal, Thresholds, detect


def clicks(*places: tuple[int, float, float], path: str = "/", selector: str = "#buy") -> list[Click]:
    return [
        Click(ts_ms=at, x=x, y=y, path=path, selector=selector, url="https://a.example" + path) for at, x, y in places
    ]


def every(step_ms: int, count: int, start: int = 0) -> list[Click]:
    return clicks(*((start + step_ms * n, 10, 10) for n in range(count)))


class TestRage:
    def test_five_clicks_on_one_spot(self) -> None:
        assert signals.rage_clicks(every(100, 5, start=1_000)) == [
            Signal(
                type="rage_click",
                at_ms=1_000,
                path="/",
                url="https://a.example/",
                selector="#buy",
                details={"click_count": 5, "time_window_ms": 400},
            )
        ]

    def test_four_clicks_are_none(self) -> None:
        assert signals.rage_clicks(every(100, 4)) == []

    def test_exactly_2000_ms_fit_and_one_more_does_not(self) -> None:
        assert len(signals.rage_clicks(every(500, 5))) == 1
        assert signals.rage_clicks(clicks(*((at, 0, 0) for at in (0, 500, 1_000, 1_500, 2_001)))) == []

    def test_exactly_50_px_from_the_centre_fit_and_one_more_does_not(self) -> None:
        """Centre is (0, 0): the two outer ones are 50 px off it, then 51."""
        assert len(signals.rage_clicks(clicks((0, -50, 0), (1, 50, 0), (2, 0, 0), (3, 0, 0), (4, 0, 0)))) == 1
        assert signals.rage_clicks(clicks((0, -51, 0), (1, 51, 0), (2, 0, 0), (3, 0, 0), (4, 0, 0))) == []

    def test_the_centre_is_where_the_clicks_are_and_no_grid_cell(self) -> None:
        """All around x = 100, where a grid of 100 px would part them."""
        assert len(signals.rage_clicks(clicks(*((n, 98 + n, 200 - n) for n in range(5))))) == 1

    def test_a_run_grows_while_its_last_five_fit(self) -> None:
        """Nine clicks in 4 s, though no more than 2 s may lie between the first and the last of five."""
        (found,) = signals.rage_clicks(every(500, 9))
        assert found.details == {"click_count": 9, "time_window_ms": 4_000}

    def test_a_pause_ends_the_run(self) -> None:
        """After the pause three more: they are no run of their own."""
        (found,) = signals.rage_clicks(every(100, 6) + every(100, 3, start=5_000))
        assert found.details["click_count"] == 6

    def test_two_runs_are_two_signals(self) -> None:
        found = signals.rage_clicks(every(100, 5) + every(100, 7, start=10_000))
        assert [(run.at_ms, run.details["click_count"]) for run in found] == [(0, 5), (10_000, 7)]

    def test_slow_clicks_before_do_not_count(self) -> None:
        (found,) = signals.rage_clicks(every(1_900, 3) + every(10, 5, start=20_000))
        assert (found.at_ms, found.details["click_count"]) == (20_000, 5)

    def test_clicks_on_different_pages_are_no_run(self) -> None:
        assert signals.rage_clicks(every(100, 3) + clicks((350, 10, 10), (400, 10, 10), path="/b")) == []

    def test_the_element_is_the_one_hit_most(self) -> None:
        mixed = every(100, 2) + clicks((250, 10, 10), (350, 10, 10), (450, 10, 10), selector="#other")
        assert signals.rage_clicks(mixed)[0].selector == "#other"

    def test_a_click_without_a_place_neither_counts_nor_parts(self) -> None:
        (found,) = signals.rage_clicks([*every(100, 5), Click(ts_ms=250, path="/", x=math.inf, y=math.inf)])
        assert found.details["click_count"] == 5


class TestErrorClick:
    def test_an_error_within_exactly_1000_ms(self) -> None:
        (found,) = signals.error_clicks(every(1, 1, start=500), [JsError(ts_ms=1_500, message="x is null")])
        assert (found.type, found.at_ms, found.selector) == ("error_click", 500, "#buy")
        assert found.details == {"error_count": 1, "delay_ms": 1_000, "message": "x is null"}

    @pytest.mark.parametrize("at_ms", [499, 1_501], ids=["before the click", "1,001 ms after"])
    def test_no_other_error(self, at_ms: int) -> None:
        assert signals.error_clicks(every(1, 1, start=500), [JsError(ts_ms=at_ms)]) == []

    def test_an_error_at_the_same_millisecond_counts(self) -> None:
        assert len(signals.error_clicks(every(1, 1), [JsError(ts_ms=0)])) == 1

    def test_the_last_click_before_it_is_the_cause(self) -> None:
        assert [found.at_ms for found in signals.error_clicks(every(100, 3), [JsError(ts_ms=250)])] == [200]

    def test_many_errors_after_one_click_are_one_signal(self) -> None:
        (found,) = signals.error_clicks(every(1, 1), [JsError(ts_ms=n) for n in range(4)])
        assert found.details["error_count"] == 4


def zigzag(turns: int, step_ms: int, step_px: float, start: int = 0) -> Moves:
    """A cursor that goes right and left: so many turns, `step_px` and `step_ms` apart."""
    points = tuple((step_ms * n, step_px * (n % 2), 0.0) for n in range(turns + 2))
    return Moves(ts_ms=start, path="/", points=points, url="https://a.example/")


class TestThrashed:
    def test_ten_turns(self) -> None:
        (found,) = signals.thrashed([zigzag(10, 100, 100)])
        assert (found.type, found.at_ms, found.path) == ("thrashed_cursor", 100, "/")
        assert found.details == {"turns": 10, "time_window_ms": 900, "speed_px_per_s": 1_000}

    def test_nine_turns_are_none(self) -> None:
        assert signals.thrashed([zigzag(9, 100, 100)]) == []

    def test_exactly_500_px_a_second_is_fast_and_less_is_not(self) -> None:
        assert len(signals.thrashed([zigzag(10, 200, 100)])) == 1
        assert signals.thrashed([zigzag(10, 200, 99)]) == []

    def test_exactly_2000_ms_fit_and_more_do_not(self) -> None:
        """Nine steps between ten turns: 8 of 222 ms and one of 224 ms are 2,000 ms."""
        assert len(signals.thrashed([self._last_step_of(224)])) == 1
        assert signals.thrashed([self._last_step_of(225)]) == []

    @staticmethod
    def _last_step_of(last_ms: int) -> Moves:
        points = [(222 * n, 200.0 * (n % 2), 0.0) for n in range(10)]
        points += [(222 * 9 + last_ms, 0.0, 0.0), (222 * 9 + last_ms + 1, 200.0, 0.0)]
        return Moves(ts_ms=0, points=tuple(points))

    def test_turns_of_exactly_90_degrees_do_not_count(self) -> None:
        """A staircase: every step is at a right angle to the one before."""
        stairs = tuple((10 * n, 50.0 * ((n + 1) // 2), 50.0 * (n // 2)) for n in range(40))
        assert signals.thrashed([Moves(ts_ms=0, points=stairs)]) == []

    def test_turns_of_a_little_over_90_degrees_count(self) -> None:
        """The same staircase, but each riser leans back a little."""
        stairs = tuple((10 * n, 50.0 * ((n + 1) // 2) - n // 2, 50.0 * (n // 2)) for n in range(40))
        assert len(signals.thrashed([Moves(ts_ms=0, points=stairs)])) == 1

    def test_the_angle_is_a_setting(self) -> None:
        stairs = tuple((10 * n, 50.0 * ((n + 1) // 2), 50.0 * (n // 2)) for n in range(40))
        assert len(signals.thrashed([Moves(ts_ms=0, points=stairs)], Thresholds(thrash_angle_degrees=89))) == 1
        assert signals.thrashed([zigzag(10, 100, 100)], Thresholds(thrash_angle_degrees=179)) != []

    def test_a_resting_cursor_has_no_direction(self) -> None:
        rest = tuple((10 * n, 5.0, 5.0) for n in range(100))
        assert signals.thrashed([Moves(ts_ms=0, points=rest)]) == []

    def test_a_run_may_cross_batches_and_grows(self) -> None:
        (found,) = signals.thrashed([zigzag(6, 100, 100), zigzag(6, 100, 100, start=800)])
        assert found.details["turns"] == 14

    def test_a_new_page_parts_the_run(self) -> None:
        other = msgspec.structs.replace(zigzag(5, 100, 100, start=800), path="/b")
        assert signals.thrashed([zigzag(5, 100, 100), other]) == []


def test_each_dead_click_is_a_signal() -> None:
    dead = DeadClick(ts_ms=5, path="/a", selector="#x", url="https://a.example/a")
    assert detect([dead]) == [
        Signal(type="dead_click", at_ms=5, path="/a", url="https://a.example/a", selector="#x", details={})
    ]


def test_a_quiet_session_has_no_signals() -> None:
    assert detect([]) == []
    assert detect([*every(3_000, 20), JsError(ts_ms=-1)]) == []


@pytest.mark.parametrize(
    "numbers",
    [{"rage_clicks": 1}, {"rage_clicks": "5"}, {"rage_window_ms": 0}, {"thrash_turns": 0}, {"unknown": 1}],
)
def test_settings_that_make_no_sense_are_refused(numbers: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(numbers, Thresholds)


at = st.integers(0, 4_000)
px = st.integers(-80, 80) | st.floats(-80, 80)
path = st.sampled_from(["/", "/b"])
selector = st.sampled_from(["#a", "#b"])
observation = st.one_of(
    st.builds(Click, ts_ms=at, x=px, y=px, path=st.just("/"), selector=selector),
    st.builds(Click, ts_ms=at, x=px, y=px, path=path, selector=selector),
    st.builds(JsError, ts_ms=at, message=st.sampled_from(["a", "b"])),
    st.builds(DeadClick, ts_ms=at, path=path, selector=selector),
    st.builds(Moves, ts_ms=at, path=path, points=st.lists(st.tuples(at, px, px), max_size=30).map(tuple)),
)
session = st.lists(observation, max_size=60)


@given(session, st.randoms(use_true_random=False))
def test_any_order_of_arrival_gives_the_same(seen: list[Observation], order: random.Random) -> None:
    shuffled = list(seen)
    order.shuffle(shuffled)
    assert detect(shuffled) == detect(seen)


def count(found: list[Signal], type: str) -> int:
    """Occurrences that the signals cover: a wider rule may join two runs into one, but covers no less."""
    what = {"rage_click": "click_count", "error_click": "error_count", "thrashed_cursor": "turns"}[type]
    return sum(int(signal.details[what]) for signal in found if signal.type == type)


@given(session, st.integers(0, 2_000))
def test_a_wider_window_for_errors_never_loses_one(seen: list[Observation], more_ms: int) -> None:
    wide = Thresholds(error_window_ms=1_000 + more_ms)
    assert count(detect(seen, wide), "error_click") >= count(detect(seen), "error_click")


@given(session, st.integers(0, 58_000))
def test_a_longer_window_still_finds_who_raged_and_thrashed(seen: list[Observation], more_ms: int) -> None:
    wide = Thresholds(rage_window_ms=2_000 + more_ms, thrash_window_ms=2_000 + more_ms)
    for kind in ("rage_click", "thrashed_cursor"):
        if any(signal.type == kind for signal in detect(seen)):
            assert any(signal.type == kind for signal in detect(seen, wide))


@given(session, st.integers(5, 12))
def test_asking_for_more_clicks_never_finds_new_rage(seen: list[Observation], least: int) -> None:
    if detect_rage(seen, Thresholds(rage_clicks=least)):
        assert detect_rage(seen, Thresholds(rage_clicks=2, rage_radius_px=10_000))


def detect_rage(seen: list[Observation], t: Thresholds) -> list[Signal]:
    return [signal for signal in detect(seen, t) if signal.type == "rage_click"]


hostile = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=12,
)
payload = st.dictionaries(
    st.sampled_from(["x", "y", "page_x", "page_y", "target", "points", "message", "selector"]), hostile, max_size=6
)


kind = st.sampled_from(["click", "dead_click", "js_error", "mouse_move", "scroll"])


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(kind, at, payload), max_size=20))
def test_any_payload_can_be_looked_at(events: list[tuple[str, int, dict[str, object]]]) -> None:
    seen = [observe(kind, ts_ms, None, None, data) for kind, ts_ms, data in events]
    for signal in detect([one for one in seen if one is not None]):
        msgspec.json.encode(signal)


point = st.lists(st.integers(-5, 700_000) | st.floats(-5, 2e6), min_size=2, max_size=4)
sound = st.fixed_dictionaries(
    {},
    optional={
        "x": st.none() | st.integers(-2_000_000, 2_000_000) | st.floats(allow_nan=False, allow_infinity=False),
        "y": st.integers(),
        "page_x": st.floats(-9, 9),
        "page_y": st.integers(0, 9),
        "target": st.fixed_dictionaries({"selector": st.text(max_size=3)}),
        "points": st.lists(point, max_size=5),
    },
)


@given(kind, at, sound | payload)
def test_a_quick_look_sees_what_a_close_one_sees(type: str, ts_ms: int, data: dict[str, object]) -> None:
    text = msgspec.json.encode(data).decode()
    seen = quick(type, ts_ms, "/", None, text)
    assert seen is None or seen == observe(type, ts_ms, "/", None, payload_object(text))


def test_reads_a_click_as_the_contract_writes_it() -> None:
    payload: dict[str, object] = {
        "x": 450,
        "y": 320,
        "page_x": 450,
        "page_y": 1220,
        "target": {"selector": "#signup-btn"},
    }
    assert observe("click", 7, "/pricing", "https://example.com/pricing", payload) == Click(
        ts_ms=7, path="/pricing", url="https://example.com/pricing", x=450, y=320, selector="#signup-btn"
    )


def test_page_coordinates_stand_in_where_those_of_the_viewport_are_missing() -> None:
    seen = observe("click", 7, "/", None, {"x": "450", "page_x": 1, "page_y": 2})
    assert isinstance(seen, Click)
    assert (seen.x, seen.y) == (1, 2)
