"""Somebody who reads the dashboard, and what their browser must never do meanwhile."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.product import EMAIL, PASSWORD


class Reader:
    """A browser at the dashboard of `url`. `faults`: what a page must not do, such as throw or ask elsewhere."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.context = context
        self.url = url
        self.faults: list[str] = []

    def open(self, path: str) -> Page:
        page = self.context.new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: self.faults.append(f"threw {error}"))
        page.on("dialog", lambda dialog: self.faults.append(f"dialog {dialog.message}"))
        page.on("console", lambda said: self._heard(said.text))
        page.on("request", lambda request: self._asked(request.url))
        page.goto(self.url + path)
        return page

    def sign_in(self, email: str = EMAIL, password: str = PASSWORD) -> None:
        """As the dashboard does it: the cookie is the browser's from here on."""
        answer = self.context.request.post(
            f"{self.url}/api/v1/auth/login",
            data={"email": email, "password": password},
            headers={"X-GoSight-Client": "dashboard"},
        )
        assert answer.ok, answer.text()

    def _heard(self, text: str) -> None:
        if "Content Security Policy" in text:
            self.faults.append(text)

    def _asked(self, url: str) -> None:
        if not url.startswith((self.url, "data:", f"blob:{self.url}/")):
            self.faults.append(f"asked {url}")


def reading(browser: Browser, url: str) -> Iterator[Reader]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    reader = Reader(context, url)
    yield reader
    context.close()
    assert reader.faults == []


def joining_as_viewer(browser: Browser, owner: Reader) -> Iterator[Reader]:
    """Somebody whom the owner of "shop" invites, and who has joined through the link."""
    page = owner.open("/app/p/shop/settings/members")
    page.get_by_label("Email").fill("vic@example.com")
    page.get_by_label("Role", exact=True).select_option("viewer")
    page.get_by_role("button", name="Invite").click()
    link = page.get_by_label("Invitation link").inner_text()
    for viewer in reading(browser, owner.url):
        joining = viewer.open(urlsplit(link).path)
        joining.get_by_label("Your name").fill("Vic")
        joining.get_by_label("Password").fill("viewer viewer")
        joining.get_by_role("button", name="Join").click()
        joining.wait_for_url("**/overview")
        yield viewer


def settled(page: Page) -> None:
    """Everything that the page asked for is there."""
    page.wait_for_selector("main h1", state="attached")
    expect(page.locator(".bone, [aria-busy=true]")).to_have_count(0)
