"""Applies the migrations of a SQLite file in order, and notes them there, as sqlite-utils does it."""

import sqlite3
from collections.abc import Sequence

from sqlite_utils import Database, Migrations

from gosight.store.sqlfile import statements


def apply(connection: sqlite3.Connection, known: Sequence[tuple[str, str]]) -> None:
    """Those of `known` (name, statements) that are missing, each in a transaction of its own."""
    migrations = Migrations("gosight")
    for name, text in known:
        migrations(name=name)(_step(text))
    migrations.apply(Database(connection))


class _step:
    """`executescript` would commit half of a migration that fails, so its statements run one by one."""

    __name__ = "step"

    def __init__(self, text: str) -> None:
        self._statements = statements(text)

    def __call__(self, db: Database, /) -> None:
        for statement in self._statements:
            db.execute(statement)
