"""What a template cannot say: functions whose DuckDB side depends on what they are given."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlglot import exp

from gosight.query.model import QueryRefused
from gosight.query.sql.rules import MOST, Around, Built, Call, add_condition, fill, literal_number, literal_text


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


def _count_if(given: Call, around: Around) -> Built:
    condition = given.args.pop()
    given.conditions.append(condition)
    return fill("count(*)", {})


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


def int_div(value: exp.Expr, by: exp.Expr) -> exp.Expr:
    """The whole part of a quotient, cut towards 0."""
    return fill("trunc($x::decimal(38, 9) / nullif($y, 0))::bigint", {"x": value, "y": by}).tree


def _int_div(given: Call, around: Around) -> Built:
    return Built(int_div(*given.args), [])


def _duckdb_quantile(given: Call, around: Around) -> Built:
    level = given.args[1]
    for one in level.expressions if isinstance(level, exp.Array) else [level]:
        literal_number(one, f"{given.name}: level")
    name = "quantile_disc" if given.name.lower() == "quantile" else given.name.lower()
    return fill(f"{name}($x, $level)", {"x": given.args[0], "level": level})


def _lambda_last(given: Call, around: Around) -> Built:
    if not isinstance(given.args[1], exp.Lambda) or len(given.args[1].expressions) > 2:
        raise QueryRefused(f"{given.name}: expected a function last, such as x -> x + 1")
    return Built(exp.Anonymous(this=given.name.lower(), expressions=given.args), [])


def _extract_pattern(given: Call, around: Around) -> Built:
    pattern = literal_text(given.args[1], "extract: pattern")
    group = 1 if re.search(r"(?<!\\)\((?!\?)", pattern) else 0
    return fill(
        f"coalesce(regexp_extract($text, $pattern, {group}), '')", {"text": given.args[0], "pattern": given.args[1]}
    )


def _length(given: Call, around: Around) -> Built:
    """ClickHouse counts the bytes of a text."""
    (value,) = given.args
    return fill("len($x)" if around.is_list(value) else "strlen($x)", {"x": value})


def _empty(given: Call, around: Around) -> Built:
    (value,) = given.args
    return fill("len($x) = 0" if around.is_list(value) else "(coalesce($x, '') = '')", {"x": value})


def _not_empty(given: Call, around: Around) -> Built:
    (value,) = given.args
    return fill("len($x) > 0" if around.is_list(value) else "(coalesce($x, '') <> '')", {"x": value})


def _multi_if(given: Call, around: Around) -> Built:
    if len(given.args) < 3 or len(given.args) % 2 == 0:
        raise QueryRefused("multiIf: expected pairs of a condition and a value, and a last value for all else")
    pairs = zip(given.args[0:-1:2], given.args[1:-1:2], strict=True)
    ifs = [exp.If(this=condition, true=value) for condition, value in pairs]
    return Built(exp.Case(ifs=ifs, default=given.args[-1]), [])


def _uniq(given: Call, around: Around) -> Built:
    """Exactly, and without rows in which one of them is null."""
    if len(given.args) == 1:
        return fill("count(distinct $x)", {"x": given.args[0]})
    tree = fill("count($x)", {"x": exp.Distinct(expressions=[exp.Tuple(expressions=given.args)])})
    for value in given.args:
        known = exp.Not(this=exp.Is(this=exp.Paren(this=value.copy()), expression=exp.Null()))
        add_condition(tree, known)
    return tree


def _quantiles(given: Call, around: Around) -> Built:
    for level in given.params:
        literal_number(level, "quantiles: level")
    return fill("quantile_cont($x, $levels)", {"x": given.args[0], "levels": exp.Array(expressions=given.params)})


def _top(given: Call, around: Around) -> Built:
    most = int(literal_number(given.params[0], "topK: n")) if given.params else 10
    template = (
        "list_transform(list_sort(list_transform(map_entries(histogram($x)), "
        "lambda __e: {'n': -__e.value::bigint, 'k': __e.key}))"
        f"[1:{most}], lambda __e: __e.k)"
    )
    return fill(template, {"x": given.args[0]})


def _window_funnel(given: Call, around: Around) -> Built:
    """The longest chain of steps in their order, all within `window` seconds of the first: `f[i]` is when the chain
    began that has come to step i. One row may be several steps."""
    window = literal_seconds(given.params[0])
    if len(given.params) > 1:
        raise QueryRefused("windowFunnel: expected windowFunnel(seconds)(time, condition, …) without a mode")
    if len(given.args) < 2 or len(given.args) > 33:
        raise QueryRefused("windowFunnel: expected a time and 1 to 32 conditions")
    time, *steps = given.args
    marks = ", ".join(f"case when $s{n} then {n} end" for n in range(1, len(steps) + 1))
    nothing = ", ".join(["null::bigint"] * len(steps))
    template = f"""
