"""One plain client for models behind HTTP: the Anthropic Messages format and the OpenAI chat format.

Between them they cover the clouds and what runs at home (Ollama and llama.cpp speak both). Text goes in, text comes
out: no tools, no streaming, and no `temperature`, which version 2026-10-21 of the Messages format refuses. The key goes
to the one configured address and nowhere else: into no log, no message and no answer.
"""

import asyncio
import json
import ssl
from collections.abc import Awaitable, Callable, Sequence
from email.utils import parsedate_to_datetime
from typing import Any, Literal
from urllib.parse import quote, urlsplit

import httpcore2
import msgspec

from gosight.kit.clock import Clock, from_datetime
from gosight.kit.errors import Unavailable

Provider = Literal["anthropic", "openai"]

HOME: dict[Provider, str] = {"anthropic": "https://api.anthropic.com", "openai": "https://api.openai.com/v1"}
"""Where a provider is asked when no other address is configured."""
VERSION = "2026-10-21"
"""Of the Messages format."""
CONNECT_SECONDS = 10.0
MAX_ANSWER = 512 * 1024
"""Bytes of an answer: some 100,000 tokens, many times what is asked for. A longer one is given up."""
MOST_TRIES = 3
AGAIN = frozenset({429, 503, 529})
"""Statuses of a server that has too much to do just now."""
PAUSE_SECONDS = 1.0
"""Before the second try where the server does not say; doubled before the third."""
SPENT = {"max_tokens", "length"}
"""Why an answer ended: it came to `max_tokens`."""
DECLINED = {"refusal", "content_filter"}

Sleep = Callable[[float], Awaitable[None]]


class ModelFailed(Unavailable):
    """No answer of use came from the model's server; the message says what to look at."""


class Said(msgspec.Struct, frozen=True):
    """One turn of a conversation, which the user begins and ends."""

    role: Literal["user", "assistant"]
    text: str


