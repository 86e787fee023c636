"""Whatever order events come in, however they are split, whenever they are derived from: the figures are the same."""

import itertools
import random
from collections.abc import Iterator, Sequence
from queue import SimpleQueue
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gosight.events import EventFiles, EventIn, Geo, Origin, Outcome, Parcel, Recorded, Rules, Submission, split
from gosight.kit.clock import MINUTE
from gosight.kit.errors import GoSightError
from gosight.store.duck import Engine

Results = list[tuple[Submission, Outcome | GoSightError]]
RECEIVED = 1_800_000_000_000_000
FIRST = 1_790_000_000_000
RECORDED = "#recorded"

BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36"
ORIGINS = (
    Origin(ip="203.0.113.1", user_agent=BROWSER, screen="800x600", language="de"),
    Origin(ip="203.0.113.1", user_agent="Googlebot/2.1 (+http://www.google.com/bot.html)", language="en"),
    Origin(),
)
URLS = (
    None,
    "https://a.example/",
    "https://a.example/b",
    "https://a.example/b?utm_source=mail&utm_medium=m&utm_campaign=c",
)
PAYLOADS: dict[str, Sequence[object]] = {
    "page_view": ({"title": "One"}, {"title": "Two", "referrer": "https://www.google.com/"}, {"referrer": "https://b.example/x"}),
    "page_exit": ({"time_on_page_ms": 1500, "scroll_depth": 40}, {"time_on_page_ms": -1}, {"scroll_depth": 90.5}),
    "scroll": ({"depth_percent": 30}, {"depth_percent": "x"}),
    "click": ({"x": 10, "y": 10, "target": {"selector": "#a"}}, {"x": 500, "y": 10}, {}),
    "dead_click": ({"target": {"selector": "#dead"}},),
    "js_error": ({"message": "no"}, {"message": "no 7", "stack": "f@https://a.example/a.js:1:2"}, {}),
    "mouse_move": ({"points": [[i * 40, (i % 2) * 300, 0] for i in range(14)]}, {"points": []}, {"points": 5}),
    "identify": ({"traits": {"plan": "a"}}, {"traits": {"plan": "b", "n": 1}}, {"traits": 3}),
    "custom": ({}, None),
}  # fmt: skip


class Sent(msgspec.Struct, frozen=True):
    """An event and how it comes: in which session, from whom."""

    session: str
    visitor: str
    origin: int
    type: str
    at_ms: int
    url: str | None
    user: str | None
    payload: object


def events(times: st.SearchStrategy[int]) -> st.SearchStrategy[Sent]:
    kinds = st.sampled_from(sorted(PAYLOADS)).flatmap(
        lambda kind: st.tuples(st.just(kind), st.sampled_from(PAYLOADS[kind]))
    )
    return st.builds(
        lambda session, visitor, origin, kind, at, url, user: Sent(
            session, visitor, origin, kind[0], at, url, user, kind[1]
        ),
        st.sampled_from(["s1", "s1", "s2"]),
        st.sampled_from(["v1", "v1", "v2"]),
        st.sampled_from([0, 0, 1, 2]),
        kinds,
        times,
        st.sampled_from(URLS),
        st.sampled_from([None, None, "u1", "u2"]),
    )


MOMENTS = st.integers(0, 400).map(lambda step: FIRST + step * 50)
TROUBLE: dict[str, list[tuple[str, int, object]]] = {
    "rage": [("click", 200 * n, {"x": 10 + n, "y": 10, "target": {"selector": "#a"}}) for n in range(6)],
    "an error": [("click", 0, {}), ("js_error", 300, {"message": "no"})],
    "thrashing": [("mouse_move", 0, {"points": [[n * 40, (n % 2) * 300, 0] for n in range(14)]})],
    "a dead click": [("dead_click", 0, {"target": {"selector": "#dead"}})],
}
"""What a signal comes of: type, milliseconds, payload. One by one such events seldom fall together."""


def trouble(begin_ms: int, kind: str) -> list[Sent]:
    return [
        Sent("s1", "v1", 0, type_, begin_ms + after_ms, URLS[1], None, payload)
        for type_, after_ms, payload in TROUBLE[kind]
    ]


