"""A rule from the editor to the moment at which it fires."""

import re
import time
from typing import Any

from playwright.sync_api import expect

from gosight.kit.clock import SECOND, iso_of, system_clock
from tests.browser.product import HTTP, Product
from tests.browser.reader import Reader, settled


def fail(product: Product, times: int, ago: int, session: str) -> None:
    """Errors, some seconds ago."""
    at = system_clock() - ago * SECOND
    events: list[Any] = [
        {"type": "js_error", "ts": iso_of(at), "url": "http://127.0.0.1/checkout", "payload": {"message": f"No {n}"}}
        for n in range(times)
    ]
    body = {"visitor_id": session, "session_id": session, "events": events}
    answer = HTTP.post(
        f"{product.url}/v1/events", json=body, headers={"X-GoSight-Key": product.key, "Origin": "http://127.0.0.1"}
    )
    assert answer.json()["data"]["accepted"] == times


def test_a_rule_is_made_with_a_preview_and_fires(product: Product, reader: Reader) -> None:
    fail(product, 8, 86_400, "before")
    page = reader.open("/app/p/shop/alerts")
    settled(page)
    page.get_by_role("link", name="Make the first one").click()
    page.wait_for_url("**/alerts/rules/new")
    page.get_by_label("Name", exact=True).first.fill("Checkout breaks")
    page.get_by_label("Threshold").fill("5")
    expect(page.get_by_text("This rule would have fired 1 time in the last 7 days.")).to_be_visible()
    page.get_by_role("button", name="Create rule").click()
    page.wait_for_url("**/alerts")
    settled(page)
    row = page.get_by_role("region", name="Rules").get_by_role("listitem")
    expect(row).to_contain_text("JavaScript errors above 5 over 5m")
    expect(row).to_contain_text("Quiet")
    fail(product, 6, 1, "now")
    end = time.monotonic() + 120  # windows end every half minute
    while product.read("/alerts")[0]["state"] != "firing":
        assert time.monotonic() < end
        time.sleep(0.2)
    page.reload()
    settled(page)
    expect(row).to_contain_text("Firing")
    expect(page.get_by_label("1 rule firing").first).to_be_visible()
    page.get_by_role("navigation", name="Alerts").get_by_role("link", name="History").click()
    page.wait_for_url("**/alerts/history")
    settled(page)
    expect(page.get_by_role("region", name="History").get_by_role("listitem")).to_contain_text(re.compile("6.*firing"))
