"""What a page can call, and that no call harms it."""

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.receiver import KEY, Receiver
from tests.browser.waiting import until


def ready(page: Page) -> None:
    until(page, "window.gosight && gosight.getSessionId()")


def test_an_event_of_the_page_has_its_name_and_properties(page: Page, receiver: Receiver) -> None:
    page.goto("/index.html")
    ready(page)
    page.evaluate("const p = {plan: 'pro', n: [1, {a: null}]}; gosight.track('Signed up', p); p.plan = 'changed'")
    page.evaluate("gosight.flush()")
    [event] = receiver.wait_for_events("custom")
    assert (event["name"], event["payload"]) == ("Signed up", {"plan": "pro", "n": [1, {"a": None}]})


def test_a_user_is_named_from_then_on_and_on_later_pages(page: Page, receiver: Receiver) -> None:
    page.goto("/index.html")
    ready(page)
    page.evaluate("gosight.track('before'); gosight.identify(42, {plan: 'pro'}); gosight.flush()")
    page.goto("/second.html")
    ready(page)
    page.evaluate("gosight.track('after'); gosight.flush()")
    receiver.wait_for_events("custom", 2)
    [named] = receiver.events("identify")
    assert named["payload"] == {"user_id": "42", "traits": {"plan": "pro"}}
    users = {event["name"]: b.get("user_id") for b in receiver.batches for event in b["events"] if "name" in event}
    assert (users["before"], users["after"]) == (None, "42")


@pytest.mark.parametrize("user", ["", "null", "undefined", "''", "{id: 7}"])
def test_who_is_nobody_is_not_named(page: Page, receiver: Receiver, user: str) -> None:
    page.goto("/index.html")
    ready(page)
    with page.expect_console_message(lambda message: "identify needs" in message.text):
        page.evaluate(f"() => {{ gosight.identify({user}) }}")
    page.evaluate("gosight.track('x'); gosight.flush()")
    receiver.wait_for_events("custom")
    assert receiver.events("identify") == []
    assert all("user_id" not in batch for batch in receiver.batches)


def test_reset_makes_another_visitor(page: Page, receiver: Receiver) -> None:
    page.goto("/index.html")
    ready(page)
    page.evaluate("gosight.identify('ada')")
    before = page.evaluate("[gosight.getVisitorId(), gosight.getSessionId()]")
    page.evaluate("gosight.reset(); gosight.track('after'); gosight.flush()")
    receiver.wait_for_events("custom")
    after = page.evaluate("[gosight.getVisitorId(), gosight.getSessionId()]")
    assert not set(before) & set(after)
    first, *_, last = receiver.batches
    assert first["visitor_id"] == before[0]
    assert (last["visitor_id"], last["session_id"]) == tuple(after)
    assert "user_id" not in last
    page.goto("/second.html")
    ready(page)
    assert page.evaluate("gosight.getVisitorId()") == after[0]


def test_a_new_session_begins_on_request(page: Page, receiver: Receiver) -> None:
    page.goto("/index.html")
    ready(page)
    first = page.evaluate("gosight.getSessionId()")
    page.evaluate("gosight.startNewSession(); gosight.flush()")
    receiver.wait_for_events("session_start", 2)
    old, new = receiver.batches
    assert old["session_id"] == first
    assert old["events"][-1]["type"] == "session_end"
    assert new["session_id"] == page.evaluate("gosight.getSessionId()") != first
    assert [event["type"] for event in new["events"]] == ["session_start", "page_view"]
    assert old["visitor_id"] == new["visitor_id"]


def test_while_paused_nothing_is_taken(page: Page, receiver: Receiver) -> None:
    page.goto("/index.html")
    ready(page)
    page.evaluate("gosight.pause(); gosight.track('paused')")
    page.click("#signup-btn")
    page.evaluate("gosight.resume(); gosight.track('resumed'); gosight.flush()")
    receiver.wait_for_events("custom")
    assert [event["name"] for event in receiver.events("custom")] == ["resumed"]
    assert receiver.events("click") == []


