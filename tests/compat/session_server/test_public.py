"""What answers without a token: only what the project switched on."""

import pytest

from tests.compat.session_server.asked import Timing, at, refused
from tests.conftest import MakeWorld
from tests.world import Person, World

BODY = {"app": "shop", "user": "all"}
VISIT = {"app": "shop", "user": "ann", "page": "/", "timespent": 5}


@pytest.mark.parametrize(("path", "setting"), [("summary", "summary"), ("timeline", "timeline")])
def test_it_is_there_where_the_project_shows_it(
    world: World, owner: Person, olga: Timing, path: str, setting: str
) -> None:
    olga.told(("start", at(0)), ("end", at(5)))
    anybody = Timing(world, {})
    off = refused(anybody.call(f"sessions/public-{path}", user="all"))
    anybody.app = "nothing"
    missing = refused(anybody.call(f"sessions/public-{path}", user="all"))
    assert (off[0], off[1].replace("shop", "nothing")) == missing[:2] == (404, missing[1])
    anybody.app = "shop"
    owner.patch("/projects/shop", {"settings": {"public": {setting: True}}})
    assert anybody.figures(f"sessions/public-{path}") == olga.figures(f"sessions/{path}")
    assert anybody.figures(f"sessions/public-{path}", "bob") == olga.figures(f"sessions/{path}", "bob")
    other = {"summary": "timeline", "timeline": "summary"}[path]
    assert anybody.call(f"sessions/public-{other}", user="all").status_code == 404


def test_pages_are_tracked_without_a_token_where_the_project_takes_it(
    world: World, owner: Person, olga: Timing
) -> None:
    assert refused(world.client.post("/api/pages/track", json=VISIT))[0] == 401
    assert refused(world.client.post("/api/pages/track", json=VISIT | {"app": "nothing"}))[0] == 401
    owner.patch("/projects/shop", {"settings": {"public": {"pageTrack": True}}})
    assert world.client.post("/api/pages/track", json=VISIT).status_code == 200
    bad = world.client.post("/api/pages/track", json=VISIT, headers={"Authorization": "Bearer nonsense"})
    assert refused(bad)[0] == 401
    assert olga.figures("pages/stats")["data"]["page_stats"]["/"]["visits"] == 1


@pytest.mark.parametrize("path", ["sessions/public-summary", "sessions/public-timeline", "pages/track"])
def test_one_address_may_ask_so_often(make_world: MakeWorld, path: str) -> None:
    world = make_world(limits__public_per_minute=2)
    world.project(world.member("olga"))
    answers = [world.client.post(f"/api/{path}", json=VISIT) for _ in range(3)]
    assert [answer.status_code == 429 for answer in answers] == [False, False, True]
    assert refused(answers[2])[2] == "RATE_LIMITED"
    assert (answers[2].headers["retry-after"], answers[2].headers["x-ratelimit-limit"]) == ("60", "2")
