"""What of a recorded page never leaves the browser: looked for in every byte that the page sent."""

import json
import re

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.receiver import Receiver
from tests.browser.replayed import picture, replayed
from tests.browser.test_recording import FULL, recording, sent
from tests.browser.waiting import until

SECRET = "kept-secret"
TYPED = "typed-secret-phrase"
CLOSED = "password|shown|hidden|csrf|text|title|bold|shadow|blocked|frame|class|ignored"
"""What stays masked whatever the project says, as the page names it."""


def everything(receiver: Receiver) -> str:
    """All that was sent, with what was written as escapes in plain."""
    chunks = [chunk.text for chunk in receiver.chunks]
    return "\n".join([*chunks, *(json.dumps(each.batch) for each in receiver.received)])


def play(page: Page, receiver: Receiver) -> str:
    page.goto("/play-masked.html")
    recording(page)
    page.evaluate("play()")
    page.wait_for_timeout(800)
    page.evaluate("gosight.pause(); gosight.resume()")
    sent(page, receiver)
    return everything(receiver)


def leaks(text: str, secret: str) -> list[str]:
    return [text[max(0, at - 150) : at + 60] for at in range(len(text)) if text.startswith(secret, at)]


def test_nothing_that_is_masked_leaves_the_page(page: Page, receiver: Receiver) -> None:
    receiver.record()
    receiver.set(privacy={"blockSelectors": [".sensitive"]})
    page.route("**/*secret*", lambda route: route.fulfill(status=204))
    text = play(page, receiver)
    assert leaks(text, SECRET) == []
    assert "4242424242" not in text
    assert "Told to everybody" in text
    assert "Send it" in text
    assert '"aria-label":"Message"' in text


def test_with_inputs_open_passwords_cards_and_marked_parts_stay_masked(page: Page, receiver: Receiver) -> None:
    receiver.record()
    receiver.set(privacy={"maskAllInputs": False, "blockSelectors": [".sensitive"]})
    page.route("**/*secret*", lambda route: route.fulfill(status=204))
    text = play(page, receiver)
    found = {word.strip() for word in re.findall(SECRET + r"-([\w -]*)", text)}
    assert not {word for word in found if re.match(CLOSED, word)}
    assert {"default", "script", "option", "editor", "new-value", "in-frame"} <= found
    assert "4242424242" not in text


def test_what_a_visitor_types_is_stars(page: Page, receiver: Receiver) -> None:
    receiver.record()
    page.goto("/play-masked.html")
    recording(page)
    for field in ("#text", "#password", "#note", "#editor"):
        page.click(field)
        page.keyboard.type(TYPED)
    page.evaluate("console.log(document.querySelector('#text').value)")
    sent(page, receiver)
    assert TYPED not in everything(receiver)
    assert TYPED[:6] not in everything(receiver)


def test_a_blocked_part_is_a_box_of_its_size(page: Page, visitor: BrowserContext, receiver: Receiver) -> None:
    receiver.record()
    page.goto("/play-masked.html")
    recording(page)
    events = sent(page, receiver)
    text = json.dumps([event for event in events if event["type"] == FULL])
    assert '"rr_width": "200px", "rr_height": "50px", "data-gosight-block": ""' in text
    replayed(visitor, events)


def test_the_shape_of_a_masked_part_is_kept(page: Page, visitor: BrowserContext, receiver: Receiver) -> None:
    receiver.record()
    page.goto("/play-masked.html")
    recording(page)
    shown = json.dumps(replayed(visitor, sent(page, receiver)))
    assert "***********" in shown
    assert "Told to everybody" in shown
    assert SECRET in json.dumps(picture(page))


@pytest.mark.parametrize("setting", ["none", "local"])
def test_where_nothing_is_stored_in_the_browser_nothing_is_recorded(
    page: Page, receiver: Receiver, setting: str
) -> None:
    receiver.record()
    receiver.set(privacy={"storage": setting})
    page.goto("/index.html")
    until(page, "!!window.gosight?.flush")
    receiver.wait_for_events("page_view")
    if setting == "local":
        until(page, "window.gosightReplay === null")
    else:
        page.wait_for_timeout(300)
        assert page.evaluate("window.gosightReplay === undefined")
