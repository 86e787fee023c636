"""POST /v1/events over real HTTP: who may send, what is taken, what is refused, and how."""

import gzip
import json
from typing import Any

import pytest

from gosight.control import keys
from gosight.kit.clock import system_clock
from tests.running import Answer, Server, Site

VIEW = {"type": "page_view", "url": "https://example.com/"}
BODY = json.dumps({"events": [VIEW]}).encode()


def accepted(answer: Answer) -> tuple[int, int]:
    """Accepted and rejected."""
    return answer.data["accepted"], answer.data["rejected"]


def key(server: Server, site: Site, *permissions: str) -> str:
    with server.control() as control:
        return keys.create(control, site.number, name="k", permissions=permissions, now=system_clock()).key


def test_a_key_comes_in_the_header_or_in_the_address(live: Server, site: Site) -> None:
    assert accepted(site.post(BODY)) == (1, 0)
    assert accepted(live.ask("POST", f"/v1/events?key={site.write_key}", BODY)) == (1, 0)
    assert accepted(live.ask("POST", f"/v1/events?x=1&key={site.write_key}&y=2", BODY)) == (1, 0)
    assert accepted(live.ask("POST", "/v1/events", BODY, {"X-GoSight-Key": key(live, site, "read", "write")})) == (1, 0)
    assert site.count() == 4


@pytest.mark.parametrize("given", ["", "nonsense", "gs_live_" + "x" * 32, "gs_live_" + "x" * 5_000, "\xff"])
def test_without_a_known_key_nothing_is_taken(live: Server, given: str) -> None:
    answer = live.ask("POST", "/v1/events", BODY, {"X-GoSight-Key": given} if given else {})
    assert answer.error[:2] == (401, "UNAUTHORIZED")


def test_a_key_that_reads_or_was_revoked_does_not_send(live: Server, site: Site) -> None:
    revoked = live.site()
    with live.control() as control:
        found = keys.of_project(control, revoked.number)
        for one in found:
            keys.revoke(control, revoked.number, one.id)
    for given in (site.read_key, revoked.write_key):
        answer = live.ask("POST", "/v1/events", BODY, {"X-GoSight-Key": given})
        assert answer.error[:2] == (401, "UNAUTHORIZED")


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (BODY, {"Content-Type": "application/json"}),
        (BODY, {"Content-Type": "text/plain;charset=UTF-8"}),
        (BODY, {"Content-Type": "nonsense"}),
        (gzip.compress(BODY, mtime=0), {"Content-Encoding": "gzip"}),
        (gzip.compress(BODY, mtime=0), {"Content-Type": "text/plain"}),
    ],
)
def test_a_body_is_json_whatever_its_type_says_and_gzip_where_it_is(
    site: Site, body: bytes, headers: dict[str, str]
) -> None:
    assert accepted(site.post(body, headers)) == (1, 0)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "VALIDATION_ERROR"),
        (b"nonsense", 400, "VALIDATION_ERROR"),
        (b"[]", 400, "VALIDATION_ERROR"),
        (b"{}", 400, "VALIDATION_ERROR"),
        (b'{"events":null}', 400, "VALIDATION_ERROR"),
        (b'{"events":[],"x":tru}', 400, "VALIDATION_ERROR"),
        (b'{"x":' + b"[" * 9_999 + b'],"events":[]}', 400, "VALIDATION_ERROR"),
        (b'{"sent_at":"soon","events":[{"type":"a"}]}', 400, "VALIDATION_ERROR"),
        (json.dumps({"events": [VIEW], "batch_id": "b" * 257}).encode(), 400, "VALIDATION_ERROR"),
        (json.dumps({"events": [VIEW], "visitor_id": "b" * 257}).encode(), 400, "VALIDATION_ERROR"),
        (gzip.compress(BODY, mtime=0)[:-5], 400, "VALIDATION_ERROR"),
        (gzip.compress(b" " * 9_000_000, mtime=0), 413, "PAYLOAD_TOO_LARGE"),
        (b" " * 1_048_577, 413, "PAYLOAD_TOO_LARGE"),
        (json.dumps({"events": [VIEW] * 501}).encode(), 413, "PAYLOAD_TOO_LARGE"),
    ],
    ids=lambda value: repr(value[:30]) if isinstance(value, bytes) else None,
)
def test_what_is_no_batch_is_refused_whole(site: Site, body: bytes, status: int, code: str) -> None:
    assert site.post(body).error[:2] == (status, code)


