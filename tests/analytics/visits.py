"""Visits that tests make: events as clients send them, from browsers of several kinds."""

from typing import Any

from tests.world import Person, World

DESKTOP = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36"
)
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 "
    "Mobile/15E148 Safari/604.1"
)
ANDROID = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36"
)
GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
SITE = "https://example.com"


def view(ts: str, path: str) -> dict[str, Any]:
    return {"type": "page_view", "ts": ts, "url": SITE + path, "payload": {"title": ""}}


def click(ts: str, path: str, selector: str, **payload: Any) -> dict[str, Any]:
    return {"type": "click", "ts": ts, "url": SITE + path, "payload": _clicked(selector, payload)}


def dead_click(ts: str, path: str, selector: str, **payload: Any) -> dict[str, Any]:
    return {"type": "dead_click", "ts": ts, "url": SITE + path, "payload": _clicked(selector, payload)}


def _clicked(selector: str, payload: dict[str, Any]) -> dict[str, Any]:
    return {"x": 10, "y": 20, "target": {"tag": "button", "text": "Buy", "selector": selector}} | payload


def rage(minute: str, path: str, selector: str, clicks: int) -> list[dict[str, Any]]:
    """Clicks 200 ms apart, from second 10 of a minute (`2026-11-20T10:00`)."""
    return [click(f"{minute}:{10 + n // 5}.{n % 5 * 2}Z", path, selector) for n in range(clicks)]


def failure(ts: str, path: str, message: str) -> dict[str, Any]:
    return {"type": "js_error", "ts": ts, "url": SITE + path, "payload": {"message": message}}


def thrash(ts: str, path: str) -> dict[str, Any]:
    """Ten turns, 100 ms and 100 px apart."""
    points = [[100 * n, 100 * (n % 2), 0] for n in range(12)]
    return {"type": "mouse_move", "ts": ts, "url": SITE + path, "payload": {"points": points}}


def send(world: World, key: Person, visitor: str, session: str, agent: str, events: list[Any], **context: str) -> None:
    """One batch, stored when this returns. `context` is what the SDK tells of the browser."""
    body = {"visitor_id": visitor, "session_id": session, "context": context, "events": events}
    headers = key.headers | {"User-Agent": agent, "Origin": SITE}
    answer = world.client.post("/v1/events", json=body, headers=headers)
    assert answer.json() == {"success": True, "data": {"accepted": len(events), "rejected": 0, "errors": []}}
