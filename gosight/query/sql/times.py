"""Functions of time whose DuckDB side depends on what they are given: units, formats, intervals, the present."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlglot import exp

from gosight.query.model import QueryRefused
from gosight.query.sql.rules import MOST, Around, Built, Call, fill, literal_number, literal_text


def moment(when: datetime) -> exp.Expr:
    """A time that is written out."""
    return fill(f"timestamp '{when.isoformat(sep=' ')}'", {}).tree


def day(when: datetime) -> exp.Expr:
    return fill(f"date '{when.date().isoformat()}'", {}).tree


def _now(given: Call, around: Around) -> Built:
    """To the second, as ClickHouse's."""
    return Built(moment(around.now.replace(microsecond=0)), [])


def _now_fine(given: Call, around: Around) -> Built:
    return Built(moment(around.now), [])


def _today(given: Call, around: Around) -> Built:
    return Built(day(around.now), [])


def _yesterday(given: Call, around: Around) -> Built:
    return Built(day(around.now - timedelta(days=1)), [])


def _age(given: Call, around: Around) -> Built:
    unit = unit_of(given.args[0], given.name)
    return fill(f"date_sub('{unit}', $a::timestamp, $b::timestamp)", {"a": given.args[1], "b": given.args[2]})


_PARTS = frozenset(
    [
        "year",
        "isoyear",
        "quarter",
        "month",
        "week",
        "day",
        "dayofweek",
        "dow",
        "isodow",
        "dayofyear",
        "doy",
        "hour",
        "minute",
        "second",
        "millisecond",
        "microsecond",
        "epoch",
    ]
)


def part_of(name: str) -> str:
    if name.lower() not in _PARTS:
        raise QueryRefused(f"expected a part of a time, one of {', '.join(sorted(_PARTS))}, got {name[:30]!r}")
    return name.lower()


def _date_part(given: Call, around: Around) -> Built:
    part = part_of(literal_text(given.args[0], f"{given.name}: part"))
    return fill(f"date_part('{part}', $t)", {"t": given.args[1]})


_NAMES = {"year": "%Y", "month": "%B", "day": "%-d", "weekday": "%A", "hour": "%-H", "minute": "%-M", "second": "%-S"}


def _date_name(given: Call, around: Around) -> Built:
    unit = literal_text(given.args[0], "dateName: unit").lower()
    if unit not in _NAMES:
        raise QueryRefused(f"dateName: expected one of {', '.join(_NAMES)}, got {unit[:30]!r}")
    return fill(f"strftime($t::timestamp, '{_NAMES[unit]}')", {"t": given.args[1]})


_FORMATS = {
    "Y": "%Y", "m": "%m", "d": "%d", "H": "%H", "i": "%M", "S": "%S", "s": "%S", "y": "%y", "j": "%j", "a": "%a",
    "b": "%b", "M": "%B", "W": "%A", "p": "%p", "I": "%I", "h": "%I", "F": "%Y-%m-%d", "T": "%H:%M:%S", "R": "%H:%M",
    "D": "%m/%d/%y", "r": "%I:%M %p", "V": "%V", "G": "%G", "u": "%u", "w": "%w",
    "c": "%m", "f": "%f", "n": "\n", "t": "\t", "%": "%%",
}  # fmt: skip


def _format_date_time(given: Call, around: Around) -> Built:
    """ClickHouse's %i is DuckDB's %M, and its %M is the month's name."""
    pattern = literal_text(given.args[1], "formatDateTime: format")

    def one(match: re.Match[str]) -> str:
        if match[1] not in _FORMATS:
            raise QueryRefused(
                f"formatDateTime: there is no %{match[1]} here; known: {' '.join('%' + f for f in _FORMATS)}"
            )
        return _FORMATS[match[1]]

    text = re.sub(r"%(.?)", one, pattern, flags=re.DOTALL)
    return fill("strftime($time::timestamp, $format)", {"time": given.args[0], "format": exp.Literal.string(text)})


_UNITS = {
    name: unit
    for unit, names in {
        "microsecond": "microsecond microseconds us", "millisecond": "millisecond milliseconds ms",
        "second": "second seconds ss s", "minute": "minute minutes mi n", "hour": "hour hours hh h",
        "day": "day days dd d",
        "week": "week weeks wk ww", "month": "month months mm m", "quarter": "quarter quarters qq q",
        "year": "year years yyyy yy",
    }.items()
    for name in names.split()
}  # fmt: skip


def unit_of(value: exp.Expr, what: str) -> str:
    """'day' or DAY."""
    is_name = isinstance(value, exp.Column) and not value.table
    name = value.name if is_name else literal_text(value, f"{what}: unit")
    if name.lower() not in _UNITS:
        raise QueryRefused(f"{what}: expected a unit such as 'day' or 'hour', got {name[:30]!r}")
    return _UNITS[name.lower()]


def _date_diff(given: Call, around: Around) -> Built:
    """Boundaries that lie between; weeks begin on Monday."""
    unit = unit_of(given.args[0], given.name)
    values = {"a": given.args[1], "b": given.args[2]}
    if unit == "week":
        return fill(
            "date_diff('day', date_trunc('week', $a::timestamp), date_trunc('week', $b::timestamp)) // 7", values
        )
    return fill(f"date_diff('{unit}', $a::timestamp, $b::timestamp)", values)


