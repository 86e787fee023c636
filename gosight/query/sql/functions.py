"""What a function's name means: one table, from the names of ClickHouse and DuckDB to what DuckDB runs.

A name that is not in the table does not exist. Each line is `signature | DuckDB | what it does`, where
- `agg`, `win` and `list` before the name: it aggregates, it is a window function, it answers a list;
- a second pair of parentheses holds the arguments of one that has parameters: `quantile(level)(x)`;
- `name!` is a number, `name'` a text, that must be written out, so that nobody can make a function's result as large
  as they please: neither a deadline nor a limit of memory holds inside one call;
- `...` takes any number of arguments, which stand where DuckDB's side says `$all`;
- `=` runs DuckDB's function of that name as it is, and a word in capitals is a builder below.
"""

import difflib
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache

import msgspec
from sqlglot import exp

from gosight.query.model import Function, QueryRefused
from gosight.query.sql.functions_table import CLICKHOUSE, DUCKDB
from gosight.query.sql.reading import of_ours

MOST = 10_000
"""A number that decides how large a result is stays below."""
AGGREGATES = frozenset(
    [
        "count",
        "sum",
        "avg",
        "min",
        "max",
        "any_value",
        "first",
        "last",
        "arg_min",
        "arg_max",
        "list",
        "quantile_cont",
        "quantile_disc",
        "histogram",
        "bool_or",
        "bool_and",
        "stddev_samp",
        "stddev_pop",
        "var_samp",
        "var_pop",
        "corr",
        "covar_samp",
        "covar_pop",
        "string_agg",
        "median",
        "mode",
        "bit_and",
        "bit_or",
        "bit_xor",
        "skewness",
        "kurtosis",
        "entropy",
        "product",
        "approx_count_distinct",
        "mad",
        "geomean",
        "regr_slope",
        "regr_intercept",
        "regr_r2",
    ]
)


class Parameter(msgspec.Struct, frozen=True):
    name: str
    literal: str
    """`!` a number, `'` a text, that is written out; else ""."""


class Rule(msgspec.Struct, frozen=True):
    """One line of the table."""

    name: str
    signature: str
    engine: str
    description: str
    kind: str
    params: tuple[Parameter, ...]
    """Of the first pair of parentheses, where there are two."""
    args: tuple[Parameter, ...]
    is_open: bool
    """Any number of arguments more."""

    @property
    def aggregates(self) -> bool:
        return self.kind.startswith("agg")

    @property
    def answers_list(self) -> bool:
        return self.kind.endswith("list")


class Call(msgspec.Struct):
    """A call as it was written. `conditions`: of the combinator -If."""

    name: str
    params: list[exp.Expr]
    args: list[exp.Expr]
    conditions: list[exp.Expr]


class Around(msgspec.Struct, frozen=True):
    """What a call needs to know of the query. `now` in UTC, without a zone."""

    now: datetime
    is_list: Callable[[exp.Expr], bool]


class Built(msgspec.Struct):
    """What runs instead, and the calls within it that FILTER and OVER belong to."""

    tree: exp.Expr
    measured: list[exp.Expr]


def table(text: str) -> dict[str, list[Rule]]:
    found: dict[str, list[Rule]] = {}
    for line in text.strip().splitlines():
        if line.strip() and not line.startswith("#"):
            rule = _rule(line)
            found.setdefault(rule.name.lower(), []).append(rule)
    return found


_LINE = re.compile(r"(?:(agg list|agg|win|list) )?(\w+)\(([^)]*)\)(?:\(([^)]*)\))?")


def _rule(line: str) -> Rule:
    head, engine, description = (part.strip() for part in line.split(" | "))
    match = _LINE.fullmatch(head)
    assert match, line
    kind, name, first, second = match.groups()
    params, args = (first, second) if second is not None else ("", first)
    shown = head.removeprefix(f"{kind} ") if kind else head
    return Rule(
        name=name,
        signature=shown.replace("!", "").replace("'", ""),
        engine=engine,
        description=description,
        kind=kind or "",
        params=_parameters(params),
        args=tuple(parameter for parameter in _parameters(args) if parameter.name != "..."),
        is_open="..." in args,
    )


