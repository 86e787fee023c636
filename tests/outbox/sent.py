"""What tests of sending share: a project with a channel, a message, and a courier that works until nothing is due."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec

from gosight.config import Config
from gosight.kit.addresses import networks
from gosight.outbox import Courier, Message, Reach, deliveries
from gosight.outbox.answers import DeliveryDetail, delivery_detail
from gosight.outbox.sending import Sending
from tests.world import World

PATIENCE_S = 60
MESSAGE = Message(
    title="Rage clicks above 10",
    text="15 in the last 5 minutes on <b>/check_out</b> & @channel *now*",
    link="https://stats.example.com/app/p/shop/alerts",
    fields=(("Path", "/check_out?a=<script>"), ("Sessions", "12")),
    data={"type": "alert.triggered", "data": {"rule_id": "alert_1", "metric_value": 15}},
)


def sending(world: World, *, allowed: str = "127.0.0.1", **more: Any) -> Callable[[], Sending]:
    config: Config = world.app.config
    reach = Reach(networks([allowed] if allowed else []))
    return lambda: Sending(config.mail, config.telegram, reach, "stats.example.com", world.clock, **more)


@contextmanager
def courier(world: World, make: Callable[[], Any] | None = None) -> Iterator[Courier]:
    """`chance` 0: without jitter."""
    working = Courier(world.app.file, world.clock, make or sending(world), lambda: 0.0)
    try:
        yield working
    finally:
        working.close()


def work(working: Courier) -> None:
    """Until nothing is due any more."""
    working.turn()
    while working.under_way:
        assert working.settle(PATIENCE_S)
        working.turn()


def channel(world: World, raw: dict[str, Any]) -> str:
    """Past the check at saving, which has tests of its own: what is said here is about sending."""
    channels = world.app.channels
    with world.app.file.write() as transaction:
        return channels.keep(transaction, 1, channels.checked(raw), world.clock())


def enqueue(world: World, channel_id: str, message: Message = MESSAGE) -> str:
    with world.app.file.write() as transaction:
        id_ = deliveries.enqueue(transaction, 1, channel_id, message, world.clock())
    assert id_ is not None
    return id_


def told(world: World, id_: str) -> DeliveryDetail:
    return delivery_detail(*deliveries.one(world.app.file, 1, id_))


def tries(world: World, id_: str) -> list[tuple[int | None, str | None]]:
    return [(attempt.status, attempt.error) for attempt in told(world, id_).attempts]


def seconds_until_next(world: World, id_: str) -> float | None:
    at = deliveries.one(world.app.file, 1, id_)[0].next_attempt_at
    return None if at is None else (at - world.clock()) / 1_000_000


def plain(value: object) -> Any:
    return msgspec.to_builtins(value)
