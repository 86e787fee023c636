"""A server that tracks what happens, and the project's owner who looks at it."""

from typing import Any

import httpx

from tests.world import Person, World

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36"
VIEW: dict[str, Any] = {
    "customer_id": "shop",
    "visitor_id": "visitor_123",
    "user_id": "user_456",
    "session_id": "session_789",
    "event_type": "page_view",
    "event_name": "Homepage View",
    "properties": {"page": "/", "title": "Home"},
    "page_url": "https://example.com/",
    "referrer": "https://google.com",
}
"""The contract's own example."""


class Tracker:
    def __init__(self, world: World, owner: Person) -> None:
        self.world = world
        self.owner = owner
        self.key = world.key(owner, "shop", "write").headers["X-GoSight-Key"]

    def post(self, path: str, body: object, **headers: str) -> httpx.Response:
        sent = {"Authorization": f"Bearer {self.key}", "User-Agent": "python-requests/2.32"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        answer: httpx.Response = self.world.client.post(path, json=body, headers=sent)
        return answer

    def one(self, **event: Any) -> httpx.Response:
        return self.post("/track", {"customer_id": "shop", **event})

    def batch(self, *events: dict[str, Any], **head: Any) -> httpx.Response:
        return self.post("/track/batch", {**head, "events": list(events)})

    def sessions(self) -> list[dict[str, Any]]:
        """The earliest first."""
        asked = {"start_date": "2020-01-01", "order": "asc", "per_page": "100"}
        found: list[dict[str, Any]] = self.owner.get("/projects/shop/sessions", params=asked).json()["data"]
        return found

    def summary(self) -> dict[str, Any]:
        found: dict[str, Any] = self.owner.get("/projects/shop/overview").json()["data"]["summary"]
        return found

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Of the project's events file, as it is."""
        with self.world.app.files.of(1).reading() as cursor:
            return cursor.rows(statement)


def refused(answer: httpx.Response) -> tuple[int, str, str]:
    """Status, code and message of what must be contract 2's whole error."""
    body = answer.json()
    assert set(body) == {"success", "message", "error"}
    assert body["success"] is False
    assert body["message"] == body["error"]["message"]
    return answer.status_code, body["error"]["code"], body["message"]
