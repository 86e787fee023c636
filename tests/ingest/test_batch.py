"""What a body says: a batch, or a batch with events that fall alone, or none."""

import gzip
import re
from datetime import datetime

import pytest

from gosight.ingest import batch
from gosight.kit.clock import from_datetime
from gosight.kit.errors import BadRequest, GoSightError, PayloadTooLarge

A, B = b'{"type":"a"}', b'{"type":"b"}'
DEEP = b"[" * 5_000 + b"]" * 5_000


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nonsense",
        b"[]",
        b"null",
        b"5",
        b"{}",
        b'{"events":null}',
        b'{"events":{}}',
        b'{"events":"[]"}',
        b'{"events":[]',
        b'{"events":[],"more":tru}',
        b'{"events":[' + A + b"] nonsense",
        b'{"visitor_id":"\xff","events":[]}',
        b'{"visitor_id":"\\ud800","events":[]}',
        b'{"more":' + DEEP + b',"events":[]}',
        b'{"sent_at":true,"events":[]}',
        b'{"context":[],"events":[]}',
        b'{"context":{"screen":5},"events":[]}',
        b"\xef\xbb\xbf" + b'{"events":[]}',
        '{"events":[]}'.encode("utf-16"),
        b'{"events":["' + b'\\"' * 100_000,
        b'{"events":["' + b"\\" * 99_999,
    ],
    ids=lambda body: repr(body[:40]),
)
def test_a_body_that_is_no_batch_is_refused_whole(body: bytes) -> None:
    with pytest.raises(BadRequest):
        batch.decode(body, batch.NATIVE)


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (b"5", "expected an object, got a whole number"),
        (b"null", "expected an object, got null"),
        (b"[]", "expected an object, got a list"),
        (b"{}", "type: is required"),
        (b'{"type":null}', "type: expected text, got null"),
        (b'{"type":5}', "type: expected text, got a whole number"),
        (b'{"type":"x","ts":true}', "ts is not a time"),
        (b'{"type":"x","ts":[]}', "ts is not a time"),
        (b'{"type":"x","url":5}', "url: expected text, got a whole number"),
        (b'{"type":"x","referrer":5}', "referrer: expected text, got a whole number"),
        (b'{"type":"x","name":{}}', "name: expected text, got an object"),
        (b'{"type":"x","id":5}', "id: expected text, got a whole number"),
        (b'{"type":"x","visitor_id":5}', "visitor_id: expected text, got a whole number"),
        (b'{"type":"x","session_id":5}', "session_id: expected text, got a whole number"),
        (b'{"type":"x","user_id":5}', "user_id: expected text, got a whole number"),
        (b'{"type":"\xff"}', "the event is not valid UTF-8"),
        (b'{"type":"\\ud800"}', "the event is not valid JSON"),
        (b'{"type":"x","payload":{"a":"\\ud800"}}', "the event is not valid JSON"),
        (b'{"type":"x","payload":{"a":"\\udc00b"}}', "the event is not valid JSON"),
        (b'{"type":"x","payload":{"a":NaN}}', "the event is not valid JSON"),
        (b'{"type":"x","payload":{"a":01}}', "the event is not valid JSON"),
        (b'{"type":"x","payload":{"a":"\\x"}}', "the event is not valid JSON"),
        (b'{"type":"x","payload":{"a":"\x01"}}', "the event is not valid JSON"),
        (b'{"type":"x","payload":{"a":' + DEEP + b"}}", "the event is nested too deeply"),
        (b'{"type":"x","payload":{"a":"' + b"x" * 65_536 + b'"}}', "an event is at most 65536 bytes, got 655"),
    ],
)
def test_a_bad_event_falls_alone(bad: bytes, says: str) -> None:
    head, events, rejections = batch.decode(
        b'{"visitor_id":"v","events":[' + A + b"," + bad + b", " + B + b"]}", batch.NATIVE
    )
    assert head.visitor_id == "v"
    assert [event and event.type for event in events] == ["a", None, "b"]
    assert [rejection.index for rejection in rejections] == [1]
    assert rejections[0].message.startswith(says)


