"""Granian inside our own event loop: listens, runs the jobs, and ends cleanly within 5 s of a signal."""

import asyncio
import logging
import signal
import socket
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server

from gosight.kit.jobs import Job, keep_running
from gosight.ops import vanished
from gosight.ops.lock import CannotServe

log = logging.getLogger("gosight.server")

GRACE_SECONDS = 3.0
"""How long requests under way may take after a signal. Granian itself would wait for open streams for ever."""
BACKLOG = 1024
CONNECTIONS = 8192
"""Requests under way at once; more wait in the backlog. Open streams count, so it is far above a machine's work."""

THREADS = 32
"""For requests that read and for jobs. Python's own count is 6 on two cores, which as many slow queries would fill."""


def check_address(host: str, port: int) -> None:
    """Find out whether the address can be had before anything is opened."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = found[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise CannotServe(f"cannot listen on {host}:{port}: {error.strerror or error}") from None


class Listener(msgspec.Struct, frozen=True):
    """An ASGI application and the address it listens on."""

    app: Callable[..., Any]
    host: str
    port: int


async def run(
    listeners: Sequence[Listener],
    jobs: Sequence[Job],
    ready: Callable[[], None],
    leaving: Callable[[], Awaitable[None]],
    ending: Callable[[], None],
) -> None:
    """Serve until SIGTERM or SIGINT, or until a listener ends by itself. `leaving` ends what would stay open for ever;
    then `ending` stops what works in threads: nobody waits for its answer any more.

    On return nothing runs any more and the apps may be closed.
    """
    servers = [_server(listener) for listener in listeners]
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(THREADS, thread_name_prefix="work"))
    asked_to_stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, asked_to_stop.set)
    serving = [asyncio.create_task(server.serve()) for server in servers]
    working = asyncio.create_task(keep_running(jobs))
    stopping = asyncio.create_task(asked_to_stop.wait())
    noticing = [asyncio.create_task(vanished.notice(listener.port)) for listener in listeners]
    await asyncio.sleep(0)
    ready()
    try:
        await asyncio.wait({*serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        for listener, task in zip(listeners, serving, strict=True):
            if task.done():
                raise CannotServe(f"the server on {listener.host}:{listener.port} ended by itself ({task.exception()})")
        await leaving()
        for server in servers:
            server.stop()  # type: ignore[no-untyped-call]
        await asyncio.wait(serving, timeout=GRACE_SECONDS)
    finally:
        loop.set_exception_handler(_but_for_the_late)
        ending()
        tasks = [working, *serving, stopping, *noticing]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _server(listener: Listener) -> Server:
    return Server(
        listener.app,
        address=listener.host,
        port=listener.port,
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        log_enabled=False,
        backlog=BACKLOG,
        backpressure=CONNECTIONS,
    )


def _but_for_the_late(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Granian tells of its end also where nobody waited for it any longer; that is no fault."""
    if not isinstance(context.get("exception"), asyncio.InvalidStateError):
        loop.default_exception_handler(context)
