"""Timed sessions: how to start one, then the year with it."""

from playwright.sync_api import expect

from gosight.kit.clock import MINUTE, iso_of, system_clock
from tests.browser.product import HTTP, Product
from tests.browser.reader import Reader, settled


def test_a_session_that_was_told_stands_in_the_calendar_and_the_list(product: Product, reader: Reader) -> None:
    page = reader.open("/app/p/shop/timed")
    settled(page)
    expect(page.get_by_label("A call that starts a session")).to_contain_text("/api/sessions/start")

    def tell(step: str, user: str, ago: int, **more: str) -> str:
        body = {"app": "shop", "user": user, "time": iso_of(system_clock() - ago * MINUTE)} | more
        headers = {"Authorization": f"Bearer {product.key}"}
        answer = HTTP.post(f"{product.url}/api/sessions/{step}", json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        id_: str = answer.json()["data"]["session_id"]
        return id_

    ann, bob = tell("start", "ann", 3), tell("start", "bob", 3)
    tell("end", "ann", 1, session_id=ann)
    tell("pause", "bob", 2, session_id=bob)
    page.reload()
    settled(page)
    rows = page.get_by_role("table", name="Timed sessions").locator("tbody tr")
    expect(rows).to_have_count(2)
    days = page.get_by_role("region", name="Days of").get_by_role("link")
    expect(days.first).to_be_visible()
    page.get_by_label("User").fill("bob")
    page.get_by_role("button", name="Show").click()
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("Paused")
    page.get_by_role("link", name="All users").click()
    page.get_by_role("switch", name="Ended").click()
    expect(rows).to_have_count(1)
    rows.locator("a.whole").click()
    page.wait_for_url(f"**/sessions/{ann}")
    settled(page)
    expect(page.get_by_role("main")).to_contain_text("ann")
