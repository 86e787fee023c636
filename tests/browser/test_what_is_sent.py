"""What the SDK tells of a visit, in the words of contract 0."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.receiver import Receiver
from tests.browser.waiting import until

UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def flush(page: Page) -> None:
    page.evaluate("gosight.flush()")


def ready(page: Page) -> None:
    until(page, "window.gosight && gosight.getSessionId()")


def test_a_visit_begins_with_a_session_and_a_page_view(page: Page, receiver: Receiver, site: str) -> None:
    page.goto("/index.html?utm_source=news#top", referer="https://search.example/?q=x")
    ready(page)
    flush(page)
    [batch] = receiver.batches
    assert [event["type"] for event in batch["events"]][:2] == ["session_start", "page_view"]
    [view] = receiver.events("page_view")
    assert view["url"] == f"{site}/index.html?utm_source=news#top"
    assert view["referrer"] == "https://search.example/?q=x"
    assert view["payload"]["title"] == "Start"
    assert isinstance(view["ts"], int)


def test_a_batch_says_who_sends_it_and_from_what_browser(page: Page, receiver: Receiver) -> None:
    page.goto("/index.html")
    ready(page)
    flush(page)
    [batch] = receiver.batches
    assert UUID7.fullmatch(batch["batch_id"])
    assert batch["visitor_id"] == page.evaluate("gosight.getVisitorId()")
    assert batch["session_id"] == page.evaluate("gosight.getSessionId()")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", batch["sent_at"])
    context = batch["context"]
    assert context["screen"] == "1200x800"
    assert context["viewport"] == "1200x800"
    assert context["language"] == "de-DE"
    assert context["timezone"]
    assert re.fullmatch(r"gosight-js/\d+\.\d+\.\d+", context["sdk"])


def test_a_request_needs_no_preflight_and_carries_no_cookies(
    page: Page, receiver: Receiver, visitor: BrowserContext, server: str
) -> None:
    visitor.add_cookies([{"name": "session", "value": "secret", "url": server}])
    page.goto("/index.html")
    ready(page)
    flush(page)
    receiver.wait_for_events("page_view")
    assert receiver.preflights == 0
    assert "cookie" not in receiver.received[0].headers


def test_a_click_tells_where_and_on_what(page: Page, receiver: Receiver) -> None:
    page.goto("/index.html")
    page.click("#signup-btn b")
    flush(page)
    [click] = receiver.wait_for_events("click")
    payload = click["payload"]
    box = page.locator("#signup-btn").bounding_box()
    assert box is not None
    at, size = payload["target"].pop("at"), payload["target"].pop("size")
    assert payload["target"] == {"tag": "button", "text": "Sign Up", "selector": "#signup-btn"}
    assert size == [round(box["width"]), round(box["height"])]
    assert at == pytest.approx(
        [(payload["x"] - box["x"]) / box["width"], (payload["y"] - box["y"]) / box["height"]], abs=0.05
    )
    assert box["x"] <= payload["x"] <= box["x"] + box["width"]
    assert box["y"] <= payload["y"] <= box["y"] + box["height"]
    assert payload["page_x"] == payload["x"]
    assert payload["page_y"] == payload["y"]
    assert payload["page_height"] == 800


def test_a_click_further_down_has_its_place_on_the_page(page: Page, receiver: Receiver) -> None:
    page.goto("/second.html")
    page.click("#end")
    flush(page)
    [click] = receiver.wait_for_events("click")
    assert click["payload"]["page_y"] > 4000
    assert click["payload"]["y"] < 800
    assert click["payload"]["page_height"] > 4000


def test_a_click_on_a_link_tells_where_it_leads(page: Page, receiver: Receiver, site: str) -> None:
    page.goto("/index.html")
    page.click("#next")
    [click] = receiver.wait_for_events("click")
    target = {"tag": "a", "text": "To the second page", "selector": "#next", "href": f"{site}/second.html"}
    assert click["payload"]["target"].items() >= target.items()
    assert click["url"] == f"{site}/index.html"


def test_a_name_in_the_page_names_the_click(page: Page, receiver: Receiver) -> None:
    page.goto("/index.html")
    page.click("#plan-1")
    flush(page)
    [click] = receiver.wait_for_events("click")
    assert click["name"] == "plans"


def test_text_is_cut_between_characters(page: Page, receiver: Receiver) -> None:
    page.goto("/index.html")
    page.click("#long")
    flush(page)
    [click] = receiver.wait_for_events("click")
    assert click["payload"]["target"]["text"] == "x" * 99


def test_a_label_and_its_field_are_one_click(page: Page, receiver: Receiver) -> None:
    page.goto("/form.html")
    page.click("#agree-label")
    assert page.is_checked("#agree")
    flush(page)
    receiver.wait_for_events("click")
    assert len(receiver.events("click")) == 1


def test_each_of_five_quick_clicks_is_told(page: Page, receiver: Receiver) -> None:
    page.goto("/index.html")
    page.click("#signup-btn", click_count=5)
    flush(page)
    assert len(receiver.wait_for_events("click", 5)) == 5


def test_what_a_script_clicks_is_no_click_of_the_visitor(page: Page, receiver: Receiver) -> None:
    page.goto("/index.html")
    ready(page)
    page.evaluate("document.getElementById('signup-btn').click()")
    flush(page)
    assert receiver.events("click") == []


def test_leaving_a_page_tells_how_long_and_how_far(page: Page, receiver: Receiver, site: str) -> None:
    page.goto("/second.html")
    ready(page)
    page.mouse.wheel(0, 2000)
    until(page, "scrollY > 1500")
    page.goto("/bare.html")
    exits = receiver.wait_for_events("page_exit")
    assert len(exits) == 1
    assert exits[0]["url"] == f"{site}/second.html"
    assert exits[0]["payload"]["time_on_page_ms"] > 0
    assert 40 <= exits[0]["payload"]["scroll_depth"] <= 90


def test_scrolling_is_told_when_it_rests(page: Page, receiver: Receiver) -> None:
    page.goto("/second.html")
    ready(page)
    page.mouse.move(600, 400)
    for _ in range(5):
        page.mouse.wheel(0, 1000)
    until(page, "scrollY + innerHeight >= document.documentElement.scrollHeight - 1")
    page.wait_for_timeout(700)
    flush(page)
    scrolls = receiver.wait_for_events("scroll")
    last = scrolls[-1]["payload"]
    assert last["depth_percent"] == 100
    assert last["viewport_height"] == 800
    assert last["y"] + 800 == last["page_height"]
    assert last["page_height"] > 4000


def test_scrolling_back_is_told_where_it_is_half_a_window_away(page: Page, receiver: Receiver) -> None:
    page.goto("/second.html")
    ready(page)
    for y in (3000, 2000, 1800, 300):
        page.evaluate(f"scrollTo(0, {y})")
        page.wait_for_timeout(700)
    flush(page)
    assert [event["payload"]["y"] for event in receiver.events("scroll")] == [3000, 2000, 300]


def test_the_pointers_way_is_points_with_their_times(page: Page, receiver: Receiver) -> None:
    page.goto("/index.html")
    ready(page)
    for step in range(8):
        page.mouse.move(100 + 40 * step, 300)
        page.wait_for_timeout(70)
    page.goto("/bare.html")
    [moves] = receiver.wait_for_events("mouse_move")
    points = moves["payload"]["points"]
    assert len(points) >= 5
    assert points[0][0] == 0
    assert [100, 300] in [[x, y] for _, x, y in points[:2]]  # Chromium may begin with where it believes the pointer was
    assert [offset for offset, _, _ in points] == sorted(offset for offset, _, _ in points)
    assert points[-1][1:] == [380, 300]


def test_an_error_is_told_at_once(page: Page, receiver: Receiver, site: str) -> None:
    page.goto("/errors.html")
    ready(page)
    page.click("#throws")
    [error] = receiver.wait_for_events("js_error")
    payload = error["payload"]
    assert payload["message"] == "cart is null"
    assert payload["error_type"] == "TypeError"
    assert payload["filename"] == f"{site}/errors.html"
    assert payload["lineno"] > 1
    assert payload["colno"] >= 1
    assert "onclick" in payload["stack"]


def test_an_error_tells_of_which_release_the_page_is(page: Page, receiver: Receiver) -> None:
    page.goto("/release.html")
    ready(page)
    page.evaluate("setTimeout(() => { throw new Error('late') })")
    [error] = receiver.wait_for_events("js_error")
    assert error["payload"]["release"] == "2026.11.3"


def test_a_rejection_nobody_handled_is_an_error(page: Page, receiver: Receiver) -> None:
    page.goto("/errors.html")
    ready(page)
    page.click("#rejects")
    [error] = receiver.wait_for_events("js_error")
    assert error["payload"]["message"] == "no such page"
    assert error["payload"]["error_type"] == "RangeError"


def test_a_picture_that_does_not_load_is_no_error(page: Page, receiver: Receiver) -> None:
    page.goto("/errors.html")
    ready(page)
    page.evaluate("new Promise(r => { const i = document.getElementById('broken'); i.onerror = r; i.src = '/no.png' })")
    flush(page)
    assert receiver.events("js_error") == []


def test_a_storm_of_errors_is_a_few_requests(page: Page, receiver: Receiver) -> None:
    page.goto("/errors.html")
    ready(page)
    page.click("#storms")
    errors = receiver.wait_for_events("js_error", 50)
    page.wait_for_timeout(300)
    assert len(errors) == 50
    assert len(receiver.received) < 10


PAINTED = "performance.getEntriesByName('first-contentful-paint').length"


def test_web_vitals_are_told_once_each(page: Page, receiver: Receiver) -> None:
    page.goto("/index.html")
    ready(page)
    until(page, PAINTED)
    page.wait_for_timeout(100)
    page.click("#signup-btn")
    page.wait_for_timeout(300)
    page.goto("/bare.html")
    receiver.wait_for_events("page_exit")
    vitals = {event["payload"]["name"]: event["payload"]["value"] for event in receiver.events("web_vital")}
    assert set(vitals) == {"TTFB", "FCP", "LCP", "CLS", "INP"}
    assert len(receiver.events("web_vital")) == 5
    assert 0 < vitals["FCP"] <= vitals["LCP"]
    assert vitals["CLS"] == 0
    assert vitals["INP"] >= 0


def test_a_layout_that_shifts_counts_into_cls(page: Page, receiver: Receiver) -> None:
    page.goto("/second.html")
    ready(page)
    until(page, PAINTED)
    page.evaluate("document.body.prepend(Object.assign(document.createElement('div'), {style: 'height: 300px'}))")
    page.wait_for_timeout(300)
    page.goto("/bare.html")
    receiver.wait_for_events("page_exit")
    [shift] = [event for event in receiver.events("web_vital") if event["payload"]["name"] == "CLS"]
    assert 0.05 < shift["payload"]["value"] < 1


@pytest.mark.parametrize(
    ("switch", "never", "still"),
    [
        ("session", {"session_start", "session_end"}, {"page_view", "click"}),
        ("page", {"page_view", "page_exit", "web_vital"}, {"session_start", "click"}),
        ("scroll", {"scroll"}, {"page_view", "click"}),
        ("error", {"js_error"}, {"page_view", "click"}),
        ("click", {"click", "dead_click"}, {"session_start", "page_view"}),
        ("mouse", {"mouse_move"}, {"session_start", "page_view"}),
    ],
)
def test_a_project_switches_off(page: Page, receiver: Receiver, switch: str, never: set[str], still: set[str]) -> None:
    receiver.set(events={switch: False})
    page.goto("/index.html")
    ready(page)
    page.mouse.move(5, 5)
    page.mouse.move(200, 200, steps=20)
    page.click("#signup-btn")
    page.evaluate("document.body.style.height = '5000px'; scrollTo(0, 3000); setTimeout(() => { throw Error('x') })")
    page.wait_for_timeout(700)
    page.evaluate("gosight.startNewSession(); gosight.track('Own')")
    page.goto("/bare.html")
    receiver.wait_for_events("custom")
    page.wait_for_timeout(200)
    types = {event["type"] for event in receiver.events()}
    assert not types & never
    assert still <= types
