"""What the product takes: memory, time to start, bytes on disk for an event of the mix.

What bounds the bytes. Of a million events some 52 bytes each are in use: 34 for the event (its payload 21.5, of which
4 are the lengths that DuckDB keeps beside ZSTD; its moment 4.7), 16 for sessions, page views, clicks and scrolls, 1
against counting twice. The rest, 24 to 50, is free again: a checkpoint writes tables anew before it frees what it
replaces, so a young file has room for what the last one rewrote; over 21 million events all of it comes to 47.
Written into a new file it is 48. Payloads as VARIANT, shredded, take 24.4 in place of 25.4 without ZSTD, and ten
times as long to write.

What bounds the memory after a million events: 110 MiB for the idle process, 50 to 86 that DuckDB keeps of what it wrote
and read last (at most `storage.memory_limit_mb`), 13 more of its code, 25 for the ids of batches, sessions and
addresses that are remembered, the rest what both allocators hold for whatever comes next. It is 276 to 304 by the
moment at which one looks; handing free memory back (malloc_trim) changes nothing.

What bounds a start, by profile: 0.5 to 0.7 s for seven hundred modules (compiled, and with no search for garbage
meanwhile), 0.05 s for DuckDB's instance, 0.03 s for a new SQLite file. From then on events are taken in. What remains,
Litestar and what 212 handlers need, 0.5 s, is made on a thread beside that; whoever asks the API waits for it. The
spread is the machine's: the same commit took 1.14 and 1.46 s within a minute.
"""

import time
from compileall import compile_dir
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

import gosight
from tests.bench import stored
from tests.bench.generator import Generator
from tests.bench.machine import table
from tests.bench.server import running

GOSIGHT = Path(gosight.__file__).parent
CONNECTIONS = 32
SIZE = 10
SETTLE_SECONDS = 3.0
"""For sessions to be derived and logs to be folded in by their jobs."""


class Measured(msgspec.Struct):
    """Sizes in MiB and bytes, times in seconds."""

    events: int
    first_start: float
    next_start: float
    first_api: float
    next_api: float
    idle_mb: float
    loaded_mb: float
    bytes_an_event: float

    def rows(self) -> list[list[object]]:
        return [
            ["start to first answer, empty folder, s", f"{self.first_start:.2f}", "1.20"],
            [f"start to first answer, {self.events:,} events, s", f"{self.next_start:.2f}", "1.20"],
            ["start to the API's first answer, empty folder, s", f"{self.first_api:.2f}", ""],
            [f"start to the API's first answer, {self.events:,} events, s", f"{self.next_api:.2f}", ""],
            ["memory idle, MiB", f"{self.idle_mb:.0f}", "130"],
            [f"memory after {self.events:,} events, MiB", f"{self.loaded_mb:.0f}", "300"],
            ["bytes on disk an event", f"{self.bytes_an_event:.1f}", "45"],
        ]


def measure(events: int) -> Measured:
    compile_dir(GOSIGHT, quiet=1)  # as pip does when it installs
    with TemporaryDirectory(prefix="gosight-bench-") as name:
        folder = Path(name)
        with running(folder) as server:
            time.sleep(1)
            first, idle = server, server.memory_mb()
            with Generator(
                server, size=SIZE, connections=CONNECTIONS, phases=(max(1, events // SIZE),), seed="footprint"
            ) as load:
                result = load.run()
            time.sleep(SETTLE_SECONDS)
            loaded = server.memory_mb()
        with running(folder) as server:
            following = server
        return Measured(
            events=result.acknowledged,
            first_start=first.seconds_to_first_answer,
            next_start=following.seconds_to_first_answer,
            first_api=first.seconds_to_api,
            next_api=following.seconds_to_api,
            idle_mb=idle,
            loaded_mb=loaded,
            bytes_an_event=stored.bytes_on_disk(folder) / max(1, result.acknowledged),
        )


def report(measured: Measured) -> str:
    return table(("what", "is", "at most"), measured.rows())
