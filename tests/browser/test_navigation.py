"""Page views of single-page applications: each once, whatever tells of it."""

import pytest
from playwright.sync_api import Page

from tests.browser.receiver import Receiver
from tests.browser.waiting import until

WITHOUT_NAVIGATION_API = "delete window.navigation; Object.defineProperty(window, 'navigation', {value: undefined})"


@pytest.fixture(params=["Navigation API", "History API"])
def spa(page: Page, request: pytest.FixtureRequest) -> Page:
    if request.param == "History API":
        page.add_init_script(WITHOUT_NAVIGATION_API)
    page.goto("/spa/home")
    until(page, "window.gosight && gosight.getSessionId()")
    return page


def paths(page: Page, receiver: Receiver, site: str) -> list[str]:
    page.wait_for_timeout(100)
    page.evaluate("gosight.flush()")
    return [event["url"].removeprefix(site) for event in receiver.events("page_view")]


def test_a_step_is_a_page_view_with_the_page_before_as_referrer(spa: Page, receiver: Receiver, site: str) -> None:
    spa.click("#cart")
    spa.wait_for_timeout(300)
    assert paths(spa, receiver, site) == ["/spa/home", "/spa/cart"]
    view = receiver.events("page_view")[1]
    assert view["referrer"] == f"{site}/spa/home"
    assert view["payload"]["title"] == "Cart"
    [left] = receiver.events("page_exit")
    assert left["url"] == f"{site}/spa/home"
    assert left["ts"] <= view["ts"]


def test_back_and_forward_are_page_views(spa: Page, receiver: Receiver, site: str) -> None:
    spa.click("#cart")
    spa.go_back()
    until(spa, "location.pathname === '/spa/home'")
    spa.go_forward()
    until(spa, "location.pathname === '/spa/cart'")
    assert paths(spa, receiver, site) == ["/spa/home", "/spa/cart", "/spa/home", "/spa/cart"]


@pytest.mark.parametrize(
    ("script", "seen"),
    [
        ("history.pushState({}, '', '/spa/a'); history.replaceState({n: 1}, '', '/spa/a')", ["/spa/a"]),
        ("history.pushState({}, '', location.href)", []),
        ("history.pushState({}, '', '?page=2')", ["/spa/home?page=2"]),
        ("history.replaceState({}, '', '?filter=red')", []),
        ("history.replaceState({}, '', '/spa/moved')", ["/spa/moved"]),
        ("location.hash = 'terms'", []),
        ("location.hash = '/orders'", ["/spa/home#/orders"]),
        ("location.hash = '!/orders'", ["/spa/home#!/orders"]),
        ("history.pushState({}, '', '/spa/a'); history.pushState({}, '', '/spa/b')", ["/spa/a", "/spa/b"]),
    ],
    ids=[
        "pushed, then state replaced",
        "the same address",
        "another query",
        "a query kept in the address",
        "a redirect",
        "an anchor",
        "a route after the hash",
        "a route after #!",
        "two steps at once",
    ],
)
def test_what_counts_as_another_page(spa: Page, receiver: Receiver, site: str, script: str, seen: list[str]) -> None:
    spa.evaluate(script)
    assert paths(spa, receiver, site) == ["/spa/home", *seen]


def test_the_page_gets_its_own_history_back(spa: Page) -> None:
    assert spa.evaluate("history.pushState({a: 1}, '', '/spa/x') === undefined && history.state.a === 1")
    assert spa.evaluate(
        "(() => { try { history.pushState({}, '', 'http://other.example/') } catch (e) { return e.name } })()"
    )


def test_a_page_that_comes_back_as_it_was_left_is_viewed_again(spa: Page, receiver: Receiver, site: str) -> None:
    spa.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))")
    spa.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    assert paths(spa, receiver, site) == ["/spa/home", "/spa/home"]
    assert len(receiver.events("page_exit")) == 1


def test_a_page_that_tells_its_views_itself(page: Page, receiver: Receiver, site: str) -> None:
    page.goto("/manual.html")
    until(page, "!!window.gosight?.page")
    page.click("#cart")
    page.evaluate("gosight.page()")
    until(page, "gosight.getSessionId()")
    assert paths(page, receiver, site) == ["/spa/cart"]
