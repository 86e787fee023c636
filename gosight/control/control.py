"""Everything that this slice works with, put together once."""

from collections.abc import Callable

from gosight.control.directory import Directory
from gosight.control.door import Door
from gosight.control.model import Project
from gosight.control.passwords import Passwords
from gosight.control.rates import Rates
from gosight.control.tokens import AccessTokens
from gosight.kit.clock import Clock
from gosight.store.sqlite import ControlFile

Today = Callable[[Project], tuple[int, int]]
"""Sessions and events of a project since its midnight."""
Forget = Callable[[int], None]
"""Removes what is kept of the project with this number outside gosight.db."""


class Control:
    """`today` and `forget` come from above: this slice knows no events."""

    def __init__(
        self,
        file: ControlFile,
        clock: Clock,
        *,
        public_url: str,
        has_mail: bool,
        rates: Rates,
        dev: bool,
        today: Today,
        forget: Forget,
    ) -> None:
        self.file = file
        self.clock = clock
        self.public_url = public_url
        self.has_mail = has_mail
        self.dev = dev
        self.today = today
        self.forget = forget
        self.directory = Directory(file, clock)
        self.tokens = AccessTokens(file, clock)
        self.door = Door(self.directory, self.tokens, dev=dev)
        self.passwords = Passwords()
        self.rates = rates

    def close(self) -> None:
        self.passwords.close()
