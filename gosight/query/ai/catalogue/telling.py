"""What rows say, in plain English, worked out from the rows alone."""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from gosight.query.ai.catalogue.spans import Span

Rows = Sequence[Mapping[str, Any]]
Tell = Callable[[Rows], str]
"""Sentences about the rows of one question."""

_SAME_IN_PLURAL = {"people"}
MAX_NAME = 100


def plural(word: str) -> str:
    return word if word in _SAME_IN_PLURAL else f"{word}s"


def counted(number: Any, word: str) -> str:
    """ "1 visitor", "1,234 visitors"."""
    return f"{figure(number)} {word if number == 1 else plural(word)}"


def figure(number: Any) -> str:
    if isinstance(number, bool) or not isinstance(number, int | float):
        return shown(number)
    if isinstance(number, int):
        return f"{number:,}"
    return f"{number:,.0f}" if number == int(number) else f"{number:,.2f}".rstrip("0").rstrip(".")


def shown(value: Any) -> str:
    if value is None:
        return "(none)"
    text = " ".join(str(value).split())
    text = text if len(text) <= MAX_NAME else text[: MAX_NAME - 1] + "…"
    return text or "(empty)"


def top_pages(during: Span, by: str) -> Tell:
    def tell(rows: Rows) -> str:
        if not rows:
            return f"No page was viewed {during.words}."
        first = rows[0]
        lead = "most views" if by == "views" else "most visitors"
        text = f"{shown(first['page'])} has the {lead} {during.words}: {_views(first)}."
        if len(rows) > 1:
            text += f" {shown(rows[1]['page'])} comes second with {_views(rows[1])}."
        if len(rows) > 2:
            together = counted(sum(row["views"] for row in rows), "view")
            text += f" The {len(rows)} pages listed have {together} together."
        return text

    return tell


def _views(row: Mapping[str, Any]) -> str:
    return f"{counted(row['views'], 'view')} from {counted(row['unique_visitors'], 'unique visitor')}"


def top_events(during: Span) -> Tell:
    def tell(rows: Rows) -> str:
        if not rows:
            return f"There was no event {during.words}."
        first = rows[0]
        text = (
            f"The most common event {during.words} is {shown(first['event'])}: {counted(first['count'], 'time')} by"
            f" {counted(first['unique_visitors'], 'unique visitor')}."
        )
        if len(rows) > 1:
            text += f" {shown(rows[1]['event'])} follows with {figure(rows[1]['count'])}."
        if len(rows) > 2:
            text += f" The {len(rows)} kinds listed make up {counted(sum(row['count'] for row in rows), 'event')}."
        return text

    return tell


def bounce_rates(during: Span, end: str) -> Tell:
    def tell(rows: Rows) -> str:
        if not rows:
            return f"No session began with a page view {during.words}."
        first = rows[0]
        text = (
            f"{shown(first['page'])} has the {end} bounce rate {during.words}: {figure(first['bounce_rate'])}%"
            f" ({figure(first['bounces'])} of {counted(first['sessions'], 'session')} that began there)."
        )
        if len(rows) > 1:
            text += f" Next is {shown(rows[1]['page'])} with {figure(rows[1]['bounce_rate'])}%."
        few = [row for row in rows if row["sessions"] < 10]
        if few:
            text += f" Fewer than 10 sessions began on {counted(len(few), 'page')} listed here, which says little."
        return text

    return tell


def times_on_pages(during: Span) -> Tell:
    def tell(rows: Rows) -> str:
        if not rows:
            return f"No page was viewed {during.words}."
        known = [row for row in rows if row["avg_time_seconds"] is not None]
        if not known:
            return (
                f"The {counted(len(rows), 'page')} listed were viewed {during.words}, but how long is not known of any."
            )
        most = max(known, key=lambda row: row["avg_time_seconds"])
        long = f"{counted(most['avg_time_seconds'], 'second')} on average"
        page = counted(len(rows), "page")
        return f"Of the {page} most viewed {during.words}, people stayed longest on {shown(most['page'])}: {long}."

    return tell


