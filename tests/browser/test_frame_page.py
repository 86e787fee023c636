"""The page that recordings are rebuilt in: what it shows, and what nothing recorded can do there."""

from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Route

from tests.browser.product import HTTP, Product
from tests.browser.receiver import Receiver
from tests.browser.recordings import (
    ELSEWHERE,
    HEIGHT,
    WIDTH,
    Document,
    change,
    hostile,
    looked_at,
    plain,
    snapshot,
    until_asked,
)
from tests.browser.replayed import PICTURE, differences, picture
from tests.browser.test_fidelity import PAGES
from tests.browser.test_recording import recording, sent
from tests.browser.waiting import alike, until

START = 1_760_000_000_000
ANSWERS = {
    "js": ("text/javascript", "top.ran = 99"),
    "html": ("text/html", "<script>top.ran = 99</script>"),
    "css": ("text/css", "p { color: red }"),
    "png": ("image/svg+xml", "<svg xmlns='http://www.w3.org/2000/svg' onload='top.ran = 99'/>"),
}
MORE = {
    "Access-Control-Allow-Origin": "*",
    "Link": ", ".join(
        f"<{ELSEWHERE}/linked-{rel}>; rel={rel}; as=fetch; crossorigin"
        for rel in ("preload", "prefetch", "modulepreload", "stylesheet", "compression-dictionary")
    ),
}
"""What an attacker's answers may ask for in turn."""
ACTS = ("href", "xlink:href", "src", "srcdoc", "data", "action", "formaction", "attributeName", "ping")
OPEN = """() => new Promise((ready) => {
  window.heard = [];
  window.frame = Object.assign(document.createElement("iframe"), {src: "/app/frame.html", width: 800, height: 600});
  addEventListener("message", ({data}) => { heard.push(data); if (data.kind === "ready") ready(); });
  document.body.append(frame);
})"""


DEEP = """(events) => {
  const body = events[1].data.node.childNodes[1].childNodes[1];
  for (let id = 1000, into = body; id < 1900; id++) {
    const child = {type: 2, id, tagName: "b", attributes: {}, childNodes: []};
    into.childNodes.push(child);
    into = child;
  }
  const begin = {kind: "begin", events, until: events[1].timestamp + 10, at: events[1].timestamp, playing: false};
  frame.contentWindow.postMessage(begin, location.origin);
}"""


BESIDE = """() => new Promise((loaded) => {
  window.other = Object.assign(document.createElement("iframe"), {src: "/icon.svg", onload: loaded});
  document.body.append(other);
})"""
SAID = """(data) => {
  frame.contentWindow.dispatchEvent(new MessageEvent("message", {data, origin: %s, source: %s}));
}"""
INSIDE = """(page) => [...page.querySelectorAll("*")].flatMap((element) =>
  element.getAttributeNames().map((name) => [element.localName, name, element.getAttribute(name)]))"""


class Frame:
    """The frame page, as the dashboard around it sees it."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def say(self, kind: str, **more: Any) -> None:
        self.page.evaluate("(said) => frame.contentWindow.postMessage(said, location.origin)", {"kind": kind, **more})

    def begin(self, events: list[Any], until: int, at: int = START, playing: bool = False) -> None:
        self.say("begin", events=events, until=until, at=at, playing=playing)

    def heard(self, kind: str) -> Any:
        """The last message of this kind."""
        until(self.page, "(kind) => heard.some((said) => said.kind === kind)", kind)
        return self.page.evaluate("(kind) => heard.findLast((said) => said.kind === kind)", kind)

    def shows(self, selector: str, words: str) -> None:
        """Waits until the rebuilt page says it."""
        found = "frame.contentDocument.querySelector('iframe')?.contentDocument?.querySelector(selector)?.textContent"
        until(self.page, f"([selector, words]) => {found} === words", [selector, words])

    def picture(self) -> Any:
        """What stands in the rebuilt page now."""
        (inner,) = [each for each in self.page.frames if each.url.endswith("/app/frame.html")]
        inner.evaluate(f"{PICTURE.read_text()}; 0")
        return inner.evaluate("pictureOf(document.querySelector('iframe').contentDocument)")

    def inside(self, expression: str) -> Any:
        """What a function of the rebuilt document gives."""
        inside = "frame.contentDocument.querySelector('iframe').contentDocument"
        return self.page.evaluate(f"({expression})({inside})")


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    started = Product(tmp_path_factory.mktemp("product") / "data", empty=True)
    started.folder.mkdir(mode=0o700, exist_ok=True)
    started.start()
    yield started
    started.stop()


@pytest.fixture
def asked() -> list[Request]:
    """By the frame page and what is in it. The dashboard around it asks for what it needs itself, soon or late."""
    return []


@pytest.fixture
def answered() -> list[str]:
    """What got as far as the attacker's host; what the policy refuses does not."""
    return []


