"""Commits, derivation and readers at the same time: nothing is lost, counted twice or seen half."""

import threading
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue
from random import Random

import msgspec
import pytest

from gosight.events import EventFiles, EventIn, Geo, Origin, Outcome, Parcel, Rules, Submission
from gosight.kit.clock import MINUTE
from gosight.kit.errors import GoSightError
from gosight.store.duck import Engine

NOW = 1_800_000_000_000_000
BATCHES, SESSIONS = 300, 40
WHOLE = """
select count(*), count(distinct session_no), coalesce(sum(event_count), 0), coalesce(sum(page_count), 0),
  coalesce(sum(click_count), 0), (select count(*) from events), (select count(*) from pages),
  (select count(distinct session_no) from events), (select count(*) from seen), (select count(distinct hash) from seen)
from sessions
"""
Results = list[tuple[Submission, Outcome | GoSightError]]


@pytest.fixture
def files(tmp_path: Path) -> Iterator[EventFiles]:
    engine = Engine(tmp_path, memory_limit_mb=128, threads=2, temp_limit_mb=64)
    made = EventFiles(engine, Geo(None), lambda: NOW, lambda number: Rules(), 30)
    made.open(1)
    yield made
    made.close()


def batch(number: int, random: Random) -> Submission:
    events = [
        EventIn(
            type=random.choice(("page_view", "click", "scroll")),
            at=NOW + number * 1_000_000 + n * 1_000,
            received=NOW,
            url="https://a.example/",
            path="/",
            payload=msgspec.Raw(b"{}"),
        )
        for n in range(random.randint(1, 8))
    ]
    session = f"s{number % SESSIONS}"
    parcel = Parcel(visitors=(f"v{number % SESSIONS}",), session_id=session, origin=Origin(), events=events)
    return Submission(parcels=[parcel], received=NOW, batch_hash=number, size=1_000, session_gap=30 * MINUTE)


def test_figures_hold_while_events_come_in(files: EventFiles) -> None:
    answers: SimpleQueue[Results] = SimpleQueue()
    files.answer_with(answers.put)
    done = threading.Event()
    problems: list[str] = []

    def look() -> None:
        """Readers see whole sessions, each once, in agreement with the pages of the same moment."""
        while not done.is_set():
            with files.of(1).reading() as cursor:
                rows, distinct, events, pages, _, _, derived_pages, _, hashes, distinct_hashes = cursor.rows(WHOLE)[0]
            if rows != distinct or pages != derived_pages or hashes != distinct_hashes or events < pages:
                problems.append(f"{rows} rows of {distinct} sessions, {pages} page views, {derived_pages} pages")

    readers = [threading.Thread(target=look) for _ in range(2)]
    for reader in readers:
        reader.start()
    random = Random(1)
    stored = 0
    for number in range(BATCHES):
        sent = batch(number, random)
        expected = len(sent.parcels[0].events)
        for submission in (sent, batch(max(0, number - random.randint(0, 20)), random)):
            assert files.submit(1, submission)
        outcomes = [outcome for result in (answers.get(timeout=30),) for _, outcome in result]
        while len(outcomes) < 2:
            outcomes += [outcome for _, outcome in answers.get(timeout=30)]
        assert all(isinstance(outcome, Outcome) for outcome in outcomes)
        stored += sum(outcome.stored for outcome in outcomes if isinstance(outcome, Outcome))
        assert outcomes[0] == Outcome(expected)
    done.set()
    for reader in readers:
        reader.join(30)
    assert problems == []
    with files.of(1).reading() as cursor:
        rows, distinct, events, pages, _, all_events, derived_pages, sessions, hashes, _ = cursor.rows(WHOLE)[0]
    assert events == all_events == stored
    assert rows == distinct == sessions == SESSIONS
    assert pages == derived_pages
    assert hashes == BATCHES
