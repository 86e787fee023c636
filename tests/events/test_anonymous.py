"""Who a visitor is when nothing is stored in the browser."""

from datetime import UTC, date, datetime, timedelta, timezone

from gosight.events import anonymous

TODAY, YESTERDAY = date(2026, 1, 20), date(2026, 1, 19)
SALTS = {YESTERDAY: b"y" * 16, TODAY: b"t" * 16}


def at(hour: int, minute: int, second: int = 0) -> datetime:
    return datetime(2026, 1, 20, hour, minute, second, tzinfo=UTC)


def test_the_same_facts_make_the_same_visitor() -> None:
    one = anonymous.visitor(b"salt", "proj_1", "203.0.113.7", "Firefox")
    assert one == anonymous.visitor(b"salt", "proj_1", "203.0.113.7", "Firefox")
    assert one.startswith("a_")
    assert len(one) == 34


def test_any_other_fact_makes_another_visitor() -> None:
    facts = [
        (b"salt", "proj_1", "203.0.113.7", "Firefox"),
        (b"pepper", "proj_1", "203.0.113.7", "Firefox"),
        (b"salt", "proj_2", "203.0.113.7", "Firefox"),
        (b"salt", "proj_1", "203.0.113.8", "Firefox"),
        (b"salt", "proj_1", "203.0.113.7", "Chrome"),
        (b"salt", "proj_1", "203.0.113.7F", "irefox"),
        (b"salt", "proj_1", "203.0.113.7", "Firefox\ud800"),
    ]
    assert len({anonymous.visitor(*fact) for fact in facts}) == len(facts)


def test_yesterdays_salt_lives_30_minutes_longer() -> None:
    assert anonymous.candidates(SALTS, at(0, 0)) == (b"t" * 16, b"y" * 16)
    assert anonymous.candidates(SALTS, at(0, 29, 59)) == (b"t" * 16, b"y" * 16)
    assert anonymous.candidates(SALTS, at(0, 30)) == (b"t" * 16,)
    assert anonymous.candidates(SALTS, at(23, 59)) == (b"t" * 16,)


def test_the_day_is_utc() -> None:
    tokyo = timezone(timedelta(hours=9))
    assert anonymous.candidates(SALTS, datetime(2026, 1, 20, 8, 0, tzinfo=tokyo)) == (b"y" * 16,)


def test_without_todays_salt_there_is_none() -> None:
    assert anonymous.candidates({YESTERDAY: b"y"}, at(0, 5)) == ()


def test_salts_are_thrown_away_once_they_are_of_no_use() -> None:
    old = {date(2026, 1, 18): b"o", **SALTS}
    assert anonymous.expired(old, at(0, 29)) == [date(2026, 1, 18)]
    assert anonymous.expired(old, at(0, 30)) == [date(2026, 1, 18), YESTERDAY]
    assert anonymous.expired(SALTS, datetime(2026, 1, 19, 12, tzinfo=UTC)) == []
