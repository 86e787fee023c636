"""Who may ask, and of which project: the user is a project's id or slug, the password an API key of it that reads."""

from collections.abc import Mapping

from gosight.compat.clickhouse.errors import Code, Refusal
from gosight.compat.clickhouse.request import Credentials
from gosight.control import Access, Control, Project
from gosight.kit.access import Permission
from gosight.kit.counting import Counted
from gosight.kit.errors import Forbidden, NotFound, Unauthorized

NOBODY = ("", "default")
"""What clients send as the user where nobody chose one: the key alone tells the project."""
ADVICE = "the user is a project's id or slug, the password an API key of that project with the permission read"


class Door:
    """In front of one project: a connection is bound to the one that its key opens."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def let_in(self, sent: Credentials, database: str, headers: Mapping[str, str], peer: str, address: str) -> Access:
        """Raises `Refusal`; RateLimited for an address that tries too often."""
        try:
            return self._let_in(sent, database, headers, peer)
        except Refusal as refusal:
            if refusal.what in (Code.AUTHENTICATION_FAILED, Code.ACCESS_DENIED):
                self._control.rates.take(Counted.read, None, address)
            raise

    def _let_in(self, sent: Credentials, database: str, headers: Mapping[str, str], peer: str) -> Access:
        door = self._control.door
        known = {"x-gosight-key": sent.key} if sent.key is not None else _without_credentials(headers)
        try:
            caller = door.caller(known, peer)
        except Unauthorized:
            raise _unknown(sent) from None
        except Forbidden as error:
            raise Refusal(Code.ACCESS_DENIED, f"{_shown(sent.user)}: {error.message}") from None
        project = self._project(sent.user, database, caller.key_project)
        if project is None:
            if caller.dev:
                raise Refusal(
                    Code.AUTHENTICATION_FAILED, "name a project, by its id or slug, as the user or the database"
                )
            raise _unknown(sent)
        try:
            access = door.access(caller, project.id)
            access.grant.need(Permission.sql_read)
        except NotFound:
            raise _unknown(sent) from None
        except Forbidden as error:
            raise Refusal(Code.ACCESS_DENIED, f"{_shown(sent.user)}: {error.message}") from None
        return access

    def _project(self, user: str, database: str, number: int | None) -> Project | None:
        """What the user names, or else what the key opens; with --dev also what the database names, or the only one."""
        directory = self._control.directory
        named = directory.project(user) if user else None
        if named is not None:
            return named
        if user not in NOBODY:
            return None
        if number is not None:
            return next((project for project in directory.projects() if project.number == number), None)
        found = directory.project(database) if database else None
        projects = directory.projects()
        return found or (projects[0] if len(projects) == 1 else None)


def _without_credentials(headers: Mapping[str, str]) -> dict[str, str]:
    """What tells of a developer's own machine, and nobody's key."""
    return {name: value for name, value in headers.items() if name not in ("authorization", "x-gosight-key")}


def _shown(user: str) -> str:
    return user[:64] if user.isprintable() and user else "default"


def _unknown(sent: Credentials) -> Refusal:
    wrong = "Authentication failed: password is incorrect, or there is no user with such name"
    told = f"{_shown(sent.user)}: {wrong}; {ADVICE}"
    return Refusal(Code.AUTHENTICATION_FAILED, told, status=401 if sent.key is None else None)
