"""The life of projects' files: opened and closed beside each other, deleted under readers, and failing one by one."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import duckdb
import msgspec
import pytest

from gosight.analytics import sessions
from gosight.events import EventFiles, EventIn, Geo, Origin, Outcome, Parcel, Rules, Submission, batch_hash, writer
from gosight.kit.clock import DAY, MINUTE
from gosight.kit.errors import GoSightError, NotFound, Unavailable
from gosight.store.duck import Broken, Cursor, Engine, LackedMemory, _ours

NOW = 1_800_000_000_000_000


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> int:
        return self.now


class Sender:
    """Hands events to files and waits for what becomes of them."""

    def __init__(self, files: EventFiles) -> None:
        self._files = files
        self._answers: SimpleQueue[tuple[Submission, Outcome | GoSightError]] = SimpleQueue()
        files.answer_with(self._answered)

    def _answered(self, results: list[tuple[Submission, Outcome | GoSightError]]) -> None:
        for result in results:
            self._answers.put(result)

    def hand(self, number: int, *events: EventIn, batch: str | None = None, at: int = NOW) -> Submission:
        for event in events:
            event.at = event.at or at
            event.received = at
        parcel = Parcel(visitors=("v",), session_id="s", origin=Origin(), events=list(events))
        submission = Submission(
            parcels=[parcel],
            received=at,
            batch_hash=batch_hash(batch) if batch else None,
            size=1_000,
            session_gap=MINUTE,
        )
        while not self._files.submit(number, submission):
            self._files.open(number)
        return submission

    def answer(self) -> Outcome | GoSightError:
        return self._answers.get(timeout=60)[1]

    def send(self, number: int, *events: EventIn, **how: Any) -> Outcome | GoSightError:
        self.hand(number, *(events or (EventIn(type="a"),)), **how)
        return self.answer()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return Engine(tmp_path, memory_limit_mb=64, threads=1, temp_limit_mb=64)


@pytest.fixture
def files(engine: Engine, clock: Clock) -> Iterator[EventFiles]:
    made = EventFiles(engine, Geo(None), clock, lambda number: Rules(), 30)
    yield made
    made.close()


@pytest.fixture
def sender(files: EventFiles) -> Sender:
    return Sender(files)


def count(files: EventFiles, number: int = 1) -> int:
    with files.of(number).reading() as cursor:
        return int(cursor.rows("select coalesce(sum(event_count), 0) from sessions")[0][0])


def test_an_idle_file_is_closed_and_comes_back(files: EventFiles, sender: Sender, clock: Clock) -> None:
    for _ in range(3):
        sender.send(1)
        clock.now += 11 * MINUTE
        files.close_idle()
        assert "writer-1" not in {thread.name for thread in threading.enumerate()}
    assert count(files) == 3


def test_a_file_in_use_is_not_idle(files: EventFiles, sender: Sender, clock: Clock) -> None:
    sender.send(1)
    with files.of(1).reading() as cursor:
        clock.now += 11 * MINUTE
        files.close_idle()
        assert cursor.rows("select count(*) from events") == [(1,)]
    files.close_idle()
    assert "writer-1" in {thread.name for thread in threading.enumerate()}


def test_the_file_that_was_used_the_longest_ago_makes_room(engine: Engine, clock: Clock) -> None:
    files = EventFiles(engine, Geo(None), clock, lambda number: Rules(), 30, most_open=2)
    sender = Sender(files)
    for number in (1, 2, 1, 3):
        clock.now += MINUTE
        assert isinstance(sender.send(number), Outcome)
    assert open_files() == {1, 3}
    with files.of(1).reading(), files.of(3).reading():
        assert isinstance(sender.send(2), Outcome)
        assert open_files() == {1, 2, 3}, "what is being read stays"
    assert [count(files, number) for number in (1, 2, 3)] == [2, 2, 1]
    files.close()


def open_files() -> set[int]:
    names = {thread.name for thread in threading.enumerate()}
    return {number for number in range(1, 10) if f"writer-{number}" in names}


def test_deleting_a_project_stops_its_readers_and_nothing_brings_it_back(
    files: EventFiles, sender: Sender, engine: Engine
) -> None:
    sender.send(1)
    problems: list[GoSightError] = []
    is_in = threading.Event()

    def read(slow: str) -> None:
        try:
            with files.of(1).reading() as cursor:
                is_in.set()
                cursor.rows(slow)
        except GoSightError as error:
            problems.append(error)

    slow = "select count(*) from range(100000000) a(x), range(1000) b(y) where hash(x, y) = 5"
    reader = threading.Thread(target=read, args=(slow,))
    reader.start()
    is_in.wait(30)
    files.forget(1)
    reader.join(30)
    assert isinstance(problems[0], Unavailable)
    assert not engine.file(1).parent.exists()
    with pytest.raises(NotFound), files.of(1).reading():
        pass
    with pytest.raises(NotFound):
        sender.hand(1, EventIn(type="a"))
    with pytest.raises(NotFound):
        files.open(1)
    assert not engine.file(1).parent.exists()


def test_files_come_and_go_under_many_hands(files: EventFiles, sender: Sender, clock: Clock) -> None:
    wrong: list[BaseException] = []
    over = threading.Event()

    def work(what: Any) -> None:
        while not over.wait(0.001):
            try:
                what()
            except (Unavailable, NotFound):
                pass
            except BaseException as error:
                wrong.append(error)
                return

    def close() -> None:
        clock.now += 11 * MINUTE
        files.close_idle()

    jobs = [
        lambda: count(files, 1),
        lambda: count(files, 2),
        close,
        files.derive,
        lambda: files.checkpoint(0),
        files.forget_seen,
    ]
    threads = [threading.Thread(target=work, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    outcomes = [sender.send(1 + n % 2, at=NOW + n * 1_000) for n in range(120)]
    over.set()
    for thread in threads:
        thread.join(60)
    assert wrong == []
    assert [outcome for outcome in outcomes if not isinstance(outcome, Outcome)] == []
    assert (count(files, 1), count(files, 2)) == (60, 60)


def test_one_file_that_opens_slowly_keeps_no_other_waiting(
    files: EventFiles, sender: Sender, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender.send(2)
    gate, is_opening = threading.Event(), threading.Event()
    real = Engine.writer

    def slow(self: Engine, number: int) -> Cursor:
        if number == 1:
            is_opening.set()
            gate.wait(30)
        return real(self, number)

    monkeypatch.setattr(Engine, "writer", slow)
    opening = threading.Thread(target=files.open, args=(1,))
    opening.start()
    is_opening.wait(30)
    assert isinstance(sender.send(2), Outcome)
    assert count(files, 2) == 2
    gate.set()
    opening.join(30)
    assert isinstance(sender.send(1), Outcome)


def test_one_project_in_trouble_keeps_no_other_from_its_jobs(
    files: EventFiles, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (1, 2, 3):
        sender.send(number)
    real = Engine.checkpoint
    done: list[int] = []

    def checkpoint(self: Engine, number: int) -> None:
        if number == 1:
            raise Broken("no", cause="tests")
        real(self, number)
        done.append(number)

    monkeypatch.setattr(Engine, "checkpoint", checkpoint)
    files.checkpoint(0)
    assert done == [2, 3]
    assert isinstance(sender.send(1), Outcome)
    assert count(files, 1) == 2


def test_a_group_that_fails_harms_nobody_who_comes_after(
    files: EventFiles, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender.send(1)
    for problem in (Broken("lost", cause="tests"), Unavailable("no memory"), OSError("odd"), ValueError("odder")):
        with monkeypatch.context() as patched:

            def commit(self: Cursor, problem: Exception = problem) -> None:
                raise problem

            patched.setattr(Cursor, "commit", commit)
            outcome = sender.send(1)
            assert isinstance(outcome, GoSightError)
            assert outcome.status >= 500
        assert isinstance(sender.send(1, batch=str(problem)), Outcome)
    assert count(files) == 5


@pytest.mark.parametrize(
    "problem",
    [
        duckdb.OutOfMemoryException("failed to allocate data of size 512 bytes (143.9 MiB/144.0 MiB used)"),
        duckdb.TransactionException("Failed to commit: failed to pin block of size 256.0 KiB"),
        duckdb.IOException('Database "p_1" has been invalidated because checkpoint failed: Out of Memory Error'),
    ],
)
def test_a_group_that_finds_no_memory_waits_for_some(
    files: EventFiles, sender: Sender, monkeypatch: pytest.MonkeyPatch, problem: duckdb.Error
) -> None:
    sender.send(1)
    monkeypatch.setattr(writer, "MEMORY_PAUSES", (0.01, 0.01))
    real, lacking = Cursor.commit, [True, True]

    def commit(self: Cursor) -> None:
        if lacking:
            lacking.pop()
            with _ours():
                raise problem
        real(self)

    with monkeypatch.context() as patched:
        patched.setattr(Cursor, "commit", commit)
        assert isinstance(sender.send(1, batch="b"), Outcome)
        assert isinstance(sender.send(1, batch="b"), Outcome)
        assert count(files) == 2
        lacking += [True] * 3
        assert isinstance(sender.send(1, batch="c"), LackedMemory)
    assert lacking == []
    assert isinstance(sender.send(1, batch="c"), Outcome)
    assert count(files) == 3


def test_a_large_payload_of_an_older_file_is_still_whole(files: EventFiles, sender: Sender, engine: Engine) -> None:
    sender.send(1)
    older = engine.writer(1)
    older.run("update events set whole = $1", ['{"long":1}'])
    older.close()
    rows, _ = sessions.events(files.of(1), "s", None, 1, 10)
    assert [row.payload for row in rows] == ['{"long":1}']


def test_a_file_that_cannot_be_opened_again_is_opened_later(
    files: EventFiles, sender: Sender, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender.send(1)
    with monkeypatch.context() as patched:

        def fail(*asked: object) -> None:
            raise Broken("gone", cause="tests")

        patched.setattr(Cursor, "commit", fail)
        patched.setattr(Engine, "writer", fail)
        for _ in range(3):
            assert isinstance(sender.send(1), Broken)
    assert count(files) == 1
    assert isinstance(sender.send(1), Outcome)
    assert count(files) == 2


def _none(of: object) -> None:
    """Nothing, once that is there."""


def bad() -> EventIn:
    """What slips through every check and DuckDB refuses all the same: half of a surrogate pair."""
    return EventIn(type="a", payload=msgspec.Raw(b'{"text":"\\ud800"}'))


def test_one_event_that_the_engine_refuses_harms_no_other_in_its_group(files: EventFiles, sender: Sender) -> None:
    files.open(1)
    held = threading.Event()
    busy = files._open[1].writer.task(lambda cursor: _none(held.wait(30)))
    sender.hand(1, EventIn(type="a"), EventIn(type="a"), batch="one")
    sender.hand(1, EventIn(type="a"), bad(), EventIn(type="a"), batch="two")
    sender.hand(1, bad(), batch="three")
    sender.hand(1, EventIn(type="a"), batch="one")
    sender.hand(1, EventIn(type="a"), batch="four")
    held.set()
    busy.result(30)
    outcomes = [sender.answer() for _ in range(5)]
    assert [outcome.stored for outcome in outcomes if isinstance(outcome, Outcome)] == [2, 2, 0, 0, 1]
    assert [len(outcome.refused) for outcome in outcomes if isinstance(outcome, Outcome)] == [0, 1, 1, 0, 0]
    assert count(files) == 5


def test_the_log_stays_small_while_events_come(files: EventFiles, sender: Sender, engine: Engine) -> None:
    bound = 256 * 1024
    log = engine.file(1).with_name("events.duckdb.wal")
    sizes: list[int] = []
    for _ in range(60):
        text = msgspec.Raw(b'{"text":"' + b"x" * 4_000 + b'"}')
        assert isinstance(sender.send(1, *(EventIn(type="a", payload=text) for _ in range(20))), Outcome)
        sizes.append(log.stat().st_size if log.exists() else 0)
        files.checkpoint(bound)
    assert bound < max(sizes) < 3 * bound
    assert count(files) == 1_200


def test_no_checkpoint_where_the_disk_has_no_room_for_it(
    files: EventFiles, sender: Sender, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender.send(1)
    asked: list[int] = []
    monkeypatch.setattr(Engine, "checkpoint", lambda self, number: asked.append(number))
    monkeypatch.setattr("gosight.events.files.shutil.disk_usage", lambda path: _Usage(free=10))
    files.checkpoint(0)
    assert asked == []
    monkeypatch.setattr("gosight.events.files.shutil.disk_usage", lambda path: _Usage(free=10**9))
    files.checkpoint(0)
    assert asked == [1]


class _Usage(msgspec.Struct):
    free: int


def test_ids_are_forgotten_after_seven_days_and_not_before(files: EventFiles, sender: Sender, clock: Clock) -> None:
    stored = []
    for day in (0, 0, 6, 7, 9):
        clock.now = NOW + day * DAY
        for _ in range(2):
            sender.send(1)
            files.derive()
        files.forget_seen()
        outcome = sender.send(1, batch="weekly", at=clock.now)
        assert isinstance(outcome, Outcome)
        stored.append(outcome.stored)
    assert stored == [1, 0, 0, 0, 1]


def test_ids_are_known_after_a_restart_also_where_nothing_was_derived(
    files: EventFiles, sender: Sender, engine: Engine, clock: Clock
) -> None:
    named = EventIn(type="a", id="event")
    sender.send(1, named, batch="batch")
    files._open[1].writer.stop()
    files._open[1].writer.join()
    del files._open[1]
    engine.detach(1)
    for again in ({"batch": "batch"}, {"batch": "other"}):
        outcome = sender.send(1, EventIn(type="a", id="event"), **again)
        assert isinstance(outcome, Outcome)
        assert outcome.stored == 0
    assert count(files) == 1


def test_readers_who_come_after_the_end_are_told_so(files: EventFiles, sender: Sender) -> None:
    sender.send(1)
    files.stop()
    with pytest.raises(Unavailable, match="stopping"), files.of(1).reading():
        pass
    with pytest.raises(Unavailable, match="stopping"):
        sender.hand(1, EventIn(type="a"))


def test_what_was_handed_over_before_the_end_is_stored(files: EventFiles, sender: Sender, engine: Engine) -> None:
    for _ in range(200):
        sender.hand(1, EventIn(type="a"))
    files.close()
    assert all(isinstance(sender.answer(), Outcome) for _ in range(200))


def test_whom_nobody_can_be_told_of_is_stored_all_the_same(files: EventFiles, sender: Sender) -> None:
    def gone(results: object) -> None:
        raise RuntimeError("the loop is closed")

    files.answer_with(gone)
    sender.hand(1, EventIn(type="a"))
    until = time.monotonic() + 30
    while count(files) == 0:
        assert time.monotonic() < until
