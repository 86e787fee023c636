"""Source maps of projects: what is known of them in gosight.db, each itself a gzipped file in the project's folder.

The server keeps them, checks them and hands them out; the dashboard decodes them, so that no stack is decoded twice.
"""

import shutil
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from gosight.analytics.sourcemap import fit, path_of, release_name
from gosight.analytics.sourcemap_draft import Draft
from gosight.kit import ids
from gosight.kit.clock import Clock
from gosight.kit.errors import BadRequest, DiskFull, NotFound, PayloadTooLarge
from gosight.store.folder import project_folder
from gosight.store.sqlfile import sql
from gosight.store.sqlite import ControlFile, Transaction

MAX_MAPS = 20_000
"""Maps of a project: an application built in hundreds of pieces, and dozens of its releases."""
LEFT_OVER_SECONDS = 3_600
"""After that long a file that no row names was left by somebody who stopped half-way."""


class Sourcemap(msgspec.Struct, frozen=True, kw_only=True):
    """A map. `file` is the path of the minified file it is for; sizes in bytes, `size` as it lies on the disk."""

    id: str
    release: str
    file: str
    size: int
    unpacked_size: int
    source_count: int
    has_content: bool
    uploaded_at: int


class _Total(msgspec.Struct, frozen=True):
    total: int


class _Weight(msgspec.Struct, frozen=True):
    """All maps of one release."""

    release: str
    maps: int
    size: int


class _Id(msgspec.Struct, frozen=True):
    id: str


