"""What an event carried, read from the JSON text as it is stored."""

import json

import msgspec


def payload_object(payload: str | None) -> dict[str, object]:
    """A stored payload as an object. The standard library reads a number beyond all floats as infinity, which is null
    where it is written again; what is nested too deeply is empty."""
    if payload is None:
        return {}
    try:
        return msgspec.json.decode(payload, type=dict[str, object])
    except (msgspec.DecodeError, RecursionError):
        return _slowly(payload)


def _slowly(payload: str) -> dict[str, object]:
    try:
        found = json.loads(payload)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
