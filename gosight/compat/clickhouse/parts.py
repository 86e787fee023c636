"""Names of types taken apart: `MAP(VARCHAR, STRUCT(a INTEGER))`, `DateTime64(3, 'UTC')`."""

from collections.abc import Iterator

PAIRS = {"(": ")", "[": "]"}
QUOTES = "\"'`"


def parted(name: str) -> tuple[str, list[str]]:
    """What stands before the first bracket, and what stands in it, at its commas."""
    if not name.endswith(")") or "(" not in name:
        return name, []
    head, _, inside = name[:-1].partition("(")
    return head.strip(), [part.strip() for part in _at(inside, ",") if part.strip()]


def split(part: str) -> tuple[str, str]:
    """A struct's part: its name, without quotes, and its type."""
    if part.startswith('"'):
        end = _closing(part, 0)
        return part[1:end].replace('""', '"'), part[end + 1 :].strip()
    name, _, kind = part.partition(" ")
    return name, kind.strip()


def _closing(text: str, start: int) -> int:
    """Where the quote that opens at `start` ends; one that is doubled stands for itself."""
    quote, at = text[start], start + 1
    while at < len(text):
        if text[at] == quote:
            if text[at + 1 : at + 2] != quote:
                return at
            at += 1
        at += 1
    return len(text) - 1


def _at(text: str, separator: str) -> Iterator[str]:
    depth, began, at = 0, 0, 0
    while at < len(text):
        char = text[at]
        if char in QUOTES:
            at = _closing(text, at)
        elif char in PAIRS:
            depth += 1
        elif char in PAIRS.values():
            depth -= 1
        elif char == separator and depth == 0:
            yield text[began:at]
            began = at + 1
        at += 1
    yield text[began:]
