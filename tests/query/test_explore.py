"""What the Explore page asks: rows with their types, files, who may."""

import asyncio
import threading
from collections.abc import MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from gosight.query import QueryRefused
from gosight.query.stop import Stop, while_heard
from tests.analytics import visits
from tests.world import Person, World, error

HERE = "/projects/shop/sql"


@pytest.fixture
def shop(world: World, owner: Person) -> Person:
    key = world.key(owner, "shop", "write")
    visits.send(world, key, "v1", "s1", visits.DESKTOP, [visits.view("2026-11-20T10:00:00Z", "/a")])
    visits.send(world, key, "v2", "s2", visits.IPHONE, [visits.view("2026-11-20T11:00:00Z", "/b")])
    return owner


def run(person: Person, sql: str) -> Any:
    answer = person.post(HERE, {"sql": sql})
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def test_rows_come_with_their_types_and_need_no_condition(shop: Person) -> None:
    found = run(shop, "SELECT page_path, timestamp, 1 AS n, null AS nothing FROM events_raw ORDER BY timestamp")
    assert [column["name"] for column in found["columns"]] == ["page_path", "timestamp", "n", "nothing"]
    assert [column["type"] for column in found["columns"]][:3] == ["VARCHAR", "TIMESTAMP", "INTEGER"]
    assert found["rows"] == [["/a", "2026-11-20T10:00:00Z", 1, None], ["/b", "2026-11-20T11:00:00Z", 1, None]]
    assert (found["truncated"], found["execution_time_ms"] >= 0) == (False, True)


def test_another_projects_condition_finds_nothing(world: World, shop: Person) -> None:
    world.project(shop, id_="blog")
    assert run(shop, "SELECT count() FROM events_raw WHERE customer_id = 'blog'")["rows"] == [[0]]
    found = shop.post("/projects/blog/sql", {"sql": "SELECT count() FROM events_raw"}).json()["data"]
    assert found["rows"] == [[0]]


def test_rows_are_cut_where_there_are_too_many(make_world: Any) -> None:
    world = make_world(sql__max_rows=1)
    owner = world.member("olga")
    world.project(owner)
    found = run(owner, "SELECT * FROM (SELECT 1 AS n UNION ALL SELECT 2) ORDER BY n")
    assert (found["rows"], found["truncated"]) == ([[1]], True)


@pytest.mark.parametrize(
    ("accept", "kind", "body"),
    [
        ("text/csv", "text/csv; charset=utf-8", b"n,t\r\n1,a\r\n"),
        ("application/x-ndjson", "application/x-ndjson", b'{"n":1,"t":"a"}\n'),
    ],
    ids=["csv", "ndjson"],
)
def test_a_result_is_a_file(owner: Person, accept: str, kind: str, body: bytes) -> None:
    answer = owner.post(f"{HERE}/file", {"sql": "SELECT 1 AS n, 'a' AS t"}, headers={"Accept": accept})
    assert (answer.status_code, answer.headers["content-type"], answer.content) == (200, kind, body)


def test_a_file_keeps_its_types(owner: Person) -> None:
    accept = {"Accept": "application/vnd.apache.parquet"}
    answer = owner.post(f"{HERE}/file", {"sql": "SELECT 1 AS n, 'a' AS t"}, headers=accept)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/vnd.apache.parquet")
    assert (answer.content[:4], answer.content[-4:]) == (b"PAR1", b"PAR1")


def test_what_the_gate_refuses_is_told(owner: Person) -> None:
    for path in (HERE, f"{HERE}/file"):
        status, code, message = error(owner.post(path, {"sql": "DELETE FROM events_raw"}))
        assert (status, code) == (400, "VALIDATION_ERROR")
        assert message.startswith("Invalid SQL query: ")
        assert error(owner.post(path, {"sql": 7}))[:2] == (400, "VALIDATION_ERROR")
        assert error(owner.post(path, {"sql": "SELECT 1", "rows": 7}))[:2] == (400, "VALIDATION_ERROR")


def test_who_may_ask(world: World, owner: Person) -> None:
    viewer = world.join(world.member("vera"), "shop", "viewer")
    script = world.key(owner, "shop", "read")
    body = {"sql": "SELECT 1"}
    assert script.post(HERE, body).status_code == 200
    for path in (HERE, f"{HERE}/file"):
        assert error(viewer.post(path, body))[:2] == (403, "FORBIDDEN")
        assert error(world.nobody.post(path, body))[:2] == (401, "UNAUTHORIZED")
        assert error(owner.post(path.replace("shop", "nothing"), body))[:2] == (404, "NOT_FOUND")
    assert error(viewer.get("/projects/shop/overview/sql?metric=users"))[:2] == (403, "FORBIDDEN")


LONG = " CROSS JOIN ".join(f"(SELECT arrayJoin(range(9999)) AS n{n}) AS t{n}" for n in range(4))
ENDLESS = f"SELECT count() FROM {LONG} WHERE n0 + n1 + n2 + n3 = 7"


def test_a_query_that_nobody_waits_for_ends(world: World, owner: Person) -> None:
    project = next(iter(world.app.control.directory.projects()))
    stop = Stop()
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(world.app.queries.run, project, ENDLESS, needs_customer=False, stop=stop)
        while not stop.is_reaching:
            assert not running.done(), running.result()
        while not running.done():  # between two statements there is nothing to interrupt
            stop.set()
        with pytest.raises(QueryRefused, match="given up"):
            running.result()


def test_whoever_goes_away_gives_their_query_up() -> None:
    stop = Stop()
    is_over = threading.Event()

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.disconnect"}

    def work() -> bool:
        while not stop.is_set:
            is_over.wait(0.01)
        return True

    assert asyncio.run(while_heard(receive, work, stop))
