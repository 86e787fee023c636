"""POST /query: who may, what is refused and how, and the forms of an answer."""

import csv
import io
import json
from typing import Any

import httpx
import pytest

from tests.conftest import MakeWorld
from tests.query.asked import Asked, filled
from tests.world import Person

COUNT = "select count() as n from events_raw where customer_id = 'demo_tenant'"


def error(answer: httpx.Response) -> tuple[int, str, str]:
    """Of contract 2: `message` stands beside `error`."""
    body = answer.json()
    assert set(body) == {"success", "message", "error"}
    assert body["success"] is False
    assert body["message"] == body["error"]["message"]
    return answer.status_code, body["error"]["code"], body["message"]


def test_members_and_keys_that_read_may_ask(asked: Asked) -> None:
    world = asked.world
    member = world.join(world.member("mona"), "demo_tenant", "member")
    for who in (member, world.key(asked.owner, "demo_tenant", "read"), world.key(asked.owner, "demo_tenant", "admin")):
        assert asked.post(COUNT, who=who).json()["data"] == [{"n": 18}]


def test_who_may_not_ask(asked: Asked) -> None:
    world = asked.world
    viewer = world.join(world.member("victor"), "demo_tenant", "viewer")
    assert error(asked.post(COUNT, who=viewer)) == (403, "FORBIDDEN", "a viewer may not do this: it needs sql.read")
    assert error(asked.post(COUNT, who=world.key(asked.owner, "demo_tenant", "write")))[0] == 403
    assert error(asked.post(COUNT, who=world.member("mallory"))) == (
        404,
        "NOT_FOUND",
        "there is no project demo_tenant",
    )
    assert error(asked.post(COUNT, who=world.nobody))[0] == 401
    assert error(asked.post(COUNT, who=world.key(asked.owner, "other", "read")))[0] == 404
    assert error(asked.post(COUNT, customer="nothing"))[0] == 404


@pytest.mark.parametrize(
    ("sql", "status", "message"),
    [
        ("selec 1", 400, "Invalid SQL query: "),
        (
            "select visitr from events_raw where customer_id = 'demo_tenant'",
            400,
            "Invalid SQL query: there is no column visitr",
        ),
        ("select 'x'::int", 400, 'Invalid SQL query: could not convert string "x" to a number'),
        ("drop table events", 400, "Invalid SQL query: expected one SELECT, got DROP"),
        ("select count() from events_raw", 403, "Missing customer_id filter: add WHERE customer_id = 'demo_tenant'"),
        (
            "select sum(visitor_id) from events_raw where customer_id = 'demo_tenant'",
            400,
            "Invalid SQL query: no function matches",
        ),
    ],
    ids=["syntax", "column", "conversion", "statement", "customer", "types"],
)
def test_refuses(asked: Asked, sql: str, status: int, message: str) -> None:
    found = error(asked.post(sql))
    assert found[0] == status
    assert found[2].startswith(message), found[2]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"customer_id": "demo_tenant"}, "sql"),
        ({"sql": "select 1"}, "customer_id"),
        ({"customer_id": "demo_tenant", "sql": 1}, "sql"),
        ({"customer_id": ["demo_tenant"], "sql": "select 1"}, "customer_id"),
        ([], "body"),
    ],
    ids=["no sql", "no customer", "a number", "a list", "no object"],
)
def test_bad_bodies_name_the_field(asked: Asked, body: Any, field: str) -> None:
    answer = asked.world.client.post("/query", json=body, headers=asked.owner.headers)
    assert answer.status_code == 400
    assert answer.json()["error"]["details"] == {"field": field}


def test_only_post_is_answered(asked: Asked) -> None:
    assert error(asked.world.client.get("/query", headers=asked.owner.headers))[:2] == (405, "METHOD_NOT_ALLOWED")


def test_so_many_a_minute_for_each_project(make_world: MakeWorld) -> None:
    world = make_world(limits__sql_per_minute=2)
    asked = filled(world, world.member("olga"))
    assert [asked.post(COUNT).status_code for _ in range(3)] == [200, 200, 429]
    answer = asked.post(COUNT, who=world.key(asked.owner, "demo_tenant", "read"))
    assert error(answer)[:2] == (429, "RATE_LIMITED")
    assert int(answer.headers["retry-after"]) in range(1, 61)
    assert asked.post("select 1 as one", customer="other").status_code == 200
    world.clock.forward(60)
    assert asked.post(COUNT).status_code == 200


def test_too_many_rows_are_cut_and_that_is_told(make_world: MakeWorld) -> None:
    world = make_world(sql__max_rows=3)
    asked = filled(world, world.member("olga"))
    cut, whole = (asked.post(f"select number from (select unnest(range({n})) as number)") for n in (4, 3))
    assert (cut.json()["row_count"], cut.json()["truncated"]) == (3, True)
    assert (whole.json()["row_count"], whole.json()["truncated"]) == (3, False)
    assert cut.headers["x-gosight-truncated"] == "true"
    assert "x-gosight-truncated" not in whole.headers


