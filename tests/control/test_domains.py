"""Which pages may send events."""

import pytest

from gosight.control import domains
from gosight.control.model import Project
from gosight.kit.errors import BadRequest


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("example.com", "example.com"),
        (" Example.COM. ", "example.com"),
        ("*.example.com", "*.example.com"),
        ("localhost", "localhost"),
        ("127.0.0.1", "127.0.0.1"),
        ("[::1]", "::1"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("my_site.example.com", "my_site.example.com"),
    ],
)
def test_a_domain_is_kept_as_browsers_send_it(given: str, kept: str) -> None:
    assert domains.parse([given, given]) == (kept,)


@pytest.mark.parametrize(
    "given",
    [
        "",
        "*",
        "*.",
        "https://example.com",
        "example.com/",
        "example.com:443",
        "a.*.example.com",
        "*example.com",
        "-a.example",
        "a..b",
        "a b.example",
        "x" * 64 + ".example",
        ".".join(["abcdefgh"] * 30),
    ],
)
def test_what_is_no_domain_is_refused_by_its_place(given: str) -> None:
    with pytest.raises(BadRequest, match=r"allowed_domains\[1\]: expected a host such as"):
        domains.parse(["example.com", given])


def test_a_hundred_domains_are_enough() -> None:
    assert len(domains.parse(f"s{n}.example" for n in range(100))) == 100
    with pytest.raises(BadRequest, match="at most 100"):
        domains.parse(f"s{n}.example" for n in range(101))


@pytest.mark.parametrize(
    ("allowed", "origin", "may"),
    [
        ((), "https://anywhere.example", True),
        (("example.com",), "https://example.com", True),
        (("example.com",), "http://EXAMPLE.com:8080", True),
        (("example.com",), "https://www.example.com", False),
        (("example.com",), "https://notexample.com", False),
        (("*.example.com",), "https://www.example.com", True),
        (("*.example.com",), "https://a.b.example.com", True),
        (("*.example.com",), "https://example.com", False),
        (("*.example.com",), "https://evilexample.com", False),
        (("example.com",), "https://example.com.evil.example", False),
        (("example.com",), "", False),
        (("example.com",), "https://[", False),
        (("::1",), "http://[::1]:3000", True),
        (("a.example", "example.com"), "https://example.com", True),
    ],
)
def test_an_origin_is_held_against_the_list(allowed: tuple[str, ...], origin: str, may: bool) -> None:
    project = Project(number=1, id="p", slug="p", name="P", allowed_domains=allowed, created_at=0)
    assert project.allows_origin(origin) is may
