"""Brings gosight.db to the newest schema, on a connection of its own that is closed before apsw opens the file.

Two SQLite libraries with one file open in one process break each other's locks, so: migrate, close, then open.
"""

import sqlite3
from pathlib import Path

from sqlite_utils import Database, Migrations

from gosight.store.sqlfile import schema, statements


def control(file: Path) -> None:
    """Apply what is missing, each migration in its own transaction, statement by statement."""
    connection = sqlite3.connect(file, timeout=10)
    try:
        connection.execute("pragma journal_mode=wal")
        _migrations().apply(Database(connection))
    finally:
        connection.close()


def missing(file: Path) -> list[str]:
    """Migrations that this program knows and the file does not have; only looks."""
    connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=10)
    try:
        return [migration.name for migration in _migrations().pending(Database(connection))]
    finally:
        connection.close()


def _migrations() -> Migrations:
    known = Migrations("gosight")
    for name, text in schema("control"):
        known(name=name)(_step(text))
    return known


class _step:
    """`executescript` would commit half of a migration that fails, so its statements run one by one."""

    __name__ = "step"

    def __init__(self, text: str) -> None:
        self._statements = statements(text)

    def __call__(self, db: Database, /) -> None:
        for statement in self._statements:
            db.execute(statement)
