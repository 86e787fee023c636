"""Days and hours of a time zone, and active time spread over them. Days begin at the zone's own midnight, so that one
has 23 or 25 hours where its clocks are changed."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from gosight.kit.clock import from_datetime, to_datetime

ONE_DAY = timedelta(days=1)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def local(at: int, zone: ZoneInfo) -> datetime:
    return to_datetime(at).astimezone(zone)


def midnight(day: date, zone: ZoneInfo) -> int:
    """When `day` begins; where clocks skip their midnight, the moment they do."""
    return from_datetime(datetime.combine(day, time.min, zone).astimezone(UTC))


class Spread:
    """Time by day. However long a stretch is, it takes two entries: whole days are counted by where they begin."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._parts: Counter[date] = Counter()
        self._whole: Counter[date] = Counter()

    def add(self, began: int, until: int) -> None:
        """A stretch in microseconds since 1970; an empty one leaves nothing."""
        if until <= began:
            return
        first, last = local(began, self._zone).date(), local(until, self._zone).date()
        if first == last:
            self._parts[first] += until - began
            return
        second = first + ONE_DAY
        self._parts[first] += midnight(second, self._zone) - began
        self._parts[last] += until - midnight(last, self._zone)
        self._whole[second] += 1
        self._whole[last] -= 1

    def by_day(self) -> dict[date, int]:
        """Microseconds of each day that has any, in order."""
        days = dict(self._parts)
        at_once, edges = 0, sorted(self._whole)
        for day, following in pairwise(edges):
            at_once += self._whole[day]
            while at_once and day < following:
                length = midnight(day + ONE_DAY, self._zone) - midnight(day, self._zone)
                days[day] = days.get(day, 0) + at_once * length
                day += ONE_DAY
        return {day: days[day] for day in sorted(days) if days[day] > 0}
