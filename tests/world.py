"""A product of its own for each test: people who sign in, their projects, and a clock that stands still."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import httpx
import msgspec
from litestar.testing import TestClient

from gosight.app import App, build
from gosight.config import load
from gosight.control import logins, members, passwords, projects
from gosight.kit.clock import SECOND, from_datetime
from gosight.kit.ids import NAME_PATTERN
from gosight.kit.wire.types import AsgiApp, Receive, Scope, Send
from gosight.store.duck import Engine
from gosight.store.folder import control_file, project_folder
from gosight.store.sqlite import ControlFile

PASSWORD = "correct horse"
UNLIMITED = {f"limits__{what}_per_minute": 0 for what in ("reads", "writes", "auth", "sql")}
"""Of the API: the clock stands still."""
_HASHED = passwords.hashed(PASSWORD)


class StoppedClock:
    """2026-11-22T12:00:00Z until somebody moves it."""

    def __init__(self, now: int) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += int(seconds * SECOND)


class Person:
    """Somebody, or a key, that asks: every request carries their credentials."""

    def __init__(self, client: "TestClient[Any]", headers: dict[str, str], id_: str = "", email: str = "") -> None:
        self.client = client
        self.headers = headers
        self.id = id_
        self.email = email

    def ask(self, method: str, path: str, body: object = None, **more: Any) -> httpx.Response:
        headers = self.headers | more.pop("headers", {})
        json: dict[str, Any] = {} if body is None else {"json": body}
        answer: httpx.Response = self.client.request(method, f"/api/v1{path}", headers=headers, **json, **more)
        return answer

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.ask("GET", path, **more)

    def post(self, path: str, body: object = None, **more: Any) -> httpx.Response:
        return self.ask("POST", path, body, **more)

    def patch(self, path: str, body: object = None, **more: Any) -> httpx.Response:
        return self.ask("PATCH", path, body, **more)

    def delete(self, path: str, **more: Any) -> httpx.Response:
        return self.ask("DELETE", path, **more)


class World:
    """One product and whoever uses it."""

    def __init__(self, app: App, client: "TestClient[Any]", clock: StoppedClock, folder: Path) -> None:
        self.app = app
        self.client = client
        self.clock = clock
        self.folder = folder
        self.nobody = Person(client, {})

    def member(self, name: str) -> Person:
        """A member who is signed in."""
        email = f"{name}@example.com"
        with self.app.file.write() as transaction:
            made = members.add(transaction, email=email, name=name.title(), password_hash=_HASHED, now=self.clock())
        return self.sign_in(made.id, email)

    def sign_in(self, id_: str, email: str) -> Person:
        """One more login of a member, without the wait for a hash."""
        opened = logins.start(self.app.file, id_, ip="203.0.113.7", user_agent="tests", now=self.clock())
        token = self.app.control.tokens.issue(id_, opened.login_id)
        return Person(self.client, {"Authorization": f"Bearer {token}"}, id_, email)

    def project(self, owner: Person | None = None, id_: str = "shop", name: str = "Shop") -> str:
        """The id of a new project."""
        assert NAME_PATTERN.fullmatch(id_)
        made = projects.create(self.app.file, self.clock(), name=name, id_=id_, owner=owner.id if owner else None)
        project_folder(self.folder, made.project.number).mkdir(mode=0o700, parents=True)
        (project_folder(self.folder, made.project.number) / "events.duckdb").write_bytes(_new_files().events)
        return made.project.id

    def join(self, person: Person, project: str, role: str) -> Person:
        """Make somebody belong to a project."""
        with self.app.file.write() as transaction:
            transaction.run(
                "insert into memberships select number, :member, :role, :at from projects where id = :project",
                {"member": person.id, "role": role, "at": self.clock(), "project": project},
            )
        return person

    def key(self, owner: Person, project: str, *permissions: str) -> Person:
        """A key of a project, as somebody who asks with it."""
        made = owner.post(f"/projects/{project}/api-keys", {"name": "Script", "permissions": list(permissions)})
        return Person(self.client, {"X-GoSight-Key": made.json()["data"]["key"]}, made.json()["data"]["id"])


class _NewFiles(msgspec.Struct, frozen=True):
    """What a new data folder and a new project begin with: to make both anew is most of the work of a small test."""

    control: bytes
    events: bytes


@cache
def _new_files() -> _NewFiles:
    with TemporaryDirectory() as name:
        folder = Path(name)
        ControlFile(control_file(folder)).close()
        engine = Engine(folder, memory_limit_mb=64, threads=1, temp_limit_mb=1)
        engine.attach(1)
        events = engine.file(1)
        engine.close()
        return _NewFiles(control_file(folder).read_bytes(), events.read_bytes())


@contextmanager
def opened(
    folder: Path,
    clock: StoppedClock,
    *,
    dev: bool = False,
    peer: str = "203.0.113.7",
    host: str = "gosight.test",
    **settings: Any,
) -> Iterator[World]:
    """A world in `folder`, where nobody counts how often one asks unless `settings` say so."""
    if not folder.exists():
        folder.mkdir(mode=0o700, parents=True)
        control_file(folder).write_bytes(_new_files().control)
    config = load(None, {}, storage__data_dir=str(folder), **{**UNLIMITED, **settings})
    app = build(config, clock, dev=dev)
    try:
        with client(coming_from(peer, app), f"http://{host}") as asking:
            yield World(app, asking, clock, folder)
    finally:
        app.close()


def client(app: AsgiApp, url: str) -> "TestClient[Any]":
    """Asks `app` without a server."""
    return TestClient(cast(Any, app), base_url=url)


def coming_from(peer: str, app: AsgiApp) -> AsgiApp:
    """`app` as it looks from this address."""

    async def asked(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope["client"] = (peer, 4711)
        await app(scope, receive, send)

    return asked


def error(answer: httpx.Response) -> tuple[int, str, str]:
    """Status, code and message of an answer that must be a whole error envelope."""
    body = answer.json()
    assert set(body) == {"success", "error"}
    assert body["success"] is False
    assert set(body["error"]) <= {"code", "message", "details"}
    return answer.status_code, body["error"]["code"], body["error"]["message"]


def noon() -> int:
    """Of a Sunday, in microseconds."""
    return from_datetime(datetime(2026, 11, 22, 12))
