"""Console lines and requests in a recording, and that telling of them changes nothing for the page."""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.receiver import Receiver
from tests.browser.test_recording import recording, sent
from tests.browser.waiting import eventually, until

PLUGIN = 6


def told(events: list[dict[str, Any]], plugin: str) -> list[dict[str, Any]]:
    return [
        event["data"]["payload"]
        for event in events
        if event["type"] == PLUGIN
        and event["data"]["plugin"] == plugin
        and not str(event["data"]["payload"].get("text")).startswith("everything before")
    ]


def lines(events: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(line["level"], line["text"]) for line in told(events, "gosight/console")]


def asked(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return told(events, "gosight/network")


def start(page: Page, receiver: Receiver, **replay: object) -> None:
    receiver.record(**replay)
    page.goto("/play-lines.html")
    recording(page)


def test_lines_are_told_in_words(page: Page, receiver: Receiver) -> None:
    start(page, receiver)
    page.evaluate("lines()")
    page.wait_for_timeout(100)
    events = sent(page, receiver)
    found = lines(events)
    assert ("log", 'text 7 null undefined true {a: [1, {b: "c"}]}') in found
    assert ("info", "cart has 3 items !") in found
    assert ("warn", '{name: "ring", self: {name: "ring", self: {name: "ring", self: [object Object]}}}') in found
    assert ("debug", "{trap: (…)} [unreadable]") in found
    assert ("error", "TypeError: it broke") in found
    assert ("error", "Uncaught RangeError: nobody caught this") in found
    assert ("error", "Uncaught (in promise) Error: nobody handled this") in found
    assert all(len(text) <= 3000 for _, text in found)
    traces = {line["text"]: line.get("trace", "") for line in told(events, "gosight/console")}
    assert "play-lines.html" in traces["TypeError: it broke"]
    assert "play-lines.html" in traces["Uncaught RangeError: nobody caught this"]


def test_a_storm_of_lines_is_bounded(page: Page, receiver: Receiver) -> None:
    start(page, receiver)
    page.evaluate("storm()")
    page.evaluate("gosight.flush()")
    receiver.wait_for(lambda: "again" in "".join(chunk.text for chunk in receiver.chunks))
    assert 50 < len(lines(receiver.recorded())) <= 100


def test_a_page_that_throws_in_a_loop_is_recorded_all_the_same(page: Page, receiver: Receiver) -> None:
    start(page, receiver)
    page.evaluate("loop(); 0")
    page.wait_for_timeout(500)
    page.evaluate("document.body.append('still here'); gosight.flush()")
    receiver.wait_for(lambda: "still here" in "".join(chunk.text for chunk in receiver.chunks))
    assert len(lines(receiver.recorded())) <= 300


@pytest.mark.parametrize(("switch", "plugin"), [("console", "gosight/console"), ("network", "gosight/network")])
def test_a_project_switches_each_off(page: Page, receiver: Receiver, switch: str, plugin: str) -> None:
    start(page, receiver, **{switch: False})
    native = "console.log" if switch == "console" else "XMLHttpRequest.prototype.open"
    assert page.evaluate(f"{native}.toString().includes('native code')")
    page.evaluate("console.log('a line'); fetch('/words.txt').then(() => document.body.append('asked'))")
    until(page, "document.body.textContent.includes('asked')")
    page.evaluate("gosight.flush()")
    receiver.wait_for(lambda: "asked" in "".join(chunk.text for chunk in receiver.chunks))
    assert told(receiver.recorded(), plugin) == []


ASK = """async () => {
    await fetch('/words.txt?token=abc#part', {method: 'post'}).catch(() => {});
    await (await fetch(new Request('/words.txt?x=1'))).text();
    await fetch('http://127.0.0.1:1/nowhere').catch(() => {});
    const stop = new AbortController();
    stop.abort();
    await fetch('/words.txt', {signal: stop.signal}).catch(() => {});
    await new Promise((resolve) => {
        const xhr = new XMLHttpRequest();
        xhr.onloadend = resolve;
        xhr.open('GET', '/no-such-page?x=2');
        xhr.send();
    });
    await new Promise((resolve) => setTimeout(resolve, 2500));
}"""


def test_requests_are_told_without_their_query(page: Page, receiver: Receiver, site: str) -> None:
    start(page, receiver)
    page.evaluate(ASK)
    requests = asked(sent(page, receiver))
    words, missing = f"{site}/words.txt", f"{site}/no-such-page"
    found = {(each["kind"], each["method"], each["url"], each["status"], each.get("error")) for each in requests}
    assert found == {
        ("fetch", "POST", words, 501, None),
        ("fetch", "GET", words, 200, None),
        ("fetch", "GET", "http://127.0.0.1:1/nowhere", 0, "TypeError"),
        ("fetch", "GET", words, 0, "AbortError"),
        ("xhr", "GET", missing, 404, None),
    }
    [get] = [each for each in requests if each["status"] == 200]
    assert get["size"] == len("words")
    assert get["duration_ms"] >= 0
    assert set(get) == {"method", "url", "status", "duration_ms", "size", "kind"}


def test_hosts_that_are_named_keep_their_query(page: Page, receiver: Receiver, site: str) -> None:
    start(page, receiver, keepQueryOf=["127.0.0.1"])
    page.evaluate("fetch('/words.txt?sort=price')")
    told = eventually(page, lambda: asked(sent(page, receiver)), "the request")
    assert [request["url"] for request in told] == [f"{site}/words.txt?sort=price"]


SEMANTICS = """async () => {
    const found = {};
    const response = await fetch('/words.txt');
    const copy = response.clone();
    const reader = response.body.getReader();
    found.first = (await reader.read()).value.length;
    found.copied = await copy.text();
    const stop = new AbortController();
    const slow = fetch('/slow', {signal: stop.signal});
    stop.abort('my reason');
    found.reason = await slow.catch((reason) => reason);
    found.kind = fetch('/words.txt') instanceof Promise;
    found.refused = await fetch('/words.txt', {method: 'GET', body: 'x'}).catch((error) => error.name);
    found.unhandled = await askInVain();
    return found;
}"""


def test_fetch_works_as_it_did(page: Page, receiver: Receiver) -> None:
    start(page, receiver)
    assert page.evaluate(SEMANTICS) == {
        "first": 5,
        "copied": "words",
        "reason": "my reason",
        "kind": True,
        "refused": "TypeError",
        "unhandled": "TypeError",
    }


def test_our_own_requests_are_not_told(page: Page, receiver: Receiver, server: str) -> None:
    start(page, receiver)
    page.evaluate("gosight.track('x'); gosight.flush()")
    page.wait_for_timeout(500)
    assert [request for request in asked(sent(page, receiver)) if request["url"].startswith(server)] == []
