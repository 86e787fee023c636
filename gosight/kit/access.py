"""Who may do what: roles and permissions in one table.

A viewer sees figures and the shape of visits, but nobody's name, place or screen.
"""

from enum import StrEnum

import msgspec

from gosight.kit.errors import Forbidden


class Role(StrEnum):
    owner = "owner"
    admin = "admin"
    member = "member"
    viewer = "viewer"


class Permission(StrEnum):
    project_read = "project.read"
    project_write = "project.write"
    project_delete = "project.delete"
    keys_read = "keys.read"
    keys_write = "keys.write"
    members_read = "members.read"
    members_write = "members.write"
    analytics_read = "analytics.read"
    personal_read = "personal.read"
    """User ids, cities, traits, the visitor's page."""
    replay_read = "replay.read"
    export_read = "export.read"
    sql_read = "sql.read"
    errors_write = "errors.write"
    """Resolve and ignore errors."""
    sourcemaps_read = "sourcemaps.read"
    """The site's own source code, which stacks are shown with."""
    sourcemaps_write = "sourcemaps.write"
    alerts_write = "alerts.write"
    """Rules that watch figures; who reads figures reads them too."""
    timed_write = "timed.write"
    """Start, pause, resume and end the timed sessions of any user."""
    channels_read = "channels.read"
    """Where the project's messages go, and what became of them."""
    channels_write = "channels.write"
    queries_write = "queries.write"
    """Saved queries; who may write SQL reads them."""
    system_read = "system.read"
    """How much the project sends and asks, and how quickly it is answered."""
    server_read = "server.read"
    """What the server takes of its machine."""


_VIEWER = frozenset({Permission.project_read, Permission.members_read, Permission.analytics_read})
_MEMBER = _VIEWER | {
    Permission.keys_read,
    Permission.personal_read,
    Permission.replay_read,
    Permission.export_read,
    Permission.sql_read,
    Permission.errors_write,
    Permission.sourcemaps_read,
    Permission.channels_read,
    Permission.alerts_write,
    Permission.queries_write,
    Permission.timed_write,
    Permission.system_read,
}
_ADMIN = _MEMBER | {
    Permission.project_write,
    Permission.keys_write,
    Permission.members_write,
    Permission.sourcemaps_write,
    Permission.channels_write,
    Permission.server_read,
}
_OWNER = _ADMIN | {Permission.project_delete}

MAY: dict[Role, frozenset[Permission]] = {
    Role.viewer: _VIEWER,
    Role.member: _MEMBER,
    Role.admin: _ADMIN,
    Role.owner: _OWNER,
}

KEY_ROLES: dict[str, Role] = {"read": Role.member, "admin": Role.admin}
"""What an API key's permission lets it do on its own project: `read` only what reads. `write` is ingest alone."""
CHANGES = frozenset(
    {Permission.errors_write, Permission.alerts_write, Permission.queries_write, Permission.timed_write}
)
"""What a member may, and a key that reads may not."""


PUBLIC: dict[str, object] = {"public": True}
"""A route's `opt` where nobody needs to be signed in. Every other route needs a caller."""

BY_TOKEN_OF_BODY: dict[str, object] = {**PUBLIC, "token": True}
"""The same for the guard, though a token is needed: for which project is told in the body, where the route looks."""


def needs(permission: Permission) -> dict[str, object]:
    """A route's `opt` where the caller needs this permission on the `{project:str}` of its path."""
    return {"needs": permission}


def may_hand_out(actor: Role, *roles: Role) -> bool:
    """May `actor` give or take these roles? Owners are made and removed by owners alone."""
    return Permission.members_write in MAY[actor] and (actor is Role.owner or Role.owner not in roles)


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks. A member by token, a key, or (with --dev, on loopback) nobody in particular."""

    member_id: str | None = None
    login_id: str | None = None
    key_id: str | None = None
    key_project: int | None = None
    """Number of the only project that a key opens."""
    key_role: Role | None = None
    dev: bool = False


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """What a caller may do on one project."""

    role: Role
    reads_only: bool = False
    """A key that reads."""

    @property
    def permissions(self) -> frozenset[Permission]:
        return MAY[self.role] - CHANGES if self.reads_only else MAY[self.role]

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions

    def need(self, permission: Permission) -> None:
        """Raise `Forbidden` naming what is missing."""
        if permission not in self.permissions:
            who = "key that reads" if self.reads_only else self.role
            raise Forbidden(f"a {who} may not do this: it needs {permission}")
