"""The demo's pages as a recorder sees them: headings, and every element that visitors click where it stands."""

from collections.abc import Iterator

import msgspec

from gosight.ops.demo import layout, world

Node = dict[str, object]
DOCUMENT, DOCTYPE, ELEMENT, TEXT = 0, 1, 2, 3
"""Kinds of nodes in a snapshot of rrweb."""

_CSS = """
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: #28303a; background: #faf8f4; position: relative; }
header { height: 72px; display: flex; align-items: center; padding: 0 24px; background: #fff; }
header b { font-size: 20px; color: #8a4b2a; }
h1 { position: absolute; left: 6%; top: 100px; margin: 0; font-size: 34px; max-width: 60%; }
section { position: absolute; left: 6%; width: 88%; height: 180px; background: #f1ece2; border-radius: 12px; }
.spot { position: absolute; box-sizing: border-box; display: flex; align-items: center; justify-content: center;
  overflow: hidden; background: #8a4b2a; color: #fff; border-radius: 8px; text-decoration: none; font-size: 14px; }
img.spot, div.spot { background: #d9c9a8; color: #28303a; }
h3.spot { background: #fff; color: #28303a; border: 1px solid #e7e2d8; }
"""
_EVERYWHERE = (("#menu", "Menu"), (".more", "Show more"), (".hero img", ""), (".faq h3", "Questions"))
_HERE = {
    "/checkout": (("#pay", "Pay now"),),
    "/cart": (("#apply-coupon", "Apply"),),
    "/pricing": ((".plan-card.team", "Team plan"),),
    "/app/board": ((".card .drag-handle", "⋮⋮"),),
}
_TAGS = {".plan-card.team": "div", ".card .drag-handle": "div"}


class Scene(msgspec.Struct):
    """A page's document, and the ids of its elements by selector. The document itself is 1."""

    document: Node
    ids: dict[str, int]


def scene(path: str, width: int, height: int) -> Scene:
    """A page in a window of this size."""
    page_height = layout.page_height(world.PAGES[path].height, width)
    return _Builder(path, width, max(height, page_height)).scene()


class _Builder:
    """Gives out ids in the order of the document."""

    def __init__(self, path: str, width: int, height: int) -> None:
        self._path = path
        self._width = width
        self._height = height
        self._last = 0
        self._ids: dict[str, int] = {}

    def scene(self) -> Scene:
        page = world.PAGES[self._path]
        document = self._node({"type": DOCUMENT})
        doctype = self._node({"type": DOCTYPE, "name": "html", "publicId": "", "systemId": ""})
        html = self._element("html", {"lang": "en"})
        head = self._element("head", {}, [self._within("title", page.title), self._within("style", _CSS)])
        body = self._element("body", {"style": f"min-height: {self._height}px"})
        header = self._element("header", {}, [self._within("b", "Papermill")])
        body["childNodes"] = [header, self._within("h1", page.title), *self._sections(), *self._spots()]
        html["childNodes"] = [head, body]
        document["childNodes"] = [doctype, html]
        return Scene(document, self._ids)

    def _sections(self) -> Iterator[Node]:
        for top in range(220, self._height - 220, 320):
            yield self._element("section", {"style": f"top: {top}px"})

    def _spots(self) -> Iterator[Node]:
        here = _HERE.get(self._path, ((".preview img", ""),) if self._path.startswith("/templates/") else ())
        links = [(f'a[href="{target}"]', world.PAGES[target].title) for target in dict.fromkeys(self._links())]
        for selector, text in (*_EVERYWHERE, *here, *links):
            yield self._spot(selector, text)

    def _links(self) -> tuple[str, ...]:
        return world.PAGES[self._path].links

    def _spot(self, selector: str, text: str) -> Node:
        """An element that `selector` finds, within whatever that asks for."""
        box = layout.box(self._path, selector, self._width, self._height)
        style = f"left: {box.left}px; top: {box.top}px; width: {box.width}px; height: {box.height}px"
        parent, _, own = selector.rpartition(" ")
        outer = self._element("div", {"class": parent.removeprefix(".")}) if parent else None
        made = self._element(*_named(own if parent else selector, _TAGS.get(selector), style))
        self._ids[selector] = self._last
        if text:
            made["childNodes"] = [self._text(text)]
        if outer is None:
            return made
        outer["childNodes"] = [made]
        return outer

    def _within(self, tag: str, text: str) -> Node:
        made = self._element(tag, {})
        made["childNodes"] = [self._text(text)]
        return made

    def _text(self, text: str) -> Node:
        return self._node({"type": TEXT, "textContent": text})

    def _element(self, tag: str, attributes: dict[str, str], children: list[Node] | None = None) -> Node:
        return self._node({"type": ELEMENT, "tagName": tag, "attributes": attributes, "childNodes": children or []})

    def _node(self, node: Node) -> Node:
        self._last += 1
        return node | {"id": self._last}


def _named(selector: str, tag: str | None, style: str) -> tuple[str, dict[str, str]]:
    """Tag and attributes of what a simple selector finds: `#pay`, `.plan-card.team`, `a[href="/"]`, `img`."""
    attributes = {"class": "spot", "style": style}
    if selector.startswith("#"):
        return tag or "button", attributes | {"id": selector[1:]}
    if selector.startswith("."):
        return tag or "button", attributes | {"class": "spot " + selector[1:].replace(".", " ")}
    if selector.startswith("a["):
        return "a", attributes | {"href": selector.removeprefix('a[href="').removesuffix('"]')}
    return tag or selector, attributes
