import importlib.util
import json
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
HOOK = ROOT / "packaging" / "build_web.py"


def load() -> ModuleType:
    """The hook is a file that hatchling loads by its path, and so is it here."""
    spec = importlib.util.spec_from_file_location("build_web", HOOK)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


build_web = load()


@pytest.fixture
def web(tmp_path: Path) -> Path:
    for name in ("package.json", "build.mjs", "sdk/core/ids.ts", "dashboard/index.html", "assets.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    return tmp_path


class Npm:
    """Stands for npm: notes its calls, and writes what a build writes."""

    def __init__(self, *, fails_at: str = "", forgets: str = "") -> None:
        self.fails_at = fails_at
        self.forgets = forgets
        self.calls: list[str] = []

    def __call__(self, step: tuple[str, ...], web: Path) -> "subprocess.CompletedProcess[str]":
        self.calls.append(step[0])
        if step[0] == self.fails_at:
            return subprocess.CompletedProcess(step, 3, stdout="first line\nwhat went wrong")
        for name in build_web.RESULTS if step[0] == "run" else ():
            if name != self.forgets:
                (web / "dist" / name).parent.mkdir(parents=True, exist_ok=True)
                (web / "dist" / name).write_text(name)
        return subprocess.CompletedProcess(step, 0, stdout="")


def test_builds_once_for_the_same_sources(web: Path) -> None:
    npm = Npm()
    build_web.build(web, npm)
    build_web.build(web, npm)
    assert npm.calls == ["ci", "run"]


@pytest.mark.parametrize("name", ["package.json", "sdk/core/ids.ts", "dashboard/index.html", "dashboard/new.ts"])
def test_builds_again_when_a_source_changed(web: Path, name: str) -> None:
    build_web.build(web, Npm())
    (web / name).write_text("changed")
    npm = Npm()
    build_web.build(web, npm)
    assert npm.calls == ["ci", "run"]


def test_builds_again_when_a_source_has_another_name(web: Path) -> None:
    build_web.build(web, Npm())
    (web / "build.mjs").rename(web / "make.mjs")
    assert not build_web.is_built(web, build_web.fingerprint(web))


def test_builds_again_when_a_result_is_gone(web: Path) -> None:
    build_web.build(web, Npm())
    (web / "dist" / "gosight.js").unlink()
    npm = Npm()
    build_web.build(web, npm)
    assert npm.calls == ["ci", "run"]


def test_python_and_what_npm_fetched_are_no_sources(web: Path) -> None:
    build_web.build(web, Npm())
    (web / "assets.py").write_text("changed")
    (web / "node_modules").mkdir()
    (web / "node_modules" / "svelte.js").write_text("fetched")
    npm = Npm()
    build_web.build(web, npm)
    assert npm.calls == []


def test_says_which_step_failed_and_shows_the_end_of_its_output(web: Path) -> None:
    with pytest.raises(SystemExit, match=r"npm ci .*status 3.*network(.|\n)*what went wrong"):
        build_web.build(web, Npm(fails_at="ci"))
    with pytest.raises(SystemExit, match=r"npm run build.*do not build"):
        build_web.build(web, Npm(fails_at="run"))


def test_a_failed_build_is_not_taken_for_a_good_one(web: Path) -> None:
    build_web.build(web, Npm())
    (web / "build.mjs").write_text("changed")
    with pytest.raises(SystemExit):
        build_web.build(web, Npm(fails_at="run"))
    (web / "build.mjs").write_text("build.mjs")
    npm = Npm()
    build_web.build(web, npm)
    assert npm.calls == ["ci", "run"]


def test_says_what_a_build_did_not_write(web: Path) -> None:
    with pytest.raises(SystemExit, match=r"lacks geo/dbip-country\.mmdb"):
        build_web.build(web, Npm(forgets="geo/dbip-country.mmdb"))


def test_npm_from_pypi_runs_and_its_scripts_find_node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "package.json").write_text('{"scripts": {"hello": "node --print 6*7"}}')
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    done = build_web.run_npm(("run", "--silent", "hello"), tmp_path)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "42")


def test_the_lock_file_names_no_registry() -> None:
    lock = (ROOT / "gosight" / "web" / "package-lock.json").read_text()
    assert '"resolved"' not in lock


def test_every_package_is_pinned_exactly() -> None:
    package = json.loads((ROOT / "gosight" / "web" / "package.json").read_text())
    loose = {name: wanted for name, wanted in package["devDependencies"].items() if not wanted[0].isdigit()}
    assert loose == {}
    assert package.get("dependencies") is None
