"""Whom a request comes from: the peer, or, behind proxies that the operator trusts, the address they forward."""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Networks = tuple[IPv4Network | IPv6Network, ...]

FORWARDING = frozenset(
    {"forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via", "cf-connecting-ip"}
)
"""Headers, in lower case, that say that somebody stands between."""


def networks(texts: Iterable[str]) -> Networks:
    """Addresses ("10.0.0.1", "::1") and blocks ("10.0.0.0/8") as `server.trusted_proxies` lists them.

    Raises ValueError that names the entry which is neither."""
    return tuple(_network(text.strip()) for text in texts)


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
    return _through(peer, forwarded_for[-MAX_FORWARDED:], trusted)


MAX_FORWARDED = 1_024
"""Characters of X-Forwarded-For looked at, from the right: some 25 hops."""


@lru_cache(maxsize=8_192)
def _through(peer: str, forwarded_for: str, trusted: Networks) -> str:
    hops = forwarded_for.split(",")
    current = _parsed(peer)
    while current is not None and hops and any(current in network for network in trusted):
        further = _parsed(_without_port(hops.pop().strip()))
        if further is None:
            break
        current = further
    return str(current) if current is not None else peer


@lru_cache(maxsize=8_192)
def plain(ip: str) -> str:
    """One spelling for one address; what is no address stays as it is."""
    address = _parsed(ip)
    return ip if address is None else str(address)


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
