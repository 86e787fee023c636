"""Questions about events: the most common, how many, and who caused one after viewing a page."""

# ruff: noqa: S608 - in the SQL stand our own words, numbers, and names that `wording` let through; the gate reads all of it.

import re

from gosight.query.ai.catalogue import telling
from gosight.query.ai.catalogue.model import EVENTS, PAGE_VIEWS, VISITORS, Asked, Understood, metric, on_page
from gosight.query.ai.catalogue.wording import Event, called, event, page
from gosight.query.ai.reply import Plan

MOST_VISITORS = 100


def top(asked: Asked) -> Understood | None:
    """Custom events by their names, all others by their types."""
    most = asked.number("n", 10)
    if most is None:
        return None
    sql = (
        "SELECT if(event_type = 'custom', coalesce(event_name, event_type), event_type) AS event, count() AS count,"
        f" uniq(visitor_id) AS unique_visitors FROM events_raw WHERE {asked.where()}"
        f" GROUP BY event ORDER BY count DESC, event LIMIT {most}"
    )
    explanation = (
        f"This query counts the events {asked.span.words} by what they are called, the {most} most common first, with"
        " the distinct visitors of each."
    )
    related = (
        "What are the most common events today?",
        "Show me the top 10 pages by views today",
        "Compare events this week vs last week",
    )
    return Understood(Plan(sql=sql, explanation=explanation, related=related), telling.top_events(asked.span))


def how_many(asked: Asked) -> Understood | None:
    on = page(asked.question, asked.group("page")) if asked.group("page") else None
    did = event(asked.question, asked.group("event")) if asked.group("event") else None
    if (asked.group("page") and on is None) or (asked.group("event") and did is None):
        return None
    counted = metric(asked.group("metric")) if asked.group("metric") else EVENTS
    if on is not None and counted not in (PAGE_VIEWS, VISITORS):
        return None
    condition = on_page(on.condition) if on is not None else did.condition if did is not None else counted.condition
    value = f"uniq({counted.each})" if counted.each else "count()"
    where = asked.where(condition, time=counted.time)
    of = f" {did.words}" if did is not None else f" of {on.words}" if on is not None else ""
    related = (
        "Compare page views today vs yesterday",
        "Show me the top 10 pages by views today",
        "What are the most common events in the last hour?",
    )
    plan = Plan(
        sql=f"SELECT {value} AS {counted.name} FROM {counted.table} WHERE {where}",
        explanation=f"This query counts {counted.words}{of} {asked.span.words}.",
        related=related,
    )
    return Understood(plan, telling.how_many(counted.word, of, counted.name, asked.span))


def after_viewing(asked: Asked) -> Understood | None:
    """Visitors with an event, and so many views of a page before the last of it."""
    seen, did, times = page(asked.question, asked.group("page")), _deed(asked), _times(asked)
    if seen is None or did is None or times is None:
        return None
    stem = re.sub(r"\W+", "_", asked.group("page").removesuffix(" page"))
    stem = stem if "LIKE" in seen.condition and re.fullmatch(r"[a-z][a-z0-9_]*", stem) else "page"
    when = "cart_abandon_time" if asked.group("cart") else "event_time"
    viewed = seen.condition.replace("{page}", "JSONExtractString(v.properties, 'page')")
    views = asked.where("v.event_type = 'page_view'", viewed, "v.timestamp < a.happened_at", prefix="v.")
    sql = (
        f"SELECT v.visitor_id AS visitor_id, count() AS {stem}_views, max(v.timestamp) AS last_{stem}_view,"
        f" max(a.happened_at) AS {when} FROM events_raw AS v JOIN ("
        f"SELECT visitor_id, max(timestamp) AS happened_at FROM events_raw WHERE {asked.where(did.condition)}"
        f" GROUP BY visitor_id) AS a ON a.visitor_id = v.visitor_id WHERE {views}"
        f" GROUP BY v.visitor_id HAVING count() >= {times} ORDER BY {stem}_views DESC, visitor_id LIMIT {MOST_VISITORS}"
    )
    often = "once" if times == 1 else f"{times} times"
    explanation = (
        f"This query finds visitors with an event {did.words} {asked.span.words} who had viewed {seen.words} at least"
        f" {often} before the last such event, those with the most views first."
    )
    related = (
        "Show me the top 10 pages by views today",
        "Show me conversion funnel for signup process",
        "What are the most common events in the last hour?",
    )
    tell = telling.visitors_who(did.words, seen.words, times, f"{stem}_views", asked.span, MOST_VISITORS)
    return Understood(Plan(sql=sql, explanation=explanation, related=related), tell)


def _deed(asked: Asked) -> Event | None:
    """Carts are abandoned under several names."""
    if asked.group("cart"):
        others = (["cart", "abandoned"], ["abandoned", "cart"], ["cart", "abandonment"], ["abandon", "cart"])
        return called(["cart", "abandon"], "cart_abandon", *others)
    return event(asked.question, asked.group("event"))


def _times(asked: Asked) -> int | None:
    if asked.group("over"):
        over = asked.number("over", 1)
        return over + 1 if over else None
    return next((asked.number(group, 1) for group in ("least", "plus", "more") if asked.group(group)), 1)
