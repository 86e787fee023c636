"""Waiting for what a page says of itself."""

import time
from collections.abc import Callable, Iterable
from typing import Any

from playwright.sync_api import Error, Page

PATIENCE_S = 30
"""How long a busy machine may take; nothing is concluded from how long it took."""
STEP_MS = 50


def until(page: Page, expression: str, arg: object = None) -> Any:
    """Its value, once it is true. Asked from outside: Playwright's own wait wants a page that draws and allows eval."""
    end = time.monotonic() + PATIENCE_S
    while not (value := _of(page, expression, arg)):
        assert time.monotonic() < end, f"never true: {expression}"
        page.wait_for_timeout(STEP_MS)
    return value


def eventually(page: Page, found: Callable[[], Any], what: str) -> Any:
    """What it gives, once that is true; the page has its turn meanwhile."""
    end = time.monotonic() + PATIENCE_S
    while not (value := found()):
        assert time.monotonic() < end, f"{what} did not come"
        page.wait_for_timeout(STEP_MS)
    return value


def alike(page: Page, differences: Callable[[], Iterable[str]]) -> None:
    """Waits until there are none."""
    end = time.monotonic() + PATIENCE_S / 2
    while (found := list(differences())) and time.monotonic() < end:
        page.wait_for_timeout(4 * STEP_MS)
    assert "\n".join(found) == ""


def _of(page: Page, expression: str, arg: object) -> Any:
    try:
        return page.evaluate(expression, arg)
    except Error as error:
        if "context was destroyed" in str(error):  # it went to another page meanwhile
            return None
        raise
