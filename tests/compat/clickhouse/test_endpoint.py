"""The HTTP interface as curl and drivers use it."""

import gzip
import json
import logging
from base64 import b64encode
from typing import Any

import pytest
from litestar.testing import TestClient

from tests.compat.clickhouse.conftest import Asking, key_of, opened, told
from tests.conftest import MakeWorld
from tests.world import Person, World

COUNT = "SELECT count() FROM events_raw"
TOTAL = """SELECT
  count() as total_events,
  uniq(visitor_id) as unique_visitors,
  uniq(user_id) as identified_users
FROM events_raw
WHERE customer_id = 'shop';"""


@pytest.mark.parametrize("path", ["/", "/ping", "/replicas_status"])
def test_says_that_it_is_there_without_credentials(port: "TestClient[Any]", path: str) -> None:
    answer = port.get(path)
    assert (answer.status_code, answer.text) == (200, "Ok.\n")
    assert answer.headers["x-clickhouse-server-display-name"] == "gosight"


def test_knows_no_other_path(port: "TestClient[Any]") -> None:
    answer = port.get("/api/v1/projects")
    assert answer.status_code == 404
    assert answer.text.startswith("There is no handle /api/v1/projects\n")


def test_get_and_post_answer_the_same(shop: Asking) -> None:
    answers = [shop.get(TOTAL), shop.post(TOTAL), shop.post("", query=TOTAL)]
    assert [answer.text for answer in answers] == ["3\t2\t0\n"] * 3
    assert {answer.headers["content-type"] for answer in answers} == {"text/tab-separated-values; charset=UTF-8"}


@pytest.mark.parametrize(
    ("sql", "params", "headers", "kind"),
    [
        (f"{COUNT} FORMAT JSONEachRow", {}, {}, "JSONEachRow"),
        (COUNT, {"default_format": "CSVWithNames"}, {}, "CSVWithNames"),
        (COUNT, {}, {"X-ClickHouse-Format": "JSONCompact"}, "JSONCompact"),
        (f"{COUNT} FORMAT CSV", {"default_format": "JSON"}, {"X-ClickHouse-Format": "Native"}, "CSV"),
        (COUNT, {"default_format": "JSON"}, {"X-ClickHouse-Format": "Native"}, "JSON"),
        (COUNT, {}, {}, "TabSeparated"),
    ],
    ids=["clause", "setting", "header", "clause before all", "setting before header", "none"],
)
def test_the_format_is_chosen(
    shop: Asking, sql: str, params: dict[str, str], headers: dict[str, str], kind: str
) -> None:
    answer = shop.post(sql, headers, **params)
    assert answer.status_code == 200
    assert answer.headers["x-clickhouse-format"] == kind


def test_json_is_what_clickhouse_answers(shop: Asking) -> None:
    answer = shop.get(
        "SELECT event_type, count() AS n, max(timestamp) AS at FROM events_raw GROUP BY 1 ORDER BY n FORMAT JSON"
    ).json()
    assert answer["meta"] == [
        {"name": "event_type", "type": "String"},
        {"name": "n", "type": "UInt64"},
        {"name": "at", "type": "DateTime64(6, 'UTC')"},
    ]
    assert answer["data"][1] == {"event_type": "page_view", "n": 2, "at": "2026-11-22 12:00:00.000000"}
    assert answer["rows"] == 2


def test_large_numbers_stand_in_quotes_where_that_is_asked_for(shop: Asking) -> None:
    plain, quoted = (
        shop.lines(f"{COUNT} FORMAT JSONEachRow", output_format_json_quote_64bit_integers=on) for on in "01"
    )
    assert (plain, quoted) == (['{"count()":3}'], ['{"count()":"3"}'])


def test_tells_about_the_answer_in_headers(shop: Asking) -> None:
    answer = shop.get(COUNT, query_id="my-query.1")
    summary = json.loads(answer.headers["x-clickhouse-summary"])
    assert (summary["result_rows"], summary["result_bytes"]) == ("1", "2")
    assert answer.headers["x-clickhouse-query-id"] == "my-query.1"
    assert answer.headers["x-clickhouse-timezone"] == "UTC"
    assert answer.headers["cache-control"] == "no-store"


