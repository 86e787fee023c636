"""Who comes in, and what they may do in which project."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from gosight.control.directory import Directory
from gosight.control.model import Access, Login, Project
from gosight.control.tokens import AccessTokens
from gosight.kit.access import KEY_ROLES, Caller, Grant, Role
from gosight.kit.addresses import is_local, is_loopback
from gosight.kit.errors import Forbidden, NotFound, Unauthorized

MEMBERS_ONLY = "this is for members who are signed in, not for API keys"


class Door:
    """`dev`: whoever comes from this machine without credentials is owner of every existing project."""

    def __init__(self, directory: Directory, tokens: AccessTokens, *, dev: bool) -> None:
        self._directory = directory
        self._tokens = tokens
        self._dev = dev

    def caller(self, headers: Mapping[str, str], peer: str) -> Caller:
        """Who asks, by the request's headers (lower case). Raises Unauthorized where nobody can be told."""
        if "authorization" in headers:
            token = _bearer(headers)
            if token.startswith("gs_"):
                return self._by_key(token)
            login = self.login(headers)
            if login is None:
                raise Unauthorized("expected Authorization: Bearer with a valid access token; sign in again")
            return Caller(member_id=login.member_id, login_id=login.id)
        if "x-gosight-key" in headers:
            return self._by_key(headers["x-gosight-key"])
        if self._dev and is_local(peer, headers.keys()):
            return _developer(headers.get("origin"))
        raise Unauthorized("expected Authorization: Bearer <access_token>, or X-GoSight-Key: gs_api_…")

    def access(self, caller: Caller, ref: str) -> Access:
        """What `caller` may do in the project with this id or slug. Another's project is one that does not exist."""
        project = self._directory.project(ref)
        role = None if project is None else self._role(caller, project)
        if project is None or role is None:
            raise NotFound(f"there is no project {ref[:64]}")
        return Access(project=project, grant=_grant(caller, role), caller=caller)

    def projects(self, caller: Caller) -> list[Access]:
        """Every project that is open to `caller`, oldest first."""
        found = [(project, self._role(caller, project)) for project in self._directory.projects()]
        return [Access(project=p, grant=_grant(caller, role), caller=caller) for p, role in found if role is not None]

    def _role(self, caller: Caller, project: Project) -> Role | None:
        if caller.dev:
            return Role.owner
        if caller.key_id is not None:
            return caller.key_role if caller.key_project == project.number else None
        return self._directory.role(caller.member_id, project.number) if caller.member_id else None

    def login(self, headers: Mapping[str, str]) -> Login | None:
        """The login whose access token the request carries; None where there is none or it is not valid."""
        claims = self._tokens.read(_bearer(headers))
        login = self._directory.login(claims.login_id) if claims is not None else None
        return login if claims is not None and login is not None and login.member_id == claims.member_id else None

    def _by_key(self, key: str) -> Caller:
        fact = self._directory.key(key)
        if fact is None:
            raise Unauthorized("this API key is not known; expected a gs_api_ key that was not revoked")
        roles = [KEY_ROLES[permission] for permission in ("admin", "read") if permission in fact.permissions]
        if not roles:
            raise Forbidden("this key only sends events; expected a key with the permission read")
        return Caller(key_id=fact.id, key_project=fact.project.number, key_role=roles[0])


def member(caller: Caller) -> str:
    """The id of the member who asks; keys and developers have none."""
    if caller.member_id is None:
        raise Forbidden(MEMBERS_ONLY)
    return caller.member_id


def _bearer(headers: Mapping[str, str]) -> str:
    """An access token, or a key as contract 2's clients send it."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _grant(caller: Caller, role: Role) -> Grant:
    return Grant(role=role, reads_only=caller.key_id is not None and role is Role.member)


def _developer(origin: str | None) -> Caller:
    """A page from elsewhere, open in the developer's browser, must not act in their name."""
    if origin is not None and not is_this_machine(urlsplit(origin).hostname or ""):
        raise Forbidden(f"with --dev only pages of this machine may ask, not {origin[:100]}")
    return Caller(dev=True)


def is_this_machine(host: str) -> bool:
    """`localhost`, a name below it, or a loopback address; without a port."""
    name = host.lower().rstrip(".")
    return name == "localhost" or name.endswith(".localhost") or is_loopback(name.strip("[]"))
