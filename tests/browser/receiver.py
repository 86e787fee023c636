"""Stands for a GoSight server that fails in the ways we choose; it speaks the real protocol and keeps what it got."""

import gzip
import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec

from gosight.web import Assets
from tests.browser.website import Quiet

KEY = "gs_live_0123456789abcdef"
PATIENCE_S = 30
"""How long a browser may take on a busy machine before we give up; nothing is concluded from how long it took."""
STEP_S = 0.02


class Refusal(msgspec.Struct, frozen=True):
    """What the next request for events gets. Status 0: the connection ends without an answer."""

    status: int
    retry_after: str | None = None
    readable: bool = True
    """With CORS headers; without, the page's script is told of a network error."""


class Received(msgspec.Struct, frozen=True):
    """One request for events, and what it was answered."""

    batch: dict[str, Any]
    status: int
    at: float
    """Seconds, monotonic."""
    headers: dict[str, str]


class Chunk(msgspec.Struct, frozen=True):
    """One request with a piece of a recording, and what it was answered."""

    session: str
    index: int
    visitor: str | None
    events: list[dict[str, Any]]
    text: str
    """As it was sent, unpacked."""
    size: int
    """Bytes as it came."""
    status: int


class Receiver:
    def __init__(self) -> None:
        self.assets = Assets()
        self.received: list[Received] = []
        self.refusals: list[Refusal] = []
        self.chunks: list[Chunk] = []
        """Every request, refused ones and repetitions too."""
        self.replay_refusals: list[Refusal] = []
        self.answers_replay = threading.Event()
        self.answers_replay.set()
        self.down = False
        self.preflights = 0
        self.config_status = 200
        self.config_asked = 0
        self.answers_config = threading.Event()
        self.answers_config.set()
        self.answers_events = threading.Event()
        self.answers_events.set()
        self.settings: dict[str, Any] = {
            "events": {"session": True, "page": True, "mouse": True, "replay": False},
            "privacy": {"maskAllInputs": True, "blockSelectors": [], "storage": "local"},
            "sampling": {"sessionSampleRate": 100, "replaySampleRate": 0},
        }
        self.session_timeout_minutes: float = 30
        self.dead_window_ms = 1000

    def record(self, **replay: object) -> None:
        """Sessions are recorded from now on."""
        self.set(events={"replay": True}, sampling={"replaySampleRate": 100})
        self.settings["replay"] = {"mode": "always"} | replay

    @property
    def stored(self) -> list[Chunk]:
        """Chunks as the real server keeps them: the first of each session and index."""
        kept: dict[tuple[str, int], Chunk] = {}
        for chunk in self.chunks:
            if chunk.status == 200:
                kept.setdefault((chunk.session, chunk.index), chunk)
        return sorted(kept.values(), key=lambda chunk: chunk.events[0]["timestamp"])

    def recorded(self, session: str | None = None) -> list[dict[str, Any]]:
        """The events of a recording, in order."""
        return [event for chunk in self.stored if session in (None, chunk.session) for event in chunk.events]

    def set(self, **sections: dict[str, Any]) -> None:
        """`set(privacy={"storage": "none"})` changes those settings and leaves the others."""
        for name, changes in sections.items():
            self.settings[name] = self.settings.get(name, {}) | changes

    @property
    def batches(self) -> list[dict[str, Any]]:
        """What was taken, each batch once, as the real server counts."""
        taken = {each.batch["batch_id"]: each.batch for each in self.received if each.status == 200}
        return list(taken.values())

    def events(self, *types: str) -> list[dict[str, Any]]:
        return [event for batch in self.batches for event in batch["events"] if not types or event["type"] in types]

    def wait_for(self, found: Callable[[], Any], what: str = "what was waited for") -> Any:
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            if value := found():
                return value
            time.sleep(STEP_S)
        raise AssertionError(f"{what} did not come; there are {self.summary()}")

    def wait_for_events(self, type_: str, count: int = 1) -> list[dict[str, Any]]:
        self.wait_for(lambda: len(self.events(type_)) >= count, f"{count} x {type_}")
        return self.events(type_)

    def summary(self) -> str:
        return json.dumps([[each.status, [e["type"] for e in each.batch["events"]]] for each in self.received])


