"""Serves the built files: the dashboard under /app/, the SDK at the root. Read once, kept in memory, about 1 MB."""

import hashlib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

from gosight.kit.errors import MethodNotAllowed, NotFound, Unavailable
from gosight.kit.wire.answers import send_answer
from gosight.kit.wire.refusals import send_refusal
from gosight.kit.wire.types import Receive, Scope, Send

DIST: Final = Path(__file__).parent / "dist"
APP: Final = "app/"
INDEX: Final = "app/index.html"
FRAME: Final = "app/frame.html"
"""Recorded pages are rebuilt in it, inside the dashboard."""
HASHED: Final = "app/assets/"
"""Vite names these files after their content."""

AS_MODULE: Final = {"tracker.js": "tracker.mjs"}
"""One address for two texts: contract 2 names `tracker.js` in a script tag and in an import alike, and no text is both
a script and a module. Browsers fetch what is imported in CORS mode (and so a script tag with `crossorigin`, which must
do without)."""

TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".ts": "text/plain; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
"""What may be served. A file of another kind is not, and fails the tests."""

FOREVER: Final = "public, max-age=31536000, immutable"
"""For files whose name changes with their content."""
FIVE_MINUTES: Final = "public, max-age=300"
"""For what other people's pages load: a new release reaches them soon, and not every page view asks."""
ASK_FIRST: Final = "no-cache"

EVERYWHERE: Final = {"X-Content-Type-Options": "nosniff", "Vary": "Accept-Encoding"}
FOR_OTHER_SITES: Final = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
FOR_THE_DASHBOARD: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
}
"""Nothing inline, nothing from outside. A link in the address bar (an invitation) is told to nobody."""
FOR_THE_FRAME: Final = {
    **FOR_THE_DASHBOARD,
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src * 'unsafe-inline'; "
    "img-src * data: blob:; font-src * data:; media-src 'none'; connect-src 'none'; frame-src 'none'; "
    "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
    "X-DNS-Prefetch-Control": "off",
}
"""A recorded page may show its own pictures and styles, wherever they are, and the fonts that its styles name: without
them no line would break where the visitor saw it break. No film or sound: the poster is a picture. No host that a link
names is looked up. The sandboxed frame inside inherits this."""

NOT_BUILT: Final = (
    "The dashboard and the SDK are not built. Install the package (pip install . or pip install -e .), "
    "or run npm ci && npm run build in gosight/web."
)


class Asset(msgspec.Struct, frozen=True, kw_only=True):
    """One file as it goes out. `zipped` is its gzip, None where there is none."""

    body: bytes
    zipped: bytes | None
    content_type: str
    etag: str
    """Of the content, without quotes."""
    headers: Mapping[str, str]


class Assets:
    """The files of one `dist`. `find` is a lookup in a fixed table: no path reaches the disk."""

    def __init__(self, dist: Path = DIST) -> None:
        self.dist = dist
        self.is_built = (dist / INDEX).is_file()
        self._files = {name: dist / name for name in _names(dist)}
        self._read: dict[str, Asset] = {}

    def find(self, path: str) -> Asset | None:
        """The file at this path of the address; below /app/ all else is the dashboard, which finds its own page."""
        name = path.removeprefix("/")
        if name not in self._files:
            if name != "app" and (not name.startswith(APP) or name.startswith(HASHED)):
                return None
            name = INDEX
            if not self.is_built:
                return None
        if name not in self._read:
            self._read[name] = _read(name, self._files[name])
        return self._read[name]

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI: GET and HEAD of what `find` knows."""
        if scope["type"] != "http":
            return
        if scope["method"] not in ("GET", "HEAD"):
            await send_refusal(send, MethodNotAllowed("expected GET or HEAD", headers={"Allow": "GET, HEAD"}))
        elif not self.is_built:
            await send_refusal(send, Unavailable(NOT_BUILT))
        elif (asset := self._asked(scope)) is None:
            await send_refusal(send, NotFound("there is no such file"))
        else:
            await _reply(scope, send, asset)

    def _asked(self, scope: Scope) -> Asset | None:
        path = scope["path"]
        if _header(scope, b"sec-fetch-mode") == "cors":
            path = AS_MODULE.get(path.removeprefix("/"), path)
        return self.find(path)


def _names(dist: Path) -> list[str]:
    """What the server gives out: scripts for other sites at the top, and everything below app/."""
    names = [entry.name for entry in os.scandir(dist) if entry.is_file()] if dist.is_dir() else []
    for folder, _, files in os.walk(dist / APP):
        below = Path(folder).relative_to(dist).as_posix()
        names += [f"{below}/{name}" for name in files]
    return [name for name in names if os.path.splitext(name)[1] in TYPES]


def _read(name: str, file: Path) -> Asset:
    body = file.read_bytes()
    zipped = file.with_name(file.name + ".gz")
    return Asset(
        body=body,
        zipped=zipped.read_bytes() if zipped.is_file() else None,
        content_type=TYPES[file.suffix],
        etag=hashlib.sha256(body).hexdigest()[:32],
        headers=_headers(name),
    )


def _headers(name: str) -> dict[str, str]:
    if not name.startswith(APP):
        both = name in AS_MODULE or name in AS_MODULE.values()
        vary = {"Vary": "Accept-Encoding, Sec-Fetch-Mode"} if both else {}
        return {**EVERYWHERE, **FOR_OTHER_SITES, **vary, "Cache-Control": FIVE_MINUTES}
    cache = FOREVER if name.startswith(HASHED) else ASK_FIRST
    return {**EVERYWHERE, **(FOR_THE_FRAME if name == FRAME else FOR_THE_DASHBOARD), "Cache-Control": cache}


async def _reply(scope: Scope, send: Send, asset: Asset) -> None:
    zip_it = asset.zipped is not None and _accepts_gzip(_header(scope, b"accept-encoding"))
    etag = f'"{asset.etag}{"-gzip" if zip_it else ""}"'
    headers = {**asset.headers, "ETag": etag}
    if _matches(_header(scope, b"if-none-match"), asset.etag):
        await send_answer(send, 304, headers, b"")
        return
    body = asset.zipped if zip_it and asset.zipped is not None else asset.body
    headers |= {"Content-Type": asset.content_type, "Content-Length": str(len(body))}
    if zip_it:
        headers["Content-Encoding"] = "gzip"
    await send_answer(send, 200, headers, b"" if scope["method"] == "HEAD" else body)


def _matches(asked: str, etag: str) -> bool:
    """Either form of a file is as good as the other to somebody who has one already."""
    tags = {tag.strip().removeprefix("W/") for tag in asked.split(",")}
    return bool(tags & {"*", f'"{etag}"', f'"{etag}-gzip"'})


def _accepts_gzip(asked: str) -> bool:
    for part in asked.lower().split(","):
        name, _, weight = part.partition(";")
        if name.strip() in ("gzip", "*"):
            return not re.fullmatch(r"\s*q\s*=\s*0(\.0*)?\s*", weight)
    return False


def _header(scope: Scope, name: bytes) -> str:
    return ",".join(value.decode("latin-1") for key, value in scope["headers"] if key == name)
