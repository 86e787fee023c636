"""Recording only once something went wrong: what led to it is there, and nothing leaves before."""

import json
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.receiver import Receiver
from tests.browser.replayed import replayed
from tests.browser.test_recording import FULL, META, recording, sent
from tests.browser.test_recording_life import say, snapshots, text, wait_for
from tests.browser.waiting import eventually


def start(page: Page, receiver: Receiver, path: str = "/index.html") -> None:
    receiver.record(mode="trouble", triggerEvents=["Payment failed"])
    page.goto(path)
    recording(page)
    say(page, "before it went wrong")


TROUBLES = {
    "an error": "setTimeout(() => { throw new Error('x') })",
    "a rejection": "void Promise.reject(new Error('x')); setTimeout(() => { throw new Error('y') })",
    "a named event": "gosight.track('Payment failed')",
}


@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES.keys())
def test_trouble_starts_it_with_what_came_before(
    page: Page, visitor: BrowserContext, receiver: Receiver, trouble: str
) -> None:
    start(page, receiver)
    page.wait_for_timeout(300)
    page.evaluate(trouble)
    page.wait_for_timeout(100)
    say(page, "after it went wrong")
    events = sent(page, receiver)
    assert [event["type"] for event in events][:2] == [META, FULL]
    shown = json.dumps(replayed(visitor, events))
    assert "before it went wrong" in shown
    assert "after it went wrong" in shown


def test_a_rage_click_is_trouble(page: Page, receiver: Receiver) -> None:
    start(page, receiver)
    page.click("#signup-btn", click_count=5)
    assert "before it went wrong" in json.dumps(sent(page, receiver))


@pytest.mark.parametrize(
    "calm",
    [
        "gosight.track('Payment made')",
        "console.error('said, not thrown')",
        "document.querySelector('h1').click()",
    ],
)
def test_without_trouble_nothing_leaves(page: Page, receiver: Receiver, calm: str) -> None:
    start(page, receiver)
    page.evaluate(calm)
    page.click("#signup-btn", click_count=4)
    page.evaluate("gosight.flush()")
    page.wait_for_timeout(300)
    page.goto("/second.html")
    recording(page)
    page.wait_for_timeout(300)
    assert receiver.chunks == []
    assert [name for name in page.evaluate("Object.keys(localStorage)") if "chunk" in name] == []


def test_clicks_far_apart_are_no_rage(page: Page, receiver: Receiver) -> None:
    start(page, receiver, "/second.html")
    for x in (10, 200, 400, 600, 800):
        page.mouse.click(x, 300)
    page.evaluate("gosight.flush()")
    page.wait_for_timeout(300)
    assert receiver.chunks == []


def test_from_then_on_the_session_is_recorded_on_later_pages_and_in_other_tabs(
    page: Page, visitor: BrowserContext, receiver: Receiver
) -> None:
    start(page, receiver)
    other = visitor.new_page()
    other.goto("/form.html")
    recording(other)
    page.evaluate("gosight.track('Payment failed'); gosight.flush()")
    wait_for(receiver, "before it went wrong")
    page.goto("/second.html")
    recording(page)
    say(page, "on a later page")
    events = sent(page, receiver)
    assert "on a later page" in json.dumps(events)
    other.click("#with-field")
    sent(other, receiver)
    assert sorted(snapshots(receiver.recorded())) == ["form.html", "index.html", "second.html"]


def kept(page: Page) -> list[str]:
    names: list[str] = page.evaluate("Object.keys(localStorage).filter((name) => name.includes('.before.'))")
    return names


def follow(page: Page, path: str) -> None:
    page.evaluate(
        "path => document.body.append(Object.assign(document.createElement('a'), {href: path, id: 'on'}))", path
    )
    page.evaluate("document.querySelector('#on').click()")
    page.wait_for_url(f"**{path}")


def test_what_came_before_may_lie_on_the_pages_before(page: Page, visitor: BrowserContext, receiver: Receiver) -> None:
    start(page, receiver)
    page.evaluate("console.log('a line on the page before')")
    for path in ("/second.html", "/form.html"):
        follow(page, path)
        recording(page)
        say(page, f"on {path}")
    assert receiver.chunks == []
    page.evaluate("setTimeout(() => { throw new Error('x') })")
    events = sent(page, receiver)
    assert snapshots(events) == ["index.html", "second.html", "form.html"]
    for word in ("before it went wrong", "on /second.html", "a line on the page before"):
        assert json.dumps(events).count(word) == 1
    first = [event for event in events if event["timestamp"] < metas(events)[1]["timestamp"]]
    assert "before it went wrong" in json.dumps(replayed(visitor, first))
    assert "on /form.html" in json.dumps(replayed(visitor, events))
    assert kept(page) == []


def metas(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [event for event in events if event["type"] == META]


def test_an_error_while_the_next_page_loads_has_it_too(page: Page, receiver: Receiver) -> None:
    start(page, receiver)
    follow(page, "/second.html?early")
    page.evaluate("setTimeout(() => { throw new Error('early') })")
    eventually(page, lambda: flushed(page, receiver, "before it went wrong"), "what came before")


def flushed(page: Page, receiver: Receiver, words: str) -> bool:
    page.evaluate("window.gosight?.flush?.()")
    return words in text(receiver)


def test_another_tab_and_another_session_get_nothing_of_it(
    page: Page, visitor: BrowserContext, receiver: Receiver
) -> None:
    start(page, receiver)
    page.goto("/bare.html")
    assert len(kept(page)) == 1
    other = visitor.new_page()
    other.goto("/second.html")
    recording(other)
    other.evaluate("gosight.track('Payment failed'); gosight.flush(); gosight.startNewSession()")
    wait_for(receiver, "/second.html")
    page.goto("/form.html")
    recording(page)
    page.evaluate("gosight.track('Payment failed')")
    sent(page, receiver)
    assert "before it went wrong" not in json.dumps(receiver.recorded())
    assert kept(page) == []


@pytest.mark.parametrize("where", ["in this tab", "in another tab"])
def test_who_opts_out_leaves_nothing_behind(
    page: Page, visitor: BrowserContext, receiver: Receiver, where: str
) -> None:
    start(page, receiver)
    other = page
    if where == "in another tab":
        other = visitor.new_page()
        other.goto("/second.html")
        recording(other)
    other.evaluate("gosight.optOut()")
    page.goto("/bare.html")
    assert kept(page) == []


def test_the_next_session_is_only_watched_again(page: Page, receiver: Receiver) -> None:
    start(page, receiver)
    page.evaluate("gosight.track('Payment failed')")
    sent(page, receiver)
    receiver.chunks.clear()
    page.evaluate("gosight.startNewSession()")
    say(page, "of a calm session")
    page.evaluate("gosight.flush()")
    page.wait_for_timeout(400)
    assert "of a calm session" not in "".join(chunk.text for chunk in receiver.chunks)