def _parameters(text: str) -> tuple[Parameter, ...]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    return tuple(
        Parameter(name.rstrip("!'"), name[-1] if name[-1] in "!'" else "") if name != "..." else Parameter("...", "")
        for name in names
    )


_CLICKHOUSE = table(CLICKHOUSE)
_DUCKDB = table(DUCKDB)


def all_functions() -> list[Function]:
    """Every function that may be called, by name; ClickHouse's meaning where both dialects have it."""
    rules = [rule for name, found in {**_DUCKDB, **_CLICKHOUSE}.items() for rule in found]
    rules.sort(key=lambda rule: rule.name.lower())
    return [Function(rule.name, rule.signature, rule.description) for rule in rules]


def is_unknown(name: str, is_clickhouse: bool) -> bool:
    """Is there no such function in that dialect's own list?"""
    own = _CLICKHOUSE if is_clickhouse else _DUCKDB
    return name.lower() not in own and not (is_clickhouse and _combined(name, own))


def _combined(name: str, rules: dict[str, list[Rule]]) -> list[Rule]:
    """The aggregate that the combinator -If stands behind."""
    found = rules.get(name[:-2].lower(), []) if name.endswith("If") else []
    return [rule for rule in found if rule.aggregates]


def _rules(name: str, is_clickhouse: bool) -> tuple[list[Rule], bool]:
    """The lines of a name, and is it an aggregate's with -If? The dialect's own meaning comes first."""
    for rules in (_CLICKHOUSE, _DUCKDB) if is_clickhouse else (_DUCKDB, _CLICKHOUSE):
        if name.lower() in rules:
            return rules[name.lower()], False
        if combined := _combined(name, rules):
            return combined, True
    raise QueryRefused(f"there is no function {name[:64]}{_near(name)}")


def _near(name: str) -> str:
    known = {
        rule.name.lower(): rule.name for rules in (_DUCKDB, _CLICKHOUSE) for found in rules.values() for rule in found
    }
    near = difflib.get_close_matches(name.lower(), known, n=3, cutoff=0.6)
    return f"; near: {', '.join(known[found] for found in near)}" if near else ""


def answers_list(name: str, is_clickhouse: bool) -> bool:
    """Does a function of this name answer a list?"""
    rules, _ = _rules(name, is_clickhouse)
    return rules[0].answers_list


def built(call: exp.Expr, is_clickhouse: bool, around: Around) -> Built:
    """What runs in place of a call, whose arguments are in DuckDB's words already. Raises QueryRefused."""
    name = call.name
    rules, is_combined = _rules(name, is_clickhouse)
    first, second = list(call.expressions), call.args.get("params")
    given = Call(name, first if second is not None else [], list(second) if second is not None else first, [])
    if is_combined:
        if len(given.args) < 2 and not (len(given.args) == 1 and rules[0].name == "count"):
            raise QueryRefused(f"{name} takes a condition as its last argument")
        given.conditions = [given.args.pop()]
    rule = _fitting(rules, given)
    _need_literals(rule, given)
    if rule.engine.isupper():
        result = _BUILDERS[rule.engine](given, around)
    else:
        result = _filled(rule, given)
    for condition in given.conditions:
        _filter(result, condition)
    return result


def _fitting(rules: list[Rule], given: Call) -> Rule:
    for rule in rules:
        fits = len(rule.args) <= len(given.args) if rule.is_open else len(rule.args) == len(given.args)
        if fits and (len(rule.params) == len(given.params) or (rule.params and rule.params[-1].name == "...")):
            return rule
    expected = " or ".join(dict.fromkeys(rule.signature for rule in rules))
    raise QueryRefused(f"{given.name}: expected {expected}")


def _need_literals(rule: Rule, given: Call) -> None:
    pairs = [*zip(rule.params, given.params, strict=False), *zip(rule.args, given.args, strict=False)]
    for parameter, given_ in pairs:
        value = given_.this if isinstance(given_, exp.Order) else given_
        if parameter.literal == "!":
            literal_number(value, f"{rule.name}: {parameter.name}")
        elif parameter.literal == "'":
            literal_text(value, f"{rule.name}: {parameter.name}")


