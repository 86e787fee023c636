"""Posts to addresses that members typed, by a connection that is made to a checked address and to no other.

httpcore2 is the layer of httpx2 that connects: it follows no redirect, keeps no cookie, reads no proxy from the
environment, and asks us for each connection.
"""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable, Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import quote, urlsplit

import httpcore2
import msgspec

from gosight.outbox.reach import Address, Reach

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 15.0
"""For all of it, from the name to the answer's first line and headers."""
BODY_SECONDS = 3.0
MAX_ANSWER = 2_048
"""Bytes of an answer that are read: enough to see what it says. The rest is left."""
MAX_TRIED = 4
"""Addresses of one name that are tried, one after the other."""

Resolve = Callable[[str, int], Awaitable[list[Address]]]


class NoAnswer(Exception):
    """Nothing came back; says why, in words for who reads the tries."""


class Answer(msgspec.Struct, frozen=True):
    """`headers` by their names in lower case; `body` cut to `MAX_ANSWER` bytes."""

    status: int
    headers: dict[str, str]
    body: str


async def system_resolve(host: str, port: int) -> list[Address]:
    """All addresses of a name, in the system's order."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    return list(dict.fromkeys(addresses))


class Poster:
    """`reach`: None for addresses that the operator configured, which may be anywhere."""

    def __init__(
        self, reach: Reach | None, resolve: Resolve = system_resolve, tls: ssl.SSLContext | None = None
    ) -> None:
        self._backend = _Checked(reach, resolve)
        self._tls = tls or httpcore2.default_ssl_context()

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Raises NoAnswer. Of an answer that breaks off behind its headers, what came."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS + BODY_SECONDS), self._pool() as pool:
                return await self._exchange(pool, _asked(url), headers, body)
        except (TimeoutError, httpcore2.TimeoutException):
            raise NoAnswer(f"no answer within {ANSWER_SECONDS:.0f} s") from None
        except (httpcore2.NetworkError, httpcore2.ProtocolError) as problem:
            raise NoAnswer(_in_words(problem)) from None

    def _pool(self) -> httpcore2.AsyncConnectionPool:
        """One connection, for one request: nothing of one receiver is left for the next."""
        return httpcore2.AsyncConnectionPool(
            ssl_context=self._tls, max_connections=1, max_keepalive_connections=0, network_backend=self._backend
        )

    async def _exchange(
        self, pool: httpcore2.AsyncConnectionPool, url: httpcore2.URL, headers: Mapping[str, str], body: bytes
    ) -> Answer:
        sent = {"Host": _host(url), "Accept": "*/*", "Accept-Encoding": "identity", **headers}
        sent["Content-Length"] = str(len(body))
        seconds = {"connect": CONNECT_SECONDS, "read": ANSWER_SECONDS, "write": ANSWER_SECONDS}
        stream = pool.stream(
            "POST",
            url,
            headers=[(name.encode(), value.encode("latin-1", "replace")) for name, value in sent.items()],
            content=body,
            extensions={"timeout": seconds},
        )
        async with asyncio.timeout(ANSWER_SECONDS) as until, stream as response:
            until.reschedule(asyncio.get_running_loop().time() + BODY_SECONDS + 1)
            told = {n.decode("latin-1").lower(): v.decode("latin-1") for n, v in response.headers}
            return Answer(response.status, told, await _beginning(response))


async def _beginning(response: httpcore2.Response) -> str:
    """The status is what counts: a body that never ends, or breaks off, is as good as what came of it."""
    found = bytearray()
    with contextlib.suppress(TimeoutError, httpcore2.TimeoutException, httpcore2.NetworkError, httpcore2.ProtocolError):
        async with asyncio.timeout(BODY_SECONDS):
            async for piece in response.aiter_stream():
                found += piece
                if len(found) >= MAX_ANSWER:
                    break
    return bytes(found[:MAX_ANSWER]).decode("utf-8", "replace")


class _Checked(httpcore2.AsyncNetworkBackend):
    """Looks a name up, checks every address it has, and connects to one of those: TLS still asks for the name."""

    def __init__(self, reach: Reach | None, resolve: Resolve) -> None:
        self._reach = reach
        self._resolve = resolve
        self._inner = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 (its signature is httpcore2's)
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        addresses = await self._addresses(host, port)
        for address in addresses[: MAX_TRIED - 1]:
            with contextlib.suppress(httpcore2.ConnectError, httpcore2.ConnectTimeout):
                return await self._inner.connect_tcp(str(address), port, timeout, local_address, socket_options)
        return await self._inner.connect_tcp(str(addresses[-1]), port, timeout, local_address, socket_options)

    async def _addresses(self, host: str, port: int) -> list[Address]:
        try:
            addresses = await self._resolve(host, port)
        except (OSError, UnicodeError):
            addresses = []
        if not addresses:
            raise NoAnswer(f"the name {host} is not known")
        for address in addresses:
            refused = self._reach.refusal(address) if self._reach is not None else None
            if refused is not None:
                raise NoAnswer(
                    f"not sent: {host} leads to {refused}" if host != str(address) else f"not sent: {refused}"
                )
        return addresses

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def _asked(url: str) -> httpcore2.URL:
    """Names in their ASCII form, the rest percent-encoded where it is not."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        name = host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        raise NoAnswer(f"the name {host} is not known") from None
    target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
    return httpcore2.URL(
        scheme=parts.scheme.encode(),
        host=name.encode(),
        port=parts.port,
        target=f"{target}?{query}".encode() if query else target.encode(),
    )


def _host(url: httpcore2.URL) -> str:
    name = url.host.decode()
    name = f"[{name}]" if ":" in name else name
    return name if url.port is None else f"{name}:{url.port}"


def _in_words(problem: Exception) -> str:
    text = str(problem) or type(problem).__name__
    if isinstance(problem, httpcore2.ConnectError):
        return f"no connection: {text}"
    if isinstance(problem, httpcore2.ProtocolError):
        return f"the answer is no HTTP or broke off: {text}"
    return f"the connection broke: {text}"
