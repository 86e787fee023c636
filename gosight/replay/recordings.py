"""From a checked recording to the disk: first the chunk, then what its session has to know of it."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable

import msgspec

from gosight.control import Project
from gosight.events import EventFiles, Origin, Outcome, Parcel, Recorded, Submission, read_agent, truncate
from gosight.kit.clock import MINUTE, SECOND, Clock
from gosight.kit.errors import GoSightError
from gosight.replay.model import Chunk
from gosight.replay.recording import Recording, clamped
from gosight.replay.replays import Replays

SIZE = 500
"""Bytes that such a submission takes while it waits, about."""
CLOCK_TOLERANCE = 5 * SECOND
"""The browser's clock may be that wrong before its times are corrected, as with events."""
REMEMBERED = 50_000
"""Sessions of which it is remembered how wrong their clock is: some 10 MB at most."""
Anonymous = Callable[[Project, str, str | None], tuple[str, ...]]
"""Who a visitor without an id is: by project, address and user agent."""


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """What a request says of a chunk. `ahead`: how far its sender's clock goes before ours in microseconds, less the
    time the request took; None where nobody knows. `by_operator`: its times may lie anywhere."""

    session_id: str
    index: int
    visitor_id: str | None
    address: str
    user_agent: str | None
    ahead: int | None = None
    by_operator: bool = False


class Recordings:
    """Lives on the event loop; knows no HTTP."""

    def __init__(self, files: EventFiles, replays: Replays, anonymous: Anonymous, clock: Clock) -> None:
        self._files = files
        self._replays = replays
        self._anonymous = anonymous
        self._clock = clock
        self._ahead: OrderedDict[tuple[int, str], int] = OrderedDict()
        """By project and session: how far the browser's clock goes before ours."""

    async def store(self, project: Project, sent: Sent, recording: Recording) -> int:
        """Wait until a chunk is on the disk and its session knows of it; answers how many events it has.

        What was there already is told once more: its sender may not have heard of it because we ended in between."""
        chunk = _chunk(sent, recording, self._clock(), self._correction(project.number, sent))
        events = await asyncio.wrap_future(self._replays.put(project.number, chunk))
        await self._tell_session(project, sent, chunk)
        return events

    def _correction(self, number: int, sent: Sent) -> int:
        """What to take from the browser's times, where its clock is wrong. The same for all chunks of a session unless
        the clock was set meanwhile: that one request took longer than another moves nothing."""
        key = (number, sent.session_id)
        known = self._ahead.pop(key, 0 if sent.ahead is None else sent.ahead)
        was_set = sent.ahead is not None and abs(sent.ahead - known) > CLOCK_TOLERANCE
        self._ahead[key] = ahead = sent.ahead if sent.ahead is not None and was_set else known
        if len(self._ahead) > REMEMBERED:
            self._ahead.popitem(last=False)
        return ahead if abs(ahead) > CLOCK_TOLERANCE else 0

    async def _tell_session(self, project: Project, sent: Sent, chunk: Chunk) -> None:
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Outcome | GoSightError] = loop.create_future()

        def settle(outcome: Outcome | GoSightError) -> None:
            if not done.done():
                done.set_result(outcome)

        submission = Submission(
            parcels=[],
            recorded=(self._recorded(project, sent, chunk),),
            received=chunk.received_at,
            batch_hash=None,
            size=SIZE,
            session_gap=project.settings.session_timeout_minutes * MINUTE,
            tell=lambda outcome: _soon(loop, settle, outcome),
        )
        while not self._files.submit(project.number, submission):
            await asyncio.to_thread(self._files.open, project.number)
        outcome = await done
        if isinstance(outcome, GoSightError):
            raise outcome

    def _recorded(self, project: Project, sent: Sent, chunk: Chunk) -> Recorded:
        known = (sent.visitor_id,) if sent.visitor_id else self._anonymous(project, sent.address, sent.user_agent)
        anonymise = project.settings.privacy.anonymizeIp
        origin = Origin(
            ip=truncate(sent.address) if anonymise else sent.address,
            user_agent=sent.user_agent,
            allowed_domains=project.allowed_domains,
        )
        parcel = Parcel(visitors=known, session_id=sent.session_id, origin=origin, events=[])
        return Recorded(parcel=parcel, index=chunk.index, starts_at=chunk.starts_at, ends_at=chunk.ends_at)


def _soon(loop: asyncio.AbstractEventLoop, call: Callable[..., None], outcome: object) -> None:
    """On a writer's thread. Where the loop has ended there is nobody left to tell."""
    if not loop.is_closed():
        loop.call_soon_threadsafe(call, outcome)


def _chunk(sent: Sent, recording: Recording, received: int, ahead: int) -> Chunk:
    def at(moment: int) -> int:
        return moment if sent.by_operator else clamped(moment - ahead, received)

    starts_at, ends_at = at(recording.starts_at), at(recording.ends_at)
    return Chunk(
        session_id=sent.session_id,
        index=sent.index,
        starts_at=starts_at,
        ends_at=max(starts_at, ends_at),
        events=recording.events,
        received_at=received,
        body=recording.body,
        has_snapshot=recording.has_snapshot,
        snapshots=tuple(msgspec.structs.replace(one, taken_at=at(one.taken_at)) for one in recording.snapshots),
        device_type=read_agent(sent.user_agent).device_type,
    )
