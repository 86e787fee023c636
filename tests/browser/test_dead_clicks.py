"""A click that does nothing, told from one whose effect is somewhere else."""

import pytest
from playwright.sync_api import Page

from tests.browser.receiver import Receiver
from tests.browser.waiting import until

SECOND_MS = 1000
SHORT_MS = 400
"""A window that a project might set; it keeps the tables below short."""


def dead_clicks_after(
    page: Page, receiver: Receiver, selector: str, path: str = "/dead.html"
) -> list[dict[str, object]]:
    receiver.dead_window_ms = SHORT_MS
    page.goto(path)
    until(page, "window.gosight && gosight.getSessionId()")
    page.click(selector)
    page.wait_for_timeout(SHORT_MS + 200)
    page.evaluate("gosight.flush()")
    receiver.wait_for_events("click")
    assert len(receiver.events("click")) == 1
    return receiver.events("dead_click")


@pytest.mark.parametrize("selector", ["#dead", "#dead-div", "#dead-role", "#dead-submit"])
def test_a_click_that_does_nothing_is_dead(page: Page, receiver: Receiver, selector: str) -> None:
    [dead] = dead_clicks_after(page, receiver, selector)
    [click] = receiver.events("click")
    assert dead["payload"] == click["payload"]
    assert dead["ts"] == click["ts"]
    assert dead["url"] == click["url"]


@pytest.mark.parametrize(
    "selector",
    [
        "#changes-text",
        "#changes-attribute",
        "#changes-late",
        "#opens-on-press",
        "#navigates",
        "#scrolls",
        "#focuses",
        "#fetches",
        "#asks-by-xhr",
        "#loads-picture",
        "#check",
        "#inner",
    ],
)
def test_a_click_that_does_something_is_not(page: Page, receiver: Receiver, selector: str) -> None:
    assert dead_clicks_after(page, receiver, selector) == []


@pytest.mark.parametrize(
    "selector", ["#plain", "#link", "#text", "#area", "#canvas", "#plus", "#minus", "#count", "#spin"]
)
def test_never_counts(page: Page, receiver: Receiver, selector: str) -> None:
    assert dead_clicks_after(page, receiver, selector) == []


def test_the_second_click_is_looked_at_by_itself(page: Page, receiver: Receiver) -> None:
    page.goto("/dead.html")
    until(page, "window.gosight && gosight.getSessionId()")
    page.click("#changes-text")
    page.wait_for_timeout(SECOND_MS + 300)
    page.click("#dead")
    page.wait_for_timeout(SECOND_MS + 300)
    page.evaluate("gosight.flush()")
    [dead] = receiver.wait_for_events("dead_click")
    assert dead["payload"]["target"]["selector"] == "#dead"


def test_sending_is_not_taken_for_an_answer(page: Page, receiver: Receiver) -> None:
    page.goto("/dead.html")
    until(page, "window.gosight && gosight.getSessionId()")
    page.click("#dead")
    page.evaluate("gosight.flush()")
    page.wait_for_timeout(SECOND_MS + 300)
    page.evaluate("gosight.flush()")
    assert len(receiver.events("dead_click")) == 1


def test_a_project_may_wait_for_less(page: Page, receiver: Receiver) -> None:
    receiver.dead_window_ms = 100
    page.goto("/dead.html")
    until(page, "window.gosight && gosight.getSessionId()")
    page.click("#changes-late")
    page.wait_for_timeout(SHORT_MS)
    page.evaluate("gosight.flush()")
    assert len(receiver.events("dead_click")) == 1
