"""The projects' replay files: found by month, opened on first use, closed when idle, gone with their project."""

import re
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from gosight.kit.clock import MINUTE, Clock
from gosight.kit.errors import NotFound, Unavailable
from gosight.store.sqlite import ReplayFile

MAX_OPEN = 16
"""Files open at once: each takes up to 2 MiB for its pages."""
IDLE = 10 * MINUTE
_NAME = re.compile(r"replay-(\d{4}-\d{2})\.db")


class Key(msgspec.Struct, frozen=True):
    """A file: the project's number and a month such as "2026-11"."""

    number: int
    month: str


class Gone(NotFound):
    """The file was deleted; its project is still there."""


class _Open:
    def __init__(self, file: ReplayFile, now: int) -> None:
        self.file = file
        self.used_at = now
        self.users = 0


class ReplayFiles:
    """Files come and go under many hands; `delete` is for the one thread that writes."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder / "projects"
        self._clock = clock
        self._moved = threading.Condition()
        """Held for moments: which files are open, and who uses them."""
        self._open: OrderedDict[Key, _Open] = OrderedDict()
        """The one used last at the end."""
        self._busy: set[Key] = set()
        """Being opened or closed."""
        self._known: set[Key] = set()
        """Brought up to date by this process."""
        self._deleted: set[int] = set()
        self._ended = False

    @property
    def count(self) -> int:
        """How many are open."""
        return len(self._open)

    def path(self, key: Key) -> Path:
        return self._folder / str(key.number) / f"replay-{key.month}.db"

    def keys(self, number: int) -> list[Key]:
        """A project's files, the latest first."""
        found = (_NAME.fullmatch(file.name) for file in (self._folder / str(number)).glob("replay-*.db"))
        return [Key(number, month) for month in sorted((one[1] for one in found if one), reverse=True)]

    def each(self, number: int) -> Iterator[tuple[Key, ReplayFile]]:
        """A project's files one after the other, the latest first."""
        for key in self.keys(number):
            with suppress(Gone), self.using(key) as file:
                yield key, file

    @contextmanager
    def using(self, key: Key, *, make: bool = False) -> Iterator[ReplayFile]:
        """A file, which stays open meanwhile. NotFound where it isn't there and not to be made."""
        found = self._enter(key, make)
        try:
            yield found.file
        finally:
            with self._moved:
                found.users -= 1
                found.used_at = self._clock()
                self._moved.notify_all()
            self._close_beyond(MAX_OPEN)

    def _enter(self, key: Key, make: bool) -> _Open:
        with self._moved:
            self._moved.wait_for(lambda: key not in self._busy)
            self._need_life(key.number)
            found = self._open.get(key)
            if found is not None:
                found.users += 1
                self._open.move_to_end(key)
                return found
            self._busy.add(key)
        try:
            found = _Open(self._opened(key, make), self._clock())
            found.users = 1
            with self._moved:
                self._open[key] = found
            return found
        finally:
            self._settle(key)

    def _need_life(self, number: int) -> None:
        if number in self._deleted:
            raise NotFound("this project was deleted")
        if self._ended:
            raise Unavailable("the server is stopping; try again", retry_after=2)

    def _opened(self, key: Key, make: bool) -> ReplayFile:
        path = self.path(key)
        if not path.exists():
            if not make:
                raise Gone("this recording was deleted")
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._known.discard(key)
        file = ReplayFile(path, is_new=key not in self._known)
        self._known.add(key)
        return file

    def _settle(self, key: Key) -> None:
        with self._moved:
            self._busy.discard(key)
            self._moved.notify_all()

    def close_idle(self) -> None:
        """Close what nobody has used for a while."""
        with self._moved:
            idle = [key for key, found in self._open.items() if self._clock() - found.used_at > IDLE]
        for key in idle:
            self._close(key, only_unused=True)

    def _close_beyond(self, most: int) -> None:
        while True:
            with self._moved:
                if len(self._open) <= most:
                    return
                unused = next((key for key, found in self._open.items() if not found.users), None)
            if unused is None or not self._close(unused, only_unused=True):
                return

    def _close(self, key: Key, *, only_unused: bool) -> bool:
        """Close a file, when nobody uses it any more; answers whether it was."""
        with self._moved:
            self._moved.wait_for(lambda: key not in self._busy)
            found = self._open.get(key)
            if found is None or (only_unused and found.users):
                return False
            self._busy.add(key)
            self._moved.wait_for(lambda: not found.users)
            del self._open[key]
        try:
            found.file.close()
        finally:
            self._settle(key)
        return True

    def delete(self, key: Key) -> None:
        """Remove a whole month."""
        with self._moved:
            self._moved.wait_for(lambda: key not in self._busy)
            self._busy.add(key)
            found = self._open.pop(key, None)
            if found is not None:
                self._moved.wait_for(lambda: not found.users)
        try:
            if found is not None:
                found.file.close()
            for suffix in ("", "-wal", "-shm"):
                self.path(key).with_name(self.path(key).name + suffix).unlink(missing_ok=True)
        finally:
            self._settle(key)

    def forget(self, number: int) -> None:
        """A project is deleted: close its files, and open none any more. Its folder goes with its events."""
        with self._moved:
            self._deleted.add(number)
            keys = [key for key in (*self._open, *self._busy) if key.number == number]
        for key in keys:
            self._close(key, only_unused=False)

    def stop(self) -> None:
        """Open and use nothing more."""
        with self._moved:
            self._ended = True

    def close(self) -> None:
        self.stop()
        for key in list(self._open):
            self._close(key, only_unused=False)
