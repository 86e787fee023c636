"""Contract 1's envelope: `{"success": true, "data": …, "meta": …}` and its error twin."""

from typing import Any, Generic, TypeVar

import msgspec

from gosight.kit.errors import GoSightError

T = TypeVar("T")

PER_PAGE = 50
MAX_PER_PAGE = 100


class Meta(msgspec.Struct, frozen=True, kw_only=True):
    """Where a page of a list stands. Pages count from 1."""

    page: int
    per_page: int
    total: int
    total_pages: int


class Reply(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """One thing."""

    success: bool = True
    data: T


class ListReply(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """A page of things."""

    success: bool = True
    data: list[T]
    meta: Meta


class PagedReply(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """One thing that holds a page of others."""

    success: bool = True
    data: T
    meta: Meta


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """It is done, and there is nothing to tell."""

    success: bool = True


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    code: str
    message: str
    details: dict[str, Any] | None = None


class ErrorReply(msgspec.Struct, frozen=True, kw_only=True):
    success: bool = False
    error: Problem


def meta(page: int, per_page: int, total: int) -> Meta:
    """`total_pages` is 0 for an empty list."""
    return Meta(page=page, per_page=per_page, total=total, total_pages=-(-total // per_page))


def error_reply(error: GoSightError) -> ErrorReply:
    """What the caller sees of an error: never its cause."""
    return ErrorReply(error=Problem(code=error.code, message=error.message, details=error.details))


def error_headers(error: GoSightError) -> dict[str, str]:
    """The error's own headers, and `Retry-After` in whole seconds where it knows when it is worth trying again."""
    return error.headers | ({"Retry-After": str(error.retry_after)} if error.retry_after is not None else {})
