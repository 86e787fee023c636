"""What a project's events are called, with properties and common values: what a model must know to write SQL for it.

Names and values come from visitors, so they are data and nothing else; what looks like something about a person is
left out, and so is every value that fewer than three visits had.
"""

import json
from typing import Any

import msgspec

from gosight.events import EventFile
from gosight.query.ai.personal import is_about_somebody, looks_personal
from gosight.store.sqlfile import sql

LATEST = 50_000
"""Events that are looked at: what a site sends now, whatever it sent a year ago."""
MAX_EVENTS, MAX_PROPERTIES, MAX_VALUES, MAX_PAGES = 40, 15, 8, 20
FEW = 20
"""A property with more values than that is not one of a closed list."""
LEAST_SESSIONS = 3
MAX_NAME = 60
"""Characters."""
MAX_BYTES = 12 * 1024
"""Of all of it, as JSON."""


class EventRow(msgspec.Struct, frozen=True):
    event_type: str
    event_name: str | None
    times: int


class PropertyRow(msgspec.Struct, frozen=True):
    event_type: str
    event_name: str | None
    property: str
    kind: str | None
    common: list[str]


class PageRow(msgspec.Struct, frozen=True):
    path: str


_KINDS = {"VARCHAR": "text", "BOOLEAN": "true or false", "OBJECT": "object", "ARRAY": "list", "NULL": "nothing"}


def read(events: EventFile) -> dict[str, Any]:
    """`events` with their `properties` (type, and common values where those are few), and `pages`."""
    with events.reading() as cursor:
        bounds: dict[str, object] = {"latest": LATEST}
        named = cursor.all(sql("query", "facts.events"), bounds | {"most": MAX_EVENTS}, into=EventRow)
        bounds["least"] = LEAST_SESSIONS
        most = {"most": MAX_EVENTS * MAX_PROPERTIES, "few": FEW}
        properties = cursor.all(sql("query", "facts.properties"), bounds | most, into=PropertyRow)
        pages = cursor.all(sql("query", "facts.pages"), bounds | {"most": MAX_PAGES}, into=PageRow)
    told = [_event(row, properties) for row in named if _can_be_told(row.event_type) and _can_be_told(row.event_name)]
    facts: dict[str, list[Any]] = {
        "events": told,
        "pages": [page.path for page in pages if not looks_personal(page.path)],
    }
    while len(json.dumps(facts)) > MAX_BYTES:
        (facts["events"] or facts["pages"]).pop()
    return facts


def _can_be_told(name: str | None) -> bool:
    return name is None or (len(name) <= MAX_NAME and not looks_personal(name))


def _event(row: EventRow, properties: list[PropertyRow]) -> dict[str, Any]:
    told: dict[str, Any] = {"event_type": row.event_type}
    if row.event_name is not None:
        told["event_name"] = row.event_name
    own = [p for p in properties if (p.event_type, p.event_name) == (row.event_type, row.event_name)]
    if own:
        told["properties"] = {p.property: _property(p) for p in own[:MAX_PROPERTIES]}
    return told


def _property(row: PropertyRow) -> dict[str, Any]:
    told: dict[str, Any] = {"type": _KINDS.get(row.kind or "", "number")}
    if not is_about_somebody(row.property):
        values = [value for value in row.common if not looks_personal(value)]
        if values:
            told["common_values"] = values[:MAX_VALUES]
    return told
