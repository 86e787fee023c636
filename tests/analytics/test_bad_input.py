"""Whatever is wrong in a question is named, with what was expected; nothing ends in a 500."""

import re
from collections.abc import Iterator

import pytest

from tests.world import Person, StoppedClock, error, noon, opened

ZONE = 'timezone: expected an IANA time zone such as "Europe/Berlin" or "UTC", got '
BAD = [
    ("sessions?sort=x", "sort: expected started_at, duration or events, got 'x'"),
    ("sessions?sort=", "sort: expected started_at, duration or events, got ''"),
    ("sessions?order=down", "order: expected asc or desc, got 'down'"),
    ("overview?interval=minute", "interval: expected hour, day, week or month, got 'minute'"),
    ("breakdown", "by: expected path, referrer,"),
    ("breakdown?by=city", "by: expected path, referrer,"),
    ("sessions?page=x", "page: expected a whole number, got 'x'"),
    ("sessions?page=", "page: expected a whole number, got ''"),
    ("sessions?page=1.5", "page: expected a whole number, got '1.5'"),
    ("sessions?page=0", "page: expected a number from 1 to 1000000, got 0"),
    ("sessions?page=-1", "page: expected a number from 1 to 1000000, got -1"),
    ("sessions?page=99999999999999999999999", "page: expected a number from 1 to 1000000, got 999"),
    ("sessions?page=1&page=x", "page: expected a whole number, got 'x'"),
    ("sessions?per_page=101", "per_page: expected a number from 1 to 100, got 101"),
    ("sessions?page=x&per_page=y", "page: expected a whole number, got 'x'; per_page: expected a whole"),
    ("sessions/any/events?per_page=501", "per_page: expected a number from 1 to 500, got 501"),
    ("sessions?has_error=maybe", "has_error: expected true or false, got 'maybe'"),
    ("sessions?bots=", "bots: expected true or false, got ''"),
    ("sessions?min_duration=x", "min_duration: expected a number, got 'x'"),
    ("sessions?min_duration=nan", "min_duration: expected seconds from 0 to 1000000000, got nan"),
    ("sessions?min_duration=inf", "min_duration: expected seconds from 0 to 1000000000, got inf"),
    ("sessions?max_duration=-inf", "max_duration: expected seconds from 0 to 1000000000, got -inf"),
    ("sessions?max_duration=1e400", "max_duration: expected a number of a usual size, got '1e400'"),
    ("sessions?max_duration=-1", "max_duration: expected seconds from 0 to 1000000000, got -1.0"),
    ("sessions?min_duration=10&max_duration=5", "max_duration: expected at least min_duration (10), got 5.0"),
    ("overview?timezone=Mars/Base", ZONE),
    ("overview?timezone=../../etc/passwd", ZONE),
    ("overview?timezone=" + "x" * 5_000, ZONE),
    ("overview?timezone=%00", ZONE),
    ("overview?start_date=x", "start_date: expected a date such as 2026-01-31 (or a local time such as"),
    ("overview?start_date=2026-13-01", "start_date: expected a date such as 2026-01-31"),
    ("overview?start_date=2026-02-30", "start_date: expected a date such as 2026-01-31"),
    ("overview?start_date=2026-W01-1", "start_date: expected a date such as 2026-01-31"),
    ("overview?start_date=20260101", "start_date: expected a date such as 2026-01-31"),
    ("overview?start_date=2026-01-01T10:00Z", "start_date: expected a date such as 2026-01-31"),
    ("overview?end_date=0001-01-01", "end_date: expected a date such as 2026-01-31"),
    ("overview?end_date=9999-12-31", "end_date: expected a date such as 2026-01-31"),
    ("overview?start_date=%FF%FE", "start_date: expected a date such as 2026-01-31"),
    ("overview?start_date=2026-11-22&end_date=2026-11-21", "start_date: must not be after end_date"),
    ("overview?start_date=1990-01-01", "start_date: a range has at most 3700 days"),
    ("overview?start_date=2017-01-01&interval=hour", "interval: too many points"),
    ("sessions?country=USA", "country: expected a code of two letters such as US, got 'USA'"),
    ("sessions?country=1!", "country: expected a code of two letters such as US, got '1!'"),
    ("sessions?device_type=toaster", "device_type: expected desktop, mobile or tablet, got 'toaster'"),
    ("sessions?path=" + "x" * 2_049, "path: expected at most 2048 characters, got 'xxx"),
    ("sessions?visitor_id=" + "x" * 2_049, "visitor_id: expected at most 2048 characters, got 'xxx"),
    ("heatmaps", "path: is required"),
    ("heatmaps?path=", "path: is required"),
    ("heatmaps?path=/&type=eyes", "type: expected click, scroll, move or attention, got 'eyes'"),
    ("heatmaps?path=/&device_type=toaster", "device_type: expected desktop, mobile or tablet, got 'toaster'"),
    ("heatmaps?path=/&start_date=2026-02-30", "start_date: expected a date such as 2026-01-31"),
    ("heatmaps?path=" + "x" * 2_049, "path: expected at most 2048 characters, got 'xxx"),
    ("heatmaps/pages?page=0", "page: expected a number from 1 to 1000000, got 0"),
    ("insights?type=angry", "type: expected rage_click, dead_click, error_click or thrashed_cursor, got 'angry'"),
    ("insights?type=", "type: expected rage_click, dead_click, error_click or thrashed_cursor, got ''"),
    ("insights?interval=minute", "interval: expected hour, day, week or month, got 'minute'"),
    ("insights?page=0", "page: expected a number from 1 to 1000000, got 0"),
    ("insights?per_page=101", "per_page: expected a number from 1 to 100, got 101"),
    ("insights?start_date=2026-02-30", "start_date: expected a date such as 2026-01-31"),
    ("errors?status=closed", "status: expected open, resolved or ignored, got 'closed'"),
    ("errors?status=", "status: expected open, resolved or ignored, got ''"),
    ("errors?sort=votes", "sort: expected last_seen, first_seen, count or sessions, got 'votes'"),
    ("errors?order=down", "order: expected asc or desc, got 'down'"),
    ("errors?grouped=perhaps", "grouped: expected true or false, got 'perhaps'"),
    ("errors?grouped=false&sort=count", "sort: expected last_seen where grouped is false, got 'count'"),
    ("errors?error_id=err_1", "error_id: expected the id of an error such as \"err_0123456789abcdef\", got 'err_1'"),
    ("errors?page=0", "page: expected a number from 1 to 1000000, got 0"),
    ("errors?per_page=101", "per_page: expected a number from 1 to 100, got 101"),
    ("errors?start_date=2026-02-30", "start_date: expected a date such as 2026-01-31"),
    ("errors?search=" + "x" * 2_049, "search: expected at most 2048 characters, got 'xxx"),
    ("errors?timezone=Mars/Base", ZONE),
    ("errors/err_0123456789abcdef?interval=minute", "interval: expected hour, day, week or month, got 'minute'"),
    ("errors/err_0123456789abcdef?timezone=Mars/Base", ZONE),
    ("sessions/any/events?event_types=" + "a," * 51, "event_types: expected at most 50 types of 100 characters"),
]  # fmt: skip


