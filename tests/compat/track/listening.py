"""A program that reads a project's event stream, line by line."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from typing import Any
from urllib.parse import urlencode

import msgspec

from tests.running import PATIENCE_S, Server, Site


class Block(msgspec.Struct, frozen=True):
    """What stands between two empty lines. A comment has the name ":"."""

    name: str
    data: Any = None
    id: str | None = None


class Stream:
    def __init__(self, answer: HTTPResponse) -> None:
        self.answer = answer
        self.last: str | None = None
        """The id of the last message."""
        self.headers = {name.lower(): value for name, value in answer.getheaders()}

    def block(self) -> Block | None:
        """The next one; None where the stream has ended."""
        fields: dict[str, str] = {}
        while line := self.answer.readline().decode():
            if line == "\n":
                data = json.loads(fields["data"]) if "data" in fields else None
                return Block(fields.get("event", ""), data, fields.get("id"))
            name, _, value = line.rstrip("\n").partition(":")
            fields[name if name else "event"] = ":" if not name else value.strip()
        return None

    def events(self, count: int) -> list[dict[str, Any]]:
        """The next so many events, in as many messages as they come."""
        found: list[dict[str, Any]] = []
        while len(found) < count:
            block = self.block()
            assert block is not None, f"the stream ended after {found}"
            if block.name == "new_events":
                assert isinstance(block.data, list)
                assert block.data
                found += block.data
                self.last = block.id
        return found

    def types(self, count: int) -> list[str]:
        return [event["event_type"] for event in self.events(count)]


@contextmanager
def asked(server: Server, project: str, headers: Mapping[str, str], query: Mapping[str, str]) -> Iterator[HTTPResponse]:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_S)
    try:
        connection.request("GET", f"/events/stream/{project}?{urlencode(query)}", headers=dict(headers))
        yield connection.getresponse()
    finally:
        connection.close()


@contextmanager
def listening(
    site: Site, headers: Mapping[str, str] | None = None, query: Mapping[str, str] | None = None
) -> Iterator[Stream]:
    """Once the stream has begun: what happens from then on is told."""
    sent = {"Authorization": f"Bearer {site.read_key}"} if headers is None else headers
    with asked(site.server, site.id, sent, query or {}) as answer:
        assert answer.status == 200, answer.read()
        stream = Stream(answer)
        first = stream.block()
        assert first is not None
        stream.last = first.id
        yield stream
