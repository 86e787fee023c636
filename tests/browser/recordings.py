"""Recordings made by hand: rrweb events as a browser could send them, and as only an attacker would."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from typing import Any

from playwright.sync_api import Page, Request

from tests.browser.product import HTTP, Product
from tests.browser.waiting import PATIENCE_S, STEP_MS

Event = dict[str, Any]
Node = dict[str, Any]
WIDTH, HEIGHT = 800, 600
RUN = "top.ran = (top.ran || 0) + 1; console.log('RAN')"
"""What must never happen."""
LINK = f"javascript:{RUN}"
ELSEWHERE = "http://evil.test"
"""A host that answers everything; only pictures, styles and their fonts may be asked of it."""


def keep(product: Product, chunks: Mapping[int, list[Event]] | list[list[Event]], session: str = "s_1") -> None:
    """Sends chunks, each under its number, as the recorder does."""
    numbered = chunks.items() if isinstance(chunks, Mapping) else enumerate(chunks)
    for index, events in numbered:
        where = {"session_id": session, "visitor_id": "v_1", "index": str(index), "key": product.key}
        answer = HTTP.post(f"{product.url}/v1/replay", params=where, content=json.dumps(events))
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


LOOKED_AT = (
    *("/picture.png", "/srcset.png", "/shared.png", "/poster.png", "/table.png", "/image.svg", "/filtered.png"),
    *("/style.css", "/imported.css", "/layer.css", "/font.woff2"),
    *("/list.png", "/border.png", "/set.png", "/cross.png", "/mask.svg", "/clip.svg", "/before.png", "/fill.svg"),
)
"""Of all that `hostile` names, what a browser shows."""


def not_looked_at(asked: list[Request]) -> list[tuple[str, str, str]]:
    """What was asked for that is neither picture, style nor font: its kind, its address, and which page asked."""
    kinds = ("image", "stylesheet", "font")
    return [
        (made.resource_type, made.url, made.frame.url)
        for made in asked
        # Chromium has no name for the kind of a picture that a style takes a mask or a colour from.
        if made.resource_type not in kinds and not (made.resource_type == "other" and made.url.endswith(".svg"))
    ]


def looked_at(page: Page, asked: list[Request]) -> None:
    """Waits until the browser has asked for all that is to be seen; it asks for nothing else, nor a while later."""
    for path in LOOKED_AT:
        until_asked(page, lambda: [made.url for made in asked], ELSEWHERE + path)
    page.wait_for_timeout(500)
    assert not_looked_at(asked) == []


def until_asked(page: Page, asked: Callable[[], list[str]], address: str) -> None:
    end = time.monotonic() + PATIENCE_S
    while address not in asked():
        assert time.monotonic() < end, f"never asked for {address}, only for {sorted(set(asked()))}"
        page.wait_for_timeout(STEP_MS)


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
    events += disguised(made, start + 600)
    events.append(change(start + 900, texts=[{"id": 13, "value": "after"}]))
    return events


CSS = f"p {{ background: url({LINK}); behavior: url({ELSEWHERE}/x.htc); -moz-binding: url({ELSEWHERE}/x.xml#x) }}"


def disguised(made: Document, at: int) -> list[Event]:
    """Style sheets of which the same number is then said to be something else, so that any `rel` would suit it."""
    sheets = [made.element("link", {"href": f"{ELSEWHERE}/slipped-{id_}.js"}, id_=id_) for id_ in (901, 902)]
    nowhere = {"parentId": 9999, "nextId": None, "node": made.element("a", {}, id_=901)}
    unshown = {"node": {"type": 0, "id": 1, "childNodes": [made.element("a", {}, id_=902)]}}
    rel = {"rel": "prefetch", "as": "fetch"}
    return [
        add(at, *sheets, parent=4),
        change(at + 10, adds=[nowhere]),
        {"type": 2, "timestamp": at + 20, "data": unshown},
        change(at + 30, attributes=[{"id": id_, "attributes": rel} for id_ in (901, 902)]),
    ]


REACHES = f"""
@import url({ELSEWHERE}/layer.css) layer(own) supports(display: block);
@font-face {{ font-family: own; src: url({ELSEWHERE}/font.woff2) }}
p {{
  font-family: own; float: left; list-style-image: url({ELSEWHERE}/list.png);
  border-image: url({ELSEWHERE}/border.png) 1;
  background: image-set(url({ELSEWHERE}/set.png) 1x), -webkit-cross-fade(url({ELSEWHERE}/cross.png), none, 50%);
  mask: url({ELSEWHERE}/mask.svg#m); clip-path: url({ELSEWHERE}/clip.svg#c); filter: url({ELSEWHERE}/filter.svg#f);
  cursor: url({ELSEWHERE}/cursor.cur), auto; shape-outside: url({ELSEWHERE}/shape.png);
  offset-path: url({ELSEWHERE}/path.svg#p);
}}
p::before {{ content: url({ELSEWHERE}/before.png) }}
svg * {{ fill: url({ELSEWHERE}/fill.svg#p); marker: url({ELSEWHERE}/marker.svg#m) }}
"""
"""All that a style can ask for."""
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
    for rel in ("icon", "apple-touch-icon", "compression-dictionary", "stylesheet preload", "expect"):
        yield made.element("link", {"rel": rel, "as": "fetch", "href": f"{ELSEWHERE}/{rel.replace(' ', '-')}"})
    yield made.element("style", {"_cssText": CSS + f"\n@import url('{LINK}');"}, made.text(""))
    yield made.element("style", {}, made.text(f"</style><script>{RUN}</script>", isStyle=True))
    yield made.element("style", {}, made.text(f"@import url('{ELSEWHERE}/imported.css');", isStyle=True))
    yield made.element("style", {}, made.text(REACHES, isStyle=True))


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
    yield made.element(
        "video",
        {"poster": f"{ELSEWHERE}/poster.png", "crossorigin": "use-credentials", "preload": "auto"},
        made.element("source", {"src": f"{ELSEWHERE}/source.webm", "type": "video/webm"}),
        made.element("track", {"src": f"{ELSEWHERE}/words.vtt", "default": "", "kind": "subtitles"}),
    )
    yield made.element("audio", {"src": f"{ELSEWHERE}/sound.mp3", "preload": "auto"})
    yield made.element(
        "img", {"srcset": f"{ELSEWHERE}/srcset.png 1x", "crossorigin": "", "attributionsrc": f"{ELSEWHERE}/attribution"}
    )
    yield made.element("img", {"src": f"{ELSEWHERE}/shared.png", "sharedstoragewritable": "", "browsingtopics": ""})
    yield made.element("table", {"background": f"{ELSEWHERE}/table.png"})
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
        svg("image", {"xlink:href": f"{ELSEWHERE}/image.svg"}),
        svg("filter", {}, svg("feImage", {"href": f"{ELSEWHERE}/filtered.png"})),
        svg("rect", {"fill": f"url({ELSEWHERE}/paint.svg#p)", "width": "9", "height": "9"}),
        svg("foreignObject", {}, inside, made.element("script", {}, made.text(RUN))),
    )
