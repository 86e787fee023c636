"""How events reach the server: when, again and again, and never twice."""

import json
from datetime import datetime

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.receiver import Receiver, Refusal
from tests.browser.waiting import until


def ready(page: Page) -> None:
    until(page, "window.gosight && gosight.getSessionId()")


def names(receiver: Receiver) -> list[str]:
    return [event["name"] for event in receiver.events("custom")]


def quiet(page: Page, receiver: Receiver) -> None:
    """The page has come and all it had to say was sent."""
    ready(page)
    page.wait_for_timeout(300)
    page.evaluate("gosight.flush()")
    receiver.received.clear()


def test_ten_events_go_at_once(page: Page, receiver: Receiver) -> None:
    page.goto("/index.html")
    quiet(page, receiver)
    page.evaluate("for (let i = 0; i < 9; i++) gosight.track('e' + i)")
    page.wait_for_timeout(300)
    assert receiver.received == []
    page.evaluate("gosight.track('e9')")
    receiver.wait_for_events("custom", 10)
    assert len(receiver.received) == 1
    assert names(receiver) == [f"e{i}" for i in range(10)]


def test_fewer_go_after_five_seconds(page: Page, receiver: Receiver) -> None:
    page.goto("/index.html")
    quiet(page, receiver)
    page.evaluate("gosight.track('alone')")
    receiver.wait_for_events("custom")
    [received] = receiver.received
    sent_at = datetime.fromisoformat(received.batch["sent_at"]).timestamp() * 1000
    assert sent_at - received.batch["events"][0]["ts"] >= 4900


def test_what_waits_goes_when_the_page_is_left(page: Page, receiver: Receiver) -> None:
    page.goto("/index.html")
    quiet(page, receiver)
    page.evaluate("gosight.track('last words')")
    page.goto("/bare.html")
    receiver.wait_for_events("custom")
    receiver.wait_for_events("page_exit")


def test_what_waits_goes_when_the_tab_is_closed(page: Page, receiver: Receiver) -> None:
    page.goto("/index.html")
    quiet(page, receiver)
    page.evaluate("gosight.track('last words')")
    page.close(run_before_unload=False)
    receiver.wait_for_events("custom")


def test_what_waits_goes_even_while_an_answer_is_awaited(page: Page, receiver: Receiver) -> None:
    page.goto("/index.html")
    quiet(page, receiver)
    receiver.answers_events.clear()
    page.evaluate("gosight.track('no answer yet'); void gosight.flush()")
    receiver.wait_for_events("custom")
    page.evaluate("gosight.track('last words')")
    page.goto("/bare.html")
    receiver.wait_for_events("custom", 2)
    receiver.answers_events.set()
    assert names(receiver) == ["no answer yet", "last words"]


def test_a_browser_without_keepalive_sends_a_beacon(page: Page, receiver: Receiver) -> None:
    page.add_init_script("delete Request.prototype.keepalive")
    page.goto("/index.html")
    quiet(page, receiver)
    page.evaluate("gosight.track('last words')")
    page.goto("/bare.html")
    receiver.wait_for_events("custom")
    assert receiver.received[-1].headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize(
    "refusal",
    [Refusal(503), Refusal(429), Refusal(500), Refusal(0), Refusal(502, readable=False)],
    ids=["busy", "too many", "broken", "no answer", "an answer without CORS"],
)
def test_what_did_not_get_through_is_sent_again_under_the_same_id(
    page: Page, receiver: Receiver, refusal: Refusal
) -> None:
    page.goto("/index.html")
    quiet(page, receiver)
    receiver.refusals = [refusal, refusal]
    page.evaluate("gosight.track('important'); gosight.flush()")
    receiver.wait_for_events("custom")
    tries = [each for each in receiver.received if each.batch["events"][0].get("name") == "important"]
    assert len(tries) == 3
    assert len({each.batch["batch_id"] for each in tries}) == 1
    assert tries[0].batch["events"] == tries[2].batch["events"]
    assert tries[0].batch["sent_at"] < tries[2].batch["sent_at"]
    assert tries[2].at - tries[1].at >= 1.9


