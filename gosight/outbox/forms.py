"""Channels as people write them, looked at field by field: what the address of each type is."""

import base64
import binascii
import re
import secrets
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec

from gosight.kit import ids
from gosight.kit.errors import BadRequest, field_error
from gosight.outbox.model import Channel, Kind
from gosight.outbox.reach import Reach

MAX_URL = 2_000
MAX_RECIPIENTS = 10
MAX_NAME = 100
SECRET_LENGTHS = (16, 200)
WHSEC = "whsec_"

_CHAT = re.compile(r"-?[0-9]{1,20}|@[A-Za-z][A-Za-z0-9_]{3,63}")
_TOKEN = re.compile(r"[0-9]{1,20}:[A-Za-z0-9_-]{20,100}")
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,188}[A-Za-z0-9])?")
_HOST = re.compile(r"[^\s/\\@?#<>\"'%|^`{}]{1,253}")
_SHOWN = frozenset({"id", "type", "name", "is_active", "off_reason", "off_at", "lacks", "chat_id", "to", "url"})

Raw = Mapping[str, Any]
_Address = tuple[dict[str, Any], dict[str, str], object]
"""What is shown, what is secret, and what tells two of them apart."""


def checked(raw: object, field: str, reach: Reach) -> Channel:
    """A channel out of JSON. Raises BadRequest that names the field, such as `channels[0].chat_id`."""
    within = f"{field}." if field else ""
    if not isinstance(raw, Mapping):
        raise field_error(field, 'a channel such as {"type": "telegram", "chat_id": "-123456789"}', raw)
    if "id" in raw:
        return _known(raw, within)
    kind = _kind(raw, within)
    fields, read = _FORMS[kind]
    for key in raw:
        if key not in (*fields, "type", "name"):
            expected = ", ".join(("type", *fields, "name"))
            where = f"{within}{key}"
            raise BadRequest(f"{where}: there is no such field; expected {expected}", details={"field": where})
    address, secret, identity = read(raw, within, reach)
    return Channel(
        within=within,
        type=kind,
        name=name_of(raw.get("name"), f"{within}name"),
        address=address,
        secret=secret,
        identity=ids.digest(msgspec.json.encode([kind, identity], order="sorted").decode()),
    )


def _known(raw: Raw, within: str) -> Channel:
    """One that is there already, as the API has shown it: what stands beside its id must still be so."""
    id_ = raw["id"]
    if not isinstance(id_, str) or not id_.startswith("chan_") or len(id_) > 64:
        raise field_error(f"{within}id", 'the id of a channel such as "chan_4fZk…"', id_)
    for key in raw:
        if key not in _SHOWN:
            where = f"{within}{key}"
            expected = "leave it out beside an id; PATCH of the channel changes it"
            raise BadRequest(f"{where}: {expected}", details={"field": where})
    return Channel(
        within=within, id=id_, address={key: raw[key] for key in ("type", "chat_id", "to", "url") if key in raw}
    )


def _kind(raw: Raw, within: str) -> Kind:
    given = raw.get("type")
    if not isinstance(given, str) or given not in list(Kind):
        raise field_error(f"{within}type", f"one of {', '.join(Kind)}", given)
    return Kind(given)


def name_of(given: object, field: str) -> str | None:
    """None where no name is given: a channel is then called by its address."""
    if given is None or given == "":
        return None
    if not isinstance(given, str) or not 1 <= len(given.strip()) <= MAX_NAME or _has_control(given):
        raise field_error(field, f"at most {MAX_NAME} characters in one line", given)
    return given.strip()


def _telegram(raw: Raw, within: str, _: Reach) -> _Address:
    given = raw.get("chat_id")
    chat = str(given) if isinstance(given, int) and not isinstance(given, bool) else given
    if not isinstance(chat, str) or not _CHAT.fullmatch(chat.strip()):
        raise field_error(
            f"{within}chat_id", 'a chat\'s number such as "-123456789", or a channel such as "@news"', given
        )
    address = {"chat_id": chat.strip()}
    token = raw.get("bot_token")
    if token is None or token == "":
        return address, {}, address
    if not isinstance(token, str) or not _TOKEN.fullmatch(token.strip()):
        where = f"{within}bot_token"
        raise BadRequest(
            f"{where}: expected a bot's token such as 123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11",
            details={"field": where},
        )
    return address, {"bot_token": token.strip()}, address