def test_a_body_without_a_length_is_bounded_too(site: Site) -> None:
    pieces = (b" " * 100_000 for _ in range(30))
    answer = site.server.ask("POST", "/v1/events", pieces, {"X-GoSight-Key": site.write_key})
    assert answer.error[:2] == (413, "PAYLOAD_TOO_LARGE")


def test_500_events_and_none_are_batches(site: Site) -> None:
    assert accepted(site.send(*[VIEW] * 500)) == (500, 0)
    assert accepted(site.send()) == (0, 0)
    assert site.count() == 500


def test_a_bad_event_is_rejected_alone_under_its_index(site: Site) -> None:
    long = {"type": "a", "payload": {"text": "x" * 65_536}}
    far = system_clock() // 1_000 + 25 * 3_600_000
    answer = site.send(
        VIEW, {"type": 5}, {}, VIEW, {"type": ""}, {"type": "x" * 101}, {"type": "a", "ts": "soon"},
        {"type": "a", "ts": far}, {"type": "a", "payload": []},
        {"type": "a", "id": "i" * 257}, {"type": "a", "name": "n" * 101}, long,
        {"type": "identify", "payload": {"user_id": 5}}, {"type": "a", "session_id": "s" * 257}, VIEW,
    )  # fmt: skip
    assert accepted(answer) == (3, 12)
    assert [error["index"] for error in answer.data["errors"]] == [1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]
    assert {error["code"] for error in answer.data["errors"]} == {"VALIDATION_ERROR", "PAYLOAD_TOO_LARGE"}
    assert answer.data["errors"][4] == {"index": 6, "code": "VALIDATION_ERROR", "message": "ts is not a time"}
    assert answer.data["errors"][5]["message"] == "ts is over 24 hours in the future"
    assert site.count() == 3


ODD = [
    '{"type":"a\\u0000b","name":"\\u0000","url":"http://a/\\u0000","id":"\\u0000","visitor_id":"\\u0000","session_id":"\\u0000s"}',
    '{"type":"page_view","url":"http://a/\\u0000","payload":{"title":"\\u0000","referrer":"\\u0000"}}',
    '{"type":"click","payload":{"x":1e999,"y":-1e999}}',
    '{"type":"click","payload":{"x":123456789012345678901234567890,"y":1,"target":5}}',
    '{"type":"page_exit","payload":{"time_on_page_ms":1e999,"scroll_depth":1e400}}',
    '{"type":"page_exit","payload":{"time_on_page_ms":"nan","scroll_depth":{}}}',
    '{"type":"click","payload":{"x":' + "[" * 800 + "]" * 800 + "}}",
    '{"type":"mouse_move","payload":{"points":[[1,2],[null,1,1],[1e999,1,1],5,"x"]}}',
    '{"type":"identify","payload":{"user_id":"u","traits":{"n":123456789012345678901234567890,"e":1e999}}}',
    '{"type":"identify","user_id":"u","payload":{"traits":[1]}}',
    '{"type":"a","type":"b","payload":{"x":1,"x":2}}',
    '{"type":"a","#q":-5,"#s":99,"#t":5,"#r":5,"#p":"/evil"}',
    '{"type":"a","payload":null,"url":"","referrer":"","name":"","id":"","visitor_id":"","session_id":"","user_id":""}',
    '{"type":"a","url":"javascript:alert(1)"}',
    '{"type":"a","url":"' + "x" * 60_000 + '"}',
    '{"type":"a","ts":"0001-01-02T00:00:00Z"}',
]  # fmt: skip


