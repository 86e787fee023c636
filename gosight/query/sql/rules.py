"""What a function's name means: one table, from the names of ClickHouse and DuckDB to what DuckDB runs.

A name that is not in the table does not exist. Each line is `signature | DuckDB | what it does`, where
- `agg`, `win` and `list` before the name: it aggregates, it is a window function, it answers a list;
- a second pair of parentheses holds the arguments of one that has parameters: `quantile(level)(x)`;
- `name!` is a number, `name'` a text, that must be written out, so that nobody can make a function's result as large
  as they please: neither a deadline nor a limit of memory holds inside one call;
- `...` takes any number of arguments, which stand where DuckDB's side says `$all`;
- `=` runs DuckDB's function of that name as it is, and a word in capitals is a builder below.
"""

import re
from collections.abc import Callable
from datetime import datetime
from functools import cache

import msgspec
from sqlglot import exp

from gosight.query.model import QueryRefused
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


def add_condition(result: Built, condition: exp.Expr) -> None:
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
        add_condition(result, wrapper.expression.this)
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
