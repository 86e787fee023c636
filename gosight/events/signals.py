"""Signs that a visit went badly, found in what one session sent: rage, error and dead clicks, a thrashed cursor.

Pure functions over the observations of one session. The order in which they came does not matter: they are put in order
by time and then by content, so that any order of arrival gives the same signals.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

SignalType = Literal["rage_click", "dead_click", "error_click", "thrashed_cursor"]


class Thresholds(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The numbers of the rules; the defaults are the contract's, a project may set its own (checked when decoded)."""

    rage_clicks: Annotated[int, Meta(ge=2, le=100)] = 5
    """Clicks that make a rage click. Fewer happen when somebody selects a paragraph by clicking."""
    rage_window_ms: Annotated[int, Meta(ge=1, le=60_000)] = 2_000
    """Milliseconds from the first to the last of those clicks, at most."""
    rage_radius_px: Annotated[float, Meta(ge=0, le=10_000)] = 50
    """CSS pixels that each of those clicks may be off their centre, at most."""
    error_window_ms: Annotated[int, Meta(ge=0, le=60_000)] = 1_000
    """Milliseconds after a click within which a JS error is taken as its effect."""
    thrash_turns: Annotated[int, Meta(ge=2, le=1_000)] = 10
    """Turns that make a thrashed cursor."""
    thrash_angle_degrees: Annotated[float, Meta(ge=1, le=179)] = 90
    """Degrees by which the cursor must change its direction for a turn, exclusive."""
    thrash_window_ms: Annotated[int, Meta(ge=1, le=60_000)] = 2_000
    """Milliseconds from the first to the last of those turns, at most."""
    thrash_speed_px_s: Annotated[float, Meta(ge=0, le=100_000)] = 500
    """CSS pixels a second that the cursor runs on average between those turns, at least."""


DEFAULTS = Thresholds()


