"""The gate: what somebody wrote goes in, and what may run on their project's file comes out."""

from datetime import datetime

from sqlglot import exp

from gosight.control import Project
from gosight.query.model import Prepared, QueryRefused
from gosight.query.sql import builders, customers, functions, reading, rules, shapes, sizes, tables, times, weight
from gosight.query.sql.reading import CALLS, CLICKHOUSE, DUCKDB
from gosight.query.sql.rules import Around
from gosight.query.sql.scopes import Scopes


def prepared(project: Project, text: str, *, now: datetime, needs_customer: bool) -> Prepared:
    """Raises QueryRefused and MissingCustomerFilter."""
    try:
        return _prepared(project, text, now, needs_customer)
    except RecursionError:
        raise QueryRefused("it is nested too deeply; write it in simpler parts") from None


def _prepared(project: Project, text: str, now: datetime, needs_customer: bool) -> Prepared:
    found = reading.read(text, functions.is_unknown)
    tree = found.tree
    shapes.need_known(tree)
    _name(tree, found.is_clickhouse)
    if found.is_clickhouse:
        _without_sugar(tree)
    names = customers.Names(project.id, project.slug)
    scopes = Scopes(names if needs_customer else None, is_clickhouse=found.is_clickhouse)
    scopes.look(tree)
    customers.by_id(tree, names)
    holder = exp.Paren(this=tree)
    _rewrite(holder, found.is_clickhouse, now)
    sizes.need_bounded(holder)
    weight.bound_parts(holder)
    catalog = f"p_{project.number}"
    used = _used(holder, _aliases(holder))
    for place in scopes.places:
        select = tables.in_place(place.table, catalog, project.id, used)
        alias = exp.TableAlias(this=exp.to_identifier(place.node.alias or place.node.name, quoted=True))
        place.node.replace(exp.Subquery(this=select, alias=alias))
    sql = reading.written(holder.this)
    return Prepared(sql=sql, parts=frozenset(scopes.parts), catalog=catalog, format=found.format)


def _name(tree: exp.Expr, is_clickhouse: bool) -> None:
    """A column without a name is called what it was written as, and not what it becomes."""
    dialect = CLICKHOUSE if is_clickhouse else DUCKDB
    for select in tree.find_all(exp.Select):
        named = []
        for part in select.expressions:
            if isinstance(part, (exp.Alias, exp.Column, exp.Star)) or part.find(exp.Star) is part:
                named.append(part)
            else:
                text = part.sql(dialect, comments=False, normalize_functions=False)[:100]
                named.append(exp.Alias(this=part, alias=exp.to_identifier(text, quoted=True)))
        select.set("expressions", named)


def _without_sugar(tree: exp.Expr) -> None:
    """What only ClickHouse writes, in the words of both."""
    for select in list(tree.find_all(exp.Select)):
        before = select.args.get("prewhere")
        if before is not None:
            select.set("prewhere", None)
            where = select.args.get("where")
            parts = [exp.Paren(this=part.this) for part in (before, where) if part is not None]
            select.set("where", exp.Where(this=exp.and_(*parts, copy=False)))
        if (limit := select.args.get("limit_by")) is not None:
            _limit_by(select, limit)
    for union in list(tree.find_all(exp.SetOperation)):
        for key in ("this", "expression"):
            arm = union.args[key]
            if isinstance(arm, exp.Select) and any(arm.args.get(part) for part in ("order", "limit", "offset")):
                arm.replace(exp.Subquery(this=arm.copy()))
    for final in list(tree.find_all(exp.Final)):
        final.replace(final.this)
    for node in tree.find_all(exp.In, exp.Join):
        node.set("is_global", None)
        node.set("global_", None)


def _limit_by(select: exp.Select, limit: exp.Limit) -> None:
    """LIMIT n BY x: the first n rows of each x, in the order of the whole."""
    select.set("limit_by", None)
    count = limit.expression
    if (
        not isinstance(count, exp.Literal)
        or not count.name.isdigit()
        or limit.args.get("offset")
        or select.args.get("qualify")
    ):
        raise QueryRefused("LIMIT BY: expected a number of rows without an OFFSET, such as LIMIT 1 BY visitor_id")
    order = select.args.get("order")
    number = exp.Window(
        this=exp.Anonymous(this="row_number"),
        partition_by=[by.copy() for by in limit.expressions],
        order=order.copy() if order is not None else None,
    )
    select.set("qualify", exp.Qualify(this=exp.LTE(this=number, expression=count.copy())))


def _aliases(tree: exp.Expr) -> set[str]:
    """Of everything that is read from."""
    found = {
        node.alias_or_name.lower()
        for node in tree.find_all(exp.Table, exp.Subquery, exp.Unnest, exp.Values, exp.Lateral)
    }
    return found - {""}


def _used(tree: exp.Expr, aliases: set[str]) -> set[str] | None:
    """The names of columns that stand anywhere in the query; None where all may be meant."""
    for star in tree.find_all(exp.Star):
        if not isinstance(star.parent, CALLS):
            return None
    for column in tree.find_all(exp.Column):
        if not column.table and column.name.lower() in aliases:
            return None
    return {name.name.lower() for name in tree.find_all(exp.Identifier)}


