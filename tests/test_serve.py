"""The server's life: what it has acknowledged is there after every kind of end, and it says why it does not start."""

import signal
import socket
import threading
import time
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path

import pytest

from gosight.kit import ids
from tests.running import PATIENCE_S, Server, Site, running

VIEW = {"type": "page_view", "url": "https://example.com/", "session_id": "s", "visitor_id": "v"}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """One that a test may stop and kill."""
    with running(tmp_path / "data") as made:
        yield made


class Senders:
    """Several that send batches as fast as they are acknowledged, and remember which were."""

    def __init__(self, site: Site, count: int = 4) -> None:
        self.site = site
        self.acknowledged: list[str] = []
        self.unsure: list[str] = []
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._send, args=(ids.new("b"),)) for _ in range(count)]
        for thread in self._threads:
            thread.start()

    def _send(self, name: str) -> None:
        number = 0
        while not self._over.is_set():
            number += 1
            batch = f"{name}-{number}"
            try:
                answer = self.site.send(VIEW, VIEW, batch_id=batch)
            except (OSError, HTTPException):
                self.unsure.append(batch)
                return
            (self.acknowledged if answer.status == 200 else self.unsure).append(batch)

    def after(self, batches: int) -> "Senders":
        until = time.monotonic() + PATIENCE_S
        while len(self.acknowledged) < batches:
            assert time.monotonic() < until
            time.sleep(0.01)
        return self

    def end(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(PATIENCE_S)


def test_what_was_acknowledged_survives_kill_9_and_counts_once_when_it_is_sent_again(server: Server) -> None:
    site = server.site()
    stored: set[str] = set()
    for _ in range(4):
        senders = Senders(site).after(40)
        assert server.process is not None
        server.process.kill()
        server.process.wait(PATIENCE_S)
        senders.end()
        server.start()
        least = 2 * (len(stored) + len(senders.acknowledged))
        assert least <= site.count() <= least + 2 * len(senders.unsure)
        for batch in senders.acknowledged[-20:] + senders.unsure:
            assert site.send(VIEW, VIEW, batch_id=batch).data["accepted"] == 2
        stored |= {*senders.acknowledged, *senders.unsure}
        assert site.count() == 2 * len(stored)
    assert server.stop() == 0


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly_whatever_is_under_way(server: Server, how: signal.Signals) -> None:
    site = server.site()
    senders = Senders(site).after(20)
    half, idle = (
        socket.create_connection(("127.0.0.1", server.port)),
        socket.create_connection(("127.0.0.1", server.port)),
    )
    half.sendall(
        f'POST /v1/events?key={site.write_key} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{{"events":['.encode()
    )
    idle.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
    assert idle.recv(100).startswith(b"HTTP/1.1 200")
    assert server.stop(how) == 0
    senders.end()
    half.close()
    idle.close()
    assert "Traceback" not in server.log.read_text()
    server.start()
    least = 2 * len(senders.acknowledged)
    assert least <= site.count() <= least + 2 * len(senders.unsure)


def test_a_signal_before_anything_happened_ends_it_too(server: Server) -> None:
    assert server.stop() == 0
    assert "Traceback" not in server.log.read_text()


def test_a_second_server_on_the_same_folder_says_so(server: Server) -> None:
    second = Server(server.folder)
    second.log = server.folder.parent / "second.log"
    assert second.spawn().wait(PATIENCE_S) == 1
    said = second.log.read_text()
    assert said.startswith("gosight: another server (process ")
    assert f"is using the data folder {server.folder}" in said
    assert said.count("\n") == 1
    assert server.ask("GET", "/health").status == 200


def test_a_port_in_use_is_named(server: Server, tmp_path: Path) -> None:
    other = Server(tmp_path / "other")
    assert other.spawn(server.port).wait(PATIENCE_S) == 1
    said = other.log.read_text()
    assert said.startswith(f"gosight: cannot listen on 127.0.0.1:{server.port}: ")
    assert said.count("\n") == 1


def test_after_kill_9_the_folder_is_free(server: Server) -> None:
    assert server.process is not None
    server.process.kill()
    server.process.wait(PATIENCE_S)
    assert server.start().ask("GET", "/health").status == 200


def test_one_sender_who_stops_in_the_middle_of_a_body_holds_up_nobody(server: Server) -> None:
    site = server.site()
    with socket.create_connection(("127.0.0.1", server.port)) as half:
        half.sendall(
            f"POST /v1/events?key={site.write_key} HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{{".encode()
        )
        assert site.send(VIEW).data["accepted"] == 1
    assert site.count() == 1
