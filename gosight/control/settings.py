"""A project's settings: what is asked to change is laid over what is there, and every value is looked at."""

from collections.abc import Mapping
from typing import Any

import msgspec

from gosight.control.model import Settings
from gosight.kit.errors import BadRequest, field_error

Tree = Mapping[str, Any]


def merge(current: Settings, change: Tree) -> Settings:
    """`current` with `change` laid over it, branch by branch. Lists are replaced whole."""
    tree = _laid_over(msgspec.to_builtins(current), change, "settings")
    try:
        return msgspec.convert(tree, Settings)
    except msgspec.ValidationError as error:
        raise _named(str(error), change) from None


def deviations(settings: Settings) -> dict[str, Any]:
    """What differs from the defaults: all that is stored, so that a better default reaches those who never chose."""
    return _differing(msgspec.to_builtins(settings), msgspec.to_builtins(Settings()))


def _differing(tree: Tree, defaults: Tree) -> dict[str, Any]:
    return {
        name: _differing(value, defaults[name]) if isinstance(value, Mapping) else value
        for name, value in tree.items()
        if value != defaults[name]
    }


def _laid_over(base: dict[str, Any], change: Tree, path: str) -> dict[str, Any]:
    merged = dict(base)
    for name, value in change.items():
        here = f"{path}.{name}"
        if name not in base:
            raise BadRequest(
                f"{here}: there is no such setting; expected one of {', '.join(base)}", details={"field": here}
            )
        if isinstance(base[name], dict):
            if not isinstance(value, Mapping):
                raise field_error(here, "an object", value)
            merged[name] = _laid_over(base[name], value, here)
        else:
            merged[name] = value
    return merged


def _named(problem: str, change: Tree) -> BadRequest:
    """msgspec says "Expected `bool`, got `str` - at `$.privacy.anonymizeIp`"; ours begins with the field."""
    what, _, where = problem.partition(" - at `$")
    path = where.rstrip("`").lstrip(".") or "timezone"
    return BadRequest(f"settings.{path}: {_lowered(what)}", details={"field": f"settings.{path}"})


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]
