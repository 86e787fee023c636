"""Who is meant by a name: tables, parts that WITH named, and the aliases that ClickHouse lets stand anywhere.

Everything that a query can read from is found here, and is either a table of `tables`, a part of the query itself, or
refused.
"""

import re
from collections.abc import Iterator

import msgspec
from sqlglot import exp

from gosight.query.model import QueryRefused
from gosight.query.sql import customers
from gosight.query.sql.tables import TABLES

MOST_NODES = 30_000
"""Of a query once its aliases, and the parts that it uses twice, are written out: they could double over and over."""
MOST_TABLES = 50
_NAME = re.compile(r"\w{1,64}")


class Part(msgspec.Struct, frozen=True):
    """Something that WITH named. `columns`: None where not known; `weight`: how many nodes it is, written out."""

    name: str
    columns: frozenset[str] | None
    weight: int


Known = dict[str, Part]


class Source(msgspec.Struct, frozen=True):
    """What a SELECT reads from. `table`: of the project's; "" for what is a query itself."""

    alias: str
    table: str
    columns: frozenset[str] | None
    weight: int


class Place(msgspec.Struct, frozen=True):
    """Where a table of the project stands in the tree."""

    node: exp.Table
    table: str


class Scopes:
    """One query's. After `look`, `places` are the tables that it reads, `parts` the new names of what WITH named."""

    def __init__(self, names: customers.Names | None, *, is_clickhouse: bool) -> None:
        self._names = names
        self._is_clickhouse = is_clickhouse
        self._budget = MOST_NODES
        self.places: list[Place] = []
        self.parts: list[str] = []

    def look(self, tree: exp.Expr) -> None:
        self._query(tree, {})

    def _query(self, node: exp.Expr, known: Known) -> tuple[frozenset[str] | None, int]:
        """Its columns, where they are known, and how many nodes it is."""
        known = self._with(node, known)
        if isinstance(node, exp.Subquery):
            if isinstance(node.this, exp.Table):
                raise QueryRefused("a join in parentheses does not work here; join the tables one after the other")
            found = self._query(node.this, known)
        elif isinstance(node, exp.SetOperation):
            found, other = self._query(node.this, known), self._query(node.expression, known)
            found = (found[0], found[1] + other[1])
        elif isinstance(node, exp.Select):
            return self._select(node, known)
        else:
            raise QueryRefused("expected a SELECT within the parentheses")
        for key in ("order", "limit", "offset"):
            if isinstance(node.args.get(key), exp.Expr):
                self._within(node.args[key], known)
        return found

    def _with(self, node: exp.Expr, known: Known) -> Known:
        clause = node.args.get("with_")
        if clause is None:
            return known
        known = dict(known)
        for part in list(clause.expressions):
            if part.args.get("scalar"):
                self._put_in(node, part)
                continue
            name = part.alias
            if not _NAME.fullmatch(name):
                raise QueryRefused(f"WITH: expected a name of letters, digits and _, got {name[:40]!r}")
            if part.args["alias"].columns:
                raise QueryRefused("WITH: name the columns inside the part, with AS")
            columns, weight = self._query(part.this, known)
            fresh = f"part_{len(self.parts)}_{name}"
            self.parts.append(fresh)
            part.args["alias"].set("this", exp.to_identifier(fresh, quoted=True))
            known[name.lower()] = Part(fresh, columns, weight)
        if not clause.expressions:
            node.set("with_", None)
        return known

    def _put_in(self, query: exp.Expr, part: exp.Expr) -> None:
        """ClickHouse's WITH expression AS name: the expression stands wherever the name does."""
        name, value = part.alias, part.this
        part.pop()
        if isinstance(value, exp.Query) and not isinstance(value, exp.Subquery):
            value = exp.Subquery(this=value)
        for column in list(query.find_all(exp.Column)):
            if column.name == name and not column.table:
                self._spend(value)
                _replace(column, value)

    def _select(self, node: exp.Select, known: Known) -> tuple[frozenset[str] | None, int]:
        sources: list[Source] = []
        joins: list[tuple[exp.Join | None, Source]] = []
        if (start := node.args.get("from_")) is not None:
            sources.append(self._source(start.this, known))
            joins.append((None, sources[0]))
        for join in node.args.get("joins") or []:
            sources.append(self._source(join.this, known))
            joins.append((join, sources[-1]))
            for key in ("on",):
                if isinstance(join.args.get(key), exp.Expr):
                    self._within(join.args[key], known)
        if self._is_clickhouse:
            self._spread(node)
        for key, value in node.args.items():
            if key not in ("with_", "from_", "joins"):
                for part in value if isinstance(value, list) else [value]:
                    if isinstance(part, exp.Expr):
                        self._within(part, known)
        if self._names is not None:
            _need_customer(node, joins, self._names)
        weight = sum(1 for _ in _here(node)) + sum(source.weight for source in sources)
        if weight > MOST_NODES:
            raise QueryRefused("it is too large once the parts that it uses more than once are written out")
        return _columns(node, sources), weight

    def _within(self, node: exp.Expr, known: Known) -> None:
        """Queries inside of an expression."""
        for inner in _queries(node):
            self._query(inner, known)

    def _source(self, node: exp.Expr, known: Known) -> Source:
        if isinstance(node, exp.Table):
            return self._table(node, known)
        if isinstance(node, exp.Lateral):
            node = node.this
        if isinstance(node, exp.Subquery):
            columns, weight = self._query(node, known)
            if node.args.get("alias") is not None and node.args["alias"].columns:
                columns = frozenset(column.name.lower() for column in node.args["alias"].columns)
            return Source(node.alias.lower(), "", columns, weight)
        if isinstance(node, (exp.Unnest, exp.Values)):
            for part in node.expressions:
                self._within(part, known)
            return Source(node.alias.lower(), "", None, 1)
        raise QueryRefused("expected a table or a subquery behind FROM and JOIN")

    def _table(self, node: exp.Table, known: Known) -> Source:
        if not isinstance(node.this, exp.Identifier):
            raise QueryRefused(
                f"there are no functions in place of tables here, such as {node.this.name[:60]}; {_which()}"
            )
        name, lowered = node.name, node.name.lower()
        for key in node.args:
            if node.args[key] and key not in ("this", "alias", "db"):
                raise QueryRefused(f"there is no {key.upper()} behind a table here")
        if node.db and node.db.lower() != "default":
            raise QueryRefused(f"there is no table {node.db[:40]}.{name[:40]}; {_which()}")
        if not node.db and lowered in known:
            part = known[lowered]
            alias = node.alias or name
            columns = part.columns
            if node.args.get("alias") is not None and node.args["alias"].columns:
                columns = frozenset(column.name.lower() for column in node.args["alias"].columns)
            node.set("this", exp.to_identifier(part.name, quoted=True))
            if not node.alias:
                node.set("alias", exp.TableAlias(this=exp.to_identifier(alias, quoted=True)))
            return Source(alias.lower(), "", columns, part.weight)
        if lowered not in TABLES:
            raise QueryRefused(f"there is no table {name[:60]}; {_which()}")
        if node.args.get("alias") is not None and node.args["alias"].columns:
            raise QueryRefused(f"name the columns of {lowered} with AS, behind SELECT")
        self.places.append(Place(node, lowered))
        if len(self.places) > MOST_TABLES:
            raise QueryRefused(f"it reads tables in more than {MOST_TABLES} places")
        columns = frozenset(column.name for column in TABLES[lowered].columns)
        return Source((node.alias or name).lower(), lowered, columns, 60)

    def _spread(self, node: exp.Select) -> None:
        """In ClickHouse an alias means its expression in the whole SELECT, before any column of that name."""
        aliases = {part.alias: part.this for part in node.expressions if isinstance(part, exp.Alias)}
        if not aliases:
            return
        for part in node.expressions:
            own = part.alias if isinstance(part, exp.Alias) else ""
            self._expand(part, aliases, frozenset({own}))
        for key in ("where", "group", "having", "qualify", "limit"):
            if isinstance(node.args.get(key), exp.Expr):
                self._expand(node.args[key], aliases, frozenset())
        for ordered in node.args["order"].expressions if node.args.get("order") is not None else []:
            if not isinstance(ordered.this, exp.Column):
                self._expand(ordered, aliases, frozenset())

    def _expand(self, node: exp.Expr, aliases: dict[str, exp.Expr], within: frozenset[str]) -> None:
        for column in [part for part in _here(node) if isinstance(part, exp.Column)]:
            name = column.name
            if column.table or name not in aliases or name in within:
                continue
            value = aliases[name]
            if isinstance(value, exp.Column) and value.name == name:
                continue
            self._spend(value)
            fresh = exp.Paren(this=value.copy())
            self._expand(fresh, aliases, within | {name})
            inner = fresh.this
            is_simple = isinstance(inner, (exp.Column, exp.Literal, exp.Anonymous, exp.Cast))
            _replace(column, inner if is_simple or isinstance(column.parent, exp.Group) else fresh)

    def _spend(self, value: exp.Expr) -> None:
        self._budget -= sum(1 for _ in value.walk())
        if self._budget < 0:
            raise QueryRefused("it is too large once its aliases are written out")


