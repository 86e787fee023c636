"""What is told of events as they are stored, and how many sessions are going on."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest

from gosight.events import (
    EventFiles,
    EventIn,
    Geo,
    Origin,
    Outcome,
    Pace,
    Parcel,
    Recorded,
    Rules,
    Submission,
    batch_hash,
)
from gosight.kit.bus import EVENTS, SESSIONS, Bus, Reader
from gosight.kit.clock import MINUTE, SECOND, system_clock
from gosight.kit.errors import GoSightError
from gosight.store.duck import Engine

NOW = system_clock()
BOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"


class Place:
    """A folder with projects' files, opened one time after the other, and what is heard of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bus = Bus()
        self.now = NOW

    @contextmanager
    def opened(self) -> Iterator["Sender"]:
        engine = Engine(self.folder, memory_limit_mb=64, threads=1, temp_limit_mb=64)
        files = EventFiles(engine, Geo(None), lambda: self.now, lambda number: Rules(), 30, self.bus)
        try:
            yield Sender(self, files)
        finally:
            files.close()


class Sender:
    def __init__(self, place: Place, files: EventFiles) -> None:
        self.place = place
        self.files = files
        self._answers: SimpleQueue[tuple[Submission, Outcome | GoSightError]] = SimpleQueue()
        files.answer_with(self._answered)

    def _answered(self, results: list[tuple[Submission, Outcome | GoSightError]]) -> None:
        for result in results:
            self._answers.put(result)

    async def send(self, session: str, *events: EventIn, batch: str | None = None, agent: str | None = None) -> None:
        await self._hand(parcel(session, agent, list(events), self.place.now), batch=batch)

    async def record(self, session: str) -> None:
        piece = parcel(session, None, [], self.place.now)
        at = self.place.now
        await self._hand(recorded=(Recorded(parcel=piece, index=0, starts_at=at, ends_at=at + SECOND),))

    async def _hand(self, *parcels: Parcel, recorded: tuple[Recorded, ...] = (), batch: str | None = None) -> None:
        submission = Submission(
            parcels=list(parcels),
            recorded=recorded,
            received=self.place.now,
            batch_hash=batch_hash(batch) if batch else None,
            size=1_000,
            session_gap=MINUTE,
        )
        while not self.files.submit(1, submission):
            await asyncio.to_thread(self.files.open, 1)
        outcome = (await asyncio.to_thread(self._answers.get, timeout=60))[1]
        assert isinstance(outcome, Outcome)

    def pace(self) -> Pace | None:
        if self.files.pace(1) is None:
            self.files.open(1)
        return self.files.pace(1)


def parcel(session: str, agent: str | None, events: list[EventIn], now: int) -> Parcel:
    for event in events:
        event.at, event.received = event.at or now, now
    return Parcel(visitors=("v",), session_id=session, origin=Origin(user_agent=agent), events=events)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def run(scenario: Callable[[], Coroutine[Any, Any, None]]) -> None:
    async def within_reason() -> None:
        async with asyncio.timeout(120):
            await scenario()

    asyncio.run(within_reason())


def listening(place: Place) -> Reader:
    reader = place.bus.reader()
    reader.listen(1, [SESSIONS, EVENTS])
    return reader


async def told(reader: Reader, count: int) -> list[tuple[str, Any]]:
    """So many messages: their type, and the session or the event's type."""
    heard: list[Any] = []
    while len(heard) < count:
        heard += (await reader.heard())[1]
    assert len(heard) == count
    return [(m.type, m.data.get("event_type") or m.data["session_id"]) for m in heard]


def test_a_session_is_told_of_once_and_each_event_as_it_is_stored(place: Place) -> None:
    async def scenario() -> None:
        reader = listening(place)
        with place.opened() as sender:
            await sender.send(
                "s1", EventIn(type="page_view", url="https://a.example/x"), EventIn(type="click"), batch="b"
            )
            await sender.send(
                "s1", EventIn(type="page_view", url="https://a.example/x"), EventIn(type="click"), batch="b"
            )
            await sender.send("s1", EventIn(type="scroll"))
            assert await told(reader, 4) == [
                ("session.start", "s1"),
                ("event", "page_view"),
                ("event", "click"),
                ("event", "scroll"),
            ]

    run(scenario)


