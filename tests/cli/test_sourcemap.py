"""gosight sourcemap upload, beside a server that runs and without one."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from gosight.control import keys
from gosight.kit.clock import system_clock
from tests.cli.run import gosight
from tests.running import Site

MAP = {"version": 3, "sources": ["a.ts"], "sourcesContent": ["x"], "mappings": "AAAA"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder with the project "shop"."""
    assert gosight("project", "add", "Shop", "--id", "shop", folder=tmp_path / "data").code == 0
    return tmp_path / "data"


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """What a build leaves."""
    out = tmp_path / "out"
    (out / "js").mkdir(parents=True)
    (out / "app.js.map").write_text(json.dumps(MAP))
    (out / "js" / "lib.js.map.gz").write_bytes(gzip.compress(json.dumps(MAP).encode()))
    (out / "app.js").write_text("x")
    return out


def upload(folder: Path, *command: str | Path) -> dict[str, Any]:
    ended = gosight("sourcemap", "upload", "shop", "--release", "1.4.0", *map(str, command), "--json", folder=folder)
    assert (ended.code, ended.err) == (0, ""), ended.err
    return ended.json


def test_a_folder_with_all_its_maps(folder: Path, built: Path) -> None:
    told = upload(folder, built)
    assert told == {"project": "shop", "release": "1.4.0", "files": ["app.js", "js/lib.js"], "failed": []}
    assert len(list((folder / "projects" / "1" / "sourcemaps").glob("*.json.gz"))) == 2


@pytest.mark.parametrize(
    ("prefix", "files"),
    [
        ("/assets", ["/assets/app.js", "/assets/js/lib.js"]),
        ("/", ["/app.js", "/js/lib.js"]),
        ("https://cdn.example/v2/", ["/v2/app.js", "/v2/js/lib.js"]),
        ("~/assets", ["/assets/app.js", "/assets/js/lib.js"]),
    ],
)
def test_where_the_files_are_on_the_site(folder: Path, built: Path, prefix: str, files: list[str]) -> None:
    assert upload(folder, built, "--url-prefix", prefix)["files"] == files


def test_single_files(folder: Path, built: Path) -> None:
    assert upload(folder, built / "js" / "lib.js.map.gz", built / "app.js.map")["files"] == ["lib.js", "app.js"]


def test_for_people_it_says_what_is_missing(folder: Path, built: Path) -> None:
    (built / "app.js.map").write_text(json.dumps({"version": 3, "sources": ["a"], "mappings": ""}))
    ended = gosight("sourcemap", "upload", "shop", "--release", "2", str(built / "app.js.map"), folder=folder)
    assert ended.out == (
        "app.js: 1 sources, without their text: lines around a place can't be shown\n"
        "1 source maps of release 2 are kept in shop.\n"
    )


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (("none", "--release", "1", "{out}"), "gosight: there is no project none"),
        (("shop", "--release", "1", "nowhere"), "gosight: there is no file or folder nowhere"),
        (("shop", "--release", "1", "{out}/app.js"), "app.js does not end in .map; expected the source map"),
        (("shop", "--release", "1", "{out}/empty"), "gosight: there is no .map file in"),
        (("shop", "--release", " ", "{out}/app.js.map"), "release: expected 1 to 100 characters in one line"),
        (("shop", "--release", "1", "{out}", "{out}/bad.map"), "gosight: 1 of 4 were not kept:"),
        (("shop", "--release", "1", "{out}/bad.map"), "this is no source map: expected JSON of version 3"),
    ],
    ids=["project", "file", "no map", "empty folder", "release", "one of several", "broken"],
)
def test_refuses(folder: Path, built: Path, command: tuple[str, ...], says: str) -> None:
    (built / "empty").mkdir()
    if "bad" in "".join(command):
        (built / "bad.map").write_text("{}")
    if command[-1] == "{out}/bad.map" and "{out}" in command:
        (built / "bad.map").rename(built / "empty" / "bad.map")
        command = (*command[:-1], "{out}/app.js.map")
    ended = gosight("sourcemap", "upload", *(part.format(out=built) for part in command), folder=folder)
    assert ended.code == 1
    assert says in ended.err
    assert ended.err.count("\n") == 1


def test_it_works_beside_a_server_which_knows_at_once(site: Site, built: Path) -> None:
    ended = gosight("sourcemap", "upload", site.id, "--release", "1", str(built), "--json", folder=site.server.folder)
    assert ended.code == 0, ended.err
    kept = site.read("/sourcemaps").data
    assert {one["file"] for one in kept} == {"app.js", "js/lib.js"}
    answer = site.read(f"/sourcemaps/{kept[0]['id']}")
    assert json.loads(gzip.decompress(answer.body)) == MAP


def test_whoever_may_not_is_told_so_however_much_they_send(site: Site) -> None:
    body = json.dumps(MAP | {"sourcesContent": ["x" * 30_000_000]}).encode()
    path = f"/api/v1/projects/{site.id}/sourcemaps?release=1&file=/a.js"
    for key in (site.read_key, site.write_key):
        assert site.server.ask("POST", path, body, {"X-GoSight-Key": key}).error[:2] == (403, "FORBIDDEN")
    with site.server.control() as control:
        admin = keys.create(control, site.number, name="ci", permissions=["admin"], now=system_clock()).key
    assert site.server.ask("POST", path, body, {"X-GoSight-Key": admin}).status == 201
    broken = site.server.ask("POST", path, b"\x1f\x8b" + body, {"X-GoSight-Key": admin})
    assert broken.error[:2] == (400, "VALIDATION_ERROR")
    large = site.server.ask("POST", path, b" " * 90_000_000, {"X-GoSight-Key": admin})
    assert large.error[:2] == (413, "PAYLOAD_TOO_LARGE")
