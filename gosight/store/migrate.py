"""Brings a SQLite file to the newest schema, on a connection of its own that is closed before apsw opens the file.

Two SQLite libraries with one file open in one process break each other's locks, so: migrate, close, then open.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from gosight.kit.errors import Unavailable
from gosight.store.sqlfile import schema

_AT_BIRTH = {"control": "pragma auto_vacuum=none", "replay": "pragma auto_vacuum=incremental"}
"""What can't be changed later: a file that shrinks again must be made so."""


def bring(file: Path, database: str) -> None:
    """Apply what is missing of `control` or `replay`, each migration in its own transaction, statement by statement."""
    with _opened(str(file), file) as connection:
        connection.execute(_AT_BIRTH[database])
        connection.execute("pragma journal_mode=wal")
        if _missing(connection, file, database):
            # Imported where there is something to do: it takes longer than all else of opening a file.
            import_module("gosight.store.migrations").apply(connection, schema(database))


def missing(file: Path, database: str = "control") -> list[str]:
    """Migrations that this program knows and the file does not have; only looks."""
    with _opened(f"{file.absolute().as_uri()}?mode=ro", file) as connection:
        return _missing(connection, file, database)


@contextmanager
def _opened(name: str, file: Path) -> Iterator[sqlite3.Connection]:
    try:
        connection = sqlite3.connect(name, uri=name.startswith("file:"), timeout=10)
        try:
            yield connection
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise Unavailable(f"{file} cannot be used: {error}") from None


def _missing(connection: sqlite3.Connection, file: Path, database: str) -> list[str]:
    """Raises where there are others: what a newer program has changed, this one would misread."""
    known = [name for name, _ in schema(database)]
    applied = _applied(connection)
    newer = [name for name in applied if name not in known]
    if newer:
        raise Unavailable(f"{file} was used by a newer GoSight ({', '.join(newer)}); install that version again")
    return [name for name in known if name not in applied]


def _applied(connection: sqlite3.Connection) -> list[str]:
    """As sqlite-utils notes them."""
    if not connection.execute("select 1 from sqlite_master where name = '_sqlite_migrations'").fetchall():
        return []
    found = connection.execute("select name from _sqlite_migrations where migration_set = 'gosight' order by rowid")
    return [name for (name,) in found]
