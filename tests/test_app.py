"""The edges of the whole: health, errors of the framework, the description of the API."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from threading import Event

import pytest

from gosight.app import build
from gosight.config import load
from gosight.control import members, projects
from gosight.kit.wire.contracts import error_kind
from tests.world import StoppedClock, World, client, error


@pytest.mark.parametrize(
    ("module", "never"),
    [("gosight.api", {"faker", "polyfactory"}), ("gosight.cli.serve", {"litestar", "sqlite_utils", "sqlglot"})],
)
def test_what_makes_up_data_or_can_come_later_is_not_loaded(module: str, never: set[str]) -> None:
    look = f"import sys, {module}; print({never} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", look], check=True, capture_output=True, text=True).stdout == "set()\n"


def test_events_are_taken_in_while_the_api_is_put_together(
    tmp_path: Path, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = build(load(None, {}, storage__data_dir=str(tmp_path / "data")), clock)
    go_on = Event()
    monkeypatch.setattr("gosight.app.import_module", lambda name: go_on.wait(30) and import_module(name))
    key = projects.create(app.file, clock(), name="Shop").api_key
    asking = client(app, "http://gosight.test")
    with ThreadPoolExecutor(1) as thread:
        waiting = thread.submit(asking.get, "/api/v1/setup")
        sent = asking.post("/v1/events", json={"events": [{"type": "click"}]}, headers={"X-GoSight-Key": key})
        assert sent.json()["data"]["accepted"] == 1
        assert asking.get("/health").status_code == 200
        assert not waiting.done()
        go_on.set()
        assert waiting.result(30).json()["data"]["needed"] is True
    app.close()


@pytest.mark.parametrize("path", ["/", "/health"])
def test_health_is_contract_2s(world: World, path: str) -> None:
    answer = world.client.get(path)
    assert answer.json() == {
        "service": "real-time-analytics-api",
        "status": "healthy",
        "ai_enabled": False,
        "timestamp": "2026-11-22T12:00:00.000Z",
    }
    assert answer.headers["vary"] == "Accept"
    assert world.client.head(path).status_code == 200


def test_a_browser_is_led_to_the_dashboard(world: World) -> None:
    answer = world.client.get("/", headers={"Accept": "text/html,*/*;q=0.8"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (302, "/app/")
    assert answer.headers["vary"] == "Accept"


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v1/nothing", 404, "NOT_FOUND"),
        ("GET", "/api/v1", 404, "NOT_FOUND"),
        ("GET", "/api/v1/openapi.json/x", 404, "NOT_FOUND"),
        ("PUT", "/api/v1/projects", 405, "METHOD_NOT_ALLOWED"),
        ("GET", "/api/v1/auth/login", 405, "METHOD_NOT_ALLOWED"),
        ("POST", "/api/v1/auth/login", 400, "VALIDATION_ERROR"),
        ("GET", "/api/v1/me", 401, "UNAUTHORIZED"),
    ],
)
def test_every_error_wears_the_envelope(world: World, method: str, path: str, status: int, code: str) -> None:
    answer = world.client.request(method, path)
    assert error(answer)[:2] == (status, code)
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"


def test_405_says_what_works(world: World) -> None:
    answer = world.client.delete("/api/v1/auth/login")
    assert "POST" in answer.headers["allow"]


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"nonsense",
        b"[]",
        b'"text"',
        b"null",
        b"\xff\xfe",
        b'{"email": "\\ud800"}',
        b"[" * 100_000,
        b"{}",
        b"1e999",
    ],
    ids=["half", "nonsense", "list", "text", "null", "no utf-8", "half a pair", "deep", "empty", "infinity"],
)
def test_a_body_that_cannot_be_read_is_400(world: World, body: bytes) -> None:
    answer = world.client.post("/api/v1/auth/login", content=body)
    assert error(answer)[:2] == (400, "VALIDATION_ERROR")


def test_a_body_that_is_too_large_is_413(world: World) -> None:
    answer = world.client.post("/api/v1/auth/login", content=b'{"email": "' + b"x" * 1024 * 1024 + b'"}')
    assert error(answer)[:2] == (413, "PAYLOAD_TOO_LARGE")


def test_the_content_type_does_not_matter(world: World) -> None:
    world.member("olga")
    body = json.dumps({"email": "olga@example.com", "password": "correct horse"})
    answer = world.client.post("/api/v1/auth/login", content=body, headers={"Content-Type": "text/plain"})
    assert answer.status_code == 200


@pytest.mark.parametrize("ref", ["%00", "%F0%28", "..%2F..", "a" * 5_000, "' or '1'='1", "%ED%A0%80"])
def test_any_text_for_a_project_is_404(world: World, ref: str) -> None:
    assert error(world.member("olga").get(f"/projects/{ref}"))[:2] == (404, "NOT_FOUND")


def test_what_we_did_not_foresee_tells_nothing(
    world: World, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    olga = world.member("olga")
    monkeypatch.setattr(members, "by_id", lambda *_: 1 / 0)
    status, code, message = error(olga.get("/me"))
    assert (status, code) == (500, "INTERNAL_ERROR")
    assert "zero" not in message
    assert message.rpartition(" ")[2] in caplog.text
    assert "ZeroDivisionError" in caplog.text


def test_the_description_is_whole(world: World) -> None:
    answer = world.client.get("/api/v1/openapi.json")
    described = answer.json()
    assert answer.status_code == 200
    assert set(described["components"]["securitySchemes"]) == {"member", "key"}
    assert "ErrorReply" in described["components"]["schemas"]
    assert described["security"] == [{"member": []}, {"key": []}]
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            assert operation["responses"]["default"]["content"]["application/json"]["schema"] == {
                "$ref": f"#/components/schemas/{error_kind(path, method.upper()).__name__}"
            }, (method, path)
            assert operation["description"], (method, path)


def test_every_reference_in_the_description_leads_somewhere(world: World) -> None:
    text = world.client.get("/api/v1/openapi.json").text
    schemas = json.loads(text)["components"]["schemas"]
    wanted = {part.partition('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert wanted <= set(schemas)
