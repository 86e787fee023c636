"""Every page, wide and narrow, light and dark: axe-core finds no serious fault, nothing spills over."""

import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

import gosight
from tests.browser.conftest import cannot
from tests.browser.product import Product
from tests.browser.reader import Reader, reading, settled
from tests.browser.recordings import keep, line, long_visit, request

AXE = Path(gosight.__file__).parent / "web" / "node_modules" / "axe-core" / "axe.min.js"
GRAVE = {"serious", "critical"}
WIDTHS = (1440, 360)
OF_COLOUR = ("color-contrast", "link-in-text-block")
"""axe-core's rules that a scheme can break; all others find in the dark what they found in the light."""
PROJECT = "/app/p/demo_tenant"
OUTSIDE = ("/app/sign-in", "/app/setup", "/app/invitations/unknown", "/app/nowhere")
INSIDE = (
    "/app/",
    "/app/account",
    "/app/api",
    "/app/projects/new",
    f"{PROJECT}/overview?range=30d",
    f"{PROJECT}/overview?country=DE&path=/pricing&metric=users",
    f"{PROJECT}/overview?range=yesterday&browser=NoSuchBrowser",
    f"{PROJECT}/overview/country",
    f"{PROJECT}/live",
    f"{PROJECT}/sessions?range=30d",
    f"{PROJECT}/sessions?min_duration=100000",
    f"{PROJECT}/errors?range=30d",
    f"{PROJECT}/errors?status=ignored",
    f"{PROJECT}/errors?search=nothing",
    f"{PROJECT}/insights?range=30d",
    f"{PROJECT}/insights?type=thrashed_cursor&compare=none",
    f"{PROJECT}/insights?path=/nowhere",
    f"{PROJECT}/heatmaps",
    f"{PROJECT}/heatmaps?search=nothing",
    f"{PROJECT}/heatmaps?path=/pricing",
    f"{PROJECT}/heatmaps?path=/pricing&by=rage&device_type=mobile",
    f"{PROJECT}/heatmaps?path=/pricing&map=scroll",
    f"{PROJECT}/heatmaps?path=/pricing&map=attention",
    f"{PROJECT}/heatmaps?path=/pricing&map=move",
    f"{PROJECT}/heatmaps?path=/nowhere",
    f"{PROJECT}/timed",
    f"{PROJECT}/timed?user_id=nobody",
    f"{PROJECT}/settings/timed",
    f"{PROJECT}/alerts/channels",
    f"{PROJECT}/alerts/deliveries",
    f"{PROJECT}/alerts/deliveries/unknown",
    f"{PROJECT}/alerts",
    f"{PROJECT}/alerts/history",
    f"{PROJECT}/alerts/history?rule=nothing",
    f"{PROJECT}/alerts/rules/new",
    f"{PROJECT}/explore",
    f"{PROJECT}/explore?figure=sessions_over_time&range=30d",
    f"{PROJECT}/explore?figure=path&range=30d",
    f"{PROJECT}/system",
    f"{PROJECT}/system?last=24h",
    f"{PROJECT}/install",
    f"{PROJECT}/settings",
    f"{PROJECT}/settings/collecting",
    f"{PROJECT}/settings/signals",
    f"{PROJECT}/settings/keys",
    f"{PROJECT}/settings/members",
)


@pytest.fixture(scope="module")
def axe() -> str:
    if not AXE.is_file():
        cannot("axe-core is not installed: run npm ci in gosight/web")
    return AXE.read_text()


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    started = Product(tmp_path_factory.mktemp("product") / "data")
    started.run("demo", "--days", "3", "--events", "1500")
    started.start()
    yield started
    started.stop()


@pytest.fixture(scope="module")
def reader(browser: Browser, product: Product) -> Iterator[Reader]:
    for one in reading(browser, product.url):
        one.sign_in()
        yield one


@pytest.fixture(scope="module")
def stranger(browser: Browser, product: Product) -> Iterator[Reader]:
    yield from reading(browser, product.url)


@pytest.fixture(scope="module")
def tab(reader: Reader) -> Page:
    return reader.open("/app/nowhere")


@pytest.fixture(scope="module")
def strangers_tab(stranger: Reader) -> Page:
    return stranger.open("/app/nowhere")


