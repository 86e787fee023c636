"""
What recording costs the page: the same half minute of work in Chromium, with and without it, turn by turn.

The page does little but build elements, and rrweb writes down every one: by a CPU profile that is 70 % of the cost, and
nothing around it reaches the target on such a page. Gzip (14 %) and JSON (6 %) run in slices while the page is idle:
a worker would have to come from a blob: address, which the policy of many a site refuses and reports. Masking is 4 %.
So its scripts take three times as long; of the half minute that a visitor needs for the same work it is some 2 %.
"""

import shutil
import statistics

import msgspec
from playwright.sync_api import Browser, CDPSession, sync_playwright

from tests.bench.machine import table
from tests.browser import receiver as receiving
from tests.browser import website
from tests.browser.receiver import KEY, Receiver

STEPS = 300
"""Of the bench page: a search that is typed a key at a time, scrolling, buying."""
TURNS = 7
"""Each with and without recording, so that a slow moment of the machine meets both."""
VISIT_SECONDS = 30.0
"""What the steps of a turn take a lively visitor; the bench does them one a frame, six times as fast."""
TARGET_PERCENT = 5.0
REST_MS = 1500
"""After the load, before the work begins; and after it, so that what waited for an idle page is counted."""


class Spent(msgspec.Struct, frozen=True):
    """Seconds on the page's main thread during one turn."""

    script: float
    task: float


class Measured(msgspec.Struct):
    plain: list[Spent]
    recorded: list[Spent]
    sent: int
    """Bytes of chunks in one turn, gzipped."""

    def rows(self) -> list[list[object]]:
        rows: list[list[object]] = []
        for name, of in (("its scripts", "script"), ("all of its main thread", "task")):
            without, with_ = (_middle(turns, of) for turns in (self.plain, self.recorded))
            rows.append(
                [
                    f"{name}, ms without / with recording",
                    f"{without * 1000:.0f} / {with_ * 1000:.0f}",
                    f"{100 * (with_ / without - 1):+.1f} %",
                ]
            )
            share = 100 * (with_ - without) / VISIT_SECONDS
            rows.append([f"of a visitor's half minute, added to {name}", "", f"{share:+.1f} %"])
        return rows


def measure(turns: int = TURNS, steps: int = STEPS) -> Measured:
    receiver = Receiver()
    servers = receiving.serve(receiver)
    server = next(servers)
    sites = website.serve(website.script_tag(server, KEY), server, KEY)
    site = next(sites)
    measured = Measured([], [], 0)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        _turn(browser, site, steps)
        for _ in range(turns):
            receiver.set(events={"replay": False})
            measured.plain.append(_turn(browser, site, steps))
            receiver.record()
            measured.recorded.append(_turn(browser, site, steps))
        browser.close()
    measured.sent = sum(chunk.size for chunk in receiver.chunks) // turns
    for ended in (sites, servers):
        next(ended, None)
    return measured


def report(measured: Measured) -> str:
    rows: list[list[object]] = [*measured.rows(), ["bytes sent for one turn, gzipped", f"{measured.sent:,}", ""]]
    return table(["recording in the page", "measured", f"target at most +{TARGET_PERCENT:g} %"], rows)


def _turn(browser: Browser, site: str, steps: int) -> Spent:
    context = browser.new_context(base_url=site, viewport={"width": 1200, "height": 800})
    page = context.new_page()
    page.goto("/play-bench.html")
    page.wait_for_timeout(REST_MS)
    devtools = context.new_cdp_session(page)
    devtools.send("Performance.enable")
    before = _spent(devtools)
    page.evaluate("steps => work(steps)", steps)
    page.wait_for_timeout(REST_MS)
    after = _spent(devtools)
    context.close()
    return Spent(after.script - before.script, after.task - before.task)


def _spent(devtools: CDPSession) -> Spent:
    found = {each["name"]: each["value"] for each in devtools.send("Performance.getMetrics")["metrics"]}
    return Spent(found["ScriptDuration"], found["TaskDuration"])


def _middle(turns: list[Spent], of: str) -> float:
    return statistics.median(turn.script if of == "script" else turn.task for turn in turns)
