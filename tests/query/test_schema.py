"""What the schema tells is what can be asked."""

import pytest

from tests.query.asked import Asked


def test_every_column_that_is_told_can_be_read(asked: Asked) -> None:
    tables = asked.owner.get("/projects/demo_tenant/sql/schema").json()["data"]["tables"]
    assert [table["name"] for table in tables] == ["events_raw", "sessions", "pages", "errors", "insights"]
    for table in tables:
        names = [column["name"] for column in table["columns"]]
        found = asked.run(f"select {', '.join(names)} from {table['name']}")
        assert [column.name for column in found.columns] == names
        assert [column.type for column in found.columns] == [column["duckdb_type"] for column in table["columns"]]
        assert found.rows, table["name"]


@pytest.mark.parametrize("table", ["events_raw", "sessions", "pages", "errors", "insights"])
def test_a_star_is_all_that_is_told(asked: Asked, table: str) -> None:
    told = {found.name: [column.name for column in found.columns] for found in asked.queries.tables()}
    assert [column.name for column in asked.run(f"select * from {table}").columns] == told[table]


def test_functions_and_limits_are_told(asked: Asked) -> None:
    data = asked.owner.get("/projects/demo_tenant/sql/schema").json()["data"]
    assert {
        "name": "quantile",
        "signature": "quantile(level)(x)",
        "description": "the quantile, between two values where it lies there",
    } in data["functions"]
    assert data["limits"] == {"max_rows": 10_000, "timeout_seconds": 10, "queries_per_minute": 0}


def test_it_is_for_members_and_keys_that_read(asked: Asked) -> None:
    world = asked.world
    viewer = world.join(world.member("victor"), "demo_tenant", "viewer")
    path = "/projects/demo_tenant/sql/schema"
    assert viewer.get(path).status_code == 403
    assert world.key(asked.owner, "demo_tenant", "read").get(path).status_code == 200
    assert world.member("mallory").get(path).status_code == 404
    assert world.nobody.get(path).status_code == 401