def test_what_the_page_adds_goes_with_every_event(page: Page, receiver: Receiver) -> None:
    page.goto("/index.html")
    ready(page)
    page.evaluate("gosight.setContext({release: '1.2.3', tenant: 'acme'}); gosight.setContext({tenant: null})")
    page.evaluate("gosight.track('Saved', {n: 1})")
    page.click("#signup-btn")
    page.evaluate("gosight.flush()")
    receiver.wait_for_events("click")
    [saved] = receiver.events("custom")
    assert saved["payload"] == {"n": 1, "context": {"release": "1.2.3"}}
    assert receiver.events("click")[0]["payload"]["context"] == {"release": "1.2.3"}


def test_calls_made_before_the_script_came_are_made_up_for(page: Page, receiver: Receiver) -> None:
    page.goto("/early.html")
    ready(page)
    page.evaluate("gosight.push(['track', 'Called late']); gosight.flush()")
    events = receiver.wait_for_events("custom", 2)
    assert [event["name"] for event in events] == ["Called early", "Called late"]
    assert events[0]["payload"] == {"n": 1, "context": {"release": "1.2.3"}}
    assert receiver.batches[-1]["user_id"] == "ada"


def test_the_module_does_the_same(page: Page, receiver: Receiver, site: str) -> None:
    page.goto("/module.html")
    until(page, "window.sdk?.getSessionId()")
    assert page.evaluate("window.gosight") is None
    page.evaluate("sdk.flush()")
    [event] = receiver.wait_for_events("custom")
    assert (event["name"], event["payload"]) == ("Before init", {"n": 1})
    [view] = receiver.events("page_view")
    assert view["url"] == f"{site}/module.html"
    assert receiver.config_asked == 1


def test_a_script_that_stands_there_twice_works_once(page: Page, receiver: Receiver, server: str) -> None:
    page.goto("/index.html")
    ready(page)
    page.add_script_tag(url=f"{server}/gosight.js")
    page.click("#signup-btn")
    page.evaluate("gosight.flush()")
    receiver.wait_for_events("click")
    assert len(receiver.events("click")) == 1
    assert len(receiver.events("page_view")) == 1


@pytest.mark.parametrize(
    "call",
    [
        "gosight.track()",
        "gosight.track('x', 7)",
        "gosight.track('big', {n: 10n})",
        "const a = {}; a.a = a; gosight.track('ring', a)",
        "gosight.track(Symbol('s'))",
        "gosight.track('trap', {get x() { throw new Error('trap') }})",
        "gosight.track('long', {text: 'x'.repeat(100000)})",
        "gosight.identify()",
        "gosight.identify({})",
        "gosight.setContext(null)",
        "gosight.init()",
        "gosight.init({key: 7})",
        "gosight.push(7)",
        "gosight.push(['nothing'])",
        "gosight.page(1, 2)",
        "gosight.optIn()",
    ],
)
def test_no_call_throws_and_the_next_works(page: Page, receiver: Receiver, call: str) -> None:
    page.goto("/index.html")
    ready(page)
    page.evaluate(f"() => {{ {call} }}")
    page.evaluate("gosight.track('still here')")
    page.evaluate("gosight.flush()")
    receiver.wait_for(lambda: "still here" in [event["name"] for event in receiver.events("custom")])


def test_half_a_character_does_not_cost_the_event(page: Page, receiver: Receiver) -> None:
    page.goto("/index.html")
    ready(page)
    page.evaluate(r"gosight.track('torn', {text: 'a\ud800b', whole: '😀'}); gosight.flush()")
    [event] = receiver.wait_for_events("custom")
    assert event["payload"] == {"text": "a\ufffdb", "whole": "😀"}


def test_a_page_that_breaks_its_own_globals_is_not_broken_further(page: Page, receiver: Receiver) -> None:
    page.goto("/index.html")
    ready(page)
    page.evaluate("window.fetch = () => { throw new Error('gone') }; JSON.foo = 1; delete window.PerformanceObserver")
    page.click("#signup-btn")
    page.evaluate("gosight.flush()")
    receiver.wait_for_events("click")


def test_who_forgets_the_key_is_told(page: Page, receiver: Receiver, visitor: BrowserContext, server: str) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto("/bare.html")
    page.add_script_tag(url=f"{server}/gosight.js")
    page.evaluate("gosight.init({})")
    assert any("needs {key" in text for text in said)
    page.evaluate(f"gosight.init({{key: '{KEY}'}})")
    ready(page)
    page.evaluate("gosight.flush()")
    receiver.wait_for_events("page_view")
