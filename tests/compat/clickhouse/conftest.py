"""A project with a few events, asked as clients of ClickHouse ask."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from litestar.testing import TestClient

from gosight.kit.wire.types import Receive, Scope, Send
from tests.world import Person, StoppedClock, World, client, coming_from, noon
from tests.world import opened as opened_world

EVENTS = (
    {
        "type": "page_view",
        "url": "https://example.com/",
        "visitor_id": "v1",
        "session_id": "s1",
        "payload": {"title": "Home"},
    },
    {"type": "page_view", "url": "https://example.com/pricing", "visitor_id": "v1", "session_id": "s1"},
    {"type": "custom", "name": "signup", "visitor_id": "v2", "session_id": "s2", "payload": {"plan": 'it\'s "pro"'}},
)


class Asking:
    """Somebody with credentials, at the port for clients of ClickHouse."""

    def __init__(self, client: "TestClient[Any]", headers: dict[str, str]) -> None:
        self.client = client
        self.headers = headers

    def get(self, sql: str = "", path: str = "/", **more: str) -> httpx.Response:
        params = {"query": sql} | more if sql else more
        answer: httpx.Response = self.client.get(path, params=params, headers=self.headers)
        return answer

    def post(self, sql: str | bytes, sent: dict[str, str] | None = None, /, **params: Any) -> httpx.Response:
        """`sent`: more headers."""
        content = sql.encode() if isinstance(sql, str) else sql
        answer: httpx.Response = self.client.post(
            "/", params=params, content=content, headers=self.headers | (sent or {})
        )
        return answer

    def lines(self, sql: str, **params: str) -> list[str]:
        answer = self.post(sql, **params)
        assert answer.status_code == 200, answer.text
        return answer.text.splitlines()


def opened(world: World, peer: str = "203.0.113.7", host: str = "gosight.test") -> "TestClient[Any]":
    """The second port's application, as it looks from an address."""
    served = coming_from(peer, world.app.clickhouse)

    async def port(scope: Scope, receive: Receive, send: Send) -> None:
        """The test's client tells of starts and stops; the server does not."""
        if str(scope["type"]) == "lifespan":
            await world.app(scope, receive, send)
        else:
            await served(scope, receive, send)

    return client(port, f"http://{host}:8123")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One for all tests of a file that only ask."""
    with opened_world(
        tmp_path_factory.mktemp("shared") / "data", StoppedClock(noon()), limits__sql_per_minute=0
    ) as world:
        yield world


@pytest.fixture(scope="module")
def port(shared: World) -> Iterator["TestClient[Any]"]:
    with opened(shared) as client:
        yield client


@pytest.fixture(scope="module")
def olga(shared: World) -> Person:
    """Owns the project "shop"."""
    person = shared.member("olga")
    shared.project(person)
    return person


@pytest.fixture(scope="module")
def key(shared: World, olga: Person) -> str:
    """It reads the project "shop", in which there are three events."""
    sender = shared.key(olga, "shop", "write")
    sent = shared.client.post("/v1/events", json={"events": list(EVENTS)}, headers=sender.headers)
    assert sent.json()["data"]["accepted"] == len(EVENTS)
    return key_of(shared.key(olga, "shop", "read"))


@pytest.fixture
def shop(port: "TestClient[Any]", key: str) -> Asking:
    return Asking(port, {"X-ClickHouse-User": "shop", "X-ClickHouse-Key": key})


def key_of(person: Person) -> str:
    return person.headers["X-GoSight-Key"]


def told(answer: httpx.Response) -> tuple[int, int, str]:
    """Status, code and text of what must be an error in ClickHouse's words."""
    code = int(answer.headers["x-clickhouse-exception-code"])
    assert answer.text.startswith(f"Code: {code}. DB::Exception: ")
    assert " (version 24.8" in answer.text
    assert "Traceback" not in answer.text
    return answer.status_code, code, answer.text
