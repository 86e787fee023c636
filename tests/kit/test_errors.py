"""One family of errors, one envelope."""

import msgspec
import pytest

from gosight.kit import errors
from gosight.kit.errors import GoSightError, RateLimited, field_error
from gosight.kit.wire.envelopes import error_headers, error_reply, meta

CODES = {
    "VALIDATION_ERROR": 400,
    "UNAUTHORIZED": 401,
    "FORBIDDEN": 403,
    "NOT_FOUND": 404,
    "METHOD_NOT_ALLOWED": 405,
    "CONFLICT": 409,
    "PAYLOAD_TOO_LARGE": 413,
    "RATE_LIMITED": 429,
    "INTERNAL_ERROR": 500,
    "UNAVAILABLE": 503,
    "DISK_FULL": 507,
}


def test_codes_and_statuses_are_the_contracts() -> None:
    family = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, GoSightError)]
    assert {kind.code: kind.status for kind in family} == CODES


def test_a_cause_is_never_sent() -> None:
    error = GoSightError("it did not work", cause="password=hunter2", details={"field": "x"})
    assert msgspec.to_builtins(error_reply(error)) == {
        "success": False,
        "error": {"code": "INTERNAL_ERROR", "message": "it did not work", "details": {"field": "x"}},
    }


def test_an_error_carries_its_headers() -> None:
    assert error_headers(RateLimited("slow down", retry_after=7, headers={"X-A": "1"})) == {
        "X-A": "1",
        "Retry-After": "7",
    }
    assert error_headers(GoSightError("x")) == {}


def test_a_field_error_says_field_expectation_and_what_came() -> None:
    error = field_error("page", "a number from 1", "x" * 500)
    assert error.message.startswith("page: expected a number from 1, got 'xxx")
    assert len(error.message) < 160
    assert error.details == {"field": "page"}


@pytest.mark.parametrize(("total", "pages"), [(0, 0), (1, 1), (50, 1), (51, 2)])
def test_pages_are_counted(total: int, pages: int) -> None:
    assert meta(1, 50, total).total_pages == pages