@pytest.fixture
def said() -> list[ConsoleMessage]:
    return []


@pytest.fixture
def frame(
    browser: Browser, product: Product, asked: list[Request], answered: list[str], said: list[ConsoleMessage]
) -> Iterator[Frame]:
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    context.route(f"{ELSEWHERE}/**", answer)
    page = context.new_page()
    page.goto(f"{product.url}/app/sign-in")
    page.evaluate(OPEN)
    page.on("request", lambda request: asked.append(request) if request.frame != page.main_frame else None)
    page.on("console", lambda line: said.append(line))
    page.on("requestfinished", lambda made: answered.append(made.url) if made.url.startswith(ELSEWHERE) else None)
    yield Frame(page)
    context.close()


def answer(route: Route) -> None:
    kind, body = ANSWERS.get(route.request.url.rpartition(".")[2], ("text/html", "<script>top.ran = 99</script>"))
    route.fulfill(status=200, content_type=kind, body=body, headers=MORE)


def test_it_shows_a_moment_and_plays_on(frame: Frame) -> None:
    frame.begin(plain(START, "one", "two", "three", "four"), until=START + 3500, at=START + 1500)
    frame.shows("p", "two")
    assert frame.heard("viewport") == {"kind": "viewport", "width": WIDTH, "height": HEIGHT}
    frame.say("show", at=START + 500, playing=False)
    frame.shows("p", "one")
    frame.say("speed", speed=8)
    frame.say("show", at=START + 500, playing=True)
    frame.shows("p", "four")


def test_it_waits_at_the_end_of_what_it_has_and_goes_on_with_more(frame: Frame) -> None:
    frame.say("speed", speed=8)
    frame.begin(plain(START, "one", "two"), until=START + 1500, playing=True)
    until(frame.page, "() => heard.at(-1).waiting")
    assert frame.heard("at")["at"] == START + 1500
    frame.say("add", events=[change(START + 2000, texts=[{"id": 13, "value": "more"}])], until=START + 3000)
    frame.shows("p", "more")


def test_what_is_dropped_does_not_hold_up_what_plays(frame: Frame) -> None:
    first, second = plain(START, "one", "two"), plain(START + 5000, "five", "six")
    frame.begin(first + second, until=START + 7000, at=START + 5500)
    frame.shows("p", "five")
    frame.say("drop", before=START + 5500)
    frame.say("show", at=START + 6500, playing=False)
    frame.shows("p", "six")


def test_a_page_at_rest_has_its_whole_height(frame: Frame) -> None:
    made = Document()
    tall = [made.element("div", {"style": "height: 100vh"}), made.element("div", {"style": "height: 1000px"})]
    frame.say("page", events=[*plain(START, "early"), *snapshot(START + 5000, made.page(*tall))], at=START + 1)
    told = frame.heard("page")
    assert (told["width"], told["viewport_height"], told["at"]) == (WIDTH, HEIGHT, START + 5000)
    assert HEIGHT + 1000 <= told["height"] <= HEIGHT + 1030
    frame.say("page", events=plain(START, "early"), at=START + 1)
    assert frame.heard("page")["at"] is None


