"""The operator of this machine, known by a word that stands in the data folder, which nobody else can read."""

import hmac
from collections.abc import Mapping


class Operator:
    """May say whom a request stands for, and has no limit. Nobody is one until somebody is let in."""

    def __init__(self) -> None:
        self._word = b""

    def let_in(self, word: str) -> None:
        """Who brings this word from now on is the operator."""
        self._word = word.encode()

    def sent(self, headers: Mapping[bytes, bytes]) -> bool:
        word = headers.get(b"x-gosight-operator")
        return word is not None and bool(self._word) and hmac.compare_digest(word, self._word)
