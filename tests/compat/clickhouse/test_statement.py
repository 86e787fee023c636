"""Queries are taken apart as they are written; parameters become literals and nothing else."""

import pytest
from sqlglot import exp, parse_one

from gosight.compat.clickhouse import parameters, statement
from gosight.compat.clickhouse.errors import Code, Refusal


@pytest.mark.parametrize(
    ("text", "sql", "format_", "settings"),
    [
        ("SELECT 1", "SELECT 1", None, {}),
        ("  select 1 ; ;", "select 1", None, {}),
        ("SELECT 1 FORMAT JSON", "SELECT 1", "JSON", {}),
        ("SELECT 1\n FORMAT Native", "SELECT 1", "Native", {}),
        ("SELECT 'FORMAT JSON' FORMAT CSV;", "SELECT 'FORMAT JSON'", "CSV", {}),
        ("-- why\nSELECT 1 /* format JSON */ format TSV -- end", "SELECT 1", "TSV", {}),
        ("SELECT 1 SETTINGS max_result_rows = 5", "SELECT 1", None, {"max_result_rows": "5"}),
        ("SELECT 1 SETTINGS a=1, b='x' FORMAT JSON", "SELECT 1", "JSON", {"a": "1", "b": "x"}),
        ("SELECT 1 FORMAT JSON SETTINGS a=1", "SELECT 1", "JSON", {"a": "1"}),
        ("SELECT a, format FROM t", "SELECT a, format FROM t", None, {}),
        ("SELECT t.format x", "SELECT t.format x", None, {}),
        ("SELECT * FROM t WHERE x = (SELECT 1)", "SELECT * FROM t WHERE x = (SELECT 1)", None, {}),
        ("SHOW TABLES FORMAT JSON", "SHOW TABLES", "JSON", {}),
    ],
    ids=str,
)
def test_what_stands_behind_a_query(text: str, sql: str, format_: str | None, settings: dict[str, str]) -> None:
    read = statement.read(text)
    assert (read.sql, read.format, read.settings) == (sql, format_, settings)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", Code.SYNTAX_ERROR),
        (" ; -- nothing", Code.SYNTAX_ERROR),
        ("SELECT 1; SELECT 2", Code.SYNTAX_ERROR),
        ("SELECT 1; DROP TABLE events_raw", Code.SYNTAX_ERROR),
        ("SELECT 'never closed", Code.SYNTAX_ERROR),
        ("hello", Code.SYNTAX_ERROR),
        ("EXPLAIN SELECT 1", Code.SYNTAX_ERROR),
        ("INSERT INTO events_raw VALUES (1)", Code.READONLY),
        ("/* a */ insert into events_raw select 1", Code.READONLY),
        ("CREATE TABLE x (a Int8) ENGINE = Memory", Code.READONLY),
        ("DROP TABLE events_raw", Code.READONLY),
        ("ALTER TABLE events_raw DELETE WHERE 1", Code.READONLY),
        ("SET max_threads = 1", Code.READONLY),
        ("SYSTEM SHUTDOWN", Code.READONLY),
        ("ATTACH 'x.db' AS x", Code.READONLY),
    ],
    ids=str,
)
def test_what_is_no_single_question_is_refused(text: str, code: Code) -> None:
    with pytest.raises(Refusal) as refused:
        statement.read(text)
    assert refused.value.what is code


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("SELECT count() FROM t", ["count()"]),
        ("SELECT count() AS c, uniq( visitor_id )\n n FROM t", ["count()", "uniq( visitor_id )"]),
        ("SELECT count() c, a, t.b, 1 + 1 FROM t", ["count()", "a", "t.b", "1 + 1"]),
        ("WITH x AS (SELECT 1 FROM z) SELECT max(a), 'it, FROM' FROM x", ["max(a)", "'it, FROM'"]),
        ("SELECT if(a, b, c), [1, 2]", ["if(a, b, c)", "[1, 2]"]),
        ("SELECT DISTINCT lower(a) FROM t UNION ALL SELECT b FROM t", ["lower(a)"]),
        ("SELECT 2 * 3", ["2 * 3"]),
        ("SELECT count(*) FROM t", ["count(*)"]),
        ("SELECT * FROM t", None),
        ("SELECT t.*, count() FROM t", None),
        ("SELECT columns('a') FROM t", None),
    ],
    ids=str,
)
def test_columns_as_they_are_written(text: str, columns: list[str] | None) -> None:
    read = statement.read(text)
    assert statement.columns(read.sql, read.tokens) == columns


