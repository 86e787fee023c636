"""Recordings made by hand: rrweb events as a browser could send them, and as only an attacker would."""

import json
from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any

import httpx

from tests.browser.product import Product

Event = dict[str, Any]
Node = dict[str, Any]
WIDTH, HEIGHT = 800, 600
RUN = "top.ran = (top.ran || 0) + 1; console.log('RAN')"
"""What must never happen."""
LINK = f"javascript:{RUN}"
ELSEWHERE = "http://evil.test"
"""A host that answers everything; only pictures and styles may be asked of it."""


def keep(product: Product, chunks: Mapping[int, list[Event]] | list[list[Event]], session: str = "s_1") -> None:
    """Sends chunks, each under its number, as the recorder does."""
    numbered = chunks.items() if isinstance(chunks, Mapping) else enumerate(chunks)
    for index, events in numbered:
        where = {"session_id": session, "visitor_id": "v_1", "index": str(index), "key": product.key}
        answer = httpx.post(f"{product.url}/v1/replay", params=where, content=json.dumps(events))
        assert answer.status_code == 200, answer.text


class Document:
    """Gives nodes their numbers. The html element is 3, head 4, body 5, as in any page."""

    def __init__(self) -> None:
        self.ids = count(100)

    def element(self, tag: str, attributes: Mapping[str, Any] | None = None, *children: Node, **more: Any) -> Node:
        id_ = more.pop("id_", None) or next(self.ids)
        return {"type": 2, "id": id_, "tagName": tag, "attributes": attributes or {}, "childNodes": [*children], **more}

    def text(self, words: str, **more: Any) -> Node:
        return {"type": 3, "id": more.pop("id_", None) or next(self.ids), "textContent": words, **more}

    def page(self, *body: Node, head: tuple[Node, ...] = ()) -> Node:
        html = self.element(
            "html", {}, self.element("head", {}, *head, id_=4), self.element("body", {}, *body, id_=5), id_=3
        )
        kind = {"type": 1, "id": 2, "name": "html", "publicId": "", "systemId": ""}
        return {"type": 0, "id": 1, "childNodes": [kind, html]}


def snapshot(at: int, page: Node, href: str = "https://shop.example/") -> list[Event]:
    """A page as it is, with its viewport. `at` and all times here are milliseconds since 1970."""
    meta = {"type": 4, "timestamp": at, "data": {"href": href, "width": WIDTH, "height": HEIGHT}}
    full = {"type": 2, "timestamp": at, "data": {"node": page, "initialOffset": {"top": 0, "left": 0}}}
    return [meta, full]


def change(at: int, **kinds: Any) -> Event:
    """Of the page: texts, attributes, removes, adds."""
    data = {"source": 0, "texts": [], "attributes": [], "removes": [], "adds": [], **kinds}
    return {"type": 3, "timestamp": at, "data": data}


def add(at: int, *nodes: Node, parent: int = 5) -> Event:
    return change(at, adds=[{"parentId": parent, "nextId": None, "node": node} for node in nodes])


def plain(start: int, *words: str, step_ms: int = 1000) -> list[Event]:
    """A page with one paragraph (13), which says the next word every second, and a pointer that moves."""
    made = Document()
    events = snapshot(start, made.page(made.element("p", {"id": "p"}, made.text(words[0], id_=13), id_=12)))
    for index, word in enumerate(words[1:], 1):
        at = start + index * step_ms
        events.append(change(at, texts=[{"id": 13, "value": word}]))
        position = {"x": 10 * index, "y": 20, "id": 12, "timeOffset": 0}
        events.append({"type": 3, "timestamp": at, "data": {"source": 1, "positions": [position]}})
    return events


def line(at: int, level: str, text: str, **more: str) -> Event:
    """Of the page's console."""
    payload = {"level": level, "text": text, **more}
    return {"type": 6, "timestamp": at, "data": {"plugin": "gosight/console", "payload": payload}}


def request(at: int, url: str, status: int, method: str = "GET") -> Event:
    """That the page's script made; told when it ended."""
    payload = {"method": method, "url": url, "status": status, "duration_ms": 100, "size": 2000, "kind": "fetch"}
    return {"type": 6, "timestamp": at, "data": {"plugin": "gosight/network", "payload": payload}}


def marked(events: list[Event], page: str, number: int) -> list[Event]:
    """A chunk as the recorder ends it: with whose page it is of."""
    payload = {"page": page, "number": number}
    last = events[-1]["timestamp"]
    return [*events, {"type": 5, "timestamp": last, "data": {"tag": "gosight/page", "payload": payload}}]


CHUNK_MS = 10_000


