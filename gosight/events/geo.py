"""Where an address is: country, and region and city where the data has them.

Reads any `.mmdb` in one of the three layouts in use: MaxMind's and DB-IP's own (`country.iso_code`, `subdivisions`,
`city.names`), and the flat one of the file that comes with GoSight (`country_code`, `state1`, `city`).
"""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import Any

import maxminddb
import msgspec

from gosight.kit.addresses import plain

CACHED = 16_384
"""Addresses remembered, some 4 MB at most: a visitor sends many requests from one address."""


class Place(msgspec.Struct, frozen=True):
    """`country` is an ISO 3166 code of two letters; names of region and city are English. None where not known."""

    country: str | None = None
    region: str | None = None
    city: str | None = None


NOWHERE = Place()


class Geo:
    """Places by address, from one file. Without a file every place is unknown; `problem` says why."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.problem: str | None = None
        self.description = "none"
        self._reader = self._open(path)
        self.lookup = lru_cache(maxsize=CACHED)(self._lookup)
        """Place of an address as text. What is no address, or a private one the file doesn't list, is nowhere."""

    def _open(self, path: Path | None) -> maxminddb.Reader | None:
        if path is None or not path.is_file():
            self.problem = f"no file {path or 'given'}: countries stay unknown"
            return None
        try:
            reader = maxminddb.open_database(path)
        except (OSError, ValueError, maxminddb.InvalidDatabaseError) as cause:
            self.problem = f"{path} is no .mmdb file ({cause}): countries stay unknown"
            return None
        self.description = reader.metadata().database_type
        return reader

    def _lookup(self, ip: str) -> Place:
        if self._reader is None:
            return NOWHERE
        try:
            record = self._reader.get(plain(ip))
        except (ValueError, TypeError, maxminddb.InvalidDatabaseError):
            return NOWHERE
        return place(record) if isinstance(record, dict) else NOWHERE

    def close(self) -> None:
        if self._reader is not None:
            self._reader.close()
            self._reader = None
        self.lookup.cache_clear()


def place(record: dict[str, Any]) -> Place:
    """A record of any of the three layouts, read."""
    country = _code(record.get("country_code")) or _code(_within(record, "country", "iso_code"))
    divisions = record.get("subdivisions")
    region = _text(record.get("state1")) or _text(record.get("region"))
    if region is None and isinstance(divisions, list) and divisions:
        region = _english(divisions[0]) or _text(_within({"of": divisions[0]}, "of", "iso_code"))
    return Place(country, region, _text(record.get("city")) or _english(record.get("city")))


def _within(record: dict[str, Any], outer: str, inner: str) -> object:
    found = record.get(outer)
    return found.get(inner) if isinstance(found, dict) else None


def _english(named: object) -> str | None:
    names = named.get("names") if isinstance(named, dict) else None
    if not isinstance(names, dict):
        return None
    return _text(names.get("en")) or next((text for text in map(_text, names.values()) if text), None)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _code(value: object) -> str | None:
    return value.upper() if isinstance(value, str) and len(value) == 2 and value != "ZZ" else None


@lru_cache(maxsize=CACHED)
def truncate(ip: str) -> str | None:
    """An address cut to its /24 (IPv6: /48), for projects that anonymise; None for what is no address."""
    address = _parsed(ip)
    if address is None:
        return None
    length = 24 if address.version == 4 else 48  # what one subscriber's line or site has at most
    shift = address.max_prefixlen - length
    return str(type(address)(int(address) >> shift << shift))


def _parsed(ip: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(ip)
    except ValueError:
        return None
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address
