"""A source map on its way in: unpacked to a file nobody else sees, looked through there, packed, and put in its place.

However large a map is or pretends to be, memory holds some hundred kilobytes of it; what is given up leaves nothing.
"""

import gzip
import mmap
import os
import shutil
import tempfile
import zlib
from pathlib import Path
from types import TracebackType

from gosight.analytics.sourcemap import Facts, look_through
from gosight.kit.errors import BadRequest, DiskFull, PayloadTooLarge

MAX_UNPACKED = 64 * 1024 * 1024
"""Bytes of a source map: the largest applications have some 40 MB."""
_PIECE = 256 * 1024
_LEVEL = 6
_GZIP = b"\x1f\x8b"


class Draft:
    """Takes the bytes of one map, as they are or gzipped. A context: at its end the draft is gone."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder
        self._text = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 (closed at the end of the context)
        self._unpack: zlib._Decompress | None = None
        self._begun = b""
        self.size = 0

    def __enter__(self) -> "Draft":
        return self

    def __exit__(self, kind: type[BaseException] | None, problem: object, trace: TracebackType | None) -> None:
        self._text.close()

    def write(self, piece: bytes) -> None:
        """The next bytes. Raises PayloadTooLarge, or BadRequest where they can't be unpacked."""
        if self._unpack is None and len(self._begun) < 2:
            self._begun += piece
            if len(self._begun) < 2:
                return
            piece = self._begun
            self._unpack = zlib.decompressobj(31) if piece[:2] == _GZIP else None
            self._begun = piece[:2]
        if self._unpack is None:
            self._add(piece)
        else:
            self._add_unpacked(self._unpack, piece)

    def _add_unpacked(self, unpack: "zlib._Decompress", piece: bytes) -> None:
        try:
            while piece:
                self._add(unpack.decompress(piece, _PIECE))
                piece = unpack.unconsumed_tail
        except zlib.error as problem:
            raise BadRequest(f"the source map is gzipped and broken: {problem}") from None

    def _add(self, text: bytes) -> None:
        self.size += len(text)
        if self.size > MAX_UNPACKED:
            raise PayloadTooLarge(f"a source map is at most {MAX_UNPACKED} bytes unpacked")
        try:
            self._text.write(text)
        except OSError as problem:
            raise _full(problem) from None

    def look_through(self) -> Facts:
        """When all bytes are here. Raises BadRequest where they are no source map."""
        if self._unpack is not None and not self._unpack.eof:
            raise BadRequest("the source map is gzipped and ends too early")
        if self._unpack is None and len(self._begun) < 2:
            self._add(self._begun)
        if not self.size:
            raise BadRequest("expected a source map, got nothing")
        try:
            self._text.flush()
            return look_through(memoryview(mmap.mmap(self._text.fileno(), 0, access=mmap.ACCESS_READ)))
        except OSError as problem:
            raise _full(problem) from None

    def keep(self, name: str) -> int:
        """Put it, gzipped, into the folder under this name; on return it is on the disk. Answers its bytes there."""
        part = self._folder / f"{name}.part"
        try:
            self._text.seek(0)
            with part.open("wb") as file:
                with gzip.GzipFile("", "wb", _LEVEL, file, mtime=0) as packed:
                    shutil.copyfileobj(self._text, packed, _PIECE)
                file.flush()
                os.fsync(file.fileno())
            part.chmod(0o600)
            part.rename(self._folder / name)
            return (self._folder / name).stat().st_size
        except OSError as problem:
            part.unlink(missing_ok=True)
            raise _full(problem) from None


def _full(problem: OSError) -> DiskFull:
    return DiskFull("the source map could not be written: is the disk full? Nothing was kept", cause=str(problem))