def long_visit(start: int, chunks: int, page: str = "p_1", every: int = 30, words: str = "") -> list[list[Event]]:
    """Chunks of 10 s, a change and a movement each second, a snapshot in every 30th. It says the second it is at."""
    visit = []
    for number in range(chunks):
        began = start + number * CHUNK_MS
        says = [f"{words}{number * 10 + second}" for second in range(10)]
        events = plain(began, *says)
        visit.append(marked(events if number % every == 0 else [changed(began, says[0]), *events[2:]], page, number))
    return visit


def changed(at: int, word: str) -> Event:
    """The paragraph of `plain` says something else."""
    return change(at, texts=[{"id": 13, "value": word}])


def hostile(start: int) -> list[Event]:
    """Everything that somebody may hope to run, in a snapshot, in what is added later, and in changed attributes."""
    made = Document()
    marker = made.element("p", {"id": "marker"}, made.text("before", id_=13), id_=12)
    targets = [made.element(tag, {}, id_=200 + index, isSVG=svg or None) for index, (tag, svg) in enumerate(TARGETS)]
    events = snapshot(start, made.page(marker, *targets, *bodies(made), head=tuple(heads(made))), href=LINK)
    events.append(add(start + 100, *bodies(made)))
    events.append(add(start + 200, *heads(made), parent=4))
    changes = [{"id": 200 + i, "attributes": {name: value}} for i in range(len(TARGETS)) for name, value in ATTRIBUTES]
    events.append(change(start + 300, attributes=changes))
    sheet = {
        "styleId": 1,
        "rules": [{"rule": CSS, "index": 0}, {"rule": f"@import url('{ELSEWHERE}/a.js')", "index": 0}],
    }
    events.append(
        {"type": 3, "timestamp": start + 400, "data": {"source": 15, "id": 1, "styles": [sheet], "styleIds": [1]}}
    )
    events.append({"type": 3, "timestamp": start + 450, "data": {"source": 9, "id": 12, "type": 0, "commands": []}})
    broken: list[dict[str, Any]] = [
        {"source": 2, "type": 99, "id": 12},
        {"source": 1, "positions": []},
        {"source": 8, "id": 12, "adds": [{"rule": 5, "index": "x"}]},
        {"source": 10, "family": "x", "fontSource": f"url({LINK})", "buffer": False},
        {"source": 77},
        {"source": 0},
    ]
    events += [{"type": 3, "timestamp": start + 500, "data": data} for data in broken]
    events.append(change(start + 900, texts=[{"id": 13, "value": "after"}]))
    return events


CSS = f"p {{ background: url({LINK}); behavior: url({ELSEWHERE}/x.htc); -moz-binding: url({ELSEWHERE}/x.xml#x) }}"
TARGETS = [
    (tag, False) for tag in ("a", "iframe", "img", "form", "button", "base", "meta", "link", "object", "embed", "div")
]
TARGETS += [(tag, True) for tag in ("svg", "use", "animate", "set", "a")]
ATTRIBUTES = (
    ("href", LINK),
    ("HREF", "java\nscript:" + RUN),
    ("xlink:href", LINK),
    ("src", LINK),
    ("srcdoc", f"<script>{RUN}</script>"),
    ("data", f"data:text/html,<script>{RUN}</script>"),
    ("action", LINK),
    ("formaction", LINK),
    ("http-equiv", "refresh"),
    ("content", f"0;url={ELSEWHERE}/refresh"),
    ("rel", "preload"),
    ("as", "script"),
    ("onclick", RUN),
    ("onload", RUN),
    ("onerror", RUN),
    ("onfocus", RUN),
    ("ONMOUSEOVER", RUN),
    ("onanimationstart", RUN),
    ("attributeName", "href"),
    ("to", LINK),
    ("style", CSS),
    ("autofocus", ""),
    ("ping", f"{ELSEWHERE}/ping"),
)


def heads(made: Document) -> Iterator[Node]:
    yield made.element("base", {"href": f"{ELSEWHERE}/", "target": "_top"})
    yield made.element("meta", {"http-equiv": "refresh", "content": f"0;url={ELSEWHERE}/refresh"})
    yield made.element("meta", {"HTTP-EQUIV": "Refresh", "content": f"0;url={LINK}"})
    yield made.element("meta", {"name": "referrer", "content": "unsafe-url"})
    yield made.element("script", {"src": f"{ELSEWHERE}/run.js"})
    yield made.element("SCRIPT", {}, made.text(RUN))
    for rel in (
        "preload",
        "modulepreload",
        "prefetch",
        "preconnect",
        "dns-prefetch",
        "manifest",
        "prerender",
        "import",
    ):
        yield made.element("link", {"rel": rel, "as": "script", "href": f"{ELSEWHERE}/{rel}.js"})
    yield made.element("link", {"rel": "stylesheet", "href": f"{ELSEWHERE}/style.css", "onload": RUN})
    yield made.element("link", {"rel": "stylesheet", "href": LINK})
    yield made.element("style", {"_cssText": CSS + f"\n@import url('{LINK}');"}, made.text(""))
    yield made.element("style", {}, made.text(f"</style><script>{RUN}</script>", isStyle=True))
    yield made.element("style", {}, made.text(f"@import url('{ELSEWHERE}/imported.css');", isStyle=True))


