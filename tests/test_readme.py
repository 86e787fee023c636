"""README.md is true: its commands, settings, scripts, files and addresses are there."""

import argparse
import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from gosight import cli
from gosight.config import Config, load
from tests.bench.__main__ import KINDS
from tests.world import World

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
SHELL = [line for block in re.findall(r"```sh\n(.*?)```", README, re.S) for line in block.splitlines()]
CODE = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", README, flags=re.S))


def commands(parser: argparse.ArgumentParser, words: str = "gosight") -> Iterator[tuple[str, str, str]]:
    """(words and arguments, options, help) of every command there is."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            helps = {choice.dest: choice.help or "" for choice in action._choices_actions}
            for name, sub in action.choices.items():
                if any(isinstance(inner, argparse._SubParsersAction) for inner in sub._actions):
                    yield from commands(sub, f"{words} {name}")
                else:
                    yield f"{words} {name}{arguments(sub)}", options(sub), helps[name]


def arguments(parser: argparse.ArgumentParser) -> str:
    required = [action for action in parser._actions if action.required]
    texts = [
        f"{action.option_strings[0]} {value(action)}" if action.option_strings else value(action) for action in required
    ]
    return "".join(f" {text}" for text in texts)


def options(parser: argparse.ArgumentParser) -> str:
    """In brackets, but for those that every command has."""
    common = {"--help", "--config", "--data-dir", "--json"}
    own = [a for a in parser._actions if a.option_strings and not a.required and a.option_strings[-1] not in common]
    texts = [f"{a.option_strings[0]} {value(a)}" if a.nargs != 0 else a.option_strings[0] for a in own]
    return "".join(f" [{text}]" for text in texts)


def value(action: argparse.Action) -> str:
    return str(action.metavar or action.dest.upper())


def test_the_table_lists_every_command_with_its_options_and_its_own_words() -> None:
    table = re.findall(r"^\| `(gosight [^`]+)` \| (.+) \|$", README, re.M)
    assert table == [(words + choices, told) for words, choices, told in commands(cli.parser())]


@pytest.mark.parametrize("line", [line for line in SHELL if "gosight " in line])
def test_every_command_in_it_is_one(line: str) -> None:
    for part in line.split(" && "):
        words = shlex.split(part)
        if words[0] == ".venv/bin/gosight":
            cli.parser().parse_args(words[1:])


def test_both_commands_that_set_everything_up_are_there() -> None:
    """`.ci/run` carries out these very lines."""
    assert sum(line.startswith("python3 -m venv") for line in SHELL) == 2
    assert sum(line.endswith("&& .venv/bin/gosight serve") for line in SHELL) == 1
    assert sum(line.endswith("&& .venv/bin/pytest") for line in SHELL) == 1


def test_every_npm_script_in_it_is_one() -> None:
    scripts = json.loads((ROOT / "gosight" / "web" / "package.json").read_text("utf-8"))["scripts"]
    named = re.findall(r"npm --prefix gosight/web run (\w+)", README)
    assert named
    assert set(named) <= set(scripts)


def test_every_kind_of_bench_is_named() -> None:
    assert all(f"`{kind}`" in README for kind in KINDS)


def test_every_setting_in_it_is_one() -> None:
    named = [code for code in CODE if code.partition(".")[0] in Config.__struct_fields__]
    assert len(named) >= 5
    for name in named:
        section, _, key = name.partition(".")
        assert key in getattr(Config(), section).__struct_fields__, name
    environment = dict(code.split("=") for code in CODE if re.fullmatch(r"GOSIGHT_\w+__\w+=\w+", code))
    assert environment
    load(None, environment)


def test_the_settings_shown_are_valid(tmp_path: Path) -> None:
    shown = re.findall(r"```toml\n(.*?)```", README, re.S)
    (tmp_path / "gosight.toml").write_text("\n".join(shown))
    set_up = load(tmp_path / "gosight.toml", {})
    assert set_up.server.trusted_proxies == ("127.0.0.1",)
    assert set_up.mail.host == "smtp.example.com"
    assert set_up.telegram.bot_token


def test_every_file_in_it_is_there() -> None:
    named = [code for code in CODE if re.match(r"(gosight|tests|packaging|\.ci)(/|$)|gosight\.toml\.example", code)]
    assert "gosight/app.py" in named
    missing = [name for name in named if not (ROOT / name).exists()]
    assert missing == []


@pytest.mark.parametrize(
    "path",
    [
        "/gosight.js",
        "/gosight.mjs",
        "/gosight.d.ts",
        "/tracker.js",
        "/tracker.d.ts",
        "/app/api",
        "/api/v1/openapi.json",
    ],
)
def test_every_address_in_it_answers(world: World, path: str) -> None:
    assert path in README
    if not path.startswith("/api") and not world.app.web.is_built:
        pytest.skip("the front end is not built: pip install -e . builds it")
    assert world.client.get(path).status_code == 200


def test_the_events_in_it_are_accepted(world: World) -> None:
    native, tracked = re.findall(r"/(?:v1/events|track) .*\n  -d '(\{.*?\})'$", README, re.M)
    owner = world.member("olga")
    sender = world.key(owner, world.project(owner), "write")
    answer = world.client.post("/v1/events", content=native, headers=sender.headers)
    assert answer.json()["data"] == {"accepted": 1, "rejected": 0, "errors": []}
    assert world.client.post("/track", content=tracked, headers=sender.headers).json()["events_accepted"] == 1


def test_the_question_in_it_is_answered_without_a_model(world: World) -> None:
    [body] = re.findall(r"/ai/query .*\n  -d '(\{.*?\})'$", README, re.M)
    owner = world.member("olga")
    world.project(owner, id_=json.loads(body)["customer_id"])
    answer = world.client.post("/ai/query", content=body, headers=owner.headers)
    assert answer.json()["source"] == "catalogue"


def test_the_timed_session_in_it_starts(world: World) -> None:
    (body,) = re.findall(r"/api/sessions/start .*\n  -d '(\{.*?\})'$", README, re.M)
    owner = world.member("olga")
    key = world.key(owner, world.project(owner), "write").headers["X-GoSight-Key"]
    answer = world.client.post("/api/sessions/start", content=body, headers={"Authorization": f"Bearer {key}"})
    assert answer.json()["status"] == "success"
