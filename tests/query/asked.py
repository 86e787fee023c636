"""Asking a project in SQL."""

from typing import Any

import httpx

from gosight.query import MissingCustomerFilter, QueryRefused, Result
from tests.analytics.visits import DESKTOP, GOOGLEBOT, IPHONE, click, failure, rage, send, view
from tests.world import Person, World


class Asked:
    """The project "demo_tenant", asked by its owner over HTTP, or directly."""

    def __init__(self, world: World, owner: Person) -> None:
        self.world = world
        self.owner = owner
        self.queries = world.app.queries
        project = world.app.control.directory.project("demo_tenant")
        assert project is not None
        self.project = project

    def post(
        self, sql: object, customer: object = "demo_tenant", who: Person | None = None, **headers: str
    ) -> httpx.Response:
        person = who or self.owner
        body = {"customer_id": customer, "sql": sql}
        answer: httpx.Response = self.world.client.post("/query", json=body, headers=person.headers | headers)
        return answer

    def run(self, sql: str, **more: Any) -> Result:
        """Without a need for customer_id, so that tests of other things are short."""
        return self.queries.run(self.project, sql, **{"needs_customer": False, **more})

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.run(sql).rows

    def refusal(self, sql: str, **more: Any) -> str:
        """Why a query is refused, or "" where it is not."""
        try:
            self.run(sql, **more)
        except (QueryRefused, MissingCustomerFilter) as refused:
            return refused.message
        return ""


def filled(world: World, owner: Person) -> Asked:
    """The project "demo_tenant" with some visits, and "other", which has a secret of its own."""
    key = world.key(owner, world.project(owner, "demo_tenant", "Demo"), "write")
    pages = [view("2026-11-22T10:00:00Z", "/"), view("2026-11-22T10:01:00Z", "/pricing")]
    order = {
        "type": "custom",
        "name": "order",
        "ts": "2026-11-22T10:01:30Z",
        "payload": {"total": 9.5, "items": [1, 2]},
    }
    send(world, key, "anna", "a1", DESKTOP, [*pages, order, {**order, "name": "thanks", "ts": "2026-11-22T10:02:00Z"}])
    abandon = {"type": "cart_abandon", "ts": "2026-11-22T11:05:00Z", "payload": {"value": 20}}
    times = [view(f"2026-11-22T11:0{n}:00Z", "/pricing") for n in range(3)]
    send(world, key, "bert", "b1", IPHONE, [*times, abandon])
    first = [view("2026-11-21T09:00:00Z", "/"), *rage("2026-11-21T09:01", "/", "#buy", 6)]
    send(world, key, "cleo", "c1", DESKTOP, first)
    second = [failure("2026-11-22T08:00:00Z", "/", "no such thing"), click("2026-11-22T08:00:01Z", "/", "a")]
    send(world, key, "cleo", "c2", DESKTOP, second)
    send(world, key, "robot", "r1", GOOGLEBOT, [view("2026-11-22T09:30:00Z", "/")])
    theirs = world.key(owner, world.project(owner, "other", "Other"), "write")
    secret = {"type": "custom", "name": "SECRET", "ts": "2026-11-22T10:00:00Z", "payload": {"SECRET": "SECRET"}}
    send(world, theirs, "SECRET", "SECRET", DESKTOP, [view("2026-11-22T10:00:00Z", "/SECRET"), secret])
    return Asked(world, owner)
