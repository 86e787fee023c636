"""Identifiers and secrets."""

import hashlib
import re
import secrets
import string
import unicodedata

_LETTERS = string.ascii_letters + string.digits
NAME_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
"""What a project's id or slug looks like (spec/README, "One vocabulary")."""


def new(prefix: str, length: int = 16) -> str:
    """`proj_4fZk…`: a random identifier that is no secret."""
    return f"{prefix}_{random_text(length)}"


def random_text(length: int) -> str:
    """Letters and digits, 5.95 bits each, from the system's source."""
    return "".join(secrets.choice(_LETTERS) for _ in range(length))


def secret(prefix: str) -> str:
    """A secret of 190 bits behind a prefix that tells what it is."""
    return prefix + random_text(32)


def digest(value: str | bytes) -> str:
    """SHA-256 in hex: how keys and one-time tokens are kept."""
    return hashlib.sha256(value.encode() if isinstance(value, str) else value).hexdigest()


def hash64(value: str) -> int:
    """A signed 64-bit hash for tables of what has been seen (BLAKE2b)."""
    return int.from_bytes(hashlib.blake2b(value.encode(), digest_size=8).digest(), "little", signed=True)


def slug(name: str) -> str:
    """`My Website` → `my-website`; empty where nothing of the name can stand in an address."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-")
