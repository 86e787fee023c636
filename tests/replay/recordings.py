"""Recordings to send: rrweb events as a browser makes them, and whoever sends them."""

import gzip
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from gosight.kit.clock import system_clock
from tests.running import Answer, Site

Event = dict[str, Any]


def now_ms() -> int:
    return system_clock() // 1_000


def moves(start_ms: int, count: int = 3, every_ms: int = 1_000) -> list[Event]:
    """A cursor that wanders."""
    return [
        {
            "type": 3,
            "timestamp": start_ms + n * every_ms,
            "data": {"source": 1, "positions": [{"x": n, "y": n, "id": 1}]},
        }
        for n in range(count)
    ]


def page(at_ms: int, href: str, width: int = 1200, height: int = 800) -> list[Event]:
    """A page as it is first seen: its address, and the whole document."""
    document = {"type": 0, "childNodes": [], "id": 1}
    return [
        {"type": 4, "timestamp": at_ms, "data": {"href": href, "width": width, "height": height}},
        {"type": 2, "timestamp": at_ms, "data": {"node": document, "initialOffset": {"top": 0, "left": 0}}},
    ]


def packed(events: list[Event]) -> bytes:
    return gzip.compress(json.dumps(events).encode(), mtime=0)


def send(
    site: Site,
    body: bytes,
    session: str = "s",
    index: object = 0,
    headers: Mapping[str, str] | None = None,
    **query: Any,
) -> Answer:
    """One chunk, as the recorder sends it."""
    asked = urlencode({"session_id": session, "index": index, **query})
    given = {"X-GoSight-Key": site.write_key, **(headers or {})}
    return site.server.ask("POST", f"/v1/replay?{asked}", body, given)
