"""Each contract tells of errors in its own envelope."""

import msgspec
import pytest

from gosight.kit.errors import Conflict, NotFound, RateLimited, field_error
from gosight.kit.wire.contracts import rendered

WRONG = field_error("app", "a project", 7)


def body(path: str, method: str = "POST") -> object:
    return msgspec.to_builtins(rendered(WRONG, path, method)[1])


@pytest.mark.parametrize("path", ["/v1/events", "/api/v1/projects", "/health", "/tracks", "/api/sessionsx"])
def test_contract_1_is_for_everything_else(path: str) -> None:
    assert body(path) == {
        "success": False,
        "error": {
            "code": "VALIDATION_ERROR",
            "message": "app: expected a project, got 7",
            "details": {"field": "app"},
        },
    }


@pytest.mark.parametrize(
    "path", ["/track", "/track/batch", "/query", "/ai/query", "/dashboard/realtime/x", "/events/stream/x"]
)
def test_contract_2_has_the_message_where_its_successes_have_it(path: str) -> None:
    status, reply = rendered(WRONG, path, "POST")
    told = msgspec.to_builtins(reply)
    assert (status, told["success"], told["message"]) == (400, False, "app: expected a project, got 7")
    assert told["error"]["details"] == {"field": "app"}


@pytest.mark.parametrize(
    "path", ["/api/sessions/start", "/api/pages/track", "/api/auth/token-info", "/api/health", "/"]
)
def test_contract_3_says_422_where_a_field_is_wrong(path: str) -> None:
    status, reply = rendered(WRONG, path, "POST")
    assert status == 422
    assert msgspec.to_builtins(reply) == {
        "status": "error",
        "message": "app: expected a project, got 7",
        "details": "app",
    }


@pytest.mark.parametrize("error", [NotFound("x"), Conflict("x"), RateLimited("x")])
def test_contract_3_keeps_other_statuses(error: NotFound | Conflict | RateLimited) -> None:
    status, reply = rendered(error, "/api/sessions/end", "POST")
    assert status == error.status
    assert msgspec.to_builtins(reply)["details"] == error.code


def test_the_root_is_contract_3_only_when_it_is_posted_to() -> None:
    assert rendered(WRONG, "/", "GET")[0] == 400
