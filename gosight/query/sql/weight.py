"""How large a row of the answer may be, told while it is made.

DuckDB hands over 2,048 rows at a time, and copies them whole before their size is known or any limit holds: one list of
all events in each of them, which takes no memory while they share it, becomes gigabytes. So rows in which something was
gathered are looked at before they are copied: those up to `FREE` always pass, of larger ones only so many.

What a part of a query gathers can be repeated within the query as well, by a join or a window, and made longer there:
so much less may be gathered in a part than in the whole.
"""

import re

from sqlglot import exp

from gosight.query.model import Column
from gosight.query.sql.rules import fill

FREE = 64 * 1024
"""Bytes of a row that may come in any number: 128 MiB for 2,048."""
TOGETHER = 32 * 1024 * 1024
"""Bytes of a larger row, times its place among the rows."""
REFUSAL = "row {} of the answer is too large together with those before it; answer fewer rows, or less in each of them"
NAMES = 200
"""That a statement may give before its rows are looked at: a table of ours gives some 30."""
ITEMS = 5_000
"""That a part of a query may gather in a list or a map."""
LETTERS = 100 * 1024
"""Bytes of a text that a part of a query may gather."""
_GATHERERS = {
    "list": f"len($x) > {ITEMS}",
    "histogram": f"cardinality($x) > {ITEMS}",
    "string_agg": f"strlen($x) > {LETTERS}",
}
_ALL_AT_ONCE = ("flatten", "map_entries")
"""What a template of ours makes of a list before anybody sees it."""
_GATHERS = re.compile(r"\b(?:list|histogram|string_agg|string_split|range|map_entries|flatten|list_\w+|json_keys)\(|\[")


def may_be_large(sql: str) -> bool:
    """Is something gathered anywhere in this statement of ours, or has it very many columns? Each alone is bounded."""
    return sql.count(" AS ") > NAMES or _GATHERS.search(sql) is not None


def bound_parts(tree: exp.Expr) -> None:
    """Put a bound on what is gathered anywhere but in the outermost SELECT. `tree` is in DuckDB's words."""
    for node in list(tree.find_all(exp.Anonymous)):
        condition = _GATHERERS.get(node.name)
        if condition is None or not _is_in_a_part(node):
            continue
        whole: exp.Expr = node
        while isinstance(whole.parent, _BEHIND) and whole.parent.this is whole:
            whole = whole.parent
        if not (isinstance(whole.parent, exp.Anonymous) and whole.parent.name in _ALL_AT_ONCE):
            bound = f"case when {condition} then error('{TOO_MANY}') else $x end"
            whole.replace(fill(bound, {"x": whole.copy()}).tree)


_BEHIND = (exp.Filter, exp.Window, exp.IgnoreNulls, exp.RespectNulls)
TOO_MANY = (
    f"a list or a text that a part of the query gathers is too long; at most {ITEMS} items or {LETTERS // 1024} KB, "
    "but for the outermost SELECT"
)


def _is_in_a_part(node: exp.Expr) -> bool:
    select = node.find_ancestor(exp.Select)
    above = select.parent if select is not None else None
    while isinstance(above, (exp.Paren, exp.SetOperation, exp.Subquery)):
        if isinstance(above, exp.Subquery) and above.alias:
            return True
        above = above.parent
    return above is not None


def watched(sql: str, columns: list[Column]) -> str:
    """The same rows, called c0, c1 …, which end in an error where they are too large."""
    names = [f"c{at}" for at in range(len(columns))]
    sizes = [_size(name, column.type) for name, column in zip(names, columns, strict=True)]
    parts = [f"coalesce({size}, 0)::bigint" for size in sizes if size]
    if not parts:
        return sql
    large = f"list_sum([{', '.join(parts)}])"  # a long chain of + would be nested too deeply
    refusal = " || n || ".join(f"'{part}'" for part in REFUSAL.split("{}"))
    inner = f"select *, row_number() over () as n, {large} as size from ({sql}) as answer({', '.join(names)})"  # noqa: S608
    is_fine = f"case when size > {FREE} and n * size > {TOGETHER} then error({refusal}) else true end"
    return f"select {', '.join(names)} from ({inner}) where {is_fine}"  # noqa: S608 (all of it is ours)


def _size(name: str, kind: str) -> str:
    """About the bytes of a value, as an expression that copies nothing; "" where all values are small."""
    if kind in ("VARCHAR", "JSON"):
        return f"strlen({name})"
    if kind.endswith("[]"):
        return f"len({name})::bigint * {_item(name, kind[:-2])}"
    if kind.startswith("MAP("):
        return f"cardinality({name})::bigint * 256"
    return ""


def _item(name: str, kind: str) -> str:
    """About the bytes of an item: those at both ends and in the middle stand for all."""
    if kind in ("VARCHAR", "JSON"):
        places = ("1", "-1", f"len({name}) // 2 + 1")
        return f"greatest(32, {', '.join(f'coalesce(strlen({name}[{place}]), 0)' for place in places)})"
    return "16" if kind.isalnum() else "1024"
