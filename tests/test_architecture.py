"""What must hold between the folders, and what imports cannot show: statements, tables, front doors."""

import ast
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.api import read_configuration
from importlinter.application.use_cases import lint_imports

from gosight.store.duck import Engine
from gosight.store.sqlfile import PACKAGE, schema
from gosight.store.sqlite import ControlFile, ReplayFile

RULES = str(PACKAGE.parent / "pyproject.toml")
SLICES = ("alerts", "analytics", "chat", "compat", "control", "crm", "events", "ingest", "ops", "outbox", "query",
          "realtime", "replay", "web")  # fmt: skip
PLUMBING = ("kit", "store")
FOLDERS = {*SLICES, *PLUMBING, "cli"}
ON_DUCKDB = ("events", "realtime", "analytics", "alerts", "compat", "query")
"""Slices whose statements run on a project's events file, but for those that name a table of gosight.db, where those
of all others run, or on replay files."""

STATEMENTS = sorted([*PACKAGE.glob("*/sql/*.sql"), *PACKAGE.glob("compat/*/sql/*.sql")])
NAMES = [f"{file.parent.parent.name}/{file.stem}" for file in STATEMENTS]


def layers() -> list[list[str]]:
    """From the top down, as pyproject.toml declares them."""
    (declared,) = [c for c in read_configuration(RULES)["contracts_options"] if c["type"] == "layers"]
    return [[name.strip(" ()") for name in layer.split("|")] for layer in declared["layers"]]


def below(folder: str) -> set[str]:
    """Every folder that this one may know."""
    order = layers()
    depth = next(at for at, layer in enumerate(order) if folder in layer)
    return {name for layer in order[depth + 1 :] for name in layer}


def test_imports_keep_to_the_rules() -> None:
    assert lint_imports(config_filename=RULES, cache_dir=None), "lint-imports tells what is wrong"


def test_folders_are_the_ones_that_the_layout_names() -> None:
    found = {folder.name for folder in PACKAGE.iterdir() if folder.is_dir() and any(folder.rglob("*.py"))}
    assert found - {"__pycache__"} <= FOLDERS
    assert {name for layer in layers() for name in layer} == FOLDERS | {"__main__", "api", "app", "config"}


def test_there_are_statements() -> None:
    assert len(STATEMENTS) > 80


@pytest.fixture(scope="module")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    file = tmp_path_factory.mktemp("control") / "gosight.db"
    ControlFile(file).close()
    recordings = file.with_name("replay.db")
    ReplayFile(recordings, is_new=True).close()
    connection = sqlite3.connect(file)
    connection.execute("attach ? as replay", [str(recordings)])
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def duckdb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = Engine(tmp_path_factory.mktemp("events"), memory_limit_mb=64, threads=1, temp_limit_mb=64)
    yield engine
    engine.close()


@pytest.mark.parametrize("file", STATEMENTS, ids=NAMES)
def test_every_statement_compiles_against_the_migrated_schema(
    file: Path, sqlite: sqlite3.Connection, duckdb: Engine
) -> None:
    text = file.read_text("utf-8")
    if runs_on_duckdb(file):
        cursor = duckdb.writer(1)
        cursor.run(f"prepare statement as {text}")
        cursor.close()
    else:
        sqlite.execute(f"explain {text}", defaultdict(lambda: None))


@pytest.mark.parametrize("file", STATEMENTS, ids=NAMES)
def test_every_statement_is_asked_for(file: Path) -> None:
    code = "".join(module.read_text("utf-8") for module in file.parent.parent.rglob("*.py"))
    assert f'"{file.stem}"' in code


@pytest.mark.parametrize("file", STATEMENTS, ids=NAMES)
def test_a_statement_names_only_tables_of_its_slice_and_those_below(file: Path) -> None:
    slice_ = slice_of(file)
    owners = tables("events") if runs_on_duckdb(file) else tables("control") | tables("replay")
    named = {name for name in named_tables(file.read_text("utf-8")) if name in owners}
    assert {name for name in named if owners[name] != slice_ and owners[name] not in below(slice_)} == set()


def slice_of(file: Path) -> str:
    """The folder at the top: `compat` for all that lies within it."""
    return file.relative_to(PACKAGE).parts[0]


def runs_on_duckdb(file: Path) -> bool:
    named = named_tables(file.read_text("utf-8"))
    return slice_of(file) in ON_DUCKDB and not named & set(tables("control"))


def tables(database: str) -> dict[str, str]:
    """Table to slice: a migration is called NNNN_<slice>_<what>."""
    found = {}
    for name, text in schema(database):
        owner = name.split("_")[1]
        assert owner in SLICES, f"{name}: expected NNNN_<slice>_<what>"
        for table in re.findall(r"create (?:table|view|macro) (\w+)", text):
            found[table] = owner
    return found


def named_tables(text: str) -> set[str]:
    """What stands where a table stands."""
    plain = re.sub(r"--.*|'[^']*'", "", text)
    return set(re.findall(r"\b(?:from|join|into|update)\s+(\w+)", plain))


@pytest.mark.parametrize("file", STATEMENTS, ids=NAMES)
def test_a_statement_is_written_in_lower_case(file: Path) -> None:
    plain = re.sub(r"--.*|'[^']*'|\"[^\"]*\"", "", file.read_text("utf-8"))
    assert plain == plain.lower()


def imported(module: Path) -> Iterator[tuple[str, str]]:
    """(folder or module below gosight, name taken from it) of every `from gosight… import …`."""
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("gosight."):
            yield from ((node.module.removeprefix("gosight."), alias.name) for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from ((alias.name.removeprefix("gosight."), "") for alias in node.names if "gosight." in alias.name)


def front_door(package: Path) -> set[str]:
    """`__all__` of a package; empty where this is none."""
    file = package / "__init__.py"
    for node in ast.parse(file.read_text("utf-8")).body if file.is_file() else []:
        if isinstance(node, ast.Assign) and any(getattr(target, "id", "") == "__all__" for target in node.targets):
            return set(ast.literal_eval(node.value))
    return set()


MODULES = sorted(file for file in PACKAGE.rglob("*.py") if "node_modules" not in file.parts)


@pytest.mark.parametrize("module", MODULES, ids=[str(file.relative_to(PACKAGE)) for file in MODULES])
def test_another_slice_is_entered_through_its_package(module: Path) -> None:
    """Or through a package within it. What puts all together alone also takes a slice's `routes` and `jobs`."""
    place = module.relative_to(PACKAGE)
    inner = {"api.py": "routes", "app.py": "jobs"}.get(str(place))
    for source, name in imported(module):
        slice_, _, within = source.partition(".")
        if slice_ in SLICES and slice_ != place.parts[0] and within.rpartition(".")[2] != inner:
            door = front_door(PACKAGE.joinpath(*source.split(".")))
            assert name in door, f"from gosight.{source} import {name}: not in __all__ of a package"


@pytest.mark.parametrize("slice_", [name for name in SLICES if (PACKAGE / name / "__init__.py").is_file()])
def test_a_slice_says_what_it_is(slice_: str) -> None:
    tree = ast.parse((PACKAGE / slice_ / "__init__.py").read_text("utf-8"))
    assert ast.get_docstring(tree)


@pytest.mark.parametrize("module", MODULES, ids=[str(file.relative_to(PACKAGE)) for file in MODULES])
def test_no_file_has_a_name_that_says_nothing(module: Path) -> None:
    assert module.stem not in {"utils", "helpers", "common", "base", "manager", "service"}
