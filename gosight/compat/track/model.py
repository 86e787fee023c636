"""What contract 2 speaks: events as servers send them, and what the product makes of them."""

import re
from functools import lru_cache

import msgspec

from gosight.events import MAX_ID, NO_PAYLOAD, OF_A_USER, EventIn
from gosight.ingest import Form, Head, Rejection, Sender
from gosight.kit.addresses import is_address, plain
from gosight.kit.errors import BadRequest, field_error

MAX_AGENT = 1_024
"""Characters of a user agent that are kept."""


class Tracked(msgspec.Struct, kw_only=True, gc=False):
    """One event. What stands on it wins over what stands on its batch."""

    event_type: str
    event_name: str | None = None
    event_id: str | None = None
    """Sent again, it is counted once."""
    timestamp: str | int | float | None = None
    customer_id: str | None = None
    visitor_id: str | None = None
    session_id: str | None = None
    user_id: str | None = None
    page_url: str | None = None
    referrer: str | None = None
    properties: msgspec.Raw = NO_PAYLOAD
    ip: str | None = None
    user_agent: str | None = None


class TrackHead(Head):
    """A batch but for its events: what holds for all of them that don't say otherwise."""

    customer_id: str | None = None


FORM = Form(TrackHead, Tracked)
UNKNOWN = Sender("", None)

_FIELDS = {"id": "event_id", "name": "event_name", "payload": "properties", "ts": "timestamp", "type": "event_type"}
"""What contract 0 calls a field, and contract 2."""
_FIELD = re.compile(r"^(id|name|payload|ts|type)\b")


class _Page(msgspec.Struct):
    page: msgspec.Raw = NO_PAYLOAD


class _Identified(msgspec.Struct):
    traits: msgspec.Raw = NO_PAYLOAD


def event(tracked: Tracked) -> EventIn:
    """The event as contract 0 has it."""
    properties = bytes(tracked.properties)
    url = tracked.page_url
    if not url and b'"page"' in properties:
        url = _page(properties)
    if tracked.event_type == "identify":
        properties = _identified(properties)
    return EventIn(
        type=tracked.event_type,
        ts=tracked.timestamp,
        url=url,
        referrer=tracked.referrer,
        name=tracked.event_name or None,
        id=tracked.event_id,
        payload=msgspec.Raw(properties),
        visitor_id=tracked.visitor_id,
        session_id=tracked.session_id,
        user_id=tracked.user_id,
    )


def _page(properties: bytes) -> str | None:
    """The page that properties name: a path, or a whole address."""
    try:
        told = bytes(msgspec.json.decode(properties, type=_Page).page)
        return msgspec.json.decode(told, type=str) if told[:1] == b'"' else None
    except (msgspec.DecodeError, RecursionError):
        return None


def _identified(properties: bytes) -> bytes:
    """Contract 0 keeps what is known of a person in `traits`."""
    if properties[:1] != b"{":
        return properties
    try:
        if bytes(msgspec.json.decode(properties, type=_Identified).traits) != b"null":
            return properties
    except (msgspec.DecodeError, RecursionError):
        return properties
    return b'{"traits":' + properties + b"}"


def about(tracked: Tracked, head: TrackHead, made: EventIn) -> Sender:
    """Whom an event describes that a server sent; names the visitor in `made` where nobody else does."""
    address, agent = tracked.ip, tracked.user_agent
    user = tracked.user_id or head.user_id
    if not (tracked.visitor_id or head.visitor_id):
        if user:
            made.visitor_id = f"{OF_A_USER}{user}"[:MAX_ID]
        elif not address and not agent and (session := tracked.session_id or head.session_id):
            made.visitor_id = f"session:{session}"[:MAX_ID]
    if not address and not agent:
        return UNKNOWN
    return Sender(_address(address) if address else "", agent[:MAX_AGENT] if agent else None)


@lru_cache(maxsize=16_384)
def _address(text: str) -> str:
    if len(text) > 100 or not is_address(text.strip()):
        raise field_error("ip", "an address such as 203.0.113.7", text)
    return plain(text.strip())


def in_words_of_contract_2(rejection: Rejection) -> Rejection:
    """`ts is not a time` is said of `timestamp` here."""
    message = _FIELD.sub(lambda found: _FIELDS[found[1]], rejection.message, count=1)
    return Rejection(rejection.index, rejection.code, message)


def customer(customer_id: str | None) -> str:
    """The project that an event names. Raises where it names none."""
    if not customer_id:
        raise BadRequest("customer_id: is required; expected the id or the slug of the key's project")
    return customer_id
