"""Visits to be watched."""

from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from gosight.analytics import replays
from gosight.analytics.answers import replays as answers
from gosight.analytics.answers.replays import SessionReplay
from gosight.analytics.routes.figures import PROJECT
from gosight.control import Access
from gosight.events import EventFile
from gosight.kit.access import Permission, needs
from gosight.kit.clock import Clock
from gosight.kit.counting import UNCOUNTED
from gosight.kit.wire.envelopes import Reply
from gosight.kit.wire.paths import segment
from gosight.replay import Outages, Replays


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
    file: NamedDependency[EventFile],
    access: NamedDependency[Access],
    recordings: NamedDependency[Replays],
    session_id: FromPath[str],
    index: FromPath[int],
) -> Response[bytes]:
    """One chunk as it came, an array of rrweb events; always gzipped (`Content-Encoding: gzip`)."""
    body = replays.chunk(file, recordings, access.project.number, segment(session_id), index)
    return Response(body, media_type="application/json", headers={"Content-Encoding": "gzip"})


ROUTES = [
    Router("/", route_handlers=[show_replay, fetch_chunk], tags=["Replay"], opt=needs(Permission.replay_read)),
]
