"""gosight doctor."""

from argparse import ArgumentParser, Namespace

import msgspec

from gosight.cli.terminal import Commands, Refused, answer, config
from gosight.ops import doctor


def add(commands: Commands, common: ArgumentParser) -> None:
    parser = commands.add_parser("doctor", parents=[common], help="look whether everything is in order")
    parser.set_defaults(run=examine)


def examine(args: Namespace) -> int:
    findings = doctor.examine(config(args))
    wrong = [finding for finding in findings if not finding.ok]
    lines = [f"{'ok   ' if finding.ok else 'WRONG'}  {finding.name}: {finding.what}" for finding in findings]
    answer(args, {"ok": not wrong, "checks": msgspec.to_builtins(findings)}, "\n".join(lines))
    if wrong:
        raise Refused("; ".join(f"{finding.name}: {finding.advice}" for finding in wrong))
    return 0