def literal(kind: str, sent: str) -> str:
    tree = parse_one(f"SELECT {{p:{kind}}}", dialect="clickhouse").expressions[0]
    made = parameters.bound("p", tree.args["kind"], sent)
    assert not any(
        isinstance(node, exp.Column | exp.Subquery | exp.Func)
        for node in made.walk()
        if not isinstance(node, exp.Cast | exp.Array)
    )
    return made.sql("clickhouse")


@pytest.mark.parametrize(
    ("kind", "sent", "sql"),
    [
        ("String", "it's", "'it''s'"),
        ("String", "it\\'s \\\\ \\n", "'it''s \\\\ \\n'"),
        ("String", "'; drop table x; --", "'''; drop table x; --'"),
        ("String", "\\N", "'N'"),
        ("Nullable(String)", "\\N", "NULL"),
        ("Nullable(String)", "a", "'a'"),
        ("LowCardinality(String)", "a", "'a'"),
        ("UInt32", "7", "7"),
        ("Int64", "-7", "-7"),
        ("Float64", "1.5e3", "1500"),
        ("Float64", "-.5", "-0.5"),
        ("Bool", "true", "TRUE"),
        ("Date", "2026-11-22", "CAST('2026-11-22' AS DATE)"),
        ("DateTime", "2026-11-22 12:00:00", "CAST('2026-11-22 12:00:00' AS DateTime)"),
        ("DateTime", "1795348800", "CAST('2026-11-22 12:00:00' AS DateTime)"),
        ("DateTime64(3, 'Europe/Berlin')", "2026-11-22 13:00:00.5", "CAST('2026-11-22 12:00:00.500000' AS DateTime)"),
        ("Array(String)", "['a', 'it\\'s']", "['a', 'it''s']"),
        ("Array(UInt8)", "[1, 2]", "[1, 2]"),
        ("Array(Array(Int8))", "[[1], [-2]]", "[[1], [-2]]"),
        ("Array(Nullable(String))", "['a', NULL]", "['a', NULL]"),
    ],
    ids=str,
)
def test_a_parameter_becomes_a_literal(kind: str, sent: str, sql: str) -> None:
    assert literal(kind, sent) == sql


@pytest.mark.parametrize(
    ("kind", "sent"),
    [
        ("UInt8", "256"),
        ("UInt8", "-1"),
        ("UInt32", "1 or 1=1"),
        ("Int64", "(select 1)"),
        ("Float64", "."),
        ("Float64", "1e9999"),
        ("Bool", "maybe"),
        ("Date", "today"),
        ("DateTime", "now()"),
        ("DateTime64(3, 'Mars/Base')", "2026-11-22 13:00:00"),
        ("Array(String)", "a"),
        ("Array(String)", "[version()]"),
        ("Array(String)", "['a'] from events_raw"),
        ("Array(UInt8)", "['a']"),
        ("Array(UInt8)", "[(select 1)]"),
        ("Array(String)", "[" * 5000),
        ("Map(String, String)", "{'a':'b'}"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_parameter_that_is_not_of_its_type_is_refused(kind: str, sent: str) -> None:
    with pytest.raises(Refusal) as refused:
        literal(kind, sent)
    assert refused.value.what is Code.BAD_QUERY_PARAMETER