coalesce(list_max(list_transform(list_reduce(
  list_transform(
    list_sort(flatten(list(list_transform(
      list_filter([{marks}], lambda __s: __s is not null), lambda __s: {{'t': epoch_us($time::timestamp), 's': __s}}
    )))),
    lambda __e: {{'t': __e.t, 's': __e.s, 'f': [{nothing}]}}
  ),
  lambda __a, __e: {{'t': __e.t, 's': __e.s, 'f': list_transform(__a.f, lambda __v, __i: case
    when __i <> __e.s then __v
    when __i = 1 then __e.t
    when __a.f[__i - 1] is not null and __e.t <= __a.f[__i - 1] + {window} then __a.f[__i - 1]
    else __v
  end)}},
  {{'t': 0::bigint, 's': 0, 'f': [{nothing}]}}
).f, lambda __v, __i: case when __v is not null then __i end)), 0)"""
    values = {f"s{n}": step for n, step in enumerate(steps, 1)} | {"time": time}
    return fill(template, values)


def literal_seconds(value: exp.Expr) -> int:
    """Microseconds of a literal number of seconds."""
    if not isinstance(value, exp.Literal) or value.is_string or not 0 <= float(value.name) < 1e9:
        raise QueryRefused("windowFunnel: expected a number of seconds, such as windowFunnel(3600)(timestamp, …)")
    return int(float(value.name) * 1_000_000)


def _retention(given: Call, around: Around) -> Built:
    if not 1 <= len(given.args) <= 32:
        raise QueryRefused("retention: expected 1 to 32 conditions")
    first = "coalesce(bool_or($c1), false)"
    rest = [f"({first} and coalesce(bool_or($c{n}), false))::int" for n in range(2, len(given.args) + 1)]
    template = "[" + ", ".join([f"{first}::int", *rest]) + "]"
    return fill(template, {f"c{n}": value for n, value in enumerate(given.args, 1)})


_WHOLE_NUMBER = "coalesce(try_cast(trunc(try_cast(json_extract_string($j, $p) as decimal(38, 9))) as {}), 0)"
_JSON = {
    "JSONEXTRACTSTRING": "coalesce(json_extract_string($j, $p), '')",
    "JSONEXTRACTINT": _WHOLE_NUMBER.format("bigint"),
    "JSONEXTRACTUINT": _WHOLE_NUMBER.format("ubigint"),
    "JSONEXTRACTFLOAT": "coalesce(try_cast(json_extract_string($j, $p) as double), 0)",
    "JSONEXTRACTBOOL": "coalesce(try_cast(json_extract($j, $p)::varchar as double) <> 0,"
    " json_extract($j, $p)::varchar = 'true', false)",
    "JSONEXTRACTRAW": "coalesce(json_extract($j, $p)::varchar, '')",
    "JSONHAS": "coalesce(json_exists($j, $p), false)",
    "JSONLENGTH": "coalesce(case json_type($j, $p) when 'ARRAY' then json_array_length($j, $p)"
    " when 'OBJECT' then len(json_keys($j, $p)) end, 0)",
    "JSONEXTRACTKEYS": "coalesce(json_keys($j, $p), [])",
    "JSONEXTRACTARRAYRAW": "coalesce(json_extract($j, $p)::json[]::varchar[], [])",
}


def _json(given: Call, around: Around) -> Built:
    """What is missing is "", 0 or false in ClickHouse, and so it is here."""
    if not given.args:
        raise QueryRefused(f"{given.name}: expected a JSON text, and a path of names and numbers")
    template = _JSON[given.name.upper().replace("SIMPLEJSON", "JSON").replace("VISITPARAM", "JSON")]
    return fill(template, {"j": _tried(given.args[0]), "p": exp.Literal.string(_pointer(given))})


def _tried(value: exp.Expr) -> exp.Expr:
    """A text that may be no JSON counts as nothing."""
    if isinstance(value, exp.Column) and value.name.lower() in ("properties", "details"):
        return value
    return fill("try($x::json)", {"x": value}).tree


def _pointer(given: Call) -> str:
    """A JSON pointer; numbers count from 1."""
    parts = []
    for step in given.args[1:]:
        if isinstance(step, exp.Literal) and not step.is_string and step.name.isdigit() and int(step.name) > 0:
            parts.append(f"/{int(step.name) - 1}")
        else:
            name = literal_text(step, f"{given.name}: path")
            parts.append("/" + name.replace("~", "~0").replace("/", "~1"))
    return "".join(parts) or "$"


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


def _replace_one(given: Call, around: Around) -> Built:
    text, old, new = given.args
    pattern = re.escape(literal_text(old, "replaceOne: from"))
    by = literal_text(new, "replaceOne: to").replace("\\", "\\\\")
    values = {"text": text, "pattern": exp.Literal.string(pattern), "by": exp.Literal.string(by)}
    return fill("regexp_replace($text, $pattern, $by)", values)


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


def integer(value: exp.Expr, kind: str) -> exp.Expr:
    """A whole number, cut and not rounded, as ClickHouse does it."""
    return fill(f"trunc($x::decimal(38, 9))::{kind}", {"x": value}).tree


def _to_integer(given: Call, around: Around) -> Built:
    kinds = {"8": "tinyint", "16": "smallint", "32": "integer", "64": "bigint"}
    match = re.fullmatch(r"to(u?)int(8|16|32|64)(ornull|orzero)?", given.name.lower())
    assert match is not None
    kind = ("u" if match[1] else "") + kinds[match[2]]
    if not match[3]:
        return Built(integer(given.args[0], kind), [])
    tried = fill(f"try_cast(nullif(regexp_extract($x::varchar, '^[+-]?[0-9]+$'), '') as {kind})", {"x": given.args[0]})
    return fill("coalesce($x, 0)", {"x": tried.tree}) if match[3] == "orzero" else tried


def _exact_quantile(given: Call, around: Around) -> Built:
    """The value at floor(level * n), not one between two."""
    level = given.params[0] if given.params else exp.Literal.number(0.5)
    literal_number(level, "quantileExact: level")
    template = (
        "list_sort(list($x) filter (where $x is not null))"
        "[least(floor($level * count($x))::bigint + 1, greatest(count($x), 1))]"
    )
    return fill(template, {"x": given.args[0], "level": level})


def _group_array(given: Call, around: Around) -> Built:
    cut = f"[1:{int(literal_number(given.params[0], f'{given.name}: n'))}]" if given.params else ""
    what = "distinct $x" if "uniq" in given.name.lower() else "$x"
    return fill(f"coalesce(list({what}) filter (where $x is not null), []){cut}", {"x": given.args[0]})


def _tuple(given: Call, around: Around) -> Built:
    return Built(exp.Tuple(expressions=given.args), [])


def _array(given: Call, around: Around) -> Built:
    return Built(exp.Array(expressions=given.args), [])


def _connective(given: Call, around: Around) -> Built:
    parts = [exp.Paren(this=value) for value in given.args]
    joined = exp.and_(*parts, copy=False) if given.name.lower() == "and" else exp.or_(*parts, copy=False)
    return Built(exp.Paren(this=joined), [])


def _lambda_first(given: Call, around: Around) -> Built:
    """ClickHouse's function stands before its list."""
    if not isinstance(given.args[0], exp.Lambda) or len(given.args[0].expressions) != 1:
        raise QueryRefused(f"{given.name}: expected a function of one argument first, such as x -> x + 1")
    templates = {
        "arraymap": "list_transform($a, $f)",
        "arrayfilter": "list_filter($a, $f)",
        "arrayexists": "len(list_filter($a, $f)) > 0",
        "arrayall": "len(list_filter($a, $f)) = len($a)",
        "arraycount": "len(list_filter($a, $f))",
        "arrayfirst": "list_filter($a, $f)[1]",
    }
    values = {"f": given.args[0], "a": given.args[1]}
    tree = fill(templates[given.name.lower()], values).tree
    for held in list(tree.find_all(exp.Paren)):
        if isinstance(held.this, exp.Lambda):
            held.replace(held.this)
    return Built(tree, [])


