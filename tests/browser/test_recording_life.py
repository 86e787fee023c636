"""A recording over pages, tabs and sessions, and when the server says no or nothing."""

import json
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.receiver import Receiver, Refusal
from tests.browser.replayed import replayed
from tests.browser.test_recording import FULL, META, ready, recording, sent
from tests.browser.waiting import eventually, until

PAUSED_S = 1.5


def snapshots(events: list[dict[str, Any]]) -> list[str]:
    """The addresses of the full snapshots."""
    metas = [event["data"]["href"].rsplit("/", 1)[-1] for event in events if event["type"] == META]
    assert len(metas) == len([event for event in events if event["type"] == FULL])
    return metas


def say(page: Page, word: str) -> None:
    page.evaluate("word => document.body.append(document.createElement('p'), word)", word)


def text(receiver: Receiver) -> str:
    return "".join(chunk.text for chunk in receiver.stored)


def wait_for(receiver: Receiver, word: str) -> None:
    receiver.wait_for(lambda: word in text(receiver), word)


def test_tabs_of_one_session_record_at_once_and_lose_nothing(
    page: Page, visitor: BrowserContext, receiver: Receiver
) -> None:
    receiver.record()
    page.goto("/index.html")
    session = recording(page)
    others = [visitor.new_page() for _ in range(3)]
    for tab in others:
        tab.goto("/second.html")
    for tab in others:
        assert recording(tab) == session
    for turn in range(12):
        for number, tab in enumerate([page, *others]):
            say(tab, f"turn {turn} of tab {number}.")
            tab.evaluate("gosight.flush()")
    for turn in range(12):
        for number in range(4):
            wait_for(receiver, f"turn {turn} of tab {number}.")
    assert len({(chunk.session, chunk.index) for chunk in receiver.chunks}) == len(receiver.chunks)
    pages: dict[int, set[str]] = {}
    for chunk in receiver.stored:
        pages.setdefault(chunk.index // 20, set()).add(chunk.events[-1]["data"]["payload"]["page"])
    assert all(len(names) == 1 for names in pages.values())
    assert len(pages) == 4


def test_the_next_page_of_a_tab_goes_on_with_its_numbers(page: Page, receiver: Receiver) -> None:
    receiver.record()
    for path in ("/index.html", "/second.html", "/form.html"):
        page.goto(path)
        recording(page)
        sent(page, receiver)
    page.goto("/bare.html")
    page.wait_for_timeout(300)
    indices = [chunk.index for chunk in receiver.stored]
    assert indices == sorted(set(indices))
    assert max(indices) < 20
    assert snapshots(receiver.recorded()) == ["index.html", "second.html", "form.html"]


def test_what_happened_last_is_sent_when_the_page_is_left(page: Page, receiver: Receiver) -> None:
    receiver.record()
    page.goto("/index.html")
    recording(page)
    say(page, "last words")
    page.goto("/bare.html")
    wait_for(receiver, "last words")


def test_what_happened_last_is_sent_when_the_tab_is_closed(page: Page, receiver: Receiver) -> None:
    receiver.record()
    page.goto("/index.html")
    recording(page)
    say(page, "last words " + "of many " * 20_000)
    page.close(run_before_unload=False)
    wait_for(receiver, "last words")


def test_what_did_not_get_through_is_sent_by_the_next_page(page: Page, receiver: Receiver) -> None:
    receiver.record()
    page.goto("/index.html")
    recording(page)
    sent(page, receiver)
    receiver.down = True
    page.evaluate("document.body.append(Array.from({length: 30000}, () => Math.random()).join())")
    say(page, "kept words")
    page.wait_for_timeout(500)  # until they are recorded, on a busy machine too
    page.goto("/bare.html")
    page.wait_for_timeout(300)
    receiver.down = False
    page.goto("/second.html")
    wait_for(receiver, "kept words")
    until(page, "!Object.keys(localStorage).some((name) => name.includes('chunk'))")


def test_a_single_page_application_gets_a_snapshot_for_each_of_its_pages(page: Page, receiver: Receiver) -> None:
    receiver.record()
    page.goto("/spa/home")
    recording(page)
    page.click("#anchor")
    page.click("#cart")
    events = snapshot_of_cart(page, receiver)
    assert snapshots(events) == ["home", "cart"]
    second = [event["type"] for event in events].index(FULL, 3)
    assert "Your cart" in json.dumps(events[second])


def snapshot_of_cart(page: Page, receiver: Receiver) -> list[dict[str, Any]]:
    """A page of an application is taken when it has come to rest and the browser is idle."""
    eventually(page, lambda: snapshots(sent(page, receiver))[1:], "the second snapshot")
    return receiver.recorded()


def test_a_chunk_that_is_lost_spoils_only_its_own_stretch(
    page: Page, visitor: BrowserContext, receiver: Receiver
) -> None:
    receiver.record()
    page.goto("/spa/home")
    recording(page)
    sent(page, receiver)
    say(page, "in the lost chunk")
    sent(page, receiver)
    page.click("#cart")
    snapshot_of_cart(page, receiver)
    say(page, "after the snapshot")
    sent(page, receiver)
    left = [chunk for chunk in receiver.stored if "the lost chunk" not in chunk.text or "Your cart" in chunk.text]
    events = [event for chunk in left for event in chunk.events]
    assert len(left) < len(receiver.stored)
    assert "after the snapshot" in json.dumps(replayed(visitor, events))


def test_a_new_session_is_a_new_recording(page: Page, receiver: Receiver) -> None:
    receiver.record()
    page.goto("/index.html")
    first = recording(page)
    say(page, "of the first")
    page.evaluate("gosight.startNewSession()")
    second = page.evaluate("gosight.getSessionId()")
    say(page, "of the second")
    sent(page, receiver)
    assert first != second
    assert "of the first" in json.dumps(receiver.recorded(first))
    events = receiver.recorded(second)
    assert [event["type"] for event in events][:2] == [META, FULL]
    assert "of the second" in json.dumps(events)
    assert [chunk.index for chunk in receiver.stored if chunk.session == second] == [0]


def test_a_session_that_went_idle_is_not_recorded_until_the_next(page: Page, receiver: Receiver) -> None:
    receiver.session_timeout_minutes = 0.02
    receiver.record()
    page.goto("/index.html")
    first = recording(page)
    page.wait_for_timeout(1500)
    say(page, "while nobody looked")
    page.evaluate("gosight.flush()")
    page.click("#signup-btn")
    second = page.evaluate("gosight.getSessionId()")
    sent(page, receiver)
    assert "while nobody looked" not in json.dumps(receiver.recorded(first))
    assert "while nobody looked" in json.dumps(receiver.recorded(second)[:2])


def test_pause_and_resume(page: Page, receiver: Receiver) -> None:
    receiver.record()
    page.goto("/index.html")
    recording(page)
    page.evaluate("gosight.pause()")
    page.evaluate("for (const word of ['first', 'second']) document.title = word")
    page.evaluate("const p = document.createElement('p'); p.id = 'gone'; document.body.append(p); p.remove()")
    page.evaluate("gosight.resume()")
    say(page, "goes on")
    events = sent(page, receiver)
    assert "gone" not in json.dumps(events)
    assert snapshots(events) == ["index.html", "index.html"]


def test_who_opts_out_is_recorded_no_more(page: Page, receiver: Receiver) -> None:
    receiver.record()
    page.goto("/index.html")
    recording(page)
    sent(page, receiver)
    receiver.chunks.clear()
    say(page, "not sent")
    page.evaluate("gosight.optOut()")
    say(page, "nor this")
    page.goto("/second.html")
    page.wait_for_timeout(500)
    assert receiver.chunks == []


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413])
def test_a_server_that_refuses_is_left_alone(page: Page, receiver: Receiver, status: int) -> None:
    receiver.record()
    receiver.replay_refusals = [Refusal(status)]
    page.goto("/index.html")
    recording(page)
    with page.expect_console_message(lambda message: f"status {status}" in message.text):
        page.evaluate("gosight.flush()")
    say(page, "unheard")
    page.evaluate("gosight.flush()")
    page.goto("/second.html")
    ready(page)
    page.wait_for_timeout(400)
    assert page.evaluate("window.gosightReplay === undefined")
    assert [chunk.status for chunk in receiver.chunks] == [status]
    assert receiver.events("page_view")


