"""All projects' recordings: which file a session is in, what is there of it, and who adds to it."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from pathlib import Path

from gosight.kit.clock import Clock, to_datetime
from gosight.replay import chunks
from gosight.replay.files import Gone, Key, ReplayFiles
from gosight.replay.model import Chunk, Listed, SeenPage
from gosight.replay.writer import Writer

PAGES = 1_000
"""Pages of 4 KiB given back at once: some 10 ms."""
TASK_SECONDS = 60.0
REMEMBERED = 50_000
"""Sessions of which it is remembered in which file they are: some 10 MB at most."""


class Replays:
    """Reads from any thread. Has a thread of its own that writes, until `close`."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._clock = clock
        self._files = ReplayFiles(folder, clock)
        self._lock = threading.Lock()
        self._months: OrderedDict[tuple[int, str], str] = OrderedDict()
        """By project and session."""
        self._writer = Writer(self._store)
        self._writer.start()

    @property
    def waiting(self) -> int:
        """Chunks that the writer has not begun."""
        return self._writer.waiting

    @property
    def open_files(self) -> int:
        return self._files.count

    def put(self, number: int, chunk: Chunk) -> "Future[int]":
        """Store a chunk of project `number`; the result is how many events it has, once it is on the disk."""
        return self._writer.put(number, chunk)

    def chunks(self, number: int, session_id: str) -> list[Listed]:
        """A session's chunks by their index."""
        key = self._find(number, session_id)
        with suppress(Gone):
            if key is not None:
                with self._files.using(key) as file:
                    return chunks.listed(file, session_id)
        return []

    def body(self, number: int, session_id: str, index: int) -> bytes | None:
        """One chunk as it came."""
        key = self._find(number, session_id)
        with suppress(Gone):
            if key is not None:
                with self._files.using(key) as file:
                    return chunks.body(file, session_id, index)
        return None

    def latest_page(
        self,
        number: int,
        path: str,
        *,
        since: int,
        until: int,
        device_type: str | None = None,
        min_width: int | None = None,
        max_width: int | None = None,
    ) -> SeenPage | None:
        """Where the last full snapshot of a page is, as the slice's front door tells."""
        asked = {"path": path, "since": since, "until": until, "device_type": device_type}
        asked |= {"min_width": min_width, "max_width": max_width}
        found: list[SeenPage] = []
        for _, file in self._files.each(number):
            found += chunks.latest_pages(file, asked)
        return max(found, key=lambda page: page.taken_at, default=None)

    def expired(self, number: int, before: int, most: int) -> list[str]:
        """Sessions of which nothing was received since `before` (microseconds), `most` of them."""
        for _, file in self._files.each(number):
            if found := chunks.expired(file, before, most):
                return found
        return []

    def remove(self, number: int, session_ids: Sequence[str]) -> None:
        """All that was recorded of these sessions; what comes of them later begins anew."""
        self._writer.task(lambda: self._remove(number, session_ids)).result(TASK_SECONDS)

    def _remove(self, number: int, session_ids: Sequence[str]) -> None:
        for _, file in self._files.each(number):
            chunks.remove(file, session_ids)
        with self._lock:
            for session_id in session_ids:
                self._months.pop((number, session_id), None)

    def tidy(self, number: int) -> None:
        """Give the disk back what nothing stands on any more: whole months, or pages of them."""
        for key in self._files.keys(number):
            while self._writer.task(partial(self._shrink, key)).result(TASK_SECONDS):
                pass

    def _shrink(self, key: Key) -> bool:
        """One slice of it, on the writer's thread; answers whether there is more."""
        with suppress(Gone):
            with self._files.using(key) as file:
                is_empty = chunks.is_empty(file)
                more = not is_empty and file.shrink(PAGES)
            if is_empty and key.month != self._month(self._clock()):
                self._files.delete(key)
            return more
        return False

    def close_idle(self) -> None:
        """Close files that nobody has used for a while."""
        self._files.close_idle()

    def forget(self, number: int) -> None:
        """A project is deleted: nothing of it is open any more, nor will be. Its folder goes with its events."""
        self._files.forget(number)
        self._forget_places(number)

    def stop(self) -> None:
        """Take nothing more; what was handed over is still stored."""
        self._writer.stop()

    def close(self) -> None:
        """On return everything handed over is on the disk, and all files are closed."""
        self._writer.stop()
        self._writer.join()
        self._files.close()

    def _store(self, number: int, group: Sequence[Chunk]) -> list[int]:
        """On the writer's thread: add what is new of a group; on return it is on the disk."""
        by_file: dict[Key, list[Chunk]] = {}
        for chunk in group:
            by_file.setdefault(self._place(number, chunk), []).append(chunk)
        counts: dict[int, int] = {}
        for key, those in by_file.items():
            with self._files.using(key, make=True) as file:
                counts |= dict(zip(map(id, those), chunks.add(file, those), strict=True))
        return [counts[id(chunk)] for chunk in group]

    def _place(self, number: int, chunk: Chunk) -> Key:
        """The file of its session, which is this month's for one that begins."""
        key = self._find(number, chunk.session_id)
        if key is None:
            key = Key(number, self._month(chunk.received_at))
            self._remember(key, chunk.session_id)
        return key

    @staticmethod
    def _month(moment: int) -> str:
        return to_datetime(moment).strftime("%Y-%m")

    def _find(self, number: int, session_id: str) -> Key | None:
        """The file that this session is in."""
        with self._lock:
            month = self._months.get((number, session_id))
        if month is not None:
            return Key(number, month)
        for key, file in self._files.each(number):
            if chunks.has(file, session_id):
                self._remember(key, session_id)
                return key
        return None

    def _remember(self, key: Key, session_id: str) -> None:
        with self._lock:
            self._months[key.number, session_id] = key.month
            while len(self._months) > REMEMBERED:
                self._months.popitem(last=False)

    def _forget_places(self, number: int) -> None:
        """Where this project's sessions are is looked up again."""
        with self._lock:
            for known in [known for known in self._months if known[0] == number]:
                del self._months[known]
