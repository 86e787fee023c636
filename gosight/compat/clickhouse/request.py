"""What a client sent: in the address, in headers, in the body, in a form."""

import base64
import binascii
import re
import zlib
from collections.abc import Mapping
from email.parser import BytesParser
from email.policy import HTTP
from urllib.parse import parse_qsl

import msgspec

from gosight.compat.clickhouse.errors import Code, Refusal
from gosight.kit import ids
from gosight.kit.wire.asgi import Headers

MAX_BODY = 1024 * 1024
"""Bytes; a query is at most 64 KB, and its parameters come beside it."""
MAX_FIELDS = 1000
_SAFE_ID = re.compile(r"[\w.:-]{1,100}", re.ASCII)


class Credentials(msgspec.Struct, frozen=True):
    """`key` None: none was sent."""

    user: str
    key: str | None


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """`settings`: everything in the address or the form that is neither the query nor a parameter of it."""

    text: str
    parameters: dict[str, str]
    settings: dict[str, str]
    format: str | None
    query_id: str


def fields(query_string: bytes) -> dict[str, str]:
    """Of the address. Where a name comes twice, the last counts, as in ClickHouse."""
    try:
        pairs = parse_qsl(
            query_string.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS
        )
    except (UnicodeDecodeError, ValueError):
        raise Refusal(
            Code.BAD_ARGUMENTS, f"The address must be UTF-8, percent-encoded, with at most {MAX_FIELDS} parameters"
        ) from None
    return dict(pairs)


def credentials(headers: Headers, sent: Mapping[str, str]) -> Credentials:
    """The first of: Authorization, X-ClickHouse-User and -Key (or X-GoSight-Key), user and password in the address."""
    authorization = headers.get(b"authorization", b"").decode("latin-1")
    if authorization:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() == "bearer":
            return Credentials(_text(headers, b"x-clickhouse-user") or sent.get("user", ""), token.strip())
        if scheme.lower() == "basic":
            return _basic(token.strip())
        raise Refusal(Code.AUTHENTICATION_FAILED, "Expected Authorization: Basic or Bearer")
    key = _text(headers, b"x-clickhouse-key") or _text(headers, b"x-gosight-key")
    user = _text(headers, b"x-clickhouse-user")
    if user or key:
        return Credentials(user, key or None)
    return Credentials(sent.get("user", ""), sent.get("password") or None)


def _text(headers: Headers, name: bytes) -> str:
    return headers.get(name, b"").decode("utf-8", "replace").strip()


def _basic(token: str) -> Credentials:
    try:
        user, _, key = base64.b64decode(token, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise Refusal(
            Code.AUTHENTICATION_FAILED, "Expected Authorization: Basic with base64 of user:password"
        ) from None
    return Credentials(user, key or None)


def asked(headers: Headers, sent: dict[str, str], body: bytes) -> Asked:
    """Puts it together. Raises `Refusal`."""
    if sent.get("compress") not in (None, "", "0") or sent.get("decompress") not in (None, "", "0"):
        raise Refusal(
            Code.NOT_IMPLEMENTED,
            "compress and decompress (ClickHouse's own packing) are not known here; use enable_http_compression=1 and "
            "Accept-Encoding: gzip",
        )
    if headers.get(b"content-type", b"").lower().startswith(b"multipart/form-data"):
        sent = sent | _form(headers[b"content-type"], body)
        body = b""
    text = _unpacked(headers, body)
    query = sent.pop("query", "")
    if query.strip() and text.strip():
        raise Refusal(
            Code.READONLY, "Cannot execute query in readonly mode: a query in the address takes no data in the body"
        )
    parameters = {name.removeprefix("param_"): value for name, value in sent.items() if name.startswith("param_")}
    settings = {name: value for name, value in sent.items() if not name.startswith("param_")}
    for secret in ("user", "password"):
        settings.pop(secret, None)
    wanted = settings.pop("default_format", None) or _text(headers, b"x-clickhouse-format") or None
    query_id = settings.pop("query_id", "")
    if not _SAFE_ID.fullmatch(query_id):
        query_id = ids.new("query", 20)
    return Asked(
        text=query if query.strip() else text,
        parameters=parameters,
        settings=settings,
        format=wanted,
        query_id=query_id,
    )


def _form(content_type: bytes, body: bytes) -> dict[str, str]:
    """Fields of a form; a file in it would be a table of the client's own."""
    message = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + content_type + b"\r\n\r\n" + body)
    found: dict[str, str] = {}
    for part in message.iter_parts() if message.is_multipart() else ():
        name = part.get_param("name", header="content-disposition")
        if part.get_filename() is not None or not isinstance(name, str):
            raise Refusal(
                Code.READONLY, "Cannot execute query in readonly mode: tables sent along with a query are not taken"
            )
        value = part.get_payload(decode=True)
        found[name] = _decoded(value if isinstance(value, bytes) else b"")
        if len(found) > MAX_FIELDS:
            raise Refusal(Code.BAD_ARGUMENTS, f"Expected a form with at most {MAX_FIELDS} fields")
    return found


def _unpacked(headers: Headers, body: bytes) -> str:
    packing = headers.get(b"content-encoding", b"").decode("latin-1").strip().lower()
    if packing in ("", "identity"):
        return _decoded(body)
    if packing not in ("gzip", "deflate"):
        raise Refusal(Code.NOT_IMPLEMENTED, "Expected Content-Encoding gzip or deflate, or none")
    inflater = zlib.decompressobj(wbits=47 if packing == "gzip" else 15)
    try:
        unpacked = inflater.decompress(body, MAX_BODY)
    except zlib.error:
        raise Refusal(Code.BAD_ARGUMENTS, f"The body is not {packing}") from None
    if inflater.unconsumed_tail:
        raise Refusal(Code.QUERY_IS_TOO_LARGE, f"Query is too large: expected at most {MAX_BODY} bytes")
    return _decoded(unpacked)


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refusal(Code.BAD_ARGUMENTS, "The query must be UTF-8") from None
