"""What channels are told: which rule, which value against which threshold, over which window, where to look."""

from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import quote, urlencode

from gosight.alerts.model import Condition, Firing, Group, Reading, Rule, context_of, in_words, plain
from gosight.control import Project
from gosight.kit.clock import MINUTE, SECOND, iso_of, to_datetime
from gosight.kit.zones import zone
from gosight.outbox import Message

MOST_LINES = 10
"""Groups named in one message."""
_FILTERS = {"device": "device_type"}
"""What a group is called in addresses of the dashboard, where that differs."""
_AGAINST = {"day_before": "the same time a day before", "week_before": "the same time a week before"}


def triggered(rule: Rule, project: Project, base: str, firings: Sequence[Firing]) -> Message:
    """One message, however many groups fire at once. `base`: the server's public address."""
    condition = rule.wanted
    first = firings[0]
    more = f" and {len(firings) - 1} more" if len(firings) > 1 else ""
    place = f" ({in_words(first.group)}{more})" if first.group else ""
    title = f"{project.name}: {rule.name}{place}"
    return Message(
        title=title,
        text="\n".join(_lines(condition, firings)),
        link=link(condition, project, base, first),
        fields=_fields(rule, project, condition, firings),
        data=_data("alert.triggered", rule, project, firings),
    )


def resolved(rule: Rule, project: Project, base: str, firings: Sequence[Firing]) -> Message:
    """Shorter: it is over."""
    condition = rule.wanted
    first = firings[0]
    more = f" and {len(firings) - 1} more" if len(firings) > 1 else ""
    place = f" ({in_words(first.group)}{more})" if first.group else ""
    lasted = length((first.resolved_at or first.triggered_at) - first.triggered_at)
    return Message(
        title=f"Resolved: {project.name}: {rule.name}{place}",
        text=f"It is over after {lasted}.",
        link=link(condition, project, base, first),
        data=_data("alert.resolved", rule, project, firings),
    )


def test(rule: Rule, project: Project, base: str, now: int) -> Message:
    """Says that it is one."""
    condition = rule.wanted
    what = f"{condition.measure.label} {asked(condition)} over {condition.window}"
    return Message(
        title=f"Test: {project.name}: {rule.name}",
        text=f"This is a test, nothing happened. The rule tells of: {what}.",
        link=f"{base}/app/p/{quote(project.id)}/alerts",
        data={
            "type": "alert.test",
            "timestamp": iso_of(now),
            "data": {"test": True, "project_id": project.id, "rule_id": rule.id, "rule_name": rule.name},
        },
    )


def link(condition: Condition, project: Project, base: str, firing: Firing) -> str:
    """The dashboard's page of the metric, on the days that the window covers."""
    where = zone(project.settings.timezone)
    first, last = (
        to_datetime(moment).astimezone(where).date().isoformat()
        for moment in (firing.triggered_at - condition.span, firing.triggered_at - SECOND)
    )
    chosen = {_FILTERS.get(name, name): value for name, value in firing.group if value is not None}
    query = urlencode({"from": first, "to": last, **chosen})
    return f"{base}/app/p/{quote(project.id)}/{condition.measure.page}?{query}"


def shown(condition: Condition, value: float) -> str:
    """`15`, `42.5 %`, `2500 ms`; a change with its sign."""
    if condition.compare is not None:
        return f"{value:+.1f} %"
    unit = condition.measure.unit
    number = f"{plain(value)}" if float(value).is_integer() else f"{value:.4g}" if abs(value) < 1000 else f"{value:.0f}"
    return f"{number} {unit}".strip()


def asked(condition: Condition) -> str:
    """`> 10`, or `> +50.0 % against the same time a day before`."""
    against = f" against {_AGAINST[condition.compare]}" if condition.compare is not None else ""
    return f"{condition.operator} {shown(condition, condition.threshold)}{against}"


def length(span: int) -> str:
    """`90 s`, `15 min`, `3 h 20 min`."""
    if span < 2 * MINUTE:
        return f"{span // SECOND} s"
    minutes = round(timedelta(microseconds=span).total_seconds() / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60} min"


def _lines(condition: Condition, firings: Sequence[Firing]) -> list[str]:
    lines = [_line(condition, firing.group, firing.reading) for firing in firings[:MOST_LINES] if firing.reading]
    if len(firings) > MOST_LINES:
        lines.append(f"and {len(firings) - MOST_LINES} more")
    return lines


def _line(condition: Condition, group: Group, reading: Reading) -> str:
    place = f"{in_words(group)}: " if group else ""
    value = shown(condition, reading.value or 0)
    compared = ""
    if condition.compare is not None and reading.now is not None and reading.before is not None:
        compared = f" ({plain(reading.before):g} → {plain(reading.now):g})"
    return f"{place}{condition.measure.label} {value}{compared}, {reading.sessions} sessions"


def _fields(
    rule: Rule, project: Project, condition: Condition, firings: Sequence[Firing]
) -> tuple[tuple[str, str], ...]:
    name = project.settings.timezone
    where = zone(name)
    first = firings[0]
    end, start = (
        to_datetime(moment).astimezone(where) for moment in (first.triggered_at, first.triggered_at - condition.span)
    )
    days = "%H:%M" if start.date() == end.date() else "%Y-%m-%d %H:%M"
    fields = [
        ("Rule", rule.name),
        ("Condition", f"{condition.measure.label} {asked(condition)}"),
        ("Window", f"{condition.window}: {start:%Y-%m-%d %H:%M} to {end.strftime(days)} ({name})"),
    ]
    if first.resolved_at is not None:
        fields.append(("Over since", f"{to_datetime(first.resolved_at).astimezone(where):%Y-%m-%d %H:%M}"))
    if rule.description:
        fields.append(("Note", rule.description))
    return tuple(fields)


def _data(kind: str, rule: Rule, project: Project, firings: Sequence[Firing]) -> dict[str, object]:
    condition = rule.wanted
    return {
        "type": kind,
        "timestamp": iso_of(firings[0].resolved_at or firings[0].triggered_at),
        "data": {
            "project_id": project.id,
            "rule_id": rule.id,
            "rule_name": rule.name,
            "condition": condition,
            "alerts": [
                {
                    "group": dict(firing.group),
                    "triggered_at": iso_of(firing.triggered_at),
                    "resolved_at": iso_of(firing.resolved_at) if firing.resolved_at is not None else None,
                    "metric_value": plain(firing.reading.value or 0) if firing.reading else None,
                    "threshold": plain(condition.threshold),
                    "context": context_of(condition, firing.group, firing.reading) if firing.reading else {},
                }
                for firing in firings[:50]
            ],
        },
    }