def _replace(column: exp.Expr, value: exp.Expr) -> None:
    column.replace(value.copy())


def _here(node: exp.Expr) -> Iterator[exp.Expr]:
    """The nodes of a part, without those of queries inside of it."""
    stack = [node]
    while stack:
        found = stack.pop()
        yield found
        stack.extend(child for child in found.iter_expressions() if not isinstance(child, exp.Query))


def _queries(node: exp.Expr) -> list[exp.Expr]:
    """The outermost queries in a part."""
    if isinstance(node, exp.Query):
        return [node]
    return [child for found in _here(node) for child in found.iter_expressions() if isinstance(child, exp.Query)]


def _columns(node: exp.Select, sources: list[Source]) -> frozenset[str] | None:
    names: set[str] = set()
    for part in node.expressions:
        if part.find(exp.Star) is not None and not isinstance(part, exp.Alias):
            if any(source.columns is None for source in sources):
                return None
            names.update(name for source in sources for name in source.columns or ())
        names.add(part.alias_or_name.lower())
    return frozenset(names)


def _which() -> str:
    return f"the tables are {', '.join(TABLES)}"


def _need_customer(node: exp.Select, joins: list[tuple[exp.Join | None, Source]], names: customers.Names) -> None:
    read = [customers.Read(source.alias, source.table, join, source.columns) for join, source in joins]
    where = node.args.get("where")
    customers.need(read, where.this if where is not None else None, names)
