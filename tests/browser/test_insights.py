"""What a person reads on the insights page, and how they choose the numbers behind it."""

import re
import time

from playwright.sync_api import expect

from tests.browser.product import HTTP, Product
from tests.browser.reader import Reader, settled
from tests.browser.recordings import keep, long_visit

SITE = "https://shop.example"


def send(product: Product, session: str, *events: dict[str, object]) -> None:
    batch = {"visitor_id": f"v_{session}", "session_id": session, "events": list(events)}
    answer = HTTP.post(f"{product.url}/v1/events", json=batch, headers={"X-GoSight-Key": product.key})
    assert answer.json()["data"]["rejected"] == 0, answer.text


def clicks(path: str, selector: str, count: int, type: str = "click") -> list[dict[str, object]]:
    target = {"tag": "button", "selector": selector}
    return [{"type": type, "url": SITE + path, "payload": {"x": 5, "y": 5, "target": target}} for _ in range(count)]


def test_from_a_count_to_the_session_it_came_from(product: Product, reader: Reader) -> None:
    send(product, "s1", *clicks("/cart", "#coupon", 6))
    send(product, "s2", *clicks("/pricing", ".card", 1, "dead_click"))
    page = reader.open("/app/p/shop/insights")
    settled(page)
    signals = page.get_by_label("Signals", exact=True)
    expect(signals.get_by_role("link", name=re.compile("Rage clicks"))).to_contain_text(
        "At least 5 clicks in 2,000 ms within 50 px of their centre."
    )
    hotspots = page.get_by_role("region", name="Hotspots").get_by_role("row")
    expect(hotspots).to_have_count(3)
    expect(hotspots.filter(has_text="#coupon")).to_contain_text("1 rage click")
    signals.get_by_role("link", name=re.compile("Rage clicks")).click()
    page.wait_for_url("**/insights?type=rage_click")
    rows = page.get_by_role("region", name="One by one").get_by_role("row")
    expect(rows).to_have_count(2)
    expect(rows.nth(1)).to_contain_text("6 clicks in")
    rows.nth(1).get_by_role("link").first.click()
    page.wait_for_url("**/sessions/s1")
    settled(page)
    expect(page.get_by_label("About this session").get_by_text("At least 5 clicks in 2,000 ms")).to_be_visible()


def test_from_a_signal_to_the_moment_in_its_replay(product: Product, reader: Reader) -> None:
    start = int(time.time() * 1000) - 3_600_000
    keep(product, long_visit(start, 6), session="s1")
    send(product, "s1", *({**click, "ts": start + 40_000} for click in clicks("/cart", "#coupon", 6)))
    page = reader.open("/app/p/shop/insights")
    settled(page)
    page.get_by_role("region", name="One by one").get_by_role("link", name="Watch").click()
    page.wait_for_url("**/sessions/s1/replay?at=*")
    expect(page.frame_locator("iframe").frame_locator("iframe").locator("#p")).to_have_text(re.compile("^(3[5-9]|4.)$"))


def test_a_hotspot_leads_to_the_heatmap_of_its_page(product: Product, reader: Reader) -> None:
    send(product, "s1", *clicks("/cart", "#coupon", 6))
    send(product, "s2", *clicks("/pricing", ".card", 1), *clicks("/pricing", ".card", 1, "dead_click"))
    page = reader.open("/app/p/shop/insights")
    settled(page)
    page.get_by_role("region", name="Hotspots").get_by_role("link", name=".card").click()
    page.wait_for_url("**/heatmaps?path=/pricing&by=rage")
    settled(page)
    expect(page.get_by_label("In numbers").get_by_role("listitem")).to_contain_text("1 dead click")


def test_nothing_found_says_what_to_do(reader: Reader) -> None:
    page = reader.open("/app/p/shop/insights")
    settled(page)
    expect(page.get_by_text("Nothing went wrong in this range.")).to_be_visible()
    page.get_by_role("link", name="Look at the last 90 days").click()
    page.wait_for_url("**/insights?range=90d")


def test_numbers_of_another_product(product: Product, reader: Reader) -> None:
    page = reader.open("/app/p/shop/settings/signals")
    settled(page)
    expect(page.get_by_role("button", name="GoSight", pressed=True)).to_be_visible()
    page.get_by_role("button", name="PostHog").click()
    expect(page.get_by_text("At least 3 clicks in 1,000 ms within 30 px of their centre.")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved")).to_be_visible()
    send(product, "s1", *clicks("/cart", "#coupon", 3))
    assert product.read("/insights")["summary"]["rage_clicks"] == 1
