"""What a query may be made of: everything that is not listed here is refused by its name."""

from collections.abc import Callable
from typing import Any

from sqlglot import exp

from gosight.query.model import QueryRefused
from gosight.query.sql.reading import CALLS

_TYPES = frozenset(
    getattr(exp.DType, name)
    for name in [
        "BOOLEAN",
        "TINYINT",
        "SMALLINT",
        "INT",
        "BIGINT",
        "INT128",
        "UTINYINT",
        "USMALLINT",
        "UINT",
        "UBIGINT",
        "UINT128",
        "FLOAT",
        "DOUBLE",
        "DECIMAL",
        "TEXT",
        "VARCHAR",
        "CHAR",
        "DATE",
        "DATE32",
        "DATETIME",
        "DATETIME64",
        "TIMESTAMP",
        "TIMESTAMPNTZ",
        "TIME",
        "INTERVAL",
        "JSON",
        "UUID",
    ]
    if hasattr(exp.DType, name)
)

_QUERY = (
    exp.Select, exp.Union, exp.Intersect, exp.Except, exp.Subquery, exp.With, exp.CTE, exp.From, exp.Join,
    exp.Table, exp.TableAlias, exp.Where, exp.PreWhere, exp.Group, exp.Having, exp.Qualify, exp.Order, exp.Ordered,
    exp.Limit, exp.LimitOptions, exp.Offset, exp.Distinct, exp.GroupingSets, exp.Rollup, exp.Cube, exp.Final,
    exp.Unnest, exp.Lateral, exp.Values,
)  # fmt: skip
_EXPRESSIONS = (
    exp.Alias, exp.Column, exp.Identifier, exp.Star, exp.Paren, exp.Tuple, exp.Literal, exp.Boolean, exp.Null,
    exp.RawString, exp.HexString, exp.And, exp.Or, exp.Not, exp.Xor, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT,
    exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ, exp.Is, exp.Between, exp.In, exp.Like, exp.ILike, exp.Add, exp.Sub,
    exp.Mul, exp.Div, exp.IntDiv, exp.Mod, exp.Neg, exp.Pow, exp.DPipe, exp.Case, exp.If, exp.Cast, exp.TryCast,
    exp.CastToStrType, exp.DataType, exp.DataTypeParam, exp.Extract, exp.Interval, exp.Var, exp.Exists, exp.Any,
    exp.All, exp.Array, exp.Bracket, exp.Slice, exp.Struct, exp.PropertyEQ, exp.Dot, exp.Lambda, exp.JSONExtract,
    exp.JSONExtractScalar, exp.JSONPath, exp.JSONPathRoot, exp.JSONPathKey, exp.JSONPathSubscript, exp.Filter,
    exp.Window, exp.WindowSpec, exp.IgnoreNulls, exp.RespectNulls, exp.WithinGroup, exp.Where,
)  # fmt: skip
_ALLOWED = frozenset((*_QUERY, *_EXPRESSIONS, *CALLS))
_WORDS: dict[Any, str] = {
    exp.Columns: "COLUMNS(…); name the columns",
    exp.PositionalColumn: "#1; name the column",
    exp.Pivot: "PIVOT",
    exp.TableSample: "SAMPLE",
    exp.Placeholder: "parameters; write the values out",
    exp.Into: "INTO",
    exp.Hint: "hints",
    exp.Command: "such a statement; only SELECT",
    exp.Glob: "GLOB; use LIKE",
    exp.SimilarTo: "SIMILAR TO; use match(text, pattern)",
    exp.HistoricalData: "AT; only the present is kept",
    exp.Comprehension: "[… for … in …]; use list_transform(list, x -> …)",
    exp.Fetch: "FETCH; use LIMIT",
}


def need_known(tree: exp.Expr) -> None:
    """Raises QueryRefused where a part of the tree is of no kind that may be."""
    if not isinstance(tree, (exp.Select, exp.SetOperation, exp.Subquery)):
        is_statement = not isinstance(tree, (exp.Alias, exp.Column))
        raise QueryRefused(f"expected one SELECT, got {_named(tree) if is_statement else 'no statement that is known'}")
    for node in tree.walk():
        if type(node) not in _ALLOWED:
            raise QueryRefused(f"there is no {_named(node)} here")
        kind: Any = type(node)
        check = _CHECKS.get(kind)
        if check is not None:
            check(node)


def _named(node: exp.Expr) -> str:
    kind: Any = type(node)
    known = _WORDS.get(kind)
    if known:
        return known
    return "".join(f" {letter}" if letter.isupper() else letter for letter in str(kind.__name__)).strip().upper()


_NOT_OF_QUERIES = (
    "into",
    "hint",
    "kind",
    "locks",
    "sample",
    "settings",
    "laterals",
    "match",
    "cluster",
    "distribute",
    "sort",
    "connect",
    "pivots",
    "exclude",
    "operation_modifiers",
    "options",
    "for_",
)


def _select(node: exp.Expr) -> None:
    for name in _NOT_OF_QUERIES:
        if node.args.get(name):
            raise QueryRefused(f"there is no {name.upper().rstrip('_')} here")
    if node.args.get("format"):
        raise QueryRefused("FORMAT stands at the end of the whole query alone")


def _with(node: exp.Expr) -> None:
    if node.args.get("recursive"):
        raise QueryRefused("there is no WITH RECURSIVE here: nobody could say when it ends")


def need_type(node: exp.Expr) -> None:
    if not isinstance(node.this, exp.DType) or node.this not in _TYPES:
        raise QueryRefused(f"there is no type {str(node.this)[:60].removeprefix('DType.')} here")


def _join(node: exp.Expr) -> None:
    if node.args.get("method") not in (None, "", "NATURAL") or str(node.args.get("kind") or "") not in (
        "",
        "INNER",
        "OUTER",
        "CROSS",
        "SEMI",
        "ANTI",
    ):
        raise QueryRefused(f"there is no {node.args.get('method') or node.args.get('kind')} JOIN here")
    if node.args.get("method"):
        raise QueryRefused("there is no NATURAL JOIN here; name the columns with USING")
    if node.args.get("match_condition"):
        raise QueryRefused("there is no MATCH_CONDITION here")


def _group(node: exp.Expr) -> None:
    if node.args.get("totals"):
        raise QueryRefused("there is no WITH TOTALS here")


def _ordered(node: exp.Expr) -> None:
    if node.args.get("with_fill"):
        raise QueryRefused("there is no WITH FILL here")


def _limit(node: exp.Expr) -> None:
    options = node.args.get("limit_options")
    if options is not None and (options.args.get("percent") or options.args.get("with_ties")):
        raise QueryRefused("LIMIT takes a number of rows alone")


def _lateral(node: exp.Expr) -> None:
    if not isinstance(node.this, exp.Subquery) or node.args.get("view"):
        raise QueryRefused("LATERAL takes a subquery alone")


def _lambda(node: exp.Expr) -> None:
    if any(name.name.startswith("__") for name in node.expressions):
        raise QueryRefused("names with two _ before them are kept for the functions' own")


_CHECKS: dict[Any, Callable[[exp.Expr], None]] = {
    exp.Select: _select,
    exp.Union: _select,
    exp.Intersect: _select,
    exp.Except: _select,
    exp.Subquery: _select,
    exp.With: _with,
    exp.DataType: need_type,
    exp.Join: _join,
    exp.Group: _group,
    exp.Ordered: _ordered,
    exp.Limit: _limit,
    exp.Lambda: _lambda,
    exp.Lateral: _lateral,
}