def unique(sent: Sequence[Sent]) -> list[Sent]:
    return list({one.at_ms: one for one in sent}.values())


def recorded(at_ms: int, session: str, visitor: str, origin: int) -> Sent:
    """A piece of a session's recording, which lasts 100 ms."""
    return Sent(session, visitor, origin, RECORDED, at_ms, None, None, None)


RECORDINGS = st.builds(
    recorded,
    MOMENTS.map(lambda at: at + 13),
    st.sampled_from(["s1", "s2", "s3", "s3"]),
    st.sampled_from(["v1", "v2"]),
    st.sampled_from([0, 1]),
)
UNIQUE = st.builds(
    lambda quiet, troubles, pieces: unique([*quiet, *(one for parts in troubles for one in parts), *pieces]),
    st.lists(events(MOMENTS), min_size=1, max_size=24),
    st.lists(st.builds(trouble, MOMENTS.map(lambda at: at + 7), st.sampled_from(sorted(TROUBLE))), max_size=3),
    st.lists(RECORDINGS, max_size=4),
)
TIED = st.lists(events(st.integers(0, 5).map(lambda step: FIRST + step * 400)), min_size=1, max_size=24)
MEANWHILE = st.sampled_from(["nothing", "nothing", "derive", "restart"])


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    made = Engine(tmp_path_factory.mktemp("data"), memory_limit_mb=128, threads=1, temp_limit_mb=64)
    yield made
    made.close()


numbers = itertools.count(1)


class Project:
    """A project's file and whoever writes to it."""

    def __init__(self, engine: Engine) -> None:
        self.number = next(numbers)
        self._now = RECEIVED
        self._answers: SimpleQueue[Results] = SimpleQueue()
        self._files = EventFiles(engine, Geo(None), lambda: self._now, lambda number: Rules(), 30)
        self._files.answer_with(self._answers.put)

    def send(self, batch: Sequence[Sent]) -> None:
        """One request; on return it is stored."""
        self._files.open(self.number)
        self._files.submit(self.number, _submission(batch))
        ((_, outcome),) = self._answers.get(timeout=30)
        assert isinstance(outcome, Outcome), outcome

    def meanwhile(self, what: str) -> None:
        if what == "derive":
            self._files.derive()
        elif what == "restart":
            self._now += 11 * MINUTE
            self._files.close_idle()

    def tables(self) -> dict[str, list[tuple[Any, ...]]]:
        with self._files.of(self.number).reading() as cursor:
            return {name: cursor.rows(statement) for name, statement in TABLES.items()}

    def sessions(self) -> list[tuple[Any, ...]]:
        with self._files.of(self.number).reading() as cursor:
            return cursor.rows(
                "select session_id, has_replay, event_count, visitor_id, epoch_ms(started_at) from sessions"
            )

    def __enter__(self) -> "Project":
        return self

    def __exit__(self, *problem: object) -> None:
        self._files.forget(self.number)


_OF = "exclude (session_no) from {0} as t join sessions as s using (session_no) order by all"
TABLES = {
    "sessions": "select * exclude (session_no, context_at, derivation) from sessions order by session_id",
    "pages": "select s.session_id, t.* " + _OF.format("pages"),
    "clicks": "select s.session_id, t.* " + _OF.format("clicks"),
    "scrolls": "select s.session_id, t.* " + _OF.format("scrolls"),
    "signals": "select s.session_id, t.* " + _OF.format("signals"),
    "identities": "select * exclude (seq) from identities order by user_id, ts, traits",
    "occurrences": "select s.session_id, t.* "
    + _OF.format("occurrences").replace("session_no)", "session_no, seq)", 1),
    "events": "select s.session_id, t.* " + _OF.format("events").replace("session_no)", "session_no, seq)", 1),
}


def _submission(batch: Sequence[Sent]) -> Submission:
    parcels: dict[tuple[str, str, int], Parcel] = {}
    for sent in (one for one in batch if one.type != RECORDED):
        parcel = parcels.setdefault(
            (sent.visitor, sent.session, sent.origin),
            Parcel(visitors=(sent.visitor,), session_id=sent.session, origin=ORIGINS[sent.origin], events=[]),
        )
        parcel.events.append(_event(sent))
    return Submission(
        parcels=list(parcels.values()),
        recorded=tuple(_piece(one) for one in batch if one.type == RECORDED),
        received=RECEIVED,
        batch_hash=None,
        size=1_000,
        session_gap=30 * MINUTE,
    )


