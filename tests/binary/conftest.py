"""Where the executable is: GOSIGHT_BINARY names it."""

import os
from pathlib import Path

import pytest

from tests.binary.program import Program

ADVICE = "GOSIGHT_BINARY names no executable; packaging/gosight.spec says how to build one"


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """On a fresh folder. Where everything has to be there, its absence is a failure."""
    path = Path(os.environ.get("GOSIGHT_BINARY") or "/nowhere").absolute()
    if not path.is_file():
        if os.environ.get("CI") == "true":
            pytest.fail(ADVICE)
        pytest.skip(ADVICE)
    return Program(path, tmp_path)
