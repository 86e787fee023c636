"""POST /v1/replay over real HTTP: keys, origins, encodings, and bad input of every kind, of which nothing is kept."""

import gzip
from pathlib import Path
from typing import Any

import pytest

from tests.replay.recordings import moves, packed, send
from tests.running import Server, Site, running

BODY = packed(moves(1_768_905_016_000))


def test_a_chunk_is_taken_packed_or_plain(site: Site) -> None:
    assert send(site, BODY, index=0).data == {"index": 0, "events": 3}
    assert send(site, gzip.decompress(BODY), index=1).data == {"index": 1, "events": 3}
    assert send(site, BODY, index=2, headers={"Content-Encoding": "gzip"}).data == {"index": 2, "events": 3}


def test_a_key_comes_in_the_header_or_in_the_address(live: Server, site: Site) -> None:
    path = f"/v1/replay?session_id=s&index=0&key={site.write_key}"
    assert live.ask("POST", path, BODY).data == {"index": 0, "events": 3}
    for key in ("", "nonsense", site.read_key):
        answer = live.ask("POST", "/v1/replay?session_id=s&index=0", BODY, {"X-GoSight-Key": key} if key else {})
        assert answer.error[:2] == (401, "UNAUTHORIZED")


def test_pages_of_other_domains_do_not_send(live: Server) -> None:
    site = live.site(allowed_domains=["example.com"])
    assert send(site, BODY, headers={"Origin": "https://evil.example"}).error[:2] == (403, "FORBIDDEN")
    taken = send(site, BODY, headers={"Origin": "https://example.com"})
    assert taken.status == 200
    assert taken.headers["access-control-allow-origin"] == "https://example.com"


def test_preflights_are_always_answered(live: Server) -> None:
    asked = {"Origin": "https://unknown.example", "Access-Control-Request-Method": "POST"}
    answer = live.ask("OPTIONS", "/v1/replay?session_id=s&index=0", headers=asked)
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == "https://unknown.example"


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_only_post_sends(live: Server, site: Site, method: str) -> None:
    answer = live.ask(method, "/v1/replay", headers={"X-GoSight-Key": site.write_key})
    assert answer.error[:2] == (405, "METHOD_NOT_ALLOWED")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("index=0", "session_id"),
        ("session_id=&index=0", "session_id"),
        ("session_id=" + "s" * 257 + "&index=0", "session_id"),
        ("session_id=s", "index"),
        ("session_id=s&index=", "index"),
        ("session_id=s&index=-1", "index"),
        ("session_id=s&index=1.5", "index"),
        ("session_id=s&index=10000", "index"),
        ("session_id=s&index=%D9%A1", "index"),
        ("session_id=s&index=0&visitor_id=" + "v" * 257, "visitor_id"),
        ("session_id=s&index=0&sent_at=", "sent_at"),
        ("session_id=s&index=0&sent_at=-1", "sent_at"),
        ("session_id=s&index=0&sent_at=2026-01-01", "sent_at"),
        ("session_id=s&index=0&sent_at=" + "9" * 16, "sent_at"),
    ],
)
def test_the_query_says_what_is_wrong_with_it(live: Server, site: Site, query: str, field: str) -> None:
    answer = live.ask("POST", f"/v1/replay?{query}", BODY, {"X-GoSight-Key": site.write_key})
    assert answer.error[:2] == (400, "VALIDATION_ERROR")
    assert answer.error[2].startswith(f"{field}: expected")
    assert answer.json["error"]["details"] == {"field": field}


