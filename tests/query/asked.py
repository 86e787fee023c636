"""Asking a project in SQL."""

from typing import Any

import httpx

from gosight.query import QueryRefused, Result
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
        self, sql: object, customer: str = "demo_tenant", who: Person | None = None, **headers: str
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

    def value(self, expression: str) -> Any:
        """Of one expression."""
        ((value,),) = self.rows(f"SELECT {expression}")
        return value

    def refusal(self, sql: str, **more: Any) -> str:
        """Why a query is refused, or "" where it is not."""
        try:
            self.run(sql, **more)
        except QueryRefused as refused:
            return refused.message
        return ""
