"""What people type: names, addresses, passwords, ids. Each comes back as it is kept, or is refused."""

import re
import unicodedata

from gosight.kit.errors import BadRequest, field_error
from gosight.kit.ids import NAME_PATTERN

_EMAIL = re.compile(r"[^@\s,;<>()\[\]\"\\]{1,64}@[^@\s,;<>()\[\]\"\\]{1,190}")
MIN_PASSWORD = 8
MAX_PASSWORD = 256


def email(text: str) -> str:
    """In lower case, so that one address is one member."""
    address = text.strip().lower()
    if not _EMAIL.fullmatch(address) or _has_control(address):
        raise field_error("email", 'an address such as "jane@example.com"', text)
    return address


def title(text: str, field: str = "name") -> str:
    """A name of something or somebody: 1 to 100 characters in one line."""
    name = text.strip()
    if not 1 <= len(name) <= 100 or _has_control(name):
        raise field_error(field, "1 to 100 characters in one line", text)
    return name


def password(text: str) -> str:
    """Any characters; the value is never shown."""
    if not MIN_PASSWORD <= len(text) <= MAX_PASSWORD:
        raise BadRequest(
            f"password: expected {MIN_PASSWORD} to {MAX_PASSWORD} characters, got {len(text)}",
            details={"field": "password"},
        )
    return text


def reference(text: str, field: str) -> str:
    """An id or slug of a project."""
    if not NAME_PATTERN.fullmatch(text):
        raise field_error(field, 'letters, digits, "_" and "-", at most 64, a letter or digit first', text)
    return text


def _has_control(text: str) -> bool:
    return any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in text)
