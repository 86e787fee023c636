"""A second look at what is about to run, with the engine's eyes: DuckDB parses it, and what it found is gone through.

So no difference between our reading and DuckDB's can let anything through: whatever it would read from and whatever it
would call is looked up here in lists.
"""

import re
from functools import cache
from typing import Any

from sqlglot import exp

from gosight.query.model import QueryRefused
from gosight.query.sql import reading, rules
from gosight.query.sql.functions_table import CLICKHOUSE, DUCKDB

STATEMENT = "select json_serialize_sql($sql)"
"""Answers the tree of `$sql` as JSON."""
TABLES = frozenset({"events", "sessions", "pages", "occurrences", "signals"})
_REFERENCES = frozenset({"BASE_TABLE", "SUBQUERY", "JOIN", "EMPTY", "EXPRESSION_LIST", "TABLE_FUNCTION"})
_NODES = frozenset({"SELECT_NODE", "SET_OPERATION_NODE"})
_CLASSES = frozenset(
    [
        "COLUMN_REF",
        "CONSTANT",
        "FUNCTION",
        "CAST",
        "COMPARISON",
        "CONJUNCTION",
        "OPERATOR",
        "CASE",
        "STAR",
        "SUBQUERY",
        "WINDOW",
        "BETWEEN",
        "LAMBDA",
        "TYPE",
    ]
)
_OPERATORS = frozenset(
    "+ - * / // % ** ^ || ~~ !~~ ~~* !~~* -> ->> like_escape ilike_escape not_like_escape not_ilike_escape".split()
)
_OF_BUILDERS = frozenset(
    [
        "count",
        "count_star",
        "list_value",
        "row",
        "struct_pack",
        "struct_extract",
        "array_extract",
        "array_slice",
        "list_transform",
        "list_filter",
        "list_reduce",
        "list_sort",
        "list_max",
        "list_concat",
        "flatten",
        "map_entries",
        "histogram",
        "date_part",
        "date_trunc",
        "date_diff",
        "date_sub",
        "time_bucket",
        "strftime",
        "epoch_us",
        "make_timestamp",
        "coalesce",
        "nullif",
        "strlen",
        "len",
        "cardinality",
        "error",
        "json_extract",
        "json_extract_string",
        "json_exists",
        "json_type",
        "json_array_length",
        "json_keys",
        "try",
        "to_microseconds",
        "to_milliseconds",
        "to_seconds",
        "to_minutes",
        "to_hours",
        "to_days",
        "to_weeks",
        "to_months",
        "to_quarters",
        "to_years",
        "regexp_extract",
        "regexp_full_match",
        "regexp_replace",
        "to_json",
        "to_hex",
        "lpad",
        "lower",
        "contains",
        "ln",
        "pow",
        "power",
        "list",
        "bool_or",
        "bool_and",
        "quantile_cont",
        "quantile_disc",
        "trunc",
        "floor",
        "least",
        "greatest",
        "timezone",
        "unnest",
        "map_extract",
        "element_at",
    ]
)


@cache
def _allowed() -> frozenset[str]:
    """Every function that the table or a builder can lead to."""
    names = set(_OPERATORS | _OF_BUILDERS)
    for text in (CLICKHOUSE, DUCKDB):
        for found in rules.table(text).values():
            for rule in found:
                if rule.engine == "=":
                    names.add(rule.name.lower())
                elif not rule.engine.isupper():
                    tree = reading.of_ours(f"select {rule.engine}")
                    names |= {call.name.lower() for call in tree.find_all(exp.Anonymous)}
    return frozenset(names)


def need_harmless(tree: Any, catalog: str, parts: frozenset[str]) -> None:
    """Raises QueryRefused. `tree`: what `STATEMENT` answered, decoded; `parts`: the names that WITH gave."""
    if tree.get("error"):
        raise QueryRefused(f"{_first_line(str(tree.get('error_message')))}")
    if len(tree["statements"]) != 1:
        raise QueryRefused("expected one SELECT")
    stack: list[Any] = [tree["statements"][0]["node"]]
    while stack:
        node = stack.pop()
        if isinstance(node, list):
            stack.extend(node)
        elif isinstance(node, dict):
            _look(node, catalog, parts)
            stack.extend(value for value in node.values() if isinstance(value, (dict, list)))


def _look(node: dict[str, Any], catalog: str, parts: frozenset[str]) -> None:
    kind, class_ = node.get("type"), node.get("class")
    if class_ is not None:
        if class_ not in _CLASSES:
            raise QueryRefused(f"there is no {str(class_).lower()} here")
        if class_ in ("FUNCTION", "WINDOW"):
            _need_function(node)
        if class_ == "STAR" and node.get("columns"):
            raise QueryRefused("there is no COLUMNS(…) here; name the columns")
    elif "query_location" in node and "alias" in node:
        if kind not in _REFERENCES:
            raise QueryRefused(f"there is no {str(kind).lower()} here")
        if kind == "BASE_TABLE":
            _need_table(node, catalog, parts)
        if kind == "TABLE_FUNCTION" and node["function"]["function_name"] != "unnest":
            raise QueryRefused("there are no functions in place of tables here")
        if node.get("sample") or node.get("at_clause"):
            raise QueryRefused("there is no SAMPLE and no AT here")
    elif ("select_list" in node or "cte_map" in node) and kind not in _NODES:
        raise QueryRefused("expected a plain SELECT")


def _need_function(node: dict[str, Any]) -> None:
    name = str(node["function_name"]).lower()
    if node.get("schema") or node.get("catalog") or name not in _allowed():
        raise QueryRefused(f"there is no function {name[:64]}")


def _need_table(node: dict[str, Any], catalog: str, parts: frozenset[str]) -> None:
    path = (node.get("catalog_name"), node.get("schema_name"), node.get("table_name"))
    ours = path[:2] == (catalog, "main") and path[2] in TABLES
    if not ours and not (path[:2] == ("", "") and path[2] in parts):
        raise QueryRefused("there is no such table")


def _first_line(text: str) -> str:
    return re.split(r"\n", text)[0][:300]
