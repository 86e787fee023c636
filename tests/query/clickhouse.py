"""What ClickHouse itself answered: expressions and queries with their results, one JSON list a line: [sql, rows]."""

import json
import random
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
TYPES = ("page_view", "click", "custom", "js_error", "cart_abandon")
TABLE = "events_raw"
OURS = (
    "(select event_id, visitor_id, session_id, event_type, timestamp, toInt64(JSONExtractInt(properties, 'n')) as n "
    "from events_raw)"
)
"""The table of the queries, from ours."""


def expressions() -> list[tuple[str, Any]]:
    return _read("clickhouse_expressions.jsonl")


def queries() -> list[tuple[str, Any]]:
    """They read `events_raw(event_id, visitor_id, session_id, event_type, timestamp, n)`."""
    return _read("clickhouse_queries.jsonl")


def _read(name: str) -> list[tuple[str, Any]]:
    return [tuple(json.loads(line)) for line in (HERE / name).read_text("utf-8").splitlines()]


def visits() -> dict[str, list[dict[str, Any]]]:
    """Visitor to events: 180 of them, the same at each run."""
    chance = random.Random(5)
    return {
        f"v{visitor}": [
            {
                "type": chance.choice(TYPES),
                "id": f"e{visitor}_{number}",
                "ts": f"2026-11-{20 + visitor % 3}T10:{(at := chance.randrange(7200)) // 120:02d}:{at % 60:02d}Z",
                "url": f"https://example.com/p{number % 4}",
                "payload": {"n": chance.randrange(20), "message": "x", "target": {"selector": "a"}},
            }
            for number in range(30)
        ]
        for visitor in range(6)
    }


def on_ours(query: str) -> str:
    """A query of the list, to run here."""
    text = query.replace("from events_raw", f"from {OURS} as events_raw")
    return text.replace("as events_raw a ", "as a ").replace("as events_raw b ", "as b ")


def alike(value: Any) -> Any:
    """Both write some values differently: 1 and true, 2 and 2.0, a time with a T and a Z or without, a tuple as an
    object or a list; and the last digits of a float are the machine's."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, float):
        return int(value) if value.is_integer() else round(value, 9)
    if isinstance(value, str) and value[10:11] == "T" and value.endswith("Z"):
        return value[:-1].replace("T", " ")
    if isinstance(value, dict):
        return [alike(item) for item in value.values()]
    if isinstance(value, list | tuple):
        return [alike(item) for item in value]
    return value
