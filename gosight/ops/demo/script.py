"""Writes down what happens in a visit: a clock that moves on, a page one is on, events in the contract's shapes."""

from random import Random

import msgspec

from gosight.ops.demo import layout, world
from gosight.ops.demo.people import User
from gosight.ops.demo.world import Page

Payload = dict[str, object]


class Event(msgspec.Struct, kw_only=True, omit_defaults=True):
    """An event of contract 0. `ts` in milliseconds since 1970."""

    type: str
    ts: int
    url: str | None = None
    referrer: str | None = None
    name: str | None = None
    user_id: str | None = None
    payload: Payload = {}


class Script:
    """`now_ms` is where the visit stands; `account` is who it is, where the page comes to know. `viewport` is the
    window, such as 1200x800."""

    def __init__(self, random: Random, start_ms: int, account: User | None, viewport: str) -> None:
        self.random = random
        self.now_ms = start_ms
        self.account = account
        self.width, self.height = map(int, viewport.split("x"))
        self.path = "/"
        self.url = world.SITE + "/"
        self.previous_url = ""
        self._identified = False
        self._referrer: str | None = None
        self._page_height = 2_000
        self._entered_ms = start_ms
        self._depth = 0
        self._latest_ms = start_ms
        self._events: list[Event] = []

    def wait(self, ms: int) -> None:
        """Stay, at least until all that was said to happen on this page has happened."""
        self.now_ms = max(self.now_ms + ms, self._latest_ms + 100)

    def arrive(self, path: str, query: str, referrer: str | None) -> None:
        self.previous_url, self.url = self.url, world.SITE + path + query
        self._referrer = referrer
        self.path = path
        self._page_height = max(self.height, layout.page_height(world.PAGES[path].height, self.width))
        self._entered_ms = self.now_ms
        self._depth = 0

    def add(self, type: str, payload: Payload, after_ms: int = 0, name: str | None = None) -> None:
        """An event `after_ms` from where the visit stands. Only page views carry the referrer, as the SDK sends it."""
        self._latest_ms = max(self._latest_ms, self.now_ms + after_ms)
        self._events.append(
            Event(
                type=type,
                ts=self.now_ms + after_ms,
                url=self.url,
                referrer=self._referrer if type == "page_view" else None,
                name=name,
                user_id=self.account.id if self.account and self._identified else None,
                payload=payload,
            )
        )

    def custom(self, name: str, properties: Payload) -> None:
        self.add("custom", properties, name=name)

    def identify(self, user: User) -> None:
        """Once a visit; from here on events carry the user."""
        if not self._identified:
            self.account, self._identified = user, True
            self.add("identify", {"user_id": user.id, "traits": user.traits})

    def exit(self, *, sent: bool) -> None:
        """Leave the page; where nothing was `sent` (a killed tab) nobody knows how long it was read."""
        if sent:
            self.add("page_exit", {"time_on_page_ms": self.now_ms - self._entered_ms, "scroll_depth": self._depth})

    def scroll(self, seconds: float) -> None:
        """How far down somebody gets: further, the longer they stay; told at each quarter."""
        seen = min(100, round(100 * self.height / self._page_height))
        reach = min(100, seen + round(self.random.betavariate(1.6, 1.4) * min(1.0, seconds / 25) * 100))
        self._depth = max(seen, reach)
        quarters = [quarter for quarter in (25, 50, 75, 100) if seen < quarter <= self._depth]
        for at, quarter in enumerate(quarters, start=1):
            depth = {
                "depth_percent": quarter,
                "y": max(0, round(self._page_height * quarter / 100) - self.height),
                "page_height": self._page_height,
                "viewport_height": self.height,
            }
            self.add("scroll", dict(depth), round(seconds * 900 * at / (len(quarters) + 1)))

    def move(self, seconds: float) -> None:
        """A cursor that wanders in calm arcs."""
        x, y = self.random.randint(0, self.width), self.random.randint(0, self.height)
        aim_x, aim_y = self.random.randint(0, self.width), self.random.randint(0, self.height)
        steps = max(4, min(20, int(seconds * 5)))
        points = [
            [200 * n, round(x + (aim_x - x) * n / steps), round(y + (aim_y - y) * (n / steps) ** 1.5)]
            for n in range(steps)
        ]
        self.add("mouse_move", {"points": points}, 300)

    def click_somewhere(self, page: Page) -> None:
        tag, text, selector = self.random.choice(
            (
                ("button", "Menu", "#menu"),
                ("button", "Show more", ".more"),
                ("img", "", ".hero img"),
                ("h3", "FAQ", ".faq h3"),
            )
        )
        self.click(tag, text, selector, None, self.random.randint(1_000, 1_400 * page.seconds))

    def spot(self) -> tuple[float, float]:
        """Somewhere in an element, mostly near its middle; from 0 to 1."""
        across, down = (min(0.98, max(0.02, self.random.gauss(0.5, 0.16))) for _ in range(2))
        return across, down

    def click(
        self,
        tag: str,
        text: str,
        selector: str,
        href: str | None,
        after_ms: int = 0,
        spot: tuple[float, float] | None = None,
        type: str = "click",
    ) -> None:
        """A click on an element, wherever it is on this page; it is in the window then."""
        at_x, at_y = spot or self.spot()
        box = layout.box(self.path, selector, self.width, self._page_height)
        x, y = round(box.left + at_x * box.width), round(box.top + at_y * box.height)
        scrolled = max(0, min(self._page_height - self.height, y - self.height // 2))
        within = {"at": [round(at_x, 3), round(at_y, 3)], "size": [box.width, box.height]}
        target = {"tag": tag, "text": text, "selector": selector} | ({"href": href} if href else {}) | within
        place = {"x": x, "y": y - scrolled, "page_x": x, "page_y": y, "page_height": self._page_height}
        self.add(type, {**place, "target": target}, after_ms)

    def in_order(self) -> list[Event]:
        """All events by time."""
        return sorted(self._events, key=lambda event: event.ts)
