"""What a condition would have done in the last 7 days, with the metric's course for drawing."""

from collections.abc import Sequence

import msgspec

from gosight.alerts.judge import judged
from gosight.alerts.marks import last_mark, step_of
from gosight.alerts.metrics import Window, Windows, read
from gosight.alerts.model import MARK, Condition, Firing
from gosight.events import EventFile
from gosight.kit.clock import DAY, MINUTE

BACK = 7 * DAY
POINTS = 336
"""Of the drawn line: half an hour each."""
GROUP_STEP = 5 * MINUTE
"""Steps of rules with groups, unless their window is shorter: each step holds up to 50 groups."""
MOST = 100
"""Firings that are named."""


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """`points`: moment and value; with groups the value nearest to firing. `step`: microseconds between judged ends."""

    firings: list[Firing]
    points: list[tuple[int, float | None]]
    since: int
    until: int
    step: int
    groups_cut: int


def course(file: EventFile, condition: Condition, cooldown: int, now: int) -> Course:
    """Judged at every half minute for windows up to an hour; else at steps of a sixtieth of the window."""
    step = step_of(condition.span)
    if condition.group_by:
        step = max(step, min(GROUP_STEP, condition.span // 2 // MARK * MARK))
    until = last_mark(now) // step * step
    since = until - BACK // step * step
    ends = list(range(since + step, until + step, step))
    with file.reading() as cursor:
        windows = read(cursor, condition, ends)
    return Course(
        firings=judged(condition, cooldown, windows, (), since=since, judged_at=since),
        points=_points(condition, windows, ends),
        since=since,
        until=until,
        step=step,
        groups_cut=max(window.cut for window in windows.values()),
    )


def _points(condition: Condition, windows: Windows, ends: Sequence[int]) -> list[tuple[int, float | None]]:
    """Few enough to draw; of each stretch the value nearest to firing, so that what fires is seen to."""
    each = -(-len(ends) // POINTS)
    found: list[tuple[int, float | None]] = []
    for at in range(0, len(ends), each):
        stretch = ends[at : at + each]
        valued = [(value, end) for end in stretch if (value := _extreme(condition, windows[end])) is not None]
        value, end = max(valued, key=lambda v: condition.direction * v[0]) if valued else (None, stretch[-1])
        found.append((end, value))
    return found


def _extreme(condition: Condition, window: Window) -> float | None:
    values = [reading.value for reading in window.groups.values() if reading.value is not None]
    if values:
        return max(values) if condition.direction > 0 else min(values)
    is_nothing = condition.measure.counts and condition.compare is None
    return 0.0 if is_nothing else None