@pytest.mark.parametrize(
    ("body", "count"),
    [
        (b'{"events":[]}', 0),
        (b'{ "events" : [ ] }', 0),
        (b'{"events":[' + A + b"]}", 1),
        (b'{"context":null,"events":[' + A + b"]}", 1),
        (b'{"x":"events","y":["events",{"events":[1]}],"events":[' + A + b"," + B + b"]}", 2),
        (b'{"unknown":{"events":[1]},"events":[' + A + b',{"type":"\xc3\xa9"}]}', 2),
        (b'{"events":[{"type":"a","type":"b","unknown":1e999}]}', 1),
    ],
)
def test_a_batch_is_read(body: bytes, count: int) -> None:
    _, events, rejections = batch.decode(body, batch.NATIVE)
    assert (len(events), rejections) == (count, [])


def test_there_are_at_most_500_events_also_where_the_json_is_bad() -> None:
    many = b",".join([A] * 501)
    for body in (
        b'{"events":[' + many + b"]}",
        b'{"events":[' + many + b',{"type":NaN}]}',
        b'{"events":[' + b"," * 999,
    ):
        with pytest.raises(PayloadTooLarge, match="at most 500 events"):
            batch.decode(body, batch.NATIVE)


BODY = b'{"events":[]}'
BOMB = gzip.compress(b" " * 50_000_000, mtime=0)


@pytest.mark.parametrize(
    ("sent", "encoding"),
    [
        (BODY, ""),
        (BODY, "identity"),
        (gzip.compress(BODY, mtime=0), "gzip"),
        (gzip.compress(BODY, mtime=0), ""),
        (BODY, "gzip"),
    ],
)
def test_gzip_is_known_by_header_or_by_its_first_bytes(sent: bytes, encoding: str) -> None:
    assert batch.unpack(sent, encoding) == BODY


@pytest.mark.parametrize(
    ("sent", "encoding", "status", "says"),
    [
        (gzip.compress(BODY, mtime=0)[:-3], "gzip", 400, "the body's gzip is cut short"),
        (gzip.compress(BODY, mtime=0)[:12], "", 400, "the body's gzip is cut short"),
        (b"\x1f\x8bnonsense", "gzip", 400, "the body is not valid gzip"),
        (b"\x1f\x8b", "", 400, "the body's gzip is cut short"),
        (BOMB, "gzip", 413, "a batch is at most 1048576 bytes once unpacked"),
        (b" " * 1_048_577, "", 413, "a batch is at most 1048576 bytes once unpacked"),
        (BODY, "br", 400, "Content-Encoding: expected gzip or none, got 'br'"),
    ],
)
def test_what_does_not_unpack_is_refused(sent: bytes, encoding: str, status: int, says: str) -> None:
    with pytest.raises(GoSightError, match=re.escape(says)) as refused:
        batch.unpack(sent, encoding)
    assert refused.value.status == status


@pytest.mark.parametrize(
    ("ts", "iso"),
    [
        ("2026-01-20T10:30:15.000Z", "2026-01-20T10:30:15+00:00"),
        ("2026-01-20T10:30:15+02:00", "2026-01-20T08:30:15+00:00"),
        ("2026-01-20T10:30:15", "2026-01-20T10:30:15+00:00"),
        (" 2026-01-20 ", "2026-01-20T00:00:00+00:00"),
        (1768905016000, "2026-01-20T10:30:16+00:00"),
        (1768905016000.75, "2026-01-20T10:30:16+00:00"),
        (0, "1970-01-01T00:00:00+00:00"),
        (-1, "1969-12-31T23:59:59.999000+00:00"),
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59+00:00"),
    ],
)
def test_a_moment_is_iso_or_milliseconds(ts: str | float, iso: str) -> None:
    assert batch.moment(ts) == from_datetime(datetime.fromisoformat(iso))


@pytest.mark.parametrize(
    "ts",
    ["", "soon", "2026-13-01", "2026-02-30", "1612121212121", "20260101", "0001-01-01", "0001-01-01T00:00+14:00",
     "10000-01-01", 1e300, -1e300, 253_402_300_800_000, 10**30, -(10**30)],
)  # fmt: skip
def test_what_is_no_moment_is_refused(ts: str | float) -> None:
    with pytest.raises(BadRequest, match="ts is not a time"):
        batch.moment(ts)
