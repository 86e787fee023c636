"""Stacks as Chrome, Firefox and Safari write them, read as the same frames.

Pure functions over hostile text, in time that grows with its length alone: lines are cut by single characters, and no
expression looks twice at the same text. Left out is what is no code of the page and what browsers tell differently:
the engine's own frames, frames of browser extensions, and code that `eval` made.
"""

import re

import msgspec

MAX_STACK = 64 * 1024
"""Characters of a stack that are looked at: an event has no more."""
MAX_FRAMES = 50
"""Frames read of a stack. Chrome gives 10, Firefox 128; what is below helps nobody."""
MAX_NUMBER = 2**31 - 1

_NOT_OURS = re.compile(
    r"(?:chrome|moz|safari|safari-web|ms-browser|edge|opera|webkit)-extension:|webkit-masked-url:|extension:|"
    r"user-script:|resource:|chrome:|about:|javascript:|debugger:|node:|native\b|self-hosted|<anonymous>|"
    r"\[native code\]|\[wasm code\]"
)
_HEX = r"(?=[^0-9]*[0-9])[0-9a-f]{%d,64}|[0-9]{1,64}"
_HASH = re.compile(_HEX % 4 + r"|(?=.{1,7}[A-Z])[A-Za-z0-9_]{8}|[A-Z0-9]{8}")
"""What builds put behind names of files: hex, numbers, or eight characters that are no word."""
_NOTHING_BUT_HASH = re.compile(_HEX % 6)
_HASH_OF_A_FOLDER = re.compile(r"(?=[^0-9]*[0-9])[0-9a-fA-F-]{7,64}|[0-9]{1,64}|v?[0-9]{1,8}(?:\.[0-9]{1,8}){1,4}")
_LAYER = re.compile(r"/?\([a-z-]{1,40}\)/")
"""What Next.js puts before a path: `(app-pages-browser)/`."""


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """Where the code was. `file` is the address as the browser gave it, `function` "" where there is no name; `lineno`
    and `colno` count from 1. `is_async`: it waited for what the frames above did, and is told by some browsers only."""

    function: str
    file: str
    lineno: int | None
    colno: int | None
    is_async: bool = False


def frames(stack: str) -> tuple[Frame, ...]:
    """The innermost first."""
    lines = [line.strip() for line in stack[:MAX_STACK].splitlines()]
    read = _chromes if any(line.startswith("at ") for line in lines) else _others
    found: list[Frame] = []
    has_waited = False
    for line in lines:
        frame = read(line)
        if frame is None:
            continue
        has_waited = has_waited or frame.is_async
        found.append(msgspec.structs.replace(frame, is_async=True) if has_waited else frame)
        if len(found) == MAX_FRAMES:
            break
    return tuple(found)


def _chromes(line: str) -> Frame | None:
    """`at async Shop.load (https://a.example/app.js:1:20)`, `at https://a.example/app.js:1:20`."""
    if not line.startswith("at "):
        return None
    text = line[3:].strip()
    is_async = text.startswith("async ")
    text = text.removeprefix("async ")
    function, opens, place = text.partition(" (")
    if not opens:
        function, place = "", text
    return _frame(function, place.removesuffix(")"), is_async=is_async)


def _others(line: str) -> Frame | None:
    """`load@https://a.example/app.js:1:20`, `async*load@…`, `@…`, and in Safari also the place alone."""
    function, at, place = line.partition("@")
    if not at or "://" in function:
        function, place = "", line
        if "://" not in line and not line.startswith("webpack-internal:"):
            return None
    waited, star, function_ = function.rpartition("*")
    return _frame(function_ if star else function, place, is_async=bool(waited))


def _frame(function: str, place: str, *, is_async: bool) -> Frame | None:
    if _NOT_OURS.match(place) or place.startswith("eval at ") or " > " in place:
        return None
    file, line, column = _apart(place)
    if not file or line is None:
        return None
    return Frame(function=_function(function), file=file, lineno=line, colno=column, is_async=is_async)


def _apart(place: str) -> tuple[str, int | None, int | None]:
    """`https://a.example/app.js:12:3` in its three parts."""
    rest, _, last = place.rpartition(":")
    second = _number(last)
    if second is None:
        return place, None, None
    file, _, line = rest.rpartition(":")
    first = _number(line)
    return (rest, second, None) if first is None or not file else (file, first, second)


def _number(text: str) -> int | None:
    return min(int(text), MAX_NUMBER) if 0 < len(text) <= 12 and text.isascii() and text.isdigit() else None


_NO_NAME = frozenset({"<anonymous>", "anonymous", "(anonymous function)", "global code", "module code", "eval code"})


def _function(told: str) -> str:
    """The name that all browsers give: `render` for `Object.render [as draw]`, `new List.render`, `outer/this.render`.
    What stands within another function without a name of its own has none."""
    text = told.partition(" [as ")[0].strip()
    if text in _NO_NAME or text.endswith("<"):
        return ""
    name = text.rpartition(" ")[2].rpartition("/")[2].rpartition(".")[2].removeprefix("#")
    return "" if name in _NO_NAME else name[:200]


def file_of(address: str) -> str:
    """What of a file's address stays the same wherever and however often it is built: `/assets/app.js` for
    `https://cdn.example/assets/app.3f9a1c.js?v=2`."""
    text = address[:2_000].partition("?")[0].partition("#")[0]
    scheme, colon, rest = text.partition(":")
    if colon and scheme in ("blob", "data"):
        return f"{scheme}:"
    if colon and len(scheme) > 1:
        text = _path(rest)
    folders = [_folder(part) for part in text.split("/") if part not in ("", ".", "..")]
    return "/" + "/".join([*folders[:-1], _name(text.rpartition("/")[2])]) if folders else "/"


def _path(rest: str) -> str:
    """Without the host. `webpack-internal:///./src/app.js` has none."""
    path = rest[2:].partition("/")[2] if rest.startswith("//") else rest
    layer = _LAYER.match(path)
    return path[layer.end() :] if layer else path


def _folder(name: str) -> str:
    return "*" if _HASH_OF_A_FOLDER.fullmatch(name) else name


def _name(name: str) -> str:
    """`app.js` for `app.3f9a1c.js`, `index.js` for `index-BfX2k9aQ.js`; `*.js` where the name is nothing but a hash."""
    first, *others = name.split(".")
    if not others:
        return _folder(name)
    kept = [part for part in others[:-1] if not _HASH.fullmatch(part)]
    return ".".join([_stem(first), *kept, others[-1]])


def _stem(first: str) -> str:
    if _NOTHING_BUT_HASH.fullmatch(first):
        return "*"
    for at in (len(first) - 9, first.rfind("-"), first.rfind("_")):
        if at > 0 and first[at] in "-_" and _HASH.fullmatch(first[at + 1 :].replace("-", "_")):
            return first[:at]
    return first
