"""Which addresses may be connected to: messages go where members say, and none may reach what stands inside.

The check is made when a channel is saved, where an address can be seen in its host, and always at sending, on the
resolved address, which is then the one that is connected to.
"""

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

from gosight.kit.addresses import Networks

Address = IPv4Address | IPv6Address

_NAT64 = IPv6Network("64:ff9b::/96")
_COMPATIBLE = IPv6Network("::/96")
_OTHERS = tuple(
    ip_network(block)
    for block in (
        "100.64.0.0/10",  # carriers' NAT, and metadata of some clouds
        "168.63.129.16/32",  # Azure's machine agent, on a public address
        "192.0.0.0/24",  # protocols' own, and metadata of a cloud; Python 3.11 knows a part of it
        "192.88.99.0/24",  # 6to4 relays
        "fec0::/10",  # site-local, as it was
        "2001::/32",  # Teredo: an address of version 4 within, in disguise
        "64:ff9b:1::/48",  # NAT64 of local use
    )
)
_THIS_MACHINE = ("localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback")
_INSIDE = (".localhost", ".local", ".localdomain", ".internal", ".home.arpa", ".lan")


class Reach:
    """`allowed`: blocks that the operator opened."""

    def __init__(self, allowed: Networks) -> None:
        self._allowed = allowed

    def refusal(self, address: Address) -> str | None:
        """Why this may not be connected to: None where it may."""
        real = _real(address)
        if address in self._allowed or real in self._allowed:
            return None
        if is_public(real):
            return None
        return f"{address} is inside a private network; outbox.allow_private opens those that are meant"

    def refusal_of_host(self, host: str) -> str | None:
        """The same of what stands in an address, as far as it shows. A name that only DNS knows is let through."""
        name = host.lower().rstrip(".").strip("[]")
        literal = _literal(name)
        if literal is not None:
            return self.refusal(literal)
        if name in _THIS_MACHINE or name.endswith(_INSIDE[0]):
            return self.refusal(IPv4Address("127.0.0.1"))
        if not self._allowed and name.endswith(_INSIDE):
            return f"{name} is a name inside a private network; outbox.allow_private opens those that are meant"
        return None


def is_public(address: Address) -> bool:
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and not address.is_unspecified
        and not any(address in block for block in _OTHERS if block.version == address.version)
    )


def _real(address: Address) -> Address:
    """The address of version 4 that one of version 6 stands for, where it does."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address in _NAT64 or (address in _COMPATIBLE and int(address) > 0xFFFF):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _literal(host: str) -> Address | None:
    """`127.0.0.1`, and what the system takes for it: `127.1`, `0x7f.1`, `2130706433`."""
    try:
        return ip_address(host.partition("%")[0])
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(host))
    except (OSError, UnicodeEncodeError):
        return None