class Sourcemaps:
    """`most_bytes`: of one project, gzipped; past them its oldest releases go. `least_free`: bytes of disk that stay
    free."""

    def __init__(self, control: ControlFile, folder: Path, clock: Clock, *, most_bytes: int, least_free: int) -> None:
        self._control = control
        self._folder = folder
        self._clock = clock
        self._most = most_bytes
        self._least_free = least_free

    def draft(self, project: int) -> Draft:
        """Where a map's bytes go. Raises DiskFull."""
        folder = self._of(project)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if shutil.disk_usage(folder).free < self._least_free:
            raise DiskFull("too little disk is free to keep source maps; free some space and upload them again")
        return Draft(folder)

    def keep(self, project: int, release: str, file: str, draft: Draft) -> Sourcemap:
        """Look the draft through and keep it, in the place of what this release had for this file."""
        release, path = release_name(release), path_of(file)
        facts = draft.look_through()
        id_ = ids.new("map")
        size = draft.keep(_name(id_))
        kept = Sourcemap(
            id=id_,
            release=release,
            file=path,
            size=size,
            unpacked_size=draft.size,
            source_count=facts.source_count,
            has_content=facts.has_content,
            uploaded_at=self._clock(),
        )
        try:
            gone = self._enter(project, kept)
        except BaseException:
            self._unlink(project, [id_])
            raise
        self._unlink(project, gone)
        self._tidy(project)
        return kept

    def _enter(self, project: int, kept: Sourcemap) -> list[str]:
        """Answers the ids of what had to go for it."""
        with self._control.write() as transaction:
            same = {"project": project, "release": kept.release, "file": kept.file}
            gone = _ids(transaction, "sourcemaps.remove_same", same)
            row = {"project": project, "name": kept.file.rpartition("/")[2], **msgspec.structs.asdict(kept)}
            transaction.run(sql("analytics", "sourcemaps.add"), row)
            return gone + self._make_room(transaction, project, kept.release)

    def _make_room(self, transaction: Transaction, project: int, newest: str) -> list[str]:
        weights = transaction.all(sql("analytics", "sourcemaps.weights"), {"project": project}, into=_Weight)
        maps, size = sum(weight.maps for weight in weights), sum(weight.size for weight in weights)
        gone: list[str] = []
        for weight in weights:
            if maps <= MAX_MAPS and size <= self._most:
                break
            if weight.release != newest:
                gone += _ids(transaction, "sourcemaps.remove_release", {"project": project, "release": weight.release})
                maps, size = maps - weight.maps, size - weight.size
        if maps > MAX_MAPS or size > self._most:
            text = f"the maps of one release are at most {MAX_MAPS} and {self._most} bytes gzipped"
            raise PayloadTooLarge(f"{text}; storage.sourcemaps_mb sets that")
        return gone

    def listed(self, project: int, release: str | None, page: int, per_page: int) -> tuple[list[Sourcemap], int]:
        """A page of maps, the latest first, and how many there are."""
        asked: dict[str, object] = {"project": project, "release": release}
        found = self._control.first(sql("analytics", "sourcemaps.count"), asked, into=_Total)
        shown = {"limit": per_page, "offset": (page - 1) * per_page}
        rows = self._control.all(sql("analytics", "sourcemaps.list"), asked | shown, into=Sourcemap)
        return rows, found.total if found else 0

    def file(self, project: int, id_: str) -> Path:
        """Where a map lies, gzipped. NotFound where the project has no such map."""
        asked = {"project": project, "id": id_}
        found = self._control.first(sql("analytics", "sourcemaps.one"), asked, into=_Id)
        path = self._of(project) / _name(found.id) if found else None
        if path is None or not path.is_file():
            raise _no_such(id_)
        return path

    def remove(self, project: int, id_: str) -> None:
        with self._control.write() as transaction:
            gone = _ids(transaction, "sourcemaps.remove", {"project": project, "id": id_})
        if not gone:
            raise _no_such(id_)
        self._unlink(project, gone)

    def remove_release(self, project: int, release: str) -> int:
        """All of a release; answers how many there were."""
        with self._control.write() as transaction:
            gone = _ids(transaction, "sourcemaps.remove_release", {"project": project, "release": release})
        self._unlink(project, gone)
        return len(gone)

    def fitting(self, project: int, release: str | None, addresses: Iterable[str]) -> dict[str, str]:
        """The ids of the maps for these addresses of minified files, where there are any: of this release, or, where
        none is known, the latest."""
        paths = {address: path for address in addresses if (path := _path(address)) is not None}
        names = sorted({path.rpartition("/")[2] for path in paths.values()})
        if not names:
            return {}
        asked = {"project": project, "release": release, "names": names}
        known = self._control.all(sql("analytics", "sourcemaps.by_names"), asked, into=Sourcemap)
        found = {address: _best(known, path) for address, path in paths.items()}
        return {address: best.id for address, best in found.items() if best is not None}

    def _of(self, project: int) -> Path:
        return project_folder(self._folder, project) / "sourcemaps"

    def _unlink(self, project: int, gone: Iterable[str]) -> None:
        for id_ in gone:
            (self._of(project) / _name(id_)).unlink(missing_ok=True)

    def _tidy(self, project: int) -> None:
        """Remove what nobody knows of: whoever wrote it was stopped before they had told of it."""
        known = {
            _name(row.id)
            for row in self._control.all(sql("analytics", "sourcemaps.ids"), {"project": project}, into=_Id)
        }
        before = time.time() - LEFT_OVER_SECONDS
        for file in self._of(project).iterdir():
            if file.name not in known and file.is_file() and file.stat().st_mtime < before:
                file.unlink(missing_ok=True)


def _ids(transaction: Transaction, statement: str, asked: dict[str, object]) -> list[str]:
    return [row.id for row in transaction.all(sql("analytics", statement), asked, into=_Id)]


def _name(id_: str) -> str:
    return f"{id_}.json.gz"


def _no_such(id_: str) -> NotFound:
    return NotFound(f"there is no source map {id_[:80]!r} in this project")


def _path(address: str) -> str | None:
    try:
        return path_of(address)
    except BadRequest:
        return None


def _best(known: Sequence[Sourcemap], path: str) -> Sourcemap | None:
    """Of the latest release that has one: the one whose path has most in common with this."""
    fitting = [kept for kept in known if fit(kept.file, path)]
    if not fitting:
        return None
    newest = max(fitting, key=lambda kept: kept.uploaded_at).release
    return max((kept for kept in fitting if kept.release == newest), key=lambda kept: fit(kept.file, path))
