"""A recording played by rrweb to its end, in a page of its own, and what stands there then."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page

import gosight.web

REPLAYER = Path(gosight.web.__file__).parent / "node_modules/@rrweb/replay/dist/replay.umd.min.cjs"
PICTURE = Path(__file__).parent / "picture.js"

PLAY = """async (events) => {
    const replayer = new rrwebReplay.Replayer(events, {mouseTail: false, showWarning: true, pauseAnimation: false});
    window.replayer = replayer;
    replayer.pause(replayer.getMetaData().totalTime);
    await new Promise((resolve) => setTimeout(resolve, 300));
    return pictureOf(replayer.iframe.contentDocument);
}"""


def picture(page: Page) -> dict[str, Any]:
    """What stands in the page now."""
    page.evaluate(f"{PICTURE.read_text()}; 0")
    found: dict[str, Any] = page.evaluate("pictureOf(document)")
    return found


def replayed(context: BrowserContext, events: list[dict[str, Any]]) -> dict[str, Any]:
    """What stands in the replay at its end."""
    page = context.new_page()
    page.goto("/bare.html")
    page.add_script_tag(content=REPLAYER.read_text())
    page.evaluate(f"{PICTURE.read_text()}; 0")
    warnings: list[str] = []
    page.on("console", lambda message: warnings.append(message.text))
    found: dict[str, Any] = page.evaluate(PLAY, events)
    page.close()
    assert [text for text in warnings if "not found" in text.lower()] == []
    return found


def differences(page: Any, replay: Any, where: str = "html") -> Iterator[str]:
    """Where two pictures differ, in words."""
    if isinstance(page, dict) and isinstance(replay, dict):
        name = f"{where} > {page.get('tag', '')}" if "tag" in page else where
        for key in sorted(page.keys() | replay.keys()):
            yield from differences(page.get(key), replay.get(key), f"{name}.{key}")
    elif isinstance(page, list) and isinstance(replay, list) and len(page) == len(replay):
        for at, (one, other) in enumerate(zip(page, replay, strict=True)):
            yield from differences(one, other, f"{where}[{at}]")
    elif page != replay and None in (page, replay) and where.endswith(".looks"):
        return  # one of them is animated, or in quirks mode
    elif page != replay:
        yield f"{where}: the page has {page!r}, the replay {replay!r}"
