"""The tables that SQL may name, and the project's own data in place of each."""

from functools import cache

from sqlglot import exp

from gosight.query.model import Table, TableColumn
from gosight.query.sql.reading import of_ours
from gosight.store.sqlfile import sql

_DUCKDB = {
    "String": "VARCHAR",
    "DateTime64(6, 'UTC')": "TIMESTAMP",
    "Bool": "BOOLEAN",
    "Int64": "BIGINT",
    "Int32": "INTEGER",
    "Float64": "DOUBLE",
}


def _columns(text: str) -> list[TableColumn]:
    """Of lines `name: Type: description`; a ? behind the type: null where it is not known."""
    columns = []
    for line in text.strip().splitlines():
        name, kind, description = (part.strip() for part in line.split(":", 2))
        inner = {"Time": "DateTime64(6, 'UTC')"}.get(kind.rstrip("?"), kind.rstrip("?"))
        shown = f"Nullable({inner})" if kind.endswith("?") else inner
        columns.append(TableColumn(name, shown, _DUCKDB[inner], description))
    return columns


_CUSTOMER = "customer_id: String: the project's id; its slug may stand in the condition as well"
_WHO = """
session_id: String: the visit
visitor_id: String: the browser
user_id: String?: the person, where the site named one
"""
_FROM = """
referrer: String?: the address that the visit came from
source: String?: where the visit came from: utm_source, else the referrer's host, else direct
utm_source: String?: of the visit's entry page
utm_medium: String?: of the visit's entry page
utm_campaign: String?: of the visit's entry page
"""
_BROWSER = """
browser: String?: Chrome, Safari, Firefox …
browser_version: String?: as the browser tells it
os: String?: Windows, iOS, Android …
os_version: String?: as the browser tells it
device: String?: desktop, mobile or tablet
"""
_PLACE = """
screen: String?: width and height in pixels, 1920x1080
language: String?: the browser's, such as de-DE
timezone: String?: the browser's, such as Europe/Berlin
country: String?: two letters, such as DE
region: String?: where it is known
city: String?: where it is known
"""
_BOT = "is_bot: Bool: robots are there in SQL, and left out of the dashboard's figures: add AND NOT is_bot for the same"

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table(
            "events_raw",
            "One row per event, as it was sent.",
            _columns(f"""
{_CUSTOMER}
event_id: String: the sender's, else evt_ and a number
visitor_id: String: the browser
user_id: String?: the person, where the site named one
session_id: String: the visit
event_type: String: page_view, click, scroll, js_error, custom …, or any other that was sent
event_name: String?: of events that have one
properties: String: what the event carried, as JSON; of a page view also its path, as page. Past 8 KB only its gist
page_url: String?: without secrets in its query
page_path: String?: the path of page_url
{_FROM.strip()}
timestamp: Time: when it happened, UTC
received_at: Time: when it came in, UTC
{_BROWSER.strip()}
{_PLACE.strip()}
{_BOT}
"""),
        ),
        Table(
            "sessions",
            "One row per visit.",
            _columns(f"""
{_CUSTOMER}
{_WHO.strip()}
started_at: Time: its first event, UTC
ended_at: Time: its last event, UTC
duration_seconds: Float64: from the first event to the last
entry_url: String?: the first page
entry_path: String?: its path
exit_url: String?: the last page
exit_path: String?: its path
page_views: Int32: how many pages were seen
events: Int32: how many events it has
is_bounce: Bool: one page view
clicks: Int32: how many clicks it has
errors: Int32: how many JavaScript errors it has
rage_clicks: Int32: many clicks on one spot
dead_clicks: Int32: clicks without any effect
error_clicks: Int32: clicks followed by an error
thrashed_cursors: Int32: the mouse shaken to and fro
has_replay: Bool: is there a recording?
{_FROM.strip()}
{_BROWSER.strip()}
{_PLACE.strip()}
{_BOT}
"""),
        ),
        Table(
            "pages",
            "One row per page view, with the time that was spent on the page.",
            _columns(f"""
{_CUSTOMER}
{_WHO.strip()}
position: Int32: of the page within its visit, from 1
entered_at: Time: when it was opened, UTC
session_started_at: Time: when its visit began, UTC
page_url: String?: the page's address
page_path: String?: the path of page_url
title: String?: the page's title
time_on_page_seconds: Float64?: until the next page, or the visit's last event; null where it is not known
scroll_depth: Float64?: percent of the page that was seen
{_FROM.strip()}
browser: String?: Chrome, Safari, Firefox …
os: String?: Windows, iOS, Android …
device: String?: desktop, mobile or tablet
country: String?: two letters, such as DE
city: String?: where it is known
{_BOT}
"""),
        ),
        Table(
            "errors",
            "One row per JavaScript error.",
            _columns(f"""
{_CUSTOMER}
error_id: String: the fault that it is one of, as in the dashboard's addresses
event_id: String: evt_ and a number
{_WHO.strip()}
timestamp: Time: when it happened, UTC
received_at: Time: when it came in, UTC
error_type: String: TypeError, ReferenceError …
message: String: as the browser told it
filename: String?: the script
line: Int32?: in the script
col: Int32?: in the line
release: String?: the site's, where its pages tell it
page_url: String?: the page's address
page_path: String?: the path of page_url
{_BROWSER.strip()}
country: String?: two letters, such as DE
{_BOT}
"""),
        ),
        Table(
            "insights",
            "One row per sign of frustration.",
            _columns(f"""
{_CUSTOMER}
insight_type: String: rage_click, dead_click, error_click or thrashed_cursor
{_WHO.strip()}
timestamp: Time: when it began, UTC
page_url: String?: the page's address
page_path: String?: the path of page_url
selector: String?: the element, where there is one
details: String?: what is known of it, as JSON
browser: String?: Chrome, Safari, Firefox …
os: String?: Windows, iOS, Android …
device: String?: desktop, mobile or tablet
country: String?: two letters, such as DE
{_BOT}
"""),
        ),
    )
}


def in_place(name: str, catalog: str, customer: str, used: set[str] | None) -> exp.Select:
    """What stands for a table: a query on the project's own file that tells of the columns `used` alone (None: of all),
    and joins the visits only where one of those needs them."""
    select = _template(name).copy()
    made = {column.alias: column for column in select.expressions}
    names = [column.name for column in TABLES[name].columns]
    kept = [made[column] for column in names if used is None or column in used or column == "customer_id"]
    select.set("expressions", kept)
    if not any(column.table == "s" for part in kept for column in part.find_all(exp.Column)):
        select.set("joins", [])
    for place in list(select.find_all(exp.Placeholder)):
        place.replace(exp.Literal.string(customer))
    for table in select.find_all(exp.Table):
        table.set("db", exp.to_identifier("main", quoted=True))
        table.set("catalog", exp.to_identifier(catalog, quoted=True))
    return select


@cache
def _template(name: str) -> exp.Select:
    text = {
        "events_raw": sql("query", "table.events_raw"),
        "sessions": sql("query", "table.sessions"),
        "pages": sql("query", "table.pages"),
        "errors": sql("query", "table.errors"),
        "insights": sql("query", "table.insights"),
    }[name]
    select = of_ours(text)
    assert isinstance(select, exp.Select)
    return select
