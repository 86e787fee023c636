"""What a person sees on the heatmaps, against the product itself."""

import re
from functools import partial
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page, expect

from tests.browser.product import HTTP, Product
from tests.browser.reader import Reader, settled
from tests.browser.waiting import until

SITE = "https://shop.example"


def send(product: Product, session: str, *events: dict[str, Any], viewport: str = "1000x800") -> None:
    batch = {
        "visitor_id": f"v_{session}",
        "session_id": session,
        "context": {"viewport": viewport},
        "events": [{"type": "page_view", "url": f"{SITE}/pricing"}, *events],
    }
    answer = HTTP.post(f"{product.url}/v1/events", json=batch, headers={"X-GoSight-Key": product.key})
    assert answer.json()["data"]["rejected"] == 0, answer.text


def click(selector: str, x: int, y: int, **payload: Any) -> dict[str, Any]:
    target = {"tag": "button", "text": "", "selector": selector}
    place = {"x": x, "y": y % 800, "page_x": x, "page_y": y, "page_height": 2000}
    return {"type": "click", "url": f"{SITE}/pricing", "payload": place | {"target": target} | payload}


WARM = """([x, y]) => {
  const canvas = document.querySelector("canvas"), box = canvas.getBoundingClientRect();
  const at = (of, size, cells) => Math.min(cells - 1, Math.floor((of / size) * cells));
  const pixel = [at(x, 1000, canvas.width), at(y, 2000, canvas.height), 1, 1];
  return canvas.getContext("2d").getImageData(...pixel).data[3];
}"""


def warm(page: Page, x: int, y: int) -> int:
    """How opaque the heat is over a place of a page of 1000 times 2000 pixels: 0 to 255."""
    found: int = page.evaluate(WARM, [x, y])
    return found


def test_from_the_pages_to_the_heat_of_one(product: Product, reader: Reader) -> None:
    send(product, "s1", *(click("#cta", 300, 1200) for _ in range(6)), click(".card", 700, 400))
    page = reader.open("/app/p/shop/heatmaps")
    settled(page)
    page.get_by_role("link", name="/pricing").click()
    page.wait_for_url("**/heatmaps?path=/pricing")
    settled(page)
    expect(page.get_by_text("6 clicks around one place")).to_be_visible()
    assert warm(page, 300, 1200) > 200
    assert 40 < warm(page, 700, 400) < warm(page, 300, 1200)
    assert warm(page, 300, 400) == warm(page, 700, 1200) == 0


def test_the_elements_beside_it(product: Product, reader: Reader) -> None:
    send(product, "s1", *(click("#cta", 300, 1200) for _ in range(6)), click(".card", 700, 400))
    page = reader.open("/app/p/shop/heatmaps?path=/pricing")
    settled(page)
    rows = page.get_by_label("In numbers").get_by_role("listitem")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("#cta")
    page.get_by_role("link", name="Rage and dead clicks").click()
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("1 rage click")


def test_what_the_pointer_is_over(product: Product, reader: Reader) -> None:
    send(product, "s1", *(click("#cta", 300, 1200) for _ in range(6)))
    page = reader.open("/app/p/shop/heatmaps?path=/pricing")
    settled(page)
    box = page.locator("canvas").bounding_box()
    assert box
    scale = box["width"] / 1000
    page.mouse.move(box["x"] + 300 * scale, box["y"] + 400 * scale)
    expect(page.get_by_text("around here")).to_have_count(0)
    page.mouse.wheel(0, 600)
    page.wait_for_timeout(200)
    box = page.locator("canvas").bounding_box()
    assert box
    page.mouse.move(box["x"] + 302 * scale, box["y"] + 1202 * scale)
    expect(page.locator("b", has_text="6 clicks")).to_be_visible()
    expect(page.get_by_text("around here")).to_be_visible()


def test_scrolling_and_attention_in_lines_and_numbers(product: Product, reader: Reader) -> None:
    leave = {"type": "page_exit", "url": f"{SITE}/pricing", "payload": {"time_on_page_ms": 8000, "scroll_depth": 40}}
    send(product, "s1", click("#cta", 300, 100), leave)
    send(product, "s2", leave | {"payload": {"time_on_page_ms": 4000, "scroll_depth": 100}})
    page = reader.open("/app/p/shop/heatmaps?path=/pricing&map=scroll")
    settled(page)
    rows = page.get_by_label("In numbers").get_by_role("row")
    expect(rows.filter(has_text="40%").first).to_contain_text("100%")
    expect(rows.filter(has=page.get_by_role("rowheader", name="50%"))).to_contain_text("50%")
    assert warm(page, 500, 100) > warm(page, 500, 1900) > 0
    page.get_by_role("link", name="Attention").click()
    page.wait_for_url("**map=attention")
    settled(page)
    expect(page.get_by_role("row", name=re.compile(r"^0 – 200"))).to_contain_text("6 s")
    assert warm(page, 500, 100) > 0
    assert warm(page, 500, 1900) == 0


