"""Passwords: hashed with argon2id, a bounded number at once, the same work for everybody."""

import asyncio

import pytest

from gosight.control import passwords
from gosight.control.passwords import MAX_WAITING, Passwords
from gosight.kit.errors import Unavailable


def test_a_hash_is_argon2id_with_19_mib() -> None:
    kept = passwords.hashed("correct horse")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.matches(kept, "correct horse")
    assert not passwords.matches(kept, "correct horse ")


def test_a_hash_that_is_damaged_matches_nothing() -> None:
    assert not passwords.matches("$argon2id$", "x")
    assert not passwords.matches("", "x")


def test_an_unknown_member_matches_nothing() -> None:
    hasher = Passwords()
    try:
        assert asyncio.run(hasher.match(None, "correct horse")) is False
    finally:
        hasher.close()


def test_past_the_bound_people_are_sent_away_and_later_come_in() -> None:
    hasher = Passwords()

    async def rush() -> list[str | BaseException]:
        return await asyncio.gather(
            *(hasher.hashed("correct horse") for _ in range(MAX_WAITING + 3)), return_exceptions=True
        )

    try:
        answers = asyncio.run(rush())
        assert sum(isinstance(answer, Unavailable) for answer in answers) == 3
        assert sum(isinstance(answer, str) for answer in answers) == MAX_WAITING
        assert asyncio.run(hasher.hashed("correct horse")).startswith("$argon2id$")
    finally:
        hasher.close()


@pytest.mark.parametrize("password", ["pässwörter", "🐴🔋📎🐴🔋📎🐴🔋", " leading and trailing ", "a\x00b\x00c\x00d"])
def test_any_characters_make_a_password(password: str) -> None:
    assert passwords.matches(passwords.hashed(password), password)
