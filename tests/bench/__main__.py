"""`python -m tests.bench [ingest|query|footprint|replay|realtime|track]`: without a word all six."""

import argparse
import sys
from pathlib import Path

from tests.bench import footprint, ingest, machine, query, realtime, recording, replay, track

KINDS = ("ingest", "query", "footprint", "replay", "realtime", "track")


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("what", nargs="*", help=f"{', '.join(KINDS)}; default: all")
    parser.add_argument("--seconds", type=float, default=10.0, help="length of an ingest run at its target (10)")
    parser.add_argument("--events", type=int, help="events of an ingest run, of query's 20 million, of footprint's 1")
    parser.add_argument("--sizes", help="ingest: events in a request, separated by commas (1,10,100)")
    parser.add_argument(
        "--data-dir", type=Path, help="query: keep the filled folder here, and use it where it is filled"
    )
    parser.add_argument("--rounds", type=int, default=20, help="query: requests for each endpoint and range (20)")
    parser.add_argument("--chunks", type=int, default=100_000, help="replay: chunks stored when one is read (100,000)")
    parser.add_argument("--readers", type=int, default=1_000, help="realtime: how many listen (1,000)")
    args = parser.parse_args(argv)
    for kind in args.what:
        if kind not in KINDS:
            parser.error(f"expected {', '.join(KINDS)}, got {kind}")
    print(machine.describe())
    for kind in args.what or KINDS:
        print(f"\n{kind}\n{_run(kind, args)}", flush=True)
    return 0


def _run(kind: str, args: argparse.Namespace) -> str:
    if kind == "ingest":
        return ingest.report(ingest.measure(args.seconds, args.events, _sizes(args.sizes)))
    if kind == "footprint":
        return footprint.report(footprint.measure(args.events or 1_000_000))
    if kind == "replay":
        return f"{replay.report(replay.measure(1_000, args.chunks))}\n\n{recording.report(recording.measure())}"
    if kind == "track":
        compared = track.measure(args.seconds / 2, args.events, _sizes(args.sizes))
        return track.report(compared, track.stream())
    if kind == "realtime":
        return realtime.report(realtime.measure(args.readers, args.seconds))
    return query.report(query.measure(args.events or 20_000_000, args.rounds, args.data_dir))


def _sizes(text: str | None) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(",")) if text else tuple(shape.size for shape in ingest.SHAPES)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
