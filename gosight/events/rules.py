"""What a project decides about derivation, and by which numbers a session is judged when they change.

A change counts from then on: a signal goes by the numbers that held when the last of its events was received. So a
session that is over keeps its signals; one that is going on keeps those that it had, and what is received from then on
goes by the new numbers, together with what came before. That depends on nothing but the events and when each was
received, and so not on when this is run.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from gosight.events.signals import Observation, Signal, Thresholds, detect, in_order

Seen = tuple[int, Observation]
"""When it was received (microseconds), and what it was."""


class Earlier(msgspec.Struct, frozen=True):
    """Numbers that held for what was received before `until` (microseconds)."""

    until: int
    thresholds: Thresholds


class Rules(msgspec.Struct, frozen=True):
    """When a visit is frustrated, and which hosts are the project's own."""

    thresholds: Thresholds = Thresholds()
    allowed_domains: tuple[str, ...] = ()
    earlier: tuple[Earlier, ...] = ()
    """Oldest first."""

    def period(self, received: int) -> int:
        """Which numbers held then: their place in `numbers`."""
        return bisect_right(self.earlier, received, key=lambda held: held.until)

    @property
    def numbers(self) -> list[Thresholds]:
        """Of each period, the present ones last."""
        return [*(held.thresholds for held in self.earlier), self.thresholds]

    def loosest(self, since: int) -> Thresholds:
        """What finds every session that can have a signal by any of the numbers that held since then."""
        held = self.numbers[self.period(since) :]
        return msgspec.structs.replace(
            self.thresholds,
            rage_clicks=min(numbers.rage_clicks for numbers in held),
            rage_window_ms=max(numbers.rage_window_ms for numbers in held),
            thrash_turns=min(numbers.thrash_turns for numbers in held),
        )


def judge(seen: Iterable[Seen], rules: Rules) -> list[Signal]:
    """All signals of one session, by time and then by kind."""
    by_period: dict[int, list[Observation]] = {}
    for received, one in seen:
        by_period.setdefault(rules.period(received), []).append(one)
    numbers = rules.numbers
    kept: list[Signal] = []
    known: list[Observation] = []
    for period, new in sorted(by_period.items()):
        before = detect(known, numbers[period]) if known else []
        known += new
        made = _without(detect(known, numbers[period]), before)
        kept = [signal for signal in kept if not any(_grew(signal, into) for into in made)] + made
    return sorted(kept, key=in_order)


def _without(found: Sequence[Signal], before: Sequence[Signal]) -> list[Signal]:
    """Those that were not there before: the work of what came since."""
    if not before:
        return list(found)
    left = Counter(msgspec.json.encode(signal) for signal in before)
    made: list[Signal] = []
    for signal in found:
        text = msgspec.json.encode(signal)
        left[text] -= 1
        if left[text] < 0:
            made.append(signal)
    return made


def _grew(signal: Signal, into: Signal) -> bool:
    """Is it the same run? Dead clicks are told one by one and never grow."""
    if (signal.type, signal.path) != (into.type, into.path) or signal.type == "dead_click":
        return False
    return signal.at_ms <= into.until_ms and into.at_ms <= signal.until_ms
