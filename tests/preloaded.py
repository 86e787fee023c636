"""Imported by the process that others are forked from: the whole product, with its routes put together."""

import gc
from importlib import import_module

from gosight.api import api
from gosight.cli import COMMANDS

for name in COMMANDS:
    import_module(f"gosight.cli.{name}")
api()
gc.collect()
gc.freeze()