def test_too_many_bytes_are_cut(asked: Asked) -> None:
    body = asked.post("select repeat('x', 9999) as x from (select unnest(range(5000)))").json()
    assert body["truncated"] is True
    assert 3_000 < body["row_count"] < 4_000


def test_with_dev_nobody_needs_to_sign_in(make_world: MakeWorld) -> None:
    world = make_world(dev=True, peer="127.0.0.1", host="localhost")
    asked = filled(world, world.member("olga"))
    assert asked.post(COUNT, who=Person(world.client, {})).json()["data"] == [{"n": 18}]


TYPES = """
select
  count() as n, 9007199254740993 as big, timestamp '2026-01-02 03:04:05.678' as time, date '2026-01-02' as day,
  0.25::decimal(5, 2) as exact, 0 / 0 as nothing, 1 / 0 as endless, true as yes, null as none, [1, null] as list,
  {'a': [timestamp '2026-01-02 00:00:00']} as thing, interval '90 minutes' as span, strlen('') as zero
"""


def test_types_are_kept(asked: Asked) -> None:
    answer = asked.post(TYPES)
    assert '"big":9007199254740993' in answer.text
    (row,) = answer.json()["data"]
    assert row == {
        "n": 1,
        "big": 9007199254740993,
        "time": "2026-01-02T03:04:05.678Z",
        "day": "2026-01-02",
        "exact": 0.25,
        "nothing": None,
        "endless": None,
        "yes": True,
        "none": None,
        "list": [1, None],
        "thing": {"a": ["2026-01-02T00:00:00Z"]},
        "span": "1:30:00",
        "zero": 0,
    }


def test_columns_of_one_name_are_both_there(asked: Asked) -> None:
    body = asked.post("select 1 as a, 2 as a").json()
    assert body["columns"] == ["a", "a_2"]
    assert body["data"] == [{"a": 1, "a_2": 2}]


def test_a_column_without_a_name_is_called_what_was_written(asked: Asked) -> None:
    body = asked.post("select count(), toStartOfHour(now()) from sessions where customer_id = 'demo_tenant'").json()
    assert body["columns"] == ["count()", "toStartOfHour(now())"]


def test_as_csv(asked: Asked) -> None:
    answer = asked.post("select 'a,\"b\"\r\nc' as x, null as y, [1, 2] as z, true as w", accept="text/csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert list(csv.reader(io.StringIO(answer.text, newline=""))) == [
        ["x", "y", "z", "w"],
        ['a,"b"\r\nc', "", "[1,2]", "true"],
    ]


def test_as_lines_of_json(asked: Asked) -> None:
    answer = asked.post("select unnest([1, 2]) as x, 'a\nb' as y", accept="application/x-ndjson")
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert [json.loads(line) for line in answer.text.splitlines()] == [{"x": 1, "y": "a\nb"}, {"x": 2, "y": "a\nb"}]


def test_as_parquet(asked: Asked) -> None:
    second = "select 2, 1, now(), today(), 1, 1, 1, false, null, [], null, interval '1 day', 0"
    sql = f"{TYPES} union all {second} order by n desc"
    answer = asked.post(sql, accept="application/vnd.apache.parquet")
    assert answer.headers["content-type"] == "application/vnd.apache.parquet"
    file = asked.world.folder / "tmp" / "answer.parquet"
    file.write_bytes(answer.content)
    with asked.world.app.files.of(asked.project.number).reading() as cursor:
        found = cursor.table(f"select n, big, time, list from '{file}'", max_rows=9, max_bytes=10_000)
    file.unlink()
    assert [name for name, _ in found.columns] == ["n", "big", "time", "list"]
    assert [row[:2] for row in found.rows] == [(2, 1), (1, 9007199254740993)]
    assert list(file.parent.iterdir()) == []


def test_parquet_is_cut_as_well(make_world: MakeWorld) -> None:
    world = make_world(sql__max_rows=3)
    asked = filled(world, world.member("olga"))
    answer = asked.post("select unnest(range(4)) as number", accept="application/vnd.apache.parquet")
    assert answer.headers["x-gosight-truncated"] == "true"
    assert answer.content[:4] == answer.content[-4:] == b"PAR1"


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("text/html", "application/json"),
        ("text/csv;q=0.1, application/x-ndjson;q=0.5", "application/x-ndjson"),
        ("text/csv;q=x, application/json", "application/json"),
        ("application/json, text/csv;q=0.9", "application/json"),
        ("TEXT/CSV", "text/csv; charset=utf-8"),
    ],
)
def test_an_answer_has_the_form_that_is_preferred(asked: Asked, accept: str, kind: str) -> None:
    assert asked.post("select 1 as x", accept=accept).headers["content-type"] == kind


def test_a_refusal_is_json_in_every_form(asked: Asked) -> None:
    assert error(asked.post("nonsense", accept="text/csv"))[0] == 400