@pytest.mark.parametrize(
    "refusal", [Refusal(0), Refusal(500), Refusal(502, readable=False)], ids=["away", "broken", "no CORS"]
)
def test_what_fails_is_sent_again_under_its_number(page: Page, receiver: Receiver, refusal: Refusal) -> None:
    receiver.record()
    receiver.replay_refusals = [refusal, refusal]
    page.goto("/index.html")
    recording(page)
    page.evaluate("gosight.flush()")
    receiver.wait_for(lambda: len(receiver.chunks) == 3, "the third try")
    assert len({(chunk.index, chunk.text) for chunk in receiver.chunks}) == 1
    assert len(receiver.stored) == 1


@pytest.mark.parametrize("status", [429, 503, 507])
def test_a_server_that_is_full_is_given_time(page: Page, receiver: Receiver, status: int) -> None:
    receiver.record()
    receiver.replay_refusals = [Refusal(status, retry_after=str(PAUSED_S))]
    page.goto("/index.html")
    recording(page)
    page.evaluate("gosight.flush()")
    receiver.wait_for(lambda: receiver.chunks, "the first try")
    page.wait_for_timeout(200)
    say(page, "meanwhile")
    receiver.wait_for(lambda: receiver.stored, "the second try")
    page.wait_for_timeout(300)
    say(page, "afterwards")
    events = sent(page, receiver)
    assert snapshots(events) == ["index.html", "index.html"]
    assert "meanwhile" in json.dumps([event for event in events if event["type"] == FULL])
    assert "afterwards" in json.dumps(events)


