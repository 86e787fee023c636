"""What every command needs: its configuration, gosight.db, a way to answer, and a way to ask for a password."""

import getpass
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import msgspec

from gosight.config import Config, from_environment
from gosight.store.folder import control_file, prepared
from gosight.store.sqlite import ControlFile


class Refused(Exception):
    """Why a command does not do what it was asked for, in one line."""


class Commands(Protocol):
    """What argparse's `add_subparsers` answers."""

    def add_parser(self, name: str, **settings: Any) -> ArgumentParser: ...


def config(args: Namespace, **overrides: object) -> Config:
    """Defaults, the file, the environment, and this command's own `--data-dir` and `overrides`."""
    file = Path(args.config) if args.config else None
    return from_environment(file, storage__data_dir=args.data_dir, **overrides)


@contextmanager
def control(args: Namespace) -> Iterator[ControlFile]:
    """gosight.db, also beside a running server, which sees what is changed on its next request."""
    file = ControlFile(control_file(prepared(config(args).data_dir)))
    try:
        yield file
    finally:
        file.close()


def answer(args: Namespace, result: dict[str, object], text: str) -> int:
    """The end of a command that worked: one JSON object with `--json`, else `text`."""
    print(msgspec.json.encode(result).decode() if args.json else text)
    return 0


def password(args: Namespace) -> str:
    """From the terminal, or, where there is none, from stdin without its last line's end."""
    if args.password_stdin or not sys.stdin.isatty():
        given = sys.stdin.read().removesuffix("\n").removesuffix("\r")
        if not given:
            raise Refused("expected a password on stdin, got nothing")
        return given
    given = getpass.getpass("Password: ")
    if getpass.getpass("Once more: ") != given:
        raise Refused("the two passwords differ; nothing was changed")
    return given
