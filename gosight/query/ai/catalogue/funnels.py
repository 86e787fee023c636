"""Questions about steps that visitors take one after the other."""

# ruff: noqa: S608 - in the SQL stand our own words, numbers, and names that `wording` let through; the gate reads all of it.

import re

from gosight.query.ai.catalogue import telling
from gosight.query.ai.catalogue.model import PAGE, VIEW, Asked, Understood, on_page
from gosight.query.ai.catalogue.wording import Question, event, page
from gosight.query.ai.reply import Plan

WINDOW_DAYS = 30
"""Within which all steps are taken."""
Step = tuple[str, str]
"""In words, and as a condition."""


def of_process(asked: Asked) -> Understood | None:
    """A page viewed, then one that names the process, then an event that does."""
    name = asked.group("process")
    words = asked.question.named.get(name, name)
    if words.startswith("/"):
        return None
    words = "signup" if words in ("sign-up", "sign up") else words
    parts = ["sign", "up"] if words == "signup" else re.split(r"[\s_-]+", words.lower())
    spelled = [glue.join(parts) for glue in ("", "_", "-", " ")] if len(parts) > 1 else parts

    def names(column: str) -> str:
        return " OR ".join(f"lower({column}) LIKE '%{one}%'" for one in spelled)

    steps = [
        ("any page viewed", VIEW),
        (f"a page with {words} in its path viewed", f"{VIEW} AND ({names(PAGE)})"),
        (
            f"an event with {words} in its name",
            f"event_type != 'page_view' AND ({names('event_type')} OR {names('event_name')})",
        ),
    ]
    return _funnel(asked, f" of the {words} process", steps)


def between(asked: Asked) -> Understood | None:
    """Steps that the question names, two or three."""
    named = [asked.group(group) for group in ("first", "second", "third")]
    steps = [_step(asked.question, words) for words in named if words]
    known = [step for step in steps if step is not None]
    return _funnel(asked, "", known) if len(known) == len(steps) else None


def _step(question: Question, words: str) -> Step | None:
    """A path or "the … page" is a page viewed, another name an event."""
    plain = words.removeprefix("the ")
    if plain.endswith(" page") or plain == "homepage" or question.named.get(plain, "").startswith("/"):
        seen = page(question, plain)
        return None if seen is None else (f"{seen.words} viewed", on_page(seen.condition))
    did = event(question, plain.removesuffix(" event"))
    return None if did is None else (f"event {did.words}", did.condition)


def _funnel(asked: Asked, what: str, steps: list[Step]) -> Understood:
    conditions = ", ".join(condition for _, condition in steps)
    any_of = " OR ".join(f"({condition})" for _, condition in steps)
    levels = (
        f"SELECT visitor_id, windowFunnel({WINDOW_DAYS * 86_400})(timestamp, {conditions}) AS level FROM events_raw"
        f" WHERE {asked.where(f'({any_of})')} GROUP BY visitor_id"
    )
    parts = [
        f"SELECT {at} AS step, '{_quoted(words)}' AS name, countIf(level >= {at}) AS visitors,"
        f" round(100 * countIf(level >= {at}) / nullIf(countIf(level >= 1), 0), 1) AS conversion_rate FROM levels"
        for at, (words, _) in enumerate(steps, 1)
    ]
    told = "; ".join(f"{at}. {words}" for at, (words, _) in enumerate(steps, 1))
    plan = Plan(
        sql=f"WITH levels AS ({levels}) {' UNION ALL '.join(parts)} ORDER BY step",
        explanation=(
            f"This query follows visitors {asked.span.words} through {len(steps)} steps{what}, each after the one"
            f" before and all within {WINDOW_DAYS} days: {told}. conversion_rate is the percentage of those at step 1."
        ),
        related=(
            "Show me the top 10 pages by views today",
            "Which pages have the highest bounce rate?",
            "Compare visitors this week vs last week",
        ),
    )
    return Understood(plan, telling.funnel(asked.span))


def _quoted(words: str) -> str:
    return words.replace("'", "''")
