"""Reads what a model said: they wrap JSON in fences and talk around it; one that gives SQL alone is understood too."""

import re

import msgspec

MAX_SQL = 64 * 1024
MAX_TEXT = 2_000
"""Characters of an explanation."""
MAX_RELATED, MAX_QUESTION = 5, 200
MAX_STARTS = 50
"""Braces at which a JSON object is looked for."""
_FENCE = re.compile(r"```[ \t]*(\w*)[ \t]*\r?\n(.*?)```", re.DOTALL)


class Unreadable(Exception):
    """What the model said is no answer in the form that was asked for; the message tells the model so."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """How a question is answered."""

    sql: str
    explanation: str
    related: tuple[str, ...] = ()


class Declined(msgspec.Struct, frozen=True):
    """Why the model says that the question cannot be answered."""

    reason: str


class _Told(msgspec.Struct):
    sql: str | None = None
    explanation: str | None = None
    related_queries: list[str] | None = None
    cannot: str | None = None


def plan(text: str) -> Plan | Declined:
    """Raises Unreadable."""
    told = _json(text)
    if told is None:
        return _bare(text)
    sql = (told.sql or "").strip().rstrip(";").strip()
    if not sql:
        if told.cannot and told.cannot.strip():
            return Declined(shortened(told.cannot, 500))
        raise Unreadable('the field "sql" is empty: expected one SELECT statement')
    if len(sql) > MAX_SQL:
        raise Unreadable(f"the SQL is longer than {MAX_SQL} characters")
    related = (shortened(one, MAX_QUESTION) for one in told.related_queries or [])
    return Plan(
        sql=sql,
        explanation=shortened(told.explanation or "", MAX_TEXT),
        related=tuple(dict.fromkeys(one for one in related if one))[:MAX_RELATED],
    )


def shortened(text: str, most: int) -> str:
    """One piece of text without control characters, cut at `most`."""
    plain = "".join(letter for letter in text if letter.isprintable() or letter == "\n").strip()
    return plain if len(plain) <= most else plain[: most - 1].rstrip() + "…"


def _json(text: str) -> _Told | None:
    """The whole, what stands in a fence, or the first object anywhere."""
    for piece in (text, *(inside for _, inside in _FENCE.findall(text))):
        found = _decoded(piece.strip())
        if found is not None:
            return found
    starts = [at.start() for at in re.finditer(r"\{", text)][:MAX_STARTS]
    end = text.rfind("}")
    for start in starts:
        found = _decoded(text[start : end + 1])
        if found is not None:
            return found
    return None


def _decoded(piece: str) -> _Told | None:
    if not piece.startswith("{"):
        return None
    try:
        told = msgspec.json.decode(piece.encode("utf-8", "replace"), type=_Told)
    except (msgspec.DecodeError, RecursionError):
        return None
    return told if told.sql is not None or told.cannot is not None else None


def _bare(text: str) -> Plan:
    """SQL in a fence, the words around it the explanation."""
    fences = [inside.strip() for kind, inside in _FENCE.findall(text) if kind.lower() in ("", "sql")]
    selects = [inside for inside in fences if re.match(r"(?i)(select|with)\b", inside)]
    if len(selects) != 1 or len(selects[0]) > MAX_SQL:
        raise Unreadable('expected one JSON object with "sql", "explanation" and "related_queries", and nothing else')
    around = _FENCE.sub(" ", text)
    return Plan(sql=selects[0].rstrip(";").strip(), explanation=shortened(" ".join(around.split()), MAX_TEXT))
