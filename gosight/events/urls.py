"""What a page's address says: host, path and campaign; and from which source a visit came.

Total functions over hostile text: whatever a browser, a script or an attacker sends as `url` or `referrer`, there is an
answer and never an exception. Written by hand rather than with `urllib.parse`, which is three times slower and raises.
"""

import re
from functools import lru_cache
from urllib.parse import unquote_plus

import msgspec

from gosight.events.referrers import name_of

MAX_URL = 4_096
"""Characters of an address that are looked at; what browsers send is shorter, what follows is not worth its disk."""
MAX_REMEMBERED = 300
"""Characters of an address worth remembering: longer ones are mostly one visitor's own. Keeps the cache within 5 MB."""
MAX_PATH = 1_024
"""Characters of a path kept."""
MAX_HOST = 253
"""Characters of a host name, by RFC 1035."""
MAX_UTM = 200
"""Characters of a campaign value kept."""

_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_HALF = re.compile("[\ud800-\udfff]")
_AUTHORITY_END = re.compile(r"[/?#\\]")
_BARE_HOST = re.compile(r"[^\s/?#@:]+(?:\.[^\s/?#@:]+)+(?=[/?#:]|$)")


class UrlParts(msgspec.Struct, frozen=True):
    """Facts of one address. `path` begins with "/"; it is None where the text names no page (`javascript:`)."""

    host: str | None = None
    path: str | None = None
    utm_source: str | None = None
    utm_medium: str | None = None
    utm_campaign: str | None = None


NOTHING = UrlParts()


def split(url: str | None) -> UrlParts:
    """Host, path and campaign of an address. The fragment is dropped, but for routes (`#/inbox`, `#!/inbox`), which are
    part of the path. A text without scheme is a path."""
    if not url:
        return NOTHING
    return _remembered(url) if len(url) <= MAX_REMEMBERED else _split(url[:MAX_URL])


def _split(url: str) -> UrlParts:
    text = clean(url)
    found = _SCHEME.match(text)
    rest = text[found.end() :] if found else text
    if rest.startswith("//"):
        authority, rest = _authority(rest[2:])
    elif found or not rest:
        return NOTHING
    else:
        authority = None
    rest, _, fragment = rest.partition("#")
    path, _, query = rest.partition("?")
    route, route_query = _route(fragment)
    path = (path if path.startswith("/") else "/" + path) + route
    campaign = _campaign(query) or _campaign(route_query)
    return UrlParts(
        authority, path[:MAX_PATH], campaign.get("source"), campaign.get("medium"), campaign.get("campaign")
    )


_remembered = lru_cache(maxsize=8_192)(_split)


def clean(text: str) -> str:
    """Without control characters, and with U+FFFD for halves of surrogate pairs, which no database takes."""
    text = _CONTROL.sub("", text).strip()
    return text if text.isascii() else _HALF.sub("\ufffd", text)


def _authority(text: str) -> tuple[str | None, str]:
    found = _AUTHORITY_END.search(text)
    end = found.start() if found else len(text)
    host = text[:end].rpartition("@")[2].lower()
    host = host[: host.find("]") + 1] if host.startswith("[") else host.partition(":")[0]
    return host.rstrip(".")[:MAX_HOST] or None, text[end:]


def _route(fragment: str) -> tuple[str, str]:
    """The part of a fragment that is a route, and the query inside it. The root's route is the page itself."""
    if not fragment.startswith(("/", "!/")):
        return "", ""
    route, _, query = fragment.partition("?")
    return ("" if route in ("/", "!/") else "#" + route), query


def _campaign(query: str) -> dict[str, str]:
    if "utm_" not in query and "UTM_" not in query:
        return {}
    found: dict[str, str] = {}
    for part in query.split("&"):
        name, _, value = part.partition("=")
        key = name.lower().removeprefix("utm_")
        if key in ("source", "medium", "campaign") and key != name and key not in found:
            text = clean_words(unquote_plus(value))
            if text:
                found[key] = text
    return found


def clean_words(text: str) -> str:
    """One line of text as a person wrote it: control characters out, blanks single, at most MAX_UTM characters."""
    words = " ".join(_CONTROL.sub(" ", text).split())[:MAX_UTM]
    return words if words.isascii() else _HALF.sub("\ufffd", words)


def domain_matches(host: str, domains: tuple[str, ...]) -> bool:
    """Is `host` one of these? `*.example.com` matches the subdomains of example.com, not itself."""
    for domain in domains:
        known = domain.lower()
        if host.endswith(known[1:]) if known.startswith("*.") else host == known:
            return True
    return False


def source(
    utm_source: str | None, referrer: str | None, own_host: str | None, allowed_domains: tuple[str, ...] = ()
) -> str:
    """Where a session came from: its campaign's source, else the name or host of its external referrer, else "direct".

    External means another host than the page's own (with or without `www.`) and none of the project's domains."""
    if utm_source:
        return utm_source
    host = referrer_host(referrer) if referrer else None
    if host is None or domain_matches(host, allowed_domains):
        return "direct"
    bare = host.removeprefix("www.")
    if bare == (own_host or "").lower().removeprefix("www.") or domain_matches(bare, allowed_domains):
        return "direct"
    return name_of(bare)


def referrer_host(referrer: str) -> str | None:
    """The host of a referrer; unlike in a page's address, `google.com/search` without a scheme is taken as a host."""
    return split("//" + referrer if _BARE_HOST.match(referrer) else referrer).host
