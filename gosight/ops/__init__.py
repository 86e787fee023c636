"""The work of running the product: serving, health, looking whether everything is in order, demonstration traffic."""

from gosight.ops import demo, doctor, gauges, health, lock, server, vitals
from gosight.ops.history import History

__all__ = ["History", "demo", "doctor", "gauges", "health", "lock", "server", "vitals"]
