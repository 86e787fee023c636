"""The single executable does what the installed product does."""

from typing import Any

import clickhouse_connect
import httpx

from gosight import __version__
from tests.binary.program import Program
from tests.running import free_port

PASSWORD = "correct horse battery"
BERLIN = {"timezone": "Europe/Berlin"}
PAGE_VIEW = {
    "batch_id": "0192f0c1-8a6e-7b3f-9a51-0d5f5f3a2b10",
    "visitor_id": "v_binary",
    "session_id": "s_binary",
    "events": [{"type": "page_view", "url": "https://example.com/pricing", "payload": {"title": "Pricing"}}],
}
SERVED = (
    ("/app/", "text/html", "/app/assets/"),
    ("/app/setup", "text/html", "/app/assets/"),
    ("/gosight.js", "javascript", "gosight"),
    ("/gosight.mjs", "javascript", "export"),
    ("/gosight.d.ts", "text/plain", "export"),
    ("/api/v1/openapi.json", "json", "/api/v1/projects"),
)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def test_says_its_version(program: Program) -> None:
    assert program("version")["version"] == __version__


def test_finds_all_its_parts(program: Program) -> None:
    checks = {check["name"]: check for check in program("doctor")["checks"]}
    assert all(checks[name]["ok"] for name in ("event engine", "statements", "front end", "places"))
    assert "duckdb 2." in checks["versions"]["what"]


def test_what_is_sent_is_read_back_also_after_a_restart(program: Program) -> None:
    program("user", "add", "ada@example.com", "--password-stdin", stdin=PASSWORD)
    key = program("project", "add", "Shop", "--id", "shop", "--owner", "ada@example.com")["api_key"]
    with program.serving() as client:
        sent = client.post("/v1/events", json=PAGE_VIEW, headers={"X-GoSight-Key": key, "User-Agent": FIREFOX})
        assert sent.json() == {"success": True, "data": {"accepted": 1, "rejected": 0, "errors": []}}
        reads_the_visit(client)
    with program.serving() as client:
        again = client.post("/v1/events", json=PAGE_VIEW, headers={"X-GoSight-Key": key, "User-Agent": FIREFOX})
        assert again.json()["data"]["accepted"] == 1
        reads_the_visit(client)


def reads_the_visit(client: httpx.Client) -> None:
    login = client.post("/api/v1/auth/login", json={"email": "ada@example.com", "password": PASSWORD})
    client.headers["Authorization"] = f"Bearer {data(login)['access_token']}"
    overview = data(client.get("/api/v1/projects/shop/overview", params=BERLIN))
    assert (overview["summary"]["sessions"], overview["summary"]["pageviews"]) == (1, 1)
    session = data(client.get("/api/v1/projects/shop/sessions/s_binary"))
    assert (session["visitor_id"], session["device"]["browser"]) == ("v_binary", "Firefox")
    events = data(client.get("/api/v1/projects/shop/sessions/s_binary/events"))
    assert [event["type"] for event in events] == ["page_view"]


def test_serves_dashboard_sdk_and_description(program: Program) -> None:
    with program.serving() as client:
        for path, kind, words in SERVED:
            answer = client.get(path)
            assert (answer.status_code, kind in answer.headers["content-type"]) == (200, True), path
            assert words in answer.text, path


def test_fills_a_project_beside_a_running_server(program: Program) -> None:
    program("user", "add", "ada@example.com", "--password-stdin", stdin=PASSWORD)
    with program.serving() as client:
        program("demo", "--days", "2", "--events", "300")
        login = client.post("/api/v1/auth/login", json={"email": "ada@example.com", "password": PASSWORD})
        client.headers["Authorization"] = f"Bearer {data(login)['access_token']}"
        overview = data(client.get("/api/v1/projects/demo_tenant/overview"))
    assert overview["summary"]["sessions"] > 0


def test_answers_clients_of_clickhouse(program: Program) -> None:
    program("project", "add", "Shop", "--id", "shop")
    key = program("key", "add", "shop", "--name", "tool", "--permissions", "read")["key"]
    port = free_port()
    with program.serving(clickhouse__port=str(port)):
        client = clickhouse_connect.get_client(host="127.0.0.1", port=port, username="shop", password=key)
        assert client.command("SELECT count() FROM events_raw") == 0
        assert ("events_raw",) in client.query("SHOW TABLES").result_rows
        client.close()


def data(answer: httpx.Response) -> Any:
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]
