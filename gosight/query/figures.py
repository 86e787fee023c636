"""Each figure of the overview as a query that anybody may read, change and run: over the documented tables, in
ClickHouse's dialect, for the same range, zone and filters. Pure text; nothing here is run."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum

import msgspec

from gosight.analytics import Filters, Interval, Range
from gosight.kit.clock import to_datetime

MOST = 10
"""Rows of a ranking, as many as the overview shows."""


class Figure(StrEnum):
    """What the overview shows: figures, series over time, and what sessions are ranked by."""

    sessions = "sessions"
    users = "users"
    pageviews = "pageviews"
    events = "events"
    pages_per_session = "pages_per_session"
    avg_session_duration = "avg_session_duration"
    bounce_rate = "bounce_rate"
    rage_clicks = "rage_clicks"
    dead_clicks = "dead_clicks"
    error_clicks = "error_clicks"
    thrashed_cursors = "thrashed_cursors"
    error_sessions = "error_sessions"
    frustrated_sessions = "frustrated_sessions"
    sessions_over_time = "sessions_over_time"
    users_over_time = "users_over_time"
    pageviews_over_time = "pageviews_over_time"
    path = "path"
    entry_path = "entry_path"
    exit_path = "exit_path"
    referrer = "referrer"
    utm_source = "utm_source"
    utm_medium = "utm_medium"
    utm_campaign = "utm_campaign"
    country = "country"
    browser = "browser"
    os = "os"
    device_type = "device_type"


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a figure is asked for: whose, over which range, of which sessions."""

    customer: str
    during: Range
    only: Filters
    interval: Interval = Interval.day


_COLUMNS = {"referrer": "source", "device_type": "device"}
"""Filters and rankings whose column is called otherwise."""
_VALUES: dict[Figure, tuple[str, str]] = {
    Figure.sessions: ("count()", "visits"),
    Figure.users: ("uniq(visitor_id)", "visitors"),
    Figure.pageviews: ("sum(page_views)", "views"),
    Figure.events: ("sum(events)", "event_count"),
    Figure.pages_per_session: ("sum(page_views) / count()", "pages_per_visit"),
    Figure.avg_session_duration: ("sum(duration_seconds) / count()", "avg_seconds"),
    Figure.bounce_rate: ("100 * countIf(is_bounce) / count()", "bounce_percent"),
    Figure.rage_clicks: ("sum(rage_clicks)", "clicks"),
    Figure.dead_clicks: ("sum(dead_clicks)", "clicks"),
    Figure.error_clicks: ("sum(error_clicks)", "clicks"),
    Figure.thrashed_cursors: ("sum(thrashed_cursors)", "cursors"),
    Figure.error_sessions: ("countIf(errors > 0)", "visits_with_errors"),
    Figure.frustrated_sessions: (
        "countIf(rage_clicks > 0 OR dead_clicks > 0 OR error_clicks > 0 OR thrashed_cursors > 0)",
        "frustrated_visits",
    ),
}
_SERIES = {
    Figure.sessions_over_time: Figure.sessions,
    Figure.users_over_time: Figure.users,
    Figure.pageviews_over_time: Figure.pageviews,
}


def statement(figure: Figure, asked: Asked) -> str:
    """One SELECT. It gives `figure` as the overview has it; of a series the points that are not 0."""
    if figure in _SERIES:
        return _series(_SERIES[figure], asked)
    if figure in _VALUES:
        return _value(figure, asked)
    return _pages(asked) if figure is Figure.path else _ranking(figure, asked)


def _value(figure: Figure, asked: Asked) -> str:
    value, name = _VALUES[figure]
    if asked.only.path is None or figure not in (Figure.pageviews, Figure.pages_per_session):
        return _select([f"{value} AS {name}"], "sessions", _of_sessions(asked))
    views = _select(["count()"], "pages", _of_pages(asked))  # with a page as filter, views count that page alone
    if figure is Figure.pageviews:
        return _select([f"count() AS {name}"], "pages", _of_pages(asked))
    return _select([f"({_indented(views)}) / count() AS {name}"], "sessions", _of_sessions(asked))


