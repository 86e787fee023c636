"""Errors as rows: one for each, also in a file that an older version of the product wrote."""

from pathlib import Path
from queue import SimpleQueue

import msgspec
import pytest

from gosight.events import EventFiles, EventIn, Geo, Origin, Parcel, Rules, Submission, occurrences
from gosight.kit.clock import MINUTE
from gosight.store.duck import Engine

NOW = 1_800_000_000_000_000


class _Count(msgspec.Struct):
    rows: int
    faults: int


class Product:
    """A data folder in use, until it is closed."""

    def __init__(self, folder: Path) -> None:
        self.engine = Engine(folder, memory_limit_mb=128, threads=1, temp_limit_mb=64)
        self.files = EventFiles(self.engine, Geo(None), lambda: NOW, lambda number: Rules(), 30)
        self._stored: SimpleQueue[object] = SimpleQueue()
        self.files.answer_with(self._stored.put)

    def send(self, count: int) -> None:
        """As many errors, of three kinds, each with a click beside it."""
        events = [_event(n) for n in range(count * 2)]
        parcel = Parcel(visitors=("v",), session_id="s", origin=Origin(), events=events)
        self.files.open(1)
        self.files.submit(1, Submission(parcels=[parcel], received=NOW, batch_hash=None, size=1, session_gap=MINUTE))
        self._stored.get(timeout=30)

    def count(self) -> tuple[int, int]:
        found = self.files.of(1).one(
            "select count(*) as rows, count(distinct fault) as faults from occurrences", into=_Count
        )
        return found.rows, found.faults

    def close(self) -> None:
        self.files.close()


def _event(n: int) -> EventIn:
    kind = "js_error" if n % 2 else "click"
    event = EventIn(type=kind, url="https://a.example/")
    event.payload = msgspec.Raw(msgspec.json.encode({"message": f"broke {'abc'[n % 3]}"}))
    event.at, event.received, event.path = NOW + n, NOW, "/"
    return event


def _older(product: Product) -> None:
    """Make the file one that has had no occurrences yet."""
    writer = product.engine.writer(1)
    for statement in (
        "drop table occurrences",
        "drop table backlog",
        "delete from migrations where name like '0004_%'",
    ):
        writer.run(statement)
    writer.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    product = Product(tmp_path)
    product.send(60)
    assert product.count() == (60, 3)
    _older(product)
    product.close()
    return tmp_path


def test_an_older_file_gets_its_occurrences_beside_what_comes_now(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(occurrences, "BACKLOG_ERRORS", 7)
    monkeypatch.setattr(occurrences, "BACKLOG_EVENTS", 50)
    product = Product(folder)
    product.send(10)
    assert product.count() == (10, 3)
    product.files.catch_up()
    assert product.count() == (70, 3)
    product.files.catch_up()
    assert product.count() == (70, 3)
    product.close()


def test_how_far_it_has_come_is_remembered(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(occurrences, "BACKLOG_ERRORS", 7)
    engine = Engine(folder, memory_limit_mb=128, threads=1, temp_limit_mb=64)
    left = [120]
    while left[-1]:
        cursor = engine.writer(1)
        assert occurrences.backlog(cursor) == left[-1]
        left.append(occurrences.catch_up(cursor, left[-1]))
        cursor.close()
        engine.detach(1)
    engine.close()
    assert left == [120, 107, 93, 79, 65, 51, 37, 23, 9, 0]
    product = Product(folder)
    assert product.count() == (60, 3)
    product.close()
