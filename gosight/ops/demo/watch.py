"""Rules of the shop's owner, and what they told in the last week."""

import msgspec

from gosight.alerts import Condition, Wish, past
from gosight.events import EventFile
from gosight.outbox import Channels
from gosight.store.sqlite import ControlFile

_RULES: tuple[tuple[str, str, dict[str, object], int], ...] = (
    (
        "Errors pile up",
        "Look at Errors first: is it one release, one browser, one page?",
        {"metric": "js_errors", "operator": ">", "threshold": 10, "window": "2h"},
        360,
    ),
    (
        "Somebody rages",
        "A button that does not answer. The replay shows which.",
        {"metric": "rage_clicks", "operator": ">", "threshold": 3, "window": "6h", "group_by": ["path"]},
        720,
    ),
    (
        "Pages are slow",
        "",
        {"metric": "web_vitals.lcp", "operator": ">", "threshold": 4000, "window": "1d"},
        1440,
    ),
)


def over(file: ControlFile, channels: Channels, events: EventFile | None, project: int, now: int) -> None:
    """Where there are no rules yet. Thresholds fit the traffic, so that something fired and not everything did.

    Without `events`, which a running server holds, they stand as they are written, and it judges them from now on."""
    if past.is_watched(file, project):
        return
    for name, description, raw, cooldown in _RULES:
        condition = msgspec.convert(raw, Condition)
        wish = Wish(
            name=name,
            description=description,
            condition=condition if events is None else past.fitting(events, condition, now),
            cooldown_mins=cooldown,
            notify_resolved=True,
            is_active=True,
        )
        if events is None:
            past.begun(file, channels, project, wish, now)
        else:
            past.lived(file, channels, events, project, wish, now)