def test_nobody_was_there(reader: Reader) -> None:
    page = reader.open("/app/p/shop/heatmaps")
    settled(page)
    expect(page.get_by_text("Nobody clicked anything in this range.")).to_be_visible()
    page = reader.open("/app/p/shop/heatmaps?path=/pricing")
    settled(page)
    expect(page.get_by_text("Nobody was on this page in this range.")).to_be_visible()


def visit(browser: Browser, shop: str, width: int) -> None:
    """Somebody with a window of this width clicks the button three times, a quarter from its left edge."""
    context = browser.new_context(base_url=shop, viewport={"width": width, "height": 800})
    page = context.new_page()
    page.goto("/heat.html")
    until(page, "window.gosight && gosight.getSessionId()")
    page.wait_for_timeout(400)
    for _ in range(3):
        page.click("#buy", position={"x": 40, "y": 30})
        page.wait_for_timeout(700)
    with page.expect_response(re.compile("/v1/replay")):
        page.evaluate("gosight.flush()")
    context.close()


def asked(product: Product, what: str, **query: Any) -> Any:
    return product.ask("GET", f"{what}?{urlencode({'path': '/heat.html', **query})}")


WIDTH = """() => document.querySelector(".page-shown iframe")
  ?.contentDocument?.querySelector("iframe")?.getAttribute("width")"""


def is_as_wide(page: Page, width: int) -> bool:
    return bool(page.evaluate(WIDTH) == str(width))


OVER = """() => {
  const canvas = document.querySelector("canvas"), frame = document.querySelector(".page-shown iframe");
  const recorded = frame.contentDocument.querySelector("iframe");
  const button = recorded.contentDocument.querySelector("#buy").getBoundingClientRect();
  const [page_width, page_height] = ["width", "height"].map((side) => Number(recorded.getAttribute(side)));
  const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  const [across, down] = [page_width / canvas.width, page_height / canvas.height];
  let hottest = { alpha: 0 };
  let outside = 0;
  for (let row = 0; row < canvas.height; row++)
    for (let column = 0; column < canvas.width; column++) {
      const alpha = pixels[(row * canvas.width + column) * 4 + 3];
      const [x, y] = [(column + 0.5) * across, (row + 0.5) * down];
      const within = { x: (x - button.left) / button.width, y: (y - button.top) / button.height };
      if (alpha > hottest.alpha) hottest = { alpha, ...within };
      const far = Math.max(button.left - x, x - button.right, button.top - y, y - button.bottom);
      if (alpha && far > 60) outside++;
    }
  return { hottest, outside, left: button.left, top: button.top, page_width };
}"""


def drawn(page: Page, width: int) -> Any:
    """What lies over the page, once something does and both are as wide."""
    found = page.evaluate(OVER)
    return found if found["hottest"]["alpha"] > 200 and found["page_width"] == width else None


def test_the_heat_lies_on_the_button_however_wide_the_page_is(
    browser: Browser, product: Product, shop: str, reader: Reader
) -> None:
    """At one width it is at the right, at the other lower and at the left; visitors clicked where it was for them."""
    for width in (1200, 600):
        visit(browser, shop, width)
    product.wait_for(lambda: asked(product, "/heatmaps", type="click")["total_clicks"] == 6)
    product.wait_for(lambda: asked(product, "/heatmaps/page", min_width=1000))
    places = set()
    for width in (1200, 600):
        page = reader.open(f"/app/p/shop/heatmaps?path=/heat.html&width={width}")
        settled(page)
        product.wait_for(partial(is_as_wide, page, width))
        found = product.wait_for(partial(drawn, page, width))
        assert found["hottest"]["alpha"] > 200
        assert abs(found["hottest"]["x"] - 0.25) < 0.06
        assert abs(found["hottest"]["y"] - 0.5) < 0.15
        assert found["outside"] == 0
        places.add((round(found["left"], -1), round(found["top"], -1)))
    assert places == {(940.0, 300.0), (30.0, 800.0)}
