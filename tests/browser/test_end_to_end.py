"""A real visit: Chromium on one origin, the product on another, and what its owner then reads."""

import json
import signal
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import Browser, Page

from tests.browser import website
from tests.browser.product import HTTP, Product
from tests.browser.replayed import picture, replayed
from tests.browser.waiting import until

SECOND_MS = 1000


def ready(page: Page) -> None:
    until(page, "window.gosight && gosight.getVisitorId()")


def leave(page: Page) -> None:
    page.goto("/bare.html")


def events(product: Product, session: str) -> list[dict[str, Any]]:
    """None yet, where the session has not come."""
    if session not in [row["id"] for row in product.read("/sessions")]:
        return []
    found: list[dict[str, Any]] = product.read(f"/sessions/{session}/events", per_page=500)
    return found


def named(product: Product, session: str) -> list[str]:
    return [event["name"] for event in events(product, session) if event["type"] == "custom"]


def test_the_owner_reads_what_the_visitor_did(product: Product, customer: Page, shop: str) -> None:
    customer.goto("/index.html?utm_source=news&utm_medium=mail")
    ready(customer)
    customer.click("#signup-btn")
    customer.evaluate("gosight.identify('ada', {plan: 'pro'}); gosight.track('Signed up', {seats: 3})")
    customer.click("#next")
    customer.wait_for_url("**/second.html")
    ready(customer)
    session, visitor = customer.evaluate("[gosight.getSessionId(), gosight.getVisitorId()]")
    leave(customer)
    product.wait_for(lambda: [e for e in events(product, session) if e["type"] == "page_exit"][1:])

    [row] = product.read("/sessions")
    assert (row["id"], row["visitor_id"], row["user_id"]) == (session, visitor, "ada")
    assert (row["entry_path"], row["exit_path"], row["source"]) == ("/index.html", "/second.html", "news")
    assert (row["page_count"], row["click_count"], row["error_count"]) == (2, 2, 0)

    seen = product.read(f"/sessions/{session}")
    assert [(page["path"], page["title"]) for page in seen["pages"]] == [
        ("/index.html", "Start"),
        ("/second.html", "Second"),
    ]
    assert all(page["time_on_page_ms"] > 0 for page in seen["pages"])
    assert seen["pages"][0]["scroll_depth"] == 100
    assert seen["user"] == {"id": "ada", "traits": {"plan": "pro"}}
    assert (seen["device"]["browser"], seen["device"]["viewport"]) == ("Chrome", "1200x800")
    assert seen["language"] == "de-DE"

    [click, link] = [event for event in events(product, session) if event["type"] == "click"]
    target = {"tag": "button", "text": "Sign Up", "selector": "#signup-btn"}
    assert click["payload"]["target"].items() >= target.items()
    assert link["payload"]["target"]["href"] == f"{shop}/second.html"
    [own] = [event for event in events(product, session) if event["type"] == "custom"]
    assert (own["name"], own["payload"]) == ("Signed up", {"seats": 3})

    summary = product.read("/overview")["summary"]
    assert (summary["sessions"], summary["users"], summary["pageviews"]) == (1, 1, 2)


def test_the_signs_of_a_visit_that_went_badly_are_found(product: Product, customer: Page) -> None:
    customer.goto("/index.html")
    ready(customer)
    customer.click("#signup-btn", click_count=6)
    customer.goto("/dead.html")
    ready(customer)
    customer.click("#dead")
    customer.wait_for_timeout(SECOND_MS + 300)
    customer.goto("/errors.html")
    ready(customer)
    customer.click("#rejects")
    for step in range(30):
        customer.mouse.move(600 if step % 2 else 300, 300 + step)
        customer.wait_for_timeout(60)
    session = customer.evaluate("gosight.getSessionId()")
    leave(customer)
    product.wait_for(lambda: [e for e in events(product, session) if e["type"] == "page_exit"][2:])
    found = product.read(f"/sessions/{session}")
    assert {insight["type"] for insight in found["insights"]} == {
        "rage_click",
        "dead_click",
        "error_click",
        "thrashed_cursor",
    }
    [dead] = [i for i in found["insights"] if i["type"] == "dead_click" and i["url"] == "/dead.html"]
    assert dead["target"] == "#dead"
    assert found["stats"]["click_count"] == 8


def test_a_server_that_is_killed_and_comes_back_counts_everything_once(product: Product, customer: Page) -> None:
    customer.goto("/index.html")
    ready(customer)
    session = customer.evaluate("gosight.getSessionId()")
    customer.evaluate("gosight.track('before'); gosight.flush()")
    product.wait_for(lambda: named(product, session) == ["before"])
    product.stop(signal.SIGKILL)
    customer.evaluate("gosight.track('while it was away'); gosight.flush()")
    customer.wait_for_timeout(200)
    leave(customer)
    product.start()
    customer.goto("/second.html")
    ready(customer)
    customer.evaluate("gosight.track('after'); gosight.flush()")
    product.wait_for(lambda: len(named(product, session)) == 3)
    customer.wait_for_timeout(500)
    assert sorted(named(product, session)) == ["after", "before", "while it was away"]
    types = [event["type"] for event in events(product, session)]
    assert (types.count("session_start"), types.count("page_view"), types.count("page_exit")) == (1, 2, 1)


