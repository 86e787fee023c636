"""Recordings of visits: takes chunks in, keeps them a file a month, and gives them back byte for byte.

Owns each project's `replay-YYYY-MM.db` (SQLite, by the month in which a session's recording began; all chunks of a
session are in one file). All is written by one thread; a chunk is answered once it is on the disk and its session
knows of it (`gosight.events`).

Why SQLite: with 100,000 chunks of 10 to 40 KB stored, on two cores, one is read in 0.5 ms at the median and 0.6 ms at
p95 (DuckDB: 38 to 54 ms, 63 to 150 ms), 17 MiB of memory are taken (344), and 2.4 GiB of disk (4.6).

`Replays` is what others read from, by a project's number:

- `chunks(number, session_id)`: a session's chunks, in order of their index.
- `body(number, session_id, index)`: one chunk as it came, gzipped JSON; None where there is none.
- `latest_page(number, path, since=…, until=…, device_type=None, min_width=None, max_width=None)`: where the last full
  snapshot (rrweb type 2) of a page is that was taken in that time (microseconds, `until` is not in it), as a
  `SeenPage`: session, chunk, its position among the chunk's events, width and height of the viewport. None where nobody
  was recorded there. `device_type` is as sessions have it (desktop, mobile, tablet), read from the user agent that sent
  the chunk; widths are inclusive.
"""

from gosight.replay.endpoint import ReplayEndpoint
from gosight.replay.expiry import Expiry
from gosight.replay.model import Chunk, Listed, SeenPage
from gosight.replay.outages import Outages
from gosight.replay.recording import read
from gosight.replay.recordings import Recordings, Sent
from gosight.replay.replays import Replays

__all__ = [
    "Chunk",
    "Expiry",
    "Listed",
    "Outages",
    "Recordings",
    "ReplayEndpoint",
    "Replays",
    "SeenPage",
    "Sent",
    "read",
]
