"""While events come in as a stream figures may be a moment old; once it has ended, and where little is sent, never."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue

import msgspec
import pytest

from gosight.events import EventFiles, EventIn, Geo, Origin, Outcome, Parcel, Rules, Submission
from gosight.events.stream import BUSY_EVENTS, Stream
from gosight.events.writer import Writer
from gosight.kit.clock import MINUTE
from gosight.kit.errors import GoSightError
from gosight.store.duck import Engine

NOW = 1_800_000_000_000_000
A_GROUP = 100
COUNTS = """
select (select count(*) from events) as events, (select coalesce(sum(event_count), 0) from sessions) as derived
"""
Results = list[tuple[Submission, Outcome | GoSightError]]


class Watch:
    """A clock that is set by hand, in seconds."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.mark.parametrize(
    ("groups", "pause_s", "is_busy"),
    [(10, 0.1, True), (9, 0.1, False), (20, 0.1, True), (20, 0.2, False), (1_000, 0.001, True)],
    ids=["just enough", "too few", "goes on", "too slow", "very fast"],
)
def test_so_many_events_within_a_second_are_a_stream(watch: Watch, groups: int, pause_s: float, is_busy: bool) -> None:
    stream = Stream(watch)
    for _ in range(groups):
        stream.committed(A_GROUP)
        watch.now += pause_s
    watch.now -= pause_s
    assert stream.is_busy() is is_busy


def test_a_stream_that_stopped_a_second_ago_is_none(watch: Watch) -> None:
    stream = Stream(watch)
    stream.committed(BUSY_EVENTS)
    assert stream.is_busy()
    watch.now += 1.01
    assert not stream.is_busy()


def test_a_stream_goes_on_with_the_next_commit_alone() -> None:
    stream = Stream()
    stream.committed(BUSY_EVENTS)
    assert not stream.goes_on(0.01)
    later = threading.Timer(0.01, stream.committed, (1,))
    later.start()
    assert stream.goes_on(30)


@pytest.fixture
def files(tmp_path: Path) -> Iterator[EventFiles]:
    engine = Engine(tmp_path, memory_limit_mb=128, threads=2, temp_limit_mb=64)
    made = EventFiles(engine, Geo(None), lambda: NOW, lambda number: Rules(), 30)
    made.open(1)
    yield made
    made.close()


def batch(events: int, session: str = "s") -> Submission:
    made = [
        EventIn(type="click", at=NOW, received=NOW, url="https://a.example/", path="/", payload=msgspec.Raw(b"{}"))
        for _ in range(events)
    ]
    parcel = Parcel(visitors=("v",), session_id=session, origin=Origin(), events=made)
    return Submission(parcels=[parcel], received=NOW, batch_hash=None, size=1_000, session_gap=30 * MINUTE)


class Counts(msgspec.Struct):
    events: int
    derived: int


def counts(files: EventFiles) -> Counts:
    return files.of(1).one(COUNTS, into=Counts)


def test_a_burst_is_read_whole_as_soon_as_it_was_acknowledged(files: EventFiles) -> None:
    answers: SimpleQueue[Results] = SimpleQueue()
    files.answer_with(answers.put)
    sent = 0
    for _ in range(5):
        for _ in range(20):
            files.submit(1, batch(A_GROUP))
        done = 0
        while done < 20:
            done += len(answers.get(timeout=60))
        sent += 20 * A_GROUP
        assert counts(files) == Counts(sent, sent)


def test_readers_of_a_stream_leave_deriving_to_the_background(
    files: EventFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended, derived, answers = threading.Event(), SimpleQueue[str](), SimpleQueue[Results]()
    files.answer_with(answers.put)
    up_to_date = Writer.bring_up_to_date

    def noted(writer: Writer, timeout: float) -> None:
        derived.put(threading.current_thread().name)
        up_to_date(writer, timeout)

    monkeypatch.setattr(Writer, "bring_up_to_date", noted)

    def pour() -> None:
        sent = 0
        while not ended.wait(0.01):
            files.submit(1, batch(A_GROUP))
            sent += 1
        while sent:
            sent -= len(answers.get(timeout=60))

    pouring = threading.Thread(target=pour)
    pouring.start()
    seen: list[Counts] = []
    readers: list[str] = []
    until = time.monotonic() + 60
    try:
        while len(readers) == len(seen):  # until one of them had nothing to do
            assert time.monotonic() < until
            seen.append(counts(files))
            readers += [derived.get() for _ in range(derived.qsize())]
        while derived.empty():
            assert time.monotonic() < until
            files.keep_fresh()
    finally:
        ended.set()
        pouring.join()
    assert set(readers) == {"MainThread"}
    assert derived.get().startswith("derive")
    assert [one.derived for one in seen] == sorted(one.derived for one in seen)
    last = counts(files)
    assert last.derived == last.events
