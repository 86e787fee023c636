"""A project's settings: what is asked to change is laid over what is there, and every value is looked at."""

from collections.abc import Mapping
from typing import Any

import msgspec

from gosight.control.model import Settings
from gosight.kit.errors import BadRequest, field_error
from gosight.kit.wire.words import refusal
from gosight.kit.zones import zone

Tree = Mapping[str, Any]


def merge(current: Settings, change: Tree) -> Settings:
    """`current` with `change` laid over it, branch by branch. Lists are replaced whole."""
    tree = _laid_over(msgspec.to_builtins(current), change, "settings")
    if isinstance(tree["timezone"], str):
        _check_zone(tree["timezone"])
    try:
        return msgspec.convert(tree, Settings)
    except msgspec.ValidationError as error:
        raise refusal(error, Settings, "settings") from None


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


def _check_zone(name: str) -> None:
    try:
        zone(name)
    except ValueError as problem:
        raise field_error("settings.timezone", str(problem).removeprefix("expected "), name) from None
