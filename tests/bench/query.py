"""How long every endpoint of the dashboard takes over millions of events, idle and while events come in.

What bounds the overview, by its statements (20.9 million events; 71 ms over one day, 67 over 7, 137 over 90 on the
machine where this was written): DuckDB plans for a third of the 10 to 30 ms that each of the five takes, and distinct
visitors, which can't be added up, take 12 ms over a day, 71 over a quarter. Under a filter nothing is added up; there
the ten dimensions' grouping sets take 30 to 50 ms over any span: ten queries over one materialized scan take as long,
values side by side half of it over one day's sessions and twice to three times that over a quarter's.

What bounds heatmaps: those of clicks read the chosen sessions' clicks three times, 52 of 98 ms at 7 days; a temporary
table of them takes as long as it saves. Those of cursors unpack points from payloads, 156 of 195 ms. While events come
in, all of it shares two cores with commits and derivation, which take more than one.
"""

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

import msgspec

from tests.bench.fill import fill
from tests.bench.generator import Generator
from tests.bench.machine import percentile, table
from tests.bench.server import PROJECT, Running, running

DAYS = 180
RANGES = (1, 7, 30, 90)
"""Days back from today; each answer holds the same span before as well."""
TARGETS_MS = {1: 100.0, 7: 100.0, 30: 250.0, 90: 250.0}
INGEST_RATE = 3_000
"""Events a second, in tens, that come in during the second half of the measurement."""
HEAD = ("endpoint", *(f"{days} d {what}" for days in RANGES for what in ("p50", "p95")))
Times = dict[str, dict[int, list[float]]]


class Failed(Exception):
    """An answer that was no success: it is told, and counted with the time that it took."""


class Endpoint(msgspec.Struct, frozen=True):
    """A request of the dashboard. Without `ranged` it is asked once for all ranges. `sql`: of `POST /query`, with
    {since} in place of the range's beginning."""

    name: str
    path: str
    query: dict[str, str] = {}
    ranged: bool = True
    sql: str = ""


class Known(msgspec.Struct, frozen=True):
    """A session that is there to be asked for."""

    session: str
    visitor: str
    user: str | None
    path: str


def measure(
    events: int,
    rounds: int,
    kept: Path | None,
    ranges: Sequence[int] = RANGES,
    rate: int = INGEST_RATE,
) -> dict[str, Times]:
    """Milliseconds of every answer: idle, and while ingest runs."""
    with _folder(kept) as folder:
        with running(folder):
            pass
        if not (folder / "bench-filled").exists():
            fill(folder, events, DAYS, datetime.now(UTC))
            (folder / "bench-filled").write_text(f"{events}\n")
        with running(folder) as server:
            endpoints = _endpoints(_known(server))
            begin = time.monotonic()
            idle = _ask(server, endpoints, rounds, ranges)
            seconds = 5 + 3 * (time.monotonic() - begin)
            with Generator(
                server, size=10, connections=32, phases=(round(rate / 10 * seconds),), seed=str(time.time())
            ) as load:
                load.ready()
                load.start(rate=rate / 10)
                busy = _ask(server, endpoints, rounds, ranges)
        return {"idle": idle, f"while {rate:,} events/s come in": busy}


def report(measured: dict[str, Times]) -> str:
    parts = []
    for title, times in measured.items():
        rows: list[list[object]] = []
        for name, by_days in times.items():
            cells: list[object] = [name]
            for days in RANGES:
                found = by_days.get(days, [])
                cells += [percentile(found, 0.5), percentile(found, 0.95)] if found else ["", ""]
            rows.append(cells)
        parts.append(f"{title}, milliseconds\n{table(HEAD, rows)}\n{_missed(times)}")
    return "\n\n".join(parts)


def _missed(times: Times) -> str:
    over = [
        f"{name} over {days} days"
        for name, by_days in times.items()
        for days, found in by_days.items()
        if percentile(found, 0.95) > TARGETS_MS[days]
    ]
    target = "p95 at most 100 ms at 7 days, 250 ms at 90"
    return f"{target}: {'all reached' if not over else 'missed by ' + ', '.join(over)}"


@contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept
    else:
        with TemporaryDirectory(prefix="gosight-bench-") as name:
            yield Path(name)


