"""What a recorder would have sent of some of the demo's visits: each page as it stood, and what was done on it."""

import gzip
from collections.abc import Iterator
from random import Random
from urllib.parse import urlsplit

import msgspec

from gosight.ops.demo.scenery import Scene, scene
from gosight.ops.demo.script import Event
from gosight.ops.demo.visits import Visit

SHARE = 0.1
"""Share of visits that are recorded: some hundreds, a few MB."""
MOVE, INTERACTION, SCROLL = 1, 2, 3
"""Sources of rrweb's incremental snapshots."""
CLICK = 2
"""Of its mouse interactions."""
_encode = msgspec.json.Encoder().encode
Recorded = dict[str, object]


def is_recorded(visit: Visit) -> bool:
    """The same visits each time; crawlers never."""
    return "_bot_" not in visit.batch.visitor_id and Random(visit.batch.session_id).random() < SHARE  # noqa: S311


def chunks(visit: Visit) -> list[bytes]:
    """Gzipped, one for each page."""
    width, height = map(int, visit.batch.context["viewport"].split("x"))
    return [_chunk(events, width, height) for events in _pages(visit.batch.events)]


def _pages(events: list[Event]) -> Iterator[list[Event]]:
    """Events from each page view up to the next."""
    page: list[Event] = []
    for event in events:
        if event.type == "page_view":
            if page:
                yield page
            page = [event]
        elif page:
            page.append(event)
    if page:
        yield page


def _chunk(events: list[Event], width: int, height: int) -> bytes:
    view = events[0]
    path = urlsplit(view.url or "").path or "/"
    stage = scene(path, width, height)
    begun: list[Recorded] = [
        {"type": 4, "timestamp": view.ts, "data": {"href": view.url, "width": width, "height": height}},
        {"type": 2, "timestamp": view.ts, "data": {"node": stage.document, "initialOffset": {"left": 0, "top": 0}}},
    ]
    followed = [one for event in events[1:] for one in _happened(event, stage)]
    return gzip.compress(_encode(begun + sorted(followed, key=_when)), 6, mtime=0)


def _when(recorded: Recorded) -> int:
    return int(str(recorded["timestamp"]))


def _happened(event: Event, stage: Scene) -> list[Recorded]:
    told = msgspec.convert(event.payload, _Told)
    if event.type == "mouse_move":
        return [_moved(event.ts, told.points)]
    if event.type == "scroll":
        return [_did(event.ts, source=SCROLL, id=1, x=0, y=told.y)]
    if event.type == "click":
        at = stage.ids.get(told.target.selector, 1)
        scrolled = _did(event.ts - 150, source=SCROLL, id=1, x=0, y=max(0, told.page_y - told.y))
        moved = _moved(event.ts - 100, [(0, told.x, told.y)])
        return [scrolled, moved, _did(event.ts, source=INTERACTION, type=CLICK, id=at, x=told.x, y=told.y)]
    return []


class _Target(msgspec.Struct, frozen=True):
    selector: str = ""


class _Told(msgspec.Struct):
    """What of an event's payload a recording shows."""

    points: list[tuple[int, int, int]] = []
    x: int = 0
    y: int = 0
    page_y: int = 0
    target: _Target = _Target()


def _moved(began: int, points: list[tuple[int, int, int]]) -> Recorded:
    """rrweb tells of places after the last one, each by how long before that it was."""
    last = points[-1][0] if points else 0
    positions = [{"x": x, "y": y, "id": 1, "timeOffset": offset - last} for offset, x, y in points]
    return _did(began + last, source=MOVE, positions=positions)


def _did(at: int, **data: object) -> Recorded:
    return {"type": 3, "timestamp": at, "data": data}
