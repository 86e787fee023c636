"""A question in SQL: written, run, looked at, kept, shared; and what a viewer sees instead."""

import csv
import io
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from gosight.kit.clock import SECOND, iso_of, system_clock
from tests.browser.product import HTTP, Product
from tests.browser.reader import Reader, joining_as_viewer, settled

EXPLORE = "/app/p/shop/explore"
COUNTED = "SELECT event_type, count() AS n, toStartOfHour(max(timestamp)) AS hour FROM events_raw GROUP BY event_type"


@pytest.fixture
def visited(product: Product) -> Product:
    """Three views and a purchase, a minute ago."""
    at = system_clock() - 60 * SECOND
    events = [
        {"type": kind, "ts": iso_of(at + n), "url": "http://127.0.0.1/checkout", "payload": {"deep": {"n": n}}}
        for n, kind in enumerate(["page_view", "page_view", "page_view", "order_placed"])
    ]
    answer = HTTP.post(
        f"{product.url}/v1/events",
        json={"visitor_id": "v", "session_id": "s", "events": events},
        headers={"X-GoSight-Key": product.key, "Origin": "http://127.0.0.1"},
    )
    assert answer.json()["data"]["accepted"] == 4
    return product


def write(page: Page, sql: str) -> None:
    editor = page.get_by_role("textbox", name="SQL query")
    editor.click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(sql)


def test_a_query_is_written_run_drawn_exported_kept_and_shared(visited: Product, reader: Reader) -> None:
    page = reader.open(EXPLORE)
    settled(page)
    page.get_by_role("textbox", name="SQL query").click()
    page.keyboard.type("SELECT * FROM eve")
    expect(page.get_by_role("option", name="events_raw")).to_be_visible()
    write(page, COUNTED)
    page.keyboard.press("ControlOrMeta+Enter")
    result = page.get_by_role("region", name="Result")
    expect(result.get_by_role("row")).to_have_count(3)
    expect(result).to_contain_text("order_placed")
    expect(page.get_by_text("2 rows ·")).to_be_visible()

    result.get_by_role("button", name="Bars").click()
    expect(result.get_by_role("row", name="page_view")).to_contain_text("3")
    result.get_by_role("button", name="Line").click()
    expect(result.locator("canvas")).to_be_visible()
    write(page, "SELECT event_type, count() AS n FROM events_raw GROUP BY event_type")
    page.get_by_role("button", name="Run").click()
    expect(result).to_contain_text("No line: the result has no column of times")
    write(page, COUNTED)
    page.get_by_role("button", name="Run").click()
    result.get_by_role("button", name="Table").click()

    with page.expect_download() as download:
        result.get_by_role("button", name="Export").click()
        result.get_by_role("button", name="CSV").click()
    rows = list(csv.reader(io.StringIO(download.value.path().read_text())))
    assert (rows[0], len(rows)) == (["event_type", "n", "hour"], 3)

    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_label("Name", exact=True).fill("What happens")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="What happens")).to_be_visible()
    page.wait_for_url("**/explore?saved=query_*")

    other = reader.open(page.url.removeprefix(reader.url))
    settled(other)
    expect(other.get_by_role("heading", name="What happens")).to_be_visible()
    expect(other.get_by_role("region", name="Result").get_by_role("row")).to_have_count(3)
    write(other, "SELECT 42 AS answer")
    other.wait_for_url("**q=*")
    third = reader.open(other.url.removeprefix(reader.url))
    expect(third.get_by_role("region", name="Result")).to_contain_text("42")


def test_what_is_wrong_is_said_and_what_was_written_is_kept(visited: Product, reader: Reader) -> None:
    page = reader.open(EXPLORE)
    settled(page)
    write(page, "SELECT cuont() FROM events_raw")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_role("alert")).to_contain_text("Invalid SQL query")
    page.wait_for_url("**q=*")
    page.get_by_role("link", name="Overview").first.click()
    page.wait_for_url("**/overview*")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Explore").click()
    expect(page.get_by_role("textbox", name="SQL query")).to_contain_text("SELECT cuont() FROM events_raw")


def test_a_figure_of_the_overview_opens_as_its_query(visited: Product, reader: Reader) -> None:
    page = reader.open("/app/p/shop/overview?range=today")
    settled(page)
    page.get_by_role("link", name="Open Page views as SQL").click()
    page.wait_for_url("**/explore*")
    expect(page.get_by_role("textbox", name="SQL query")).to_contain_text("FROM sessions")
    expect(page.get_by_role("region", name="Rows")).to_contain_text("3")


@pytest.fixture
def viewer(browser: Browser, reader: Reader) -> Iterator[Reader]:
    yield from joining_as_viewer(browser, reader)


def test_a_viewer_is_told_why_there_is_nothing_to_ask(viewer: Reader) -> None:
    page = viewer.open(EXPLORE)
    expect(page.get_by_text("Members can ask in SQL; viewers see figures only.")).to_be_visible()
    expect(page.get_by_role("textbox")).to_have_count(0)
    overview = viewer.open("/app/p/shop/overview")
    settled(overview)
    expect(overview.get_by_role("link", name="as SQL")).to_have_count(0)
