"""Time zones by their IANA name."""

import re
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}")


@lru_cache(maxsize=1_024)
def zone(name: str) -> ZoneInfo:
    """The zone called `name`, such as "Europe/Berlin"; ValueError that says what was expected where there is none."""
    try:
        if not _NAME.fullmatch(name) or len(name) > 64:
            raise ZoneInfoNotFoundError(name)
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError('expected an IANA time zone such as "Europe/Berlin" or "UTC"') from None
