"""A model's server as the world has them, for both formats: strict about what it is asked, answering from a script."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

import msgspec

KEY = "sk-secret-0123456789"
MODEL = "some-model"


class Reply(msgspec.Struct, frozen=True):
    """Something else than a text. `body` None: nothing comes until the test is over."""

    status: int = 200
    body: bytes | None = b"{}"
    headers: Mapping[str, str] = {}


Script = str | Reply | Callable[[dict[str, Any]], str]


class ModelServer:
    """`script` is worked off one by one; the last entry stays. `asked` are the bodies that came, `problems` what was
    wrong with them."""

    def __init__(self, kind: Literal["anthropic", "openai"], key: str) -> None:
        self.kind = kind
        self.key = key
        self.script: list[Script] = []
        self.asked: list[dict[str, Any]] = []
        self.problems: list[str] = []
        self.port = 0
        self.released = threading.Event()
        self.arrived = threading.Condition()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def settings(self) -> dict[str, Any]:
        """For a world that asks this server."""
        return {
            "ai__provider": self.kind,
            "ai__base_url": self.url,
            "ai__model": MODEL,
            "ai__key": self.key,
            "ai__timeout_seconds": 30,
        }

    def says(self, *script: Script) -> "ModelServer":
        self.script = list(script)
        return self

    def prompts(self) -> list[str]:
        """All that was told with each request."""
        return [json.dumps(body, ensure_ascii=False) for body in self.asked]

    def next(self, body: dict[str, Any]) -> Script:
        with self.arrived:
            self.asked.append(body)
            self.arrived.notify_all()
            return self.script.pop(0) if len(self.script) > 1 else self.script[0]

    def check(self, path: str, headers: Mapping[str, str], body: dict[str, Any]) -> list[str]:
        found = _messages_problems if self.kind == "anthropic" else _chat_problems
        return found(path, headers, body, self.key)

    def text(self, text: str) -> bytes:
        if self.kind == "anthropic":
            blocks = [{"type": "thinking", "thinking": "hm", "signature": "x"}, {"type": "text", "text": text}]
            return json.dumps(
                {"type": "message", "role": "assistant", "content": blocks, "stop_reason": "end_turn"}
            ).encode()
        choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
        return json.dumps({"object": "chat.completion", "choices": [choice]}).encode()


def _messages_problems(path: str, headers: Mapping[str, str], body: dict[str, Any], key: str) -> list[str]:
    """What version 2026-10-21 of the Messages format refuses."""
    problems = []
    if path != "/v1/messages":
        problems.append(f"path {path}")
    if headers.get("anthropic-version") != "2026-10-21":
        problems.append("anthropic-version")
    if headers.get("x-api-key") != (key or None):
        problems.append("x-api-key")
    if set(body) != {"model", "max_tokens", "system", "messages"}:
        problems.append(f"fields {sorted(body)}")
    if not isinstance(body.get("system"), str):
        problems.append("system")
    return problems + _turns_problems(headers, body, body.get("messages", []))


def _chat_problems(path: str, headers: Mapping[str, str], body: dict[str, Any], key: str) -> list[str]:
    problems = []
    if path != "/v1/chat/completions":
        problems.append(f"path {path}")
    if headers.get("authorization") != (f"Bearer {key}" if key else None):
        problems.append("authorization")
    if set(body) != {"model", "max_tokens", "stream", "messages"} or body["stream"] is not False:
        problems.append(f"fields {sorted(body)}")
    messages = body.get("messages", [])
    if not messages or messages[0].get("role") != "system":
        problems.append("the first message is the system's")
    return problems + _turns_problems(headers, body, messages[1:])


def _turns_problems(headers: Mapping[str, str], body: dict[str, Any], turns: list[dict[str, Any]]) -> list[str]:
    problems = []
    if headers.get("content-type") != "application/json":
        problems.append("content-type")
    if body.get("model") != MODEL or not isinstance(body.get("max_tokens"), int):
        problems.append("model or max_tokens")
    if [turn.get("role") for turn in turns] != (["user", "assistant"] * len(turns))[: len(turns)] or len(
        turns
    ) % 2 == 0:
        problems.append("the turns do not alternate from user to user")
    if not all(isinstance(turn.get("content"), str) and turn["content"].strip() for turn in turns):
        problems.append("an empty turn")
    return problems


@contextmanager
def model_server(kind: Literal["anthropic", "openai"], key: str = KEY) -> Iterator[ModelServer]:
    """Fails in the end where a request was not to the letter."""
    model = ModelServer(kind, key)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            headers = {name.lower(): value for name, value in self.headers.items()}
            problems = model.check(self.path, headers, body)
            model.problems.extend(problems)
            said = model.next(body)
            if problems:
                said = Reply(400, json.dumps({"error": {"message": f"{problems} from {self.headers}"}}).encode())
            if callable(said):
                said = said(body)
            reply = Reply(200, model.text(said)) if isinstance(said, str) else said
            if reply.body is None:
                model.released.wait(60)
                self.close_connection = True
                return
            self.send_response(reply.status)
            for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            try:
                self.wfile.write(reply.body)
            except OSError:
                self.close_connection = True  # whoever asked has heard enough

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    model.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield model
        assert model.problems == []
    finally:
        model.released.set()
        server.shutdown()
        server.server_close()
        thread.join()
