"""Millions of events straight into a project's file: written by SQL, then derived by the product itself."""

import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from gosight.events.derive import Touched, recompute
from gosight.events.rules import Rules
from gosight.kit.ids import hash64
from gosight.ops.demo import world
from gosight.store.sqlfile import sql, statements
from tests.bench import stored

EVENTS_A_SESSION = 20
VISITORS = 300_000
SESSIONS_A_STRETCH = 10_000
"""Written at once: 200,000 events, whose sort fits in memory."""
MEMORY_MB = 4_096
_HERE = Path(__file__).parent


def fill(folder: Path, events: int, days: int, now: datetime) -> None:
    """About `events` events over the last `days` days of the folder's first project. Shows its progress."""
    sessions = max(1, events // EVENTS_A_SESSION)
    stretches = -(-sessions // SESSIONS_A_STRETCH)
    start = now.astimezone(UTC).replace(tzinfo=None) - timedelta(days=days, minutes=-30)
    begin, seq = time.monotonic(), 0
    with stored.opened(folder, MEMORY_MB) as cursor:
        for stretch in range(stretches):
            first, last = 1 + sessions * stretch // stretches, sessions * (stretch + 1) // stretches
            when = {"all": sessions, "start": start, "days": days}
            with cursor.transaction():
                make, insert = statements((_HERE / "fill_sessions.sql").read_text())
                cursor.run(make, {"ids": _ids(first, last), **when})
                cursor.run(insert)
                (events_of,) = statements((_HERE / "fill_events.sql").read_text())
                cursor.run(events_of, {"paths": list(world.PAGES), "seq": seq})
                upto = int(cursor.rows("select max(seq) from events")[0][0])
                for extract in ("derive.clicks", "derive.scrolls"):
                    cursor.run(sql("events", extract), {"after": seq, "upto": upto})
                recompute(cursor, [Touched(number) for number in range(first, last + 1)], Rules())
            seq = upto
            cursor.run("update progress set derived_seq = $1", [seq])
            cursor.run(f"checkpoint p_{stored.FIRST_PROJECT}")
            _show(stretch + 1, stretches, seq, time.monotonic() - begin)
        cursor.run(
            "insert into identities select 'user_' || n, $1, 0, json_object('name', 'User ' || n)::varchar"
            " from range(60_000) as users(n)",
            [start],
        )


def _ids(first: int, last: int) -> str:
    """Names of sessions and their visitors, with the hashes by which the product finds them."""
    rows = []
    for number in range(first, last + 1):
        visitor = number * 2_654_435_761 % 4_294_967_296 % VISITORS
        session_id, visitor_id = f"s_{number:016x}", f"v_{visitor:016x}"
        hashes = {"session_hash": hash64(session_id), "visitor_hash": hash64(visitor_id)}
        rows.append({"i": number, "visitor": visitor, "session_id": session_id, "visitor_id": visitor_id, **hashes})
    return msgspec.json.encode(rows).decode()


def _show(stretch: int, stretches: int, events: int, seconds: float) -> None:
    if stretch % 10 == 0 or stretch == stretches:
        print(f"filled {events:,} events, {100 * stretch // stretches} %, {seconds:.0f} s", file=sys.stderr, flush=True)
