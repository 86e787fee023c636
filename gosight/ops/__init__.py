"""The work of running the product: serving, health, looking whether everything is in order, demonstration traffic."""

from gosight.ops import demo, doctor, lock, server

__all__ = ["demo", "doctor", "lock", "server"]
