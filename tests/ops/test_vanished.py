"""Looking for the socket that listens leaves everything as it was."""

import asyncio
import os
import socket
import sys

import pytest

from gosight.ops import vanished
from tests.running import free_port

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing is looked for")


def test_a_search_in_vain_leaves_no_files_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vanished, "TRIES", 3)
    monkeypatch.setattr(vanished, "PAUSE_SECONDS", 0)
    before = len(os.listdir("/proc/self/fd"))
    asyncio.run(vanished.notice(free_port()))
    assert len(os.listdir("/proc/self/fd")) == before


def test_peers_of_the_socket_that_listens_are_asked() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        asyncio.run(vanished.notice(server.getsockname()[1]))
        assert server.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        assert server.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == vanished.DEAF_MS
