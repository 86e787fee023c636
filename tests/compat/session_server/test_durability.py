"""What was acknowledged is kept, and shows up in the end, also where the process dies in the middle."""

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest

from tests.running import PATIENCE_S, STEP_S, Server, Site, running


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with running(tmp_path / "data") as made:
        yield made


class Teller:
    """Somebody who starts, pauses and ends sessions until the server is gone, and remembers what was acknowledged."""

    def __init__(self, site: Site, user: str) -> None:
        self.site = site
        self.user = user
        self.acknowledged: dict[str, list[str]] = {}
        self.starts_unsure = 0
        self.thread = threading.Thread(target=self._tell)
        self.thread.start()

    def _tell(self) -> None:
        try:
            while True:
                id_ = self._ask("start")["session_id"]
                self.acknowledged[id_] = ["start"]
                for step in ("pause", "end"):
                    self._ask(step, session_id=id_)
                    self.acknowledged[id_].append(step)
        except (OSError, HTTPException):
            return

    def _ask(self, step: str, **more: str) -> Any:
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        return asked(self.site, f"sessions/{step}", self.site.write_key, user=self.user, time=now, **more)["data"]


def asked(site: Site, path: str, key: str, **body: str) -> Any:
    headers = {"Authorization": f"Bearer {key}"}
    answer = site.server.ask("POST", f"/api/{path}", json.dumps({"app": site.id, **body}), headers)
    assert answer.status == 200, answer.body
    return answer.json


def test_of_the_same_step_many_times_at_once_one_is_taken_over_http_too(server: Server) -> None:
    site = server.site()
    start = datetime.now(UTC).isoformat(timespec="milliseconds")
    begun = asked(site, "sessions/start", site.write_key, user="ann", time=start)
    body = json.dumps({"app": site.id, "user": "ann", "time": start, "session_id": begun["data"]["session_id"]})
    headers = {"Authorization": f"Bearer {site.write_key}"}
    for step in ("pause", "resume", "end"):
        with ThreadPoolExecutor(8) as pool:
            ask = partial(server.ask, "POST", f"/api/sessions/{step}", body, headers)
            answers = [future.result().status for future in [pool.submit(ask) for _ in range(8)]]
        assert sorted(answers) == [200] + [409] * 7
    (item,) = asked(site, "sessions/session-timeline-detail", site.read_key, user="ann")["data"]["detailed_timeline"]
    assert [event["type"] for event in item["events"]] == ["start", "pause", "resume", "end"]


def test_acknowledged_steps_survive_kill_9_and_are_mirrored_once(server: Server) -> None:
    site = server.site()
    tellers = [Teller(site, f"user-{number}") for number in range(4)]
    while sum(len(teller.acknowledged) for teller in tellers) < 20:
        assert all(teller.thread.is_alive() for teller in tellers)
        time.sleep(STEP_S)
    assert server.process is not None
    server.process.kill()
    server.process.wait(PATIENCE_S)
    for teller in tellers:
        teller.thread.join()
    server.start()
    detail = asked(site, "sessions/session-timeline-detail", site.read_key, user="all")["data"]["detailed_timeline"]
    kept = {item["session_id"]: [event["type"] for event in item["events"]] for item in detail}
    for teller in tellers:
        for id_, steps in teller.acknowledged.items():
            assert kept[id_][: len(steps)] == steps
    told = sum(len(steps) for steps in kept.values())
    until = time.monotonic() + PATIENCE_S
    while site.count() < told and time.monotonic() < until:
        time.sleep(STEP_S)
    assert site.count() == told
    sessions = site.read("/sessions?per_page=100").json["meta"]["total"]
    assert sessions == len(kept)
