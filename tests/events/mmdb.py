"""Writes small .mmdb files (MaxMind DB 2.0, IPv6 tree of 24-bit records), so that tests need no licensed data."""

from ipaddress import ip_network
from pathlib import Path
from typing import Any

MARK = b"\xab\xcd\xefMaxMind.com"
Node = list[Any]


def write(path: Path, places: dict[str, dict[str, Any]], database_type: str = "test") -> Path:
    """`places`: network → record. Later networks lie over earlier ones where they are inside of them."""
    root: Node = [None, None]
    data = b""
    for network, record in places.items():
        _insert(root, network, len(data))
        data += _encode(record)
    nodes: list[Node] = []
    _number(root, nodes)
    tree = b"".join(_pointer(child, len(nodes)).to_bytes(3, "big") for node in nodes for child in node[:2])
    facts = {
        "binary_format_major_version": 2,
        "binary_format_minor_version": 0,
        "build_epoch": 1_700_000_000,
        "database_type": database_type,
        "description": {"en": "test"},
        "ip_version": 6,
        "languages": ["en"],
        "node_count": len(nodes),
        "record_size": 24,
    }
    path.write_bytes(tree + b"\x00" * 16 + data + MARK + _encode(facts))
    return path


def _insert(root: Node, network: str, offset: int) -> None:
    parsed = ip_network(network)
    number, length = int(parsed.network_address), parsed.prefixlen + (96 if parsed.version == 4 else 0)
    node = root
    for depth in range(length - 1):
        bit = number >> (127 - depth) & 1
        if not isinstance(node[bit], list):
            node[bit] = [node[bit], node[bit]]
        node = node[bit]
    node[number >> (128 - length) & 1] = offset


def _number(node: Node, nodes: list[Node]) -> None:
    node.append(len(nodes))
    nodes.append(node)
    for child in node[:2]:
        if isinstance(child, list):
            _number(child, nodes)


def _pointer(child: Any, count: int) -> int:
    if child is None:
        return count
    return int(child[2]) if isinstance(child, list) else count + 16 + int(child)


def _integer(value: int, size: int) -> bytes:
    header = {2: bytes([5 << 5 | 2]), 4: bytes([6 << 5 | 4]), 8: bytes([8, 9 - 7])}[size]
    return header + value.to_bytes(size, "big")


def _encode(value: Any, name: str = "") -> bytes:
    if isinstance(value, str):
        text = value.encode()
        assert len(text) < 29, "longer texts need another header, which no test needs"
        return bytes([2 << 5 | len(text)]) + text
    if isinstance(value, int):
        return _integer(value, 4 if name == "node_count" else 8 if name == "build_epoch" else 2)
    if isinstance(value, list):
        return bytes([len(value), 11 - 7]) + b"".join(map(_encode, value))
    return bytes([7 << 5 | len(value)]) + b"".join(_encode(k) + _encode(v, k) for k, v in value.items())
