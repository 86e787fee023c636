"""Ids in addresses may hold anything, a slash too: `%2F` is part of a segment, not the end of one.

ASGI servers decode the whole path before anybody splits it. So an encoded slash travels as a character of the private
use area, which stands in no address, and is a slash again where the segment is read.
"""

from typing import Any
from urllib.parse import unquote

_STAND_IN = "\ue000"
_ENCODED = _STAND_IN.encode()


def keep_slashes(scope: Any) -> None:
    """Put the stand-in for each `%2F` into an ASGI scope's path."""
    raw: bytes = scope.get("raw_path") or b""
    if b"%2F" in raw or b"%2f" in raw:
        kept = raw.partition(b"?")[0].replace(b"%2F", _ENCODED).replace(b"%2f", _ENCODED)
        scope["path"] = unquote(kept, errors="replace")


def segment(text: str) -> str:
    """A path parameter as it was meant."""
    return text.replace(_STAND_IN, "/")
