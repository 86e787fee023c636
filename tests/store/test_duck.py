"""The engine: files come and go under readers, disks fill up, the whole instance may be lost, and it goes on."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from gosight.kit.errors import GoSightError, Internal, Unavailable
from gosight.store.duck import Broken, Engine, Refused, TooSlow

SLOW = "select count(*) from range(100000000) a(x), range(1000) b(y) where hash(x, y) = 5"


def opened(folder: Path) -> Engine:
    return Engine(folder, memory_limit_mb=64, threads=1, temp_limit_mb=64)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = opened(tmp_path)
    yield made
    made.close()


def filled(engine: Engine, number: int = 1) -> None:
    cursor = engine.writer(number)
    cursor.run("create table t as select range as i from range(1000)")
    cursor.close()


def count(engine: Engine, number: int = 1) -> int:
    with engine.reading(number, 30) as cursor:
        return int(cursor.rows("select count(*) from t")[0][0])


class Reader(threading.Thread):
    """Somebody whose query takes longer than anybody waits."""

    def __init__(self, engine: Engine, number: int = 1) -> None:
        super().__init__()
        self.problem: Exception | None = None
        self.is_in = threading.Event()
        self._engine, self._number = engine, number
        self.start()
        self.is_in.wait(30)

    def run(self) -> None:
        try:
            with self._engine.reading(self._number, 60) as cursor:
                self.is_in.set()
                cursor.rows(SLOW)
        except GoSightError as error:
            self.problem = error


def test_a_file_closes_under_its_reader_and_comes_back(engine: Engine) -> None:
    filled(engine)
    reader = Reader(engine)
    engine.detach(1)
    reader.join(30)
    assert isinstance(reader.problem, TooSlow)
    with pytest.raises(Unavailable), engine.reading(1, 30):
        pass
    engine.attach(1)
    assert count(engine) == 1_000


def test_reading_does_not_bring_a_file_into_being(engine: Engine) -> None:
    with pytest.raises(Unavailable), engine.reading(7, 30):
        pass
    assert not engine.file(7).parent.exists()


def test_more_readers_than_there_are_wait_for_one(engine: Engine) -> None:
    filled(engine)
    readers = [Reader(engine) for _ in range(4)]
    with pytest.raises(TooSlow, match="no reader was free"), engine.reading(1, 0.05):
        pass
    engine.interrupt()
    for reader in readers:
        reader.join(30)
    assert count(engine) == 1_000


def test_a_query_that_takes_too_long_is_stopped_and_its_cursor_serves_the_next(engine: Engine) -> None:
    filled(engine)
    for _ in range(6):
        with pytest.raises(TooSlow, match="longer than it may"), engine.reading(1, 0.05) as cursor:
            cursor.rows(SLOW)
    assert count(engine) == 1_000


def test_all_queries_of_a_reader_see_one_moment(engine: Engine) -> None:
    filled(engine)
    writer = engine.writer(1)
    with engine.reading(1, 30) as cursor:
        before = cursor.rows("select count(*) from t")
        writer.run("delete from t")
        engine.checkpoint(1)
        assert cursor.rows("select count(*) from t") == before
    assert count(engine) == 0


def test_a_reader_that_failed_serves_the_next(engine: Engine) -> None:
    filled(engine)
    for statement in ("select nothing", "select error('no')", "nonsense"):
        for _ in range(5):
            with pytest.raises(GoSightError), engine.reading(1, 30) as cursor:
                cursor.rows(statement)
    assert count(engine) == 1_000


def test_a_file_whose_migration_fails_can_be_opened_later(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("gosight.store.duck.schema", lambda name: [("0001_bad", "create table nonsense;\n")])
        for _ in range(2):
            with pytest.raises(GoSightError):
                engine.attach(1)
    filled(engine)
    assert count(engine) == 1_000


def test_a_file_that_is_none_is_broken_and_no_other(engine: Engine) -> None:
    engine.file(2).parent.mkdir(parents=True)
    engine.file(2).write_bytes(b"this is no database" * 1_000)
    with pytest.raises(Broken):
        engine.attach(2)
    filled(engine)
    assert count(engine) == 1_000


def test_a_folder_that_cannot_be_made_is_broken(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "projects").write_text("a file in the way")
    with pytest.raises(Broken):
        engine.attach(1)


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("insert into t values ('x')", Refused),
        ("select from_json('{', '\"BIGINT\"')", Refused),
        ("select nothing", Internal),
        ("attach '/etc/passwd' as other", Internal),
        ("select * from read_text('/etc/passwd')", Internal),
    ],
)
def test_errors_of_the_driver_are_ours(engine: Engine, statement: str, expected: type[GoSightError]) -> None:
    filled(engine)
    cursor = engine.writer(1)
    with pytest.raises(expected) as raised:
        cursor.run(statement)
    assert raised.value.cause


class Shaky:
    """A connection of the driver that can fail as after an internal error: all of its instance, whatever is asked."""

    def __init__(self, real: Any, lost: threading.Event) -> None:
        self._real, self._lost = real, lost

    def cursor(self) -> "Shaky":
        return Shaky(self._real.cursor(), self._lost)

    def execute(self, *asked: Any) -> Any:
        if self._lost.is_set():
            raise duckdb.FatalException(
                "FATAL Error: Failed: database has been invalidated because of a previous fatal error"
            )
        return self._real.execute(*asked)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


def test_an_engine_that_is_lost_begins_anew_with_all_that_was_committed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    instances: list[threading.Event] = []
    real = duckdb.connect

    def connect(*asked: Any, **more: Any) -> Any:
        instances.append(threading.Event())
        return Shaky(real(*asked, **more), instances[-1])

    monkeypatch.setattr(duckdb, "connect", connect)
    engine = opened(tmp_path)
    filled(engine, 1)
    filled(engine, 2)
    others = engine.writer(2)
    instances[0].set()
    for number in (1, 2):
        with pytest.raises(Broken):
            count(engine, number)
    with pytest.raises(Broken):
        engine.detach(1)
    engine.attach(1)
    assert len(instances) == 2
    assert count(engine, 1) == 1_000
    with pytest.raises(Broken):
        others.run("delete from t")
    engine.detach(2)
    engine.attach(2)
    assert count(engine, 2) == 1_000
    assert [count(engine, 1) for _ in range(8)] == [1_000] * 8
    engine.close()


def on_a_full_disk(folder: Path, script: str) -> str:
    """What `script` prints in a process whose files can't grow beyond `full()`: to the engine a disk without space."""
    text = (
        "import resource, signal, sys\nfrom pathlib import Path\nfrom gosight.kit.errors import *\n"
        "from gosight.store.duck import *\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "full = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, resource.RLIM_INFINITY))\n"
        "free = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))\n"
        f"engine = Engine(Path({str(folder)!r}), memory_limit_mb=64, threads=1, temp_limit_mb=64)\n" + script
    )
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


