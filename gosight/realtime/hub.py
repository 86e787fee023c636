"""Everybody who is connected: how many each may be, whether they still may, and what is sent to all. Lives on the
event loop, and runs only while somebody is there."""

import asyncio
import contextlib
import logging
from collections import defaultdict
from collections.abc import Hashable
from typing import TypeVar

from gosight.control import Access, Control
from gosight.events import EventFiles
from gosight.kit.access import Caller, Permission
from gosight.kit.bus import Bus, Message
from gosight.kit.errors import Conflict, GoSightError, RateLimited, Unauthorized, Unavailable
from gosight.realtime.connection import GOODBYE_SECONDS, METRICS, Connection

K = TypeVar("K", bound=Hashable)
log = logging.getLogger("gosight.realtime")

CHECK_SECONDS = 1.0
"""How long somebody who may not listen any more still does."""
METRICS_EVERY = 5
"""Checks between two messages of figures: contract 1 says every 5 seconds."""
LOOK_ANYWAY = 30
"""Checks after which everybody is looked at although nothing has changed: logins end by themselves, too."""
AT_A_TIME = 50
"""Connections looked at before something else has its turn: each may take two reads of gosight.db."""

Place = tuple[str, int]
"""Who it is (a member or a key), and in which project."""


class Hub:
    def __init__(self, bus: Bus, control: Control, files: EventFiles, most: int) -> None:
        self._bus = bus
        self._control = control
        self._files = files
        self._most = most
        self._places: defaultdict[Place, list[Connection]] = defaultdict(list)
        self._by_project: defaultdict[int, list[Connection]] = defaultdict(list)
        self._ready: list[Connection] = []
        self._leaving: set[Connection] = set()
        """To whom goodbye is being said."""
        self._done = asyncio.Event()
        self._opening: set[asyncio.Task[None]] = set()
        self._ticking: asyncio.Task[None] | None = None
        self.is_leaving = False

    @property
    def count(self) -> int:
        """How many are connected. From any thread."""
        return sum(map(len, list(self._by_project.values())))

    def enter(self, connection: Connection, *, take_over: bool) -> None:
        """Let somebody in beside their other connections. Raises `RateLimited` where those are too many."""
        place = _place(connection.access.caller, connection.number)
        others = self._places[place]
        replaced = [one for one in others if connection.client and one.client == connection.client]
        if not replaced and 0 < self._most <= len(others):
            if not take_over:
                raise RateLimited(_too_many(self._most))
            replaced = others[: len(others) - self._most + 1]
        for one in replaced:
            self._end(one, Conflict("another connection of yours has taken over; this one is closed"))
        connection.on_end, connection.on_news, connection.on_done = self._left, self._has_news, self._is_done
        self._places[place].append(connection)
        self._by_project[connection.number].append(connection)
        if self._ticking is None or self._ticking.done():
            self._ticking = asyncio.create_task(self._tick())

    def _left(self, connection: Connection) -> None:
        place = _place(connection.access.caller, connection.number)
        _drop(self._places, place, connection)
        _drop(self._by_project, connection.number, connection)

    def _end(self, connection: Connection, error: GoSightError) -> None:
        if not connection.is_over:
            self._leaving.add(connection)
            connection.end(error)

    def _is_done(self, connection: Connection) -> None:
        self._leaving.discard(connection)
        self._done.set()

    def _has_news(self, connection: Connection) -> None:
        if not self._ready:
            asyncio.get_running_loop().call_soon(self._push)
        self._ready.append(connection)

    def _push(self) -> None:
        ready, self._ready = self._ready, []
        for connection in ready:
            connection.push()

    async def leave(self) -> None:
        """The server stops: nobody is let in any more, and everybody is told."""
        self.is_leaving = True
        error = Unavailable("the server is stopping; connect again in a moment")
        for connection in [one for group in self._by_project.values() for one in group]:
            self._end(connection, error)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(2 * GOODBYE_SECONDS):
                while self._leaving:
                    self._done.clear()
                    await self._done.wait()
        if self._ticking is not None:
            self._ticking.cancel()

    async def _tick(self) -> None:
        turn, version = 0, -1
        while self._by_project:
            if turn % METRICS_EVERY == 0:
                for number in list(self._by_project):
                    self._tell_pace(number)
            now = self._control.file.version()
            if version not in (-1, now) or turn % LOOK_ANYWAY == LOOK_ANYWAY - 1:
                await self._look_at_all()
            version, turn = now, turn + 1
            await asyncio.sleep(CHECK_SECONDS)

    def greet(self, connection: Connection) -> None:
        """The figures of now, so that nobody waits five seconds for the first ones."""
        figures = self._figures(connection.number)
        if figures is not None:
            connection.say(figures.text(with_personal=False))

    def _tell_pace(self, number: int) -> None:
        figures = self._figures(number)
        if figures is not None:
            self._bus.publish(number, METRICS, figures)

    def _figures(self, number: int) -> Message | None:
        """Counted once for all who listen; only a file that was closed takes time, and a thread, and comes later."""
        try:
            pace = self._files.pace(number)
        except GoSightError:
            return None
        if pace is None:
            opening = asyncio.create_task(self._open(number))
            self._opening.add(opening)
            opening.add_done_callback(self._opening.discard)
            return None
        told = {"active_sessions": pace.active_sessions, "events_per_minute": pace.events_per_minute}
        return Message("metrics", told)

    async def _open(self, number: int) -> None:
        try:
            await asyncio.to_thread(self._files.open, number)
        except GoSightError as error:
            log.warning("project %d: no figures for now: %s (%s)", number, error.message, error.cause)
        else:
            self._tell_pace(number)

    async def _look_at_all(self) -> None:
        """Whoever was signed out, removed or given another role hears of it within a second or two."""
        everybody = [one for group in self._by_project.values() for one in group]
        for at in range(0, len(everybody), AT_A_TIME):
            for connection in everybody[at : at + AT_A_TIME]:
                self._look_at(connection)
            await asyncio.sleep(0)

    def _look_at(self, connection: Connection) -> None:
        try:
            connection.access = self._still(connection)
        except GoSightError as error:
            self._end(connection, error)
        except Exception:
            log.exception("a connection could not be looked at")

    def _still(self, connection: Connection) -> Access:
        """What they may do by now. A token's hour does not matter: the login that it was made for does."""
        caller, door = connection.access.caller, self._control.door
        if caller.login_id is not None:
            login = self._control.directory.login(caller.login_id)
            if login is None or login.member_id != caller.member_id:
                raise Unauthorized("you were signed out; sign in again")
        elif connection.key is not None:
            caller = door.caller({"x-gosight-key": connection.key}, "")
        access = door.access(caller, connection.access.project.id)
        access.grant.need(Permission.analytics_read)
        return access


def _place(caller: Caller, number: int) -> Place:
    return caller.member_id or caller.key_id or "dev", number


def _drop(table: "dict[K, list[Connection]]", key: K, one: Connection) -> None:
    group = table.get(key, [])
    if one in group:
        group.remove(one)
    if not group:
        table.pop(key, None)


def _too_many(most: int) -> str:
    held = "1 connection" if most == 1 else f"{most} connections"
    return (
        f"you have {held} to this project already, as many as the server allows (limits.realtime_connections); "
        'close one, or send "take_over": true with the auth message to end the oldest'
    )
