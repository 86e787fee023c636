"""The table of the catalogue: how each of its questions is put, and what answers it."""

from gosight.query.ai.catalogue import comparisons, events, funnels, pages, spans
from gosight.query.ai.catalogue.model import Asked, Build, Understood
from gosight.query.ai.catalogue.spans import EVER, NAMED, NUMBERS, NoSpan
from gosight.query.ai.catalogue.wording import (
    KNOWN,
    NAME,
    QUOTED,
    Question,
    compiled,
    event_pattern,
    page_pattern,
    read,
    stripped,
)

Table = tuple[tuple[str, Build], ...]
"""Patterns, of which the first that fits the whole question counts, and what answers it."""

_N = rf"(?:\d{{1,4}}|{'|'.join(NUMBERS)})"
_TOP = rf"(?:(?P<n>{_N}) )?"
_VIEWED = r"(?:viewed|visited|popular|seen)"
_COMMON = r"(?:common|frequent|popular)"
_MOST_OF = r"(?P<by>(?:page ?)?views|(?:unique )?visitors)"
_BY = r"(?: by (?:number of |total )?(?P<by>(?:page ?)?views?|(?:unique )?visitors))?"
_END = r"(?P<end>highest|worst|lowest|best)"
_METRIC = r"(?P<metric>page ?views?|views?|(?:unique )?(?:visitors?|users?)|sessions?|visits?|events?)"
_OF_PAGE = rf"(?: (?:of|on|for|to) {page_pattern('page')})?"
_HAD = r"(?:had|have|get|got|made|happen|happened|receive|received|seen|see)"
_THERE = (
    rf"(?: (?:were|are|did|do|have|has|was|is)(?: there| we| you| i)?(?: {_HAD})?"
    r"|(?: we| i)? (?:had|have|got|get)| happened| came| visited)?"
)
_WHO = r"(?:users?|people|visitors?|customers?|those)(?: (?:who|that|which))?(?: (?:have|had))?"
_TIMES = (
    rf"(?:at least (?P<least>{_N}) times|(?P<plus>\d{{1,4}})\+ times|(?P<more>{_N}) or more times"
    rf"|more than (?P<over>{_N}) times)"
)
_CAUSED = r"(?:did|do|triggered|sent|fired) (?:the |an? )?"
_AFTER = rf"after (?:viewing|visiting|seeing) {page_pattern('page', loose=True)}(?: {_TIMES})?"
_PROCESS = r"(?P<process>sign[ -]?up|checkout|onboarding|registration)"
_ANY_PROCESS = rf"(?P<process>[a-z0-9]+|{NAME}|{QUOTED})"


def _step(group: str) -> str:
    return rf"{page_pattern(group)[:-1]}|{QUOTED}|(?:{NAME}|{KNOWN})(?: event)?)"


_STEPS = rf"from {_step('first')} to {_step('second')}(?: to {_step('third')})?"

_SPAN = rf"(?:(?:in|of|for|from|on|during) )?(?:the )?(?P<{{}}>{NAMED})"
_A, _B = _SPAN.format("a"), _SPAN.format("b")
_VERSUS = r"(?:vs\.?|versus|with|to|and|against|compared to|compared with)"
_WHAT = rf"(?:{_METRIC.replace('sessions?', 'traffic|sessions?')}|{event_pattern('event')}(?: events?)?){_OF_PAGE}"


COMPARISONS: Table = (
    (rf"compare (?:the )?{_WHAT} {_A}(?:'s)? {_VERSUS} {_B}(?:'s)?", comparisons.compared),
    (rf"(?:compare )?{_A}'s {_WHAT} {_VERSUS} {_B}(?:'s)?", comparisons.compared),
    (rf"{_WHAT} {_A} {_VERSUS} {_B}", comparisons.compared),
)
"""They tell two spans of time; all others tell one or none, which is taken out before they are looked at."""

