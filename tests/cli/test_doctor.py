"""gosight doctor: what is wrong, and what to do about it."""

import os
from pathlib import Path

import pytest

from gosight.config import load
from gosight.ops import doctor
from gosight.ops.doctor import Finding
from gosight.store.sqlite import ControlFile
from tests.cli.run import gosight


def look(folder: Path, name: str, **settings: object) -> Finding:
    findings = doctor.examine(load(None, {}, storage__data_dir=str(folder), **settings))
    assert [finding.name for finding in findings] == [name for name, _ in doctor.LOOKS]
    return next(finding for finding in findings if finding.name == name)


def test_a_folder_that_is_not_there_yet_is_in_order(tmp_path: Path) -> None:
    for name in ("data folder", "gosight.db", "event engine", "project files", "disk", "clock", "statements"):
        assert look(tmp_path / "none", name).ok, name
    assert not (tmp_path / "none").exists()


def test_a_folder_that_others_may_read_is_wrong(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    finding = look(tmp_path, "data folder")
    assert not finding.ok
    assert f"chmod 700 {tmp_path}" in finding.advice
    tmp_path.chmod(0o700)
    assert look(tmp_path, "data folder").ok


def test_a_database_of_an_older_version_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "gosight.db"
    file.touch()
    assert not look(tmp_path, "gosight.db").ok
    ControlFile(file).close()
    assert look(tmp_path, "gosight.db").ok


def test_a_file_that_is_no_database_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "gosight.db").write_text("not a database" * 100)
    assert not look(tmp_path, "gosight.db").ok


def test_a_disk_below_its_bounds_is_wrong(tmp_path: Path) -> None:
    assert not look(tmp_path, "disk", storage__events_min_free_bytes=10**18).ok


def test_a_file_of_places_that_is_none_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "places.mmdb").write_text("nothing")
    finding = look(tmp_path, "places", geo__database=str(tmp_path / "places.mmdb"))
    assert not finding.ok
    assert "geo.database" in finding.advice


def test_a_clock_behind_the_data_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "gosight.db"
    ControlFile(file).close()
    os.utime(file, (4_000_000_000, 4_000_000_000))
    assert "timedatectl" in look(tmp_path, "clock").advice


def test_it_fails_with_what_to_do(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    ended = gosight("doctor", "--json", folder=tmp_path)
    assert ended.code == 1
    assert ended.json["ok"] is False
    assert {"name", "ok", "what", "advice"} == set(ended.json["checks"][0])
    assert f"chmod 700 {tmp_path}" in ended.err
    assert ended.err.count("\n") == 1


@pytest.mark.parametrize("line", ["versions", "data folder", "statements", "clock"])
def test_it_is_readable(tmp_path: Path, line: str) -> None:
    assert f"ok     {line}: " in gosight("doctor", folder=tmp_path / "new").out
