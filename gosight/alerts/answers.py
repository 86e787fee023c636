"""Alerts in contract 1's shape."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from gosight.alerts.history import FormerRule, Past
from gosight.alerts.model import Condition, Firing, Rule, State, plain
from gosight.alerts.preview import MOST, Course
from gosight.kit.clock import SECOND, iso_of
from gosight.outbox import ShownChannel

Values = dict[str, str | None]


class FiringGroup(msgspec.Struct, frozen=True, kw_only=True):
    """What fires now. `group`: its values, empty without `group_by`."""

    group: Values
    triggered_at: str


class AlertRule(msgspec.Struct, frozen=True, kw_only=True):
    """`channels`: null for a viewer. `state`: does it fire now? `groups_cut`: how many groups were left out when it was
    last judged: at most 50 are looked at, those nearest to firing."""

    id: str
    name: str
    description: str
    condition: Condition
    channels: list[ShownChannel] | None
    is_active: bool
    cooldown_mins: int
    notify_resolved: bool
    last_triggered: str | None
    state: Literal["firing", "quiet", "paused"]
    firing: list[FiringGroup]
    groups_cut: int
    created_at: str


class WrittenRule(AlertRule, frozen=True, kw_only=True, omit_defaults=True):
    """`secrets`: where webhooks were made with it, by channel id what they are signed with; shown this once."""

    secrets: dict[str, str] | None = None


class HistoryItem(msgspec.Struct, frozen=True, kw_only=True):
    """`ended`: resolved by itself, or because its rule was changed, paused or deleted; null while it fires.
    `condition`: as it was then. `context`: the group's values, affected_sessions, window; with `compare` value and
    value_before."""

    id: str
    rule_id: str
    rule_name: str
    triggered_at: str
    resolved_at: str | None
    ended: Literal["resolved", "changed", "paused", "deleted"] | None
    metric_value: int | float
    threshold: int | float
    condition: Condition
    context: dict[str, Any]


class RuleName(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str


class CoursePoint(msgspec.Struct, frozen=True, kw_only=True):
    at: str
    value: int | float | None


class WouldFire(msgspec.Struct, frozen=True, kw_only=True):
    group: Values
    triggered_at: str
    resolved_at: str | None
    metric_value: int | float
    affected_sessions: int


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """What the last 7 days would have been. `times`: how often it would have fired; `firings` names the latest 100.
    `series`: of each stretch the value nearest to firing. `step_seconds`: how far apart the judged windows end."""

    times: int
    firings: list[WouldFire]
    series: list[CoursePoint]
    since: str
    until: str
    step_seconds: int
    groups_cut: int


class Tested(msgspec.Struct, frozen=True, kw_only=True):
    """Ids of the deliveries."""

    deliveries: list[str]


def rule_item(rule: Rule, states: Sequence[State], channels: Mapping[str, ShownChannel] | None) -> AlertRule:
    firing = [
        FiringGroup(group=dict(state.group), triggered_at=iso_of(state.triggered_at))
        for state in states
        if state.rule == rule.number and state.fires
    ]
    return AlertRule(
        id=rule.id,
        name=rule.name,
        description=rule.description,
        condition=rule.wanted,
        channels=None if channels is None else [channels[id_] for id_ in rule.channel_ids if id_ in channels],
        is_active=rule.is_active,
        cooldown_mins=rule.cooldown_mins,
        notify_resolved=rule.notify_resolved,
        last_triggered=iso_of(rule.last_triggered) if rule.last_triggered is not None else None,
        state="paused" if not rule.is_active else "firing" if firing else "quiet",
        firing=firing,
        groups_cut=rule.groups_cut,
        created_at=iso_of(rule.created_at),
    )


def history_item(past: Past) -> HistoryItem:
    return HistoryItem(
        id=past.id,
        rule_id=past.rule_id,
        rule_name=past.rule_name,
        triggered_at=iso_of(past.triggered_at),
        resolved_at=iso_of(past.resolved_at) if past.resolved_at is not None else None,
        ended=past.ended,  # type: ignore[arg-type]
        metric_value=plain(past.metric_value),
        threshold=plain(past.threshold),
        condition=past.wanted,
        context=past.told,
    )


def rule_name(rule: FormerRule) -> RuleName:
    return RuleName(id=rule.id, name=rule.name)


def preview(course: Course) -> Preview:
    return Preview(
        times=len(course.firings),
        firings=[_would_fire(firing) for firing in course.firings[-MOST:]],
        series=[_point(at, value) for at, value in course.points],
        since=iso_of(course.since),
        until=iso_of(course.until),
        step_seconds=course.step // SECOND,
        groups_cut=course.groups_cut,
    )


def _point(at: int, value: float | None) -> CoursePoint:
    return CoursePoint(at=iso_of(at), value=None if value is None else plain(value))


def _would_fire(firing: Firing) -> WouldFire:
    reading = firing.reading
    return WouldFire(
        group=dict(firing.group),
        triggered_at=iso_of(firing.triggered_at),
        resolved_at=iso_of(firing.resolved_at) if firing.resolved_at is not None else None,
        metric_value=plain(reading.value or 0) if reading else 0,
        affected_sessions=reading.sessions if reading else 0,
    )
