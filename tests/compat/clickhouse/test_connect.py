"""`clickhouse-connect` as it comes from PyPI, against the server as it runs: two ports, one process."""

import socket
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import clickhouse_connect
import pytest
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import DatabaseError

from tests.query import contract
from tests.running import PATIENCE_S, Server, Site, free_port, running

USEFUL = {
    "total events": contract.TOTALS,
    "events over time": contract.HOURS,
    "top events": contract.TOP,
    "user journey": contract.JOURNEY,
    "cart abandonment": contract.ABANDONED,
    "top pages": contract.PAGES_TODAY,
}
"""Contract 2's own, for a project called demo_tenant."""


class Both:
    """A server with both ports, and a project with events."""

    def __init__(self, server: Server, port: int, site: Site) -> None:
        self.server = server
        self.port = port
        self.site = site

    def client(self, **more: Any) -> Client:
        chosen = {"username": self.site.id, "password": self.site.read_key, **more}
        return clickhouse_connect.get_client(host="127.0.0.1", port=self.port, **chosen)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    port = free_port()
    with running(
        tmp_path_factory.mktemp("both") / "data", clickhouse__port=str(port), limits__sql_per_minute="0"
    ) as server:
        site = server.site(id_="demo_tenant")
        view = {"type": "page_view", "url": "https://example.com/pricing"}
        who = {"visitor_id": "visitor_123", "session_id": "s1"}
        left = {"type": "cart_abandon", "name": "Left", "payload": {"items": 2}}
        assert site.send(*({**event, **who} for event in (view, view, view, left))).data["accepted"] == 4
        assert site.send({**view, "visitor_id": "visitor_456", "session_id": "s2"}).data["accepted"] == 1
        yield Both(server, port, site)


@pytest.fixture(scope="module")
def client(both: Both) -> Iterator[Client]:
    found = both.client()
    yield found
    found.close()


def test_connects_and_knows_the_server(client: Client) -> None:
    assert client.ping()
    assert client.server_version == "24.8.14.39"
    assert str(client.server_tz) == "UTC"
    assert "max_result_rows" in client.server_settings


def test_lists_tables_and_their_columns(client: Client) -> None:
    assert [name for (name,) in client.query("SHOW TABLES").result_rows] == [
        "errors",
        "events_raw",
        "insights",
        "pages",
        "sessions",
    ]
    described = client.query("DESCRIBE TABLE events_raw")
    assert described.column_names[:2] == ("name", "type")
    types = {row[0]: row[1] for row in described.result_rows}
    assert (types["visitor_id"], types["user_id"]) == ("String", "Nullable(String)")


EXPECTED: dict[str, tuple[dict[str, str], int]] = {
    "total events": ({"total_events": "UInt64", "unique_visitors": "UInt64", "identified_users": "UInt64"}, 1),
    "events over time": ({"hour": "DateTime('UTC')", "event_count": "UInt64", "unique_visitors": "UInt64"}, 1),
    "top events": ({"event_type": "String", "count": "UInt64", "unique_visitors": "UInt64"}, 2),
    "user journey": (
        {
            "timestamp": "DateTime64(6, 'UTC')",
            "event_type": "String",
            "event_name": "Nullable(String)",
            "properties": "String",
        },
        4,
    ),
    "cart abandonment": (
        {
            "visitor_id": "String",
            "pricing_views": "UInt64",
            "last_pricing_view": "DateTime64(6, 'UTC')",
            "cart_abandon_time": "DateTime64(6, 'UTC')",
        },
        1,
    ),
    "top pages": ({"page": "String", "views": "UInt64", "unique_visitors": "UInt64"}, 1),
}


@pytest.mark.parametrize("name", USEFUL)
def test_runs_the_contracts_queries_as_they_are_written(client: Client, name: str) -> None:
    columns, rows = EXPECTED[name]
    found = client.query(USEFUL[name])
    assert dict(zip(found.column_names, (kind.name for kind in found.column_types), strict=True)) == columns
    assert len(found.result_rows) == rows


