"""Who comes when: days with their weekdays, hours with their curve, newcomers and those who come back."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random

from gosight.ops.demo import visits
from gosight.ops.demo.people import Person, person
from gosight.ops.demo.visits import Visit

WEEKDAYS = (1.08, 1.15, 1.14, 1.1, 0.96, 0.7, 0.78)
"""Monday to Sunday."""
HOURS = (3, 2, 1, 1, 1, 2, 4, 8, 13, 17, 19, 18, 15, 16, 18, 18, 17, 15, 14, 15, 17, 15, 10, 6)
"""Visits by hour of the visitor's own day."""
RETURNING = 0.5
"""Share of visits by somebody who was there before."""
BOTS = 0.04
"""Share of visits by crawlers."""
EVENTS_A_VISIT = 17
"""About so many, to guess how many people a day has; the count itself is exact."""


def traffic(seed: int, days: int, events: int, now: datetime) -> Iterator[Visit]:
    """Visits of the last `days` days up to `now`, by their start, that hold `events` events between them.

    A day's visits depend on seed and date, not on `now`: who asks again tomorrow gets today's visits again, with the
    same batch ids, and a few more."""
    today = now.astimezone(UTC).date()
    dates = [today - timedelta(days=days - 1 - n) for n in range(days)]
    crowd = max(4, events // days // EVENTS_A_VISIT)
    for day, share in zip(dates, _shares(dates, events, now), strict=True):
        yield from _day(seed, day, share, crowd, now)


def _shares(dates: list[date], events: int, now: datetime) -> list[int]:
    """How many events each day has; today as much as has passed of it."""
    weights = [_weight(day) for day in dates]
    moment = now.astimezone(UTC)
    weights[-1] *= max(0.02, (moment.hour * 60 + moment.minute) / 1_440)
    total, reached, shares = sum(weights), 0.0, []
    for weight in weights:
        before, reached = reached, reached + weight
        shares.append(round(events * reached / total) - round(events * before / total))
    return shares


def _weight(day: date) -> float:
    return WEEKDAYS[day.weekday()] * Random(f"{day}/weather").uniform(0.88, 1.12)  # noqa: S311 (believable, not secret)


def _day(seed: int, day: date, events: int, crowd: int, now: datetime) -> list[Visit]:
    midnight_ms = round(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1_000)
    now_ms = round(now.timestamp() * 1_000)
    found: list[Visit] = []
    left, number = events, 0
    while left > 0:
        random = Random(f"{seed}/{day}/{number}")  # noqa: S311 (believable, not secret)
        number += 1
        visit = _visit(random, seed, day, number, crowd, midnight_ms)
        batch = visit.batch
        batch.events = [event for event in batch.events if event.ts <= now_ms][:left]
        if batch.events:
            left -= len(batch.events)
            found.append(visit)
        elif number > 50 * crowd:
            break
    return sorted(found, key=lambda visit: (visit.batch.events[0].ts, visit.batch.batch_id))


def _visit(random: Random, seed: int, day: date, number: int, crowd: int, midnight_ms: int) -> Visit:
    if random.random() < BOTS:
        return visits.bot_visit(random, f"{day}_{number}", midnight_ms + random.randrange(86_400_000))
    who = _who(random, seed, day, number, crowd)
    local = random.choices(range(24), HOURS)[0]
    hour = (local - who.country.utc_offset) % 24
    return visits.visit(random, who, midnight_ms + hour * 3_600_000 + random.randrange(3_600_000))


def _who(random: Random, seed: int, day: date, number: int, crowd: int) -> Person:
    """Newcomers get the day's next number; a returning one is drawn from days before, the loyal ones more often."""
    if random.random() >= RETURNING:
        return person(seed, f"{day}/{number}")
    first = day - timedelta(days=1 + int(random.expovariate(1 / 9)))
    return person(seed, f"{first}/{1 + int(crowd * random.random() ** 4)}")