def _rewrite(tree: exp.Expr, is_clickhouse: bool, now: datetime) -> None:
    """Every call and every type in DuckDB's words, the innermost first."""
    lists = {
        alias.alias
        for alias in tree.find_all(exp.Alias)
        if isinstance(alias.this, exp.Array)
        or (isinstance(alias.this, CALLS) and functions.answers_list(alias.this.name, is_clickhouse))
    }
    made: set[int] = set()

    def is_list(value: exp.Expr) -> bool:
        while isinstance(value, exp.Paren):
            value = value.this
        return (
            isinstance(value, exp.Array) or id(value) in made or (isinstance(value, exp.Column) and value.name in lists)
        )

    around = Around(now, is_list)
    for node in reversed(list(tree.bfs())):
        if isinstance(node, CALLS):
            answers_list = functions.answers_list(node.name, is_clickhouse)
            outer: exp.Expr = node
            result = functions.built(node, is_clickhouse, around)
            while (
                isinstance(outer.parent, (exp.Filter, exp.Window, exp.IgnoreNulls, exp.RespectNulls))
                and outer.parent.this is outer
            ):
                outer = outer.parent
                result = rules.over(result, outer)
            outer.replace(_held(result.tree))
            if answers_list:
                made.add(id(result.tree))
        elif isinstance(node, exp.Column):
            _present(node, now)
        elif isinstance(node, (exp.Cast, exp.TryCast, exp.CastToStrType)):
            _cast(node, is_clickhouse)
        elif isinstance(node, (exp.Like, exp.ILike)) and is_clickhouse:
            _escape(node)
        elif isinstance(node, (exp.Add, exp.Sub)) and is_clickhouse:
            _keep_day(node)
        elif isinstance(node, exp.Literal) and is_clickhouse and not node.is_string and "." in node.name:
            _as_float(node)
        elif isinstance(node, exp.IntDiv) and is_clickhouse:
            node.replace(builders.int_div(node.this, node.expression))
        elif isinstance(node, exp.Extract):
            part = times.part_of(str(node.this.name))
            node.replace(rules.fill(f"date_part('{part}', $t)", {"t": node.expression}).tree)
        elif isinstance(node, exp.Alias) and not _is_named_column(node):
            raise QueryRefused(f"AS {node.alias[:60]} stands inside an expression; name it behind SELECT alone")


def _held(tree: exp.Expr) -> exp.Expr:
    simple = (
        exp.Anonymous,
        exp.Paren,
        exp.Cast,
        exp.Literal,
        exp.Column,
        exp.Filter,
        exp.Window,
        exp.Case,
        exp.Array,
        exp.Tuple,
    )
    return tree if isinstance(tree, simple) else exp.Paren(this=tree)


def _is_named_column(alias: exp.Alias) -> bool:
    return isinstance(alias.parent, (exp.Select, exp.Star))


def _present(column: exp.Column, now: datetime) -> None:
    """DuckDB and ClickHouse both know these without parentheses."""
    if column.table or not isinstance(column.this, exp.Identifier) or column.this.quoted:
        return
    if column.name.lower() == "current_date":
        column.replace(times.day(now))
    elif column.name.lower() in ("current_timestamp", "localtimestamp"):
        column.replace(times.moment(now))


def _escape(node: exp.Expr) -> None:
    """In ClickHouse a backslash before % and _ means the sign itself."""
    pattern = node.expression
    if isinstance(pattern, exp.Literal) and "\\" in pattern.this and not isinstance(node.parent, exp.Escape):
        node.replace(exp.Escape(this=node.copy(), expression=exp.Literal.string("\\")))


def _keep_day(node: exp.Expr) -> None:
    """In ClickHouse a day and an interval of days are a day, and a number beside a time is seconds."""
    by = node.expression
    if isinstance(by, exp.Literal) and not by.is_string and times.is_time(node.this):
        by.replace(rules.fill("to_seconds($n::bigint)", {"n": by.copy()}).tree)
        return
    unit = str(by.args["unit"].name).lower() if isinstance(by, exp.Interval) and by.args.get("unit") is not None else ""
    if times.is_day(node.this) and unit.rstrip("s") in ("day", "week", "month", "quarter", "year"):
        node.replace(rules.fill("($x)::date", {"x": node.copy()}).tree)


def _as_float(node: exp.Literal) -> None:
    """ClickHouse's 0.1 is a floating point number, DuckDB's a decimal one."""
    if "e" not in node.name.lower():
        node.set("this", f"{node.name}e0")


_WHOLE = {
    "TINYINT": "tinyint", "SMALLINT": "smallint", "INT": "integer", "BIGINT": "bigint", "UTINYINT": "utinyint",
    "USMALLINT": "usmallint", "UINT": "uinteger", "UBIGINT": "ubigint",
}  # fmt: skip


def _cast(node: exp.Expr, is_clickhouse: bool) -> None:
    kind = node.args["to"]
    if isinstance(node, exp.CastToStrType):
        kind = _type_named(kind)
        node = node.replace(exp.Cast(this=node.this, to=kind))
    whole = _WHOLE.get(kind.this.name)
    if is_clickhouse and whole and isinstance(node, exp.Cast) and not isinstance(node, exp.TryCast):
        node.replace(builders.integer(node.this, whole))
    elif kind.this in (exp.DType.DATETIME64, exp.DType.DATETIME, exp.DType.TIMESTAMPNTZ):
        kind.set("this", exp.DType.TIMESTAMP)
        kind.set("expressions", [])


def _type_named(name: exp.Expr) -> exp.DataType:
    text = rules.literal_text(name, "CAST: type")
    try:
        kind = exp.DataType.build(text, dialect=CLICKHOUSE)
    except Exception:
        raise QueryRefused(f"there is no type {text[:60]} here") from None
    shapes.need_type(kind)
    return kind
