"""How large a text or a list can become in one row of one query, told before it runs.

DuckDB makes 2,048 rows at a time, and neither a deadline nor a limit of memory holds before they are made. So what
makes texts longer (`replace`, `||`, a function of each item of a list …) is added up here, and refused where it could
be too much.
An aggregate's list is held within the memory limit by DuckDB itself; only what is made of it counts.
"""

from collections.abc import Callable, Iterator

from sqlglot import exp

from gosight.query.model import QueryRefused
from gosight.query.sql.tables import TABLES

MOST = 512 * 1024
"""Bytes that one row may take, all steps of a query together. Rows so large are few: payloads are cut at 8 KB."""
TEXT = 2 * 1024
"""Bytes of a column, at most: addresses are cut there."""
LARGE = {"properties": 10 * 1024, "details": 10 * 1024}
GATHERED = 100 * 1024
"""What an aggregate gathered; a step of that size fits twice."""
NUMBER = 16
ROUNDS = 50
"""Names that are made of names that are made of names …"""
_ARITHMETIC = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.IntDiv, exp.Mod, exp.Neg, exp.Pow, exp.Interval)
Size = tuple[float, float]
"""Bytes, and bytes for each byte of the item that a function of a list is given."""

_GATHER = frozenset({"list", "string_agg", "histogram"})
_NUMERIC = frozenset(
    "count sum avg strlen length len strpos date_part date_diff date_sub epoch epoch_ms epoch_us json_array_length "
    "json_exists regexp_matches regexp_full_match contains starts_with ends_with isnan isinf isfinite round round_even "
    "floor ceil trunc abs sign sqrt cbrt exp ln log2 log10 pow row_number rank dense_rank ntile list_contains "
    "list_has_any list_has_all list_position list_unique bool_or bool_and date_trunc time_bucket make_timestamp corr "
    "stddev_samp stddev_pop var_samp var_pop quantile_cont json_valid md5 json_type".split()
)


def need_bounded(tree: exp.Expr) -> None:
    """Raises QueryRefused. `tree` is in DuckDB's words, before the tables are put in."""
    nodes = [node for node in reversed(list(tree.bfs())) if isinstance(node, exp.Expr)]
    definitions = list(_definitions(tree))
    longest = max((len(node.this) for node in nodes if isinstance(node, exp.Literal)), default=0)
    names: dict[str, float] = {}
    for _ in range(min(len(definitions), ROUNDS) + 1):
        sizes, grown = _measured(nodes, names, longest)
        if grown > MOST:
            raise QueryRefused(
                "a text or a list in it could become too large for one row; use fewer of ||, concat, replace, repeat "
                "and functions of lists"
            )
        fresh: dict[str, float] = {}
        for name, node in definitions:
            fresh[name] = max(fresh.get(name, 0), sizes.get(id(node), (TEXT, 0))[0])
        if fresh == names:
            return
        names = fresh
    if len(definitions) > ROUNDS:
        raise QueryRefused("too many of its names are made of each other; write it in simpler parts")


def _definitions(tree: exp.Expr) -> Iterator[tuple[str, exp.Expr]]:
    """Names, and what they may stand for."""
    for alias in tree.find_all(exp.Alias):
        yield alias.alias.lower(), alias.this
    for field in tree.find_all(exp.PropertyEQ):
        yield field.name.lower(), field.expression
    for values in tree.find_all(exp.Values):
        for row in values.expressions:
            yield from ((f"col{at}", part) for at, part in enumerate(getattr(row, "expressions", [])))
    for unnest in tree.find_all(exp.Unnest):
        yield from (("unnest", part) for part in unnest.expressions)
    for union in tree.find_all(exp.SetOperation):
        arms = _arms(union)
        for arm in arms[1:]:
            for first, part in zip(arms[0].expressions, arm.expressions, strict=False):
                yield first.alias_or_name.lower(), part.unalias()
    for node in tree.find_all(exp.Unnest, exp.Subquery, exp.Values, exp.Table):
        named = node.args.get("alias")
        if not isinstance(named, exp.TableAlias):
            continue
        names = [column.name.lower() for column in named.columns] or (
            [named.name.lower()] if isinstance(node, exp.Unnest) else []
        )
        for name in names:
            for select in node.find_all(exp.Select):
                yield from ((name, part.unalias()) for part in select.expressions)
            for part in node.expressions:
                yield name, part


def _arms(union: exp.Expr) -> list[exp.Select]:
    """From left to right."""
    stack, found = [union], []
    while stack:
        node = stack.pop()
        if isinstance(node, exp.SetOperation):
            stack += [node.expression, node.this]
        elif isinstance(node, exp.Subquery):
            stack.append(node.this)
        elif isinstance(node, exp.Select):
            found.append(node)
    return found


def _measured(nodes: list[exp.Expr], names: dict[str, float], longest: int) -> tuple[dict[int, Size], float]:
    """The size of each node, children before parents, and the sum of what has grown."""
    sizes: dict[int, Size] = {}
    grown = 0.0
    for node in nodes:
        size, grows = _size(node, sizes, names, longest)
        sizes[id(node)] = size
        if grows:
            grown += size[0]
            if grown > MOST:
                break
    return sizes, grown


