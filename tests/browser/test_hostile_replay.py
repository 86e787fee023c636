"""A recording that an attacker sent, opened in the dashboard: it is looked at, and does nothing."""

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, Request, Route, expect

from tests.browser.product import HTTP, Product
from tests.browser.reader import Reader
from tests.browser.recordings import ELSEWHERE, Event, hostile, keep, line, looked_at, marked, not_looked_at, request

REPLAY = "/app/p/shop/sessions/s_1/replay"
SCRIPT = "<script>top.ran = 99; console.log('RAN')</script>"
ANSWERS = {
    "css": ("text/css", "p { color: red }"),
    "png": ("image/svg+xml", "<svg xmlns='http://www.w3.org/2000/svg'/>"),
}
WORDS = f"<img src={ELSEWHERE}/words.png onerror=top.ran=1>{SCRIPT}"


@pytest.fixture
def asked() -> list[Request]:
    """All that the watcher's browser asked of the attacker's host."""
    return []


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def page(browser: Browser, product: Product, asked: list[Request], said: list[str]) -> Iterator[Page]:
    """Somebody who watches the recording, paused at its end."""
    keep(product, [hostile_visit()])
    send(product)
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.route(f"{ELSEWHERE}/**", answer)
    Reader(context, product.url).sign_in()
    tab = context.new_page()
    tab.on("request", lambda made: asked.append(made) if made.url.startswith(ELSEWHERE) else None)
    tab.on("console", lambda told: said.append(told.text))
    tab.on("dialog", lambda dialog: said.append(f"RAN {dialog.message}"))
    tab.goto(f"{product.url}{REPLAY}")
    expect(inside(tab).locator("#marker")).to_have_text("after")
    yield tab
    context.close()


def hostile_visit() -> list[Event]:
    start = int(time.time() * 1000) - 3_600_000
    words = [line(start + 50, "error", WORDS, trace=WORDS), request(start + 60, f"javascript:{WORDS}", 500, WORDS)]
    return marked(sorted([*hostile(start), *words], key=lambda event: int(event["timestamp"])), "p_1", 0)


def send(product: Product) -> None:
    seen = {"type": "page_view", "url": "https://shop.example/", "payload": {"title": WORDS}}
    batch = {"visitor_id": "v_1", "session_id": "s_1", "events": [seen]}
    HTTP.post(f"{product.url}/v1/events", json=batch, headers={"X-GoSight-Key": product.key})


def answer(route: Route) -> None:
    """What an attacker would like to have loaded."""
    kind, body = ANSWERS.get(route.request.url.rpartition(".")[2], ("text/html", SCRIPT))
    route.fulfill(status=200, content_type=kind, body=body)


def inside(page: Page) -> FrameLocator:
    return page.frame_locator("iframe").frame_locator("iframe")


def nothing_ran(page: Page, said: list[str]) -> None:
    assert page.evaluate("window.ran") is None
    assert [frame.evaluate("window.ran") for frame in page.frames if frame.url.endswith("/app/frame.html")] == [None]
    assert [text for text in said if "RAN" in text] == []


def test_it_runs_nothing_and_asks_for_pictures_and_styles_only(
    page: Page, asked: list[Request], said: list[str]
) -> None:
    looked_at(page, asked)
    nothing_ran(page, said)
    # Neither did the browser have to refuse anything: it was taken out before.
    assert [text for text in said if "Content Security Policy" in text or "sandboxed" in text] == []


def test_a_click_in_it_goes_nowhere(page: Page, asked: list[Request], said: list[str]) -> None:
    expect(inside(page).locator("#trap").first).to_be_attached()
    frames = sorted(frame.url for frame in page.frames)
    box = page.locator("iframe").bounding_box()
    assert box
    for share in (0.3, 0.5, 0.7):
        page.mouse.click(box["x"] + box["width"] * share, box["y"] + box["height"] * share)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_timeout(500)
    assert page.url.endswith(REPLAY)
    assert sorted(frame.url for frame in page.frames) == frames
    assert not_looked_at(asked) == []
    nothing_ran(page, said)


def test_its_words_are_words(page: Page, asked: list[Request], said: list[str]) -> None:
    for tab in ("Events", "Console", "Network"):
        page.get_by_role("tab", name=tab).click()
        expect(page.get_by_role("tabpanel").get_by_text("onerror=top.ran").first).to_be_visible()
    page.get_by_text("Stack").or_(page.get_by_role("tab", name="Console")).first.click()
    assert page.locator("main img, main a[href^='javascript:']").count() == 0
    assert not any("words.png" in made.url for made in asked)
    nothing_ran(page, said)
