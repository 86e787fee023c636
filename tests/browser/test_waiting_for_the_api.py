"""The dashboard keeps to the API's limits: it waits as long as it is told to, goes on by itself, and loses nothing."""

import re

import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect

from tests.browser.product import Product
from tests.browser.reader import Reader, reading, settled

REFUSED = {"success": False, "error": {"code": "RATE_LIMITED", "message": "more than 100 reads in a minute"}}


@pytest.fixture
def page(reader: Reader) -> Page:
    """The overview, at rest, whose time is the test's."""
    page = reader.open("/app/")
    page.clock.install()
    page.goto(f"{reader.url}/app/p/shop/overview")
    settled(page)
    return page


def refuse(page: Page, pattern: str, method: str = "GET", times: int = 1) -> list[str]:
    """The next requests of this kind are too many. Answers the methods and addresses of all, as they come."""
    asked: list[str] = []

    def answer(route: Route, request: Request) -> None:
        if request.method != method:
            route.fallback()
            return
        asked.append(request.url)
        if len(asked) > times:
            route.fallback()
        else:
            route.fulfill(status=429, headers={"Retry-After": "30"}, json=REFUSED)

    page.route(re.compile(pattern), answer)
    return asked


def test_a_page_that_was_refused_comes_by_itself(page: Page) -> None:
    asked = refuse(page, r"/api/v1/projects/shop/sessions\?")
    notice = page.get_by_role("status").filter(has_text="It goes on by itself")
    page.get_by_role("link", name="Sessions", exact=True).click()
    expect(notice).to_contain_text(re.compile(r"in (30|2\d)\D"))
    expect(page.get_by_role("alert")).to_have_count(0)
    page.clock.run_for(20_000)
    expect(notice).to_contain_text(re.compile(r"in (10|\d)\D"))
    assert len(asked) == 1
    page.clock.run_for(10_100)
    expect(page.get_by_text("Nobody came in this range")).to_be_visible()
    expect(notice).to_have_count(0)
    assert len(asked) == 2


def test_while_it_waits_nothing_else_is_asked_and_only_the_page_that_is_open_then(page: Page) -> None:
    sessions = refuse(page, r"/api/v1/projects/shop/sessions\?")
    errors = refuse(page, r"/api/v1/projects/shop/errors\?", times=0)
    page.get_by_role("link", name="Sessions", exact=True).click()
    expect(page.get_by_text("It goes on by itself")).to_be_visible()
    page.get_by_role("link", name="Errors", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Errors")
    assert errors == []
    page.clock.run_for(30_100)
    settled(page)
    assert (len(sessions), len(errors)) == (1, 1)


def test_what_was_typed_is_saved_once_the_api_takes_it(page: Page, product: Product) -> None:
    page.goto(f"{product.url}/app/p/shop/settings")
    settled(page)
    asked = refuse(page, r"/api/v1/projects/\w+$", "PATCH")
    name = page.get_by_label("Name", exact=True)
    name.fill("Shop of Olga")
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_text("It goes on by itself")).to_be_visible()
    expect(name).to_have_value("Shop of Olga")
    assert product.read("")["name"] == "Shop"
    page.clock.run_for(30_100)
    expect(page.get_by_role("button", name="Shop of Olga", exact=True)).to_be_visible()
    assert product.read("")["name"] == "Shop of Olga"
    assert len(asked) == 2


def test_a_try_to_sign_in_is_not_repeated_and_what_was_typed_stays(browser: Browser, product: Product) -> None:
    for stranger in reading(browser, product.url):
        page = stranger.open("/app/sign-in")
        asked = refuse(page, "/api/v1/auth/login", "POST")
        page.get_by_label("Email").fill("olga@example.com")
        page.get_by_label("Password").fill("wrong")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("alert")).to_contain_text("in a minute")
        expect(page.get_by_text("It goes on by itself")).to_have_count(0)
        expect(page.get_by_label("Email")).to_have_value("olga@example.com")
        assert len(asked) == 1


def test_what_is_only_likely_to_be_needed_is_not_asked_for_when_little_is_left(page: Page, product: Product) -> None:
    """Pointing at links would use up what a person needs who follows them."""

    def answer(route: Route) -> None:
        response = route.fetch()
        headers = response.headers | {"x-ratelimit-limit": "100", "x-ratelimit-remaining": "49"}
        route.fulfill(response=response, headers=headers)

    product.stop()
    product.start(limits__reads_per_minute="100")
    page.route(re.compile(r"/api/v1/projects/shop/sessions\?"), answer)
    page.goto(f"{product.url}/app/p/shop/sessions")
    settled(page)
    ahead = refuse(page, r"/api/v1/projects/shop/sessions/s_", times=0)
    page.evaluate(
        """() => { const link = document.createElement("a"); link.href = "/app/p/shop/sessions/s_1"; link.id = "ahead";
                   link.textContent = "ahead"; document.querySelector("main").append(link); }"""
    )
    page.locator("#ahead").hover()
    page.clock.run_for(1000)
    assert ahead == []