QUESTIONS: Table = (
    (rf"(?:top|most {_VIEWED}|busiest) {_TOP}(?:most {_VIEWED} )?pages{_BY}", pages.top),
    (rf"{_TOP}(?:most {_VIEWED}|top|busiest) pages{_BY}", pages.top),
    (rf"(?:which|what) {_TOP}pages (?:are|were) (?:the )?most {_VIEWED}", pages.top),
    (rf"(?:which|what) {_TOP}pages (?:get|got|have|had) (?:the )?most {_MOST_OF}", pages.top),
    (rf"{_TOP}pages (?:with|that have|that had) (?:the )?most {_MOST_OF}", pages.top),
    (rf"(?:which|what) {_TOP}pages (?:have|has|had|with) (?:the )?{_END} bounce rates?", pages.bounce_rates),
    (rf"(?:top )?{_TOP}pages (?:with (?:the )?{_END} bounce rates?|by bounce rate)", pages.bounce_rates),
    (rf"{_END} bounce rates?(?: by page)?", pages.bounce_rates),
    (rf"average time (?:spent )?(?:on|for) (?:the )?(?:top|most {_VIEWED}) {_TOP}pages", pages.times),
    (rf"(?:top|most {_COMMON}) {_TOP}events?(?: types?)?(?: by (?:count|number))?", events.top),
    (rf"{_TOP}(?:top|most {_COMMON}) events?(?: types?)?", events.top),
    (rf"(?:which|what) {_TOP}events (?:are|were) (?:the )?most {_COMMON}", events.top),
    (rf"(?:which|what) {_TOP}events (?:happen|happened|occur|occurred)(?: the)? most(?: often)?", events.top),
    (
        rf"{_WHO} (?P<cart>abandoned|abandon|left) (?:their |the |a )?(?:shopping )?carts? {_AFTER}",
        events.after_viewing,
    ),
    (
        rf"{_WHO} {_CAUSED}{event_pattern('event', known=True)}(?: event)? {_AFTER}",
        events.after_viewing,
    ),
    (rf"how many {_METRIC}{_THERE}{_OF_PAGE}{_THERE}", events.how_many),
    (rf"how many {_METRIC} (?:did|has|have|had) {page_pattern('page')} {_HAD}", events.how_many),
    (rf"how many {event_pattern('event')}(?: events?)?{_THERE}", events.how_many),
    (rf"how many {event_pattern('event', known=True)} events?{_THERE}", events.how_many),
    (rf"(?:total )?number of {_METRIC}{_OF_PAGE}", events.how_many),
    (rf"(?:total )?number of {event_pattern('event')}(?: events?)?", events.how_many),
    (rf"total {_METRIC}{_OF_PAGE}", events.how_many),
    (
        rf"(?:conversion )?funnel (?:for|of) (?:the |our )?{_PROCESS}(?: (?:process|flow))?",
        funnels.of_process,
    ),
    (
        rf"(?:conversion )?funnel (?:for|of) (?:the |our )?{_ANY_PROCESS} (?:process|flow)",
        funnels.of_process,
    ),
    (rf"{_PROCESS} (?:conversion )?funnel", funnels.of_process),
    (rf"(?:conversion(?: rate| funnel)?|funnel) {_STEPS}", funnels.between),
)


def understand(question: str, project: str) -> Understood | None:
    """None where it is not surely understood. `project`: the id that stands in the query."""
    asked = read(question)
    if asked is None:
        return None
    for pattern, build in COMPARISONS:
        found = compiled(pattern).fullmatch(stripped(asked.text))
        if found is not None:
            return build(Asked(asked, project, EVER, found))
    return _one(asked, project)


def _one(asked: Question, project: str) -> Understood | None:
    try:
        span, text = spans.taken(asked.text)
    except NoSpan:
        return None
    text = stripped(text)
    for pattern, build in QUESTIONS:
        found = compiled(pattern).fullmatch(text)
        if found is not None:
            return build(Asked(asked, project, span or EVER, found))
    return None
