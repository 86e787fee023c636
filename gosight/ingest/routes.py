"""What the SDK asks for before it sends anything."""

from typing import Any

import msgspec
from litestar import Request, Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from gosight.control import Control, EventSettings, PrivacySettings, Project, ReplaySettings, SamplingSettings
from gosight.kit.access import PUBLIC
from gosight.kit.errors import Forbidden, Unauthorized
from gosight.kit.wire.envelopes import Reply

CACHE_SECONDS = 300
"""A changed setting reaches every page within five minutes."""


class SdkSettings(msgspec.Struct, frozen=True, kw_only=True):
    events: EventSettings
    privacy: PrivacySettings
    sampling: SamplingSettings
    replay: ReplaySettings


class SdkConfig(msgspec.Struct, frozen=True, kw_only=True):
    """What a page with the SDK needs to know of its project."""

    project: str
    settings: SdkSettings
    session_timeout_minutes: int
    dead_window_ms: int
    rage_clicks: int
    rage_window_ms: int
    rage_radius_px: int


@get("/v1/config", sync_to_thread=False, opt=PUBLIC, tags=["Ingest"])
def show_config(
    request: Request[Any, Any, Any], control: NamedDependency[Control], key: FromQuery[str | None] = None
) -> Response[Reply[SdkConfig]]:
    """The project's settings as the SDK follows them. `key` is a write key; X-GoSight-Key does as well."""
    origin = request.headers.get("origin")
    readable = {"Vary": "Origin"} | ({} if origin is None else {"Access-Control-Allow-Origin": origin})
    given = key or request.headers.get("x-gosight-key", "")
    project = control.directory.project_by_write_key(given) if given else None
    if project is None:
        raise Unauthorized("expected a write key in ?key= or the header X-GoSight-Key", headers=readable)
    if origin is not None and not project.allows_origin(origin):
        message = "pages of this origin may not use this project: add its domain to the allowed domains"
        raise Forbidden(message, headers=readable)
    headers = readable | {"Cache-Control": f"public, max-age={CACHE_SECONDS}"}
    return Response(Reply(data=_config(project)), headers=headers)


def _config(project: Project) -> SdkConfig:
    settings = project.settings
    return SdkConfig(
        project=project.id,
        settings=SdkSettings(
            events=settings.events, privacy=settings.privacy, sampling=settings.sampling, replay=settings.replay
        ),
        session_timeout_minutes=settings.session_timeout_minutes,
        dead_window_ms=settings.signals.dead_window_ms,
        rage_clicks=settings.signals.rage_clicks,
        rage_window_ms=settings.signals.rage_window_ms,
        rage_radius_px=settings.signals.rage_radius_px,
    )


ROUTES = [Router("/", route_handlers=[show_config])]