def literal_number(value: exp.Expr, what: str) -> float:
    """Raises QueryRefused where it is none, or is not below MOST."""
    sign = -1 if isinstance(value, exp.Neg) else 1
    found = value.this if isinstance(value, exp.Neg) else value
    if not isinstance(found, exp.Literal) or found.is_string:
        raise QueryRefused(f"{what}: expected a number that is written out, got {_shown(value)}")
    number = float(found.name)
    if not number < MOST:
        raise QueryRefused(f"{what}: expected a number below {MOST}, got {found.name[:20]}")
    return sign * number


def literal_text(value: exp.Expr, what: str) -> str:
    """Raises QueryRefused where it is none."""
    if not isinstance(value, exp.Literal) or not value.is_string:
        raise QueryRefused(f"{what}: expected a text that is written out, got {_shown(value)}")
    return str(value.this)


def _shown(value: exp.Expr) -> str:
    return "a name" if isinstance(value, exp.Column) else "an expression"


def _filled(rule: Rule, given: Call) -> Built:
    if rule.engine == "=":
        tree: exp.Expr = exp.Anonymous(this=rule.name.lower(), expressions=given.args)
        return Built(tree, [tree] if rule.aggregates or rule.kind == "win" else [])
    values = {parameter.name: value for parameter, value in zip(rule.args, given.args, strict=False)}
    values |= {parameter.name: value for parameter, value in zip(rule.params, given.params, strict=False)}
    return fill(rule.engine, values, given.args, is_window=rule.kind == "win")


def fill(
    template: str, values: dict[str, exp.Expr], everything: list[exp.Expr] | None = None, *, is_window: bool = False
) -> Built:
    """A template of ours with its values."""
    tree = _template(template).copy()
    root = exp.Paren(this=tree)
    measured: list[exp.Expr] = [node for node in tree.find_all(exp.Anonymous) if node.name in AGGREGATES or is_window]
    places = list(root.find_all(exp.Placeholder))
    names = [place.name for place in places]
    for place in places:
        if place.name == "all":
            assert place.parent is not None
            place.parent.set("expressions", [value.copy() for value in everything or []])
            continue
        value = values[place.name]
        if isinstance(value, (exp.Distinct, exp.Order)) and names.count(place.name) > 1:
            raise QueryRefused("DISTINCT and ORDER BY do not work inside this function")
        simple = isinstance(
            value, (exp.Column, exp.Literal, exp.Anonymous, exp.Paren, exp.Cast, exp.Distinct, exp.Order, exp.Star)
        )
        place.replace(value.copy() if simple else exp.Paren(this=value.copy()))
    return Built(root.this, measured)


@cache
def _template(text: str) -> exp.Expr:
    select = of_ours(f"select {text}")
    (tree,) = select.expressions
    assert isinstance(tree, exp.Expr)
    tree.pop()
    return tree


def _filter(result: Built, condition: exp.Expr) -> None:
    """One condition more for each of its aggregates."""
    result.measured = [_filtered(result, part, condition) for part in result.measured]


def _filtered(result: Built, part: exp.Expr, condition: exp.Expr) -> exp.Expr:
    """An aggregate with one condition more. Answers the node that stands for it now."""
    outer = part.parent
    if isinstance(outer, exp.Filter):
        outer.expression.set("this", exp.and_(outer.expression.this, condition.copy(), copy=False))
        return part
    wrapped = exp.Filter(this=part.copy(), expression=exp.Where(this=condition.copy()))
    if part is result.tree:
        result.tree = wrapped
    else:
        part.replace(wrapped)
    inner: exp.Expr = wrapped.this
    return inner


def over(result: Built, wrapper: exp.Expr) -> Built:
    """With FILTER (…) or OVER (…) behind it, as `wrapper` has them."""
    if not result.measured:
        raise QueryRefused("FILTER and OVER stand behind aggregates and window functions alone")
    if isinstance(wrapper, exp.Filter):
        _filter(result, wrapper.expression.this)
        return result
    kept = []
    for part in result.measured:
        inner = part.parent if isinstance(part.parent, exp.Filter) else part
        outer = wrapper.copy()
        hold = inner.copy()
        if inner is result.tree:
            outer.set("this", hold)
            result.tree = outer
        else:
            inner.replace(outer)
            outer.set("this", hold)
        kept.append(hold)
    return Built(result.tree, kept)


# Builders: of what a template cannot say.


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
        _filter(tree, known)
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


_BUILDERS: dict[str, Callable[[Call, Around], Built]] = {
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