def _series(figure: Figure, asked: Asked) -> str:
    value, name = _VALUES[figure]
    of_pages = figure is Figure.pageviews and asked.only.path is not None
    table, began = ("pages", "session_started_at") if of_pages else ("sessions", "started_at")
    bucket = asked.interval.value
    columns = [f"{_bucket(began, asked)} AS {bucket}", f"{'count()' if of_pages else value} AS {name}"]
    where = _of_pages(asked) if of_pages else _of_sessions(asked)
    return _select(columns, table, where) + f"\nGROUP BY {bucket}\nORDER BY {bucket}"


def _bucket(began: str, asked: Asked) -> str:
    """Hours are moments; days, weeks and months are those of the zone."""
    zone = asked.during.timezone
    if asked.interval is Interval.hour:
        past = _minutes_past_the_hour(asked.during)
        shifted = f"toStartOfHour({began} + INTERVAL {past} MINUTE) - INTERVAL {past} MINUTE"
        return shifted if past else f"toStartOfHour({began})"
    day = f"toDate({began}, {_text(zone)})" if zone != "UTC" else f"toDate({began})"
    if asked.interval is Interval.week:
        return f"toMonday({day})"
    return f"toStartOfMonth({day})" if asked.interval is Interval.month else day


def _minutes_past_the_hour(during: Range) -> int:
    """India's clocks are half an hour off everybody's, Nepal's three quarters."""
    offset = datetime.fromtimestamp(during.since / 1e6, UTC).astimezone(during.zone).utcoffset() or timedelta()
    return int(offset.total_seconds() // 60) % 60


def _pages(asked: Asked) -> str:
    columns = ["page_path", "count() AS views", "avg(time_on_page_seconds) AS avg_seconds"]
    where = [*_of_pages(asked), "page_path IS NOT NULL"]
    return _select(columns, "pages", where) + f"\nGROUP BY page_path\nORDER BY views DESC, page_path\nLIMIT {MOST}"


def _ranking(figure: Figure, asked: Asked) -> str:
    column = _COLUMNS.get(figure.value, figure.value)
    where = [*_of_sessions(asked), f"{column} IS NOT NULL"]
    ranked = f"\nGROUP BY {column}\nORDER BY visits DESC, {column}\nLIMIT {MOST}"
    return _select([column, "count() AS visits"], "sessions", where) + ranked


def _of_sessions(asked: Asked) -> list[str]:
    conditions = _conditions("started_at", asked)
    if asked.only.path is not None:
        seen = _select(["session_id"], "pages", _on_path(asked))
        conditions.append(f"session_id IN ({_indented(seen)})")
    return conditions


def _on_path(asked: Asked) -> list[str]:
    return [*_in_range("session_started_at", asked), f"page_path = {_text(asked.only.path or '')}"]


def _of_pages(asked: Asked) -> list[str]:
    """Page views of the chosen sessions; what is true of a session is true of its pages."""
    path = [] if asked.only.path is None else [f"page_path = {_text(asked.only.path)}"]
    return _conditions("session_started_at", asked) + path


def _conditions(began: str, asked: Asked) -> list[str]:
    found = _in_range(began, asked)
    if not asked.only.bots:
        found.append("NOT is_bot")
    for name, value in msgspec.structs.asdict(asked.only).items():
        if value is None or name in ("path", "bots"):
            continue
        if name == "referrer":
            found.append(f"(source = {_text(value)} OR referrer = {_text(value)})")
        else:
            found.append(f"{_COLUMNS.get(name, name)} = {_text(value)}")
    return found


def _in_range(began: str, asked: Asked) -> list[str]:
    return [
        f"customer_id = {_text(asked.customer)}",
        f"{began} >= {_moment(asked.during.since)}",
        f"{began} < {_moment(asked.during.until)}",
    ]


def _moment(at: int) -> str:
    """Ranges begin and end with a second."""
    return f"toDateTime('{to_datetime(at):%Y-%m-%d %H:%M:%S}')"


def _text(value: str) -> str:
    """A literal: quotes are doubled, and ClickHouse reads a backslash as the beginning of something."""
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def _select(columns: list[str], table: str, where: list[str]) -> str:
    return "SELECT\n  " + ",\n  ".join(columns) + f"\nFROM {table}\nWHERE " + "\n  AND ".join(where)


def _indented(text: str) -> str:
    return "\n" + "".join(f"    {line}\n" for line in text.splitlines()) + "  "
