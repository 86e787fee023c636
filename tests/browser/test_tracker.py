"""tracker.js in a real page, as contract 2 shows it: by script tag and by import, sent to the product itself."""

from typing import Any

from playwright.sync_api import Page

from tests.browser.product import HTTP, Product
from tests.browser.waiting import until


def told(product: Product, count: int, kind: str = "") -> list[dict[str, Any]]:
    """The events of the first session, once there are so many of this type."""

    def found() -> list[dict[str, Any]]:
        sessions = product.read("/sessions")
        events = product.read(f"/sessions/{sessions[0]['id']}/events", per_page=100) if sessions else []
        return [event for event in events if kind in ("", event["type"])]

    found_all: list[dict[str, Any]] = product.wait_for(lambda: found() if len(found()) >= count else None)
    return found_all


def test_the_contracts_script_tag_and_every_call(product: Product, customer: Page) -> None:
    logged: list[str] = []
    customer.on("console", lambda message: logged.append(message.text))
    customer.goto(f"/tracker.html?customer={product.project}")
    customer.evaluate(
        """() => {
          analytics.page({page: '/pricing', title: 'Pricing Page'});
          analytics.track('button_click', 'CTA Click', {button_id: 'signup_cta', position: 'header'});
          analytics.formSubmit('contact_form', {fields: ['name', 'email', 'message']});
          analytics.identify('user_123', {email: 'user@example.com', plan: 'pro'});
        }"""
    )
    customer.evaluate("analytics.flush()")
    events = {event["type"]: event for event in told(product, 6)}
    views = told(product, 2, "page_view")
    assert [(view["path"], view["payload"].get("title")) for view in views] == [
        ("/tracker.html", "Tracked"),
        ("/pricing", "Pricing Page"),
    ]
    assert events["button_click"]["name"] == "CTA Click"
    assert events["button_click"]["payload"] == {"button_id": "signup_cta", "position": "header"}
    assert events["form_submit"]["name"] == "contact_form"
    assert events["form_submit"]["payload"]["fields"] == ["name", "email", "message"]
    [session] = product.read("/sessions")
    assert (session["page_count"], session["user_id"], session["device"]["browser"]) == (2, "user_123", "Chrome")
    visitor = product.read(f"/visitors/{session['visitor_id']}")
    assert visitor["user"] == {"id": "user_123", "traits": {"email": "user@example.com", "plan": "pro"}}
    assert any(line.startswith("AnalyticsTracker: track button_click") for line in logged)


def test_it_follows_a_single_page_application(product: Product, customer: Page) -> None:
    customer.goto(f"/tracker.html?customer={product.project}")
    until(customer, "typeof analytics == 'object'")
    customer.evaluate("history.pushState({}, '', '/spa/cart'); analytics.flush()")
    customer.goto("/bare.html")
    assert [view["path"] for view in told(product, 2, "page_view")] == ["/tracker.html", "/spa/cart"]


def test_as_a_module_it_sends_when_it_was_told_to(product: Product, customer: Page) -> None:
    customer.goto(f"/tracker-module.html?customer={product.project}")
    until(customer, "typeof analytics == 'object'")
    customer.evaluate("analytics.track('one'); analytics.track('two')")
    assert [event["type"] for event in told(product, 2)] == ["one", "two"]


def test_a_page_without_a_key_is_told_so_and_goes_on(product: Product, customer: Page) -> None:
    warned: list[str] = []
    faults: list[str] = []
    customer.on("console", lambda message: warned.append(message.text))
    customer.on("pageerror", lambda error: faults.append(str(error)))
    customer.goto(f"/tracker.html?customer={product.project}&key=")
    with customer.expect_console_message(lambda message: "status 401" in message.text):
        customer.evaluate("analytics.track('nobody'); analytics.flush()")
    customer.evaluate("new AnalyticsTracker(); new AnalyticsTracker({}).track('x')")
    assert any("customerId" in line for line in warned)
    assert faults == []
    assert product.read("/sessions") == []


def test_a_page_elsewhere_listens_with_a_token(product: Product, customer: Page) -> None:
    product.read("")
    signed_in = {"Authorization": f"Bearer {product.token}"}
    token = HTTP.post(f"{product.url}/api/v1/auth/stream-token", headers=signed_in).json()["data"]["token"]
    customer.goto("/bare.html")
    customer.evaluate(
        """address => {
          window.heard = [];
          const source = new EventSource(address);
          source.onopen = () => (window.isOpen = true);
          source.addEventListener('new_events', (e) => window.heard.push(...JSON.parse(e.data)));
        }""",
        f"{product.url}/events/stream/{product.project}?token={token}",
    )
    until(customer, "window.isOpen")
    event = {"customer_id": product.project, "visitor_id": "v", "event_type": "paid", "event_name": "Order"}
    HTTP.post(f"{product.url}/track", json=event, headers={"X-GoSight-Key": product.key})
    until(customer, "heard.length")
    assert customer.evaluate("heard.map((e) => [e.event_type, e.event_name, e.visitor_id])") == [["paid", "Order", "v"]]
