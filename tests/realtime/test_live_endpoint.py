"""Who is on the site now, as GET /live tells it."""

from typing import Any

import pytest

from gosight.kit.clock import MINUTE, iso_of
from tests.world import Person, World, error

BROWSER = {"User-Agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"}
BOT = {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"}


@pytest.fixture
def sender(world: World, owner: Person) -> Person:
    return world.key(owner, "shop", "write")


def send(world: World, sender: Person, session: str, *events: dict[str, Any], agent: dict[str, str] = BROWSER) -> None:
    batch = {"session_id": session, "visitor_id": f"v_{session}", "user_id": f"u_{session}", "events": list(events)}
    answer = world.client.post("/v1/events", json=batch, headers=sender.headers | agent)
    assert answer.json()["data"]["rejected"] == 0


def view(path: str, **more: Any) -> dict[str, Any]:
    return {"type": "page_view", "url": f"https://shop.example{path}", **more}


def now(person: Person) -> Any:
    answer = person.get("/projects/shop/live")
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def test_nobody_is_there(owner: Person) -> None:
    assert now(owner) == {"visitors": 0, "active_sessions": 0, "visits": [], "minutes": [0] * 30, "events": []}


def test_who_is_there_and_what_they_look_at(world: World, owner: Person, sender: Person) -> None:
    send(world, sender, "s1", view("/"), view("/cart"))
    world.clock.forward(60)
    send(world, sender, "s2", view("/pricing"))
    told = now(owner)
    assert (told["visitors"], told["active_sessions"]) == (2, 2)
    assert [(visit["session_id"], visit["path"], visit["page_count"]) for visit in told["visits"]] == [
        ("s2", "/pricing", 1),
        ("s1", "/cart", 2),
    ]
    assert (told["visits"][0]["user_id"], told["visits"][0]["browser"]) == ("u_s2", "Chrome")
    assert told["minutes"][-2:] == [2, 1]
    assert told["events"][0] == {
        "session_id": "s2",
        "event_type": "page_view",
        "timestamp": iso_of(world.clock()),
        "name": None,
        "path": "/pricing",
    }


def test_who_left_five_minutes_ago_is_not_there(world: World, owner: Person, sender: Person) -> None:
    send(world, sender, "s1", view("/"))
    world.clock.forward(301)
    told = now(owner)
    assert (told["visitors"], told["visits"], told["events"]) == (0, [], [])
    assert sum(told["minutes"]) == 1


def test_bots_and_what_came_late_are_left_out(world: World, owner: Person, sender: Person) -> None:
    send(world, sender, "bot", view("/"), agent=BOT)
    send(world, sender, "late", view("/", ts=iso_of(world.clock() - 60 * MINUTE)))
    told = now(owner)
    assert (told["visitors"], told["visits"], told["events"]) == (0, [], [])


def test_a_viewer_sees_visits_and_no_names(world: World, owner: Person, sender: Person) -> None:
    send(world, sender, "s1", view("/"))
    viewer = world.join(world.member("vera"), "shop", "viewer")
    (visit,) = now(viewer)["visits"]
    assert (visit["session_id"], visit["user_id"], visit["city"]) == ("s1", None, None)


@pytest.mark.parametrize("path", ["live", "realtime"])
def test_it_is_for_members_of_the_project_alone(world: World, owner: Person, path: str) -> None:
    other = world.member("otto")
    assert error(other.get(f"/projects/shop/{path}"))[:2] == (404, "NOT_FOUND")
    assert error(world.nobody.get(f"/projects/shop/{path}"))[:2] == (401, "UNAUTHORIZED")
    assert error(world.key(owner, "shop", "write").get(f"/projects/shop/{path}"))[:2] == (403, "FORBIDDEN")