def visitors_who(deed: str, seen: str, times: int, column: str, during: Span, most: int) -> Tell:
    """Of a list that is cut at `most`."""
    often = "once" if times == 1 else f"{times} times"

    def tell(rows: Rows) -> str:
        condition = f"an event {deed} {during.words} after viewing {seen} at least {often}"
        if not rows:
            return f"No visitor had {condition}."
        text = f"{counted(len(rows), 'visitor')} had {condition}."
        if len(rows) == most:
            text = f"The {most} visitors with the most views of those who had {condition} are listed."
        return f"{text} The most views by one of them: {figure(max(row[column] for row in rows))}."

    return tell


def funnel(during: Span) -> Tell:
    def tell(rows: Rows) -> str:
        if not rows or not rows[0]["visitors"]:
            return f"Nobody took the first step {during.words}."
        first, last = rows[0], rows[-1]
        text = (
            f"Of {counted(first['visitors'], 'visitor')} at step 1 ({shown(first['name'])}) {during.words},"
            f" {figure(last['visitors'])} reached step {len(rows)} ({shown(last['name'])}):"
            f" {figure(last['conversion_rate'])}%."
        )
        lost = [(before["visitors"] - after["visitors"], at) for at, (before, after) in enumerate(_pairs(rows), 1)]
        most, at = max(lost, key=lambda one: (one[0], -one[1]), default=(0, 0))
        if most and len(rows) > 2:
            text += f" Most are lost between steps {at} and {at + 1}: {counted(most, 'visitor')}."
        return text

    return tell


def _pairs(rows: Rows) -> list[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    return list(pairwise(rows))


def how_many(word: str, of: str, column: str, during: Span) -> Tell:
    def tell(rows: Rows) -> str:
        number = rows[0][column] if rows else 0
        if not number:
            return f"There was no {word}{of} {during.words}."
        was = "was" if number == 1 else "were"
        return f"There {was} {counted(number, word)}{of} {during.words}."

    return tell


def comparison(metrics: list[tuple[str, str]], of: str, first: Span, second: Span) -> Tell:
    """`metrics`: the columns' beginning and the word for one."""

    def tell(rows: Rows) -> str:
        row = rows[0]
        texts = [_compared(row, name, word, of, first, second) for name, word in metrics]
        return " ".join([*texts, still_running(first, second)]).strip()

    return tell


def still_running(*spans: Span) -> str:
    """Says which span is not over; "" where all are."""
    return next((f"{span.words.capitalize()} is not over yet." for span in spans if span.is_running), "")


def _compared(row: Mapping[str, Any], name: str, word: str, of: str, first: Span, second: Span) -> str:
    now, then = row[f"{name}_{first.name}"], row[f"{name}_{second.name}"]
    change = row[f"{name}_change_percent"]
    after, before = (span.words.partition(" (")[0] for span in (first, second))
    start = f"{counted(now, word)}{of} {after} against {figure(then)} {before}"
    if now == then:
        return f"{start}: as many." if now else f"No {word}{of} {after}, and none {before}."
    if change is None:
        return f"{start}."
    return f"{start}: {figure(abs(change))}% {'more' if change > 0 else 'fewer'}."


def plainly(rows: Rows, *, truncated: bool) -> str:
    """About the rows of any query: how many, and what the first says."""
    if not rows:
        return "The query found nothing."
    many = f"{counted(len(rows), 'row')} (more were cut off)" if truncated else counted(len(rows), "row")
    cells = ", ".join(f"{name.replace('_', ' ')} {figure(value)}" for name, value in list(rows[0].items())[:6])
    if len(rows) == 1 and not truncated:
        return f"The result is one row: {cells}."
    return f"The result has {many}. The first: {cells}."
