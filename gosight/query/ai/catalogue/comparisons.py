"""Questions that compare one span of time with the one before it."""

# ruff: noqa: S608 - in the SQL stand our own words, numbers, and names that `wording` let through; the gate reads all of it.

from gosight.query.ai.catalogue import spans, telling
from gosight.query.ai.catalogue.model import (
    EVENTS,
    PAGE_VIEWS,
    VISITORS,
    Asked,
    Metric,
    Understood,
    metric,
    on_page,
)
from gosight.query.ai.catalogue.spans import Span
from gosight.query.ai.catalogue.wording import event, page
from gosight.query.ai.reply import Plan

PAIRS = ({"today", "yesterday"}, {"this_week", "last_week"}, {"this_month", "last_month"})


def compared(asked: Asked) -> Understood | None:
    first, second = spans.named(asked.group("a")), spans.named(asked.group("b"))
    if first is None or second is None or {first.name, second.name} not in PAIRS:
        return None
    on = page(asked.question, asked.group("page")) if asked.group("page") else None
    did = event(asked.question, asked.group("event")) if asked.group("event") else None
    if (asked.group("page") and on is None) or (asked.group("event") and did is None) or (on and did):
        return None
    metrics = [EVENTS] if did is not None else _metrics(asked.group("metric"))
    if on is not None and not set(metrics) <= {PAGE_VIEWS, VISITORS}:
        return None
    only = on_page(on.condition) if on is not None else did.condition if did is not None else ""
    of = f" of {on.words}" if on is not None else f" {did.words}" if did is not None else ""
    return _comparison(asked.project, metrics, only, of, first, second)


def _metrics(word: str) -> list[Metric]:
    """Traffic is both."""
    return [PAGE_VIEWS, VISITORS] if word == "traffic" else [metric(word)]


def _comparison(project: str, metrics: list[Metric], only: str, of: str, first: Span, second: Span) -> Understood:
    a, b = (f"({span.on(metrics[0].time)})" for span in (first, second))
    columns = []
    for counted in metrics:
        now, then = counted.counted(a), counted.counted(b)
        columns += [
            f"{now} AS {counted.name}_{first.name}",
            f"{then} AS {counted.name}_{second.name}",
            f"round(100 * ({now} - {then}) / nullIf({then}, 0), 1) AS {counted.name}_change_percent",
        ]
    conditions = [f"customer_id = '{project}'", only, f"({a} OR {b})", "NOT is_bot"]
    where = " AND ".join(condition for condition in conditions if condition)
    what = " and ".join(counted.words for counted in metrics)
    explanation = (
        f"This query compares {what}{of} {first.words} with {second.words}; change_percent is how much more or less"
        f" {first.words.partition(' (')[0]} has. {telling.still_running(first, second)}"
    )
    plan = Plan(
        sql=f"SELECT {', '.join(columns)} FROM {metrics[0].table} WHERE {where}",
        explanation=explanation.strip(),
        related=(
            "Show me the top 10 pages by views today",
            "What are the most common events in the last hour?",
            "Compare visitors this week vs last week",
        ),
    )
    return Understood(plan, telling.comparison(metrics_named(metrics), of, first, second))


def metrics_named(metrics: list[Metric]) -> list[tuple[str, str]]:
    return [(counted.name, counted.word) for counted in metrics]
