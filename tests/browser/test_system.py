"""How the product runs: nothing yet, then figures that come by themselves; a viewer is told why not."""

from playwright.sync_api import Browser, Page, Request, expect

from tests.browser.product import HTTP, Product
from tests.browser.reader import Reader, joining_as_viewer, settled
from tests.browser.waiting import eventually


def test_figures_come_by_themselves_with_one_request_a_turn(browser: Browser, product: Product, reader: Reader) -> None:
    sent = {"events": [{"type": "page_view", "url": "https://shop.example/"}] * 3}
    answer = HTTP.post(f"{product.url}/v1/events", json=sent, headers={"X-GoSight-Key": product.key})
    assert answer.status_code in (200, 202), answer.text
    page = reader.open("/app/p/shop/live")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if _is_ours(request) else None)
    page.get_by_role("link", name="System").first.click()
    settled(page)
    expect(page.get_by_role("main")).to_contain_text("since the start")
    assert len(asked) == 1
    for viewer in joining_as_viewer(browser, reader):
        theirs = viewer.open("/app/p/shop/system")
        settled(theirs)
        expect(theirs.get_by_role("main")).to_contain_text("Members see how GoSight runs")
    page.bring_to_front()
    eventually(page, lambda: _received(page), "a figure of what was sent")
    assert len(asked) > 1
    expect(page.get_by_role("table", name="Projects").locator("tbody tr")).to_contain_text("Shop")
    expect(page.get_by_role("region", name="Server")).to_contain_text("Running for")
    page.get_by_role("link", name="6 hours").click()
    page.wait_for_url("**/system?last=6h")
    settled(page)
    assert asked[-1].endswith("/system?range=6h")


def _is_ours(request: Request) -> bool:
    return "/projects/shop/system" in request.url


def _received(page: Page) -> bool:
    return page.get_by_role("region", name="Ingestion").get_by_text("Page view").count() == 1
