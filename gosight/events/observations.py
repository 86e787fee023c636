"""Events as stored, read as observations for the signals.

Payloads are whatever a client sent: what doesn't fit is dropped.
"""

import math
from collections.abc import Mapping

import msgspec

from gosight.events.signals import Click, DeadClick, JsError, Moves, Observation

KINDS = frozenset({"click", "dead_click", "js_error", "mouse_move"})
"""Types of events that a signal can come from."""
MAX_PX = 1_000_000
"""CSS pixels: no screen and no page is larger; beyond lies nonsense that would only overflow."""
MAX_OFFSET_MS = 600_000
"""Milliseconds that one mouse_move may span."""
MAX_POINTS = 200
"""Points of one mouse_move looked at; the SDK sends 60 at most."""


class _Target(msgspec.Struct, frozen=True):
    selector: str = ""


class _Click(msgspec.Struct):
    """`click` and `dead_click` as they should be."""

    x: float | None = None
    y: float | None = None
    page_x: float | None = None
    page_y: float | None = None
    target: _Target = _Target()


class _Moves(msgspec.Struct):
    points: list[tuple[float, float, float]]


_click_of = msgspec.json.Decoder(_Click).decode
_moves_of = msgspec.json.Decoder(_Moves).decode


def quick(type: str, ts_ms: int, path: str | None, url: str | None, payload: str) -> Observation | None:
    """The observation in an event whose payload is just as it should be, in a third of the time; None where it isn't,
    and `observe` must look closer."""
    try:
        match type:
            case "click":
                said = _click_of(payload)
                x, y = said.x, said.y
                if x is None or y is None or not (-MAX_PX <= x <= MAX_PX and -MAX_PX <= y <= MAX_PX):
                    x, y = _place(x, y, said.page_x, said.page_y)
                return Click(ts_ms=ts_ms, path=path or "", url=url or "", x=x, y=y, selector=said.target.selector)
            case "mouse_move":
                points = tuple(_moves_of(payload).points[:MAX_POINTS])
                return Moves(ts_ms=ts_ms, path=path or "", url=url or "", points=points) if _sound(points) else None
    except (msgspec.DecodeError, RecursionError):
        pass
    return None


def _sound(points: tuple[tuple[float, float, float], ...]) -> bool:
    if not points:
        return False
    offsets, xs, ys = zip(*points, strict=True)
    widest = max(max(xs), max(ys), -min(xs), -min(ys))
    return bool(min(offsets) >= 0 and max(offsets) <= MAX_OFFSET_MS and widest <= MAX_PX)


def observe(
    type: str, ts_ms: int, path: str | None, url: str | None, payload: Mapping[str, object] | None
) -> Observation | None:
    """The observation in an event, or None where it holds none."""
    data = payload or {}
    match type:
        case "click":
            return _click(ts_ms, path or "", url or "", data)
        case "dead_click":
            return DeadClick(ts_ms=ts_ms, path=path or "", url=url or "", selector=_selector(data))
        case "js_error":
            return JsError(ts_ms=ts_ms, message=_text(data.get("message"))[:200])
        case "mouse_move":
            points = _points(data.get("points"))
            return Moves(ts_ms=ts_ms, path=path or "", url=url or "", points=points) if points else None
    return None


def _click(ts_ms: int, path: str, url: str, data: Mapping[str, object]) -> Click:
    x, y = _place(data.get("x"), data.get("y"), data.get("page_x"), data.get("page_y"))
    return Click(ts_ms=ts_ms, path=path, url=url, x=x, y=y, selector=_selector(data))


def _place(x: object, y: object, page_x: object, page_y: object) -> tuple[float, float]:
    """Of the viewport, else of the page. A click without a place stands at infinity: it can cause an error, but is part
    of no run."""
    for across, down in ((_number(x), _number(y)), (_number(page_x), _number(page_y))):
        if across is not None and down is not None:
            return across, down
    return math.inf, math.inf


def _selector(data: Mapping[str, object]) -> str:
    target = data.get("target")
    return _text(target.get("selector")) if isinstance(target, Mapping) else ""


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _number(value: object) -> float | None:
    """A finite number of pixels; NaN, infinities, booleans, strings and the absurd are none."""
    if isinstance(value, int | float) and not isinstance(value, bool) and -MAX_PX <= value <= MAX_PX:
        return value
    return None


def _points(value: object) -> tuple[tuple[float, float, float], ...]:
    if not isinstance(value, list):
        return ()
    found: list[tuple[float, float, float]] = []
    for point in value[:MAX_POINTS]:
        if isinstance(point, list) and len(point) == 3:
            offset, x, y = map(_number, point)
            if offset is not None and x is not None and y is not None and 0 <= offset <= MAX_OFFSET_MS:
                found.append((offset, x, y))
    return tuple(found)
