"""The line of deliveries that wait: who claims one sends it alone, and writes down what came of it."""

import msgspec

from gosight.kit.clock import MINUTE
from gosight.outbox.channels import switch_off
from gosight.outbox.model import Due, Outcome, Parcel, State
from gosight.outbox.schedule import LONGEST_PAUSE, next_try
from gosight.store.sqlfile import sql
from gosight.store.sqlite import ControlFile, Transaction

CLAIM = 2 * MINUTE
"""For so long a claim holds, four times what a try may take. Whoever was killed in between may have sent it already:
it is sent again then, under the same id."""
MAX_ATTEMPTS = 50
"""Tries of one delivery that are kept, the latest ones: somebody may send one again and again."""


class _Now(msgspec.Struct, frozen=True):
    state: State
    tries: int
    channel: int | None


def due(file: ControlFile, now: int) -> list[Due]:
    """What may be sent now: of each channel the one that waits longest, none where one is on its way."""
    return file.all(sql("outbox", "line.due"), {"now": now}, into=Due)


def claim(file: ControlFile, wanted: list[Due], now: int) -> list[Parcel]:
    """Those of them that nobody else has claimed meanwhile."""
    claimed: list[Parcel] = []
    with file.write() as transaction:
        for one in wanted:
            asked = {"number": one.number, "now": now, "until": now + CLAIM}
            if transaction.run(sql("outbox", "line.claim"), asked):
                claimed += transaction.all(sql("outbox", "line.parcel"), {"number": one.number}, into=Parcel)
    return claimed


def give_back(file: ControlFile, parcel: Parcel) -> None:
    """Nothing came of it, because we are stopping: it is sent again at the next start."""
    with file.write() as transaction:
        transaction.run(sql("outbox", "line.give_back"), {"number": parcel.number})


def record(
    file: ControlFile, parcel: Parcel, outcome: Outcome, *, began: int, now: int, took_ms: int, chance: float
) -> State | None:
    """Write down a try and what follows from it: its state then. A delivery that was removed meanwhile leaves nothing,
    and has none."""
    with file.write() as transaction:
        found = transaction.first(sql("outbox", "line.now"), {"number": parcel.number}, into=_Now)
        if found is None:
            return None
        _note(transaction, parcel, outcome, began, took_ms)
        tries = found.tries + 1
        state, reason, again = _follows(found.state, outcome, tries, now, chance)
        after = {"number": parcel.number, "state": state, "reason": reason, "tries": tries, "next_attempt_at": again}
        transaction.run(sql("outbox", "line.done"), after)
        if state is not State.pending and parcel.mail_to is not None:
            transaction.run(sql("outbox", "line.erase"), {"number": parcel.number})
        if found.channel is not None and outcome.gone is not None:
            switch_off(transaction, found.channel, outcome.gone, now)
        elif found.channel is not None and outcome.pause:
            until = now + min(outcome.pause, LONGEST_PAUSE)
            transaction.run(sql("outbox", "line.pause"), {"channel": found.channel, "until": until})
        return state


def _note(transaction: Transaction, parcel: Parcel, outcome: Outcome, began: int, took_ms: int) -> None:
    row = {
        "delivery": parcel.number,
        "started_at": began,
        "duration_ms": took_ms,
        "status": outcome.status,
        "answer": outcome.answer,
        "error": outcome.error,
    }
    transaction.run(sql("outbox", "attempts.add"), row)
    transaction.run(sql("outbox", "attempts.make_room"), {"delivery": parcel.number, "most": MAX_ATTEMPTS})


def _follows(was: State, outcome: Outcome, tries: int, now: int, chance: float) -> tuple[State, str | None, int | None]:
    """State, reason, and when it is tried again: not where the channel was switched off meanwhile."""
    if outcome.error is None:
        return State.delivered, None, None
    if outcome.final or outcome.gone is not None or was is not State.pending:
        return State.failed, outcome.error, None
    again = next_try(tries, now, chance, outcome.pause)
    if again is None:
        return State.failed, f"given up after {tries} tries: {outcome.error}", None
    return State.pending, outcome.error, again
