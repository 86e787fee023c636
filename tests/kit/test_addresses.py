"""Whom a request comes from."""

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gosight.kit import addresses

PROXIES = addresses.networks(["127.0.0.1", "10.0.0.0/8", "::1", "fd00::/8"])


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("203.0.113.7", None, "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),
        ("10.0.0.1", None, "10.0.0.1"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "6.6.6.6, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "6.6.6.6, 198.51.100.1, 10.2.3.4", "198.51.100.1"),
        ("10.0.0.1", "10.9.9.9,10.2.3.4", "10.9.9.9"),
        ("10.0.0.1", "198.51.100.1:5123", "198.51.100.1"),
        ("10.0.0.1", "[2001:db8::1]:443", "2001:db8::1"),
        ("10.0.0.1", "2001:DB8:0::1", "2001:db8::1"),
        ("10.0.0.1", "198.51.100.1, unknown", "10.0.0.1"),
        ("10.0.0.1", "<script>", "10.0.0.1"),
        ("10.0.0.1", ",", "10.0.0.1"),
        ("::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("::ffff:203.0.113.7", None, "203.0.113.7"),
        ("fd00::1", "198.51.100.1", "198.51.100.1"),
        ("unix", "198.51.100.1", "unix"),
    ],
)
def test_only_what_trusted_proxies_wrote_is_believed(peer: str, forwarded: str | None, expected: str) -> None:
    assert addresses.client_address(peer, forwarded, PROXIES) == expected


def test_nobody_is_trusted_by_default() -> None:
    assert addresses.client_address("127.0.0.1", "198.51.100.1", addresses.networks([])) == "127.0.0.1"


@given(st.text(max_size=50) | st.text("0123456789.:,[]%abcdef ", max_size=80))
def test_any_header_has_an_answer(forwarded: str) -> None:
    assert addresses.client_address("10.0.0.1", forwarded, PROXIES)


def test_a_proxy_that_is_no_address_is_named() -> None:
    with pytest.raises(ValueError, match=r'expected an address or a block like "10\.0\.0\.0/8", got "10\.0\.0\.0/99"'):
        addresses.networks(["10.0.0.0/99"])


@pytest.mark.parametrize(
    ("peer", "headers", "local"),
    [
        ("127.0.0.1", ["host", "accept"], True),
        ("::1", [], True),
        ("::ffff:127.0.0.1", [], True),
        ("127.0.0.1", ["X-Forwarded-For"], False),
        ("127.0.0.1", ["forwarded"], False),
        ("192.168.1.5", [], False),
        ("localhost", [], False),
    ],
)
def test_loopback_only_means_no_forwarding(peer: str, headers: list[str], local: bool) -> None:
    assert addresses.is_local(peer, headers) is local


def test_only_trusted_peers_are_believed() -> None:
    assert addresses.is_trusted("10.1.2.3", PROXIES)
    assert not addresses.is_trusted("203.0.113.7", PROXIES)
    assert not addresses.is_trusted("nobody", PROXIES)


@given(
    st.ip_addresses(v=4).map(str) | st.text("0123456789.", max_size=15), st.sampled_from(["10.0.0.0/8", "0.0.0.0/0"])
)
def test_plain_ipv4_addresses_are_read_as_the_library_reads_them(text: str, block: str) -> None:
    try:
        expected = str(ip_address(text)), ip_address(text) in ip_network(block)
    except ValueError:
        expected = None
    found = addresses.client_address("203.0.113.7", text, addresses.networks(["203.0.113.7"]))
    assert found == (expected[0] if expected else "203.0.113.7")
    assert addresses.is_trusted(text, addresses.networks([block])) == bool(expected and expected[1])
