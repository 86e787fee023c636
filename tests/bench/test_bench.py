"""The benchmarks run, and what they count is right; how long anything takes is never asserted."""

from pathlib import Path

import pytest

from tests.bench import footprint, ingest, machine, mix, query, realtime, replay, track


def test_what_was_acknowledged_is_stored() -> None:
    for measured in ingest.measure(seconds=0, events=300, sizes=(1, 100)):
        assert measured.full.refused == measured.half.refused == {}
        assert measured.stored == measured.acknowledged > 0
    assert "stored" in ingest.report([measured])


def test_every_endpoint_answers_over_filled_data(tmp_path: Path) -> None:
    for times in query.measure(4_000, 1, tmp_path / "filled", ranges=(7,), rate=100).values():
        assert all(len(found) == 1 for by_days in times.values() for found in by_days.values())
        assert "overview" in query.report({"idle": times})


def test_footprint_measures_every_figure() -> None:
    measured = footprint.measure(events=200)
    assert measured.events == 200
    assert min(measured.idle_mb, measured.loaded_mb, measured.bytes_an_event, measured.first_start) > 0


def test_replay_measures_every_figure() -> None:
    measured = replay.measure(chunks=30, stored=60)
    assert (len(measured.put), len(measured.listed), measured.stored) == (30, 1, 60)
    assert min(*measured.read, measured.minute_bytes, measured.memory_mb) > 0
    assert "recorded minute" in replay.report(measured)


def test_everybody_who_listens_hears_everything() -> None:
    measured = realtime.measure(readers=20, seconds=0.5)
    assert measured.heard.sent == 40
    assert measured.heard.received == measured.heard.expected == 200
    assert measured.heard.dropped == 0
    assert measured.alone.refused == measured.beside.refused == {}
    assert "messages a second" in realtime.report(measured)


def test_what_was_tracked_is_stored_as_well() -> None:
    [compared] = track.measure(seconds=0, events=300, sizes=(1,), rounds=1)
    assert [run.refused for runs in compared.runs.values() for run in runs] == [{}] * 2
    assert compared.stored == compared.acknowledged > 0
    streamed = track.stream(readers=20, seconds=0.2)
    assert streamed.sent == 40
    assert (streamed.received, streamed.lost) == (streamed.expected, 0)
    assert "20 readers" in track.report([compared], streamed)
    batch = next(mix.requests("key", 2, 2, 1_700_000_000_000, is_tracked=True))
    assert b"POST /track/batch" in batch
    assert batch.count(b'"event_type"') == 2


def test_the_mix_is_as_told() -> None:
    requests = list(mix.requests("key", 5_000, 10, 1_700_000_000_000))
    text = b"".join(requests)
    assert len(requests) == 500
    assert abs(text.count(b'"type":"page_view"') / 5_000 - 0.4) < 0.03
    assert abs(text.count(b'"type":"click"') / 5_000 - 0.3) < 0.03
    assert len({request.partition(b'"batch_id":"')[2][:32] for request in requests}) == 500
    assert requests == list(mix.requests("key", 5_000, 10, 1_700_000_000_000))


@pytest.mark.parametrize(("share", "expected"), [(0.5, 50), (0.99, 99), (1.0, 100)])
def test_percentile_is_the_nearest_rank(share: float, expected: float) -> None:
    assert machine.percentile([float(n) for n in range(1, 101)], share) == expected
    assert machine.percentile([], share) == 0
