"""Questions about pages: most viewed, bounced from, stayed on."""

# ruff: noqa: S608 - in the SQL stand our own words, numbers, and names that `wording` let through; the gate reads all of it.

from gosight.query.ai.catalogue import telling
from gosight.query.ai.catalogue.model import PAGE, VIEW, Asked, Understood
from gosight.query.ai.reply import Plan


def top(asked: Asked) -> Understood | None:
    most = asked.number("n", 10)
    if most is None:
        return None
    by = "unique_visitors" if "visitor" in asked.group("by") else "views"
    sql = (
        f"SELECT {PAGE} AS page, count() AS views, uniq(visitor_id) AS unique_visitors FROM events_raw"
        f" WHERE {asked.where(VIEW)} GROUP BY page ORDER BY {by} DESC LIMIT {most}"
    )
    what = "most viewed pages" if by == "views" else "pages with the most visitors"
    explanation = (
        f"This query finds the {most} {what} {asked.span.words}, showing both total views and unique visitors for each"
        " page."
    )
    related = (
        "Which pages have the highest bounce rate?",
        "Compare page views today vs yesterday",
        "Show me conversion funnel for signup process",
    )
    return Understood(Plan(sql=sql, explanation=explanation, related=related), telling.top_pages(asked.span, by))


def bounce_rates(asked: Asked) -> Understood | None:
    """Of sessions by the page that they began on, as the dashboard counts them."""
    most = asked.number("n", 10)
    if most is None:
        return None
    end, order = ("lowest", "ASC") if asked.group("end") in ("lowest", "best") else ("highest", "DESC")
    where = asked.where("page_views >= 1", "entry_path != ''", time="started_at")
    sql = (
        "SELECT entry_path AS page, count() AS sessions, countIf(is_bounce) AS bounces,"
        f" round(100 * countIf(is_bounce) / count(), 1) AS bounce_rate FROM sessions WHERE {where} GROUP BY page"
        f" ORDER BY bounce_rate {order}, sessions DESC, page LIMIT {most}"
    )
    explanation = (
        f"This query finds the {most} pages with the {end} bounce rate among sessions that began on them"
        f" {asked.span.words}: the percentage of those sessions in which no second page was viewed."
    )
    related = (
        "Show me the top 10 pages by views today",
        "Which pages have the lowest bounce rate?",
        "Compare visitors this week vs last week",
    )
    return Understood(Plan(sql=sql, explanation=explanation, related=related), telling.bounce_rates(asked.span, end))


def times(asked: Asked) -> Understood | None:
    most = asked.number("n", 10)
    if most is None:
        return None
    where = asked.where("page_path != ''", time="entered_at")
    sql = (
        "SELECT page_path AS page, count() AS views, round(avg(time_on_page_seconds), 1) AS avg_time_seconds"
        f" FROM pages WHERE {where} GROUP BY page ORDER BY views DESC, page LIMIT {most}"
    )
    explanation = (
        f"This query finds the {most} most viewed pages {asked.span.words} with the average time spent on each, in"
        " seconds, over the views whose end is known."
    )
    related = (
        "Show me the top 10 pages by views today",
        "Which pages have the highest bounce rate?",
        "Compare page views this week vs last week",
    )
    return Understood(Plan(sql=sql, explanation=explanation, related=related), telling.times_on_pages(asked.span))