def _endpoints(known: Known) -> list[Endpoint]:
    here = f"/api/v1/projects/{PROJECT}"
    breakdowns = ("path", "referrer", "country", "browser", "user_id", "entry_path")
    return [
        Endpoint("overview", f"{here}/overview"),
        Endpoint("overview, hours", f"{here}/overview", {"interval": "hour"}),
        Endpoint("overview of a country", f"{here}/overview", {"country": "DE"}),
        Endpoint("overview of a page", f"{here}/overview", {"path": known.path}),
        Endpoint("overview of browser and source", f"{here}/overview", {"browser": "Chrome", "referrer": "google"}),
        Endpoint("overview of New York's days", f"{here}/overview", {"timezone": "America/New_York"}),
        *(Endpoint(f"breakdown by {by}", f"{here}/breakdown", {"by": by}) for by in breakdowns),
        Endpoint("sessions", f"{here}/sessions"),
        Endpoint("sessions by duration", f"{here}/sessions", {"sort": "duration", "order": "desc"}),
        Endpoint("sessions with rage", f"{here}/sessions", {"has_rage_click": "true"}),
        Endpoint("sessions of a page", f"{here}/sessions", {"path": known.path, "per_page": "100"}),
        Endpoint("insights", f"{here}/insights"),
        Endpoint("insights of a kind", f"{here}/insights", {"type": "rage_click", "page": "2"}),
        Endpoint("heatmap: clicks", f"{here}/heatmaps", {"path": known.path, "type": "click"}),
        Endpoint("heatmap: scrolling", f"{here}/heatmaps", {"path": known.path, "type": "scroll"}),
        Endpoint("heatmap: attention", f"{here}/heatmaps", {"path": known.path, "type": "attention"}),
        Endpoint("heatmap: cursors", f"{here}/heatmaps", {"path": known.path, "type": "move"}),
        Endpoint("heatmap: a phone's", f"{here}/heatmaps", {"path": known.path, "device_type": "mobile"}),
        Endpoint("heatmap: pages", f"{here}/heatmaps/pages"),
        Endpoint("session", f"{here}/sessions/{known.session}", ranged=False),
        Endpoint("session's events", f"{here}/sessions/{known.session}/events", ranged=False),
        Endpoint("visitor", f"{here}/visitors/{known.visitor}", ranged=False),
        Endpoint("visitor's timeline", f"{here}/visitors/{known.visitor}/timeline", ranged=False),
        Endpoint("online", f"{here}/online", ranged=False),
        Endpoint("projects", "/api/v1/projects", ranged=False),
        *_of_sql(known),
    ]


def _of_sql(known: Known) -> list[Endpoint]:
    mine = f"customer_id = '{PROJECT}'"
    during = f"{mine} and timestamp >= '{{since}}'"
    queries = {
        "SQL: how many events": f"select count() from events_raw where {mine}",
        "SQL: events by hour": (
            "select toStartOfHour(timestamp) as hour, count() as event_count, uniq(visitor_id) as unique_visitors "
            f"from events_raw where {during} group by hour order by hour desc"
        ),
        "SQL: top pages": (
            "select JSONExtractString(properties, 'page') as page, count() as views, uniq(visitor_id) as visitors "
            f"from events_raw where {during} and event_type = 'page_view' group by page order by views desc limit 10"
        ),
        "SQL: a visitor's journey": (
            f"select timestamp, event_type, properties from events_raw where {mine} and visitor_id = '{known.visitor}' "
            "order by timestamp desc limit 100"
        ),
        "SQL: a funnel": (
            "select level, count() as visitors from (select visitor_id, windowFunnel(3600)(timestamp, "
            "event_type = 'page_view', event_type = 'click') as level "
            f"from events_raw where {during} group by visitor_id) group by level order by level"
        ),
        "SQL: sessions by source": (
            "select source, count() as n, avg(duration_seconds) from sessions "
            f"where {mine} and started_at >= '{{since}}' group by source order by n desc"
        ),
    }
    return [Endpoint(name, "/query", ranged="{since}" in sql, sql=sql) for name, sql in queries.items()]


def _known(server: Running) -> Known:
    """One of the longest visits of the last week."""
    answer = _get(server, f"/api/v1/projects/{PROJECT}/sessions", {"sort": "events", "order": "desc", "per_page": "20"})
    rows = msgspec.json.decode(answer)["data"]
    row = rows[len(rows) // 2]
    path = row["entry_path"] or "/"
    return Known(session=row["id"], visitor=row["visitor_id"], user=row["user_id"], path=path)


def _ask(server: Running, endpoints: list[Endpoint], rounds: int, ranges: Sequence[int]) -> Times:
    """Every endpoint and range in turn, so that none profits from the one before; the first round warms up."""
    times: Times = {endpoint.name: {} for endpoint in endpoints}
    failed: set[tuple[str, int]] = set()
    """What ran into its deadline, say: once tells enough."""
    today = datetime.now(UTC).date()
    for turn in range(rounds + 1):
        for endpoint in endpoints:
            for days in ranges if endpoint.ranged else ranges[:1]:
                if (endpoint.name, days) in failed:
                    continue
                begin = time.perf_counter()
                try:
                    if endpoint.sql:
                        _post(server, endpoint.path, endpoint.sql.format(since=today - timedelta(days=days - 1)))
                    else:
                        _get(server, endpoint.path, endpoint.query | (_range(today, days) if endpoint.ranged else {}))
                except Failed as failure:
                    print(failure, file=sys.stderr)
                    failed.add((endpoint.name, days))
                if turn or (endpoint.name, days) in failed:
                    times[endpoint.name].setdefault(days, []).append((time.perf_counter() - begin) * 1_000)
    return times


def _range(today: date, days: int) -> dict[str, str]:
    return {"start_date": str(today - timedelta(days=days - 1)), "end_date": str(today)}


def _post(server: Running, path: str, sql: str) -> bytes:
    body = msgspec.json.encode({"customer_id": PROJECT, "sql": sql})
    return _answer(server, "POST", path, body)


def _get(server: Running, path: str, query: dict[str, str]) -> bytes:
    return _answer(server, "GET", f"{path}?{urlencode(query)}", None)


def _answer(server: Running, method: str, path: str, body: bytes | None) -> bytes:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=60)
    try:
        connection.request(method, path, body, headers={"X-GoSight-Key": server.read_key})
        answer = connection.getresponse()
        told = answer.read()
    finally:
        connection.close()
    if answer.status != 200:
        raise Failed(f"{method} {path} {(body or b'').decode()}: {answer.status} {told[:300].decode()}")
    return told
