"""Watching a visit, in a real browser, against the product itself."""

import re
import time
from collections.abc import Mapping
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from tests.browser.product import HTTP, Product
from tests.browser.reader import Reader, joining_as_viewer, settled
from tests.browser.recordings import CHUNK_MS, changed, keep, line, long_visit, marked, plain, request
from tests.browser.waiting import until

REPLAY = "/app/p/shop/sessions/s_1/replay"


@pytest.fixture
def start() -> int:
    """Of a visit that ended: an hour ago, in milliseconds."""
    return int(time.time() * 1000) - 3_600_000


def send(product: Product, *events: Mapping[str, object]) -> None:
    batch = {"visitor_id": "v_1", "session_id": "s_1", "events": list(events)}
    answer = HTTP.post(f"{product.url}/v1/events", json=batch, headers={"X-GoSight-Key": product.key})
    assert answer.json()["data"]["rejected"] == 0, answer.text


def event(kind: str, at: int, **payload: object) -> dict[str, object]:
    return {"type": kind, "ts": at, "url": "https://shop.example/", "payload": payload}


class Watching:
    """Somebody in front of the player."""

    def __init__(self, reader: Reader, path: str = REPLAY) -> None:
        self.page = reader.context.new_page()
        self.chunks: list[int] = []
        self.page.on("request", lambda asked: self._note(asked.url))
        self.page.goto(reader.url + path)

    def _note(self, url: str) -> None:
        if found := re.search(r"/replay/chunks/(\d+)$", urlsplit(url).path):
            self.chunks.append(int(found[1]))

    def shows(self, words: str | re.Pattern[str]) -> None:
        """Waits until the visitor's page says it."""
        expect(self.inside.locator("#p")).to_have_text(words)

    @property
    def inside(self) -> FrameLocator:
        return self.page.frame_locator("iframe").frame_locator("iframe")

    @property
    def second(self) -> float:
        """Where the clock is."""
        return float(self.page.get_by_role("slider", name="Moment").get_attribute("aria-valuenow") or -1)

    def press(self, key: str) -> None:
        self.page.locator("body").press(key)

    def pause(self) -> None:
        expect(self.page.get_by_role("region", name="Player").get_by_role("button", name="Pause")).to_have_count(2)
        self.press(" ")


def test_a_visit_plays_before_all_of_it_is_loaded(product: Product, reader: Reader, start: int) -> None:
    keep(product, long_visit(start, 40))
    watching = Watching(reader)
    watching.shows(re.compile("[1-9]"))
    assert watching.chunks[0] == 0
    assert max(watching.chunks) < 6
    watching.press("4")
    watching.shows(re.compile("^[3-9]."))
    assert max(watching.chunks) < 38
    assert watching.second >= 30


def test_a_moment_is_shown_from_the_nearest_snapshot_before_it(product: Product, reader: Reader, start: int) -> None:
    keep(product, long_visit(start, 100))
    watching = Watching(reader, f"{REPLAY}?t=11:05")
    watching.shows(re.compile("66[5-9]"))
    assert set(watching.chunks) <= set(range(60, 100)), "the snapshot is in 60, and the list says so"
    watching.pause()
    watching.page.get_by_role("slider", name="Moment").press("Home")
    watching.shows("0")
    assert watching.second == 0
    watching.press("ArrowRight")
    watching.shows("5")
    watching.press("ArrowLeft")
    watching.shows("0")
    watching.press("End")
    watching.shows("999")


@pytest.mark.parametrize("asked", ["t=95", "t=1:35", "t=0:01:35"])
def test_an_address_opens_at_a_moment(product: Product, reader: Reader, start: int, asked: str) -> None:
    keep(product, long_visit(start, 20))
    watching = Watching(reader, f"{REPLAY}?{asked}")
    watching.shows(re.compile("9[5-7]"))