def test_what_it_reads_is_what_was_sent(client: Client) -> None:
    assert client.query(USEFUL["total events"]).result_rows == [(5, 2, 0)]
    (row,) = client.query(USEFUL["cart abandonment"]).result_rows
    assert row[:2] == ("visitor_123", 3)
    assert isinstance(row[2], datetime)
    assert client.query(USEFUL["top pages"]).result_rows == [("/pricing", 4, 2)]


def test_binds_values_on_the_server(client: Client) -> None:
    sql = """SELECT count() FROM {table:Identifier}
        WHERE event_type IN {types:Array(String)} AND timestamp > {since:DateTime64(3)}"""
    values = {"table": "events_raw", "types": ["page_view", "it's"], "since": datetime(2020, 1, 1)}
    assert client.query(sql, parameters=values).result_rows == [(4,)]
    long = "'" + "y" * 6000
    assert client.query("SELECT {text:String} AS t", parameters={"text": long}).result_rows == [(long,)]


def test_streams_rows_commands_and_raw_formats(client: Client) -> None:
    with client.query_row_block_stream("SELECT event_type FROM events_raw ORDER BY 1") as blocks:
        assert [row for block in blocks for row in block] == [("cart_abandon",)] + [("page_view",)] * 4
    assert client.command("SELECT count() FROM events_raw") == 5
    assert client.query("SELECT event_type, count() AS n FROM events_raw GROUP BY 1 LIMIT 0").column_names == (
        "event_type",
        "n",
    )
    assert client.raw_query("SELECT 1 AS a", fmt="JSONEachRow") == b'{"a":1}\n'
    assert len(client.query("SELECT * FROM system.columns").result_rows) > 100


def test_says_what_is_wrong(both: Both, client: Client) -> None:
    with pytest.raises(DatabaseError) as unknown:
        client.query("SELECT nope FROM events_raw")
    assert (unknown.value.code, unknown.value.name) == (47, "UNKNOWN_IDENTIFIER")
    with pytest.raises(DatabaseError) as writing:
        client.command("CREATE TABLE t (a Int8) ENGINE = Memory")
    assert writing.value.code == 164
    with pytest.raises(DatabaseError) as password:
        both.client(password="wrong")
    assert (password.value.code, password.value.name) == (516, "AUTHENTICATION_FAILED")
    with pytest.raises(DatabaseError) as other:
        both.client(username=both.server.site().id)
    assert other.value.code == 516


def test_the_key_may_come_as_a_token(both: Both) -> None:
    with both.client(username=None, password="", access_token=both.site.read_key) as client:
        assert client.command("SELECT count() FROM events_raw") == 5


def test_each_port_answers_for_itself(both: Both) -> None:
    here = both.server.ask("GET", "/health")
    assert here.json["service"] == "real-time-analytics-api"
    said = both.server.log.read_text()
    assert f"Clients of ClickHouse reach it at http://127.0.0.1:{both.port}/" in said
    assert both.site.read_key not in said


def test_a_port_in_use_is_named(both: Both, tmp_path: Any) -> None:
    second = Server(tmp_path / "other", clickhouse__port=str(both.port))
    assert second.spawn().wait(PATIENCE_S) == 1
    said = second.log.read_text()
    assert said.startswith(f"gosight: cannot listen on 127.0.0.1:{both.port}: ")
    assert said.count("\n") == 1


def test_both_ports_end_with_the_server_whatever_is_under_way(tmp_path: Any) -> None:
    port = free_port()
    with running(tmp_path / "data", clickhouse__port=str(port)) as server:
        site = server.site()
        half, idle = (socket.create_connection(("127.0.0.1", port)) for _ in range(2))
        key = f"X-ClickHouse-Key: {site.read_key}\r\n"
        half.sendall(f"POST / HTTP/1.1\r\nHost: x\r\n{key}Content-Length: 99\r\n\r\nSELECT".encode())
        idle.sendall(b"GET /ping HTTP/1.1\r\nHost: x\r\n\r\n")
        assert idle.recv(100).startswith(b"HTTP/1.1 200")
        assert server.stop() == 0
        half.close()
        idle.close()
        assert "Traceback" not in server.log.read_text(), server.log.read_text()
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(("127.0.0.1", port))