def serve(receiver: Receiver) -> Iterator[str]:
    """Its address, for as long as it runs."""
    server = Quiet(("127.0.0.1", 0), _handler(receiver))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": STEP_S})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            where = urlsplit(self.path)
            if where.path == "/v1/config":
                self.config(parse_qs(where.query))
                return
            asset = receiver.assets.find(where.path)
            if asset is None:
                self.answer(404, b"")
            else:
                self.answer(200, asset.body, {**asset.headers, "Content-Type": asset.content_type})

        def config(self, query: dict[str, list[str]]) -> None:
            receiver.config_asked += 1
            receiver.answers_config.wait()
            assert query["key"] == [KEY]
            data = {
                "project": "shop",
                "settings": receiver.settings,
                "session_timeout_minutes": receiver.session_timeout_minutes,
                "dead_window_ms": receiver.dead_window_ms,
            }
            body = json.dumps({"success": receiver.config_status == 200, "data": data}).encode()
            self.answer(receiver.config_status, body, {"Content-Type": "application/json", **self.cors()})

        def do_OPTIONS(self) -> None:
            receiver.preflights += 1
            self.answer(204, b"", {**self.cors(), "Access-Control-Allow-Headers": "content-type, x-gosight-key"})

        def do_POST(self) -> None:
            where = urlsplit(self.path)
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if where.path == "/v1/replay":
                self.replay(parse_qs(where.query), body)
                return
            batch = json.loads(body)
            if where.path != "/v1/events" or parse_qs(where.query)["key"] != [KEY]:
                self.answer(401, b"")
                return
            refusal = Refusal(0) if receiver.down else receiver.refusals.pop(0) if receiver.refusals else None
            status = refusal.status if refusal else 200
            received = Received(batch, status, time.monotonic(), {k.lower(): v for k, v in self.headers.items()})
            receiver.received.append(received)
            receiver.answers_events.wait()
            if status == 0:
                self.close_connection = True
                return
            headers = {"Content-Type": "application/json", "Access-Control-Expose-Headers": "Retry-After"}
            if refusal is None or refusal.readable:
                headers |= self.cors()
            if refusal and refusal.retry_after:
                headers["Retry-After"] = refusal.retry_after
            data = {"accepted": len(batch["events"]), "rejected": 0, "errors": []}
            self.answer(status, json.dumps({"success": status == 200, "data": data}).encode(), headers)

        def replay(self, query: dict[str, list[str]], body: bytes) -> None:
            assert query["key"] == [KEY]
            text = (gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body).decode()
            events = json.loads(text)
            [session], index = query["session_id"], int(query["index"][0])
            visitor = query.get("visitor_id", [None])[0]
            down = Refusal(0) if receiver.down else None
            refusal = down or (receiver.replay_refusals.pop(0) if receiver.replay_refusals else None)
            status = refusal.status if refusal else 200
            receiver.chunks.append(Chunk(session, index, visitor, events, text, len(body), status))
            receiver.answers_replay.wait()
            if status == 0:
                self.close_connection = True
                return
            headers = {"Content-Type": "application/json", "Access-Control-Expose-Headers": "Retry-After"}
            if refusal is None or refusal.readable:
                headers |= self.cors()
            if refusal and refusal.retry_after:
                headers["Retry-After"] = refusal.retry_after
            data = {"index": index, "events": len(events)}
            self.answer(status, json.dumps({"success": status == 200, "data": data}).encode(), headers)

        def cors(self) -> dict[str, str]:
            return {"Access-Control-Allow-Origin": self.headers.get("Origin", "*")}

        def answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    return Handler
