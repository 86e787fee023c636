"""A SELECT on its way to the gate: parameters, what a connection knows of itself, and tables of `system`, as literals.

Nothing is put into the text: values become leaves of the tree, and what goes to the gate is written anew from it. A
query in which there is nothing to replace goes there as it came.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlglot import Dialect, exp
from sqlglot.dialects.clickhouse import ClickHouse
from sqlglot.errors import ErrorLevel, SqlglotError

from gosight.compat.clickhouse import parameters
from gosight.compat.clickhouse.columns import named
from gosight.compat.clickhouse.errors import SPOKEN, Code, Refusal
from gosight.compat.clickhouse.relations import SYSTEM, Relation
from gosight.compat.clickhouse.schema import Schema
from gosight.query.sql import CALLS, grammar

MAX_BYTES = 64 * 1024
"""Of a query: the gate takes no more."""

DISPLAY_NAME = "gosight"
REVISION = 54_472
"""Of the protocol, as a server that speaks `SPOKEN` tells it."""


class _Plain(ClickHouse):
    """The grammar alone, and VALUES as a table."""

    Parser = type("Parser", (ClickHouse.Parser,), grammar(ClickHouse.Parser))  # type: ignore[assignment]
    Generator = type("Generator", (ClickHouse.Generator,), {"VALUES_AS_TABLE": True})  # type: ignore[assignment]


class Bound(msgspec.Struct, frozen=True):
    """What the gate gets, and ClickHouse's types of columns that it can't know."""

    sql: str
    declared: dict[str, str]


def bind(sql: str, schema: Schema, user: str, given: Mapping[str, str]) -> Bound:
    """`given`: the parameters' values by name, as they were sent. Raises `Refusal`."""
    need_size(len(sql))
    tree = _parsed(sql)
    if tree is None:
        return Bound(sql, {})  # it may be DuckDB's own SQL; where it is nothing the gate says why
    declared: dict[str, str] = {}
    done = [
        _parameters(tree, given),
        _own_functions(tree, schema, user),
        _tables(tree, schema, declared),
    ]
    return Bound(_written(tree) if any(done) else sql, declared)


def need_size(characters: int) -> None:
    """Of a query, and of it once what it names is written out: a few letters can name much, and many times."""
    if characters > MAX_BYTES:
        raise Refusal(Code.QUERY_IS_TOO_LARGE, f"Query is too large: expected at most {MAX_BYTES // 1024} KiB")


def _parsed(sql: str) -> exp.Expr | None:
    try:
        trees = Dialect.get_or_raise(_Plain).parse(sql, error_level=ErrorLevel.IMMEDIATE)
    except (SqlglotError, RecursionError):
        return None
    return trees[0] if len(trees) == 1 else None


def _written(tree: exp.Expr) -> str:
    try:
        return tree.sql(_Plain, normalize_functions=False, comments=False)
    except (SqlglotError, RecursionError):
        raise Refusal(Code.SYNTAX_ERROR, "Syntax error: the query is nested too deeply") from None


def _parameters(tree: exp.Expr, given: Mapping[str, str]) -> bool:
    places = [place for place in tree.find_all(exp.Placeholder) if place.args.get("kind") is not None]
    need_size(sum(len(given.get(place.name, "")) for place in places))
    for place in places:
        name, kind = place.name, place.args["kind"]
        if name not in given:
            raise Refusal(
                Code.UNKNOWN_QUERY_PARAMETER, f"Substitution `{name[:64]}` is not set; send param_{name[:64]}"
            )
        place.replace(parameters.bound(name, kind, given[name]))
    return bool(places)


def _own_functions(tree: exp.Expr, schema: Schema, user: str) -> bool:
    """What a connection asks about itself."""
    answers: dict[str, str | int] = {
        "version": SPOKEN,
        "timezone": "UTC",
        "servertimezone": "UTC",
        "currentdatabase": schema.database,
        "database": schema.database,
        "current_database": schema.database,
        "currentuser": user,
        "user": user,
        "current_user": user,
        "hostname": DISPLAY_NAME,
        "fqdn": DISPLAY_NAME,
        "displayname": DISPLAY_NAME,
        "revision": REVISION,
    }
    done = False
    for call in list(tree.find_all(exp.Anonymous)):
        answer = answers.get(call.name.lower())
        if answer is not None and not call.expressions:
            _put(call, _literal(answer))
            done = True
    return done


def _put(call: exp.Expr, value: exp.Expr) -> None:
    """In place of a call; a column keeps the call's name."""
    if isinstance(call.parent, exp.Select) and call.arg_key == "expressions":
        name = call.sql(_Plain, normalize_functions=False)
        value = exp.Alias(this=value, alias=exp.to_identifier(name, quoted=True))
    call.replace(value)


def _tables(tree: exp.Expr, schema: Schema, declared: dict[str, str]) -> bool:
    """Tables of `system` become their rows; the name of the connection's own database goes."""
    done, size = False, 0
    used = _used(tree)
    for table in list(tree.find_all(exp.Table)):
        database = table.db
        if not database or table.catalog:
            continue
        schema.need_database(database)
        done = True
        if database.lower() in SYSTEM:
            relation = _narrowed(schema.relation(database, table.name), used)
            declared.update(relation.columns)
            size += sum(len(str(value)) + 2 for row in relation.rows for value in row)
            need_size(size)
            for clause in ("joins", "sample", "final"):
                if table.args.get(clause):
                    raise Refusal(
                        Code.NOT_IMPLEMENTED,
                        f"{database}.{table.name} is a plain list here; it is read without {clause}",
                    )
            table.replace(_relation(relation, table.alias or table.name))
        else:
            table.set("db", None)
    return done


def _used(tree: exp.Expr) -> set[str] | None:
    """Every name in the query; None where all columns may be meant."""
    if any(not isinstance(star.parent, CALLS) for star in tree.find_all(exp.Star)):
        return None
    return {name.name for name in tree.find_all(exp.Identifier)}


def _narrowed(relation: Relation, used: set[str] | None) -> Relation:
    """Without the columns that nothing names."""
    kept = [at for at, (name, _) in enumerate(relation.columns) if used is None or name in used] or [0]
    return Relation([relation.columns[at] for at in kept], [tuple(row[at] for at in kept) for row in relation.rows])


def _relation(relation: Relation, alias: str) -> exp.Expr:
    """Its rows in place of the table."""
    name = exp.to_identifier(alias, quoted=True)
    if not relation.rows:
        empty = _row(relation.columns, [_default(kind) for _, kind in relation.columns])
        nothing = empty.where(exp.EQ(this=_literal(1), expression=_literal(0)), copy=False)
        return exp.Subquery(this=nothing, alias=exp.TableAlias(this=name))
    columns = [exp.to_identifier(column, quoted=True) for column, _ in relation.columns]
    rows = [exp.Tuple(expressions=[_literal(value) for value in row]) for row in relation.rows]
    return exp.Values(expressions=rows, alias=exp.TableAlias(this=name, columns=columns))


def _row(columns: Sequence[tuple[str, str]], row: Sequence[Any]) -> exp.Select:
    named_ = [
        exp.Alias(this=_literal(value), alias=exp.to_identifier(name, quoted=True))
        for (name, _), value in zip(columns, row, strict=True)
    ]
    return exp.Select(expressions=named_)


def _default(kind: str) -> Any:
    known = named(kind.removeprefix("Nullable(").removesuffix(")"))
    return "" if known is None else known.default


def _literal(value: Any) -> exp.Expr:
    if value is None:
        return exp.Null()
    return exp.Literal.string(value) if isinstance(value, str) else exp.Literal.number(value)
