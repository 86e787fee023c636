"""API keys of a project."""

import msgspec
from litestar import Router, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from gosight.control import keys
from gosight.control.control import Control
from gosight.control.keys import NewKey
from gosight.control.model import Access
from gosight.control.routes.projects import PROJECT
from gosight.kit.access import Permission, needs
from gosight.kit.clock import iso_of
from gosight.kit.wire.envelopes import Done, Reply


class KeyItem(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str
    key_prefix: str
    permissions: tuple[str, ...]
    is_active: bool
    last_used_at: str | None
    created_at: str


class KeyWish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`permissions`: one or more of write, read, admin. With write alone the key may stand in a web page."""

    name: str
    permissions: list[str]


@get(f"{PROJECT}/api-keys", opt=needs(Permission.keys_read), sync_to_thread=True)
def list_keys(access: NamedDependency[Access], control: NamedDependency[Control]) -> Reply[list[KeyItem]]:
    """The project's keys, oldest first. `last_used_at` is right to the minute."""
    found = keys.of_project(control.file, access.project.number)
    return Reply(
        data=[
            KeyItem(
                id=key.id,
                name=key.name,
                key_prefix=key.key_prefix,
                permissions=key.permissions,
                is_active=True,
                last_used_at=iso_of(key.last_used_at) if key.last_used_at is not None else None,
                created_at=iso_of(key.created_at),
            )
            for key in found
        ]
    )


@post(f"{PROJECT}/api-keys", opt=needs(Permission.keys_write), sync_to_thread=True)
def create_key(
    data: JSONBody[KeyWish], access: NamedDependency[Access], control: NamedDependency[Control]
) -> Reply[NewKey]:
    """Create a key. It is shown this once."""
    now = control.clock()
    return Reply(
        data=keys.create(control.file, access.project.number, name=data.name, permissions=data.permissions, now=now)
    )


@delete(f"{PROJECT}/api-keys/{{key:str}}", opt=needs(Permission.keys_write), status_code=200, sync_to_thread=True)
def revoke_key(key: FromPath[str], access: NamedDependency[Access], control: NamedDependency[Control]) -> Done:
    """Revoke a key: it opens nothing from the next request on."""
    keys.revoke(control.file, access.project.number, key)
    return Done()


ROUTES = [Router("/", route_handlers=[list_keys, create_key, revoke_key], tags=["API keys"])]
