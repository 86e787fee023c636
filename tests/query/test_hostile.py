"""Nothing gets out: a corpus of queries that try, and generated ones."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gosight.kit.clock import to_datetime
from gosight.query.sql.gate import prepared
from gosight.query.sql.inspection import TABLES
from tests.query.asked import Asked
from tests.world import noon

NOW = to_datetime(noon()).replace(tzinfo=None)

CORPUS: list[list[str]] = [
    json.loads(line) for line in (Path(__file__).parent / "hostile.jsonl").read_text("utf-8").splitlines()
]
HARMLESS = {"a comment within a comment": [(1,)], "a quote within a name": [(1,)]}
"""What looks worse than it is, and what it answers."""


@pytest.mark.parametrize(("name", "sql"), CORPUS, ids=[name for name, _ in CORPUS])
def test_a_hostile_query_is_refused_or_harmless(asked: Asked, name: str, sql: str) -> None:
    if name in HARMLESS:
        assert asked.rows(sql) == HARMLESS[name]
        return
    message = asked.refusal(sql)
    assert message.startswith("Invalid SQL query: ")
    told = message.replace(sql, "")
    assert "p_1" not in told
    assert str(asked.world.folder) not in told


def test_the_corpus_is_large_and_names_each_query_once() -> None:
    assert len(CORPUS) >= 250
    assert len({name for name, _ in CORPUS}) == len(CORPUS)


def test_the_others_secret_is_there_to_be_found(asked: Asked) -> None:
    """Else the tests below prove nothing."""
    other = asked.world.app.control.directory.project("other")
    assert other is not None
    found = asked.queries.run(other, "select * from events_raw", needs_customer=False)
    assert "SECRET" in str(found.rows)


NAMES = st.sampled_from(
    "events_raw sessions pages errors insights a b c d EVENTS_RAW events identities main.events p_1.main.events "
    'p_2.main.events p_2.events other.events_raw default.sessions "p_2"."main"."events" duckdb_tables() '
    "information_schema.tables query('select * from p_2.main.events') chosen_sessions(0,1) sqlite_master "
    "read_text('/etc/passwd') 'x.csv' unnest([1,2])".replace(" * from ", "\0*\0from\0").split(" ")
).map(lambda name: name.replace("\0", " ").replace("select*", "select *"))
COLUMNS = st.sampled_from(
    "* visitor_id e.visitor_id event_name properties timestamp customer_id x y e a.x count() count(*) 1 'x' null name "
    "payload p_2.main.events.name e.* columns('.*') now() upper(visitor_id) length(x) getenv('HOME') "
    "max(e.timestamp)".split()
)


@st.composite
def queries(draw: st.DrawFn, depth: int = 3) -> str:
    """SELECTs of all kinds, most of which mean something."""
    inner = queries(depth=depth - 1)
    source = draw(NAMES)
    if depth and draw(st.integers(0, 3)) == 0:
        source = f"({draw(inner)})"
    alias = draw(st.sampled_from(["", " as e", " a", " as events", " as t(x, y)"]))
    text = f"select {', '.join(draw(st.lists(COLUMNS, min_size=1, max_size=3)))} from {source}{alias}"
    if draw(st.booleans()):
        join = draw(
            st.sampled_from([", ", " cross join ", " left join ", " join lateral ", " natural join ", " asof join "])
        )
        other = draw(NAMES) if not depth or draw(st.booleans()) else f"({draw(inner)})"
        text += f"{join}{other} as b{' on true' if 'left' in join or 'lateral' in join else ''}"
    if depth and draw(st.integers(0, 3)) == 0:
        how = draw(
            st.sampled_from(["visitor_id in ({})", "exists({})", "({}) = 'x'", "not exists({})", "1 = 1 or x in ({})"])
        )
        text += f" where {how.format(draw(inner))}"
    elif draw(st.booleans()):
        text += draw(st.sampled_from([" where customer_id = 'other'", " where 1 = 1", " group by all", " order by 1"]))
    if depth and draw(st.integers(0, 4)) == 0:
        text += f" {draw(st.sampled_from(['union all', 'union', 'except', 'intersect']))} {draw(inner)}"
    if depth and draw(st.integers(0, 3)) == 0:
        name = draw(st.sampled_from(["a", "b", "events", "identities", "sessions", "events_raw", '"p_2.main.events"']))
        text = f"with {draw(st.sampled_from(['', 'recursive ']))}{name} as ({draw(inner)}) {text}"
    return text


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(sql=queries())
def test_a_generated_query_never_sees_another_project(asked: Asked, sql: str) -> None:
    if asked.refusal(sql, seconds=2, max_rows=200):
        return
    assert "SECRET" not in str(asked.run(sql, seconds=2, max_rows=200).rows)
    ready = prepared(asked.project, sql, now=NOW, needs_customer=False)
    named = set(re.findall(r'"p_(\d+)"\."(\w+)"\."(\w+)"', ready.sql))
    assert named <= {("1", "main", table) for table in TABLES}


def test_some_generated_queries_run(asked: Asked) -> None:
    """The shapes above are not all refused."""
    for sql in (
        "with events_raw as (select visitor_id from events_raw) select * from events_raw",
        "select e.visitor_id, upper(visitor_id) from (select * from sessions) as e where exists(select 1 from pages)",
        "select x from (select visitor_id, timestamp from events_raw) as t(x, y) union select visitor_id from sessions",
        "select count(*) from events_raw a, default.sessions as b group by all",
    ):
        assert asked.rows(sql)