def _size(node: exp.Expr, sizes: dict[int, Size], names: dict[str, float], longest: int) -> tuple[Size, bool]:
    if isinstance(node, exp.Literal):
        return (len(str(node.this)) * 4 if node.is_string else NUMBER, 0), False
    if isinstance(node, exp.Column):
        return (_of_name(node.name.lower(), names, longest), 0), False
    if isinstance(node, exp.Identifier):
        return (0, 1), False
    if isinstance(node, exp.Anonymous):
        grow = _GROW.get(node.name)
        if grow is not None:
            return grow(node, sizes), not _is_ours(node)
        if node.name in _GATHER:
            return (GATHERED, 0), False
        if node.name in _NUMERIC:
            return (NUMBER, 0), False
    if isinstance(node, (exp.Predicate, exp.Not, exp.And, exp.Or, *_ARITHMETIC)):
        return (NUMBER, 0), False
    children = [sizes.get(id(child), (NUMBER, 0)) for child in node.iter_expressions()]
    if isinstance(node, (exp.Select, exp.Case, exp.Query)):
        return (
            max((child[0] for child in children), default=NUMBER),
            max((child[1] for child in children), default=0),
        ), False
    return _sum(children), isinstance(node, exp.DPipe)


def _of_name(name: str, names: dict[str, float], longest: int) -> float:
    known = any(column.name == name for table in TABLES.values() for column in table.columns)
    usual = LARGE.get(name, TEXT) if known else (TEXT + longest * 4 if name not in names else 0)
    return max(usual, names.get(name, 0))


def _sum(parts: list[Size]) -> Size:
    return max(NUMBER, sum(part[0] for part in parts)), sum(part[1] for part in parts)


def _args(node: exp.Expr, sizes: dict[int, Size]) -> list[Size]:
    return [sizes.get(id(part), (NUMBER, 0)) for part in node.expressions]


def _times(size: Size, factor: float, more: float = 0) -> Size:
    return size[0] * factor + more, size[1] * factor


def _literal(node: exp.Expr) -> str:
    return str(node.this) if isinstance(node, exp.Literal) else ""


def _joined(node: exp.Expr, sizes: dict[int, Size]) -> Size:
    return _sum(_args(node, sizes))


def _replace(node: exp.Expr, sizes: dict[int, Size]) -> Size:
    old, new = _literal(node.expressions[1]), _literal(node.expressions[2])
    return _times(_args(node, sizes)[0], max(1.0, 4 * len(new) / max(1, len(old))))


def _replace_pattern(node: exp.Expr, sizes: dict[int, Size]) -> Size:
    new = _literal(node.expressions[2])
    text, groups = _args(node, sizes)[0], new.count("\\")
    if len(node.expressions) > 3 and "g" in _literal(node.expressions[3]):
        return _times(text, 1 + groups + len(new), len(new))
    return _times(text, 1 + groups, len(new))


def _repeat(node: exp.Expr, sizes: dict[int, Size]) -> Size:
    return _times(_args(node, sizes)[0], max(1.0, float(_literal(node.expressions[1]) or 0)))


def _pad(node: exp.Expr, sizes: dict[int, Size]) -> Size:
    return _times(_args(node, sizes)[0], 1, 4 * float(_literal(node.expressions[1]) or 0))


def _range(node: exp.Expr, sizes: dict[int, Size]) -> Size:
    return 8 * float(_literal(node.expressions[0]) or 0) + NUMBER, 0


def _split(node: exp.Expr, sizes: dict[int, Size]) -> Size:
    return _times(_args(node, sizes)[0], 8)


def _to_text(node: exp.Expr, sizes: dict[int, Size]) -> Size:
    separator = len(_literal(node.expressions[1])) if len(node.expressions) > 1 else 0
    return _times(_args(node, sizes)[0], 1 + separator / 8)


def _format(node: exp.Expr, sizes: dict[int, Size]) -> Size:
    return 16.0 * len(_literal(node.expressions[1])) + NUMBER, 0


def _json(node: exp.Expr, sizes: dict[int, Size]) -> Size:
    return _times(_args(node, sizes)[0], 2)


def _of_items(node: exp.Expr, sizes: dict[int, Size]) -> Size:
    """A function of each item: what it takes from elsewhere as often as there are items, and all items once."""
    items, function = node.expressions[0], node.expressions[1]
    if _is_ours(node):
        return GATHERED, 0
    if function.find_ancestor(exp.Lambda) is not None:
        raise QueryRefused("a function of lists does not work inside another; write it in two steps")
    items_size, body = sizes.get(id(items), (NUMBER, 0)), sizes.get(id(function.this), (NUMBER, 0))
    if node.name == "list_filter" and body == (NUMBER, 0):
        return items_size
    return items_size[0] / NUMBER * body[0] + body[1] * items_size[0], 0


def _is_ours(node: exp.Expr) -> bool:
    """A function of a list that a template has, and not the query."""
    function = node.expressions[1] if len(node.expressions) > 1 else None
    return isinstance(function, exp.Lambda) and function.expressions[0].name.startswith("__")


_GROW: dict[str, Callable[[exp.Expr, dict[int, Size]], Size]] = {
    "concat": _joined,
    "concat_ws": _joined,
    "list_value": _joined,
    "replace": _replace,
    "regexp_replace": _replace_pattern,
    "repeat": _repeat,
    "lpad": _pad,
    "rpad": _pad,
    "range": _range,
    "string_split": _split,
    "array_to_string": _to_text,
    "strftime": _format,
    "to_json": _json,
    "list_transform": _of_items,
    "list_filter": _of_items,
}