BUILDERS: dict[str, Callable[[Call, Around], Built]] = {
    "LENGTH": _length,
    "EMPTY": _empty,
    "NOT_EMPTY": _not_empty,
    "MULTI_IF": _multi_if,
    "UNIQ": _uniq,
    "QUANTILES": _quantiles,
    "TOP": _top,
    "FUNNEL": _window_funnel,
    "RETENTION": _retention,
    "JSON": _json,
    "FORMAT": _format_date_time,
    "DATE_DIFF": _date_diff,
    "DATE_TRUNC": _date_trunc,
    "DATE_ADD": _date_add,
    "DATE_TRUNC_DAY": _date_trunc_day,
    "ADD_DAYS": _add_days,
    "REPLACE_ONE": _replace_one,
    "INTERVAL_START": _interval_start,
    "WEEK_START": _week_start,
    "TO_DATE_TIME": _to_date_time,
    "TO_INTEGER": _to_integer,
    "EXACT_QUANTILE": _exact_quantile,
    "GROUP_ARRAY": _group_array,
    "TUPLE": _tuple,
    "ARRAY": _array,
    "CONNECTIVE": _connective,
    "LAMBDA_FIRST": _lambda_first,
    "LAMBDA_LAST": _lambda_last,
    "NOW": _now,
    "NOW_FINE": _now_fine,
    "TODAY": _today,
    "YESTERDAY": _yesterday,
    "COUNT_IF": _count_if,
    "AGE": _age,
    "DATE_PART": _date_part,
    "DATE_NAME": _date_name,
    "INT_DIV": _int_div,
    "QUANTILE": _duckdb_quantile,
    "EXTRACT_PATTERN": _extract_pattern,
}
