"""gosight.db: migrated at start, one writer, nothing half done."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from gosight.kit.errors import Conflict, Unavailable
from gosight.store import migrate
from gosight.store.sqlfile import schema, statements
from gosight.store.sqlite import Cached, ControlFile


class Count(msgspec.Struct):
    n: int


PUT = "insert into secrets (name, value, created_at) values (:name, 'v', 0)"
COUNT = "select count(*) as n from secrets"


@pytest.fixture
def file(tmp_path: Path) -> ControlFile:
    return ControlFile(tmp_path / "gosight.db")


def count(file: ControlFile) -> int:
    found = file.first(COUNT, into=Count)
    assert found is not None
    return found.n


def put(file: ControlFile, *names: str, then: Exception | None = None) -> None:
    """All of them in one transaction, which `then` ends."""
    with file.write() as transaction:
        for name in names:
            transaction.run(PUT, {"name": name})
        if then is not None:
            raise then


def test_opening_again_changes_nothing(tmp_path: Path) -> None:
    for _ in range(3):
        ControlFile(tmp_path / "gosight.db").close()
    assert migrate.missing(tmp_path / "gosight.db") == []


def test_a_transaction_that_fails_leaves_nothing(file: ControlFile) -> None:
    with pytest.raises(RuntimeError):
        put(file, "a", then=RuntimeError())
    assert count(file) == 0
    put(file, "a")
    assert count(file) == 1


def test_what_is_there_already_is_a_conflict_and_the_file_goes_on(file: ControlFile) -> None:
    put(file, "a")
    with pytest.raises(Conflict):
        put(file, "b", "a")
    assert count(file) == 1


def test_threads_write_one_after_the_other(file: ControlFile) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda n: put(file, str(n)), range(50)))
    assert count(file) == 50


def test_a_fact_is_remembered_until_anything_changes(file: ControlFile) -> None:
    facts, asked = Cached(file), []

    def load() -> int:
        asked.append(1)
        return count(file)

    assert [facts.get("count", load) for _ in range(3)] == [0, 0, 0]
    put(file, "a")
    assert [facts.get("count", load) for _ in range(3)] == [1, 1, 1]
    assert len(asked) == 2


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    wrong = tmp_path / "gosight.db"
    wrong.write_text("not a database" * 100)
    with pytest.raises(Unavailable, match="cannot be used: file is not a database"):
        ControlFile(wrong)


def test_a_file_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    newer = tmp_path / "gosight.db"
    ControlFile(newer).close()
    with sqlite3.connect(newer) as connection:
        columns = "migration_set, name, applied_at"
        connection.execute(f"insert into _sqlite_migrations ({columns}) values ('gosight', '9999_control_later', '')")
    connection.close()
    with pytest.raises(Unavailable, match=r"was used by a newer GoSight \(9999_control_later\)"):
        ControlFile(newer)


def test_a_migration_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "gosight.db"
    broken = [*schema("control"), ("9999_control_broken", "create table half (a);\ninsert into nowhere values (1);\n")]
    monkeypatch.setattr(migrate, "schema", lambda _: broken)
    with pytest.raises(Unavailable, match="no such table"):
        ControlFile(file)
    monkeypatch.undo()
    opened = ControlFile(file)
    assert opened.all("select count(*) as n from sqlite_master where name = 'half'", into=Count) == [Count(0)]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "-- why\ncreate table a (b);\n\ncreate index c on a (b);\n",
            ["create table a (b)", "create index c on a (b)"],
        ),
        ("create table a (\n  b  -- what; it is\n);\n", ["create table a (\n  b  -- what; it is\n)"]),
    ],
)
def test_a_migration_is_cut_into_statements(text: str, parts: list[str]) -> None:
    assert statements(text) == parts


def test_a_statement_without_its_end_is_an_error() -> None:
    with pytest.raises(ValueError, match="does not end in ';'"):
        statements("create table a (b)")
