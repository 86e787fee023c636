"""Brings a SQLite file to the newest schema, on a connection of its own that is closed before apsw opens the file.

Two SQLite libraries with one file open in one process break each other's locks, so: migrate, close, then open.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database, Migrations

from gosight.kit.errors import Unavailable
from gosight.store.sqlfile import schema, statements

_AT_BIRTH = {"control": "pragma auto_vacuum=none", "replay": "pragma auto_vacuum=incremental"}
"""What can't be changed later: a file that shrinks again must be made so."""


def bring(file: Path, database: str) -> None:
    """Apply what is missing of `control` or `replay`, each migration in its own transaction, statement by statement."""
    with _opened(str(file), file) as db:
        db.execute(_AT_BIRTH[database])
        db.execute("pragma journal_mode=wal")
        _need_no_newer(db, file, database)
        _migrations(database).apply(db)


def missing(file: Path, database: str = "control") -> list[str]:
    """Migrations that this program knows and the file does not have; only looks."""
    with _opened(f"{file.absolute().as_uri()}?mode=ro", file) as db:
        _need_no_newer(db, file, database)
        return [migration.name for migration in _migrations(database).pending(db)]


@contextmanager
def _opened(name: str, file: Path) -> Iterator[Database]:
    try:
        connection = sqlite3.connect(name, uri=name.startswith("file:"), timeout=10)
        try:
            yield Database(connection)
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise Unavailable(f"{file} cannot be used: {error}") from None


def _need_no_newer(db: Database, file: Path, database: str) -> None:
    """What a newer program has changed, this one would misread."""
    known = {name for name, _ in schema(database)}
    newer = [applied.name for applied in _migrations(database).applied(db) if applied.name not in known]
    if newer:
        raise Unavailable(f"{file} was used by a newer GoSight ({', '.join(newer)}); install that version again")


def _migrations(database: str) -> Migrations:
    known = Migrations("gosight")
    for name, text in schema(database):
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
