"""What msgspec has against a value, in our words: the field first, then what was expected."""

import re
from typing import Any

import msgspec
from msgspec import inspect

from gosight.kit.errors import BadRequest

_TYPES = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "int | float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}
_FIELD = re.compile(r"Object (?P<what>contains unknown|missing required) field `(?P<name>.*)`")
_QUOTED = re.compile(r"`([^`]*)`")


def refusal(problem: msgspec.ValidationError, into: Any, within: str = "") -> BadRequest:
    """`problem` came of reading a value as `into`; `within` is the field that holds the whole value."""
    what, _, where = str(problem).partition(" - at `$")
    path = where.removesuffix("`").lstrip(".")
    named = _FIELD.fullmatch(what)
    if named is not None:
        path = f"{path}.{named['name']}".lstrip(".")
        known = _known(into, path.rpartition(".")[0])
        what = "is required" if named["what"].startswith("missing") else f"there is no such field{known}"
    elif what.startswith("Invalid enum value"):
        what = f"expected one of {', '.join(_choices(into, path))}, got {what.removeprefix('Invalid enum value ')}"
    field = ".".join(part for part in (within, path) if part) or "body"
    return BadRequest(f"{field}: {_plain(what)}", details={"field": field})


def lowered(text: str) -> str:
    """With a small first letter, to stand behind a field's name."""
    return text[:1].lower() + text[1:]


def _plain(text: str) -> str:
    return _QUOTED.sub(lambda found: in_words(found[1]), lowered(text))


def in_words(kind: str) -> str:
    """msgspec's `int | null` as "a whole number"."""
    return _TYPES.get(kind.replace(" | null", ""), kind)


def _known(into: Any, path: str) -> str:
    found = _at(inspect.type_info(into), path)
    fields = [field.encode_name for field in found.fields] if isinstance(found, inspect.StructType) else []
    return f"; expected one of {', '.join(fields)}" if fields else ""


def _choices(into: Any, path: str) -> list[str]:
    found = _at(inspect.type_info(into), path)
    if isinstance(found, inspect.LiteralType):
        return [str(value) for value in found.values]
    return [str(value.value) for value in found.cls] if isinstance(found, inspect.EnumType) else []


def _at(info: inspect.Type | None, path: str) -> inspect.Type | None:
    """The type at "privacy.storage" or "permissions[0]" within a type."""
    for part in (part for part in path.split(".") if part):
        name, _, item = part.partition("[")
        info = _struct(info)
        fields = {field.encode_name: field.type for field in info.fields} if info is not None else {}
        found = fields.get(name)
        info = getattr(found, "item_type", None) if item else found
    return _struct(info) or info


def _struct(info: inspect.Type | None) -> inspect.StructType | None:
    """A struct, also out of `Struct | None`."""
    options = info.types if isinstance(info, inspect.UnionType) else (info,)
    return next((option for option in options if isinstance(option, inspect.StructType)), None)
