"""The site that a visitor opens: the pages of `site/`, from an origin of its own."""

import mimetypes
import threading
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PAGES = Path(__file__).parent / "site"
LONG_TEXT = "x" * 99 + "😀 and more"
"""A hundred characters end in the middle of the last one that counts double."""


class Quiet(ThreadingHTTPServer):
    """A page that goes away in the middle of an answer is nothing to report."""

    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        pass


def script_tag(server: str, key: str, more: str = "") -> str:
    return f'<script defer src="{server}/gosight.js" data-key="{key}" {more}></script>'


def serve(sdk: str, server: str, key: str, host: str = "127.0.0.1", early: Sequence[str] = ()) -> Iterator[str]:
    """Its address, for as long as it runs. Below /spa/ every path is the one page. `early`: scripts before the SDK,
    looked up for each page."""
    words = {"{{server}}": server, "{{key}}": key, "{{long}}": LONG_TEXT}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            name = "spa.html" if path.startswith("/spa/") else path.strip("/") or "index.html"
            file = PAGES / name
            if name == "words.txt":
                self.answer(200, "text/plain", b"words")
            elif file.parent != PAGES or not file.is_file():
                self.answer(404, "text/plain", b"there is no such page")
            else:
                scripts = "".join(f"<script>{script}</script>" for script in early)
                text = file.read_text().replace("{{sdk}}", scripts + sdk)
                for word, value in words.items():
                    text = text.replace(word, value)
                self.answer(200, mimetypes.guess_type(name)[0] or "text/plain", text.encode())

        def answer(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    site = Quiet((host, 0), Handler)
    thread = threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://{host}:{site.server_port}"
    site.shutdown()
    thread.join()
    site.server_close()
