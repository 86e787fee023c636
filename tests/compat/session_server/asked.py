"""Asking contract 3: who asks, for whom, when."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import jwt

from gosight.control import projects
from tests.world import Person, World

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
"""The tests' now."""


def at(minutes: float = 0, day: datetime = NOON) -> str:
    """So many minutes after noon."""
    return (day + timedelta(minutes=minutes)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def secret(world: World, app: str = "shop") -> str:
    """A new signing secret of a project."""
    return projects.new_signing_secret(world.app.file, projects.by_ref(world.app.file, app))


def signed(key: str, sub: object = "ann", **claims: object) -> str:
    """A token as an application signs it: of one hour, for the project shop."""
    whole = {"sub": sub, "exp": int(NOON.timestamp()) + 3_600, "app": "shop"} | claims
    return jwt.encode({name: value for name, value in whole.items() if value is not None}, key, algorithm="HS256")


class Timing:
    """Somebody who tells of timed sessions in one app."""

    def __init__(self, world: World, headers: dict[str, str], app: str = "shop") -> None:
        self.world = world
        self.headers = headers
        self.app = app

    def call(self, path: str, **body: Any) -> httpx.Response:
        answer: httpx.Response = self.world.client.post(
            f"/api/{path}", json={"app": self.app} | body, headers=self.headers
        )
        return answer

    def start(self, user: str = "ann", time: str = at()) -> str:
        """The id of a new session."""
        answer = self.call("sessions/start", user=user, time=time, status="active")
        assert answer.status_code == 200, answer.text
        id_: str = answer.json()["data"]["session_id"]
        return id_

    def step(self, step: str, session_id: str, time: str, user: str = "ann") -> httpx.Response:
        return self.call(f"sessions/{step}", user=user, session_id=session_id, time=time)

    def told(self, *steps: tuple[str, str], user: str = "ann") -> str:
        """A session with these steps, the first of which is its start; each is (step, time)."""
        id_ = self.start(user, steps[0][1])
        for step, time in steps[1:]:
            answer = self.step(step, id_, time, user)
            assert answer.status_code == 200, answer.text
        return id_

    def figures(self, path: str, user: str = "all") -> Any:
        answer = self.call(path, user=user)
        assert answer.status_code == 200, answer.text
        return answer.json()


def by_token(world: World, token: str, app: str = "shop") -> Timing:
    return Timing(world, {"Authorization": f"Bearer {token}"}, app)


def by(person: Person, world: World, app: str = "shop") -> Timing:
    return Timing(world, person.headers, app)


def refused(answer: httpx.Response) -> tuple[int, str, str]:
    """Status, message and details of an answer that must be contract 3's whole error."""
    body = answer.json()
    assert set(body) == {"status", "message", "details"}
    assert body["status"] == "error"
    return answer.status_code, body["message"], body["details"]