def _email(raw: Raw, within: str, _: Reach) -> _Address:
    given = raw.get("to")
    several = given.replace(";", ",").split(",") if isinstance(given, str) else given
    if not isinstance(several, list) or not several:
        raise field_error(f"{within}to", 'an address such as "jane@example.com", or a list of them', given)
    found: list[str] = []
    for one in several:
        address = one.strip().lower() if isinstance(one, str) else ""
        if not _EMAIL.fullmatch(address) or ".." in address:
            raise field_error(f"{within}to", 'an address such as "jane@example.com"', one)
        if address not in found:
            found.append(address)
    if len(found) > MAX_RECIPIENTS:
        raise field_error(f"{within}to", f"at most {MAX_RECIPIENTS} addresses", len(found))
    return {"to": found}, {}, sorted(found)


def _hook(raw: Raw, within: str, reach: Reach) -> _Address:
    """Of Slack and Discord: whoever knows the whole address may post, so what is shown lacks its last part."""
    url = url_of(raw.get("url"), f"{within}url", reach)
    return {"url": _shortened(url)}, {"url": url}, url


def _webhook(raw: Raw, within: str, reach: Reach) -> _Address:
    url = url_of(raw.get("url"), f"{within}url", reach)
    given = raw.get("secret")
    if given is None or given == "":
        return {"url": url}, {}, url
    least, most = SECRET_LENGTHS
    if not isinstance(given, str) or not least <= len(given) <= most or not given.isascii() or not given.isprintable():
        where = f"{within}secret"
        raise BadRequest(f"{where}: expected {least} to {most} printable ASCII characters", details={"field": where})
    if given.startswith(WHSEC) and _decoded(given.removeprefix(WHSEC)) is None:
        where = f"{within}secret"
        raise BadRequest(f"{where}: expected Base64 behind {WHSEC}", details={"field": where})
    return {"url": url}, {"secret": given}, url


def url_of(given: object, field: str, reach: Reach) -> str:
    """An address of the web that messages may be sent to."""
    if not isinstance(given, str) or not given.strip():
        raise field_error(field, 'an address such as "https://example.com/hook"', given)
    url = given.strip()
    expected = f'an address such as "https://example.com/hook", at most {MAX_URL} characters'
    if len(url) > MAX_URL or _has_control(url) or " " in url or "\\" in url:
        raise field_error(field, expected, url)
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise field_error(field, expected, url) from None
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host) or port == 0:
        raise field_error(field, expected, url)
    if "@" in parts.netloc:
        raise BadRequest(f"{field}: expected an address without a name and password in it", details={"field": field})
    refused = reach.refusal_of_host(host)
    if refused is not None:
        raise BadRequest(f"{field}: {refused}", details={"field": field})
    return url.partition("#")[0]


def new_secret() -> str:
    """`whsec_…`, as Standard Webhooks has it: 24 random bytes."""
    return WHSEC + base64.b64encode(secrets.token_bytes(24)).decode()


def signing_key(secret: str) -> bytes:
    """The bytes that a webhook is signed with under Standard Webhooks."""
    decoded = _decoded(secret.removeprefix(WHSEC)) if secret.startswith(WHSEC) else None
    return secret.encode() if decoded is None else decoded


def _decoded(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True) or None
    except (binascii.Error, ValueError):
        return None


def _shortened(url: str) -> str:
    """`https://hooks.slack.com/services/T0/B0/…`"""
    plain = url.partition("?")[0].rstrip("/")
    host_end = plain.find("/", plain.index("//") + 2)
    return f"{plain[: plain.rindex('/')] if host_end >= 0 else plain}/…"


def _has_control(text: str) -> bool:
    return any(unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") for character in text)


_FORMS: dict[Kind, tuple[tuple[str, ...], Callable[[Raw, str, Reach], _Address]]] = {
    Kind.telegram: (("chat_id", "bot_token"), _telegram),
    Kind.email: (("to",), _email),
    Kind.slack: (("url",), _hook),
    Kind.discord: (("url",), _hook),
    Kind.webhook: (("url", "secret"), _webhook),
}
