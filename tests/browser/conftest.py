"""A real Chromium, a site, and a server on another origin."""

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from gosight.web.assets import NOT_BUILT, Assets
from tests.browser import receiver as receiving
from tests.browser import website
from tests.browser.product import Product
from tests.browser.reader import Reader, reading
from tests.browser.receiver import KEY, Receiver
from tests.browser.waiting import PATIENCE_S

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


expect.set_options(timeout=PATIENCE_S * 1000)


def cannot(reason: str) -> NoReturn:
    """Where everything has to be there, a test that can't run is a failure."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser on a machine that is short of time does a thing late once in some thousands: what fails here is tried
    once more, and pytest's summary names it."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Ended with the last test in here: Playwright keeps a loop running, and other tests run their own."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        cannot(f"no browser: none of {', '.join(NAMES)} is in PATH (apt-get install chromium-headless-shell)")
    with sync_playwright() as playwright:
        try:
            chromium = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        except PlaywrightError as error:
            cannot(f"no browser: {found} does not start: {str(error).splitlines()[0]}")
        yield chromium
        chromium.close()


@pytest.fixture(scope="session", autouse=True)
def _built() -> None:
    if not Assets().is_built:
        cannot(NOT_BUILT)


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
def server(receiver: Receiver) -> Iterator[str]:
    yield from receiving.serve(receiver)


@pytest.fixture
def early_scripts() -> list[str]:
    """What each page of the site runs first from now on; an init script of the browser has once missed a page that a
    click led to."""
    return []


@pytest.fixture
def site(server: str, early_scripts: list[str]) -> Iterator[str]:
    yield from website.serve(website.script_tag(server, KEY), server, KEY, early=early_scripts)


@pytest.fixture
def visitor(browser: Browser, site: str) -> Iterator[BrowserContext]:
    """A browser that has never been here."""
    context = browser.new_context(base_url=site, viewport={"width": 1200, "height": 800}, locale="de-DE")
    yield context
    context.close()


@pytest.fixture
def page(visitor: BrowserContext) -> Iterator[Page]:
    """A tab. Whatever the SDK throws into it fails the test."""
    tab = visitor.new_page()
    faults: list[str] = []
    tab.on("pageerror", lambda error: faults.append(f"{error}\n{error.stack}"))
    yield tab
    assert [fault for fault in faults if "gosight" in fault] == []


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    """GoSight itself, serving."""
    product = Product(tmp_path / "data")
    product.start()
    yield product
    product.stop(signal.SIGKILL)


@pytest.fixture
def reader(browser: Browser, product: Product) -> Iterator[Reader]:
    """Its owner, signed in at the dashboard."""
    for one in reading(browser, product.url):
        one.sign_in()
        yield one


@pytest.fixture
def shop(product: Product) -> Iterator[str]:
    """The site, followed by the real product."""
    yield from website.serve(website.script_tag(product.url, product.key), product.url, product.key)


@pytest.fixture
def customer(browser: Browser, shop: str) -> Iterator[Page]:
    """A tab of somebody who has never been in the shop."""
    context = browser.new_context(base_url=shop, viewport={"width": 1200, "height": 800}, locale="de-DE")
    yield context.new_page()
    context.close()
