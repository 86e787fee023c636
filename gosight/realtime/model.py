"""What is said over a WebSocket: messages in, replies and refusals out."""

from collections.abc import Iterable

import msgspec

from gosight.kit.bus import ALERTS, EVENTS, SESSIONS
from gosight.kit.errors import BadRequest, GoSightError, field_error

CHANNELS = (SESSIONS, EVENTS, ALERTS)
MAX_MESSAGE = 16 * 1024
"""Bytes of a message from a client; ours have some 400, a token included."""
MAX_CLIENT = 64
"""Characters of the name by which a client knows itself again."""
MAX_TOKEN = 2_048

GOING_AWAY = 1001
TOO_LARGE = 1009

_encode = msgspec.json.Encoder().encode


class Auth(msgspec.Struct, frozen=True):
    """`token`: a member's access token, or a key that reads. `client`: who comes again under this name takes their own
    earlier connection's place. `take_over`: the place of any other connection of theirs, where the limit is reached."""

    token: str = ""
    client: str = ""
    take_over: bool = False


class Subscribe(msgspec.Struct, frozen=True):
    channels: tuple[str, ...]


class Unsubscribe(msgspec.Struct, frozen=True):
    channels: tuple[str, ...]


class Ping(msgspec.Struct, frozen=True):
    pass


Asked = Auth | Subscribe | Unsubscribe | Ping


def read(text: str) -> Asked:
    """A client's message. Raises `BadRequest` that says what was expected, and came."""
    try:
        told = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise BadRequest(f"expected a JSON object, got {_shown(text)}") from None
    if not isinstance(told, dict):
        raise BadRequest(f"expected a JSON object, got {_shown(text)}")
    match told.get("type"):
        case "auth":
            return _auth(told)
        case "subscribe":
            return Subscribe(_channels(told))
        case "unsubscribe":
            return Unsubscribe(_channels(told))
        case "ping":
            return Ping()
        case other:
            raise field_error("type", "auth, subscribe, unsubscribe or ping", other)


def _auth(told: dict[str, object]) -> Auth:
    token, client, take_over = told.get("token") or "", told.get("client") or "", told.get("take_over") or False
    if not isinstance(token, str) or len(token) > MAX_TOKEN:
        raise BadRequest(f"token: expected a text of at most {MAX_TOKEN} characters", details={"field": "token"})
    if not isinstance(client, str) or len(client) > MAX_CLIENT:
        raise field_error("client", f"a text of at most {MAX_CLIENT} characters", client)
    if not isinstance(take_over, bool):
        raise field_error("take_over", "true or false", take_over)
    return Auth(token, client, take_over)


def _channels(told: dict[str, object]) -> tuple[str, ...]:
    named = told.get("channels")
    expected = f"a list of {', '.join(CHANNELS[:-1])} or {CHANNELS[-1]}"
    if not isinstance(named, list):
        raise field_error("channels", expected, named)
    for name in named:
        if name not in CHANNELS:
            raise field_error("channels", expected, name)
    return tuple(channel for channel in CHANNELS if channel in named)


def _shown(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "...")


def close_code(error: GoSightError) -> int:
    """4000 and the status of HTTP, but where WebSockets have a code of their own."""
    return {413: TOO_LARGE, 503: GOING_AWAY}.get(error.status, 4000 + error.status)


def refusal(error: GoSightError) -> str:
    return _encode({"type": "error", "error": {"code": error.code, "message": error.message}}).decode()


def let_in(project: str, role: str) -> str:
    return _encode({"type": "authenticated", "data": {"project": project, "role": role}}).decode()


def subscribed(channels: Iterable[str]) -> str:
    """All that are subscribed to by now."""
    now = [channel for channel in CHANNELS if channel in channels]
    return _encode({"type": "subscribed", "data": {"channels": now}}).decode()


def dropped(count: int) -> str:
    """So many messages were lost here, since the reader was too slow for them."""
    return _encode({"type": "dropped", "data": {"count": count}}).decode()


PONG = '{"type":"pong"}'
