"""What does not leave the browser, and who is left alone."""

import json

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.receiver import Receiver
from tests.browser.waiting import until


def ready(page: Page) -> None:
    until(page, "window.gosight && gosight.getVisitorId()")


def click(page: Page, receiver: Receiver, selector: str) -> dict[str, object]:
    page.goto("/form.html")
    ready(page)
    page.click(selector, position={"x": 3, "y": 3})
    page.evaluate("gosight.flush()")
    [event] = receiver.wait_for_events("click")
    target: dict[str, object] = event["payload"]["target"]
    return target


@pytest.mark.parametrize("selector", ["#name", "#note", "#choice", "#editor", "#bold"])
@pytest.mark.parametrize("mask_all", [True, False])
def test_what_was_typed_never_leaves(page: Page, receiver: Receiver, selector: str, mask_all: bool) -> None:
    receiver.set(privacy={"maskAllInputs": mask_all})
    target = click(page, receiver, selector)
    assert "text" not in target
    assert "typed-secret" not in json.dumps(receiver.batches)


def test_the_label_of_a_button_is_not_something_typed(page: Page, receiver: Receiver) -> None:
    assert click(page, receiver, "#send")["text"] == "Send it"


def test_the_text_of_a_click_leaves_out_masked_parts(page: Page, receiver: Receiver) -> None:
    assert click(page, receiver, "#with-field")["text"] == "Card ok"


@pytest.mark.parametrize(
    "selector",
    ["#masked-secret-button", "#masked-secret-area", "#masked-link", "#inside-block", "#inside-class"],
)
def test_of_a_masked_part_only_its_place_leaves(page: Page, receiver: Receiver, selector: str) -> None:
    receiver.set(privacy={"blockSelectors": ["..not a selector", ".sensitive"]})
    target = click(page, receiver, selector)
    assert set(target) == {"tag", "selector", "at", "size"}
    sent = json.dumps(receiver.batches)
    assert "masked-secret" not in sent
    assert "blocked-secret" not in sent
    assert "inside-block" not in sent
    assert page.locator(str(target["selector"])).count() == 1


def test_an_ignored_part_is_not_told_of_at_all(page: Page, receiver: Receiver) -> None:
    page.goto("/form.html")
    ready(page)
    page.hover("#ignored")
    page.click("#ignored")
    page.click("#with-field")
    page.evaluate("gosight.flush()")
    [event] = receiver.wait_for_events("click")
    assert event["payload"]["target"]["selector"] == "#with-field"


GPC = "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', {get: () => true})"
DNT = "Object.defineProperty(Navigator.prototype, 'doNotTrack', {get: () => '1'})"


@pytest.mark.parametrize(("wish", "setting"), [(DNT, "respectDoNotTrack"), (GPC, "respectGpc")], ids=["DNT", "GPC"])
def test_who_asks_not_to_be_followed_is_not(
    page: Page, receiver: Receiver, early_scripts: list[str], wish: str, setting: str
) -> None:
    page.goto("/index.html")
    ready(page)
    receiver.set(privacy={setting: True})
    early_scripts.append(wish)
    page.goto("/bare.html")
    receiver.wait_for_events("page_exit")
    receiver.received.clear()
    page.goto("/second.html")
    receiver.wait_for(lambda: page.evaluate("localStorage.length") == 0)
    page.click("#back")
    page.evaluate("gosight.track('x'); gosight.flush()")
    page.goto("/bare.html")
    page.wait_for_timeout(200)
    assert receiver.received == []
    assert page.evaluate("localStorage.length") == 0


@pytest.mark.parametrize("wish", [DNT, GPC], ids=["DNT", "GPC"])
def test_unless_the_project_says_otherwise(page: Page, receiver: Receiver, early_scripts: list[str], wish: str) -> None:
    receiver.set(privacy={"respectDoNotTrack": False, "respectGpc": False})
    early_scripts.append(wish)
    page.goto("/index.html")
    ready(page)
    assert page.evaluate("navigator.doNotTrack === '1' || navigator.globalPrivacyControl")
    page.evaluate("gosight.flush()")
    receiver.wait_for_events("page_view")


