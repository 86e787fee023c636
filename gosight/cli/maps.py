"""The source maps that commands work with."""

from argparse import Namespace

from gosight.analytics import Sourcemaps
from gosight.cli.terminal import config
from gosight.kit.clock import system_clock
from gosight.store.folder import prepared
from gosight.store.sqlite import ControlFile


def sourcemaps(args: Namespace, file: ControlFile) -> Sourcemaps:
    settings = config(args)
    return Sourcemaps(
        file,
        prepared(settings.data_dir),
        system_clock,
        most_bytes=settings.sourcemaps_bytes,
        least_free=settings.storage.events_min_free_bytes,
    )
