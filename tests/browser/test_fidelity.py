"""The end of a replay is the end of the page, on the kinds of pages that are hard to record."""

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.receiver import Receiver
from tests.browser.replayed import differences, picture, replayed
from tests.browser.test_recording import recording, sent
from tests.browser.waiting import alike

PAGES = ["forms", "shadow", "frames", "list", "styles"]


@pytest.mark.parametrize("name", PAGES)
def test_the_replay_ends_as_the_page_did(page: Page, visitor: BrowserContext, receiver: Receiver, name: str) -> None:
    receiver.record()
    receiver.set(privacy={"maskAllInputs": False})
    page.goto(f"/play-{name}.html")
    recording(page)
    page.evaluate("play()")
    alike(page, lambda: differences(picture(page), replayed(visitor, sent(page, receiver))))
