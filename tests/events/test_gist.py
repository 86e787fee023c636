"""Large payloads: whole for whoever looks at the event, a few KB for figures."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gosight.events.gist import MAX_INLINE, gist
from tests.running import Site


def of(payload: dict[str, Any]) -> dict[str, Any]:
    short = gist(json.dumps(payload).encode())
    assert len(short) <= MAX_INLINE
    found: dict[str, Any] = json.loads(short)
    return found


def test_a_small_payload_is_its_own_gist() -> None:
    payload = json.dumps({"text": "x" * 8_000}).encode()
    assert gist(payload) is payload


def test_what_figures_need_is_kept_first_and_long_texts_lose_their_ends() -> None:
    found = of({"noise": "n" * 9_000, "title": "t" * 9_000, "x": 5, "target": {"selector": "#a", "text": "y" * 9_000}})
    assert found["title"] == "t" * 1_000
    assert found["x"] == 5
    assert found["target"]["selector"] == "#a"
    assert list(found) == ["title", "x", "target", "noise"]


def test_a_cursors_path_loses_its_end() -> None:
    points = [[n * 20, n % 1_000, 5] for n in range(4_000)]
    assert of({"points": points})["points"] == points[:200]


def test_traits_that_do_not_fit_fall_out() -> None:
    traits = {f"trait_{n}": "v" * 100 for n in range(500)}
    found = of({"user_id": "u", "traits": traits})
    assert found["user_id"] == "u"
    assert list(found["traits"].items()) == list(traits.items())[: len(found["traits"])]
    assert len(found["traits"]) > 20


@pytest.mark.parametrize(
    "payload",
    [
        b'{"a":' + b"[" * 900 + b"]" * 900 + b',"b":"' + b"x" * 9_000 + b'"}',
        b'{"x":1e999,"b":"' + b"x" * 9_000 + b'"}',
        b'{"' + b"k" * 9_000 + b'":1}',
        b'{"a":' + b"9" * 9_000 + b"}",
    ],
)
def test_odd_payloads_have_one_too(payload: bytes) -> None:
    assert isinstance(json.loads(gist(payload)), dict)
    assert len(gist(payload)) <= MAX_INLINE


tree = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=300),
    lambda inner: st.lists(inner, max_size=30) | st.dictionaries(st.text(max_size=50), inner, max_size=30),
    max_leaves=400,
)


@given(st.dictionaries(st.sampled_from(["title", "points", "traits", "target", "a", "b"]), tree))
def test_a_gist_is_never_larger(payload: dict[str, Any]) -> None:
    of({**payload, "filler": "é" * 3_000})


def test_thousands_of_large_events_leave_a_project_readable(site: Site) -> None:
    path = [[n * 20, (n % 2) * 300, 0] for n in range(4_000)]
    large = [
        {"type": "mouse_move", "payload": {"points": path}},
        {"type": "page_view", "url": "https://a.example/", "payload": {"title": "x" * 60_000}},
        {"type": "identify", "payload": {"user_id": "u", "traits": {"name": "Ann", "x": "x" * 60_000}}},
        {"type": "track", "payload": {"text": "x" * 60_000}},
    ]
    batch = json.dumps({"visitor_id": "v", "session_id": "s", "events": large * 4}).encode()
    for _ in range(140):
        assert site.post(batch).data["accepted"] == 16
    summary = site.read("/overview").data["summary"]
    assert (summary["sessions"], summary["events"], summary["pageviews"]) == (1, 2_240, 560)
    detail = site.read("/sessions/s").data
    assert detail["user"]["traits"] == {"name": "Ann", "x": "x" * 1_000}
    shown = site.read("/sessions/s/events?event_types=track&per_page=50").data
    assert [event["payload"] for event in shown] == [{"text": "x" * 60_000}] * 50
    newest = site.read("/visitors/v/timeline?types=mouse_move&per_page=1").data
    assert newest[0]["payload"] == {"points": path}
    marks = site.read("/sessions/s/replay").data["events_timeline"]
    assert sum(mark["event_id"] is not None for mark in marks) == 1_120