def test_the_server_may_be_away_for_long(page: Page, receiver: Receiver) -> None:
    receiver.record()
    page.goto("/index.html")
    recording(page)
    receiver.down = True
    for turn in range(5):
        say(page, f"word {turn}")
        page.evaluate("gosight.flush()")
        page.wait_for_timeout(200)
    receiver.down = False
    for turn in range(5):
        wait_for(receiver, f"word {turn}")


def test_a_page_with_a_strict_policy_is_recorded(page: Page, receiver: Receiver) -> None:
    receiver.record()
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text))
    page.goto("/strict.html")
    recording(page)
    assert "Strict words" in json.dumps(sent(page, receiver))
    assert [text for text in faults if "Content Security Policy" in text] == []


def test_a_page_from_the_back_forward_cache_goes_on(page: Page, receiver: Receiver) -> None:
    receiver.record()
    page.goto("/index.html")
    recording(page)
    page.evaluate("window.kept = true")
    page.goto("/second.html")
    recording(page)
    page.go_back()
    ready(page)
    page.wait_for_timeout(300)
    say(page, "back again")
    events = sent(page, receiver)
    assert "back again" in json.dumps(events)
    assert snapshots(events) == ["index.html", "second.html", "index.html"]
    assert len({(chunk.session, chunk.index) for chunk in receiver.chunks}) == len(receiver.stored)


def test_a_hidden_tab_is_not_recorded_and_comes_back_with_a_snapshot(page: Page, receiver: Receiver) -> None:
    receiver.record()
    page.goto("/index.html")
    recording(page)
    hide = "hidden => { Object.defineProperty(document, 'hidden', {get: () => hidden, configurable: true});"
    page.evaluate(hide + "document.dispatchEvent(new Event('visibilitychange')) }", True)
    receiver.wait_for(lambda: receiver.stored, "what there was")
    page.evaluate(
        "const p = Object.assign(document.createElement('p'), {id: 'unseen'});"
        "document.body.append(p); setTimeout(() => p.remove(), 50)"
    )
    page.wait_for_timeout(200)
    page.evaluate(hide + "document.dispatchEvent(new Event('visibilitychange')) }", False)
    say(page, "seen again")
    events = sent(page, receiver)
    assert "unseen" not in json.dumps(events)
    assert snapshots(events) == ["index.html", "index.html"]


@pytest.mark.parametrize(("chance", "recorded"), [(0.49, True), (0.5, False)])
def test_a_share_of_the_sessions_is_decided_once(
    page: Page, visitor: BrowserContext, receiver: Receiver, chance: float, recorded: bool
) -> None:
    receiver.record(mode="share")
    receiver.set(sampling={"replaySampleRate": 50})
    page.add_init_script(f"Math.random = () => location.pathname === '/index.html' ? {chance} : {0.99 - chance}")
    for path in ("/index.html", "/second.html", "/form.html"):
        page.goto(path)
        ready(page)
        is_recorded(page, recorded)
    other = visitor.new_page()
    other.goto("/second.html")
    ready(other)
    is_recorded(other, recorded)


def is_recorded(page: Page, recorded: bool) -> None:
    if recorded:
        recording(page)
    else:
        page.wait_for_timeout(300)
        assert page.evaluate("window.gosightReplay === undefined")
