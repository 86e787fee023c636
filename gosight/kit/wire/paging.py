"""Which page of a list a request asks for."""

from typing import Any

import msgspec
from litestar.di import Provide
from litestar.params import FromQuery

from gosight.kit.errors import field_error
from gosight.kit.wire.envelopes import MAX_PER_PAGE, PER_PAGE

MAX_PAGE = 1_000_000


class Page(msgspec.Struct, frozen=True):
    """Pages count from 1."""

    page: int
    per_page: int


def page_of(page: int | None, per_page: int | None, usual: int, most: int) -> Page:
    """Raises BadRequest that names the field."""
    if page is not None and not 1 <= page <= MAX_PAGE:
        raise field_error("page", f"a number from 1 to {MAX_PAGE}", page)
    if per_page is not None and not 1 <= per_page <= most:
        raise field_error("per_page", f"a number from 1 to {most}", per_page)
    return Page(page or 1, per_page or usual)


def _paging(page: FromQuery[int | None] = None, per_page: FromQuery[int | None] = None) -> Page:
    return page_of(page, per_page, PER_PAGE, MAX_PER_PAGE)


PAGING: dict[str, Any] = {"paging": Provide(_paging, sync_to_thread=False)}