def test_events_lines_and_requests_are_jumps(product: Product, reader: Reader, start: int) -> None:
    chunks = long_visit(start, 40)
    chunks[3][-1:-1] = [line(start + 32_000, "error", "it broke", trace="at pay (app.js:1:2)")]
    chunks[5][-1:-1] = [line(start + 51_000, "log", "all is well")]
    chunks[7][-1:-1] = [request(start + 75_100, "https://shop.example/api/pay", 500, "POST")]
    chunks[8][-1:-1] = [request(start + 84_100, "https://shop.example/api/items", 200)]
    keep(product, chunks)
    send(product, event("page_view", start, title="Shop"), event("js_error", start + 42_000, message="x is undefined"))
    watching = Watching(reader)
    watching.pause()
    page = watching.page
    page.get_by_role("button", name="x is undefined").click()
    watching.shows("42")
    page.get_by_role("tab", name="Console").click()
    page.get_by_role("button", name="Look at all").click()
    page.get_by_role("button", name="it broke").click()
    watching.shows("32")
    page.get_by_label("Level").select_option("log")
    expect(page.get_by_role("button", name="it broke")).to_have_count(0)
    expect(page.get_by_role("button", name="all is well")).to_be_visible()
    page.get_by_role("tab", name="Console").press("ArrowRight")
    page.get_by_label("Status").select_option("failed")
    expect(page.get_by_role("button", name="/api/items")).to_have_count(0)
    page.get_by_role("button", name="/api/pay").click()
    watching.shows("75")


def test_the_keyboard_does_all(product: Product, reader: Reader, start: int) -> None:
    keep(product, long_visit(start, 12))
    send(product, event("page_view", start, title="Shop"), event("order_placed", start + 60_000, total=5))
    watching = Watching(reader)
    watching.pause()
    watching.press("Home")
    watching.press("Shift+ArrowRight")
    watching.shows("60")
    watching.press("Shift+ArrowLeft")
    watching.shows("0")
    for key, speed in (("1", "1"), ("2", "2"), ("3", "4"), ("4", "8"), (",", "4"), (".", "8")):
        watching.press(key)
        expect(watching.page.get_by_label("Speed")).to_have_value(speed)
    skip = watching.page.get_by_role("button", name="Skip inactivity")
    watching.press("s")
    expect(skip).to_have_attribute("aria-pressed", "false")
    watching.press("?")
    expect(watching.page.get_by_role("dialog", name="Keyboard")).to_contain_text("Full screen")
    watching.page.keyboard.press("Escape")
    expect(watching.page.get_by_role("dialog")).to_have_count(0)
    watching.press("f")
    expect(watching.page.get_by_role("button", name="Leave full screen")).to_have_count(1)
    watching.press("f")
    expect(watching.page.get_by_role("button", name="Full screen", exact=True)).to_have_count(1)


def test_what_is_idle_is_jumped_over(product: Product, reader: Reader, start: int) -> None:
    keep(product, [marked(plain(start, "one", "two"), "p_1", 0), marked([changed(start + 600_000, "back")], "p_1", 1)])
    watching = Watching(reader)
    watching.shows("back")
    expect(watching.page.locator(".idle")).to_have_count(1)
    assert watching.second > 590


def test_a_lost_chunk_is_a_gap_that_is_jumped_over(product: Product, reader: Reader, start: int) -> None:
    chunks = dict(enumerate(long_visit(start, 12, every=5)))
    del chunks[2]
    keep(product, chunks)
    watching = Watching(reader, f"{REPLAY}?t=17")
    watching.shows(re.compile("5[0-4]"))
    expect(watching.page.locator(".gap")).to_have_count(1)
    watching.pause()
    watching.page.get_by_role("slider", name="Moment").focus()
    watching.press("ArrowLeft")
    watching.shows("50")


def test_the_page_that_was_used_last_is_shown(product: Product, reader: Reader, start: int) -> None:
    first, other = long_visit(start, 4, words="first "), long_visit(start, 4, "p_2", words="other ")
    keep(product, {0: first[0], 1: first[1], 20: other[2], 21: other[3]} | {2: first[2][:1] + first[2][-1:]})
    # The other tab starts with a snapshot of its own when it comes to sight.
    keep(product, {22: marked(plain(start + 2 * CHUNK_MS + 500, "other tab"), "p_3", 0)})
    watching = Watching(reader, f"{REPLAY}?t=17")
    watching.shows("first 19")
    watching.shows("other tab")


def test_a_session_that_goes_on_is_followed(product: Product, reader: Reader) -> None:
    now = int(time.time() * 1000) - 2 * CHUNK_MS
    chunks = long_visit(now, 4)
    keep(product, chunks[:2])
    watching = Watching(reader)
    expect(watching.page.get_by_text("Live", exact=True).first).to_be_visible()
    watching.shows("19")
    keep(product, {2: chunks[2]})
    watching.shows("22")
    watching.pause()
    watching.press("Home")
    expect(watching.page.get_by_role("button", name="Go live")).to_be_visible()
    watching.shows("0")
    keep(product, {3: chunks[3]})
    watching.page.wait_for_timeout(4000)
    watching.shows("0")
    watching.page.get_by_role("button", name="Go live").click()
    watching.shows("39")