def _date_trunc(given: Call, around: Around) -> Built:
    return fill(f"date_trunc('{unit_of(given.args[0], given.name)}', $t::timestamp)", {"t": given.args[1]})


_OF_DAYS = frozenset({"day", "week", "month", "quarter", "year"})


def _date_trunc_day(given: Call, around: Around) -> Built:
    """From weeks on ClickHouse answers a day."""
    unit = unit_of(given.args[0], given.name)
    cast = "::date" if unit in _OF_DAYS - {"day"} else ""
    return fill(f"date_trunc('{unit}', $t::timestamp){cast}", {"t": given.args[1]})


def is_day(value: exp.Expr) -> bool:
    """Is this a day, and not a time of it?"""
    while isinstance(value, exp.Paren):
        value = value.this
    return isinstance(value, exp.Cast) and value.to.this == exp.DType.DATE


def is_time(value: exp.Expr) -> bool:
    """Is this surely a time, such as now()?"""
    while isinstance(value, exp.Paren):
        value = value.this
    return isinstance(value, exp.Cast) and value.to.this in (exp.DType.TIMESTAMP, exp.DType.TIMESTAMPNTZ)


def _add_days(given: Call, around: Around) -> Built:
    """addDays, subtractMonths …: a day stays a day."""
    match = re.fullmatch(r"(add|subtract)(days|weeks|months|years)", given.name.lower())
    assert match is not None
    sign = "+" if match[1] == "add" else "-"
    cast = "::date" if is_day(given.args[0]) else ""
    return fill(f"($t {sign} to_{match[2]}($n::integer)){cast}", {"t": given.args[0], "n": given.args[1]})


def _date_add(given: Call, around: Around) -> Built:
    """date_add(DAY, 3, time), or date_add(time, INTERVAL 3 DAY)."""
    sign = "-" if "sub" in given.name.lower() else "+"
    if len(given.args) == 2:
        return fill(f"($t {sign} $i)", {"t": given.args[0], "i": given.args[1]})
    unit = unit_of(given.args[0], given.name)
    cast = "::date" if unit in _OF_DAYS and is_day(given.args[2]) else ""
    return fill(f"($t {sign} to_{unit}s($n::bigint)){cast}", {"t": given.args[2], "n": given.args[1]})


def _interval_start(given: Call, around: Around) -> Built:
    """Up to days they are counted from 1970, weeks from its first Monday, months from 1900, years from 0."""
    step = given.args[1]
    unit = (
        _UNITS.get(str(step.args["unit"].name).lower())
        if isinstance(step, exp.Interval) and step.args.get("unit")
        else None
    )
    count = step.this if isinstance(step, exp.Interval) else None
    if unit is None or not isinstance(count, exp.Literal) or not count.name.isdigit() or not 0 < int(count.name) < MOST:
        raise QueryRefused("toStartOfInterval: expected an interval that is written out, such as INTERVAL 5 MINUTE")
    number = int(count.name)
    if unit in ("second", "minute", "hour", "day", "millisecond", "microsecond"):
        template = f"time_bucket(to_{unit}s({number}), $t::timestamp, timestamp '1970-01-01')"
    elif unit == "week":
        template = f"time_bucket(to_weeks({number}), $t::timestamp, timestamp '1970-01-05')::date"
    elif unit == "year":
        first = number * (1900 // number) or number
        template = f"time_bucket(to_years({number}), $t::timestamp, timestamp '{first:04d}-01-01')::date"
    else:
        months = 3 * number if unit == "quarter" else number
        template = f"time_bucket(to_months({months}), $t::timestamp, timestamp '1900-01-01')::date"
    return fill(template, {"t": given.args[0]})


def _week_start(given: Call, around: Around) -> Built:
    """On Sunday, unless the mode is odd."""
    mode = int(literal_number(given.args[1], "toStartOfWeek: mode")) if len(given.args) > 1 else 0
    if mode % 2:
        return fill("date_trunc('week', $t::timestamp)::date", {"t": given.args[0]})
    return fill("(date_trunc('week', $t::timestamp + to_days(1)) - to_days(1))::date", {"t": given.args[0]})


def _to_date_time(given: Call, around: Around) -> Built:
    """To the second; of a number that is written out, seconds since 1970."""
    value = given.args[0]
    if isinstance(value, exp.Literal) and not value.is_string:
        return fill("make_timestamp($n::bigint * 1000000)", {"n": value})
    return fill("date_trunc('second', $t::timestamp)", {"t": value})


TIMES: dict[str, Callable[[Call, Around], Built]] = {
    "FORMAT": _format_date_time,
    "DATE_DIFF": _date_diff,
    "DATE_TRUNC": _date_trunc,
    "DATE_ADD": _date_add,
    "DATE_TRUNC_DAY": _date_trunc_day,
    "ADD_DAYS": _add_days,
    "INTERVAL_START": _interval_start,
    "WEEK_START": _week_start,
    "TO_DATE_TIME": _to_date_time,
    "NOW": _now,
    "NOW_FINE": _now_fine,
    "TODAY": _today,
    "YESTERDAY": _yesterday,
    "AGE": _age,
    "DATE_PART": _date_part,
    "DATE_NAME": _date_name,
}
