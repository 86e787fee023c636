"""`/api/v1/projects/{id}/realtime` as a plain ASGI function: the handshake, who is let in, and what they say then."""

import asyncio
import re
from collections.abc import Mapping

from gosight.control import Control
from gosight.events import EventFiles
from gosight.kit.access import Permission
from gosight.kit.bus import Bus
from gosight.kit.errors import GoSightError, Unauthorized
from gosight.kit.wire.refusals import as_error
from gosight.kit.wire.types import Receive, Scope, Send
from gosight.realtime import model
from gosight.realtime.connection import Connection, close, text_of
from gosight.realtime.hub import Hub
from gosight.realtime.model import Auth

PATH = re.compile(r"/(?:api/)?v1/projects/([^/]+)/realtime")

AUTH_SECONDS = 5.0
"""How long somebody may take to say who they are."""
MAX_STRANGERS = 256
"""Connections at once of those who have not said who they are; more are refused before they begin."""


class Realtime:
    """Lives on the event loop. `connections`: how many a member or key may have to a project; 0 is no limit."""

    def __init__(self, bus: Bus, control: Control, files: EventFiles, *, connections: int) -> None:
        self._bus = bus
        self._control = control
        self._hub = Hub(bus, control, files, connections)
        self._strangers = 0

    @property
    def count(self) -> int:
        """How many are connected and have said who they are. From any thread."""
        return self._hub.count

    async def leave(self) -> None:
        """The server stops: end every connection, and let nobody in any more."""
        await self._hub.leave()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        found = PATH.fullmatch(scope["path"])
        if found is None or self._hub.is_leaving or self._strangers >= MAX_STRANGERS:
            await send({"type": "websocket.close"})  # before it is accepted: 403
            return
        await send({"type": "websocket.accept"})
        connection = await self._let_in(scope, receive, send, found[1])
        if connection is not None:
            await connection.listen(receive)

    async def _let_in(self, scope: Scope, receive: Receive, send: Send, project: str) -> Connection | None:
        self._strangers += 1
        try:
            asked = await self._first(receive)
            return None if asked is None else self._enter(scope, send, project, asked)
        except Exception as problem:
            error = as_error(problem, "WEBSOCKET", "/api/v1/projects/{project}/realtime")
            await close(send, error)
            return None
        finally:
            self._strangers -= 1

    @staticmethod
    async def _first(receive: Receive) -> Auth | None:
        """The message that tells who comes; None where they left again."""
        try:
            async with asyncio.timeout(AUTH_SECONDS):
                message = await receive()
        except TimeoutError:
            raise Unauthorized(f"expected an auth message within {AUTH_SECONDS:.0f} s") from None
        if message["type"] != "websocket.receive":
            return None
        asked = model.read(text_of(message))
        if not isinstance(asked, Auth):
            raise Unauthorized('the first message must be {"type": "auth", "token": …}')
        return asked

    def _enter(self, scope: Scope, send: Send, project: str, asked: Auth) -> Connection:
        key = asked.token if asked.token.startswith("gs_") else None
        peer = scope["client"][0] if scope.get("client") else ""
        caller = self._control.door.caller(_credentials(scope, asked.token, key), peer)
        access = self._control.door.access(caller, project)
        access.grant.need(Permission.analytics_read)
        connection = Connection(self._bus, access, key, asked.client, send)
        try:
            self._hub.enter(connection, take_over=asked.take_over)
        except GoSightError:
            connection.gone()
            raise
        connection.say(model.let_in(access.project.id, access.grant.role))
        self._hub.greet(connection)
        return connection


def _credentials(scope: Scope, token: str, key: str | None) -> Mapping[str, str]:
    """The message alone tells who it is; of the handshake only what shows a developer's own machine."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    headers = {name: headers[name] for name in headers if name not in ("authorization", "x-gosight-key")}
    if key is not None:
        return headers | {"x-gosight-key": key}
    return headers | {"authorization": f"Bearer {token}"} if token else headers