def test_a_query_id_cannot_hold_a_header(shop: Asking) -> None:
    answer = shop.get(COUNT, query_id="x\r\nset-cookie: a=b")
    assert answer.headers["x-clickhouse-query-id"].startswith("query_")
    assert "set-cookie" not in answer.headers


def test_is_packed_for_who_asks_for_it(shop: Asking) -> None:
    sql = "SELECT * FROM system.columns FORMAT CSV"
    shop.headers["Accept-Encoding"] = "br, gzip;q=0.8"
    plain, packed = shop.post(sql), shop.post(sql, enable_http_compression="1")
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.text == plain.text


def test_takes_packed_queries_and_forms(shop: Asking) -> None:
    packed = shop.post(gzip.compress(COUNT.encode()), {"Content-Encoding": "gzip"})
    form = shop.client.post(
        "/", files={"query": (None, "SELECT {p:String}"), "param_p": (None, "it's")}, headers=shop.headers
    )
    assert (packed.text, form.text) == ("3\n", "it\\'s\n")


@pytest.mark.parametrize(
    ("body", "headers", "params", "status", "code"),
    [
        (b"1\t2", {}, {"query": COUNT}, 500, 164),
        (b"\xff\xfe", {}, {}, 400, 36),
        (b"no gzip", {"Content-Encoding": "gzip"}, {}, 400, 36),
        (gzip.compress(b" " * 3_000_000), {"Content-Encoding": "gzip"}, {}, 413, 229),
        (b"SELECT 1", {"Content-Encoding": "zstd"}, {}, 501, 48),
        (b"SELECT 1", {}, {"compress": "1"}, 501, 48),
        (b"SELECT 1", {}, {"max_result_rows": "many"}, 400, 36),
        (b"SELECT 1", {}, {"default_format": "Avro"}, 404, 73),
        (b"SELECT 1 FORMAT Values", {}, {}, 404, 73),
        (b"", {}, {}, 400, 62),
        (b"SELECT " + b"1," * 40_000 + b"1", {}, {}, 413, 229),
        (b"SELECT {p:UInt8}", {}, {}, 400, 456),
        (b"SELECT {p:UInt8}", {}, {"param_p": "1 or 1"}, 400, 457),
        (b"SELECT {p:String}" + b",{p:String}" * 100, {}, {"param_p": "x" * 5000}, 413, 229),
        (b"SELECT 1 FROM system.functions" + b" a, system.functions" * 50, {}, {}, 413, 229),
        (b"SELECT nope FROM events_raw", {}, {}, 404, 47),
        (b"SELECT nope(1)", {}, {}, 404, 46),
        (b"SELECT * FROM nope", {}, {}, 404, 60),
        (b"SELECT * FROM system.users", {}, {}, 404, 60),
        (b"SELECT * FROM nope.events_raw", {}, {}, 404, 81),
        (b"SELECT 1", {}, {"database": "nope"}, 404, 81),
        (b"SELECT event_type, count() FROM events_raw", {}, {}, 400, 215),
        (b"SELECT FROM WHERE", {}, {}, 400, 62),
        (b"SELECT range(9999) FROM (SELECT arrayJoin(range(999)))", {}, {}, 500, 396),
        (b"SELECT length(l) FROM (SELECT groupArray(x) AS l FROM (SELECT arrayJoin(range(9999)) AS x))", {}, {}, 500,
         396),
        (b"DESCRIBE TABLE nope", {}, {}, 404, 60),
        (b"SHOW GRANDMA", {}, {}, 400, 62),
        (b"INSERT INTO events_raw VALUES (1)", {}, {}, 500, 164),
        (b"SELECT * FROM read_csv('/etc/passwd')", {}, {}, 404, 46),
    ],
    ids=[
        "data behind a query", "no UTF-8", "not packed", "a bomb", "packed otherwise", "packed ClickHouse's way",
        "no number", "unknown format", "format without use", "nothing", "too long", "parameter missing",
        "parameter of another type", "parameters too long together", "system tables too often", "unknown column",
        "unknown function", "unknown table", "unknown table of system", "unknown database in a name",
        "unknown database", "not grouped", "no SQL", "large rows", "a long list", "describe nothing", "show nothing",
        "write", "file",
    ],
)  # fmt: skip
def test_refuses(
    shop: Asking, body: bytes, headers: dict[str, str], params: dict[str, str], status: int, code: int
) -> None:
    assert told(shop.post(body, headers, **params))[:2] == (status, code)


