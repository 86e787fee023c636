"""A question as it can be matched: small letters, single spaces, marks where paths and quoted names stood."""

import re
from functools import cache

import msgspec

MAX_QUESTION = 300
"""Characters of a question that is looked at closely."""
OPEN, CLOSE = "\ue000", "\ue001"
"""Around the number of a path or a quoted name. No question holds them: they are of the private area."""
PATH = f"{OPEN}p\\d{CLOSE}"
QUOTED = f"{OPEN}q\\d{CLOSE}"
compiled = cache(re.compile)
"""For the catalogue's patterns, when they are first used: all take 30 ms, for which no start of the server waits."""
_SAFE = re.compile(r"[\w .:/~+&()#-]{1,80}")
"""What may stand in SQL between quotes: neither quotes nor a backslash nor a wildcard."""
_BEGIN = re.compile(
    r"(?:(?:please|hi|hello|hey),? )*(?:(?:can|could|would|will) you (?:please )?)?"
    r"(?:(?:show|tell|give|get)(?: me)?|list|display|find(?: me)?|what (?:are|is|were|was)|what's|which (?:are|were))?"
    r"(?: (?:please|all))*(?: the)? *"
)
_STOP_WORDS = frozenset({
    "a", "an", "the", "any", "some", "every", "all", "each", "this", "that", "these", "those", "same", "other",
    "no", "not", "nothing", "my", "our", "top", "first", "last", "next", "previous", "landing", "entry", "exit",
    "start", "front", "main", "best", "worst", "most", "least", "popular", "busiest", "new", "old", "web", "mobile",
    "desktop", "and", "or", "of", "on", "in", "for", "to", "from", "by", "with", "without", "before", "after",
    "during", "never", "only", "than", "except",
})  # fmt: skip
"""They name neither a page nor an event."""


class Question(msgspec.Struct, frozen=True):
    """`text` has a mark for each of `named`: paths as they were written, quoted names without their quotes."""

    text: str
    named: dict[str, str]

    def meant(self, mark: str) -> str:
        return self.named[mark]


def read(question: str) -> Question | None:
    """None where it holds what no question of the catalogue does."""
    plain = " ".join("".join(c if c.isprintable() else " " for c in question).split())
    for curly, straight in ('“"', '”"', "‘'", "’'"):
        plain = plain.replace(curly, straight)
    if not plain or len(plain) > MAX_QUESTION:
        return None
    named: dict[str, str] = {}

    def mark(kind: str, text: str) -> str:
        made = f"{OPEN}{kind}{len(named)}{CLOSE}"
        named[made] = text
        return made

    plain = re.sub(r"\"([^\"]+)\"|(?<![\w/])'([^']+)'(?!\w)", lambda m: mark("q", m[1] or m[2]), plain)
    plain = re.sub(r"(?<!\S)/[^\s?,;!]*", lambda m: mark("p", m[0].rstrip(".")), plain)
    plain = re.sub(r"[\s?.!]+$", "", plain)
    if len(named) > 9 or not all(_SAFE.fullmatch(text) for text in named.values()):
        return None
    return Question(text=plain.lower(), named=named)


def stripped(text: str) -> str:
    """Without the words that only ask."""
    text = re.sub(r",? (?:please|thanks|thank you)$", "", text)
    return text[_BEGIN.match(text).end() :]  # type: ignore[union-attr]


class Page(msgspec.Struct, frozen=True):
    """A page as a question names it: `condition` is SQL over `{page}`."""

    condition: str
    words: str


_WORD = r"[a-z0-9]+(?:-[a-z0-9]+)*"


def page_pattern(group: str, *, loose: bool = False) -> str:
    """`loose`: a word alone names a page, where nothing but a page can stand."""
    word = rf"{_WORD}(?: page)?" if loose else rf"{_WORD} page"
    return rf"(?:the )?(?P<{group}>(?:{PATH}|{QUOTED})(?: page)?|home ?page|{word})"


def page(question: Question, words: str) -> Page | None:
    name = words.removesuffix(" page").strip()
    if name in question.named:
        text = question.meant(name)
        if text.startswith("/"):
            return Page(f"{{page}} = '{text}'", text)
        return Page(f"{{page}} LIKE '%{text}%'", f'pages with "{text}" in their path')
    if name in ("home", "homepage", "home page"):
        return Page("{page} = '/'", "the home page")
    if name in _STOP_WORDS:
        return None
    return Page(f"{{page}} LIKE '%{name}%'", f'pages with "{name}" in their path')


class Event(msgspec.Struct, frozen=True):
    """An event as a question names it: `condition` is SQL over the columns of events_raw."""

    condition: str
    words: str


NAME = r"[a-z0-9]+(?:_[a-z0-9]+)+"
"""With an underscore, so that it is a name and no word of the question."""
KNOWN = r"(?:sign-?up|login|logout|checkout|purchase|custom|click|scroll)"
"""Words that are names of events all the same, where an event is spoken of."""


def event_pattern(group: str, *, known: bool = False) -> str:
    """A quoted name, or one with an underscore; `known`: also one of `KNOWN`."""
    return rf"(?P<{group}>{QUOTED}|{NAME}{f'|{KNOWN}' if known else ''})"


def event(question: Question, words: str) -> Event | None:
    name = question.named.get(words, words).strip().lower()
    if not name or name in _STOP_WORDS:
        return None
    if name in ("signup", "sign-up"):
        return called(["sign", "up"], '"signup"')
    return called(re.split(r"[\s_-]+", name), f'"{question.named.get(words, words)}"')


def called(parts: list[str], words: str, *others: list[str]) -> Event:
    """An event of this name, whichever way its words are joined: cart_abandon, "Cart Abandon", cart-abandon."""
    names = dict.fromkeys(glue.join(one) for one in (parts, *others) for glue in ("_", " ", "-", ""))
    listed = ", ".join(f"'{name}'" for name in names)
    return Event(f"(lower(event_type) IN ({listed}) OR lower(event_name) IN ({listed}))", words)
