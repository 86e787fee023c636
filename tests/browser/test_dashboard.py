"""What a person does with the dashboard, in a real browser, against the product itself."""

import gzip
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Browser, Page, expect

from tests.browser import website
from tests.browser.product import HTTP, Product
from tests.browser.reader import Reader, joining_as_viewer, reading, settled
from tests.browser.waiting import until

FIRST_LOAD = 120 * 1024
"""Bytes gzipped that the overview may cost whoever opens it for the first time."""
HOSTILE = '<img src=x onerror="alert(1)">'


def send(product: Product, *events: Mapping[str, object], session: str = "s_1") -> None:
    batch = {"visitor_id": "v_1", "session_id": session, "events": list(events)}
    answer = HTTP.post(f"{product.url}/v1/events", json=batch, headers={"X-GoSight-Key": product.key})
    assert answer.json()["data"]["rejected"] == 0, answer.text


def view(path: str, **payload: object) -> dict[str, object]:
    return {"type": "page_view", "url": f"https://shop.example{path}", "payload": payload}


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def test_the_first_member_sets_up_and_sees_the_first_visit_arrive(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o700)
    product = Product(tmp_path / "data", empty=True)
    product.start()
    link = re.search(r"\S+/app/setup\?token=\S+", product.said())
    assert link
    for reader in reading(browser, product.url):
        page = reader.open(link[0].removeprefix(product.url))
        page.get_by_label("Your name").fill("Ada")
        page.get_by_label("Email").fill("ada@example.com")
        page.get_by_label("Password").fill("correct horse battery")
        page.get_by_role("button", name="Continue").click()
        page.get_by_label("Name", exact=True).fill("Papers")
        page.get_by_role("button", name="Create project").click()
        expect(page.get_by_text("Waiting for the first event")).to_be_visible()
        tag = page.get_by_label("Script tag").inner_text()
        key = re.search(r"gs_live_\w+", tag)
        assert key
        for site in website.serve(tag, product.url, key[0]):
            with browser.new_context() as visitor:
                visit = visitor.new_page()
                visit.goto(f"{site}/index.html")
                until(visit, "window.gosight && gosight.getSessionId()")
                visit.evaluate("gosight.flush()")
                expect(page.get_by_text("The first event is here")).to_be_visible()
        page.get_by_role("link", name="See the visit").click()
        expect(page.get_by_role("heading", name="Pages visited")).to_be_visible()
        expect(page.locator("section", has_text="Pages visited").get_by_text("/index.html")).to_be_visible()
    product.stop()


def test_the_set_up_link_serves_once(reader: Reader) -> None:
    page = reader.open("/app/setup?token=anything")
    expect(page.get_by_text("is set up already")).to_be_visible()


def test_who_is_not_signed_in_is_led_back_after_signing_in(browser: Browser, product: Product) -> None:
    for reader in reading(browser, product.url):
        page = reader.open("/app/p/shop/sessions?sort=duration&country=DE")
        page.wait_for_url("**/app/sign-in?next=*")
        page.get_by_label("Email").fill("olga@example.com")
        page.get_by_label("Password").fill("correct horse battery")
        page.keyboard.press("Enter")
        page.wait_for_url("**/app/p/shop/sessions?sort=duration&country=DE")


def test_a_click_on_a_row_filters_and_the_address_holds_it(product: Product, reader: Reader) -> None:
    send(product, view("/pricing"), session="s_1")
    send(product, view("/docs"), session="s_2")
    page = reader.open("/app/p/shop/overview")
    page.get_by_role("link", name="/pricing", exact=True).click()
    expect(page.get_by_label("Active filters").get_by_text("/pricing")).to_be_visible()
    assert query(page) == {"path": ["/pricing"]}
    expect(page.get_by_label("Headline figures").get_by_role("link", name=re.compile("^Sessions"))).to_contain_text("1")
    shared = reader.open(page.url.removeprefix(product.url))
    expect(shared.get_by_label("Active filters").get_by_text("/pricing")).to_be_visible()
    page.go_back()
    expect(page.get_by_label("Active filters")).to_have_count(0)


