"""What callers type, as it is kept: users and pages. Each is refused with its field where it can't be."""

import unicodedata

from gosight.compat.session_server.model import ALL, MAX_PAGE, MAX_SPENT, MAX_USER
from gosight.kit.clock import SECOND
from gosight.kit.errors import field_error


def somebody(text: str, field: str = "user") -> str:
    """One user, not all."""
    if text == ALL:
        raise field_error(field, 'the name of one user ("all" stands for everybody in statistics)', text)
    return user(text, field)


def user(text: str, field: str = "user") -> str:
    """A user, or "all"."""
    if not 1 <= len(text) <= MAX_USER or _is_unprintable(text) or text != text.strip():
        raise field_error(field, f"1 to {MAX_USER} characters in one line, without blanks around them", text)
    return text


def page(text: str) -> str:
    if not text.startswith("/") or len(text) > MAX_PAGE or _is_unprintable(text):
        raise field_error("page", f'a path that begins with "/", of at most {MAX_PAGE} characters', text)
    return text


def spent(seconds: float) -> int:
    """Microseconds."""
    if not 0 <= seconds <= MAX_SPENT // SECOND:
        raise field_error("timespent", f"seconds from 0 to {MAX_SPENT // SECOND}", seconds)
    return int(seconds * 1_000) * 1_000


def _is_unprintable(text: str) -> bool:
    return any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in text)
