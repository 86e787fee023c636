"""What a stopped server left in its project's file: counts, sizes, and the rows again, for the engine alone."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from gosight.events.model import EVENT_COLUMNS
from gosight.store.duck import Cursor, Engine
from gosight.store.sqlfile import sql

FIRST_PROJECT = 1
_ROWS = """
select to_json({"#q": seq, "#s": session_no, "#t": epoch_us(ts), "#r": epoch_us(received_at), "type": type,
  "name": name, "url": url, "#p": path, "user_id": user_id, "id": sender_id, "payload": payload::json})::varchar
from events order by seq limit $limit
"""


@contextmanager
def opened(folder: Path, memory_limit_mb: int = 160) -> Iterator[Cursor]:
    """The project's file, written to by nobody else."""
    engine = Engine(folder, memory_limit_mb=memory_limit_mb, threads=2, temp_limit_mb=8_192)
    cursor = engine.writer(FIRST_PROJECT)
    try:
        yield cursor
    finally:
        cursor.close()
        engine.close()


def count(folder: Path) -> int:
    """Events stored."""
    with opened(folder) as cursor:
        return int(cursor.rows("select count(*) from events")[0][0])


def bytes_on_disk(folder: Path) -> int:
    """Of the project's file, after its log has been folded in."""
    with opened(folder) as cursor:
        cursor.run(f"checkpoint p_{FIRST_PROJECT}")
    return sum(file.stat().st_size for file in (folder / "projects" / str(FIRST_PROJECT)).iterdir())


def engine_alone(folder: Path, group: int, limit: int) -> float:
    """Rows a second of the same rows, inserted and committed in groups, with nothing around the engine."""
    with opened(folder) as cursor:
        rows = [row[0] for row in cursor.rows(_ROWS, {"limit": limit})]
    with TemporaryDirectory(dir=folder) as fresh, opened(Path(fresh)) as cursor:
        begin = time.perf_counter()
        for at in range(0, len(rows), group):
            _insert(cursor, rows[at : at + group])
        return len(rows) / (time.perf_counter() - begin)


def _insert(cursor: Cursor, rows: Sequence[str]) -> None:
    with cursor.transaction():
        cursor.run(sql("events", "events.insert"), {"rows": rows, "types": EVENT_COLUMNS})
