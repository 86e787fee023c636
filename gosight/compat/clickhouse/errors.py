"""Errors as ClickHouse tells them, with its codes and statuses: `Code: 47. DB::Exception: … (UNKNOWN_IDENTIFIER)`."""

from enum import IntEnum
from http import HTTPStatus

from gosight import __version__
from gosight.kit.errors import GoSightError

SPOKEN = "24.8.14.39"
"""Whose dialect, types and formats these are; clients decide by it what they may ask for."""


class Code(IntEnum):
    """ClickHouse's own numbers, of what can happen here."""

    BAD_ARGUMENTS = 36
    UNKNOWN_FUNCTION = 46
    UNKNOWN_IDENTIFIER = 47
    NOT_IMPLEMENTED = 48
    UNKNOWN_TABLE = 60
    SYNTAX_ERROR = 62
    UNKNOWN_FORMAT = 73
    UNKNOWN_DATABASE = 81
    TIMEOUT_EXCEEDED = 159
    READONLY = 164
    QUOTA_EXCEEDED = 201
    TOO_MANY_SIMULTANEOUS_QUERIES = 202
    NOT_AN_AGGREGATE = 215
    QUERY_IS_TOO_LARGE = 229
    MEMORY_LIMIT_EXCEEDED = 241
    TOO_MANY_ROWS_OR_BYTES = 396
    UNKNOWN_QUERY_PARAMETER = 456
    BAD_QUERY_PARAMETER = 457
    ACCESS_DENIED = 497
    AUTHENTICATION_FAILED = 516
    UNKNOWN_EXCEPTION = 1002


_STATUS = {
    Code.BAD_ARGUMENTS: HTTPStatus.BAD_REQUEST,
    Code.SYNTAX_ERROR: HTTPStatus.BAD_REQUEST,
    Code.NOT_AN_AGGREGATE: HTTPStatus.BAD_REQUEST,
    Code.BAD_QUERY_PARAMETER: HTTPStatus.BAD_REQUEST,
    Code.UNKNOWN_QUERY_PARAMETER: HTTPStatus.BAD_REQUEST,
    Code.UNKNOWN_FUNCTION: HTTPStatus.NOT_FOUND,
    Code.UNKNOWN_IDENTIFIER: HTTPStatus.NOT_FOUND,
    Code.UNKNOWN_TABLE: HTTPStatus.NOT_FOUND,
    Code.UNKNOWN_DATABASE: HTTPStatus.NOT_FOUND,
    Code.UNKNOWN_FORMAT: HTTPStatus.NOT_FOUND,
    Code.ACCESS_DENIED: HTTPStatus.FORBIDDEN,
    Code.AUTHENTICATION_FAILED: HTTPStatus.FORBIDDEN,
    Code.TIMEOUT_EXCEEDED: HTTPStatus.REQUEST_TIMEOUT,
    Code.QUERY_IS_TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    Code.NOT_IMPLEMENTED: HTTPStatus.NOT_IMPLEMENTED,
    Code.QUOTA_EXCEEDED: HTTPStatus.TOO_MANY_REQUESTS,
    Code.TOO_MANY_SIMULTANEOUS_QUERIES: HTTPStatus.SERVICE_UNAVAILABLE,
}
"""As ClickHouse does, which answers 500 to all the rest (`READONLY` too). Other than there, parameters and groupings
that are wrong are 400, a rate is 429, and what must be tried again 503: its clients try again at both."""


class Refusal(GoSightError):
    """What a client of ClickHouse is told."""

    def __init__(self, what: Code, message: str, *, status: int | None = None, retry_after: int | None = None) -> None:
        super().__init__(message, retry_after=retry_after)
        self.what = what
        self.status = status or _STATUS.get(what, HTTPStatus.INTERNAL_SERVER_ERROR)

    def told(self) -> str:
        return f"Code: {self.what.value}. DB::Exception: {self.message}. ({self.what.name}) (version {VERSION})\n"


VERSION = f"{SPOKEN} (GoSight {__version__})"