def test_retry_after_is_waited_for(page: Page, receiver: Receiver) -> None:
    page.goto("/index.html")
    quiet(page, receiver)
    receiver.refusals = [Refusal(429, retry_after="3")]
    page.evaluate("gosight.track('first'); gosight.flush()")
    receiver.wait_for(lambda: receiver.received)
    page.evaluate("for (let i = 0; i < 30; i++) gosight.track('more' + i)")
    page.evaluate("gosight.flush()")
    receiver.wait_for_events("custom", 31)
    first, second = receiver.received[:2]
    assert second.at - first.at >= 2.9
    assert second.batch["batch_id"] == first.batch["batch_id"]
    assert len(receiver.received) == 3


@pytest.mark.parametrize("status", [400, 401, 403, 413])
def test_what_the_server_will_never_take_is_dropped(page: Page, receiver: Receiver, status: int) -> None:
    warnings: list[str] = []
    page.on("console", lambda message: warnings.append(message.text))
    page.goto("/index.html")
    quiet(page, receiver)
    receiver.refusals = [Refusal(status)]
    page.evaluate("gosight.track('refused'); gosight.flush()")
    receiver.wait_for(lambda: receiver.received)
    page.evaluate("gosight.track('next')")
    page.evaluate("gosight.flush()")
    receiver.wait_for_events("custom")
    assert names(receiver) == ["next"]
    assert len(receiver.received) == 2
    assert any(f"status {status}" in warning for warning in warnings)


def test_the_next_page_sends_what_the_one_before_could_not(page: Page, receiver: Receiver) -> None:
    page.goto("/index.html")
    quiet(page, receiver)
    receiver.down = True
    page.evaluate("gosight.track('kept'); gosight.flush()")
    receiver.wait_for(lambda: receiver.received)
    page.goto("/bare.html")
    receiver.down = False
    page.goto("/second.html")
    receiver.wait_for_events("custom")
    receiver.wait_for_events("page_exit")
    tried = {each.batch["batch_id"] for each in receiver.received if each.status == 0}
    taken = {each.batch["batch_id"] for each in receiver.received if each.status == 200}
    assert tried <= taken
    assert names(receiver) == ["kept"]


def test_what_was_sent_leaves_nothing_behind(page: Page, receiver: Receiver) -> None:
    page.goto("/index.html")
    quiet(page, receiver)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.evaluate("gosight.track('x'); window.dispatchEvent(new Event('pagehide'))")
    receiver.wait_for_events("custom")
    page.wait_for_timeout(300)
    assert [name for name in page.evaluate("Object.keys(localStorage)") if "batch" in name] == []


def test_a_batch_too_old_to_be_known_again_is_not_sent(page: Page, receiver: Receiver, visitor: BrowserContext) -> None:
    page.goto("/bare.html")
    for days, name in ((7, "old"), (1, "recent")):
        batch = {"batch_id": name, "made": page.evaluate("Date.now()") - days * 86_400_000, "context": {}}
        batch["events"] = [{"type": "custom", "name": name, "ts": batch["made"]}]
        page.evaluate("([k, v]) => localStorage.setItem(k, v)", [f"gosight.89abcdef.batch.{name}", json.dumps(batch)])
    page.evaluate("localStorage.setItem('gosight.89abcdef.batch.torn', '{')")
    page.goto("/index.html")
    receiver.wait_for_events("custom")
    receiver.wait_for_events("page_view")
    assert names(receiver) == ["recent"]