def _piece(sent: Sent) -> Recorded:
    parcel = Parcel(visitors=(sent.visitor,), session_id=sent.session, origin=ORIGINS[sent.origin], events=[])
    begin = sent.at_ms * 1_000
    return Recorded(parcel=parcel, index=sent.at_ms - FIRST, starts_at=begin, ends_at=begin + 100_000)


def _event(sent: Sent) -> EventIn:
    referrer = sent.payload.get("referrer") if isinstance(sent.payload, dict) else None
    event = EventIn(type=sent.type, url=sent.url, referrer=referrer, user_id=sent.user)
    event.payload = msgspec.Raw(msgspec.json.encode(sent.payload))
    event.at, event.received, event.path = sent.at_ms * 1_000, RECEIVED, split(sent.url).path
    return event


def _cut(sent: Sequence[Sent], cuts: Sequence[int]) -> list[Sequence[Sent]]:
    edges = sorted({0, len(sent), *(cut % len(sent) for cut in cuts)})
    return [sent[begin:end] for begin, end in itertools.pairwise(edges)]


def _derived_once(engine: Engine, sent: Sequence[Sent]) -> dict[str, list[tuple[Any, ...]]]:
    with Project(engine) as project:
        project.send(sent)
        return project.tables()


@pytest.mark.parametrize(("kind", "expected"), list(zip(TROUBLE, ["rage", "error", "thrashed", "dead"], strict=True)))
def test_trouble_is_found(engine: Engine, kind: str, expected: str) -> None:
    """Else the next test would compare nothing with nothing."""
    (signal,) = _derived_once(engine, trouble(FIRST, kind))["signals"]
    assert signal[1].startswith(expected)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    UNIQUE,
    st.randoms(use_true_random=False),
    st.lists(st.integers(0, 100), max_size=6),
    st.lists(MEANWHILE, max_size=8),
)
def test_any_order_of_arrival_gives_the_same(
    engine: Engine, sent: list[Sent], chance: random.Random, cuts: list[int], meanwhile: list[str]
) -> None:
    expected = _derived_once(engine, sorted(sent, key=lambda one: one.at_ms))
    arrived = list(sent)
    chance.shuffle(arrived)
    with Project(engine) as project:
        for batch, what in itertools.zip_longest(_cut(arrived, cuts), meanwhile):
            if batch is not None:
                project.send(batch)
            project.meanwhile(what or "nothing")
        found = project.tables()
    assert found == expected


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TIED, st.lists(st.integers(0, 100), max_size=6), st.lists(MEANWHILE, max_size=8))
def test_events_that_share_a_moment_count_in_the_order_of_arrival(
    engine: Engine, sent: list[Sent], cuts: list[int], meanwhile: list[str]
) -> None:
    sent = [msgspec.structs.replace(one, visitor="v1", origin=0) for one in sent]
    expected = _derived_once(engine, sent)
    with Project(engine) as project:
        for batch, what in itertools.zip_longest(_cut(sent, cuts), meanwhile):
            if batch is not None:
                for session in sorted({one.session for one in batch}):
                    project.send([one for one in batch if one.session == session])
            project.meanwhile(what or "nothing")
        found = project.tables()
    assert found == expected


def test_a_session_that_was_recorded_has_the_figures_of_its_events(engine: Engine) -> None:
    """Else the tests above would compare nothing with nothing."""
    visit = list(trouble(FIRST, "rage"))
    pieces = [recorded(FIRST - 500, visit[0].session, "v9", 1), recorded(FIRST + 90_000, "s3", "v3", 0)]
    with Project(engine) as project:
        project.send([pieces[0]])
        project.send([*visit, pieces[1]])
        found = {row[0]: row for row in project.sessions()}
    assert found[visit[0].session][1:] == (True, len(visit), visit[0].visitor, FIRST)
    assert found["s3"][1:] == (True, 0, "v3", FIRST + 90_000)