def test_whatever_is_taken_can_be_read(site: Site) -> None:
    body = ('{"visitor_id":"odd","context":{"screen":"\\u0000"},"events":[' + ",".join(ODD) + "]}").encode()
    assert accepted(site.post(body)) == (len(ODD), 0)
    assert accepted(site.send({"type": "a"}, visitor_id="odd", user_id="u")) == (1, 0)
    listed = site.read("/sessions?start_date=2020-01-01").data
    assert sum(item["event_count"] for item in listed) <= len(ODD) + 1
    visitor = site.read("/visitors/odd")
    assert visitor.data["events"] >= len(ODD) - 1
    assert len(site.read("/visitors/odd/timeline?per_page=500").data) == visitor.data["events"]
    for item in listed:
        if "\0" not in item["id"]:
            assert site.read(f"/sessions/{item['id']}").status == 200
            assert site.read(f"/sessions/{item['id']}/events").status == 200
    for path in ("/overview", "/first-event", "/online", "/breakdown?by=path", "/breakdown?by=referrer"):
        assert site.read(path).status == 200


def test_a_batch_or_an_event_that_comes_again_counts_once(site: Site) -> None:
    for _ in range(3):
        assert accepted(site.send(VIEW, VIEW, batch_id="batch-1")) == (2, 0)
    assert site.count() == 2
    named = {**VIEW, "id": "event-1"}
    assert accepted(site.send(named, named, VIEW, batch_id="batch-2")) == (3, 0)
    assert accepted(site.send(named, VIEW, batch_id="batch-3")) == (2, 0)
    assert site.count() == 2 + 2 + 1


def test_ids_belong_to_their_project_and_a_batch_is_no_event(live: Server, site: Site) -> None:
    other = live.site()
    for one in (site, other):
        assert accepted(one.send({**VIEW, "id": "same"}, batch_id="same")) == (1, 0)
        assert one.count() == 1


@pytest.mark.parametrize(
    ("domains", "origin", "status"),
    [
        ([], "https://anything.example", 200),
        ([], "null", 403),
        (["example.com"], "https://example.com", 200),
        (["example.com"], "https://example.com:8443", 200),
        (["example.com"], "http://EXAMPLE.com", 200),
        (["example.com"], "https://www.example.com", 403),
        (["example.com"], "https://example.com.evil.example", 403),
        (["example.com"], "https://notexample.com", 403),
        (["example.com"], "null", 403),
        (["example.com"], "", 403),
        (["example.com"], "https://[", 403),
        (["example.com"], None, 200),
        (["*.example.com"], "https://a.example.com", 200),
        (["*.example.com"], "https://a.b.example.com", 200),
        (["*.example.com"], "https://example.com", 403),
        (["*.example.com", "example.com"], "https://example.com", 200),
    ],
)
def test_pages_of_other_domains_do_not_send(live: Server, domains: list[str], origin: str | None, status: int) -> None:
    site = live.site(allowed_domains=domains)
    answer = site.post(BODY, {} if origin is None else {"Origin": origin})
    assert answer.status == status
    assert answer.headers.get("access-control-allow-origin") == origin
    if status == 403:
        assert answer.error[1] == "FORBIDDEN"
    assert site.count() == (1 if status == 200 else 0)


def test_preflights_are_always_answered(live: Server) -> None:
    asked = {
        "Origin": "https://unknown.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "x-gosight-key,content-type,content-encoding",
    }
    answer = live.ask("OPTIONS", "/v1/events", headers=asked)
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == "https://unknown.example"
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert "x-gosight-key" in answer.headers["access-control-allow-headers"]


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_only_post_sends(live: Server, site: Site, method: str) -> None:
    answer = live.ask(method, "/v1/events", headers={"X-GoSight-Key": site.write_key})
    assert answer.error[:2] == (405, "METHOD_NOT_ALLOWED")
    assert "POST" in answer.headers["allow"]


def test_a_page_view_keeps_its_referrer_whatever_its_payload_says(site: Site) -> None:
    view: dict[str, Any] = {**VIEW, "referrer": "https://www.google.com/"}
    for number, payload in enumerate(
        [None, {}, {"title": "the referrer"}, {"from": "referrer"}, {"a": {"referrer": 1}}]
    ):
        site.send({**view, "payload": payload}, session_id=f"s{number}")
    site.send({**view, "payload": {"referrer": "https://duckduckgo.com/"}}, session_id="own")
    sources = {item["id"]: item["source"] for item in site.read("/sessions").data}
    assert sources == {**{f"s{number}": "google" for number in range(5)}, "own": "duckduckgo"}
