"""Channels: what may be one, the same one found again, switched off and on, and secrets that are never shown."""

import contextlib
from typing import Any

import pytest

from gosight.kit.errors import BadRequest
from gosight.outbox import Message, deliveries
from tests.world import World

TELEGRAM = {"type": "telegram", "chat_id": "-123456789"}
HOOK = {"type": "webhook", "url": "https://example.com/hook"}
TOKEN = "123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11"


def keep(world: World, raw: object, project: int = 1) -> str:
    with world.app.file.write() as transaction:
        wished = world.app.channels.checked(raw, "channels[0]")
        return world.app.channels.keep(transaction, project, wished, world.clock())


@pytest.fixture
def shop(world: World) -> World:
    world.project()
    return world


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (TELEGRAM, {"chat_id": "-123456789"}),
        ({"type": "telegram", "chat_id": -5, "bot_token": TOKEN}, {"chat_id": "-5"}),
        ({"type": "telegram", "chat_id": "@news"}, {"chat_id": "@news"}),
        ({"type": "email", "to": "Jane@Example.com"}, {"to": ["jane@example.com"]}),
        ({"type": "email", "to": ["a@b.org", "c@d.org", "a@b.org"]}, {"to": ["a@b.org", "c@d.org"]}),
        (
            {"type": "slack", "url": "https://hooks.slack.com/services/T0/B0/xyz"},
            {"url": "https://hooks.slack.com/services/T0/B0/…"},
        ),
        (
            {"type": "discord", "url": "https://discord.com/api/webhooks/1/abc"},
            {"url": "https://discord.com/api/webhooks/1/…"},
        ),
        (HOOK, {"url": "https://example.com/hook"}),
    ],
    ids=["chat", "chat with a bot", "named chat", "address", "addresses", "slack", "discord", "webhook"],
)
def test_a_channel_is_shown_as_rules_name_it(shop: World, raw: dict[str, Any], shown: dict[str, Any]) -> None:
    id_ = keep(shop, raw)
    (found,) = shop.app.channels.of_project(1)
    told = {key: getattr(found, key) for key in ("chat_id", "to", "url") if getattr(found, key) is not None}
    assert (found.id, found.type, found.is_active, told) == (id_, raw["type"], True, shown)


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        ("telegram", "channels[0]"),
        ({}, "channels[0].type"),
        ({"type": "pigeon"}, "channels[0].type"),
        ({"type": ["telegram"]}, "channels[0].type"),
        ({"type": "telegram"}, "channels[0].chat_id"),
        ({"type": "telegram", "chat_id": ""}, "channels[0].chat_id"),
        ({"type": "telegram", "chat_id": "Jane"}, "channels[0].chat_id"),
        ({"type": "telegram", "chat_id": True}, "channels[0].chat_id"),
        ({**TELEGRAM, "bot_token": "123/../x"}, "channels[0].bot_token"),
        ({**TELEGRAM, "chatid": "1"}, "channels[0].chatid"),
        ({"type": "email"}, "channels[0].to"),
        ({"type": "email", "to": []}, "channels[0].to"),
        ({"type": "email", "to": "jane"}, "channels[0].to"),
        ({"type": "email", "to": "a@b.org\nBcc: c@d.org"}, "channels[0].to"),
        ({"type": "email", "to": [f"a{n}@b.org" for n in range(11)]}, "channels[0].to"),
        ({"type": "slack"}, "channels[0].url"),
        ({"type": "webhook", "url": "example.com"}, "channels[0].url"),
        ({"type": "webhook", "url": "ftp://example.com"}, "channels[0].url"),
        ({"type": "webhook", "url": "https://"}, "channels[0].url"),
        ({"type": "webhook", "url": "https://example.com:99999/"}, "channels[0].url"),
        ({"type": "webhook", "url": "https://jane:word@example.com/"}, "channels[0].url"),
        ({"type": "webhook", "url": "https://exa\r\nmple.com/"}, "channels[0].url"),
        ({**HOOK, "secret": "short"}, "channels[0].secret"),
        ({**HOOK, "secret": "whsec_no*base64*at*all"}, "channels[0].secret"),
        ({**HOOK, "name": "a\nb"}, "channels[0].name"),
        ({"id": "chan_none"}, "channels[0].id"),
        ({"id": 5}, "channels[0].id"),
    ],
    ids=lambda given: given if isinstance(given, str) else None,
)
def test_what_is_no_channel_is_refused_by_its_field(shop: World, raw: object, field: str) -> None:
    with pytest.raises(BadRequest) as refused:
        keep(shop, raw)
    assert refused.value.details == {"field": field}
    assert refused.value.message.startswith(f"{field}: ")
    assert shop.app.channels.of_project(1) == []


def test_the_same_address_is_the_same_channel_of_its_project(shop: World) -> None:
    shop.project(id_="blog", name="Blog")
    first = keep(shop, TELEGRAM)
    assert keep(shop, {**TELEGRAM, "chat_id": -123456789, "bot_token": TOKEN}) == first
    assert keep(shop, {"id": first, **TELEGRAM, "is_active": True, "name": "-123456789"}) == first
    assert keep(shop, TELEGRAM, 2) != first
    with pytest.raises(BadRequest, match=r"channels\[0\]\.id: "):
        keep(shop, {"id": first}, 2)
    with pytest.raises(BadRequest, match=r"channels\[0\]\.chat_id: differs"):
        keep(shop, {"id": first, "type": "telegram", "chat_id": "-5"})


def test_a_delivery_is_there_once_its_transaction_is_committed_and_only_then(shop: World) -> None:
    id_ = keep(shop, HOOK)
    message = Message(title="Many\r\nrage clicks", data={"type": "alert.triggered"})
    with contextlib.suppress(ZeroDivisionError), shop.app.file.write() as transaction:
        deliveries.enqueue(transaction, 1, id_, message, shop.clock())
        raise ZeroDivisionError
    assert listed(shop) == []
    with shop.app.file.write() as transaction:
        sent = deliveries.enqueue(transaction, 1, id_, message, shop.clock())
        assert deliveries.enqueue(transaction, 1, "chan_gone", message, shop.clock()) is None
    assert [(found.id, found.title, found.state) for found in listed(shop)] == [(sent, "Many rage clicks", "pending")]


def listed(world: World) -> list[Any]:
    return deliveries.listed(world.app.file, 1, channel=None, state=None, page=1, per_page=50)[0]