class Click(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """A click. `x` and `y` in CSS pixels of the viewport (of the page where the sender gave only those), infinite where
    the sender gave none."""

    ts_ms: int
    path: str = ""
    x: float
    y: float
    selector: str = ""
    url: str = ""


class DeadClick(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """A click that did nothing, as the browser saw and reported it."""

    ts_ms: int
    path: str = ""
    selector: str = ""
    url: str = ""


class JsError(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """A JavaScript error nobody caught."""

    ts_ms: int
    message: str = ""


class Moves(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """Where the cursor was: `(milliseconds after ts_ms, x, y)`, in the order in which it was there."""

    ts_ms: int
    path: str = ""
    points: tuple[tuple[float, float, float], ...]
    url: str = ""


Observation = Click | DeadClick | JsError | Moves


class Signal(msgspec.Struct, frozen=True, kw_only=True):
    """What was found. `at_ms` is when it began; `selector` is "" where no element is known."""

    type: SignalType
    at_ms: int
    path: str
    url: str
    selector: str
    details: dict[str, int | float | str]

    @property
    def until_ms(self) -> int:
        """When it ended."""
        return self.at_ms + int(self.details.get("time_window_ms") or self.details.get("delay_ms") or 0)


def in_order(signal: Signal) -> tuple[int, str, str, str]:
    """By time and then by kind."""
    return signal.at_ms, signal.type, signal.path, signal.selector


def detect(observations: Iterable[Observation], t: Thresholds = DEFAULTS) -> list[Signal]:
    """All signals of one session, by time and then by kind."""
    clicks: list[Click] = []
    errors: list[JsError] = []
    dead: list[DeadClick] = []
    moves: list[Moves] = []
    for seen in observations:
        match seen:
            case Click():
                clicks.append(seen)
            case Moves():
                moves.append(seen)
            case JsError():
                errors.append(seen)
            case DeadClick():
                dead.append(seen)
    found = rage_clicks(clicks, t) + error_clicks(clicks, errors, t) + dead_clicks(dead) + thrashed(moves, t)
    return sorted(found, key=in_order)


def rage_clicks(clicks: Sequence[Click], t: Thresholds = DEFAULTS) -> list[Signal]:
    """Runs of clicks on one page. A run begins with clicks that fit, and grows while its last ones fit."""
    if len(clicks) < t.rage_clicks:
        return []
    found: list[Signal] = []
    run: list[Click] = []
    raging = False
    for click in sorted(click for click in clicks if math.isfinite(click.x) and math.isfinite(click.y)):
        joined = bool(run) and click.path == run[-1].path
        fits = joined and _fits([*run[-t.rage_clicks + 1 :], click], t)
        if raging and not fits:
            found.append(_rage(run))
            run, raging = [], False
        elif not joined:
            run = []
        elif not raging:
            run = run[-t.rage_clicks + 1 :]
        run.append(click)
        raging = fits or raging
    return [*found, _rage(run)] if raging else found


def _fits(last: Sequence[Click], t: Thresholds) -> bool:
    count = len(last)
    if count < t.rage_clicks or last[-1].ts_ms - last[0].ts_ms > t.rage_window_ms:
        return False
    # Compared as sums, multiplied by the count: whole pixels stay exact, and exactly 50 px is within 50 px.
    sum_x, sum_y = sum(click.x for click in last), sum(click.y for click in last)
    reach = (t.rage_radius_px * count) ** 2
    return all((click.x * count - sum_x) ** 2 + (click.y * count - sum_y) ** 2 <= reach for click in last)


def _rage(run: Sequence[Click]) -> Signal:
    """Told of the first click, and of the element that was hit most."""
    first = run[0]
    target = Counter(click.selector for click in run).most_common(1)[0][0]
    details: dict[str, int | float | str] = {"click_count": len(run), "time_window_ms": run[-1].ts_ms - first.ts_ms}
    return Signal(
        type="rage_click", at_ms=first.ts_ms, path=first.path, url=first.url, selector=target, details=details
    )


def error_clicks(clicks: Sequence[Click], errors: Sequence[JsError], t: Thresholds = DEFAULTS) -> list[Signal]:
    """Clicks that an error followed. An error belongs to the last click before it; a click is one signal at most."""
    if not clicks or not errors:
        return []
    ordered = sorted(clicks)
    caused: dict[int, list[JsError]] = {}
    at = -1
    for error in sorted(errors):
        while at + 1 < len(ordered) and ordered[at + 1].ts_ms <= error.ts_ms:
            at += 1
        if at >= 0 and error.ts_ms - ordered[at].ts_ms <= t.error_window_ms:
            caused.setdefault(at, []).append(error)
    return [_error(ordered[at], followed) for at, followed in caused.items()]


def _error(click: Click, followed: Sequence[JsError]) -> Signal:
    details: dict[str, int | float | str] = {
        "error_count": len(followed),
        "delay_ms": followed[0].ts_ms - click.ts_ms,
        "message": followed[0].message,
    }
    return Signal(
        type="error_click", at_ms=click.ts_ms, path=click.path, url=click.url, selector=click.selector, details=details
    )


def dead_clicks(dead: Sequence[DeadClick]) -> list[Signal]:
    """Each dead click that the browser reported, as it stands."""
    return [
        Signal(type="dead_click", at_ms=seen.ts_ms, path=seen.path, url=seen.url, selector=seen.selector, details={})
        for seen in sorted(dead)
    ]


class _Turn(msgspec.Struct, frozen=True):
    """A sharp turn: when, and how far the cursor had come by then."""

    ts_ms: int
    travelled_px: float


def thrashed(moves: Sequence[Moves], t: Thresholds = DEFAULTS) -> list[Signal]:
    """Runs of sharp, fast turns on one page. A run grows while its last ones fit."""
    if sum(len(seen.points) for seen in moves) < t.thrash_turns + 2:
        return []
    ordered = sorted(seen for seen in moves if seen.points)
    found: list[Signal] = []
    begin = 0
    for end in range(1, len(ordered) + 1):
        if end == len(ordered) or ordered[end].path != ordered[begin].path:
            found += _thrashed_on(ordered[begin:end], t)
            begin = end
    return found


def _thrashed_on(page: Sequence[Moves], t: Thresholds) -> list[Signal]:
    turns = _turns(page, t.thrash_angle_degrees)
    if len(turns) < t.thrash_turns:
        return []
    found: list[Signal] = []
    run: list[_Turn] = []
    thrashing = False
    for turn in turns:
        fits = _fast([*run[-t.thrash_turns + 1 :], turn], t)
        if thrashing and not fits:
            found.append(_thrash(page[0], run))
            run, thrashing = [], False
        elif not thrashing:
            run = run[-t.thrash_turns + 1 :]
        run.append(turn)
        thrashing = fits or thrashing
    return [*found, _thrash(page[0], run)] if thrashing else found


def _turns(page: Sequence[Moves], degrees: float) -> list[_Turn]:
    """Where the path bends by more than `degrees`: where the cosine between two steps is below that angle's."""
    limit = 0.0 if degrees == 90 else math.cos(math.radians(degrees))
    points = [
        (seen.ts_ms + offset, seen.ts_ms, index, x, y)
        for seen in page
        for index, (offset, x, y) in enumerate(seen.points)
    ]
    points.sort()
    turns: list[_Turn] = []
    travelled = step_x = step_y = step = 0.0
    at, _, _, last_x, last_y = points[0]
    for ts_ms, _, _, x, y in points[1:]:
        dx, dy = x - last_x, y - last_y
        if dx == 0 and dy == 0:
            at = ts_ms
            continue
        length = math.hypot(dx, dy)
        if dx * step_x + dy * step_y < limit * length * step:
            turns.append(_Turn(int(at), travelled))
        travelled += length
        step_x, step_y, step, last_x, last_y, at = dx, dy, length, x, y, ts_ms
    return turns


def _fast(last: Sequence[_Turn], t: Thresholds) -> bool:
    span = last[-1].ts_ms - last[0].ts_ms
    if len(last) < t.thrash_turns or span > t.thrash_window_ms:
        return False
    return (last[-1].travelled_px - last[0].travelled_px) * 1000 >= t.thrash_speed_px_s * span


def _thrash(where: Moves, run: Sequence[_Turn]) -> Signal:
    span = run[-1].ts_ms - run[0].ts_ms
    travelled = run[-1].travelled_px - run[0].travelled_px
    details: dict[str, int | float | str] = {
        "turns": len(run),
        "time_window_ms": span,
        "speed_px_per_s": round(travelled * 1000 / span) if span else 0,
    }
    return Signal(
        type="thrashed_cursor", at_ms=run[0].ts_ms, path=where.path, url=where.url, selector="", details=details
    )