def test_a_part_that_cannot_be_fetched_is_asked_for_again(product: Product, reader: Reader, start: int) -> None:
    keep(product, long_visit(start, 2))
    fails = [True]
    reader.context.route("**/replay/chunks/*", lambda route: route.abort() if fails[0] else route.continue_())
    watching = Watching(reader)
    expect(watching.page.get_by_role("alert")).to_contain_text("The server does not answer.")
    fails[0] = False
    watching.page.get_by_role("button", name="Try again").click()
    watching.shows("0")
    expect(watching.page.get_by_role("alert")).to_have_count(0)


def test_a_link_is_copied_and_opens_there(product: Product, reader: Reader, start: int) -> None:
    keep(product, long_visit(start, 12))
    reader.context.grant_permissions(["clipboard-read", "clipboard-write"])
    watching = Watching(reader, f"{REPLAY}?t=1:10")
    watching.shows(re.compile("7."))
    watching.pause()
    watching.page.get_by_role("button", name="Copy link").click()
    expect(watching.page.get_by_role("button", name="Copied")).to_be_visible()
    assert re.search(r"/replay\?t=1:1\d$", watching.page.evaluate("navigator.clipboard.readText()"))


def test_lists_sessions_and_visitors_lead_to_it(product: Product, reader: Reader, start: int) -> None:
    keep(product, long_visit(start, 6))
    send(product, event("page_view", start, title="Shop"), event("order_placed", start + 30_000, total=5))
    page = reader.open("/app/p/shop/sessions?range=7d&has_replay=true")
    settled(page)
    page.get_by_role("link", name="Watch the replay").click()
    page.wait_for_url("**/sessions/s_1/replay")
    page.get_by_role("link", name="Back to the session").click()
    settled(page)
    expect(page.get_by_role("link", name="Watch replay")).to_be_visible()
    page.get_by_role("link", name="Watch this moment: order_placed").click()
    page.wait_for_url("**/replay?at=*")
    expect(page.frame_locator("iframe").frame_locator("iframe").locator("#p")).to_have_text(re.compile("2[7-9]|3."))
    visitor = reader.open("/app/p/shop/visitors/v_1")
    settled(visitor)
    expect(visitor.get_by_role("link", name="Watch the replay")).to_be_visible()


def test_a_session_without_replay_says_why(product: Product, reader: Reader, start: int) -> None:
    send(product, event("page_view", start))
    page = reader.open(REPLAY)
    expect(page.get_by_text("This session was not recorded.")).to_be_visible()
    product.ask("PATCH", "", {"settings": {"events": {"replay": False}}})
    page.reload()
    expect(page.get_by_text("Replay is switched off in this project.")).to_be_visible()
    expect(page.get_by_role("link", name="Switch it on")).to_be_visible()


def test_a_viewer_is_told_kindly(browser: Browser, product: Product, reader: Reader, start: int) -> None:
    keep(product, long_visit(start, 2))
    send(product, event("page_view", start))
    for viewer in joining_as_viewer(browser, reader):
        seen = viewer.open("/app/p/shop/sessions/s_1")
        expect(seen.get_by_role("button", name="Watch replay")).to_be_disabled()
        refused = viewer.open(REPLAY)
        expect(refused.get_by_text("Your role cannot watch replays.")).to_be_visible()
        assert refused.locator("iframe").count() == 0


def test_a_visit_recorded_by_the_script_is_watched(product: Product, reader: Reader, customer: Page) -> None:
    customer.goto("/index.html")
    until(customer, "window.gosightReplay === null")
    customer.evaluate("console.warn('nearly sold out')")
    customer.evaluate(
        "document.body.append(Object.assign(document.createElement('p'), {id: 'p', textContent: 'sold'}))"
    )
    session = customer.evaluate("gosight.getSessionId()")
    customer.evaluate("gosight.flush()")
    product.wait_for(lambda: product.read("/sessions", has_replay=True))
    product.wait_for(lambda: product.read(f"/sessions/{session}/replay")["chunks"])
    watching = Watching(reader, f"/app/p/shop/sessions/{session}/replay")
    watching.shows("sold")
    watching.page.get_by_role("tab", name="Console").click()
    expect(watching.page.get_by_role("button", name="nearly sold out")).to_be_visible()
