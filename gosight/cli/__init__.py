"""The command line: argv in, exit code out: 0 done, 1 failed with a line on stderr, 2 a line that is no command."""

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from types import ModuleType

from gosight.cli.terminal import Refused
from gosight.config import ConfigError
from gosight.kit.errors import GoSightError

COMMANDS = ("serve", "demo", "user", "project", "key", "sourcemap", "doctor", "version")
"""Modules of this package. Each has `add(commands, common)`, which sets what runs: `run(args) -> int`.

Only the one that is asked for is imported: to make a member takes a quarter of what the whole product needs.
"""


def main(argv: Sequence[str]) -> int:
    named = argv[:1] if argv and argv[0] in COMMANDS else COMMANDS
    args = parser(named).parse_args(argv)
    try:
        code: int = args.run(args)
        sys.stdout.flush()
    except (Refused, ConfigError, GoSightError) as problem:
        print(f"gosight: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("gosight: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:  # whoever read our output has seen enough; Python would complain at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    return code


def parser(named: Sequence[str] = COMMANDS) -> argparse.ArgumentParser:
    """Commands with their options; README.md is held to it."""
    whole = argparse.ArgumentParser(
        prog="gosight", description="What happens on your site, in one process and one folder of data."
    )
    commands = whole.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name in named:
        _imported(name).add(commands, _common())
    return whole


def _imported(name: str) -> ModuleType:
    """What is imported stays, so looking for garbage meanwhile only takes time: a tenth of a start."""
    gc.disable()
    try:
        return import_module(f"gosight.cli.{name}")
    finally:
        gc.enable()


def _common() -> argparse.ArgumentParser:
    """What every command takes."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--config", metavar="FILE", help="a gosight.toml; default: $GOSIGHT_CONFIG, else none")
    common.add_argument("--data-dir", metavar="DIR", help="the data folder; default: gosight-data")
    common.add_argument("--json", action="store_true", help="print one JSON object on the last line")
    return common
