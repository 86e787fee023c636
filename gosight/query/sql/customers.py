"""The contract's rule: each part of a query that reads a project's table says whose rows it wants, by an AND condition.

The rule keeps nobody out: in place of the table stands the project's own data, whatever the condition says.
"""

from collections.abc import Iterator

import msgspec
from sqlglot import exp

from gosight.query.model import MissingCustomerFilter

COLUMN = "customer_id"


class Names(msgspec.Struct, frozen=True):
    """What a project is called."""

    id: str
    slug: str


class Read(msgspec.Struct, frozen=True):
    """Something that a SELECT reads from, and the join that brought it (None: the first)."""

    alias: str
    table: str
    join: exp.Join | None
    columns: frozenset[str] | None


class _Condition(msgspec.Struct, frozen=True):
    """`holds_for`: the sources whose rows are left out where it does not hold."""

    tree: exp.Expr
    holds_for: frozenset[str]


def need(read: list[Read], where: exp.Expr | None, names: Names) -> None:
    """Raises MissingCustomerFilter where a table has no condition."""
    tables = {source.alias: source.table for source in read if source.table}
    if not tables:
        return
    everybody = frozenset(source.alias for source in read)
    conditions = [_Condition(part, everybody) for part in _conjuncts(where)] if where is not None else []
    conditions += list(_of_joins(read))
    free = _whose_is_free(read)
    held: set[str] = set()
    while True:
        found = {alias for condition in conditions for alias in _held(condition, free, held, names)} - held
        if not found:
            break
        held |= found
    for alias, table in tables.items():
        if alias not in held:
            raise MissingCustomerFilter(_why(alias, table, len(read) > 1, names))


def _why(alias: str, table: str, is_joined: bool, names: Names) -> str:
    name = f"{alias}.{COLUMN}" if is_joined else COLUMN
    return f"add WHERE {name} = '{names.id}' to the SELECT that reads {table}, joined by AND, below no OR and no NOT"


def _conjuncts(tree: exp.Expr) -> Iterator[exp.Expr]:
    stack = [tree]
    while stack:
        part = stack.pop()
        if isinstance(part, exp.And):
            stack += [part.this, part.expression]
        elif isinstance(part, exp.Paren):
            stack.append(part.this)
        else:
            yield part


def _of_joins(read: list[Read]) -> Iterator[_Condition]:
    for at, source in enumerate(read):
        join = source.join
        if join is None:
            continue
        before = frozenset(earlier.alias for earlier in read[:at])
        side = str(join.side).upper()
        if side == "FULL":
            continue
        if side == "LEFT" or str(join.kind).upper() in ("SEMI", "ANTI"):
            holds_for = frozenset({source.alias})
        elif side == "RIGHT":
            holds_for = before
        else:
            holds_for = before | {source.alias}
        if isinstance(join.args.get("on"), exp.Expr):
            yield from (_Condition(part, holds_for) for part in _conjuncts(join.args["on"]))
        if any(column.name.lower() == COLUMN for column in join.args.get("using") or []):
            for alias in before:
                pair = [exp.column(COLUMN, table=name) for name in (alias, source.alias)]
                yield _Condition(exp.EQ(this=pair[0], expression=pair[1]), holds_for)


def _whose_is_free(read: list[Read]) -> frozenset[str]:
    """Whose the name is where it stands alone."""
    having = [source for source in read if source.columns is None or COLUMN in source.columns]
    is_shared = all(
        source.join is not None and any(column.name.lower() == COLUMN for column in source.join.args.get("using") or [])
        for source in having[1:]
    )
    return frozenset(source.alias for source in having) if is_shared else frozenset()


def _held(condition: _Condition, free: frozenset[str], held: set[str], names: Names) -> Iterator[str]:
    tree = condition.tree
    if not isinstance(tree, exp.EQ):
        return
    for one, other in ((tree.this, tree.expression), (tree.expression, tree.this)):
        whose = _whose(one, free) & condition.holds_for
        if (isinstance(other, exp.Literal) and other.is_string and other.this in (names.id, names.slug)) or _whose(
            other, free
        ) & held:
            yield from whose


def _whose(tree: exp.Expr, free: frozenset[str]) -> frozenset[str]:
    """The sources whose customer_id this is."""
    while isinstance(tree, exp.Paren):
        tree = tree.this
    if not isinstance(tree, exp.Column) or tree.name.lower() != COLUMN:
        return frozenset()
    return frozenset({tree.table.lower()}) if tree.table else free


def by_id(tree: exp.Expr, names: Names) -> None:
    """The slug means the id, which is what the column holds."""
    for literal in tree.find_all(exp.Literal):
        parent = literal.parent
        compared = isinstance(parent, (exp.EQ, exp.NEQ, exp.In)) and any(
            isinstance(part, exp.Column) and part.name.lower() == COLUMN
            for part in (parent.this, parent.args.get("expression"))
        )
        if compared and literal.is_string and literal.this == names.slug:
            literal.set("this", names.id)
