"""gosight demo, with and without a server beside it."""

from pathlib import Path

import pytest

from gosight.alerts import rules
from gosight.control import keys, projects
from gosight.kit.clock import system_clock
from gosight.ops import lock
from tests.cli.run import gosight
from tests.running import Server, Site, running


def reader(server: Server) -> Site:
    """The demo's project with a key that reads it."""
    with server.control() as control:
        project = projects.by_ref(control, "demo_tenant")
        key = keys.create(control, project.number, name="read", permissions=["read"], now=system_clock())
    return Site(server, project.id, project.number, "", key.key)


def overview(server: Server, query: str = "") -> dict[str, object]:
    found: dict[str, object] = reader(server).read(f"/overview?start_date=2020-01-01{query}").data
    return found


def told(server: Server) -> int:
    """Steps of timed sessions that the demo has told of: each is an event."""
    with server.control() as control:
        (found,) = control.all("select coalesce(sum(steps), 0) as steps from timed_sessions", into=dict[str, int])
    return found["steps"]


def test_without_a_server_it_fills_the_files_once(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    first = gosight("demo", "--days", "3", "--events", "900", "--json", folder=folder)
    assert first.code == 0, first.err
    assert first.json == {"project": "demo_tenant", "events": 900, "days": 3, "seed": 1}
    assert "100 %: 900 events" in first.err
    again = gosight("demo", "--days", "3", "--events", "900", folder=folder)
    assert "900 events" in again.out
    with running(folder) as server:
        total = overview(server, "&bots=true")["summary"]
        assert isinstance(total, dict)
        timed = told(server)
        assert timed > 10
        assert 900 + timed <= total["events"] <= 1_000 + timed  # a minute may have passed, and brought new visits
        figures = reader(server).read("/timed-sessions/figures").data
        assert figures["totals"]["sessions"] > 3
        charts = overview(server)["charts"]
        assert isinstance(charts, dict)
        assert len(charts["top_pages"]) == 10


def test_its_errors_are_cared_for_once(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    assert gosight("demo", "--days", "14", "--events", "20000", folder=folder).code == 0
    with running(folder) as server:
        site = reader(server)
        found = site.read("/errors?start_date=2020-01-01").data
        assert {one["status"] for one in found} == {"open", "resolved", "ignored"}
        (again,) = [one for one in found if one["is_regression"]]
        assert (again["status"], again["error_type"]) == ("open", "Error")
        assert len(max(found, key=lambda one: one["count"])["browsers"]) > 2
        detail = site.read(f"/errors/{again['id']}").data
        assert all(frame["sourcemap"] for frame in detail["frames"])
        assert gosight("demo", "--days", "14", "--events", "20000", folder=folder).code == 0
        after = {one["id"]: one["status"] for one in site.read("/errors?start_date=2020-01-01").data}
        assert after == {one["id"]: one["status"] for one in found}


@pytest.mark.parametrize("limit", ["0", "10"], ids=["without a limit", "with a limit of 10 events a minute"])
def test_beside_a_server_its_visits_come_from_everywhere(tmp_path: Path, limit: str) -> None:
    with running(tmp_path / "data", limits__events_per_minute=limit) as server:
        done = gosight("demo", "--days", "3", "--events", "900", "--json", folder=server.folder)
        assert done.code == 0, done.err
        summary, charts = overview(server, "&bots=true")["summary"], overview(server)["charts"]
        assert isinstance(summary, dict)
        assert isinstance(charts, dict)
        assert 900 <= summary["events"] <= 900 + told(server)  # timed sessions come in by and by
        assert len(charts["countries"]) > 3
        assert len(charts["browsers"]) > 2
        with server.control() as control:
            number = projects.by_ref(control, "demo_tenant").number
            assert {key.name for key in keys.of_project(control, number)} == {"Website", "read"}
            assert "Somebody rages" in {rule.name for rule in rules.of_project(control, number)}


@pytest.mark.parametrize("words", [["--days", "0"], ["--events", "0"], ["--events", "x"], ["--days", "4000"]])
def test_amounts_that_make_no_sense_are_refused(tmp_path: Path, words: list[str]) -> None:
    done = gosight("demo", *words, folder=tmp_path)
    assert done.code != 0
    assert "days" in done.err or "events" in done.err


def test_only_the_word_in_the_lock_makes_somebody_the_operator(tmp_path: Path) -> None:
    with running(tmp_path / "data", limits__events_per_minute="1") as server:
        site = server.site()
        held = lock.holder(server.folder)
        assert held is not None
        body = b'{"events": [{"type": "click"}, {"type": "click"}]}'
        for word, status in (("", 429), ("x", 429), (held.word[:-1], 429), (held.word, 200)):
            assert site.post(body, {"X-GoSight-Operator": word}).status == status
