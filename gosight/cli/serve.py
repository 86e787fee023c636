"""`gosight serve`: the product itself."""

import gc
import logging
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from typing import Any

import uvloop

from gosight.app import App, build
from gosight.cli.terminal import Commands, Refused, answer, config
from gosight.control import is_this_machine, setup
from gosight.ops import lock, server
from gosight.store.folder import prepared

YOUNG = 50_000
"""Objects between two looks of the garbage collector: at 700, Python's default, it takes a tenth of ingest's time."""


def add(commands: Commands, common: ArgumentParser) -> None:
    command = commands.add_parser("serve", parents=[common], help="start the server")
    command.add_argument("--host", metavar="H", help="address to listen on; default: 127.0.0.1")
    command.add_argument("--port", metavar="N", type=int, help="port to listen on; default: 8000")
    command.add_argument("--dev", action="store_true", help="loopback only: everybody is owner of every project")
    command.set_defaults(run=run)


def run(args: Namespace) -> int:
    settings = config(args, server__host=args.host, server__port=args.port)
    host, port = settings.server.host, settings.server.port
    addresses = [(host, port)]
    if settings.clickhouse.port:
        addresses.append((settings.clickhouse.host, settings.clickhouse.port))
    for name, _ in addresses:
        if args.dev and not is_this_machine(name):
            raise Refused(f"--dev serves this machine alone; it does not listen on {name}")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        folder = lock.FolderLock(prepared(settings.data_dir))
        for address in addresses:
            server.check_address(*address)
    except lock.CannotServe as reason:
        raise Refused(str(reason)) from None
    app = build(settings, dev=args.dev)
    app.engine.open()  # what it can't work with shows before anybody is told that we listen
    apps: list[Callable[..., Any]] = [app, app.clickhouse]
    listeners = [server.Listener(served, *address) for served, address in zip(apps, addresses, strict=False)]
    app.operator.let_in(folder.tell(f"http://{_reached(host)}:{port}"))
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 50)
    try:
        uvloop.run(server.run(listeners, app.jobs, ready=lambda: _ready(app, args), leaving=app.leave, ending=app.stop))
    except lock.CannotServe as reason:
        raise Refused(str(reason)) from None
    finally:
        app.close()
        folder.release()
        gc.unfreeze()  # what stays frozen at exit is reported by DuckDB's binding as leaked, in 60 lines
    return 0


def _reached(host: str) -> str:
    """Where this machine itself reaches what listens on `host`."""
    own = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104 (compared, not bound)
    return _in_url(own)


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _ready(app: App, args: Namespace) -> None:
    """On the loop, once it listens. What the API is made of stays, as all that was there before."""
    _tell(app, args)
    app.prepare().add_done_callback(lambda _: gc.freeze())


def _tell(app: App, args: Namespace) -> None:
    """Where to go; on the first start with the one-time link."""
    url = app.config.public_url
    link = setup.link(app.file, url, app.clock())
    lines = [f"GoSight is at {url}/app/"]
    if link is not None:
        lines.append(f"Set it up, once, at {link}")
    clickhouse = app.config.clickhouse
    if clickhouse.port:
        lines.append(f"Clients of ClickHouse reach it at http://{_in_url(clickhouse.host)}:{clickhouse.port}/")
    if app.dev:
        lines.append("--dev: whoever comes from this machine is owner of every project")
    answer(args, {"url": f"{url}/app/", "setup_url": link}, "\n".join(lines))
    sys.stdout.flush()