def test_what_is_kept_is_bounded(page: Page, receiver: Receiver) -> None:
    page.goto("/index.html")
    quiet(page, receiver)
    receiver.refusals = [Refusal(503, retry_after="600")]
    page.evaluate("gosight.track('first'); gosight.flush()")
    receiver.wait_for(lambda: receiver.received)
    page.evaluate("for (let i = 0; i < 5000; i++) gosight.track('event', {text: 'x'.repeat(1000)})")
    page.evaluate("window.dispatchEvent(new Event('pagehide'))")
    kept = "Object.entries(localStorage).filter(([k]) => k.includes('batch')).map(([, v]) => v.length)"
    sizes = page.evaluate(kept)
    assert len(sizes) <= 20
    assert sum(sizes) < 1_000_000


def test_nothing_is_sent_before_the_settings_have_come(page: Page, receiver: Receiver) -> None:
    receiver.answers_config.clear()
    page.goto("/index.html")
    until(page, "!!window.gosight?.track")
    page.evaluate("gosight.track('early')")
    page.click("#signup-btn")
    page.wait_for_timeout(200)
    assert receiver.received == []
    assert page.evaluate("localStorage.length") == 0
    receiver.answers_config.set()
    ready(page)
    page.evaluate("gosight.flush()")
    assert names(receiver) == ["early"]
    assert len(receiver.events("page_view")) == 1
    assert len(receiver.events("click")) == 1


def test_settings_that_do_not_come_are_asked_for_again(page: Page, receiver: Receiver) -> None:
    receiver.config_status = 503
    page.goto("/index.html")
    receiver.wait_for(lambda: receiver.config_asked >= 2)
    receiver.config_status = 200
    ready(page)
    page.evaluate("gosight.flush()")
    receiver.wait_for_events("page_view")


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_sends_nothing_and_says_so(page: Page, receiver: Receiver, status: int) -> None:
    receiver.config_status = status
    with page.expect_console_message(lambda message: "refused the key" in message.text):
        page.goto("/index.html")
    page.evaluate("gosight.track('x'); gosight.flush()")
    page.goto("/bare.html")
    assert receiver.received == []
    assert receiver.config_asked == 1


def test_two_tabs_are_one_visitor_in_one_session(page: Page, receiver: Receiver, visitor: BrowserContext) -> None:
    page.goto("/index.html")
    quiet(page, receiver)
    other = visitor.new_page()
    other.goto("/second.html")
    ready(other)
    other.evaluate("gosight.flush()")
    receiver.wait_for_events("page_view")
    assert receiver.events("session_start") == []
    assert other.evaluate("gosight.getSessionId()") == page.evaluate("gosight.getSessionId()")
    assert other.evaluate("gosight.getVisitorId()") == page.evaluate("gosight.getVisitorId()")


def test_after_the_timeout_a_visitor_has_another_session(page: Page, receiver: Receiver) -> None:
    receiver.session_timeout_minutes = 0.02
    page.goto("/index.html")
    quiet(page, receiver)
    first = page.evaluate("gosight.getSessionId()")
    page.wait_for_timeout(1500)
    page.click("#signup-btn")
    second = page.evaluate("gosight.getSessionId()")
    assert second != first
    page.evaluate("gosight.flush()")
    receiver.wait_for_events("click")
    ended, begun = receiver.batches
    assert (ended["session_id"], [event["type"] for event in ended["events"]][-1]) == (first, "session_end")
    assert begun["session_id"] == second
    types = [event["type"] for event in begun["events"] if event["type"] in ("session_start", "page_view", "click")]
    assert types == ["session_start", "page_view", "click"]


def test_what_happens_by_itself_opens_no_session(page: Page, receiver: Receiver) -> None:
    receiver.session_timeout_minutes = 0.02
    page.goto("/errors.html")
    quiet(page, receiver)
    first = page.evaluate("gosight.getSessionId()")
    page.wait_for_timeout(1500)
    page.evaluate("setTimeout(() => { throw new Error('by itself') })")
    receiver.wait_for_events("js_error")
    assert page.evaluate("gosight.getSessionId()") == first
    assert receiver.events("session_start") == []
