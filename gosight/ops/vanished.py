"""Peers that vanish without a word: a laptop that is shut, a network that is gone. Open streams would wait for them.

The system asks every peer that is silent whether it is still there. Granian has no setting for it, but on Linux a
connection inherits from the socket that listens, and that one is ours to find.
"""

import asyncio
import os
import socket
import stat
import sys

IDLE_SECONDS, EVERY_SECONDS, TIMES = 30, 10, 3
"""After so much silence the peer is asked, so often; a minute after its last sign of life it is gone."""
DEAF_MS = 120_000
"""How long something sent may go unread before the connection is given up."""
TRIES, PAUSE_SECONDS = 100, 0.05


async def notice(port: int) -> None:
    """As soon as somebody listens on this port."""
    if sys.platform != "linux":
        return
    for _ in range(TRIES):
        if _ask_peers_of(port):
            return
        await asyncio.sleep(PAUSE_SECONDS)


def _ask_peers_of(port: int) -> bool:
    found = False
    for name in os.listdir("/proc/self/fd"):
        try:
            if not stat.S_ISSOCK(os.fstat(int(name)).st_mode):  # a copy of what is none would stay open
                continue
            with socket.socket(fileno=os.dup(int(name))) as one:
                if one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN) and one.getsockname()[1] == port:
                    _ask_peers(one)
                    found = True
        except OSError:  # no socket, or closed meanwhile
            continue
    return found


def _ask_peers(listening: socket.socket) -> None:
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, IDLE_SECONDS)
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, EVERY_SECONDS)
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, TIMES)
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, DEAF_MS)