FILL = """
cursor, other = engine.writer(1), engine.writer(2)
def add(cursor, rows):
    try:
        with cursor.transaction():
            cursor.run(f"insert into t select i, md5(i::varchar) || md5((i * 7)::varchar) from range({rows}) r(i)")
        return "ok"
    except GoSightError as error:
        return type(error).__name__
def count(number):
    with engine.reading(number, 30) as reader:
        return reader.rows("select count(*) from t")[0][0]
for one in (cursor, other):
    one.run("create table t(i bigint, s varchar)")
"""


def test_a_commit_on_a_full_disk_keeps_nothing_and_the_next_works(tmp_path: Path) -> None:
    script = """
print(add(cursor, 3000)); full(); print(add(cursor, 3000)); print(add(cursor, 3000))
print(add(cursor, 1)); print(add(other, 1))
free(); print(add(cursor, 3000), count(1), count(2)); engine.close()
"""
    said = on_a_full_disk(tmp_path, FILL + script).split("\n")
    assert said[:6] == ["ok", "DiskFull", "DiskFull", "ok", "ok", "ok 6001 1"]
    again = opened(tmp_path)
    again.attach(1)
    assert count(again) == 6_001
    again.close()


def test_a_checkpoint_on_a_full_disk_takes_one_file_until_it_is_opened_again(tmp_path: Path) -> None:
    script = """
for _ in range(4): add(cursor, 3000)
full()
try: engine.checkpoint(1)
except Broken: print("broken")
print(add(cursor, 1)); print(add(other, 1))
cursor.close(); engine.detach(1); cursor = engine.writer(1); print(count(1))
free(); print(add(cursor, 1), count(1)); engine.close()
"""
    said = on_a_full_disk(tmp_path, FILL + script).split("\n")
    assert said[:5] == ["broken", "Broken", "ok", "12000", "ok 12001"]


def test_closing_on_a_full_disk_leaves_the_log_for_the_next_start(tmp_path: Path) -> None:
    script = 'for _ in range(4): add(cursor, 3000)\nfull(); engine.close(); print("closed")\n'
    assert on_a_full_disk(tmp_path, FILL + script).startswith("closed")
    again = opened(tmp_path)
    again.attach(1)
    assert count(again) == 12_000
    again.close()
