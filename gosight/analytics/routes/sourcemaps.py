"""Source maps: taken in, listed, handed out, removed."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Annotated, Any

from litestar import Request, Router, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Stream

from gosight.analytics.answers.sourcemaps import RemovedMaps, SourcemapItem, sourcemap_item
from gosight.analytics.routes.figures import PROJECT
from gosight.analytics.sourcemaps import Sourcemap, Sourcemaps
from gosight.control import Access
from gosight.kit.access import Permission, needs
from gosight.kit.errors import Unavailable
from gosight.kit.wire.envelopes import Done, ListReply, Reply, meta
from gosight.kit.wire.paging import PAGING, Page
from gosight.kit.wire.paths import segment

UPLOAD_SECONDS = 300
"""How long an upload may take: 64 MiB over a slow line."""
_PIECE = 256 * 1024


@post(
    f"{PROJECT}/sourcemaps",
    opt=needs(Permission.sourcemaps_write),
    request_max_body_size=None,
    status_code=201,
)
async def upload_sourcemap(
    request: Request[Any, Any, Any],
    access: NamedDependency[Access],
    sourcemaps: NamedDependency[Sourcemaps],
    release: FromQuery[str],
    minified: Annotated[str, QueryParameter(name="file")],
) -> Reply[SourcemapItem]:
    """Upload the source map of a minified file. The body is the map, as it is or gzipped, 64 MiB at most unpacked;
    `file` is the minified file's address or path, `release` what events of that build tell. What this release had for
    this file is replaced, and where the maps of a project become too many, its oldest releases go."""
    pieces = request.stream()
    try:
        async with asyncio.timeout(UPLOAD_SECONDS):
            kept = await _keep(sourcemaps, access.project.number, release, minified, pieces)
    except TimeoutError:
        raise Unavailable(f"the source map did not arrive within {UPLOAD_SECONDS} s; upload it again") from None
    return Reply(data=sourcemap_item(kept))


async def _keep(
    sourcemaps: Sourcemaps, project: int, release: str, file: str, pieces: AsyncIterator[bytes]
) -> Sourcemap:
    """Files and packing are work for other threads than the event loop's."""
    with await asyncio.to_thread(sourcemaps.draft, project) as draft:
        async for piece in pieces:
            await asyncio.to_thread(draft.write, piece)
        return await asyncio.to_thread(sourcemaps.keep, project, release, file, draft)


@get(f"{PROJECT}/sourcemaps", dependencies=PAGING, sync_to_thread=True)
def list_sourcemaps(
    access: NamedDependency[Access],
    sourcemaps: NamedDependency[Sourcemaps],
    paging: NamedDependency[Page],
    release: FromQuery[str | None] = None,
) -> ListReply[SourcemapItem]:
    """The maps that are kept, the latest first."""
    found, total = sourcemaps.listed(access.project.number, release or None, paging.page, paging.per_page)
    return ListReply(data=[sourcemap_item(kept) for kept in found], meta=meta(paging.page, paging.per_page, total))


@get(f"{PROJECT}/sourcemaps/{{map_id:str}}", sync_to_thread=True, media_type="application/json")
def fetch_sourcemap(
    access: NamedDependency[Access], sourcemaps: NamedDependency[Sourcemaps], map_id: FromPath[str]
) -> Stream:
    """One map itself, as it was uploaded; always gzipped (`Content-Encoding: gzip`)."""
    path = sourcemaps.file(access.project.number, segment(map_id))
    headers = {"Content-Encoding": "gzip", "Content-Length": str(path.stat().st_size)}
    return Stream(_pieces(path), headers=headers, media_type="application/json")


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


@delete(
    f"{PROJECT}/sourcemaps/{{map_id:str}}",
    opt=needs(Permission.sourcemaps_write),
    status_code=200,
    sync_to_thread=True,
)
def remove_sourcemap(
    access: NamedDependency[Access], sourcemaps: NamedDependency[Sourcemaps], map_id: FromPath[str]
) -> Done:
    """Remove one map."""
    sourcemaps.remove(access.project.number, segment(map_id))
    return Done()


@delete(f"{PROJECT}/sourcemaps", opt=needs(Permission.sourcemaps_write), status_code=200, sync_to_thread=True)
def remove_release(
    access: NamedDependency[Access], sourcemaps: NamedDependency[Sourcemaps], release: FromQuery[str]
) -> Reply[RemovedMaps]:
    """Remove all maps of a release."""
    return Reply(data=RemovedMaps(removed=sourcemaps.remove_release(access.project.number, release)))


ROUTES = [
    Router(
        "/",
        route_handlers=[upload_sourcemap, list_sourcemaps, fetch_sourcemap, remove_sourcemap, remove_release],
        tags=["Source maps"],
        opt=needs(Permission.sourcemaps_read),
    )
]
