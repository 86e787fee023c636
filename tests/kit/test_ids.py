"""Identifiers, secrets, digests, slugs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gosight.kit import ids


def test_secrets_do_not_repeat() -> None:
    assert len({ids.secret("gs_live_") for _ in range(1_000)}) == 1_000
    assert len(ids.secret("gs_live_")) == len("gs_live_") + 32


def test_a_digest_is_sha_256() -> None:
    assert ids.digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.mark.parametrize(
    ("name", "slug"),
    [("My Website", "my-website"), ("  --A  b--", "a-b"), ("Ünïcode", "unicode"), ("日本", ""), ("a/b?c", "a-b-c")],
)
def test_a_slug_can_stand_in_an_address(name: str, slug: str) -> None:
    assert ids.slug(name) == slug


@given(st.text())
def test_every_slug_is_a_name_of_a_project_or_empty(name: str) -> None:
    slug = ids.slug(name)
    assert slug == "" or ids.NAME_PATTERN.fullmatch(slug)


@given(st.text())
def test_a_hash_fits_64_bits(value: str) -> None:
    assert -(2**63) <= ids.hash64(value) < 2**63
