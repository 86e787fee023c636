"""What a template cannot say: functions whose DuckDB side depends on what they are given."""

import re
from collections.abc import Callable

from sqlglot import exp

from gosight.query.model import QueryRefused
from gosight.query.sql.rules import Around, Built, Call, add_condition, fill, literal_number, literal_text
from gosight.query.sql.times import TIMES


def _count_if(given: Call, around: Around) -> Built:
    condition = given.args.pop()
    given.conditions.append(condition)
    return fill("count(*)", {})


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


def _replace_one(given: Call, around: Around) -> Built:
    text, old, new = given.args
    pattern = re.escape(literal_text(old, "replaceOne: from"))
    by = literal_text(new, "replaceOne: to").replace("\\", "\\\\")
    values = {"text": text, "pattern": exp.Literal.string(pattern), "by": exp.Literal.string(by)}
    return fill("regexp_replace($text, $pattern, $by)", values)


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
    **TIMES,
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
    "REPLACE_ONE": _replace_one,
    "TO_INTEGER": _to_integer,
    "EXACT_QUANTILE": _exact_quantile,
    "GROUP_ARRAY": _group_array,
    "TUPLE": _tuple,
    "ARRAY": _array,
    "CONNECTIVE": _connective,
    "LAMBDA_FIRST": _lambda_first,
    "LAMBDA_LAST": _lambda_last,
    "COUNT_IF": _count_if,
    "INT_DIV": _int_div,
    "QUANTILE": _duckdb_quantile,
    "EXTRACT_PATTERN": _extract_pattern,
}
