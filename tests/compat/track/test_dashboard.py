"""GET /dashboard/realtime/{customer_id}: the last hour by the minute, and what happened most in it."""

import itertools
from datetime import datetime, timedelta

import pytest

from tests.compat.track.tracking import VIEW, Tracker, refused
from tests.world import Person, World

BOT = "Googlebot/2.1 (+http://www.google.com/bot.html)"


def test_the_contracts_answer_to_the_letter(server: Tracker) -> None:
    """It is 12:00:00 sharp, so that the last minute is 11:59, and the first 11:00."""
    view = {**VIEW, "session_id": None}
    server.batch(
        {**view, "timestamp": "2026-11-22T11:59:59Z"},
        {**view, "timestamp": "2026-11-22T11:59:00Z", "visitor_id": "w", "page_url": "https://example.com/pricing"},
        {**view, "timestamp": "2026-11-22T11:00:00Z", "event_type": "button_click"},
        {**view, "timestamp": "2026-11-22T10:59:59Z"},
        {**view, "timestamp": "2026-11-22T12:00:01Z"},
        {**view, "timestamp": "2026-11-22T11:30:00Z", "user_agent": BOT, "visitor_id": "bot"},
    )
    body = server.world.client.get("/dashboard/realtime/shop", headers=server.owner.headers).json()
    timeline = body.pop("events_timeline")
    assert body == {
        "customer_id": "shop",
        "timestamp": "2026-11-22T12:00:00.000Z",
        "top_events": [{"event_type": "page_view", "count": 2}, {"event_type": "button_click", "count": 1}],
        "top_pages": [
            {"page": "/", "views": 1, "unique_visitors": 1},
            {"page": "/pricing", "views": 1, "unique_visitors": 1},
        ],
    }
    assert timeline[0] == {"minute": "2026-11-22T11:59:00.000Z", "event_count": 2, "unique_visitors": 2}
    assert timeline[1] == {"minute": "2026-11-22T11:58:00.000Z", "event_count": 0, "unique_visitors": 0}
    assert timeline[-1] == {"minute": "2026-11-22T11:00:00.000Z", "event_count": 1, "unique_visitors": 1}
    minutes = [datetime.fromisoformat(one["minute"]) for one in timeline]
    assert len(minutes) == 60
    assert {later - earlier for later, earlier in itertools.pairwise(minutes)} == {timedelta(minutes=1)}


def test_of_a_project_without_events_there_are_sixty_empty_minutes(server: Tracker) -> None:
    server.world.clock.forward(30)
    body = server.world.client.get("/dashboard/realtime/shop", headers=server.owner.headers).json()
    assert [one["event_count"] for one in body["events_timeline"]] == [0] * 60
    assert body["events_timeline"][0]["minute"] == "2026-11-22T12:00:00.000Z"
    assert (body["top_events"], body["top_pages"]) == ([], [])


@pytest.mark.parametrize("who", ["viewer", "key", "bearer key"])
def test_who_reads_figures_reads_it(world: World, owner: Person, who: str) -> None:
    key = world.key(owner, "shop", "read").headers["X-GoSight-Key"]
    headers = {
        "viewer": world.join(world.member("vera"), "shop", "viewer").headers,
        "key": {"X-GoSight-Key": key},
        "bearer key": {"Authorization": f"Bearer {key}"},
    }[who]
    assert world.client.get("/dashboard/realtime/shop", headers=headers).status_code == 200


def test_nobody_else_does(world: World, owner: Person) -> None:
    ask = world.client.get
    assert refused(ask("/dashboard/realtime/shop"))[:2] == (401, "UNAUTHORIZED")
    stranger = world.member("sam")
    assert refused(ask("/dashboard/realtime/shop", headers=stranger.headers))[:2] == (404, "NOT_FOUND")
    assert refused(ask("/dashboard/realtime/none", headers=owner.headers))[:2] == (404, "NOT_FOUND")
    writer = world.key(owner, "shop", "write")
    assert refused(ask("/dashboard/realtime/shop", headers=writer.headers))[:2] == (403, "FORBIDDEN")
