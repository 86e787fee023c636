"""A project that is watched: events at moments of the clock, rules, looks."""

from datetime import timedelta
from typing import Any

from gosight.kit.clock import SECOND, iso_of
from tests.analytics import visits
from tests.world import Person, StoppedClock, World

HOOK = {"type": "webhook", "url": "https://hooks.example.com/x"}


def condition(
    metric: str = "js_errors", operator: str = ">", threshold: Any = 2, window: Any = "5m", **more: Any
) -> Any:
    return {"metric": metric, "operator": operator, "threshold": threshold, "window": window, **more}


class Watched:
    """The project "shop". Events happen `ago` seconds before the clock's present."""

    def __init__(self, world: World, owner: Person) -> None:
        self.world = world
        self.owner = owner
        self.key = world.key(owner, "shop", "write")
        self.sent = 0

    @property
    def clock(self) -> StoppedClock:
        return self.world.clock

    def at(self, ago: float) -> str:
        return iso_of(self.clock.now - int(ago * SECOND))

    def send(self, *events: Any, session: str = "s1", agent: str = visits.DESKTOP) -> None:
        visits.send(self.world, self.key, f"v-{session}", session, agent, list(events))

    def fail(self, times: int, ago: float = 1, path: str = "/checkout", session: str = "s1", **more: Any) -> None:
        self.send(*(visits.failure(self.at(ago), path, f"Error {n}") for n in range(times)), session=session, **more)

    def rule(self, **given: Any) -> Any:
        body = {"name": "Errors", "cooldown_mins": 10, **given}
        body.setdefault("condition", condition())
        answer = self.owner.post("/projects/shop/alerts", body)
        assert answer.status_code == 201, answer.text
        return answer.json()["data"]

    def rules(self) -> Any:
        return self.owner.get("/projects/shop/alerts").json()["data"]

    def look(self, after: timedelta | float = 30) -> None:
        """Some seconds later."""
        self.clock.forward(after if isinstance(after, (int, float)) else after.total_seconds())
        self.world.app.alerts.judge_all()

    def history(self, **query: Any) -> Any:
        self.owner = self.world.sign_in(self.owner.id, self.owner.email)
        answer = self.owner.get("/projects/shop/alerts/history", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]

    def outage(self, seconds: float, times: int = 3) -> None:
        """Errors, so many seconds from the clock's present on, which are stored already."""
        now = self.clock.now
        self.clock.forward(seconds + 1)
        self.fail(times, session=f"at-{seconds}")
        self.clock.now = now

    def messages(self) -> list[Any]:
        """Titles of what was told, the oldest first."""
        with self.world.app.file.write() as transaction:
            rows = transaction.all("select title as title from deliveries order by number", into=dict)
        return [row["title"] for row in rows]
