"""Recordings whose time is over: first their sessions are told, then they go, and the disk is given back."""

import logging
from collections.abc import Callable, Iterable

from gosight.kit.clock import DAY, Clock
from gosight.kit.errors import GoSightError
from gosight.replay.replays import Replays

log = logging.getLogger("gosight.replay")

AT_ONCE = 50
"""Sessions removed in one go, so that chunks that come in need not wait long."""


class Expiry:
    """`days` 0: nothing is ever over. `tell` lets the sessions of a project know that they have no replay any more."""

    def __init__(
        self,
        replays: Replays,
        projects: Callable[[], Iterable[int]],
        tell: Callable[[int, list[str]], None],
        days: int,
        clock: Clock,
    ) -> None:
        self._replays = replays
        self._projects = projects
        self._tell = tell
        self._days = days
        self._clock = clock

    def run(self) -> None:
        """Remove what is over, project by project; one that fails keeps no other from its turn."""
        if not self._days:
            return
        before = self._clock() - self._days * DAY
        for number in list(self._projects()):
            try:
                while sessions := self._replays.expired(number, before, AT_ONCE):
                    self._tell(number, sessions)
                    self._replays.remove(number, sessions)
                self._replays.tidy(number)
            except GoSightError as error:
                log.warning("project %d: old recordings stay for now: %s (%s)", number, error.message, error.cause)
