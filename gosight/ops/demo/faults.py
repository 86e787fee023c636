"""What breaks in the demo's shop, as each browser tells of it."""

from random import Random

import msgspec

from gosight.ops.demo import sources, world
from gosight.ops.demo.people import Person
from gosight.ops.demo.script import Script
from gosight.ops.demo.sources import Place, place

Payload = dict[str, object]


class Frame(msgspec.Struct, frozen=True):
    """A function and where in it the code was; Chrome also tells whose method it is."""

    function: str
    place: Place
    of: str = ""
    is_async: bool = False


class Fault(msgspec.Struct, frozen=True):
    """`chrome`, `firefox` and `safari` are its words there; `{n}` and `{s}` are numbers that differ each time."""

    name: str
    weight: int
    error_type: str
    chrome: str
    firefox: str
    safari: str
    frames: tuple[Frame, ...]


_REQUEST = Frame("request", place("api", "src/api.ts", "fetch(HOST"))
_NOT_SAVED = "Order {n} could not be saved: it was changed {s} s ago"
_NOT_JSON = "Unexpected token '<', \"<!DOCTYPE \"... is not valid JSON"

FAULTS = (
    Fault(
        "price",
        46,
        "TypeError",
        "Cannot read properties of undefined (reading 'price')",
        "can't access property \"price\", offer is undefined",
        "undefined is not an object (evaluating 'offer.price')",
        (
            Frame("cartTotal", place("cart", "src/cart.ts", "price *")),
            Frame("render", place("cart", "src/cart.ts", "cartTotal(items));"), "CartView"),
            Frame("update", place("cart", "src/cart.ts", "render(JSON")),
        ),
    ),
    Fault(
        "tap",
        20,
        "TypeError",
        "event.target.closest is not a function",
        "event.target.closest is not a function",
        "event.target.closest is not a function. (In 'event.target.closest(\".card\")', it is undefined)",
        (Frame("onTap", place("app", "src/app.ts", "closest("), "HTMLDocument"),),
    ),
    Fault(
        "offline",
        12,
        "TypeError",
        "Failed to fetch",
        "NetworkError when attempting to fetch resource.",
        "Load failed",
        (_REQUEST, Frame("loadBoards", place("api", "src/api.ts", 'request("/boards")'), is_async=True)),
    ),
    Fault(
        "order",
        9,
        "Error",
        _NOT_SAVED,
        _NOT_SAVED,
        _NOT_SAVED,
        (
            Frame("saveOrder", place("cart", "src/checkout.ts", "Error(`Order")),
            Frame("pay", place("cart", "src/checkout.ts", "saveOrder(order)}"), is_async=True),
        ),
    ),
    Fault(
        "json",
        6,
        "SyntaxError",
        _NOT_JSON,
        "JSON.parse: unexpected character at line 1 column 1 of the JSON data",
        "JSON Parse error: Unrecognized token '<'",
        (
            Frame("parse", place("api", "src/api.ts", "parse(text);")),
            Frame("request", place("api", "src/api.ts", "parse(await"), is_async=True),
        ),
    ),
    Fault(
        "chart",
        4,
        "RangeError",
        "Invalid array length",
        "invalid array length",
        "Array size is not a small enough positive integer.",
        (
            Frame("layout", place("vendor", "node_modules/tiny-chart/chart.js", "Array(width")),
            Frame("draw", place("vendor", "node_modules/tiny-chart/chart.js", "layout(points, canvas")),
            Frame("renderProgress", place("app", "src/progress.ts", "draw(document")),
        ),
    ),
    Fault(
        "gtag",
        4,
        "ReferenceError",
        "gtag is not defined",
        "gtag is not defined",
        "Can't find variable: gtag",
        (Frame("track", place("app", "src/marketing.ts", 'gtag("event"')),),
    ),
)  # fmt: skip


def occur(random: Random, script: Script, who: Person, after_ms: int) -> None:
    """One of the faults, the common ones more often."""
    fault = random.choices(FAULTS, [one.weight for one in FAULTS])[0]
    words = {"n": random.randint(2_000, 9_999), "s": random.randint(1, 600)}
    script.add("js_error", payload(fault, who.user_agent, sources.release_at(script.now_ms), words), after_ms)


def payload(fault: Fault, user_agent: str, release: str, words: dict[str, int]) -> Payload:
    """What the SDK would have sent of it."""
    is_firefox, is_safari = "Firefox/" in user_agent, "Version/" in user_agent
    told = fault.firefox if is_firefox else fault.safari if is_safari else fault.chrome
    message = told.format_map(words) if "{n}" in told else told
    read = _others if is_firefox or is_safari else _chromes
    lines = [read(frame, release) for frame in fault.frames if not (frame.is_async and (is_firefox or is_safari))]
    first = fault.frames[0].place
    return {
        "message": message,
        "error_type": fault.error_type,
        "filename": world.SITE + sources.built_file(first.bundle, release),
        "lineno": 1,
        "colno": first.built_column,
        "stack": "\n".join(lines if is_firefox or is_safari else [f"{fault.error_type}: {message}", *lines]),
        "release": release,
    }


def _chromes(frame: Frame, release: str) -> str:
    name = f"{frame.of}.{frame.function}" if frame.of else frame.function
    return f"    at {'async ' if frame.is_async else ''}{name} ({_where(frame.place, release)})"


def _others(frame: Frame, release: str) -> str:
    return f"{frame.function}@{_where(frame.place, release)}"


def _where(at: Place, release: str) -> str:
    return f"{world.SITE}{sources.built_file(at.bundle, release)}:1:{at.built_column}"
