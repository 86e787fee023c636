"""A shop whose few visits can be counted by hand; times are of November 2026, or of just now."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.analytics.visits import ANDROID, DESKTOP, GOOGLEBOT, IPHONE, SITE, failure, send, view
from tests.world import Person, World


def custom(ts: str, name: str, path: str = "/", **payload: Any) -> dict[str, Any]:
    return {"type": "custom", "name": name, "ts": ts, "url": SITE + path, "payload": payload}


def fill(world: World, owner: Person, project: str = "shop") -> None:
    """Six visits of four visitors, and a bot's:

    - ann on Monday 16th: /, /pricing, /signup, signup_completed (pro, 3 seats); on the 19th from news: /, order_placed
      (40, basic)
    - bob on the 16th: /pricing and away; on the 17th: /pricing, /cart, cart_abandon (80)
    - cat on the 17th: /blog/a and away
    - dan on the 18th: /, /blog/a, /pricing, an error there, order_placed (120, pro)
    """
    key = world.key(owner, project, "write")
    day = "2026-11-{:02d}T{}:00Z".format
    send(world, key, "ann", "s1", DESKTOP, [
        view(day(16, "10:00"), "/"), view(day(16, "10:01"), "/pricing"), view(day(16, "10:03"), "/signup"),
        custom(day(16, "10:05"), "signup_completed", "/signup", plan="pro", seats=3),
    ])  # fmt: skip
    send(world, key, "bob", "s2", IPHONE, [view(day(16, "11:00"), "/pricing")])
    send(world, key, "bob", "s3", IPHONE, [
        view(day(17, "09:00"), "/pricing"), view(day(17, "09:02"), "/cart"),
        custom(day(17, "09:04"), "cart_abandon", "/cart", total=80),
    ])  # fmt: skip
    send(world, key, "cat", "s4", ANDROID, [view(day(17, "12:00"), "/blog/a")])
    send(world, key, "dan", "s5", DESKTOP, [
        view(day(18, "08:00"), "/"), view(day(18, "08:01"), "/blog/a"), view(day(18, "08:05"), "/pricing"),
        failure(day(18, "08:06"), "/pricing", "boom"),
        custom(day(18, "08:07"), "order_placed", "/pricing", total=120, plan="pro"),
    ])  # fmt: skip
    send(world, key, "ann", "s6", DESKTOP, [
        view(day(19, "10:00"), "/?utm_source=news"), custom(day(19, "10:02"), "order_placed", total=40, plan="basic"),
    ])  # fmt: skip
    send(world, key, "bot", "s7", GOOGLEBOT, [view(day(19, "12:00"), "/pricing")])


def ago(**span: float) -> str:
    """A moment before now, as SQL's now() sees it: that is the machine's clock."""
    return (datetime.now(UTC) - timedelta(**span)).isoformat()
