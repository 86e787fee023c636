"""What somebody sees who watches a site live: visits and events as they come, and what happens to the connection."""

from playwright.sync_api import expect

from tests.browser.product import HTTP, Product
from tests.browser.reader import Reader, settled

SITE = "https://shop.example"


def send(product: Product, session: str, *types: str, path: str = "/cart") -> None:
    events = [{"type": type_, "url": SITE + path} for type_ in types]
    batch = {"visitor_id": f"v_{session}", "session_id": session, "events": events}
    answer = HTTP.post(f"{product.url}/v1/events", json=batch, headers={"X-GoSight-Key": product.key})
    assert answer.json()["data"]["rejected"] == 0, answer.text


def test_a_visit_appears_moves_on_and_leads_to_its_session(product: Product, reader: Reader) -> None:
    page = reader.open("/app/p/shop/live")
    settled(page)
    expect(page.get_by_text("Nobody is here right now.")).to_be_visible()
    expect(page.get_by_label("Connection")).to_have_text("Live")
    send(product, "s1", "page_view")
    visits = page.get_by_role("region", name="Visits now").get_by_role("row")
    expect(visits).to_have_count(2)
    expect(visits.nth(1)).to_contain_text("/cart")
    send(product, "s1", "page_view", path="/thanks")
    expect(visits.nth(1)).to_contain_text("/thanks")
    happened = page.get_by_role("region", name="What just happened")
    expect(happened.get_by_role("listitem")).to_have_count(2)
    happened.get_by_role("button", name="Pause").click()
    send(product, "s2", "click")
    expect(happened).to_contain_text("1 new")
    expect(happened.get_by_role("listitem")).to_have_count(2)
    happened.get_by_role("button", name="Go on").click()
    expect(happened.get_by_role("listitem")).to_have_count(3)
    visits.filter(has_text="/thanks").get_by_role("link").first.click()
    page.wait_for_url("**/sessions/s1")


def test_a_second_tab_says_so_and_may_take_over_and_a_broken_line_is_mended(product: Product, reader: Reader) -> None:
    first, second = reader.open("/app/p/shop/live"), None
    settled(first)
    expect(first.get_by_label("Connection")).to_have_text("Live")
    second = reader.open("/app/p/shop/live")
    settled(second)
    expect(second.get_by_label("Connection")).to_contain_text("Another tab or device of yours")
    second.get_by_role("button", name="Watch here instead").click()
    expect(second.get_by_label("Connection")).to_have_text("Live")
    expect(first.get_by_label("Connection")).to_contain_text("Another tab or device of yours")
    product.stop()
    expect(second.get_by_label("Connection")).to_contain_text("Trying again")
    product.start()
    expect(second.get_by_label("Connection")).to_have_text("Live", timeout=60_000)
    send(product, "s1", "page_view")
    expect(second.get_by_role("region", name="What just happened").get_by_role("listitem")).to_have_count(1)
