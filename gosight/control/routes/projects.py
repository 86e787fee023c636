"""Projects: list, create, read, change, delete."""

from typing import Any

import msgspec
from litestar import Router, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from gosight.control import door, projects
from gosight.control.control import Control
from gosight.control.model import Access, Settings
from gosight.kit.access import Caller, Permission, Role, needs
from gosight.kit.clock import iso_of
from gosight.kit.errors import BadRequest
from gosight.kit.wire.envelopes import Done, Reply

PROJECT = "/api/v1/projects/{project:str}"


class Stats(msgspec.Struct, frozen=True, kw_only=True):
    """Since midnight in the project's time zone."""

    sessions_today: int
    events_today: int


class ProjectItem(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str
    slug: str
    allowed_domains: tuple[str, ...]
    created_at: str
    role: Role
    permissions: list[Permission]
    stats: Stats


class NewProject(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`settings` is laid over the defaults."""

    name: str
    allowed_domains: list[str] = []
    settings: dict[str, Any] = {}


class CreatedProject(msgspec.Struct, frozen=True, kw_only=True):
    """`api_key` is the key for the script tag; it is shown this once."""

    id: str
    name: str
    slug: str
    api_key: str
    allowed_domains: tuple[str, ...]
    created_at: str


class ProjectDetail(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str
    slug: str
    allowed_domains: tuple[str, ...]
    settings: Settings
    created_at: str
    role: Role
    permissions: list[Permission]
    warnings: list[str]


class ProjectChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is not given stays; `settings` is laid over the present ones, branch by branch."""

    name: str | msgspec.UnsetType = msgspec.UNSET
    slug: str | msgspec.UnsetType = msgspec.UNSET
    allowed_domains: list[str] | msgspec.UnsetType = msgspec.UNSET
    settings: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET


class SigningSecret(msgspec.Struct, frozen=True, kw_only=True):
    signing_secret: str


@get("/api/v1/projects", sync_to_thread=True)
def list_projects(caller: NamedDependency[Caller], control: NamedDependency[Control]) -> Reply[list[ProjectItem]]:
    """The projects that are open to me, oldest first."""
    return Reply(data=[_item(access, control) for access in control.door.projects(caller)])


@post("/api/v1/projects", sync_to_thread=True)
def create_project(
    data: JSONBody[NewProject], caller: NamedDependency[Caller], control: NamedDependency[Control]
) -> Reply[CreatedProject]:
    """Create a project and own it."""
    owner = None if caller.dev else door.member(caller)
    made = projects.create(
        control.file,
        control.clock(),
        name=data.name,
        allowed_domains=data.allowed_domains,
        change=data.settings,
        owner=owner,
    )
    project = made.project
    return Reply(
        data=CreatedProject(
            id=project.id,
            name=project.name,
            slug=project.slug,
            api_key=made.api_key,
            allowed_domains=project.allowed_domains,
            created_at=iso_of(project.created_at),
        )
    )


@get(PROJECT, opt=needs(Permission.project_read), sync_to_thread=False)
def show_project(access: NamedDependency[Access]) -> Reply[ProjectDetail]:
    """A project with all its settings."""
    return Reply(data=_detail(access))


@patch(PROJECT, opt=needs(Permission.project_write), sync_to_thread=True)
def change_project(
    data: JSONBody[ProjectChange], access: NamedDependency[Access], control: NamedDependency[Control]
) -> Reply[ProjectDetail]:
    """Change what is given."""
    given = {name: value for name, value in msgspec.structs.asdict(data).items() if value is not msgspec.UNSET}
    if not given:
        raise BadRequest("expected at least one of name, slug, allowed_domains, settings")
    project = projects.change(
        control.file,
        control.clock(),
        access.project,
        name=given.get("name"),
        slug=given.get("slug"),
        allowed_domains=given.get("allowed_domains"),
        change=given.get("settings"),
    )
    return Reply(data=_detail(msgspec.structs.replace(access, project=project)))


@delete(PROJECT, opt=needs(Permission.project_delete), status_code=200, sync_to_thread=True)
def delete_project(access: NamedDependency[Access], control: NamedDependency[Control]) -> Done:
    """Delete a project with everything that was recorded in it. There is no way back."""
    projects.remove(control.file, access.project)
    control.forget(access.project.number)
    return Done()


@post(f"{PROJECT}/secret", opt=needs(Permission.keys_write), status_code=201, sync_to_thread=True)
def renew_secret(access: NamedDependency[Access], control: NamedDependency[Control]) -> Reply[SigningSecret]:
    """Make a new signing secret, which voids the one before. It is shown this once."""
    return Reply(data=SigningSecret(signing_secret=projects.new_signing_secret(control.file, access.project)))


def _item(access: Access, control: Control) -> ProjectItem:
    project = access.project
    sessions, events = control.today(project)
    return ProjectItem(
        id=project.id,
        name=project.name,
        slug=project.slug,
        allowed_domains=project.allowed_domains,
        created_at=iso_of(project.created_at),
        role=access.grant.role,
        permissions=_permissions(access),
        stats=Stats(sessions_today=sessions, events_today=events),
    )


def _detail(access: Access) -> ProjectDetail:
    project = access.project
    return ProjectDetail(
        id=project.id,
        name=project.name,
        slug=project.slug,
        allowed_domains=project.allowed_domains,
        settings=project.settings,
        created_at=iso_of(project.created_at),
        role=access.grant.role,
        permissions=_permissions(access),
        warnings=projects.warnings(project),
    )


def _permissions(access: Access) -> list[Permission]:
    return [permission for permission in Permission if access.grant.may(permission)]


ROUTES = [
    Router(
        "/",
        route_handlers=[list_projects, create_project, show_project, change_project, delete_project, renew_secret],
        tags=["Projects"],
    )
]
