"""Contract 2's own queries, by their text, and the answer of POST /query."""

import pytest

from tests.query.asked import Asked
from tests.query.contract import ABANDONED, HOURS, JOURNEY, PAGES_TODAY, TOP, TOTALS


def test_the_answer_has_the_contracts_fields(asked: Asked) -> None:
    answer = asked.post("SELECT count(*) as total FROM events_raw WHERE customer_id = 'demo_tenant'")
    body = answer.json()
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert body.pop("execution_time_ms") >= 0
    assert body == {
        "success": True,
        "data": [{"total": 18}],
        "columns": ["total"],
        "row_count": 1,
        "truncated": False,
    }


def test_total_events(asked: Asked) -> None:
    assert asked.post(TOTALS).json()["data"] == [{"total_events": 18, "unique_visitors": 4, "identified_users": 0}]


def test_events_over_time(asked: Asked) -> None:
    assert asked.post(HOURS).json()["data"] == [
        {"hour": "2026-11-22T11:00:00Z", "event_count": 4, "unique_visitors": 1},
        {"hour": "2026-11-22T10:00:00Z", "event_count": 4, "unique_visitors": 1},
        {"hour": "2026-11-22T09:00:00Z", "event_count": 1, "unique_visitors": 1},
        {"hour": "2026-11-22T08:00:00Z", "event_count": 2, "unique_visitors": 1},
    ]


def test_top_events(asked: Asked) -> None:
    data = asked.post(TOP).json()["data"]
    assert [row["count"] for row in data] == [7, 7, 2, 1, 1]
    assert {row["event_type"]: row["unique_visitors"] for row in data} == {
        "cart_abandon": 1,
        "click": 1,
        "custom": 1,
        "js_error": 1,
        "page_view": 4,
    }


def test_user_journey(asked: Asked) -> None:
    data = asked.post(JOURNEY.replace("visitor_123", "anna")).json()["data"]
    assert [(row["timestamp"], row["event_type"], row["event_name"]) for row in data] == [
        ("2026-11-22T10:02:00Z", "custom", "thanks"),
        ("2026-11-22T10:01:30Z", "custom", "order"),
        ("2026-11-22T10:01:00Z", "page_view", None),
        ("2026-11-22T10:00:00Z", "page_view", None),
    ]
    assert data[2]["properties"] == '{"title":"","page":"/pricing"}'


def test_cart_abandonment(asked: Asked) -> None:
    (row,) = asked.post(ABANDONED).json()["data"]
    assert row.pop("cart_abandon_time") in {f"2026-11-22T11:0{n}:00Z" for n in range(3)}
    assert row == {"visitor_id": "bert", "pricing_views": 3, "last_pricing_view": "2026-11-22T11:02:00Z"}


def test_pages_of_today(asked: Asked) -> None:
    assert asked.post(PAGES_TODAY).json()["data"] == [
        {"page": "/pricing", "views": 4, "unique_visitors": 2},
        {"page": "/", "views": 2, "unique_visitors": 2},
    ]


def test_the_slug_will_do(fresh: Asked) -> None:
    changed = fresh.owner.patch("/projects/demo_tenant", {"slug": "demo"})
    assert changed.status_code == 200
    answer = fresh.post("select count() n from events_raw where customer_id = 'demo'", customer="demo")
    assert answer.json()["data"] == [{"n": 18}]


@pytest.mark.parametrize(
    "sql", ["SELECT 1 AS one", "select 1 as one;", "WITH a AS (SELECT 1 AS one) SELECT one FROM a"]
)
def test_what_reads_no_table_needs_no_condition(asked: Asked, sql: str) -> None:
    assert asked.post(sql).json()["data"] == [{"one": 1}]
