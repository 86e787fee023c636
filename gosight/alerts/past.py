"""Rules as if they had been there for a week: for trying the product."""

import msgspec

from gosight.alerts import history, rules
from gosight.alerts.model import MAX_THRESHOLD, Condition, Operator, Rule, group_key
from gosight.alerts.preview import course
from gosight.alerts.rules import Wish
from gosight.events import EventFile
from gosight.kit.clock import MINUTE
from gosight.outbox import Channels
from gosight.store.sqlfile import sql
from gosight.store.sqlite import ControlFile

SHARE = 0.7
"""Of the week's peak: a threshold that is passed some times."""


def peak(events: EventFile, condition: Condition, now: int) -> float:
    """The largest value of the last 7 days."""
    never = msgspec.structs.replace(condition, operator=Operator.more, threshold=MAX_THRESHOLD)
    return max((value or 0 for _, value in course(events, never, 0, now).points), default=0)


def fitting(events: EventFile, condition: Condition, now: int) -> Condition:
    """The same with a whole threshold that fires some times a week."""
    return msgspec.structs.replace(condition, threshold=max(1, int(SHARE * peak(events, condition, now))))


def begun(file: ControlFile, channels: Channels, project: int, wish: Wish, now: int) -> Rule:
    """A new rule that tells nobody, from now on."""
    return rules.create(file, channels, project, wish, [], may_add=False, now=now).rule


def lived(file: ControlFile, channels: Channels, events: EventFile, project: int, wish: Wish, now: int) -> Rule:
    """A new rule with the history of what it would have told."""
    rule = begun(file, channels, project, wish, now)
    firings = course(events, wish.condition, wish.cooldown_mins * MINUTE, now).firings
    with file.write() as transaction:
        for firing in firings:
            number = history.add(transaction, rule, wish.condition, firing)
            row = {
                "rule": rule.number,
                "group_key": group_key(firing.group),
                "triggered_at": firing.triggered_at,
                "resolved_at": firing.resolved_at,
                "history": number,
            }
            transaction.run(sql("alerts", "states.set"), row)
        if firings:
            last = max(firing.triggered_at for firing in firings)
            transaction.run(sql("alerts", "rules.triggered"), {"number": rule.number, "at": last})
    return rule


def is_watched(file: ControlFile, project: int) -> bool:
    """Are there rules already?"""
    return bool(rules.of_project(file, project))