def bodies(made: Document) -> Iterator[Node]:
    yield made.element("script", {}, made.text(RUN))
    yield made.element("img", {"src": f"{ELSEWHERE}/picture.png", "onload": RUN, "OnLoad": RUN})
    yield made.element("img", {"src": "x", "onerror": RUN})
    yield made.element("img", {"name": "head"})
    yield made.element(
        "form", {"name": "getElementsByTagName", "action": LINK}, made.element("input", {"name": "childNodes"})
    )
    yield made.element("a", {"href": LINK, "id": "trap", "style": COVER}, made.text("click here"))
    yield made.element("a", {"href": f" \x01java\tscript:{RUN}", "autofocus": ""}, made.text("or here"))
    yield made.element("a", {"href": f"data:text/html,<script>{RUN}</script>", "target": "_top"}, made.text("or here"))
    yield made.element("iframe", {"src": LINK})
    yield made.element("iframe", {"src": f"{ELSEWHERE}/frame.html"})
    yield made.element("IFRAME", {"srcdoc": f"<script>{RUN}</script>"})
    yield made.element("frameset", {}, made.element("frame", {"src": f"{ELSEWHERE}/frame.html"}))
    yield made.element(
        "object", {"data": f"{ELSEWHERE}/object.html"}, made.element("param", {"name": "movie", "value": LINK})
    )
    yield made.element("embed", {"src": f"{ELSEWHERE}/embed.html"})
    yield made.element(
        "form", {"action": f"{ELSEWHERE}/form"}, made.element("button", {"formaction": LINK, "type": "submit"})
    )
    yield made.element(
        "video", {"src": f"{ELSEWHERE}/film.mp4", "autoplay": "", "onerror": RUN, "rr_mediaState": "played"}
    )
    yield made.element("details", {"open": "", "ontoggle": RUN})
    yield made.element("input", {"autofocus": "", "onfocus": RUN, "type": "image", "src": "x"})
    yield made.element("canvas", {"rr_dataURL": f"{ELSEWHERE}/canvas"})
    yield made.element("x-custom", {"is": "script"}, isCustom=True)
    yield made.element("not a name", {"not a name": RUN})
    yield made.element("b", {}, made.element("i", {}, isShadow=True), isShadowHost=True)
    yield made.element("template", {"shadowrootmode": "open"}, made.element("script", {}, made.text(RUN)))
    yield made.element("noscript", {}, made.text(f'<img src=x onerror="{RUN}">'))
    yield picture(made)


COVER = "position:fixed;inset:0;z-index:9"


def picture(made: Document) -> Node:
    """SVG has scripts, links, documents and animations of its own."""

    def svg(tag: str, attributes: Mapping[str, Any] | None = None, *children: Node) -> Node:
        return made.element(tag, attributes, *children, isSVG=True)

    inside = made.element("iframe", {"src": LINK})
    return svg(
        "svg",
        {"onload": RUN, "xml:base": f"{ELSEWHERE}/"},
        svg("script", {"href": f"{ELSEWHERE}/svg.js"}, made.text(RUN)),
        svg("script", {"xlink:href": f"data:text/javascript,{RUN}"}),
        svg("use", {"href": f"{ELSEWHERE}/sprite.svg#x"}),
        svg(
            "use",
            {"xlink:href": f"data:image/svg+xml,<svg id='x' xmlns='http://www.w3.org/2000/svg' onload='{RUN}'/>#x"},
        ),
        svg("a", {"xlink:href": LINK}, svg("animate", {"attributeName": "href", "values": LINK, "dur": "1s"})),
        svg("set", {"attributeName": "onmouseover", "to": RUN}),
        svg("animate", {"attributeName": "x", "onbegin": RUN, "begin": "0s", "dur": "1s"}),
        svg("image", {"href": f"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='{RUN}'/>"}),
        svg("foreignObject", {}, inside, made.element("script", {}, made.text(RUN))),
    )
