"""Has a project heard anything yet?"""

from datetime import datetime

import msgspec

from gosight.events import EventFile
from gosight.store.sqlfile import sql


class First(msgspec.Struct, frozen=True):
    """The first event that a project ever had."""

    ts: datetime
    path: str | None
    session_id: str
    visitor_id: str


def first_event(file: EventFile) -> First | None:
    return file.first(sql("analytics", "first_event"), into=First)