BAD: list[tuple[bytes, int, str]] = [
    (b"", 400, "no JSON"),
    (b"nonsense", 400, "no JSON"),
    (b"[]", 400, "an empty one"),
    (b"{}", 400, "expected a list, got an object"),
    (b'[{"type":3,"timestamp":1},5]', 400, "[1]: expected an object"),
    (b'[{"type":"3","timestamp":1}]', 400, "[0].type: expected a whole number"),
    (b'[{"type":-1,"timestamp":1}]', 400, "[0].type"),
    (b'[{"type":1.5,"timestamp":1}]', 400, "[0].type"),
    (b'[{"type":3}]', 400, "[0].timestamp: is required"),
    (b'[{"type":3,"timestamp":"now"}]', 400, "[0].timestamp: expected a number"),
    (b'[{"type":3,"timestamp":1e999}]', 400, "[0].timestamp"),
    (b'[{"type":3,"timestamp":null}]', 400, "[0].timestamp"),
    (b'[{"type":3,"timestamp":1,"data":tru}]', 400, "no JSON"),
    (b'[{"type":3,"timestamp":1,"data":"\xff"}]', 400, "not valid UTF-8"),
    (b'[{"type":3,"timestamp":1,"data":"\xc3', 400, "not valid UTF-8"),
    (b'[{"type":3,"timestamp":1,"data":' + b"[" * 200_000, 400, "nested too deeply"),
    (b'[{"type":3,"timestamp":1}]' * 2, 400, "no JSON"),
    (BODY[:-5], 400, "cut short"),
    (BODY[:20], 400, "cut short"),
    (b"\x1f\x8b\x07" + BODY[3:], 400, "not valid gzip"),
    (b"\x1f\x8b", 400, "cut short"),
    (BODY + BODY, 400, "something behind"),
    (BODY + b" ", 400, "something behind"),
    (gzip.compress(b"[" + b" " * 17_000_000, mtime=0), 413, "at most 16777216 bytes"),
    (b" " * 17_000_000, 413, "at most 16777216 bytes"),
    (
        gzip.compress(b"[" + b'{"type":3,"timestamp":1},' * 100_000 + b'{"type":3,"timestamp":1}]', mtime=0),
        413,
        "100000 events",
    ),
]


@pytest.mark.parametrize(("body", "status", "says"), BAD, ids=[says + str(n) for n, (_, _, says) in enumerate(BAD)])
def test_what_is_no_recording_is_refused_and_nothing_of_it_kept(
    site: Site, body: bytes, status: int, says: str
) -> None:
    answer = send(site, body)
    assert answer.error[:2] == (status, "VALIDATION_ERROR" if status == 400 else "PAYLOAD_TOO_LARGE")
    assert says in answer.error[2]
    assert site.read("/sessions").data == []
    assert send(site, BODY).data == {"index": 0, "events": 3}


def test_an_encoding_that_nobody_knows_is_named(site: Site) -> None:
    answer = send(site, BODY, headers={"Content-Encoding": "br"})
    assert answer.error[:2] == (400, "VALIDATION_ERROR")
    assert "gzip or none" in answer.error[2]


def test_a_body_without_a_length_is_bounded_too(site: Site) -> None:
    def pieces() -> Any:
        for _ in range(20):
            yield b" " * 1_000_000

    asked = {"X-GoSight-Key": site.write_key}
    answer = site.server.ask("POST", "/v1/replay?session_id=s&index=0", pieces(), asked)
    assert answer.error[:2] == (413, "PAYLOAD_TOO_LARGE")


def test_recordings_do_not_count_as_events(site: Site) -> None:
    send(site, BODY)
    assert site.read("/overview").data["summary"]["events"] == 0


def test_bad_input_leaves_memory_as_it_was(tmp_path: Path) -> None:
    bomb = gzip.compress(b"[" + b" " * 200_000_000, mtime=0)
    many = gzip.compress(b"[" + b'{"type":3,"timestamp":1},' * 600_000 + b'{"type":3,"timestamp":1}]', mtime=0)
    with running(tmp_path / "data") as server:
        site = server.site()
        assert send(site, BODY).status == 200
        for _ in range(3):
            assert [send(site, bad, index=1).status for bad in (bomb, many)] == [413, 413]
        before = _memory_mb(server)
        for _ in range(20):
            assert [send(site, bad, index=1).status for bad in (bomb, many, BODY[:-5])] == [413, 413, 400]
        after = _memory_mb(server)
        peak = _memory_mb(server, "VmHWM")
    assert after - before < 30
    assert peak < 512


def _memory_mb(server: Server, what: str = "VmRSS") -> float:
    assert server.process is not None
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith(what))
