"""What looks like something about a person, and is told to no model."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

_ABOUT_SOMEBODY = re.compile(
    r"mail|phone|mobile|(?:first|last|full|sur|nick|user|display|customer|contact)_?name|^name$|address|street|zip|postal|postcode"
    r"|passw|secret|token|cookie|session|user|visitor|customer|member|person|patient|birth|^dob$|^age$|gender|^sex$|^ip$|_ip$|^ip_"
    r"|iban|ssn|card|account|passport|licen[cs]e|^lat$|^lo?ng?$|latitude|longitude|(?:^|_)id$|^uuid$|^guid$|message|comment|search"
    r"|^query$|^text$|^note",
    re.IGNORECASE,
)
_LOOKS = re.compile(
    r"@"  # an e-mail address
    r"|\d{5,}|(?:\d[ ().-]{0,2}){7,}"  # a number of a person, an order, a telephone
    r"|\b\d{1,3}(?:\.\d{1,3}){3}\b|(?:[0-9a-f]{1,4}:){3,}"  # an address of the net
    r"|[0-9a-f]{12,}|[0-9a-f]{8}-[0-9a-f]{4}"  # an id
    r"|(?=\w*\d)(?=\w*[A-Za-z])\w{20,}",  # a token
    re.IGNORECASE,
)
_WHO = ("visitor_id", "user_id", "session_id", "ip")
_MAIL = re.compile(r"[^\s@\"'<>]+@[^\s@\"'<>]+\.\w+")


def is_about_somebody(name: str) -> bool:
    """A property of this name may say who somebody is."""
    spread = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).replace("-", "_")
    return _ABOUT_SOMEBODY.search(spread) is not None


def looks_personal(value: str) -> bool:
    return _LOOKS.search(value) is not None


def masked(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows as a model may see them: whoever is in them has a number, and no e-mail address is there."""
    numbers: dict[tuple[str, Any], str] = {}

    def shown(name: str, value: Any) -> Any:
        who = next((one for one in _WHO if name.lower().endswith(one)), None)
        if who is not None and isinstance(value, str) and value:
            kind = who.removesuffix("_id")
            return numbers.setdefault((kind, value), f"{kind} {sum(k == kind for k, _ in numbers) + 1}")
        return _MAIL.sub("(e-mail address)", value) if isinstance(value, str) else value

    return [{name: shown(name, value) for name, value in row.items()} for row in rows]
