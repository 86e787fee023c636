"""Events as stored, read as observations for the signals.

Payloads are whatever a client sent: what doesn't fit is dropped.
"""

import math
from collections.abc import Mapping

from gosight.events.signals import Click, DeadClick, JsError, Moves, Observation

KINDS = frozenset({"click", "dead_click", "js_error", "mouse_move"})
"""Types of events that a signal can come from."""
MAX_PX = 1_000_000
"""CSS pixels: no screen and no page is larger; beyond lies nonsense that would only overflow."""
MAX_OFFSET_MS = 600_000
"""Milliseconds that one mouse_move may span."""
MAX_POINTS = 2_000
"""Points of one mouse_move looked at; 64 KiB hold no more than some 6,000."""


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
    """A click without a place stands at infinity: it can cause an error, but is part of no run."""
    x, y = _number(data.get("x")), _number(data.get("y"))
    if x is None or y is None:
        x, y = _number(data.get("page_x")), _number(data.get("page_y"))
    if x is None or y is None:
        x, y = math.inf, math.inf
    return Click(ts_ms=ts_ms, path=path, url=url, x=x, y=y, selector=_selector(data))


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


def _points(value: object) -> tuple[tuple[int, float, float], ...]:
    if not isinstance(value, list):
        return ()
    found: list[tuple[int, float, float]] = []
    for point in value[:MAX_POINTS]:
        if isinstance(point, list) and len(point) == 3:
            offset, x, y = map(_number, point)
            if offset is not None and x is not None and y is not None and 0 <= offset <= MAX_OFFSET_MS:
                found.append((int(offset), x, y))
    return tuple(found)
