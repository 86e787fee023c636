"""gosight version."""

import platform
from argparse import ArgumentParser, Namespace

from gosight import __version__
from gosight.cli.terminal import Commands, answer


def add(commands: Commands, common: ArgumentParser) -> None:
    parser = commands.add_parser("version", parents=[common], help="which version this is")
    parser.set_defaults(run=show_version)


def show_version(args: Namespace) -> int:
    python = platform.python_version()
    return answer(args, {"version": __version__, "python": python}, f"gosight {__version__} (Python {python})")
