"""When a delivery that failed is tried again: by the schedule of Standard Webhooks, later where the receiver asks."""

from datetime import UTC
from email.utils import parsedate_to_datetime

from gosight.kit.clock import HOUR, MINUTE, SECOND, from_datetime

DELAYS = (5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 10 * HOUR)
"""After the first try, which is made at once, and each one after it: 8 tries within 28 hours."""
JITTER = 0.2
"""A delay is up to a fifth longer: receivers that came back do not get everything at one moment."""
LONGEST_PAUSE = 24 * HOUR
"""Whoever asks to be left alone for longer is asked again all the same."""


def next_try(tries: int, now: int, chance: float, pause: int | None) -> int | None:
    """The moment of the next try after `tries` that failed; None where there is none any more.

    `chance` from 0 to 1; `pause` in microseconds, as the receiver asked."""
    if tries > len(DELAYS):
        return None
    delay = int(DELAYS[tries - 1] * (1 + JITTER * chance))
    return now + max(delay, min(pause or 0, LONGEST_PAUSE))


def retry_after(value: str | None, now: int) -> int | None:
    """The pause that a Retry-After header asks for, in microseconds: seconds or a date. None where it says nothing."""
    text = (value or "").strip()
    try:
        seconds = float(text)
    except ValueError:
        return _until(text, now)
    return None if not 0 <= seconds < float("inf") else int(min(seconds * SECOND, LONGEST_PAUSE))


def _until(text: str, now: int) -> int | None:
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    moment = from_datetime(when if when.tzinfo else when.replace(tzinfo=UTC))
    return min(max(0, moment - now), LONGEST_PAUSE)
