"""Queries that a project's members keep for each other: their text, what they are for, how the result is looked at."""

from collections.abc import Callable
from typing import Literal

import msgspec

from gosight.control import fields
from gosight.kit import ids
from gosight.kit.errors import Conflict, NotFound, field_error
from gosight.store.sqlfile import sql
from gosight.store.sqlite import ControlFile, Transaction

MAX_QUERIES = 200
"""Of a project."""
MAX_SQL = 64 * 1024
"""Bytes, as much as the gate reads."""
MAX_DESCRIPTION = 1_000
MAX_COLUMNS, MAX_COLUMN = 10, 200
"""How many columns a chart draws, and how long a column's name may be."""


class Shown(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`x`: the column that stands below, `y`: those that are drawn. Left out, they are chosen from the result."""

    kind: Literal["table", "line", "bars"] = "table"
    x: str | None = None
    y: tuple[str, ...] = ()

    def checked(self) -> "Shown":
        """Itself; BadRequest names the field that can't be."""
        if len(self.y) > MAX_COLUMNS:
            raise field_error("shown.y", f"at most {MAX_COLUMNS} columns", f"{len(self.y)} of them")
        below = [] if self.x is None else [("shown.x", self.x)]
        for field, name in below + [("shown.y", name) for name in self.y]:
            if not 1 <= len(name) <= MAX_COLUMN or not _can_be_kept(name):
                raise field_error(field, f"a column's name of at most {MAX_COLUMN} characters", name)
        return self


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """A query as somebody wants it kept."""

    name: str
    sql: str
    description: str = ""
    shown: Shown = Shown()

    def checked(self) -> "Wish":
        """As it is kept; BadRequest names the field that can't be."""
        description = self.description.strip()
        if len(description) > MAX_DESCRIPTION or not _can_be_kept(description):
            raise field_error("description", f"at most {MAX_DESCRIPTION} characters", self.description)
        if not self.sql.strip() or not _can_be_kept(self.sql):
            raise field_error("sql", "a query", self.sql)
        if len(self.sql.encode()) > MAX_SQL:
            raise field_error("sql", f"at most {MAX_SQL} bytes", f"{len(self.sql.encode())} bytes")
        name = fields.title(self.name)
        return Wish(name=name, sql=self.sql, description=description, shown=self.shown.checked())


class Saved(msgspec.Struct, frozen=True, kw_only=True):
    """As it is kept. `created_by`, `changed_by`: names of members. `sql` is empty in lists. Times in microseconds."""

    number: int
    id: str
    project: int
    name: str
    description: str
    sql: str
    shown: str
    created_by: str | None
    created_at: int
    changed_by: str | None
    changed_at: int

    @property
    def wanted_view(self) -> Shown:
        return msgspec.json.decode(self.shown, type=Shown)

    @property
    def wish(self) -> Wish:
        return Wish(name=self.name, sql=self.sql, description=self.description, shown=self.wanted_view)


class _Count(msgspec.Struct, frozen=True):
    total: int


class _Id(msgspec.Struct, frozen=True):
    id: str


def of_project(file: ControlFile, project: int) -> list[Saved]:
    """By name, without their text."""
    return file.all(sql("query", "saved.of_project"), {"project": project}, into=Saved)


def one(file: ControlFile | Transaction, project: int, id_: str) -> Saved:
    found = file.first(sql("query", "saved.one"), {"project": project, "id": id_}, into=Saved)
    if found is None:
        raise NotFound(f"this project has no saved query {id_[:64]!r}")
    return found


def create(file: ControlFile, project: int, wish: Wish, *, by: str | None, now: int) -> Saved:
    """`by`: a member's id; None for a key."""
    wish = wish.checked()
    with file.write() as transaction:
        count = transaction.first(sql("query", "saved.count"), {"project": project}, into=_Count)
        if count is not None and count.total >= MAX_QUERIES:
            raise Conflict(f"a project keeps at most {MAX_QUERIES} queries: remove one that is not needed any more")
        _need_free(transaction, project, wish.name, None)
        row = {"id": ids.new("query"), "project": project, "by": by, "now": now, **_row(wish)}
        transaction.run(sql("query", "saved.add"), row)
        return one(transaction, project, str(row["id"]))


def change(
    file: ControlFile, project: int, id_: str, changed: Callable[[Wish], Wish], *, by: str | None, now: int
) -> Saved:
    with file.write() as transaction:
        before = one(transaction, project, id_)
        wish = changed(before.wish).checked()
        _need_free(transaction, project, wish.name, id_)
        transaction.run(sql("query", "saved.change"), {"number": before.number, "by": by, "now": now, **_row(wish)})
        return one(transaction, project, id_)


def remove(file: ControlFile, project: int, id_: str) -> None:
    with file.write() as transaction:
        if not transaction.run(sql("query", "saved.remove"), {"project": project, "id": id_}):
            raise NotFound(f"this project has no saved query {id_[:64]!r}")


def _need_free(transaction: Transaction, project: int, name: str, but: str | None) -> None:
    found = transaction.first(sql("query", "saved.named"), {"project": project, "name": name}, into=_Id)
    if found is not None and found.id != but:
        raise Conflict(f"name: there is a query called {name!r} already; take another name", details={"field": "name"})


def _row(wish: Wish) -> dict[str, object]:
    shown = msgspec.json.encode(wish.shown).decode()
    return {"name": wish.name, "description": wish.description, "sql": wish.sql, "shown": shown}


def _can_be_kept(text: str) -> bool:
    """SQLite keeps no lone surrogate, and a NUL ends a text for some who read it."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)
