"""What fired and when it was over. Bounded: the latest of a project are kept."""

from typing import Any

import msgspec

from gosight.alerts.model import Condition, Firing, Rule, context_of, plain
from gosight.kit import ids
from gosight.kit.errors import Internal
from gosight.store.sqlfile import sql
from gosight.store.sqlite import ControlFile, Transaction

MAX_KEPT = 10_000
"""Rows of a project, some 300 bytes each."""


class Past(msgspec.Struct, frozen=True, kw_only=True):
    """A row. Condition and context as JSON, times in microseconds."""

    number: int
    id: str
    rule_id: str
    rule_name: str
    condition: str
    triggered_at: int
    resolved_at: int | None
    ended: str | None
    metric_value: float
    threshold: float
    context: str

    @property
    def wanted(self) -> Condition:
        return msgspec.json.decode(self.condition, type=Condition)

    @property
    def told(self) -> dict[str, Any]:
        return msgspec.json.decode(self.context, type=dict[str, Any])


class FormerRule(msgspec.Struct, frozen=True):
    """A rule that has fired, there or gone."""

    id: str
    name: str
    number: int


class _Number(msgspec.Struct, frozen=True):
    number: int


class _Count(msgspec.Struct, frozen=True):
    total: int


def add(transaction: Transaction, rule: Rule, condition: Condition, firing: Firing) -> int:
    """A new row's number. One that is over already is whole."""
    if firing.reading is None or firing.reading.value is None:
        raise Internal("what fires has a value")
    row = {
        "id": ids.new("hist"),
        "project": rule.project,
        "rule_id": rule.id,
        "rule_name": rule.name,
        "condition": rule.condition,
        "triggered_at": firing.triggered_at,
        "resolved_at": firing.resolved_at,
        "ended": None if firing.resolved_at is None else "resolved",
        "metric_value": float(plain(firing.reading.value)),
        "threshold": float(condition.threshold),
        "context": context_of(condition, firing.group, firing.reading),
    }
    made = transaction.first(sql("alerts", "history.add"), row, into=_Number)
    if made is None:
        raise Internal("an alert was not written")
    transaction.run(sql("alerts", "history.make_room"), {"project": rule.project, "most": MAX_KEPT})
    return made.number


def end(transaction: Transaction, number: int, at: int) -> None:
    """It is resolved."""
    transaction.run(sql("alerts", "history.end"), {"number": number, "at": at, "ended": "resolved"})


def end_rule(transaction: Transaction, rule: Rule, at: int, why: str) -> None:
    """A rule is `changed`, `paused` or `deleted`: what fires of it is over."""
    asked = {"project": rule.project, "rule_id": rule.id, "at": at, "ended": why}
    transaction.run(sql("alerts", "history.end_rule"), asked)
    transaction.run(sql("alerts", "states.of_rule_end"), {"rule": rule.number})


def listed(
    file: ControlFile,
    project: int,
    *,
    rule_id: str | None,
    fires: bool | None,
    page: int,
    per_page: int,
) -> tuple[list[Past], int]:
    """A page, the latest first, and how many there are."""
    asked: dict[str, object] = {
        "project": project,
        "rule_id": rule_id,
        "fires": fires,
    }
    found = file.first(sql("alerts", "history.count"), asked, into=_Count)
    shown = {"limit": per_page, "offset": (page - 1) * per_page}
    return file.all(sql("alerts", "history.list"), asked | shown, into=Past), found.total if found else 0


def rules(file: ControlFile, project: int) -> list[FormerRule]:
    return file.all(sql("alerts", "history.rules"), {"project": project}, into=FormerRule)
