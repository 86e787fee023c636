"""One visit, from the first page to the last: what the SDK would have sent of it."""

from random import Random

import msgspec

from gosight.ops.demo import frictions, world
from gosight.ops.demo.people import Person, User, newcomer
from gosight.ops.demo.script import Event, Script
from gosight.ops.demo.world import Page, Source

MAX_PAGES = 25
"""Pages after which even the keenest stop."""


class Batch(msgspec.Struct, kw_only=True):
    """A batch of contract 0."""

    batch_id: str
    visitor_id: str
    session_id: str
    user_id: str | None = None
    context: dict[str, str]
    events: list[Event]


class Visit(msgspec.Struct, kw_only=True):
    """A batch, and the address and browser it comes from."""

    ip: str
    user_agent: str
    batch: Batch


def visit(random: Random, who: Person, start_ms: int) -> Visit:
    """What a person does in one visit that begins at `start_ms` (milliseconds since 1970)."""
    source = _source(random, who)
    script = Script(random, start_ms, who.user, who.viewport)
    signed_in = who.user is not None and random.random() < 0.45
    script.add("session_start", {})
    _walk(random, script, who, source, signed_in)
    return Visit(
        ip=who.ip,
        user_agent=who.user_agent,
        batch=Batch(
            batch_id=f"b_{random.getrandbits(96):024x}",
            visitor_id=who.visitor_id,
            session_id=f"s_{random.getrandbits(64):016x}",
            user_id=who.user.id if who.user and signed_in else None,
            context={
                "screen": who.screen,
                "viewport": who.viewport,
                "language": who.country.language,
                "timezone": who.country.timezone,
                "sdk": "gosight-js/1.0.0",
            },
            events=script.in_order(),
        ),
    )


def bot_visit(random: Random, number: str, start_ms: int) -> Visit:
    """A crawler reads a few pages and does nothing else."""
    script = Script(random, start_ms, None, "1024x768")
    for path in random.sample(sorted(world.PAGES), random.randint(1, 4)):
        script.arrive(path, "", None)
        script.add("page_view", {"title": world.PAGES[path].title})
        script.wait(random.randint(400, 4_000))
    return Visit(
        ip=f"{random.choice(world.COUNTRIES[0].blocks)}.{random.randint(1, 254)}.{random.randint(1, 254)}",
        user_agent=random.choice(world.BOTS),
        batch=Batch(
            batch_id=f"b_{random.getrandbits(96):024x}",
            visitor_id=f"v_bot_{number}",
            session_id=f"s_{random.getrandbits(64):016x}",
            context={"screen": "1024x768", "viewport": "1024x768", "language": "en-US", "timezone": "UTC"},
            events=script.in_order(),
        ),
    )


def _source(random: Random, who: Person) -> Source:
    """Who has an account mostly comes straight to the product."""
    if who.user and random.random() < 0.6:
        return world.SOURCES[0]
    return random.choices(world.SOURCES, [one.weight for one in world.SOURCES])[0]


def _walk(random: Random, script: Script, who: Person, source: Source, signed_in: bool) -> None:
    path, query, referrer = random.choice(source.entries), source.campaign, source.referrer
    if signed_in and random.random() < 0.7:
        path = "/app"
    basket = 0.0
    for number in range(MAX_PAGES):
        page = world.PAGES[path]
        script.arrive(path, query, referrer)
        script.add("page_view", {"title": page.title})
        if number == 0:
            _vitals(random, script, who)
        seconds = _dwell(random, page)
        leaving = random.random() < min(0.95, page.leave * (1.55 * source.bounce if number == 0 else 0.72))
        hurried = number == 0 and leaving and random.random() < 0.6
        basket = _act(random, script, who, page, path, seconds * (0.3 if hurried else 1.0), basket)
        if leaving or (path == "/checkout/thanks" and random.random() < 0.5):
            script.exit(sent=random.random() < 0.88)
            return
        path = _follow(random, script, page, path)
        query, referrer = "", script.previous_url


def _dwell(random: Random, page: Page) -> float:
    """Seconds on a page: many short stays, a few long ones, none beyond 20 minutes."""
    return min(1_200.0, max(1.5, random.lognormvariate(0, 0.8) * page.seconds))


def _act(random: Random, script: Script, who: Person, page: Page, path: str, seconds: float, basket: float) -> float:
    """What somebody does on a page; answers what their basket holds then, in dollars."""
    script.scroll(seconds)
    if who.kind == "desktop" and random.random() < 0.45:
        script.move(min(4.0, seconds))
    for _ in range(random.choices((0, 1, 2), (65, 25, 10))[0]):
        script.click_somewhere(page)
    frictions.strike(random, script, who, path)
    script.wait(int(seconds * 1_000))
    return _custom(random, script, path, basket)


def _custom(random: Random, script: Script, path: str, basket: float) -> float:
    slug = path.removeprefix("/templates/")
    if path in ("/login", "/app"):
        script.identify(script.account or newcomer(random))
    elif slug in world.PRODUCTS and random.random() < 0.24:
        name, price = world.PRODUCTS[slug]
        script.custom("add_to_cart", {"product": slug, "name": name, "price": price, "currency": "USD", "quantity": 1})
        return basket + price
    elif path == "/checkout/thanks":
        amount = round(basket or random.choice([price for _, price in world.PRODUCTS.values()]), 2)
        script.custom("purchase", {"order_id": f"o_{random.getrandbits(32):08x}", "amount": amount, "currency": "USD"})
        return 0.0
    elif path == "/welcome":
        user: User = newcomer(random)
        script.identify(user)
        script.custom("signup", {"plan": user.traits["plan"], "method": random.choice(("email", "google", "github"))})
    elif path == "/templates" and random.random() < 0.15:
        words = ("weekly", "habit", "budget", "travel", "kanban", "wedding")
        script.custom("search", {"query": random.choice(words), "results": random.randint(0, 9)})
    elif path == "/app/board" and random.random() < 0.4:
        script.custom("card_created", {"board": random.randint(1, 12)})
    return basket


def _follow(random: Random, script: Script, page: Page, path: str) -> str:
    """Click a link, leave the page; answers where it leads."""
    target = random.choice(page.links)
    title = world.PAGES[target].title
    script.click("a", title, f'a[href="{target}"]', target)
    script.wait(random.randint(60, 250))
    script.exit(sent=True)
    script.wait(random.randint(120, 900))
    return target


def _vitals(random: Random, script: Script, who: Person) -> None:
    """Loading figures of half of the visits; phones are slower."""
    if random.random() < 0.5:
        return
    slow = 1.7 if who.kind == "mobile" else 1.0
    for name, middle in (("TTFB", 240), ("FCP", 900), ("LCP", 1_500), ("INP", 110)):
        script.add("web_vital", {"name": name, "value": round(random.lognormvariate(0, 0.45) * middle * slow)}, 2_500)
    script.add("web_vital", {"name": "CLS", "value": round(random.lognormvariate(0, 1) * 0.03, 4)}, 2_600)