def test_a_session_shows_its_pages_events_and_signals(product: Product, reader: Reader) -> None:
    target = {"tag": "button", "text": "Buy", "selector": "#buy"}
    clicks = [
        {"type": "click", "url": "https://shop.example/cart", "payload": {"x": 5, "y": 5, "target": target}}
        for _ in range(6)
    ]
    send(product, view("/cart", title="Your cart"), *clicks)
    page = reader.open("/app/p/shop/sessions?has_rage_click=true")
    settled(page)
    page.get_by_role("row").nth(1).click()
    page.wait_for_url("**/sessions/s_1")
    settled(page)
    events = page.locator("section", has=page.get_by_role("heading", name="Events"))
    expect(events.get_by_text("Rage click")).to_be_visible()
    expect(events.get_by_text("Click", exact=True)).to_have_count(6)
    events.get_by_text("Page view").click()
    expect(events.get_by_text("Your cart").last).to_be_visible()
    page.get_by_role("link", name="Everything this visitor did").click()
    page.wait_for_url("**/visitors/v_1")
    expect(page.get_by_role("heading", name="Everything, newest first")).to_be_visible()


def test_what_a_visitor_sends_is_text_and_never_code(product: Product, reader: Reader) -> None:
    traits = {"type": "identify", "payload": {"user_id": HOSTILE, "traits": {"bio": HOSTILE, HOSTILE: "x"}}}
    link = {"type": "page_view", "url": "javascript:alert(2)//", "referrer": "javascript:alert(3)", "payload": {}}
    made = {"type": HOSTILE, "name": HOSTILE, "url": f"https://shop.example/{HOSTILE}", "payload": {"a": [HOSTILE]}}
    send(product, view(f"/{HOSTILE}", title=HOSTILE), traits, made)
    batch = {"visitor_id": "v_1", "session_id": "s_1", "events": [link]}
    HTTP.post(f"{product.url}/v1/events", json=batch, headers={"X-GoSight-Key": product.key})
    for path in ("overview", "overview/path", "sessions", "sessions/s_1", "visitors/v_1"):
        page = reader.open(f"/app/p/shop/{path}")
        settled(page)
        assert page.locator("img, a[href^='javascript:']").count() == 0
        for summary in page.locator("summary").all():
            summary.click()
        assert page.locator("img, a[href^='javascript:']").count() == 0


def test_a_viewer_sees_figures_and_nobodys_name(browser: Browser, product: Product, reader: Reader) -> None:
    send(product, view("/"), {"type": "identify", "payload": {"user_id": "anna", "traits": {"plan": "pro"}}})
    for viewer in joining_as_viewer(browser, reader):
        seen = viewer.open("/app/p/shop/sessions/s_1")
        settled(seen)
        expect(seen.get_by_role("button", name="Everything this visitor did")).to_be_disabled()
        assert seen.get_by_text("anna").count() == 0
        refused = viewer.open("/app/p/shop/visitors/v_1")
        expect(refused.get_by_text("Your role cannot see what single people did.")).to_be_visible()


def test_a_key_is_shown_once(reader: Reader) -> None:
    page = reader.open("/app/p/shop/settings/keys")
    page.get_by_label("Name", exact=True).fill("Grafana")
    page.get_by_label("It may").select_option("read")
    page.get_by_role("button", name="Create key").click()
    key = page.get_by_label("The new key").inner_text()
    assert key.startswith("gs_api_")
    page.reload()
    settled(page)
    expect(page.get_by_role("row", name=re.compile("Grafana"))).to_be_visible()
    assert key not in page.content()


def test_what_the_api_refuses_is_said_in_its_words(reader: Reader) -> None:
    page = reader.open("/app/p/shop/settings")
    page.get_by_label("Domains").fill("not a domain!")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("allowed_domains")


def test_the_first_load_is_small(product: Product, reader: Reader) -> None:
    send(product, view("/"))
    page = reader.context.new_page()
    files: dict[str, int] = {}
    page.on("requestfinished", lambda request: files.update({request.url: 0}))
    page.goto(f"{product.url}/app/p/shop/overview")
    settled(page)
    own = [url for url in files if "/api/" not in url]
    assert len(own) > 3
    assert sum(len(gzip.compress(HTTP.get(url).content)) for url in own) <= FIRST_LOAD