@pytest.mark.parametrize("path", INSIDE)
def test_pages_inside(tab: Page, axe: str, path: str) -> None:
    go(tab, path)
    hold(tab, axe)


@pytest.mark.parametrize("path", OUTSIDE)
def test_pages_outside(strangers_tab: Page, axe: str, path: str) -> None:
    go(strangers_tab, path)
    hold(strangers_tab, axe)


def go(page: Page, path: str) -> None:
    """As a link does it: the dashboard stays loaded, and axe-core with it."""
    page.set_viewport_size({"width": WIDTHS[0], "height": 800})
    page.evaluate("path => { history.pushState(null, '', path); dispatchEvent(new PopStateEvent('popstate')); }", path)
    settled(page)


def test_a_session_and_its_visitor(reader: Reader, axe: str) -> None:
    page = reader.open(f"{PROJECT}/sessions?range=30d&sort=events")
    settled(page)
    page.get_by_role("row").nth(1).click()
    page.wait_for_url("**/sessions/*")
    settled(page)
    page.locator("summary").first.click()
    hold(page, axe)
    page.get_by_role("link", name="Everything this visitor did").click()
    page.wait_for_url("**/visitors/*")
    settled(page)
    hold(page, axe)
    page.close()


def test_an_error(reader: Reader, axe: str) -> None:
    page = reader.open(f"{PROJECT}/errors?range=30d&status=all")
    settled(page)
    page.get_by_role("checkbox").nth(1).check()
    hold(page, axe)
    page.get_by_role("row").nth(1).get_by_role("link").click()
    page.wait_for_url("**/errors/err_*")
    settled(page)
    hold(page, axe)
    page.close()


def test_a_replay(reader: Reader, product: Product, axe: str) -> None:
    start = int(time.time() * 1000) - 600_000
    chunks = long_visit(start, 3)
    chunks[0][-1:-1] = [line(start + 1000, "error", "it broke", trace="at pay"), line(start + 2000, "warn", "old")]
    chunks[1][-1:-1] = [request(start + 12_000, "https://shop.example/api/pay", 500)]
    keep(product, chunks)
    page = reader.open("/app/p/shop/sessions/s_1/replay?t=15")
    settled(page)
    page.locator("body").press(" ")
    for tab in ("Network", "Console", "Events"):
        page.get_by_role("tab", name=tab).click()
        hold(page, axe)
    page.locator("body").press("?")
    hold(page, axe)
    page.close()


def test_a_session_without_replay(reader: Reader, axe: str) -> None:
    page = reader.open(f"{PROJECT}/sessions?range=30d")
    settled(page)
    page.get_by_role("row").nth(1).click()
    page.wait_for_url("**/sessions/*")
    page.goto(f"{page.url}/replay")
    settled(page)
    hold(page, axe)
    page.close()


@pytest.mark.parametrize("opener", ["Last 7 days", "Add a filter", "Olga"])
def test_what_opens_over_a_page(reader: Reader, axe: str, opener: str) -> None:
    page = reader.open(f"{PROJECT}/overview")
    settled(page)
    page.get_by_role("button", name=opener).click()
    settled(page)
    hold(page, axe, widths=(1440,))
    page.close()


def test_escape_closes_what_is_open_and_gives_the_focus_back(reader: Reader) -> None:
    page = reader.open(f"{PROJECT}/overview")
    settled(page)
    opener = page.get_by_role("button", name="Last 7 days")
    opener.press("Enter")
    expect(opener).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(opener).to_have_attribute("aria-expanded", "false")
    expect(opener).to_be_focused()
    page.close()


def hold(page: Page, axe: str, widths: tuple[int, ...] = WIDTHS) -> None:
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe + "; 0")
    for width in widths:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        assert grave(page) == [], f"{width} px, light"
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        assert grave(page, {"runOnly": OF_COLOUR}) == [], f"{width} px, dark"


def grave(page: Page, what: Mapping[str, Any] | None = None) -> list[Any]:
    """Rule and elements of each fault. What axe-core tells of where elements are takes it a fifth of its time."""
    asked = {"resultTypes": ["violations"], "selectors": False, "preload": False, **(what or {})}
    found: dict[str, Any] = page.evaluate("asked => axe.run(document, asked)", asked)
    return [
        (fault["id"], [node["html"] for node in fault["nodes"][:3]])
        for fault in found["violations"]
        if fault["impact"] in GRAVE
    ]
