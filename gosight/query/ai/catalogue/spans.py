"""Spans of time as people write them, and as conditions in SQL. Days, weeks (from Monday) and months are UTC's."""

import re
from collections.abc import Callable
from datetime import date

import msgspec

from gosight.query.ai.catalogue.wording import compiled

NUMBERS = {
    word: number
    for number, word in enumerate(
        "one two three four five six seven eight nine ten eleven twelve".split(),
        start=1,
    )
}
MOST_UNITS = 10_000


class Span(msgspec.Struct, frozen=True):
    """`condition` is SQL with `{t}` in place of the time; `words` follow a noun: "page views yesterday"."""

    condition: str
    words: str
    name: str = ""
    """For a column: `this_week`."""
    is_running: bool = False
    """It is not over yet."""

    def on(self, column: str) -> str:
        return self.condition.replace("{t}", column)


EVER = Span("", "over all time")

_NUMBER = rf"\d{{1,5}}|{'|'.join(NUMBERS)}"
_MONTHS = "january february march april may june july august september october november december".split()
_MONTH = "|".join([*_MONTHS, *(month[:3] for month in _MONTHS), "sept"])
_DATE = (
    rf"\d{{4}}-\d{{1,2}}-\d{{1,2}}|(?:{_MONTH}) \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)? (?:of )?(?:{_MONTH}),? \d{{4}}"
)
_LEAD = r"(?:(?:in|over|during|for|from|within|of|on) )?(?:the )?"

_MONDAY = "toMonday(today())"
_MONTH_START = "toStartOfMonth(today())"
_NAMED = {
    "today": Span("toDate({t}) = today()", "today", "today", is_running=True),
    "yesterday": Span("toDate({t}) = today() - 1", "yesterday", "yesterday"),
    "this week": Span(f"toDate({{t}}) >= {_MONDAY}", "this week", "this_week", is_running=True),
    "last week": Span(
        f"toDate({{t}}) >= {_MONDAY} - 7 AND toDate({{t}}) < {_MONDAY}", "last week (Monday to Sunday)", "last_week"
    ),
    "this month": Span(f"toDate({{t}}) >= {_MONTH_START}", "this month", "this_month", is_running=True),
    "last month": Span(
        f"toDate({{t}}) >= {_MONTH_START} - INTERVAL 1 MONTH AND toDate({{t}}) < {_MONTH_START}",
        "last month",
        "last_month",
    ),
    "this year": Span("toDate({t}) >= toStartOfYear(today())", "this year", "this_year", is_running=True),
}
_SAME = {"previous week": "last week", "previous month": "last month", "current week": "this week",
         "current month": "this month", "current year": "this year"}  # fmt: skip


class NoSpan(Exception):
    """The words look like a time and are none that is understood, or there are several."""


def named(words: str) -> Span | None:
    """One of the spans that have a name of their own, as "this week"."""
    return _NAMED.get(_SAME.get(words, words))


NAMED = "|".join(sorted([*_NAMED, *_SAME], key=len, reverse=True))
"""Their names, for a pattern."""


def _rolling(found: re.Match[str]) -> Span:
    number, unit = _number(found["n"]) if found["n"] else 1, found["unit"]
    if not 1 <= number <= MOST_UNITS:
        raise NoSpan
    words = f"in the last {number} {unit}s" if number != 1 else f"in the last {unit}"
    return Span(f"{{t}} >= now() - INTERVAL {number} {unit.upper()}", words)


def _since(found: re.Match[str]) -> Span:
    if found["day"] == "yesterday":
        return Span("toDate({t}) >= today() - 1", "since yesterday")
    day = _date(found["day"])
    return Span(f"toDate({{t}}) >= '{day}'", f"since {day}")


def _between(found: re.Match[str]) -> Span:
    first, last = _date(found["first"]), _date(found["last"])
    if first > last:
        raise NoSpan
    return Span(f"toDate({{t}}) >= '{first}' AND toDate({{t}}) <= '{last}'", f"from {first} to {last}")


def _on(found: re.Match[str]) -> Span:
    day = _date(found["day"])
    return Span(f"toDate({{t}}) = '{day}'", f"on {day}")


_PATTERNS: list[tuple[str, Callable[[re.Match[str]], Span]]] = [
    (rf"between (?P<first>{_DATE}) and (?P<last>{_DATE})", _between),
    (rf"from (?P<first>{_DATE}) (?:to|until|till|through) (?P<last>{_DATE})", _between),
    (rf"since (?P<day>{_DATE}|yesterday)", _since),
    (rf"on (?P<day>{_DATE})", _on),
    (rf"{_LEAD}(?:last|past|previous) (?P<n>{_NUMBER}) (?P<unit>minute|hour|day|week|month)s?", _rolling),
    (r"(?:in|over|during|for|within) the (?:last|past) (?P<n>)(?P<unit>minute|hour|day|week|month)", _rolling),
    (r"(?:(?:in|over|during|for|within) )?(?:the )?past (?P<n>)(?P<unit>minute|hour|day|week|month)", _rolling),
    (r"(?:(?:in|over|during|for|within) )?(?:the )?last (?P<n>)(?P<unit>minute|hour)", _rolling),
    (rf"{_LEAD}(?P<name>{NAMED})(?:'s)?(?: so far)?", lambda found: _NAMED[_SAME.get(found["name"], found["name"])]),
    (r"(?:of |over |for |since )?(?:all time|ever)", lambda _: EVER),
]
_LEFT = rf"\b(?:{_DATE})\b|\b(?:today|yesterday|ago|since|until|before|last|past|previous|week|month)\b"


def taken(text: str) -> tuple[Span | None, str]:
    """The span that `text` (lower case, single spaces) tells, None where it tells none, and the text without it.

    Raises NoSpan where there is more than one, or something about time is left over.
    """
    found: Span | None = None
    for told, read in _PATTERNS:
        pattern = compiled(rf"(?<![\w/-]){told}(?![\w/-])")
        for match in pattern.finditer(text):
            if found is not None:
                raise NoSpan
            found = read(match)
        text = " ".join(pattern.sub(" ", text).split())
    if compiled(_LEFT).search(text):
        raise NoSpan
    return found, text


def _number(word: str) -> int:
    return NUMBERS.get(word) or int(word)


def _date(text: str) -> date:
    """Raises NoSpan where there is no such day."""
    parts = re.findall(r"[a-z]+|\d+", re.sub(r"(?<=\d)(?:st|nd|rd|th)\b|\bof\b", "", text))
    try:
        if text[:4].isdigit():
            year, month, day = (int(part) for part in parts)
        else:
            month = next(at for at, name in enumerate(_MONTHS, 1) if name[:3] == _word(parts)[:3])
            day, year = (int(part) for part in parts if part.isdigit())
        return date(year, month, day)
    except ValueError:
        raise NoSpan from None


def _word(parts: list[str]) -> str:
    return next(part for part in parts if part.isalpha())