def test_a_session_that_the_file_knows_is_not_announced_again_after_a_restart(place: Place) -> None:
    async def scenario() -> None:
        with place.opened() as sender:
            await sender.send("s1", EventIn(type="page_view"))
        reader = listening(place)
        with place.opened() as sender:
            await sender.send("s1", EventIn(type="click"))
            await sender.send("s2", EventIn(type="click"))
            assert await told(reader, 3) == [("event", "click"), ("session.start", "s2"), ("event", "click")]

    run(scenario)


@pytest.mark.parametrize("restarted", [False, True], ids=["at once", "after a restart"])
def test_a_session_that_only_its_recording_told_of_begins_with_its_first_event(place: Place, restarted: bool) -> None:
    async def scenario() -> None:
        reader = listening(place)
        with place.opened() as sender:
            await sender.record("s1")
            if not restarted:
                await sender.send("s1", EventIn(type="click"))
        if restarted:
            with place.opened() as sender:
                await sender.send("s1", EventIn(type="click"))
        assert await told(reader, 2) == [("session.start", "s1"), ("event", "click")]

    run(scenario)


def test_nobody_hears_of_bots(place: Place) -> None:
    async def scenario() -> None:
        reader = listening(place)
        with place.opened() as sender:
            await sender.send("bot", EventIn(type="page_view"), agent=BOT)
        with place.opened() as sender:
            await sender.send("bot", EventIn(type="click"))
            await sender.send("person", EventIn(type="scroll"))
            assert await told(reader, 2) == [("session.start", "person"), ("event", "scroll")]
            assert sender.pace() == Pace(active_sessions=1, events_per_minute=1)

    run(scenario)


def test_of_more_than_may_wait_the_end_is_told_and_how_much_was_lost(place: Place) -> None:
    async def scenario() -> None:
        reader = listening(place)
        with place.opened() as sender:
            await sender.send("s1", *(EventIn(type="e", name=str(number)) for number in range(1_500)))
            lost, names = 0, ["start"]
            while names[-1] != "1499":
                more, messages = await reader.heard()
                lost += more
                names += [str(message.data.get("name")) for message in messages]
            assert lost + len(names) == 1 + 1_501

    run(scenario)


def test_a_session_goes_on_for_five_minutes_after_its_last_event(place: Place) -> None:
    async def scenario() -> None:
        with place.opened() as sender:
            await sender.send("s1", EventIn(type="a"))
            place.now += 3 * MINUTE
            await sender.send("s2", EventIn(type="a"), EventIn(type="b"))
            assert sender.pace() == Pace(active_sessions=2, events_per_minute=2)
            place.now += 2 * MINUTE + SECOND
            assert sender.pace() == Pace(active_sessions=1, events_per_minute=0)
            await sender.send("s1", EventIn(type="a"))
            assert sender.pace() == Pace(active_sessions=2, events_per_minute=1)

    run(scenario)


def test_what_came_late_is_not_live(place: Place) -> None:
    async def scenario() -> None:
        with place.opened() as sender:
            await sender.send("s1", EventIn(type="a", at=NOW - 60 * MINUTE))
            assert sender.pace() == Pace(active_sessions=0, events_per_minute=1)

    run(scenario)


def test_the_pace_is_the_same_after_a_restart(place: Place) -> None:
    async def scenario() -> None:
        with place.opened() as sender:
            for session in ("s1", "s2", "s1"):
                await sender.send(session, EventIn(type="a"))
                place.now += SECOND
            before = sender.pace()
        with place.opened() as sender:
            assert sender.pace() == before == Pace(active_sessions=2, events_per_minute=3)

    run(scenario)
