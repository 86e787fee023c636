"""Those who get messages: real servers that answer as the world does, well and badly, and remember what came."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec


class Got(msgspec.Struct, frozen=True):
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Receiver:
    """Answers by path: /ok, /status/<n>, /moved, /hang, /nothing, /half, /endless; `replies` has more of them."""

    def __init__(self) -> None:
        self.got: list[Got] = []
        self.arrived = threading.Condition()
        self.released = threading.Event()
        self.replies: dict[str, tuple[int, Mapping[str, str], bytes]] = {}
        self.port = 0
        self.scheme = "http"

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"{self.scheme}://{host}:{self.port}{path}"

    def take(self, got: Got) -> None:
        with self.arrived:
            self.got.append(got)
            self.arrived.notify_all()

    def wait_for(self, count: int) -> None:
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.got) >= count, timeout=60)


@contextmanager
def receiving(tls: Any = None) -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.take(Got(self.path, headers, body))
            self.close_connection = True
            reply = receiver.replies.get(self.path)
            if reply is not None:
                self._reply(*reply)
            elif self.path.startswith("/status/"):
                self._reply(int(self.path.rpartition("/")[2]), {}, b"no")
            else:
                getattr(self, "_" + self.path.strip("/"))()

        def _reply(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def _ok(self) -> None:
            self._reply(200, {}, b"thank you")

        def _moved(self) -> None:
            self._reply(302, {"Location": receiver.url("/ok")}, b"")

        def _hang(self) -> None:
            receiver.released.wait(60)

        def _nothing(self) -> None:
            """Hang up without a word."""

        def _half(self) -> None:
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of it")

        def _broken(self) -> None:
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Le")

        def _endless(self) -> None:
            self.wfile.write(b"HTTP/1.1 500 No\r\nTransfer-Encoding: chunked\r\n\r\n")
            try:
                while not receiver.released.is_set():
                    self.wfile.write(b"400\r\n" + b"x" * 0x400 + b"\r\n")
            except OSError:
                receiver.released.set()  # whoever listened has gone

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
        receiver.scheme = "https"
    receiver.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield receiver
    finally:
        receiver.released.set()
        server.shutdown()
        server.server_close()
        thread.join()
