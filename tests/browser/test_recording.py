"""What a recorded visit sends, in real Chromium: whether, when, and in which chunks."""

from itertools import count
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.receiver import Receiver
from tests.browser.waiting import until

FULL, INCREMENTAL, META, CUSTOM = 2, 3, 4, 5
MARKS = count(1)


def ready(page: Page) -> None:
    until(page, "window.gosight && gosight.getSessionId()")


def recording(page: Page) -> str:
    """The page is recorded from here on. Its session."""
    ready(page)
    until(page, "window.gosightReplay === null")
    session: str = page.evaluate("gosight.getSessionId()")
    return session


def sent(page: Page, receiver: Receiver) -> list[dict[str, Any]]:
    """All that was recorded so far, the last line of the console included."""
    mark = f"everything before mark {next(MARKS)}"
    page.evaluate("mark => { console.log(mark); gosight.flush() }", mark)
    receiver.wait_for(lambda: any(mark in chunk.text for chunk in receiver.stored), "the mark")
    return receiver.recorded()


def types(events: list[dict[str, Any]]) -> list[int]:
    return [event["type"] for event in events]


def test_a_recorded_page_begins_with_a_full_snapshot(page: Page, receiver: Receiver, site: str) -> None:
    receiver.record()
    page.goto("/index.html?utm_source=news")
    session = recording(page)
    events = sent(page, receiver)
    assert types(events)[:2] == [META, FULL]
    assert events[0]["data"] == {"href": f"{site}/index.html?utm_source=news", "width": 1200, "height": 800}
    [chunk] = receiver.stored
    assert (chunk.session, chunk.index) == (session, 0)
    assert chunk.visitor == page.evaluate("gosight.getVisitorId()")
    assert chunk.size < len(chunk.text) / 1.5


@pytest.mark.parametrize(
    ("events", "sampling", "replay"),
    [
        ({"replay": False}, {"replaySampleRate": 100}, {"mode": "always"}),
        ({"replay": True}, {"replaySampleRate": 0}, {"mode": "share"}),
        ({"replay": True}, {"replaySampleRate": 0}, None),
        ({"replay": True}, {"sessionSampleRate": 0, "replaySampleRate": 100}, {"mode": "always"}),
    ],
    ids=["switched off", "no share", "a server that says nothing of replay", "a session that is not sampled"],
)
def test_a_page_that_is_not_recorded_pays_nothing(
    page: Page, receiver: Receiver, events: dict[str, Any], sampling: dict[str, Any], replay: dict[str, Any] | None
) -> None:
    receiver.set(events=events, sampling=sampling)
    if replay is not None:
        receiver.settings["replay"] = replay
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/index.html")
    ready(page)
    page.click("#signup-btn")
    page.evaluate("gosight.flush()")
    page.wait_for_timeout(300)
    assert not [url for url in asked if "replay" in url]
    assert page.evaluate("console.log.toString().includes('native code')")
    assert page.evaluate("XMLHttpRequest.prototype.open.toString().includes('native code')")
