"""When windows end that are to be judged."""

from gosight.alerts.model import MARK
from gosight.kit.clock import DAY, HOUR, MINUTE

LATE = 5 * MINUTE
"""So long what is quiet is judged again: browsers send in batches, and again after the network was gone."""
LONG = HOUR
"""After so long without judging, windows are judged at wider steps."""
FAR = DAY
"""What was missed longer ago is not judged any more: nobody can act on it."""
PARTS = 60
"""Steps that a window is cut into where steps are wide."""
BACK = 10 * MINUTE
"""A clock that is set back by less is waited for; by more, it was wrong before, and judging begins anew."""


def last_mark(now: int) -> int:
    return now // MARK * MARK


def step_of(span: int) -> int:
    """A sixtieth of a window, in whole half minutes."""
    return max(MARK, span // PARTS // MARK * MARK)


def due(judged_at: int, last: int, span: int) -> list[int]:
    """Ends of windows of `span` that a look at `last` judges, those that are judged again among them."""
    base = last_mark(judged_at)
    again = LATE if span <= 2 * LATE else 0  # in a longer window a late event is still found by the next looks
    if last - base <= LONG:
        return list(range(base - again + MARK, last + MARK, MARK))
    step = step_of(span)
    first = max(base + MARK, last - FAR)
    return list(range(last, first - 1, -step))[::-1]
