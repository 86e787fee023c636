"""Which errors are one fault: a fingerprint of what went wrong and where in the code, the same in all browsers.

Pure functions over what a client sent: anything may be missing, of another kind or hostile. A fingerprint is made of
the error's type, its message without what changes from one time to the next, and the topmost frames.
"""

import re
from functools import lru_cache

import msgspec

from gosight.events.payloads import payload_object
from gosight.events.stacks import Frame, file_of, frames
from gosight.kit import ids

VERSION = 1
"""Goes into every fingerprint: other rules give other groups, and those that are there stay what they were."""
TOP_FRAMES = 3
"""Frames that count. Further down browsers differ: in what called back, and in what they remember of what waited."""
MAX_MESSAGE = 1_000
"""Characters of a message, as the SDK sends it."""
MAX_FILE = 500
MAX_NAME = 100
"""Characters of a type or a release."""
REMEMBERED = 500
"""Payloads of up to 8 KB whose fault is known: a fault mostly comes many times in a row."""


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """What a `js_error` tells. `group` is the fingerprint as 64 bits, the same for all errors that are one fault."""

    group: int
    error_type: str
    message: str
    filename: str | None
    lineno: int | None
    colno: int | None
    release: str | None


@lru_cache(REMEMBERED)
def fault(payload: str | None) -> Fault:
    """Of an event's payload as it is stored."""
    told = payload_object(payload)
    message = _text(told.get("message"), MAX_MESSAGE)
    error_type, bare = _typed(_text(told.get("error_type"), MAX_NAME), message)
    where = frames(_text(told.get("stack"), None).removeprefix(f"{error_type}: {message}"))
    named = _text(told.get("filename"), MAX_FILE)
    if not named and where:
        place: tuple[str | None, int | None, int | None] = where[0].file[:MAX_FILE], where[0].lineno, where[0].colno
    else:
        place = named or None, _whole(told.get("lineno")), _whole(told.get("colno"))
    return Fault(
        group=ids.hash64(fingerprint(error_type, bare, where or _alone(place))),
        error_type=error_type,
        message=message or error_type,
        filename=place[0],
        lineno=place[1],
        colno=place[2],
        release=_text(told.get("release"), MAX_NAME) or None,
    )


def _text(value: object, most: int | None) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value)[:most].strip()


def _whole(value: object) -> int | None:
    return int(value) if isinstance(value, int | float) and 0 < value < 2**31 else None


_UNCAUGHT = re.compile(r"(?:Uncaught )?(?:\(in promise\) )?")
_TYPE = re.compile(r"([A-Z][A-Za-z]{0,60}(?:Error|Exception)): ")


def _typed(error_type: str, message: str) -> tuple[str, str]:
    """The type, and the message without it: `Uncaught TypeError: x` is what `window.onerror` says of a TypeError."""
    found = _UNCAUGHT.match(message)
    bare = message[found.end() :] if found else message
    said = _TYPE.match(bare)
    if said and error_type in ("", "Error", said[1]):
        return said[1], bare[said.end() :]
    return error_type or "Error", bare


def _alone(place: tuple[str | None, int | None, int | None]) -> tuple[Frame, ...]:
    file, line, column = place
    return (Frame(function="", file=file, lineno=line, colno=column),) if file else ()


def fingerprint(error_type: str, message: str, where: tuple[Frame, ...]) -> str:
    """What all errors of one fault have in common, as text."""
    kind, meant = _meaning(error_type, message)
    return "\n".join([str(VERSION), kind, meant, *_top(where)])


def _meaning(error_type: str, message: str) -> tuple[str, str]:
    for types, pattern, meant in _SAME:
        if error_type in types and pattern.match(message):
            return types[0], meant
    return error_type, plain(message)


def _top(where: tuple[Frame, ...]) -> list[str]:
    """Frames until something was waited for; a function that calls itself counts once."""
    told: list[str] = []
    for frame in where:
        if frame.is_async or len(told) == TOP_FRAMES:
            break
        line = f"{file_of(frame.file)} {frame.function}"
        if not told or told[-1] != line:
            told.append(line)
    return told


def _same(types: str, pattern: str, meant: str) -> tuple[list[str], re.Pattern[str], str]:
    return types.split(), re.compile(pattern, re.DOTALL), meant


