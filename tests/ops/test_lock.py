"""One server to a data folder, and how others find it."""

import os
import stat
from pathlib import Path

import pytest

from gosight.ops import lock
from gosight.ops.lock import CannotServe, FolderLock, Holder


def test_nobody_holds_a_folder_at_first(tmp_path: Path) -> None:
    assert lock.holder(tmp_path) is None


def test_a_second_one_is_refused_and_told_who_is_there(tmp_path: Path) -> None:
    first = FolderLock(tmp_path)
    with pytest.raises(CannotServe, match=rf"another server \(process {os.getpid()}\) is using the data folder"):
        FolderLock(tmp_path)
    first.release()
    FolderLock(tmp_path).release()


def test_the_holder_tells_where_it_is_to_its_owner_alone(tmp_path: Path) -> None:
    held = FolderLock(tmp_path)
    assert lock.holder(tmp_path) == Holder(os.getpid())
    word = held.tell("http://127.0.0.1:8000")
    assert lock.holder(tmp_path) == Holder(os.getpid(), "http://127.0.0.1:8000", word)
    assert len(word) >= 32
    assert stat.S_IMODE((tmp_path / lock.NAME).stat().st_mode) == 0o600
    held.release()
    assert lock.holder(tmp_path) is None
    assert (tmp_path / lock.NAME).read_text() == ""


def test_a_lock_file_that_says_nothing_sensible_still_locks(tmp_path: Path) -> None:
    (tmp_path / lock.NAME).write_text("4711\n")
    assert lock.holder(tmp_path) is None
    FolderLock(tmp_path).release()
