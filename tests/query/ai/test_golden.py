"""Fifty questions whose answers are known, asked as people ask them.

A recorded model answers. To try a real one, name its server:
`GOSIGHT_TEST_AI="openai http://localhost:11434/v1 qwen3 [key]" pytest tests/query/ai/test_golden.py`
"""

import os
import tomllib
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.kit.model_server import model_server
from tests.query.ai.shop import fill
from tests.query.ai.test_ask import ask, told
from tests.world import Person, StoppedClock, noon, opened

GOLDEN: list[dict[str, Any]] = tomllib.loads(Path(__file__).with_name("golden.toml").read_text("utf-8"))["question"]
REAL = os.environ.get("GOSIGHT_TEST_AI", "").split()


def recorded(body: dict[str, Any]) -> str:
    """What was asked stands in the last turn, as it does for a real model."""
    turn = body["messages"][-1]["content"]
    known = [one for one in GOLDEN if f'<question>"{one["ask"]}"</question>' in turn]
    return told(known[0]["sql"]) if "You turn questions" in body["system"] else "There."


@pytest.fixture(scope="module")
def asking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Person]:
    """The owner of the shop, whose server asks a model."""
    with ExitStack() as stack:
        if REAL:
            settings: dict[str, Any] = dict(zip(("provider", "base_url", "model", "key"), REAL, strict=False))
            settings = {f"ai__{name}": value for name, value in settings.items()} | {"ai__timeout_seconds": 300}
        else:
            settings = stack.enter_context(model_server("anthropic")).says(recorded).settings()
        folder = tmp_path_factory.mktemp("golden")
        world = stack.enter_context(opened(folder, StoppedClock(noon()), limits__ai_per_hour=0, **settings))
        owner = world.member("olga")
        world.project(owner)
        fill(world, owner)
        yield owner


def test_there_are_fifty() -> None:
    assert len({one["ask"] for one in GOLDEN}) == 50


@pytest.mark.parametrize("known", GOLDEN, ids=[one["ask"] for one in GOLDEN])
def test_a_question_has_its_answer(asking: Person, known: dict[str, Any]) -> None:
    body = ask(asking, known["ask"]).json()
    assert body.get("source") == "model", body
    found = [list(row.values()) for row in body["data"]]
    assert len(found) == len(known["rows"]), body
    for row in known["rows"]:
        assert any(all(any(_same(value, cell) for cell in cells) for value in row) for cells in found), (row, body)


def _same(wanted: object, came: object) -> bool:
    """A model may round, and name and order columns as it likes, and show more of them."""
    if isinstance(wanted, int | float) and isinstance(came, int | float):
        return abs(wanted - came) < 0.05
    return wanted == came or (isinstance(came, str) and isinstance(wanted, str) and came.startswith(f"{wanted}T00:00"))
