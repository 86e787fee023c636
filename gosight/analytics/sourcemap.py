"""What a source map is: looked through where it lies, without taking it into memory.

A map is JSON of up to 64 MiB, most of it the text of sources. Only what must be known is decoded; the rest is skipped,
which checks that it is JSON.
"""

import re
from urllib.parse import urlsplit

import msgspec

from gosight.kit.errors import BadRequest, field_error

MAX_FILE = 1_000
MAX_RELEASE = 100
"""Characters of a release, as events keep it."""
_MAPPINGS = re.compile(rb'"[A-Za-z0-9+/,;]*"')
_EXPECTED = "this is no source map: expected JSON of version 3 with sources and mappings"
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """`has_content`: it holds the text of its sources, so that the lines around a place can be shown."""

    source_count: int
    has_content: bool


class _Offset(msgspec.Struct):
    line: int
    column: int


class _Map(msgspec.Struct):
    version: int
    sources: list[str | None] | None = None
    mappings: msgspec.Raw = msgspec.Raw()
    sourcesContent: list[msgspec.Raw] | None = None
    sections: "list[_Section] | None" = None


class _Section(msgspec.Struct):
    offset: _Offset
    map: _Map


_decoder = msgspec.json.Decoder(_Map)


def look_through(text: bytes | memoryview) -> Facts:
    """Raises BadRequest where `text`, unpacked, is no source map."""
    try:
        found = _decoder.decode(text)
    except RecursionError:
        raise BadRequest(f"{_EXPECTED}; it is nested too deeply") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        raise BadRequest(f"{_EXPECTED}; {str(problem)[:200]}") from None
    return _facts(found)


def _facts(found: _Map) -> Facts:
    if found.version != 3:
        raise BadRequest(f"{_EXPECTED}; its version is {found.version}")
    if found.sections is not None:
        parts = [_facts(section.map) for section in found.sections]
        return Facts(
            source_count=sum(part.source_count for part in parts), has_content=any(part.has_content for part in parts)
        )
    if found.sources is None:
        raise BadRequest(f"{_EXPECTED}; it has no sources")
    if not _MAPPINGS.fullmatch(found.mappings):
        raise BadRequest(f"{_EXPECTED}; its mappings are no text of base 64")
    content = found.sourcesContent or []
    return Facts(
        source_count=len(found.sources), has_content=any(bytes(memoryview(text)[:1]) == b'"' for text in content)
    )


def release_name(text: str) -> str:
    """As it was given, without blanks around it."""
    name = text.strip()
    if not 1 <= len(name) <= MAX_RELEASE or _CONTROL.search(name):
        raise field_error("release", f"1 to {MAX_RELEASE} characters in one line, such as 1.4.0", text)
    return name


def path_of(file: str) -> str:
    """The path of a minified file: `/assets/app.js` for `https://a.example/assets/app.js?v=2` and `~/assets/app.js`,
    `app.js` where nothing more is known."""
    text = file.strip()
    if "://" in text:
        try:
            text = urlsplit(text).path
        except ValueError:
            text = ""
    text = text.partition("?")[0].partition("#")[0].removeprefix("~").removeprefix("./")
    if not 1 <= len(text) <= MAX_FILE or text.endswith("/") or _CONTROL.search(text):
        raise field_error("file", "the address or the path of the minified file, such as /assets/app.js", file)
    return text


def fit(map_path: str, path: str) -> int:
    """How well a map's path fits a file's: the number of their last parts that are the same, where one of the two ends
    with the other; 0 where it does not fit."""
    one, other = map_path.strip("/").split("/"), path.strip("/").split("/")
    length = min(len(one), len(other))
    same = one[-length:] == other[-length:]
    is_rooted = map_path.startswith("/") and len(one) > len(other)
    return length if same and not is_rooted else 0
