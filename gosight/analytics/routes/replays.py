"""Visits to be watched."""

from litestar import Request, Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from gosight.analytics import replays
from gosight.analytics.answers import replays as answers
from gosight.analytics.answers.replays import SessionReplay
from gosight.analytics.routes.figures import PROJECT
from gosight.control import Access
from gosight.events import EventFile
from gosight.kit import ids
from gosight.kit.access import Permission, needs
from gosight.kit.clock import Clock
from gosight.kit.counting import UNCOUNTED
from gosight.kit.wire.envelopes import Reply
from gosight.kit.wire.paths import segment
from gosight.replay import Outages, Replays

ASK_AGAIN = "private, no-cache"
"""A chunk never changes, but who may see it does, and it goes when its days are over: a browser may keep it, and asks
each time whether it still may show it."""


@get(f"{PROJECT}/sessions/{{session_id:str}}/replay", sync_to_thread=True)
def show_replay(
    file: NamedDependency[EventFile],
    access: NamedDependency[Access],
    recordings: NamedDependency[Replays],
    outages: NamedDependency[Outages],
    clock: NamedDependency[Clock],
    session_id: FromPath[str],
) -> Reply[SessionReplay]:
    """A session's replay: where its chunks are, and what happened meanwhile. Where there is none, `status` says why."""
    found = replays.read(file, recordings, outages, access.project, segment(session_id), clock())
    return Reply(data=answers.replay(found, access.project.id))


@get(
    f"{PROJECT}/sessions/{{session_id:str}}/replay/chunks/{{index:int}}",
    sync_to_thread=True,
    media_type="application/json",
    opt=UNCOUNTED,
)
def fetch_chunk(
    request: Request,  # type: ignore[type-arg]
    file: NamedDependency[EventFile],
    access: NamedDependency[Access],
    recordings: NamedDependency[Replays],
    session_id: FromPath[str],
    index: FromPath[int],
) -> Response[bytes]:
    """One chunk as it came, an array of rrweb events; always gzipped (`Content-Encoding: gzip`). It has an `ETag`:
    asked for again with `If-None-Match` it is 304 without a body."""
    body = replays.chunk(file, recordings, access.project.number, segment(session_id), index)
    etag = f'"{ids.digest(body)[:32]}"'
    headers = {"Cache-Control": ASK_AGAIN, "ETag": etag}
    if etag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers | {"Content-Encoding": "gzip"})


ROUTES = [
    Router("/", route_handlers=[show_replay, fetch_chunk], tags=["Replay"], opt=needs(Permission.replay_read)),
]