def test_a_file_in_a_form_is_refused(shop: Asking) -> None:
    answer = shop.client.post("/", params={"query": COUNT}, files={"ext": ("a.tsv", b"1")}, headers=shop.headers)
    assert told(answer)[1] == 164


def test_another_method_is_refused(port: "TestClient[Any]") -> None:
    assert told(port.delete("/"))[1] == 48


class TestCredentials:
    def basic(self, user: str, key: str) -> dict[str, str]:
        return {"Authorization": "Basic " + b64encode(f"{user}:{key}".encode()).decode()}

    def test_are_taken_however_clients_send_them(self, port: "TestClient[Any]", key: str) -> None:
        for headers, params in [
            (self.basic("shop", key), {}),
            (self.basic("default", key), {}),
            (self.basic("", key), {}),
            ({"Authorization": f"Bearer {key}"}, {}),
            ({"X-ClickHouse-User": "shop", "X-ClickHouse-Key": key}, {}),
            ({"X-ClickHouse-Key": key}, {}),
            ({"X-GoSight-Key": key}, {}),
            ({}, {"user": "shop", "password": key}),
            ({}, {"password": key}),
        ]:
            answer = port.get("/", params={"query": COUNT, **params}, headers=headers)
            assert (answer.status_code, answer.text) == (200, "3\n"), (headers, params)

    @pytest.mark.parametrize("database", ["", "default", "shop"])
    def test_the_database_is_the_project(self, shop: Asking, database: str) -> None:
        assert shop.lines(COUNT, database=database) == ["3"]
        assert shop.lines("SELECT currentDatabase()", database=database) == [database or "default"]
        assert shop.lines(f"SELECT count() FROM {database or 'shop'}.events_raw") == ["3"]

    def test_none_are_asked_for(self, port: "TestClient[Any]", shop: Asking) -> None:
        for answer in (
            port.get("/", params={"query": COUNT}),
            port.post("/", content=COUNT),
            port.get("/", params={"query": COUNT, "user": "shop"}),
        ):
            assert told(answer)[:2] == (401, 516)
            assert answer.headers["www-authenticate"].startswith("Basic ")

    @pytest.mark.parametrize(
        ("user", "password"),
        [("shop", "wrong"), ("shop", "gs_api_" + "x" * 32), ("nobody", None), ("other", None), ("shop", "other's")],
        ids=["no key", "unknown key", "unknown user", "another project", "another project's key"],
    )
    def test_wrong_ones_are_refused_alike(
        self, port: "TestClient[Any]", key: str, others: str, user: str, password: str | None
    ) -> None:
        sent = key if password is None else others if password == "other's" else password
        answer = port.post("/", content=COUNT, headers=self.basic(user, sent))
        status, code, text = told(answer)
        assert (status, code) == (403, 516)
        assert "password is incorrect, or there is no user with such name" in text

    def test_a_key_that_sends_is_refused(self, shared: World, olga: Person, port: "TestClient[Any]") -> None:
        sender = key_of(shared.key(olga, "shop", "write"))
        assert told(port.post("/", content=COUNT, headers=self.basic("shop", sender)))[:2] == (403, 497)

    def test_a_key_that_was_revoked_is_refused(self, shared: World, olga: Person, shop: Asking) -> None:
        made = shared.key(olga, "shop", "read")
        headers = self.basic("shop", key_of(made))
        assert shop.client.post("/", content=COUNT, headers=headers).status_code == 200
        olga.delete(f"/projects/shop/api-keys/{made.id}")
        assert told(shop.client.post("/", content=COUNT, headers=headers))[1] == 516

    @pytest.mark.parametrize("header", ["Digest abc", "Basic ###", "Basic " + b64encode(b"\xff").decode()])
    def test_what_is_none_is_refused(self, port: "TestClient[Any]", header: str) -> None:
        assert told(port.post("/", content=COUNT, headers={"Authorization": header}))[1] == 516

    def test_stand_in_no_log(
        self, shop: Asking, key: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        def broken(*_: object) -> None:
            raise RuntimeError("out of luck")

        monkeypatch.setattr("gosight.compat.clickhouse.statement.read", broken)
        with caplog.at_level(logging.DEBUG):
            answer = shop.client.get("/", params={"query": COUNT, "user": "shop", "password": key})
        status, code, text = told(answer)
        assert (status, code) == (500, 1002)
        ours = "".join(
            str(record.exc_info) + record.getMessage() for record in caplog.records if "gosight" in record.name
        )
        assert "out of luck" in ours
        assert key not in ours + text

    def test_guessing_is_slowed_down(self, make_world: MakeWorld) -> None:
        world = make_world(limits__reads_per_minute=3)
        world.project(world.member("olga"))
        with opened(world) as port:
            codes = [told(port.post("/", content=COUNT, headers=self.basic("shop", "x")))[:2] for _ in range(4)]
        assert codes == [(403, 516)] * 3 + [(429, 201)]


@pytest.fixture(scope="module")
def others(shared: World) -> str:
    """A key that reads the project "other", in which there is an event."""
    otto = shared.member("otto")
    shared.project(otto, "other", "Other")
    event = {"type": "custom", "name": "secret", "visitor_id": "v9", "session_id": "s9"}
    sender = shared.key(otto, "other", "write")
    assert shared.client.post("/v1/events", json={"events": [event]}, headers=sender.headers).status_code == 200
    return key_of(shared.key(otto, "other", "read"))


def test_another_projects_rows_are_out_of_reach(shop: Asking, others: str) -> None:
    assert shop.client.post("/", content=COUNT, headers={"X-ClickHouse-Key": others}).text == "1\n"
    assert shop.lines("SELECT count() FROM events_raw WHERE customer_id = 'other'") == ["0"]
    assert shop.lines("SELECT count() FROM events_raw WHERE visitor_id = 'v9' OR 1") == ["3"]
    assert shop.lines("SHOW DATABASES") == ["default", "system", "information_schema"]
    for sql in (
        "SELECT * FROM other.events_raw",
        "DESCRIBE TABLE other.events_raw",
        "SHOW TABLES FROM other",
        "USE other",
    ):
        assert told(shop.post(sql))[1] in (60, 81), sql
    assert shop.lines("EXISTS TABLE other.events_raw") == ["0"]
    assert shop.lines("EXISTS DATABASE other") == ["0"]
    assert told(shop.post("SELECT count() FROM {t:Identifier}", param_t="p_2.main.events"))[1] == 60
    assert told(shop.post(COUNT, database="other"))[1] == 81


def test_parameters_are_values_and_nothing_else(shop: Asking) -> None:
    sql = "SELECT count() FROM events_raw WHERE visitor_id = {v:String} AND timestamp > {since:DateTime}"
    assert shop.lines(sql, param_v="v1", param_since="2026-01-01 00:00:00") == ["2"]
    assert shop.lines(sql, param_v="v1' OR '1'='1", param_since="2026-01-01 00:00:00") == ["0"]
    assert shop.lines(
        "SELECT count() FROM events_raw WHERE visitor_id IN {v:Array(String)}", param_v="['v1','v2']"
    ) == ["3"]
    assert shop.lines("SELECT count() FROM {t:Identifier}", param_t="sessions") == ["2"]
    assert shop.lines("SELECT {p:String}", param_p="it\\'s\\n\\tnew") == ["it\\'s\\n\\tnew"]


@pytest.mark.parametrize(
    ("sql", "lines"),
    [
        ("SELECT 1", ["1"]),
        ("SELECT version(), timezone(), currentDatabase(), currentUser()", ["24.8.14.39\tUTC\tdefault\tshop"]),
        ("SHOW TABLES", ["errors", "events_raw", "insights", "pages", "sessions"]),
        ("SHOW FULL TABLES FROM default LIKE '%s'", ["errors", "insights", "pages", "sessions"]),
        ("SHOW TABLES NOT LIKE '%s' LIMIT 5", ["events_raw"]),
        ("EXISTS TABLE events_raw", ["1"]),
        ("EXISTS events", ["0"]),
        ("EXISTS DATABASE default", ["1"]),
        ("SELECT name FROM system.databases", ["default", "system", "information_schema"]),
        ("SELECT count() FROM system.tables WHERE database = currentDatabase() AND engine = 'View'", ["5"]),
        ("SELECT type FROM system.columns WHERE table = 'events_raw' AND name = 'user_id'", ["Nullable(String)"]),
        ("SELECT table_name FROM information_schema.tables ORDER BY 1 LIMIT 1", ["errors"]),
        (
            "SELECT c.name FROM system.tables t JOIN system.columns c ON c.table = t.name WHERE t.name = 'pages' "
            "AND c.position = 1",
            ["customer_id"],
        ),
        ("SELECT count() > 100 FROM system.functions", ["true"]),
        ("SELECT * FROM system.processes", []),
        ("SELECT dummy FROM system.one", ["0"]),
        ("SHOW SETTINGS LIKE 'max_result%'", ["max_result_rows\tUInt64\t0"]),
        ("USE default", []),
    ],
    ids=str,
)  # fmt: skip
def test_what_clients_ask_about_the_schema(shop: Asking, sql: str, lines: list[str]) -> None:
    assert shop.lines(sql) == lines


def test_describes_tables_and_queries(shop: Asking) -> None:
    described = [line.split("\t") for line in shop.lines("DESCRIBE TABLE events_raw")]
    assert described[0][:2] == ["customer_id", "String"]
    assert dict(line[:2] for line in described)["timestamp"] == "DateTime64(6, \\'UTC\\')"
    query = "DESCRIBE (SELECT visitor_id, max(timestamp) AS last FROM events_raw GROUP BY visitor_id)"
    assert [line.split("\t")[:2] for line in shop.lines(query)] == [
        ["visitor_id", "String"],
        ["last", "DateTime64(6, \\'UTC\\')"],
    ]
    assert shop.lines("SHOW CREATE TABLE insights")[0].startswith(
        "CREATE VIEW default.insights\\n(\\n    `customer_id` String"
    )


def test_an_answer_that_is_too_long_says_so(shop: Asking) -> None:
    sql = "SELECT visitor_id FROM events_raw ORDER BY visitor_id"
    _, code, text = told(shop.post(sql, max_result_rows="2"))
    assert code == 396
    assert "result_overflow_mode=break" in text
    assert shop.lines(sql, max_result_rows="2", result_overflow_mode="break") == ["v1", "v1"]
    assert shop.lines(f"{sql} SETTINGS max_result_rows = 3") == ["v1", "v1", "v2"]


def test_has_the_limit_of_post_query(make_world: MakeWorld) -> None:
    world = make_world(limits__sql_per_minute=2)
    owner = world.member("olga")
    key = world.key(owner, world.project(owner), "read")
    body = {"customer_id": "shop", "sql": "SELECT 1"}
    assert world.client.post("/query", json=body, headers=key.headers).status_code == 200
    with opened(world) as port:
        assert port.post("/", content="SELECT 1", headers=key.headers).text == "1\n"
        answer = port.post("/", content="SELECT 1", headers=key.headers)
        assert port.get("/ping").status_code == 200
    assert told(answer)[:2] == (429, 201)
    assert int(answer.headers["retry-after"]) > 0


class TestInDevelopment:
    def asked(
        self, world: World, peer: str = "127.0.0.1", host: str = "localhost", headers: Any = None, **params: str
    ) -> Any:
        with opened(world, peer, host) as port:
            return port.post("/", params=params, content="SELECT 1", headers=headers)

    def test_this_machine_needs_no_credentials(self, make_world: MakeWorld) -> None:
        world = make_world(dev=True)
        assert told(self.asked(world))[1] == 516
        world.project(id_="shop")
        assert self.asked(world).text == "1\n"
        world.project(id_="blog", name="Blog")
        assert told(self.asked(world))[1] == 516
        assert self.asked(world, user="shop").text == "1\n"
        assert self.asked(world, database="blog").text == "1\n"

    def test_nobody_else_comes_in(self, make_world: MakeWorld) -> None:
        world = make_world(dev=True)
        world.project(id_="shop")
        assert told(self.asked(world, peer="203.0.113.7"))[1] == 516
        assert told(self.asked(world, headers={"X-Forwarded-For": "127.0.0.1"}))[1] == 516
        assert told(self.asked(world, headers={"Origin": "https://evil.example"}))[1] == 497
        assert self.asked(world, host="evil.example").status_code == 403
