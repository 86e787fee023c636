"""Which line of the table a call means, and what runs in its place."""

import difflib

from sqlglot import exp

from gosight.query.model import Function, QueryRefused
from gosight.query.sql.builders import BUILDERS
from gosight.query.sql.functions_table import CLICKHOUSE, DUCKDB
from gosight.query.sql.rules import Around, Built, Call, Rule, add_condition, fill, literal_number, literal_text, table

_CLICKHOUSE = table(CLICKHOUSE)
_DUCKDB = table(DUCKDB)


def all_functions() -> list[Function]:
    """Every function that may be called, by name; ClickHouse's meaning where both dialects have it."""
    rules = [rule for name, found in {**_DUCKDB, **_CLICKHOUSE}.items() for rule in found]
    rules.sort(key=lambda rule: rule.name.lower())
    return [Function(rule.name, rule.signature, rule.description) for rule in rules]


def is_unknown(name: str, is_clickhouse: bool) -> bool:
    """Is there no such function in that dialect's own list?"""
    own = _CLICKHOUSE if is_clickhouse else _DUCKDB
    return name.lower() not in own and not (is_clickhouse and _combined(name, own))


def _combined(name: str, rules: dict[str, list[Rule]]) -> list[Rule]:
    """The aggregate that the combinator -If stands behind."""
    found = rules.get(name[:-2].lower(), []) if name.endswith("If") else []
    return [rule for rule in found if rule.aggregates]


def _rules(name: str, is_clickhouse: bool) -> tuple[list[Rule], bool]:
    """The lines of a name, and is it an aggregate's with -If? The dialect's own meaning comes first."""
    for rules in (_CLICKHOUSE, _DUCKDB) if is_clickhouse else (_DUCKDB, _CLICKHOUSE):
        if name.lower() in rules:
            return rules[name.lower()], False
        if combined := _combined(name, rules):
            return combined, True
    raise QueryRefused(f"there is no function {name[:64]}{_near(name)}")


def _near(name: str) -> str:
    known = {
        rule.name.lower(): rule.name for rules in (_DUCKDB, _CLICKHOUSE) for found in rules.values() for rule in found
    }
    near = difflib.get_close_matches(name.lower(), known, n=3, cutoff=0.6)
    return f"; near: {', '.join(known[found] for found in near)}" if near else ""


def answers_list(name: str, is_clickhouse: bool) -> bool:
    """Does a function of this name answer a list?"""
    rules, _ = _rules(name, is_clickhouse)
    return rules[0].answers_list


def built(call: exp.Expr, is_clickhouse: bool, around: Around) -> Built:
    """What runs in place of a call, whose arguments are in DuckDB's words already. Raises QueryRefused."""
    name = call.name
    rules, is_combined = _rules(name, is_clickhouse)
    first, second = list(call.expressions), call.args.get("params")
    given = Call(name, first if second is not None else [], list(second) if second is not None else first, [])
    if is_combined:
        if len(given.args) < 2 and not (len(given.args) == 1 and rules[0].name == "count"):
            raise QueryRefused(f"{name} takes a condition as its last argument")
        given.conditions = [given.args.pop()]
    rule = _fitting(rules, given)
    _need_literals(rule, given)
    if rule.engine.isupper():
        result = BUILDERS[rule.engine](given, around)
    else:
        result = _filled(rule, given)
    for condition in given.conditions:
        add_condition(result, condition)
    return result


def _fitting(rules: list[Rule], given: Call) -> Rule:
    for rule in rules:
        fits = len(rule.args) <= len(given.args) if rule.is_open else len(rule.args) == len(given.args)
        if fits and (len(rule.params) == len(given.params) or (rule.params and rule.params[-1].name == "...")):
            return rule
    expected = " or ".join(dict.fromkeys(rule.signature for rule in rules))
    raise QueryRefused(f"{given.name}: expected {expected}")


def _need_literals(rule: Rule, given: Call) -> None:
    pairs = [*zip(rule.params, given.params, strict=False), *zip(rule.args, given.args, strict=False)]
    for parameter, given_ in pairs:
        value = given_.this if isinstance(given_, exp.Order) else given_
        if parameter.literal == "!":
            literal_number(value, f"{rule.name}: {parameter.name}")
        elif parameter.literal == "'":
            literal_text(value, f"{rule.name}: {parameter.name}")


def _filled(rule: Rule, given: Call) -> Built:
    if rule.engine == "=":
        tree: exp.Expr = exp.Anonymous(this=rule.name.lower(), expressions=given.args)
        return Built(tree, [tree] if rule.aggregates or rule.kind == "win" else [])
    values = {parameter.name: value for parameter, value in zip(rule.args, given.args, strict=False)}
    values |= {parameter.name: value for parameter, value in zip(rule.params, given.params, strict=False)}
    return fill(rule.engine, values, given.args, is_window=rule.kind == "win")
