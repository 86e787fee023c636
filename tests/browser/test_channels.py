"""Channels in the dashboard: added, tested, switched off by their receiver, switched on, and every answer seen."""

import re
from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.browser.product import Product
from tests.browser.reader import reading
from tests.outbox.receivers import receiving


def test_a_channel_is_added_tested_and_seen_to_fail(browser: Browser, tmp_path: Path) -> None:
    product = Product(tmp_path / "data")
    product.start(outbox__allow_private="127.0.0.1")
    try:
        with receiving() as receiver:
            for reader in reading(browser, product.url):
                reader.sign_in()
                page = reader.open("/app/p/shop/alerts/channels")
                expect(page.get_by_text("No channels yet.")).to_be_visible()
                page.get_by_label("Type").select_option("webhook")
                page.get_by_label("Address", exact=True).fill("http://10.0.0.1/")
                page.get_by_role("button", name="Add channel").click()
                expect(page.get_by_role("alert")).to_contain_text("url: 10.0.0.1 is inside a private network")
                page.get_by_label("Address", exact=True).fill(receiver.url("/status/410"))
                page.get_by_label("Name").fill("Our <b>server</b>")
                page.get_by_role("button", name="Add channel").click()
                expect(page.get_by_label("The signing secret")).to_contain_text(re.compile("^whsec_"))
                row = page.get_by_role("region", name="Channels").get_by_role("listitem")
                expect(row).to_contain_text("Our <b>server</b>")
                row.get_by_role("button", name="Test").click()
                expect(row).to_contain_text("its receiver answered 410: it is gone for good")
                row.get_by_role("button", name="Switch").click()
                receiver.replies["/status/410"] = (200, {}, b"welcome back")
                row.get_by_role("link", name="Deliveries").click()
                page.get_by_role("link", name="A test message from GoSight").click()
                page.get_by_role("button", name="Send again").click()
                tries = page.get_by_role("region", name="Tries").get_by_role("row")
                expect(tries).to_have_count(3)
                expect(tries.nth(1)).to_contain_text("answered 410")
                expect(tries.nth(2)).to_contain_text("welcome back")
                expect(page.get_by_role("button", name="Send again")).to_be_enabled()
            first, second = receiver.got
            assert first.headers["webhook-id"] == second.headers["webhook-id"]
    finally:
        product.stop()
