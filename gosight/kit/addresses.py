"""Whom a request comes from: the peer, or, behind proxies that the operator trusts, the address they forward."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from socket import inet_aton
from typing import Any

REMEMBERED = 16_384
"""Addresses whose reading is remembered, some 4 MB: reading one costs 5 to 10 µs, and a visitor sends many requests."""
MAX_FORWARDED = 1_024
"""Characters of X-Forwarded-For looked at, from the right: some 25 hops."""
FORWARDING = frozenset(
    {"forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via", "cf-connecting-ip"}
)
"""Headers, in lower case, that say that somebody stands between."""


_V4 = re.compile(r"(?:(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(?:\.(?!$)|$)){4}")
"""An IPv4 address in its plain form."""


class Networks:
    """Addresses and blocks of them. Compared by identity, so that it may stand in a cache's key at no cost."""

    def __init__(self, blocks: tuple[IPv4Network | IPv6Network, ...]) -> None:
        self._blocks = blocks
        self._v4 = [(int(b.network_address), int(b.netmask)) for b in blocks if isinstance(b, IPv4Network)]

    def __bool__(self) -> bool:
        return bool(self._blocks)

    def __contains__(self, address: IPv4Address | IPv6Address) -> bool:
        return any(address in block for block in self._blocks)

    def has_v4(self, text: str) -> bool:
        """The same for an IPv4 address in its plain form, at a tenth of the cost."""
        number = int.from_bytes(inet_aton(text), "big")
        return any(number & mask == base for base, mask in self._v4)


def networks(texts: Iterable[str]) -> Networks:
    """Addresses ("10.0.0.1", "::1") and blocks ("10.0.0.0/8") as `server.trusted_proxies` lists them.

    Raises ValueError that names the entry which is neither."""
    return Networks(tuple(_network(text.strip()) for text in texts))


def _network(text: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        raise ValueError(f'expected an address or a block like "10.0.0.0/8", got "{text}"') from None


def client_address(peer: str, forwarded_for: str | None, trusted: Networks) -> str:
    """The address that a request comes from, in its plain form ("::ffff:10.0.0.1" is "10.0.0.1").

    `forwarded_for` is X-Forwarded-For (several such headers joined by ","). It counts only where the peer is trusted;
    then it is read from the right up to the first address that is not, since only what trusted ones wrote is true."""
    if not trusted or not forwarded_for:
        return plain(peer)
    hops = forwarded_for[-MAX_FORWARDED:].split(",")
    current, believed = _read(peer, trusted)
    while believed and hops:
        further, believed = _read(_without_port(hops.pop().strip()), trusted)
        if further is None:
            break
        current = further
    return peer if current is None else current


def sender_address(scope: Mapping[str, Any], trusted: Networks, *, is_operator: bool = False) -> str:
    """`client_address` of an ASGI scope. The operator is believed whomever they say they stand for."""
    peer: str = scope["client"][0] if scope.get("client") else ""
    if not trusted and not is_operator:
        return plain(peer)
    hops = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
    forwarded = b",".join(hops).decode("latin-1")
    return plain(forwarded or peer) if is_operator else client_address(peer, forwarded or None, trusted)


def is_trusted(peer: str, trusted: Networks) -> bool:
    """Is what this peer says of others believed?"""
    return _read(peer, trusted)[1]


@lru_cache(maxsize=REMEMBERED)
def _read(text: str, trusted: Networks) -> tuple[str | None, bool]:
    """An address in its plain form (None: it is none), and whether what it forwards is believed."""
    if _V4.fullmatch(text):
        return text, trusted.has_v4(text)
    address = _parsed(text)
    return (None, False) if address is None else (str(address), address in trusted)


@lru_cache(maxsize=REMEMBERED)
def plain(ip: str) -> str:
    """One spelling for one address; what is no address stays as it is."""
    address = None if _V4.fullmatch(ip) else _parsed(ip)
    return ip if address is None else str(address)


def is_address(text: str) -> bool:
    """Is this an address, of either kind, and nothing beside it?"""
    return _V4.fullmatch(text) is not None or _parsed(text) is not None


def is_loopback(peer: str) -> bool:
    """Is this the machine itself?"""
    address = _parsed(peer)
    return address is not None and address.is_loopback


def is_local(peer: str, header_names: Iterable[str]) -> bool:
    """ "Loopback only": a loopback peer, and nothing that says that it speaks for somebody else."""
    return is_loopback(peer) and FORWARDING.isdisjoint(name.lower() for name in header_names)


def _without_port(text: str) -> str:
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if text.count(":") == 1 else text


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address