def test_a_page_at_rest_is_laid_out_anew_and_measured(frame: Frame) -> None:
    """Half as wide as the page wherever that is, and nothing where there is no such element or no selector at all."""
    made = Document()
    half = made.element("div", {"id": "half", "style": "width: 50%; height: 40px; margin: 10px 0 0 auto"})
    hidden = made.element("p", {"id": "hidden", "style": "display: none"})
    body = made.page(made.element("style", {}, made.text("body { margin: 0 }")), half, hidden)
    selectors = ["#half", "#none", "#hidden", ">>", ""]
    for width in (WIDTH, WIDTH // 2):
        frame.page.evaluate("() => { heard.length = 0; }")
        frame.say("page", events=snapshot(START, body), at=START, width=width)
        frame.say("measure", selectors=selectors)
        told = frame.heard("measured")
        assert frame.heard("page")["width"] == width
        assert told["selectors"] == selectors
        assert told["boxes"][0] == {"left": width / 2, "top": 10, "width": width / 2, "height": 40}
        assert told["boxes"][1:] == [None] * 4


def test_it_hears_only_the_window_around_it(frame: Frame) -> None:
    begin = {"kind": "begin", "events": plain(START, "one"), "until": START + 100, "at": START, "playing": False}
    frame.page.evaluate(BESIDE)
    for origin, source in (("'https://evil.test'", "window"), ("location.origin", "other.contentWindow")):
        frame.page.evaluate(SAID % (origin, source), begin)
        assert frame.page.evaluate("frame.contentDocument.querySelector('iframe')") is None
    frame.page.evaluate(SAID % ("location.origin", "window"), begin)
    frame.shows("p", "one")


def test_nothing_recorded_runs_or_asks_for_more_than_pictures_and_styles(
    frame: Frame, asked: list[Request], said: list[ConsoleMessage]
) -> None:
    frame.say("speed", speed=4)
    frame.begin(hostile(START), until=START + 1000, playing=True)
    frame.shows("#marker", "after")
    frame.say("show", at=START + 1000, playing=False)
    frame.shows("#marker", "after")
    looked_at(frame.page, asked)
    assert frame.page.evaluate("window.ran") is None
    assert [line.text for line in said if "RAN" in line.text or "Content Security Policy" in line.text] == []
    assert frame.page.evaluate("document.activeElement.localName !== 'iframe'")
    left = frame.inside(INSIDE)
    assert [one for one in left if one[1].lower().startswith("on")] == []
    assert [one for one in left if one[1] in ACTS and "script:" in one[2]] == []
    assert [one for one in left if one[0] in ("iframe", "frame", "embed") and one[1] in ("src", "srcdoc")] == []


def test_a_page_of_any_depth_is_shown_as_deep_as_a_browser_goes(frame: Frame) -> None:
    frame.page.evaluate(DEEP, plain(START, "one"))
    frame.shows("p", "one")
    assert 500 < frame.inside("(page) => page.querySelectorAll('b').length") < 520


@pytest.mark.parametrize("name", PAGES)
def test_a_recorded_page_ends_as_it_did(
    frame: Frame, page: Page, receiver: Receiver, said: list[ConsoleMessage], name: str
) -> None:
    receiver.record()
    receiver.set(privacy={"maskAllInputs": False})
    page.goto(f"/play-{name}.html")
    recording(page)
    page.evaluate("play()")

    def compared() -> Iterable[str]:
        events = sent(page, receiver)
        end = events[-1]["timestamp"] + 1
        frame.begin(events, until=end, at=end)
        frame.page.wait_for_timeout(300)
        return differences(picture(page), frame.picture())

    alike(page, compared)
    assert [line.text for line in said if "Content Security Policy" in line.text or "sandboxed" in line.text] == []


UNCLEANED = """(page) => {
  const add = (tag, attributes, into = page.body) => {
    const made = page.createElement(tag);
    for (const name in attributes) made.setAttribute(name, attributes[name]);
    return into.appendChild(made);
  };
  for (const rel of ["preload", "modulepreload", "manifest", "icon", "prerender", "compression-dictionary"]) {
    for (const as of ["fetch", "script", "video"]) add("link", {rel, as, href: `HOST/${rel}-${as}`}, page.head);
  }
  const video = add("video", {src: "HOST/film.mp4", preload: "auto", autoplay: ""});
  add("track", {src: "HOST/words.vtt", default: ""}, video);
  add("audio", {src: "HOST/sound.mp3", preload: "auto"});
  add("source", {src: "HOST/source.webm"}, add("video", {preload: "auto"}));
  add("script", {src: "HOST/run.js"});
  for (const tag of ["iframe", "embed"]) add(tag, {src: `HOST/${tag}.html`});
  add("object", {data: "HOST/object.html"});
  add("a", {href: "#", ping: "HOST/ping"}).click();
  add("form", {action: "HOST/form", method: "post"}).submit();
  page.defaultView.navigator.sendBeacon?.("HOST/beacon");
  page.defaultView.fetch("HOST/fetch", {mode: "no-cors", keepalive: true}).catch(() => {});
  add("img", {src: "HOST/picture.png"});
}""".replace("HOST", ELSEWHERE)


def test_what_the_cleaning_would_miss_is_refused_by_the_policy(frame: Frame, answered: list[str]) -> None:
    """Put into the rebuilt page as it is, and asked for by scripts that a recording can't have. Not prefetching:
    Chromium allows it where any rule allows the address, so that the cleaning alone has to see to it."""
    frame.begin(plain(START, "one"), until=START + 100)
    frame.shows("p", "one")
    frame.inside(UNCLEANED)
    until_asked(frame.page, lambda: answered, f"{ELSEWHERE}/picture.png")
    frame.page.wait_for_timeout(300)
    assert answered == [f"{ELSEWHERE}/picture.png"]


def test_the_policy_stands_behind_the_cleaning(product: Product) -> None:
    headers = HTTP.get(f"{product.url}/app/frame.html").headers
    rules = dict(rule.strip().split(" ", 1) for rule in headers["content-security-policy"].split(";"))
    for kind in ("default-src", "connect-src", "frame-src", "object-src", "media-src"):
        assert rules[kind] == "'none'", kind
    assert rules["script-src"] == rules["frame-ancestors"] == "'self'"
    assert rules["base-uri"] == rules["form-action"] == "'none'"
    assert headers["x-dns-prefetch-control"] == "off"
    assert headers["referrer-policy"] == "no-referrer"
