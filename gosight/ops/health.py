"""Is it well? What contract 2 answers at `/` and `/health`, and contract 3 where `/` is posted to."""

import msgspec

from gosight.kit.clock import to_datetime


class Health(msgspec.Struct, frozen=True, kw_only=True):
    service: str = "real-time-analytics-api"
    status: str = "healthy"
    ai_enabled: bool
    """Is a model configured, so that any question can be asked?"""
    timestamp: str


class SessionServer(msgspec.Struct, frozen=True, kw_only=True):
    status: str = "success"
    message: str = "Session Server is running"
    timestamp: str


def read(now: int, *, ai_enabled: bool) -> Health:
    """`now` in microseconds; the timestamp always has milliseconds: `2026-02-16T12:00:00.000Z`."""
    return Health(ai_enabled=ai_enabled, timestamp=_stamp(now))


def of_session_server(now: int) -> SessionServer:
    return SessionServer(timestamp=_stamp(now))


def _stamp(now: int) -> str:
    return to_datetime(now).strftime("%Y-%m-%dT%H:%M:%S.") + f"{now // 1_000 % 1_000:03d}Z"