def test_a_page_of_another_domain_is_refused_and_told_why(product: Product, browser: Browser) -> None:
    for stranger in website.serve(
        website.script_tag(product.url, product.key), product.url, product.key, host="localhost"
    ):
        context = browser.new_context(base_url=stranger)
        page = context.new_page()
        with page.expect_console_message(lambda message: message.text.startswith("gosight:")) as said:
            page.goto("/index.html")
        assert "is this domain allowed?" in said.value.text
        page.click("#signup-btn")
        leave(page)
        context.close()
    assert product.read("/sessions") == []


def test_where_nothing_may_be_stored_the_server_finds_the_session(product: Product, customer: Page) -> None:
    product.ask("PATCH", body={"settings": {"privacy": {"storage": "none"}}})
    for path in ("/index.html", "/second.html"):
        customer.goto(path)
        until(customer, "!!window.gosight")
        customer.evaluate("gosight.flush()")
        customer.wait_for_timeout(300)
        customer.evaluate("gosight.flush()")
    assert customer.evaluate("localStorage.length") == 0
    leave(customer)
    product.wait_for(lambda: product.read("/sessions"))
    [row] = product.wait_for(lambda: [each for each in product.read("/sessions") if each["page_count"] == 2])
    assert (row["entry_path"], row["exit_path"]) == ("/index.html", "/second.html")


def test_a_pages_script_may_read_when_to_come_back(product: Product, customer: Page) -> None:
    product.stop()
    product.start(limits__events_per_minute="1")
    customer.goto("/bare.html")
    send = """async ([url]) => {
        const body = JSON.stringify({events: [{type: "a"}]});
        await fetch(url, {method: "POST", body});
        const refused = await fetch(url, {method: "POST", body});
        return [refused.status, Number(refused.headers.get("Retry-After"))];
    }"""
    status, seconds = customer.evaluate(send, [f"{product.url}/v1/events?key={product.key}"])
    assert status == 429
    assert 0 < seconds <= 60


def test_a_recorded_visit_can_be_watched(product: Product, browser: Browser, shop: str) -> None:
    context = browser.new_context(base_url=shop, viewport={"width": 1200, "height": 800})
    customer = context.new_page()
    customer.goto("/form.html")
    ready(customer)
    until(customer, "window.gosightReplay === null")
    customer.fill("#name", "somebody")
    session = customer.evaluate("gosight.getSessionId()")
    customer.click("#with-field")
    shown = picture(customer)
    leave(customer)
    product.wait_for(lambda: product.read("/sessions"))
    replay = product.wait_for(lambda: (found := product.read(f"/sessions/{session}/replay"))["chunks"] and found)
    assert replay["status"] == "available"
    assert product.read("/sessions")[0]["has_replay"] is True
    events = [event for chunk in replay["chunks"] for event in chunk_of(product, chunk["url"])]
    assert "somebody" not in json.dumps(events)
    replayed_page = replayed(context, events)
    context.close()
    assert replayed_page["children"][1]["tag"] == shown["children"][1]["tag"] == "body"
    assert "I agree" in json.dumps(replayed_page)


SLOW_CLOCK = """
  const now = Date.now;
  Date.now = () => now() - 3_600_000;
  window.Date = new Proxy(Date, { construct: (of, given) => Reflect.construct(of, given.length ? given : [of.now()]) });
"""


def test_a_visitor_whose_clock_is_an_hour_off_is_watched_with_what_happened_beside_it(
    product: Product, browser: Browser, shop: str
) -> None:
    context = browser.new_context(base_url=shop)
    context.add_init_script(SLOW_CLOCK)
    customer = context.new_page()
    before = datetime.now(UTC)
    customer.goto("/form.html")
    ready(customer)
    until(customer, "window.gosightReplay === null")
    customer.click("#with-field")
    session = customer.evaluate("gosight.getSessionId()")
    leave(customer)
    found = product.wait_for(lambda: product.read("/sessions") and recorded(product, session))
    context.close()
    times = [found["started_at"], *(mark["timestamp"] for mark in found["events_timeline"])]
    assert len(times) > 1
    off = [abs(datetime.fromisoformat(time) - before) for time in times]
    assert max(off) < timedelta(minutes=30), times


def recorded(product: Product, session: str) -> dict[str, Any] | None:
    found: dict[str, Any] = product.read(f"/sessions/{session}/replay")
    return found if found["chunks"] and found["events_timeline"] else None


def chunk_of(product: Product, path: str) -> list[dict[str, Any]]:
    answer = HTTP.get(product.url + path, headers={"Authorization": f"Bearer {product.token}"})
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.json()
    return found
