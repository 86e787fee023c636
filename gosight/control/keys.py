"""API keys of a project. The secret is shown once, and kept as a digest alone."""

from collections.abc import Iterable

import msgspec

from gosight.control import fields
from gosight.control.model import Key
from gosight.kit import ids
from gosight.kit.errors import NotFound, field_error
from gosight.store.sqlfile import sql
from gosight.store.sqlite import ControlFile, Transaction

PERMISSIONS = ("write", "read", "admin")


class NewKey(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str
    key: str
    key_prefix: str
    permissions: tuple[str, ...]


class _Row(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str
    key_prefix: str
    permissions: str
    last_used_at: int | None
    created_at: int


def create(file: ControlFile, project: int, *, name: str, permissions: Iterable[str], now: int) -> NewKey:
    with file.write() as transaction:
        return add(transaction, project, name=name, permissions=permissions, now=now)


def add(transaction: Transaction, project: int, *, name: str, permissions: Iterable[str], now: int) -> NewKey:
    """A key that may only write stands in web pages, so it looks different from all others."""
    allowed = _permissions(permissions)
    key = ids.secret("gs_live_" if allowed == ("write",) else "gs_api_")
    shown = key[: key.rindex("_") + 5] + "..."
    made = NewKey(id=ids.new("key", 12), name=fields.title(name), key=key, key_prefix=shown, permissions=allowed)
    params = {"id": made.id, "project": project, "name": made.name, "digest": ids.digest(key), "key_prefix": shown}
    transaction.run(sql("control", "keys.add"), params | {"permissions": allowed, "at": now})
    return made


def of_project(file: ControlFile, project: int) -> list[Key]:
    rows = file.all(sql("control", "keys.of_project"), {"project": project}, into=_Row)
    return [
        Key(
            id=row.id,
            name=row.name,
            key_prefix=row.key_prefix,
            permissions=msgspec.json.decode(row.permissions, type=tuple[str, ...]),
            last_used_at=row.last_used_at,
            created_at=row.created_at,
        )
        for row in rows
    ]


def revoke(file: ControlFile, project: int, key_id: str) -> None:
    """It opens nothing from the next request on."""
    with file.write() as transaction:
        if not transaction.run(sql("control", "keys.revoke"), {"project": project, "id": key_id}):
            raise NotFound(f"this project has no key {key_id[:64]}")


def _permissions(given: Iterable[str]) -> tuple[str, ...]:
    asked = list(given)
    unknown = [permission for permission in asked if permission not in PERMISSIONS]
    if unknown or not asked:
        raise field_error("permissions", f"one or more of {', '.join(PERMISSIONS)}", unknown or asked)
    return tuple(permission for permission in PERMISSIONS if permission in asked)