def test_with_storage_none_nothing_is_stored_and_the_server_finds_the_session(page: Page, receiver: Receiver) -> None:
    page.goto("/index.html")
    ready(page)
    assert page.evaluate("localStorage.length") > 0
    receiver.set(privacy={"storage": "none"})
    page.goto("/bare.html")
    receiver.wait_for_events("page_exit")
    receiver.received.clear()
    page.goto("/second.html")
    receiver.wait_for(lambda: page.evaluate("localStorage.length") == 0)
    page.evaluate("gosight.identify('ada'); gosight.track('x'); gosight.startNewSession()")
    page.evaluate("gosight.flush()")
    receiver.wait_for_events("custom")
    page.goto("/bare.html")
    receiver.wait_for_events("page_exit")
    assert all("visitor_id" not in batch and "session_id" not in batch for batch in receiver.batches)
    assert receiver.batches[-1]["user_id"] == "ada"
    assert receiver.events("session_start", "session_end") == []
    assert page.evaluate("localStorage.length + sessionStorage.length + document.cookie.length") == 0


def test_opting_out_holds_on_later_pages_until_opting_in(page: Page, receiver: Receiver) -> None:
    page.goto("/index.html")
    ready(page)
    page.evaluate("gosight.identify('ada'); gosight.flush()")
    receiver.wait_for_events("identify")
    page.evaluate("gosight.track('never sent'); gosight.optOut()")
    receiver.received.clear()
    assert page.evaluate("gosight.getVisitorId()") is None
    page.click("#next")
    page.wait_for_url("**/second.html")
    page.evaluate("gosight.track('x'); gosight.flush()")
    page.goto("/index.html")
    page.wait_for_timeout(200)
    assert receiver.received == []
    assert page.evaluate("Object.keys(localStorage)") == ["gosight.89abcdef.out"]
    page.evaluate("gosight.optIn()")
    ready(page)
    page.evaluate("gosight.flush()")
    assert len(receiver.wait_for_events("page_view")) == 1
    assert receiver.batches[0].get("user_id") is None


def test_a_session_that_is_not_sampled_sends_nothing_on_any_page(page: Page, receiver: Receiver) -> None:
    receiver.set(sampling={"sessionSampleRate": 0})
    for path in ("/index.html", "/second.html", "/errors.html"):
        page.goto(path)
        ready(page)
    page.click("#throws")
    page.evaluate("gosight.track('x'); gosight.flush()")
    page.goto("/bare.html")
    page.wait_for_timeout(200)
    assert receiver.received == []


@pytest.mark.parametrize(("chance", "sent"), [(0.49, True), (0.5, False)])
def test_a_session_is_sampled_once(page: Page, receiver: Receiver, chance: float, sent: bool) -> None:
    receiver.set(sampling={"sessionSampleRate": 50})
    page.add_init_script(f"Math.random = () => location.pathname === '/index.html' ? {chance} : 1 - {chance + 0.01}")
    for path in ("/index.html", "/second.html", "/errors.html"):
        page.goto(path)
        ready(page)
        page.evaluate("gosight.flush()")
    assert len(receiver.events("page_view")) == (3 if sent else 0)


def test_a_page_whose_storage_is_closed_is_followed_all_the_same(page: Page, receiver: Receiver) -> None:
    closed = "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no', 'SecurityError') }})"
    page.add_init_script(closed)
    page.goto("/index.html")
    ready(page)
    page.click("#signup-btn")
    page.evaluate("gosight.flush()")
    receiver.wait_for_events("click")
    assert len({batch["session_id"] for batch in receiver.batches}) == 1
    assert len(receiver.events("session_start")) == 1


def test_a_storage_that_is_full_changes_nothing(page: Page, receiver: Receiver) -> None:
    page.add_init_script("Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }")
    page.goto("/index.html")
    ready(page)
    page.click("#signup-btn")
    page.click("#plan-1")
    page.evaluate("gosight.flush()")
    receiver.wait_for_events("click", 2)
    assert len({batch["session_id"] for batch in receiver.batches}) == 1


def test_a_page_that_clears_its_storage_keeps_the_session(page: Page, receiver: Receiver) -> None:
    page.goto("/index.html")
    ready(page)
    page.evaluate("localStorage.clear()")
    page.click("#signup-btn")
    page.evaluate("gosight.flush()")
    receiver.wait_for_events("click")
    assert len({batch["session_id"] for batch in receiver.batches}) == 1


def test_what_is_stored_is_under_the_projects_name(page: Page, visitor: BrowserContext) -> None:
    page.goto("/index.html")
    ready(page)
    assert all(name.startswith("gosight.89abcdef.") for name in page.evaluate("Object.keys(localStorage)"))
