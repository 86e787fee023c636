"""The demo's recordings: what a recorder could have sent, of the same moments as the events, the same for a seed."""

import gzip
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from gosight.ops.demo import Visit, film, traffic
from gosight.replay import read

NOW = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def filmed() -> list[Visit]:
    return [visit for visit in traffic(1, 10, 6_000, NOW) if film.is_recorded(visit)]


def events(chunk: bytes) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(gzip.decompress(chunk))
    return found


def test_some_visits_are_recorded_and_no_crawlers(filmed: list[Visit]) -> None:
    assert 10 < len(filmed) < 80
    assert not any("_bot_" in visit.batch.visitor_id for visit in filmed)


def test_each_page_is_a_chunk_that_begins_with_the_whole_of_it(filmed: list[Visit]) -> None:
    for visit in filmed:
        views = [event for event in visit.batch.events if event.type == "page_view"]
        chunks = film.chunks(visit)
        assert len(chunks) == len(views)
        for view, chunk in zip(views, chunks, strict=True):
            recording = read(chunk, "gzip", 10_000_000)
            assert recording.starts_at == view.ts * 1_000
            (snapshot,) = recording.snapshots
            assert view.url is not None
            assert snapshot.path in view.url


def test_what_was_clicked_is_there_and_clicked_in_order(filmed: list[Visit]) -> None:
    clicks = 0
    for visit in filmed:
        for chunk in film.chunks(visit):
            found = events(chunk)
            assert [one["timestamp"] for one in found] == sorted(one["timestamp"] for one in found)
            known = set(ids(found[1]["data"]["node"]))
            for one in found[2:]:
                if one["data"]["source"] == film.INTERACTION:
                    clicks += 1
                    assert one["data"]["id"] in known - {1}
    assert clicks > 20


def ids(node: dict[str, Any]) -> list[int]:
    return [node["id"], *(inner for child in node.get("childNodes", []) for inner in ids(child))]


def test_the_same_visit_gives_the_same_bytes(filmed: list[Visit]) -> None:
    assert film.chunks(filmed[0]) == film.chunks(filmed[0])
