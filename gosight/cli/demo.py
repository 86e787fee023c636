"""gosight demo: a project full of believable traffic, so that every page has something to look at."""

import asyncio
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from gosight.app import build
from gosight.cli.maps import sourcemaps
from gosight.cli.terminal import Commands, Refused, answer, config, control
from gosight.compat.session_server import fill
from gosight.config import Config
from gosight.control import Project, keys, projects
from gosight.kit.addresses import networks
from gosight.kit.clock import system_clock
from gosight.kit.errors import NotFound
from gosight.ops import lock
from gosight.ops.demo import Delivered, Visit, care, deliver, traffic, watch
from gosight.outbox import Channels, Reach
from gosight.store.folder import prepared
from gosight.store.sqlite import ControlFile

PROJECT = "demo_tenant"
DAYS = 30
EVENTS = 100_000
BAR = 30
"""Characters of the progress bar."""


def add(commands: Commands, common: ArgumentParser) -> None:
    command = commands.add_parser("demo", parents=[common], help="fill a project with believable traffic")
    command.add_argument("--days", type=int, default=DAYS, metavar="N", help=f"days up to now; default: {DAYS}")
    command.add_argument("--events", type=int, default=EVENTS, metavar="N", help=f"about how many; default: {EVENTS}")
    command.add_argument("--seed", type=int, default=1, metavar="N", help="the same seed gives the same traffic")
    command.set_defaults(run=run)


def run(args: Namespace) -> int:
    if not 1 <= args.days <= 3_650 or not 1 <= args.events <= 50_000_000:
        raise Refused("expected --days from 1 to 3650 and --events from 1 to 50000000")
    settings = config(args)
    with control(args) as file:
        project = _project(file)
        fresh = not care.is_cared_for(file, project.number)
        if fresh:
            care.decide(file, project.number, care.BEFORE, system_clock())
    visits = traffic(args.seed, args.days, args.events, datetime.now(UTC))
    bar = _Bar(args.events)
    running = lock.holder(prepared(settings.data_dir))
    if running is not None:
        with control(args) as file, _key(file, project) as key:
            done = deliver.to_server(running, key, visits, bar.at)
            watch.over(file, _nobody(file), None, project.number, system_clock())
            fill(file, project, args.seed, args.days, system_clock())
    else:
        done = _straight(settings, project, visits, bar, args)
    bar.end()
    if fresh:
        with control(args) as file:
            care.decide(file, project.number, care.AFTER, system_clock())
            care.upload_maps(sourcemaps(args, file), project.number, system_clock(), args.days)
    before = done.events - done.stored if done.stored is not None else 0
    already = f" ({before} were there before)" if before else ""
    text = f"{done.events} events of {args.days} days are in the project {PROJECT}{already}."
    return answer(args, {"project": project.id, "events": done.events, "days": args.days, "seed": args.seed}, text)


def _straight(settings: Config, project: Project, visits: Iterator[Visit], bar: "_Bar", args: Namespace) -> Delivered:
    """No server runs, so the folder is ours meanwhile."""
    try:
        held = lock.FolderLock(prepared(settings.data_dir))
    except lock.CannotServe as reason:
        raise Refused(str(reason)) from None
    app = build(settings)
    try:
        doors = deliver.Doors(app.ingest, app.intake, app.recordings)
        done = asyncio.run(deliver.to_files(doors, project, visits, bar.at))
        fill(app.file, project, args.seed, args.days, system_clock())
        app.timed.mirror.catch_up()
        app.files.derive()
        watch.over(app.file, app.channels, app.files.of(project.number), project.number, system_clock())
    finally:
        app.close()
        held.release()
    return done


def _nobody(file: ControlFile) -> Channels:
    """The rules of the demo tell nobody, so it needs no way to."""
    return Channels(file, Reach(networks(())), has_bot=False, has_mail=False)


def _project(file: ControlFile) -> Project:
    """The demo's project, made where it isn't there; whoever became a member first owns it."""
    try:
        return projects.by_ref(file, PROJECT)
    except NotFound:
        return projects.create(file, system_clock(), name="Demo", id_=PROJECT).project


@contextmanager
def _key(file: ControlFile, project: Project) -> Iterator[str]:
    """A key for as long as the demo sends."""
    made = keys.create(file, project.number, name="gosight demo", permissions=["write"], now=system_clock())
    try:
        yield made.key
    finally:
        keys.revoke(file, project.number, made.id)


class _Bar:
    """Progress on stderr: a bar on a terminal, a line every tenth elsewhere."""

    def __init__(self, total: int) -> None:
        self.done = 0
        self._total = total
        self._shown = -1

    def at(self, events: int) -> None:
        """So many are on the disk by now."""
        self.done = events
        share = min(100, 100 * self.done // self._total)
        if share == self._shown:
            return
        if sys.stderr.isatty():
            filled = BAR * share // 100
            bar = "█" * filled + "░" * (BAR - filled)
            print(f"\r{bar} {share:3d} %  {self.done:,} events", end="", file=sys.stderr, flush=True)
        elif share // 10 != self._shown // 10:
            print(f"{share} %: {self.done} events", file=sys.stderr, flush=True)
        self._shown = share

    def end(self) -> None:
        if sys.stderr.isatty():
            print(file=sys.stderr)