@pytest.fixture(scope="module")
def asker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Person]:
    """Who owns a project without events."""
    with opened(tmp_path_factory.mktemp("bad") / "data", StoppedClock(noon())) as world:
        person = world.member("olga")
        world.project(person)
        yield person


@pytest.mark.parametrize(("query", "says"), BAD, ids=[query[:60] for query, _ in BAD])
def test_what_is_wrong_is_named(asker: Person, query: str, says: str) -> None:
    answer = asker.get(f"/projects/shop/{query}")
    assert error(answer)[:2] == (400, "VALIDATION_ERROR")
    message = error(answer)[2]
    assert message.startswith(says)
    assert answer.json()["error"]["details"]["field"] == re.split(r"\W", message)[0]
    assert len(message) < 600


ODD = [
    "x" * 5_000,
    "%00",
    "%FF%FE",
    "%ED%A0%80",
    "..%2F..%2Fetc",
    "a%2Fb",
    "%F0%9F%98%80",
    "'%22%3Bdrop",
    "%25",
    "{}",
    "*",
]


@pytest.mark.parametrize("odd", ODD, ids=[odd[:12] for odd in ODD])
def test_an_id_that_is_not_there_is_404_whatever_it_is(asker: Person, odd: str) -> None:
    for path in (f"sessions/{odd}", f"sessions/{odd}/events", f"visitors/{odd}", f"visitors/{odd}/timeline"):
        answer = asker.get(f"/projects/shop/{path}")
        assert error(answer)[:2] == (404, "NOT_FOUND")
        assert len(error(answer)[2]) < 300
    assert error(asker.get(f"/projects/{odd}/overview"))[:2] == (404, "NOT_FOUND")


@pytest.mark.parametrize("odd", ODD, ids=[odd[:12] for odd in ODD])
@pytest.mark.parametrize("field", ["path", "referrer", "browser", "utm_source", "user_id", "visitor_id"])
def test_a_filter_that_matches_nothing_finds_nothing(asker: Person, field: str, odd: str) -> None:
    answer = asker.get(f"/projects/shop/sessions?{field}={odd[:2_000]}")
    assert (answer.status_code, answer.json()["data"]) == (200, [])
