"""Somebody who is connected to a running server, with a client library as anybody would use it."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from gosight.control import members, passwords
from gosight.control.logins import close as sign_out
from gosight.control.logins import start
from gosight.control.tokens import AccessTokens
from gosight.kit.clock import system_clock
from tests.running import PATIENCE_S, Server, Site

_HASHED = passwords.hashed("correct horse")


class Socket:
    """One connection. What it hears is kept, so that nothing is missed while something else is awaited."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    def say(self, type_: str, **more: Any) -> None:
        self.raw(json.dumps({"type": type_, **more}))

    def raw(self, message: str | bytes) -> None:
        self.connection.send(message)

    def next(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.connection.recv(timeout=PATIENCE_S))
        return told

    def hear(self, *types: str) -> dict[str, Any]:
        """The next message of these types; of others, figures alone may come before."""
        while True:
            told = self.next()
            if told["type"] in types:
                return told
            assert told["type"] == "metrics", told

    def error(self) -> tuple[str, str]:
        told = self.hear("error")
        assert set(told) == {"type", "error"}
        assert set(told["error"]) == {"code", "message"}
        return told["error"]["code"], told["error"]["message"]

    def ended(self) -> tuple[int, str]:
        """The code with which the server closes, and the error's code that was told before."""
        told = ""
        try:
            while True:
                message = self.next()
                if message["type"] == "error":
                    told = message["error"]["code"]
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd is not None else 0, told

    def enter(self, token: str, *channels: str, **more: Any) -> "Socket":
        self.say("auth", token=token, **more)
        self.hear("authenticated")
        if channels:
            self.say("subscribe", channels=list(channels))
            self.hear("subscribed")
        return self


@contextmanager
def connected(server: Server, project: str, base: str = "/api/v1", **how: Any) -> Iterator[Socket]:
    with connect(f"ws://127.0.0.1:{server.port}{base}/projects/{project}/realtime", **how) as connection:
        yield Socket(connection)


@contextmanager
def reading(site: Site, *channels: str, token: str = "", **more: Any) -> Iterator[Socket]:
    """Somebody who was let in; with the key that reads, if nobody else."""
    with connected(site.server, site.id) as socket:
        yield socket.enter(token or site.read_key, *channels, **more)


class Signed:
    """A member who is signed in to a running server."""

    def __init__(self, server: Server, id_: str, login_id: str, token: str) -> None:
        self.server = server
        self.id = id_
        self.login_id = login_id
        self.token = token

    def leave(self) -> None:
        with self.server.control() as control:
            sign_out(control, self.login_id)

    def become(self, site: Site, role: str | None) -> None:
        """Their role in a project from now on; None: they are no member of it any more."""
        with self.server.control() as control, control.write() as transaction:
            asked: Mapping[str, object] = {"member": self.id, "project": site.number, "role": role, "at": 1}
            transaction.run("delete from memberships where member_id = :member and project = :project", asked)
            if role is not None:
                transaction.run("insert into memberships values (:project, :member, :role, :at)", asked)


def member(site: Site, name: str, role: str) -> Signed:
    with site.server.control() as control:
        with control.write() as transaction:
            email = f"{name}-{site.id}@example.com"
            made = members.add(transaction, email=email, name=name, password_hash=_HASHED, now=system_clock())
        opened = start(control, made.id, ip="203.0.113.7", user_agent="tests", now=system_clock())
        token = AccessTokens(control, system_clock).issue(made.id, opened.login_id)
    signed = Signed(site.server, made.id, opened.login_id, token)
    signed.become(site, role)
    return signed