class Model:
    """A model at one address. `seconds` is for one whole answer, pauses and further tries included."""

    def __init__(
        self,
        provider: Provider,
        *,
        base_url: str,
        model: str,
        key: str,
        seconds: float,
        max_tokens: int,
        clock: Clock,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._provider = provider
        self._url = _address(provider, base_url or HOME[provider])
        self._model = model
        self._key = key
        self._seconds = seconds
        self._max_tokens = max_tokens
        self._clock = clock
        self._sleep = sleep
        self._tls: ssl.SSLContext | None = None

    async def answer(self, system: str, turns: Sequence[Said]) -> str:
        """The model's text. Raises ModelFailed."""
        body = json.dumps(self._request(system, turns)).encode()
        try:
            async with asyncio.timeout(self._seconds):
                return await self._tried(body)
        except TimeoutError:
            raise ModelFailed(f"the model did not answer within {self._seconds:g} s (ai.timeout_seconds)") from None

    def _request(self, system: str, turns: Sequence[Said]) -> dict[str, Any]:
        said = [{"role": turn.role, "content": turn.text} for turn in turns]
        if self._provider == "anthropic":
            return {"model": self._model, "max_tokens": self._max_tokens, "system": system, "messages": said}
        # OpenAI's own models want the longer name, which older servers of its format do not know.
        most = "max_completion_tokens" if self._url.host == b"api.openai.com" else "max_tokens"
        said.insert(0, {"role": "system", "content": system})
        return {"model": self._model, most: self._max_tokens, "messages": said, "stream": False}

    def _headers(self, body: bytes) -> list[tuple[bytes, bytes]]:
        host = self._url.host.decode()
        named = f"[{host}]" if ":" in host else host
        sent = {
            "Host": named if self._url.port is None else f"{named}:{self._url.port}",
            "Content-Type": "application/json",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "Content-Length": str(len(body)),
        }
        if self._provider == "anthropic":
            sent["anthropic-version"] = VERSION
            if self._key:
                sent["x-api-key"] = self._key
        elif self._key:
            sent["Authorization"] = f"Bearer {self._key}"
        return [(name.encode(), value.encode()) for name, value in sent.items()]

    async def _tried(self, body: bytes) -> str:
        """A server that is busy is asked again after the pause that it wishes, as long as there is time."""
        loop = asyncio.get_running_loop()
        until = loop.time() + self._seconds
        for tries in range(1, MOST_TRIES + 1):
            status, wished, answer = await self._exchange(body)
            if status == 200:
                return self._text(answer)
            pause = PAUSE_SECONDS * 2 ** (tries - 1) if wished is None else wished
            if status not in AGAIN or tries == MOST_TRIES or loop.time() + pause >= until:
                raise self._refused(status, wished, answer)
            await self._sleep(pause)
        raise AssertionError("the last try returns or raises")

    async def _exchange(self, body: bytes) -> tuple[int, float | None, bytes]:
        """Status, wished pause in seconds, and body, of one request over a connection of its own."""
        self._tls = self._tls or httpcore2.default_ssl_context()
        timeout = {"connect": CONNECT_SECONDS, "read": self._seconds, "write": self._seconds}
        try:
            async with (
                httpcore2.AsyncConnectionPool(
                    ssl_context=self._tls, max_connections=1, max_keepalive_connections=0
                ) as pool,
                pool.stream(
                    "POST", self._url, headers=self._headers(body), content=body, extensions={"timeout": timeout}
                ) as response,
            ):
                told = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
                return response.status, self._wished(told.get("retry-after")), await _whole(response)
        except httpcore2.TimeoutException:
            raise ModelFailed(f"the model's server at {self._place} did not answer in time") from None
        except (httpcore2.NetworkError, httpcore2.ProtocolError) as problem:
            raise ModelFailed(
                f"the model's server at {self._place} cannot be reached or broke off: look at ai.base_url",
                cause=f"{type(problem).__name__}: {self._redacted(str(problem))}",
            ) from None

    @property
    def _place(self) -> str:
        return self._url.host.decode("ascii", "replace")

    def _wished(self, retry_after: str | None) -> float | None:
        """`Retry-After` is a number of seconds or a date."""
        if retry_after is None:
            return None
        try:
            return max(0.0, float(retry_after)) if float(retry_after) < 1e6 else 1e6
        except ValueError:
            pass
        try:
            return max(0.0, (from_datetime(parsedate_to_datetime(retry_after)) - self._clock()) / 1e6)
        except (ValueError, OverflowError):
            return None

    def _text(self, answer: bytes) -> str:
        try:
            told = msgspec.json.decode(answer)
            text, ended = _of_messages(told) if self._provider == "anthropic" else _of_chat(told)
        except (msgspec.DecodeError, UnicodeDecodeError, LookupError, TypeError, AttributeError, RecursionError):
            raise ModelFailed(
                f"the server at {self._place} does not answer in the {self._provider} format: look at ai.provider and"
                " ai.base_url"
            ) from None
        if ended in DECLINED:
            raise ModelFailed("the model declined to answer this")
        if ended in SPENT:
            raise ModelFailed("the model's answer was cut off: ai.max_tokens is too small for it")
        return text

    def _refused(self, status: int, wished: float | None, answer: bytes) -> ModelFailed:
        cause = f"status {status}: {self._redacted(answer[:500].decode('utf-8', 'replace'))}"
        if status in AGAIN:
            wait = None if wished is None else max(1, -int(-wished // 1))
            return ModelFailed(
                f"the model's server has too much to do (status {status})", cause=cause, retry_after=wait
            )
        look = {400: "ai.model and ai.max_tokens", 401: "ai.key", 403: "ai.key", 404: "ai.base_url and ai.model"}
        hint = f": look at {look[status]}" if status in look else ""
        return ModelFailed(f"the model's server answered with status {status}{hint}", cause=cause)

    def _redacted(self, text: str) -> str:
        """Some servers repeat the key when they refuse it."""
        return text.replace(self._key, "(key)") if self._key else text


def _of_messages(told: Any) -> tuple[str, str | None]:
    """Text blocks alone: a model that thinks aloud does so in others."""
    return "".join(block["text"] for block in told["content"] if block["type"] == "text"), told.get("stop_reason")


def _of_chat(told: Any) -> tuple[str, str | None]:
    choice = told["choices"][0]
    content = choice["message"].get("content")
    if not isinstance(content, str | None):
        raise TypeError
    return content or "", choice.get("finish_reason")


async def _whole(response: httpcore2.Response) -> bytes:
    found = bytearray()
    async for piece in response.aiter_stream():
        found += piece
        if len(found) > MAX_ANSWER:
            raise ModelFailed(f"the model's server answered with more than {MAX_ANSWER // 1024} KiB")
    return bytes(found)


def _address(provider: Provider, base_url: str) -> httpcore2.URL:
    """People write the address with and without /v1, as each server's own documents do."""
    parts = urlsplit(base_url)
    path = parts.path.rstrip("/")
    if provider == "anthropic":
        path = path.removesuffix("/v1") + "/v1/messages"
    else:
        path = (path or "/v1") + "/chat/completions"
    return httpcore2.URL(
        scheme=parts.scheme.encode(),
        host=(parts.hostname or "").encode("idna"),
        port=parts.port,
        target=quote(path, safe="/%:@!$&'()*+,;=~-._").encode(),
    )
