"""A token for who listens to an event stream in a browser."""

import msgspec
from litestar import Router, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from gosight.control import streaming
from gosight.control.control import Control
from gosight.kit.access import Caller, Permission
from gosight.kit.wire.envelopes import Reply


class ForStream(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`project`: the id or slug of the only project that the token opens; without it, each that its holder may see."""

    project: str | None = None


class StreamToken(msgspec.Struct, frozen=True, kw_only=True):
    """`expires_in` in seconds: a stream that was opened by then goes on."""

    token: str
    expires_in: int


@post("/api/v1/auth/stream-token", status_code=200, sync_to_thread=False)
def make_stream_token(
    caller: NamedDependency[Caller], control: NamedDependency[Control], data: JSONBody[ForStream | None] = None
) -> Reply[StreamToken]:
    """A token of two minutes for `GET /events/stream/{project}?token=…`, since EventSource sends no headers."""
    project: int | None = None
    if data is not None and data.project is not None:
        access = control.door.access(caller, data.project)
        access.grant.need(Permission.analytics_read)
        project = access.project.number
    made = streaming.token(control.tokens, caller, project)
    return Reply(data=StreamToken(token=made, expires_in=streaming.TOKEN_SECONDS))


ROUTES = [Router("/", route_handlers=[make_stream_token], tags=["Sign-in"])]