_SAME = [
    _same("TypeError", r"Cannot (?:read|set) propert(?:y|ies) .{0,200}?\bof (?:undefined|null)\b", "nothing there"),
    _same("TypeError", r"Cannot destructure property .{0,400}? as it is (?:undefined|null)", "nothing there"),
    _same("TypeError", r"can't access property .{0,400}?(?:undefined|null)$", "nothing there"),
    _same("TypeError", r"(?:undefined|null) is not an object", "nothing there"),
    _same("TypeError", r".{1,300}? is (?:undefined|null)$", "nothing there"),
    _same("TypeError", r"Failed to fetch|NetworkError when attempting to fetch|Load failed$", "fetch failed"),
    _same(
        "TypeError", r"Assignment to constant |invalid assignment to const |Attempted to assign to readonly", "const"
    ),
    _same("ReferenceError", r"Cannot access .{0,300}? before init|can't access lexical |Cannot access uninit", "early"),
    _same("RangeError InternalError", r"Maximum call stack size exceeded|too much recursion", "too much recursion"),
    _same("RangeError", r"[Ii]nvalid array length|Array size is not a small|Length out of range", "array length"),
    _same("SyntaxError", r"JSON\.parse: |JSON Parse error: |Unexpected end of JSON input", "no JSON"),
    _same("SyntaxError", r"[A-Z][a-z]{2,12} .{0,400}?\b(?:in|is not valid|after) JSON\b", "no JSON"),
    _same("Error", r"ResizeObserver loop", "ResizeObserver loop"),
]
"""Messages of one fault in Chrome, Firefox and Safari: its types there, a pattern, and what is meant."""

_SAFARIS = re.compile(r"^Can't find variable: (.{1,200})$")
_WHERE_IN_SAFARI = re.compile(r"\.? \((?:In|evaluating|near) '.*", re.DOTALL)
_CHANGING = [
    re.compile(r"""(?<!\w)'[^'\n]*'(?!\w)|"[^"\n]*"|`[^`\n]*`|“[^”\n]*”|‘[^’\n]*’|«[^»\n]*»"""),
    re.compile(r"(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]{1,20}://[^\s]+"),
    re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"),
    re.compile(r"(?<![\w/.~-])(?:[A-Za-z]:|~|\.{1,2})?(?:[\\/][\w.@%+~-]{1,200}){1,40}[\\/]?"),
    re.compile(r"(?<![0-9A-Za-z])[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?![0-9A-Za-z])"),
    re.compile(r"(?<![0-9A-Za-z_])(?=[a-zA-Z_-]{0,100}[0-9])[0-9A-Za-z_-]{16,400}(?![0-9A-Za-z_])"),
    re.compile(r"(?<![0-9A-Za-z])(?:0x[0-9a-fA-F]{1,32}|(?=[a-f]{0,32}[0-9])[0-9a-f]{7,64})(?![0-9A-Za-z])"),
    re.compile(r"-?[0-9]+(?:[.,:][0-9]+)*"),
]
_STANDS_FOR_ALL = "*"
"""One sign: what is a number today is an id tomorrow."""
_SAME_AGAIN = re.compile(r"\*{2,}")
_BLANK = re.compile(r"\s+")


def plain(message: str) -> str:
    """A message without quoted values, addresses, ids and numbers. Every expression is bounded or looks once."""
    text = _SAFARIS.sub(r"\1 is not defined", _WHERE_IN_SAFARI.sub("", message))
    for pattern in _CHANGING:
        text = pattern.sub(_STANDS_FOR_ALL, text)
    return _BLANK.sub(" ", _SAME_AGAIN.sub(_STANDS_FOR_ALL, text)).strip(" .").lower()


PREFIX = "err_"


def name_of(group: int) -> str:
    """A group's id."""
    return f"{PREFIX}{group % 2**64:016x}"


def group_of(name: str) -> int | None:
    """The group with this id; None where it is no id."""
    digits = name.removeprefix(PREFIX)
    if len(digits) != 16 or name == digits or set(digits) - set("0123456789abcdef"):
        return None
    value = int(digits, 16)
    return value - 2**64 if value >= 2**63 else value
