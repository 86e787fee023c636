"""What was acknowledged is on the disk: the real server, killed."""

import json
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.running import Server, Site, running


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with running(tmp_path / "data") as server:
        yield server


def send(site: Site, index: int, session: str = "s") -> None:
    events = [{"type": 3, "timestamp": time.time_ns() // 1_000_000, "data": {}}]
    path = f"/v1/replay?session_id={session}&index={index}&visitor_id=v&key={site.write_key}"
    assert site.server.ask("POST", path, json.dumps(events).encode()).data == {"index": index, "events": 1}


def test_a_chunk_outlives_a_kill_and_its_session_is_found_again(server: Server) -> None:
    site = server.site()
    for index in range(5):
        send(site, index)
    server.stop(signal.SIGKILL)
    server.start()
    found = site.read("/sessions/s/replay").data
    assert [chunk["index"] for chunk in found["chunks"]] == [0, 1, 2, 3, 4]
    assert [session["id"] for session in site.read("/sessions?has_replay=true").data] == ["s"]
    send(site, 3)
    assert len(site.read("/sessions/s/replay").data["chunks"]) == 5
    site.send({"type": "page_view"}, session_id="t", visitor_id="v")
    server.stop(signal.SIGKILL)
    server.start()
    assert site.count() == 1
    assert {session["id"] for session in site.read("/sessions").data} == {"s", "t"}
