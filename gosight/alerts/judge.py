"""What fires: from readings and what fired before to what fires now. No clock, no store.

A group fires at the first window in which its condition holds, and is resolved at the first in which it holds no more.
While it fires it is one alert: it does not fire again. After it has fired it can't for the rule's cooldown, counted
from when it fired; what still holds then, fires then.
"""

from collections.abc import Iterable, Mapping, Sequence

from gosight.alerts.metrics import Window
from gosight.alerts.model import Condition, Firing, Group, Reading, State

NOTHING = Reading(0.0, 0, 0.0)
UNKNOWN = Reading(None, 0, None)


def judged(
    condition: Condition,
    cooldown: int,
    windows: Mapping[int, Window],
    states: Iterable[State],
    *,
    since: int,
    judged_at: int,
) -> list[Firing]:
    """What began or ended to fire in windows that end after `since`, in order of time.

    Windows that were judged before (they end at or before `judged_at`) are judged again for what is quiet: events come
    late. What fires stays as it was told. Cooldown and times in microseconds.
    """
    before = {state.group: state for state in states}
    ends = sorted(windows)
    groups = dict.fromkeys([*before, *(group for end in ends for group in windows[end].groups)])
    if not condition.group_by:
        groups.setdefault(())
    found: list[Firing] = []
    for group in groups:
        found.extend(_of_group(condition, cooldown, windows, ends, group, before.get(group), since, judged_at))
    return sorted(found, key=lambda firing: (firing.triggered_at, firing.group))


def _of_group(
    condition: Condition,
    cooldown: int,
    windows: Mapping[int, Window],
    ends: Sequence[int],
    group: Group,
    state: State | None,
    since: int,
    judged_at: int,
) -> list[Firing]:
    found: list[Firing] = []
    now: Firing | None = None
    again = since
    if state is not None:
        again = max(since, state.triggered_at + cooldown - 1, state.resolved_at or 0)
        if state.fires:
            now = Firing(group=group, triggered_at=state.triggered_at, history=state.history)
    for end in ends:
        if now is not None:
            if end <= (judged_at if now.history is not None else now.triggered_at):
                continue
            if _holds(condition, windows[end], group, fires=True):
                continue
            found.append(_ended(now, end))
            again, now = max(since, now.triggered_at + cooldown - 1, end), None
        elif end > again and _holds(condition, windows[end], group, fires=False):
            now = Firing(group=group, triggered_at=end, reading=_reading(condition, windows[end], group, fires=False))
    if now is not None and now.history is None:
        found.append(now)
    return found


def _ended(firing: Firing, end: int) -> Firing:
    return Firing(
        group=firing.group,
        triggered_at=firing.triggered_at,
        resolved_at=end,
        reading=firing.reading,
        history=firing.history,
    )


def _holds(condition: Condition, window: Window, group: Group, *, fires: bool) -> bool:
    """A group that was cut away still fires where those that were kept all do: they are nearer to firing."""
    if fires and window.cut and group not in window.groups:
        return all(condition.holds(reading.value) for reading in window.groups.values())
    return condition.holds(_reading(condition, window, group, fires=fires).value)


def _reading(condition: Condition, window: Window, group: Group, *, fires: bool) -> Reading:
    """Of a group that is not there: nothing, which is 0 where things are counted. A group that does not fire is there
    only while something of it is."""
    found = window.groups.get(group)
    if found is not None:
        return found
    is_empty = condition.measure.counts and condition.compare is None and (fires or not condition.group_by)
    return NOTHING if is_empty else UNKNOWN
