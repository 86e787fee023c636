"""What is asked on every request, from memory: keys, projects, roles, logins.

Facts are kept until anything in gosight.db changes, whichever process changed it, so the command line takes effect on
a running server's next request. A remembered answer costs some microseconds.
"""

from functools import partial

import msgspec

from gosight.control import settings
from gosight.control.model import EarlierSignals, KeyFact, Login, Project, Settings
from gosight.kit import ids
from gosight.kit.access import Role
from gosight.kit.clock import Clock
from gosight.store.sqlfile import sql
from gosight.store.sqlite import Cached, ControlFile

MAX_KEY = 200
"""Characters; what is longer is no key of ours and is not hashed."""


class ProjectRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `projects`: domains, settings and earlier ones as JSON."""

    number: int
    id: str
    slug: str
    name: str
    allowed_domains: str
    settings: str
    earlier_signals: str
    created_at: int

    def project(self) -> Project:
        return Project(
            number=self.number,
            id=self.id,
            slug=self.slug,
            name=self.name,
            allowed_domains=msgspec.json.decode(self.allowed_domains, type=tuple[str, ...]),
            settings=settings.merge(Settings(), msgspec.json.decode(self.settings, type=dict[str, object])),
            earlier_signals=msgspec.json.decode(self.earlier_signals, type=tuple[EarlierSignals, ...]),
            created_at=self.created_at,
        )


class _KeyRow(ProjectRow, frozen=True, kw_only=True):
    key_id: str
    permissions: str


class _PermissionsRow(msgspec.Struct, frozen=True):
    permissions: str


class _RoleRow(msgspec.Struct, frozen=True):
    role: Role


class _SecretRow(msgspec.Struct, frozen=True):
    value: str | None


class Directory:
    """Lookups by what a request carries. Whatever is not there is None."""

    def __init__(self, control: ControlFile, clock: Clock) -> None:
        self._control = control
        self._clock = clock
        self._facts = Cached(control)
        self._used_keys: dict[str, int] = {}
        self._used_logins: dict[str, int] = {}

    def project_by_write_key(self, key: str) -> Project | None:
        """The project into which this key may send events; notes that the key was used."""
        fact = self.key(key)
        return fact.project if fact is not None and "write" in fact.permissions else None

    def key(self, key: str) -> KeyFact | None:
        """What this key opens; notes that it was used."""
        if not 0 < len(key) <= MAX_KEY:
            return None
        fact = self._facts.get(("key", key), partial(self._load_key, key))
        if fact is not None:
            self._used_keys[fact.id] = self._clock()
        return fact

    def key_permissions(self, key_id: str) -> frozenset[str] | None:
        """Of a key that was not revoked."""
        return self._facts.get(("key id", key_id), partial(self._load_permissions, key_id))

    def project(self, ref: str) -> Project | None:
        """By id or slug."""
        return self._facts.get(("project", ref), partial(self._load_project, ref))

    def projects(self) -> tuple[Project, ...]:
        """All of them, oldest first."""
        return self._facts.get("projects", self._load_projects)

    def signing_secret(self, project: int) -> str | None:
        """With which the application of this project signs who its users are; None where none was made."""
        return self._facts.get(("secret", project), partial(self._load_secret, project))

    def role(self, member_id: str, project: int) -> Role | None:
        """What a member is in the project of this number."""
        return self._facts.get(("role", member_id, project), partial(self._load_role, member_id, project))

    def login(self, login_id: str) -> Login | None:
        """A login that is neither signed out nor expired; notes that it was used."""
        login = self._facts.get(("login", login_id), partial(self._load_login, login_id))
        now = self._clock()
        if login is None or login.expires_at <= now:
            return None
        self._used_logins[login_id] = now
        return login

    def write_last_used(self) -> None:
        """A job's work, once a minute: when keys and logins were last used."""
        keys, self._used_keys = self._used_keys, {}
        logins, self._used_logins = self._used_logins, {}
        if not keys and not logins:
            return
        with self._control.write() as transaction:
            for id_, at in keys.items():
                transaction.run(sql("control", "keys.used"), {"id": id_, "at": at})
            for id_, at in logins.items():
                transaction.run(sql("control", "logins.used"), {"id": id_, "at": at})

    def _load_key(self, key: str) -> KeyFact | None:
        row = self._control.first(sql("control", "keys.by_digest"), {"digest": ids.digest(key)}, into=_KeyRow)
        if row is None:
            return None
        permissions = msgspec.json.decode(row.permissions, type=frozenset[str])
        return KeyFact(id=row.key_id, project=row.project(), permissions=permissions)

    def _load_permissions(self, key_id: str) -> frozenset[str] | None:
        row = self._control.first(sql("control", "keys.permissions"), {"id": key_id}, into=_PermissionsRow)
        return None if row is None else msgspec.json.decode(row.permissions, type=frozenset[str])

    def _load_project(self, ref: str) -> Project | None:
        row = self._control.first(sql("control", "projects.by_ref"), {"ref": ref}, into=ProjectRow)
        return None if row is None else row.project()

    def _load_projects(self) -> tuple[Project, ...]:
        return tuple(row.project() for row in self._control.all(sql("control", "projects.all"), into=ProjectRow))

    def _load_secret(self, project: int) -> str | None:
        row = self._control.first(sql("control", "projects.secret"), {"number": project}, into=_SecretRow)
        return None if row is None else row.value

    def _load_role(self, member_id: str, project: int) -> Role | None:
        params = {"project": project, "member": member_id}
        row = self._control.first(sql("control", "memberships.role"), params, into=_RoleRow)
        return None if row is None else row.role

    def _load_login(self, login_id: str) -> Login | None:
        return self._control.first(sql("control", "logins.by_id"), {"id": login_id}, into=Login)
