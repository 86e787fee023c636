"""The people of the demo: each is worked out from the seed and their number alone, so that they can come back."""

from random import Random

import msgspec

from gosight.ops.demo import world
from gosight.ops.demo.world import Country

ACCOUNTS = 0.22
"""Share of visitors who have an account."""


class User(msgspec.Struct, frozen=True):
    """What `identify` says of a person."""

    id: str
    traits: dict[str, str]


class Person(msgspec.Struct, frozen=True):
    """A visitor: one browser of one person at one place."""

    visitor_id: str
    country: Country
    ip: str
    kind: str
    user_agent: str
    screen: str
    viewport: str
    user: User | None


def person(seed: int, number: str) -> Person:
    """The visitor of this number in the world of this seed."""
    random = Random(f"{seed}/person/{number}")  # noqa: S311 (believable, not secret)
    country = random.choices(world.COUNTRIES, [one.weight for one in world.COUNTRIES])[0]
    device = random.choices(world.DEVICES, [one.weight for one in world.DEVICES])[0]
    screen, viewport = random.choice(device.sizes)
    block = random.choice(country.blocks)
    return Person(
        visitor_id=f"v_{random.getrandbits(64):016x}",
        country=country,
        ip=f"{block}.{random.randint(1, 254)}.{random.randint(1, 254)}",
        kind=device.kind,
        user_agent=device.user_agent.format(v=random.choice(device.versions)),
        screen=screen,
        viewport=viewport,
        user=_user(random) if random.random() < ACCOUNTS else None,
    )


def newcomer(random: Random) -> User:
    """Somebody who signs up during a visit."""
    return _user(random)


def _user(random: Random) -> User:
    first, last = random.choice(world.FIRST_NAMES.split()), random.choice(world.LAST_NAMES.split())
    number = random.randint(1_000, 99_999)
    traits = {
        "name": f"{first} {last}",
        "email": f"{first}.{last}{number}@mail.example".lower(),
        "plan": random.choices(("free", "plus", "team"), (60, 30, 10))[0],
        "company": random.choice(world.COMPANIES.split()),
    }
    return User(f"user_{number}", traits)
