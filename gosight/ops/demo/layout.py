"""Where elements stand on the demo's pages: at the same place for everybody, narrower on a phone."""

from random import Random

import msgspec

PHONE_PX = 700
"""Windows that are narrower have one column, and pages that are longer by so much:"""
LONGER = 1.7


class Box(msgspec.Struct, frozen=True):
    """CSS pixels from the page's upper left corner."""

    left: int
    top: int
    width: int
    height: int


def page_height(usual: int, width: int) -> int:
    """Of a page in a window of this width."""
    return round(usual * LONGER) if width < PHONE_PX else usual


def box(path: str, selector: str, width: int, height: int) -> Box:
    """Of an element on a page of this width and height: `#menu` and some links stand in its head, all others below."""
    spot = Random(f"{path} {selector}")  # noqa: S311 (believable, not secret)
    wide = min(spot.randint(120, 280), width - 40)
    if selector == "#menu":
        return Box(width - 72, 16, 48, 40)
    if selector.startswith("a[") and width >= PHONE_PX and spot.random() < 0.4:
        return Box(round(width * spot.choice((0.3, 0.4, 0.5, 0.6))), 20, 90, 32)
    column = 0.5 if width < PHONE_PX else spot.choice((0.22, 0.5, 0.5, 0.78))
    left = max(20, min(width - wide - 20, round(width * column - wide / 2)))
    return Box(
        left, round(height * spot.choice((0.12, 0.18, 0.3, 0.45, 0.6, 0.8))), wide, spot.choice((40, 48, 56, 180))
    )
