"""The fixed mix that ingest is measured with, as bytes made beforehand.

40 % page views, 30 % clicks with a target as in the contract, 10 % each of scroll, mouse_move and custom events with
properties; 10,000 visitors, each with a browser and an address of their own, sessions of 20 events (or of one batch,
where that is more) at a person's pace, unique batch ids. Values differ from event to event, so that compression on disk
is no better than in life.
"""

from collections.abc import Iterator
from random import Random
from typing import Any

import msgspec

from gosight.ops.demo import world
from tests.bench.server import PROJECT

VISITORS = 10_000
EVENTS_A_SESSION = 20
EVENT_MS = 4_000
"""From one event of a visit to the next, about."""
HOST = "https://shop.example.com"
_encode = msgspec.json.Encoder().encode


class Visitor:
    """A browser: where it is, what it is, and how far its session has come."""

    def __init__(self, number: int) -> None:
        random = Random(f"bench/{number}")
        country = random.choices(world.COUNTRIES, [one.weight for one in world.COUNTRIES])[0]
        device = random.choices(world.DEVICES, [one.weight for one in world.DEVICES])[0]
        screen, viewport = random.choice(device.sizes)
        minor = f"{random.randint(120, 154)}.0.{random.randint(0, 9)}.0"
        self.id = f"v_{random.getrandbits(64):016x}"
        self.ip = f"{random.choice(country.blocks)}.{random.randint(1, 254)}.{random.randint(1, 254)}"
        self.user_agent = device.user_agent.format(v=minor)
        self.context = {
            "screen": screen,
            "viewport": viewport,
            "language": country.language,
            "timezone": country.timezone,
            "sdk": "gosight-js/1.0.0",
        }
        self.session_id = ""
        self.session_events = EVENTS_A_SESSION
        self.at_ms = 0

    def take(self, events: int, now_ms: int, random: Random) -> tuple[str, int]:
        """The session of the next `events` and when they begin; a new one, that was within the hour, where the last is
        full."""
        if self.session_events >= EVENTS_A_SESSION:
            self.session_id, self.session_events = f"s_{random.getrandbits(64):016x}", 0
            self.at_ms = now_ms - random.randint(0, 3_600_000) - max(events, EVENTS_A_SESSION) * EVENT_MS
        self.session_events += events
        begin, self.at_ms = self.at_ms, self.at_ms + events * EVENT_MS
        return self.session_id, begin


def requests(
    key: str, total: int, size: int, now_ms: int, seed: str = "", *, is_tracked: bool = False
) -> Iterator[bytes]:
    """HTTP requests with batches of `size` events, `total` events in all, as sent by browsers behind a proxy; in
    contract 2's form where `is_tracked`."""
    random = Random(f"bench/{seed}/{size}")
    visitors = [Visitor(number) for number in range(VISITORS)]
    for at in range(0, total, size):
        visitor = random.choice(visitors)
        count = min(size, total - at)
        made = batch(visitor, count, now_ms, random)
        body = _encode(_tracked(made, is_single=size == 1) if is_tracked else made)
        path = "/v1/events" if not is_tracked else "/track" if size == 1 else "/track/batch"
        head = (
            f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            f"X-GoSight-Key: {key}\r\nUser-Agent: {visitor.user_agent}\r\nX-Forwarded-For: {visitor.ip}\r\n"
            f"Origin: {HOST}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        yield head.encode() + body


def batch(visitor: Visitor, count: int, now_ms: int, random: Random) -> dict[str, Any]:
    session_id, start_ms = visitor.take(count, now_ms, random)
    return {
        "batch_id": f"{random.getrandbits(128):032x}",
        "visitor_id": visitor.id,
        "session_id": session_id,
        "user_id": None,
        "context": visitor.context,
        "events": [event(start_ms + n * EVENT_MS + random.randint(0, EVENT_MS), random) for n in range(count)],
    }


def _tracked(made: dict[str, Any], *, is_single: bool) -> dict[str, Any]:
    """The same as contract 2 writes it: each event says whose it is."""
    events = [
        {
            "customer_id": PROJECT,
            "visitor_id": made["visitor_id"],
            "session_id": made["session_id"],
            "event_type": one["type"],
            "event_name": one.get("name"),
            "timestamp": one["ts"],
            "page_url": one["url"],
            "referrer": one.get("referrer"),
            "properties": one["payload"],
        }
        for one in made["events"]
    ]
    if is_single:
        return events[0] | {"event_id": made["batch_id"]}
    return {"batch_id": made["batch_id"], "context": made["context"], "events": events}


def event(ts_ms: int, random: Random) -> dict[str, object]:
    """One event, by the mix."""
    page = random.choice(_PATHS)
    url = HOST + page
    at = random.random()
    if at < 0.4:
        return {
            "type": "page_view",
            "ts": ts_ms,
            "url": f"{url}?utm_source=google&utm_medium=cpc" if at < 0.04 else url,
            "referrer": "https://www.google.com/" if at < 0.12 else HOST + random.choice(_PATHS),
            "payload": {"title": world.PAGES[page].title},
        }
    if at < 0.7:
        x, y = random.randint(0, 1_200), random.randint(0, 800)
        target = {"tag": "button", "text": random.choice(_TEXTS), "selector": f"#item-{random.randint(1, 400)}"}
        place = {"x": x, "y": y, "page_x": x, "page_y": y + random.randint(0, 2_400), "page_height": 3_500}
        return {"type": "click", "ts": ts_ms, "url": url, "payload": {**place, "target": target}}
    if at < 0.8:
        depth = {"depth_percent": random.randint(1, 100), "page_height": 3_500, "viewport_height": 800}
        return {"type": "scroll", "ts": ts_ms, "url": url, "payload": depth}
    if at < 0.9:
        x, y = random.randint(0, 800), random.randint(0, 500)
        points = [[100 * n, x + 31 * n, y + 17 * n] for n in range(10)]
        return {"type": "mouse_move", "ts": ts_ms, "url": url, "payload": {"points": points}}
    properties = {"product": random.randint(1, 5_000), "price": random.randint(100, 9_900) / 100, "currency": "USD"}
    return {"type": "custom", "name": "add_to_cart", "ts": ts_ms, "url": url, "payload": properties}


_PATHS = tuple(world.PAGES)
_TEXTS = ("Sign Up", "Add to cart", "Show more", "Next", "Menu", "Compare", "Apply")
