"""Which pages may send events to a project: domains such as "example.com" and "*.example.com"."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from gosight.kit.errors import field_error

MAX_DOMAINS = 100
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_EXPECTED = 'a host such as "example.com" or "*.example.com", without scheme, port or path'


def parse(texts: Iterable[str]) -> tuple[str, ...]:
    """Domains as they are kept: lower case, international names as browsers send them, none twice."""
    kept = tuple(dict.fromkeys(_domain(f"allowed_domains[{at}]", text) for at, text in enumerate(texts)))
    if len(kept) > MAX_DOMAINS:
        raise field_error("allowed_domains", f"at most {MAX_DOMAINS} domains", len(kept))
    return kept


def allows(allowed: Sequence[str], origin: str) -> bool:
    """Is the host of `origin` on the list? `*.example.com` holds for its subdomains and not for itself."""
    host = _host(origin)
    return host != "" and any(
        host.endswith(domain[1:]) if domain.startswith("*.") else host == domain for domain in allowed
    )


@lru_cache(maxsize=4_096)
def _host(origin: str) -> str:
    try:
        return (urlsplit(origin).hostname or "").rstrip(".")
    except ValueError:
        return ""


def _domain(field: str, text: str) -> str:
    name = text.strip().lower().rstrip(".")
    wildcard, host = ("*.", name[2:]) if name.startswith("*.") else ("", name)
    if not wildcard and _is_address(host.strip("[]")):
        return host.strip("[]")
    host = _ascii(host)
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in host.split(".")):
        raise field_error(field, _EXPECTED, text)
    return wildcard + host


def _ascii(host: str) -> str:
    try:
        return host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        return ""


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
