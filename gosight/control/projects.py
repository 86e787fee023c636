"""Projects: made, changed, removed."""

from collections.abc import Iterable

import msgspec

from gosight.control import domains, fields, keys, settings
from gosight.control.directory import ProjectRow
from gosight.control.model import EarlierSignals, Project, Settings
from gosight.control.settings import Tree
from gosight.kit import ids
from gosight.kit.errors import Conflict, NotFound
from gosight.store.sqlfile import sql
from gosight.store.sqlite import ControlFile, Transaction

OPEN_TO_ALL = "Any website may send events with this project's key: name the domains that are yours."

MAX_EARLIER = 100
"""Changes of the signals' numbers that are remembered: far more than anybody makes."""


class Created(msgspec.Struct, frozen=True, kw_only=True):
    """A new project, with the write key that its pages send with; it is shown this once."""

    project: Project
    api_key: str


class _Number(msgspec.Struct, frozen=True):
    number: int


def create(
    file: ControlFile,
    now: int,
    *,
    name: str,
    id_: str | None = None,
    allowed_domains: Iterable[str] = (),
    change: Tree | None = None,
    owner: str | None = None,
) -> Created:
    """`owner` is a member's id; where none is given, whoever became a member first owns it."""
    title = fields.title(name)
    id_ = fields.reference(id_, "id") if id_ is not None else ids.new("proj", 12)
    hosts = domains.parse(allowed_domains)
    chosen = settings.merge(Settings(), change or {})
    with file.write() as transaction:
        _need_free(transaction, id_, "id", 0)
        row = {"id": id_, "slug": _free_slug(transaction, title, id_), "name": title, "at": now}
        values = {"allowed_domains": hosts, "settings": settings.deviations(chosen)}
        transaction.run(sql("control", "projects.add"), row | values)
        project = _get(transaction, id_)
        owned = {"project": project.number, "member": owner, "at": now}
        transaction.run(sql("control", "memberships.found"), owned)
        key = keys.add(transaction, project.number, name="Website", permissions=("write",), now=now)
        return Created(project=project, api_key=key.key)


def change(
    file: ControlFile,
    now: int,
    project: Project,
    *,
    name: str | None = None,
    slug: str | None = None,
    allowed_domains: Iterable[str] | None = None,
    change: Tree | None = None,
) -> Project:
    """What is None stays; `change` is laid over the settings."""
    with file.write() as transaction:
        current = _get(transaction, project.id)
        if slug is not None:
            _need_free(transaction, fields.reference(slug, "slug"), "slug", current.number)
        chosen = settings.merge(current.settings, change or {})
        params = {
            "number": current.number,
            "name": fields.title(name) if name is not None else current.name,
            "slug": slug if slug is not None else current.slug,
            "allowed_domains": domains.parse(allowed_domains)
            if allowed_domains is not None
            else current.allowed_domains,
            "settings": settings.deviations(chosen),
            "earlier_signals": _earlier(current, chosen, now),
        }
        transaction.run(sql("control", "projects.change"), params)
        return _get(transaction, project.id)


def _earlier(current: Project, chosen: Settings, now: int) -> list[object]:
    """What held until now joins what held before, where the numbers change."""
    held = list(current.earlier_signals)
    if chosen.signals != current.settings.signals:
        held.append(EarlierSignals(now, current.settings.signals))
    return [msgspec.to_builtins(one) for one in held[-MAX_EARLIER:]]


def remove(file: ControlFile, project: Project) -> None:
    """With its keys, memberships and invitations."""
    with file.write() as transaction:
        transaction.run(sql("control", "projects.remove"), {"number": project.number})


def new_signing_secret(file: ControlFile, project: Project) -> str:
    """Replaces the one before at once; it is shown this once."""
    secret = ids.secret("gs_secret_")
    with file.write() as transaction:
        transaction.run(sql("control", "projects.set_secret"), {"number": project.number, "secret": secret})
    return secret


def by_ref(file: ControlFile, ref: str) -> Project:
    """By id or slug, for the command line."""
    row = file.first(sql("control", "projects.by_ref"), {"ref": ref}, into=ProjectRow)
    if row is None:
        raise NotFound(f"there is no project {ref[:64]}")
    return row.project()


def warnings(project: Project) -> list[str]:
    """What its owner should know."""
    return [] if project.allowed_domains else [OPEN_TO_ALL]


def _get(transaction: Transaction, id_: str) -> Project:
    row = transaction.first(sql("control", "projects.by_ref"), {"ref": id_}, into=ProjectRow)
    if row is None:
        raise NotFound("this project does not exist any more")
    return row.project()


def _need_free(transaction: Transaction, ref: str, field: str, number: int) -> None:
    if _is_taken(transaction, ref, number):
        raise Conflict(f"{field}: another project is called {ref}", details={"field": field})


def _is_taken(transaction: Transaction, ref: str, number: int) -> bool:
    row = transaction.first(sql("control", "projects.by_ref"), {"ref": ref}, into=ProjectRow)
    return row is not None and row.number != number


def _free_slug(transaction: Transaction, name: str, id_: str) -> str:
    """`my-website`, or `my-website-2` where another project has that."""
    wanted = ids.slug(name) or ids.slug(id_) or "project"
    slug, number = wanted, 1
    while _is_taken(transaction, slug, 0):
        number += 1
        slug = f"{wanted[:55]}-{number}"
    return slug
