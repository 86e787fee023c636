"""Is everything in order? One finding for each thing that has to be; nothing is changed by looking."""

import os
import platform
import shutil
import tempfile
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec

from gosight import __version__
from gosight.config import MIB, Config
from gosight.events import Geo
from gosight.kit.addresses import networks
from gosight.kit.clock import iso_of, system_clock
from gosight.kit.errors import GoSightError
from gosight.store import migrate
from gosight.store.duck import Engine
from gosight.store.folder import control_file
from gosight.store.sqlfile import PACKAGE, schema

DIST = PACKAGE / "web" / "dist"
"""Where the built front end is."""
_SHIPPED = ("litestar", "granian", "duckdb", "apsw", "msgspec")


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """`what` is there; `advice` says what to do where that is not in order."""

    name: str
    ok: bool
    what: str
    advice: str = ""


def examine(config: Config) -> list[Finding]:
    """A look that fails is a finding, too."""
    return [_looked(name, look, config) for name, look in LOOKS]


def _looked(name: str, look: Callable[[Config], tuple[bool, str, str]], config: Config) -> Finding:
    try:
        ok, what, advice = look(config)
    except (OSError, GoSightError, ValueError) as problem:
        ok, what, advice = False, str(problem), f"could not be looked at: {problem}"
    return Finding(name=name, ok=ok, what=what, advice="" if ok else advice)


def _versions(_: Config) -> tuple[bool, str, str]:
    parts = ", ".join(f"{name} {_version(name)}" for name in _SHIPPED)
    return True, f"gosight {__version__}, Python {platform.python_version()}, {parts}", ""


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:  # inside the single executable packages come without their metadata
        return "built in"


def _configuration(config: Config) -> tuple[bool, str, str]:
    networks(config.server.trusted_proxies)
    return True, f"public address {config.public_url}", ""


def _folder(config: Config) -> tuple[bool, str, str]:
    folder = config.data_dir
    if not folder.exists():
        parent = _nearest(folder)
        advice = f"this account must be allowed to write into {parent}"
        return os.access(parent, os.W_OK), f"{folder} is not there yet; gosight serve makes it", advice
    state = folder.stat()
    mode = state.st_mode & 0o777
    mine = state.st_uid == os.geteuid() or os.geteuid() == 0
    advice = f"it belongs to its owner alone: chown it to the account that serves, then chmod 700 {folder}"
    ok = folder.is_dir() and mine and mode & 0o077 == 0 and os.access(folder, os.R_OK | os.W_OK | os.X_OK)
    return ok, f"{folder}, mode {mode:o}", advice


def _control(config: Config) -> tuple[bool, str, str]:
    file = control_file(config.data_dir)
    if not file.exists():
        return True, "not there yet; gosight serve makes it", ""
    missing = migrate.missing(file)
    advice = "start gosight serve, or any command that uses it: it brings the file up to date"
    return not missing, f"{file}, {len(missing)} migrations missing" if missing else f"{file}, up to date", advice


def _engine(config: Config) -> tuple[bool, str, str]:
    """DuckDB on a file of its own, with this product's settings: the projects' files may be in use by a server."""
    with tempfile.TemporaryDirectory() as scratch:
        storage = config.storage
        engine = Engine(
            Path(scratch),
            memory_limit_mb=storage.memory_limit_mb,
            threads=storage.threads,
            temp_limit_mb=storage.temp_limit_mb,
        )
        try:
            engine.attach(1)
        finally:
            engine.close()
    return True, "opens and migrates a project's file", ""


def _projects(config: Config) -> tuple[bool, str, str]:
    files = sorted((config.data_dir / "projects").glob("*/events.duckdb"))
    size = sum(file.stat().st_size for file in files)
    unreadable = [str(file) for file in files if not os.access(file, os.R_OK | os.W_OK)]
    advice = f"this account must be allowed to read and write {', '.join(unreadable)}"
    return not unreadable, f"{len(files)} files, {size / MIB:.1f} MiB", advice


def _statements(_: Config) -> tuple[bool, str, str]:
    files = list(PACKAGE.rglob("*.sql"))
    migrations = {name: len(schema(name)) for name in ("control", "events")}
    readable = sum(1 for file in files if file.read_text(encoding="utf-8").strip())
    ok = readable == len(files) > sum(migrations.values()) and all(migrations.values())
    return ok, f"{readable} .sql files", "the program was built without its .sql files: install it again"


def _web(_: Config) -> tuple[bool, str, str]:
    wanted = (DIST / "app" / "index.html", DIST / "gosight.js")
    missing = [file.name for file in wanted if not file.is_file()]
    advice = "the front end was not built: install the wheel, or run pip install . again"
    return not missing, f"without {', '.join(missing)}" if missing else "dashboard and SDK are there", advice


def _geo(config: Config) -> tuple[bool, str, str]:
    file = Path(config.geo.database) if config.geo.database else DIST / "geo" / "dbip-country.mmdb"
    geo = Geo(file)
    advice = "name an .mmdb file in geo.database, or leave it empty for the one that comes with the product"
    return geo.problem is None, geo.problem or f"{geo.description}, {file}", advice


def _disk(config: Config) -> tuple[bool, str, str]:
    free = shutil.disk_usage(_nearest(config.data_dir)).free
    events, replay = config.storage.events_min_free_bytes, config.storage.replay_min_free_bytes
    what = f"{free // MIB} MiB free; events need {events // MIB}, replay {replay // MIB}"
    return free >= max(events, replay), what, "free some space: below these bounds the server takes nothing in"


def _clock(config: Config) -> tuple[bool, str, str]:
    """A clock behind the data's own would put new events before old ones."""
    now = system_clock()
    file = control_file(config.data_dir)
    newest = file.stat().st_mtime_ns // 1_000 if file.exists() else 0
    advice = f"the data was written at {iso_of(newest)}: set the machine's clock (timedatectl set-ntp true)"
    return now >= newest - TOLERATED, iso_of(now), advice


TOLERATED = 60_000_000
"""Microseconds by which the clock may have been put back since the last write."""


def _nearest(folder: Path) -> Path:
    """The folder, or the nearest above it that is there."""
    return next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())


LOOKS: tuple[tuple[str, Callable[[Config], tuple[bool, str, str]]], ...] = (
    ("versions", _versions),
    ("configuration", _configuration),
    ("data folder", _folder),
    ("gosight.db", _control),
    ("event engine", _engine),
    ("project files", _projects),
    ("statements", _statements),
    ("front end", _web),
    ("places", _geo),
    ("disk", _disk),
    ("clock", _clock),
)
