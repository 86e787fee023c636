"""Deliveries and channels, as the API tells of them."""

from collections.abc import Sequence

import msgspec

from gosight.kit.clock import iso_of
from gosight.outbox.model import Attempt, Delivery, Message, ShownChannel, State


class NewChannel(ShownChannel, frozen=True, kw_only=True, omit_defaults=True):
    """`secret`: what a webhook is signed with, where it was made here; it is shown this once."""

    secret: str | None = None


class NewSecret(msgspec.Struct, frozen=True, kw_only=True):
    """It is shown this once."""

    secret: str


class DeliveryItem(msgspec.Struct, frozen=True, kw_only=True):
    """`id` is what receivers know it by, in every try. `reason`: why it is not delivered. `tries` since it was last put
    in line; `next_attempt_at` where there will be another."""

    id: str
    channel_id: str
    topic: str
    title: str
    state: State
    reason: str | None
    tries: int
    created_at: str
    next_attempt_at: str | None


class AttemptItem(msgspec.Struct, frozen=True, kw_only=True):
    """`status`: of HTTP or SMTP, null where there was no answer; `answer`: its first characters; `error`: why it counts
    as failed, null where it did not."""

    at: str
    duration_ms: int
    status: int | None
    answer: str | None
    error: str | None


class DeliveryDetail(DeliveryItem, frozen=True, kw_only=True):
    """`message` as it was handed over: `data` is what a webhook gets. `attempts`: the first one first."""

    message: Message
    attempts: list[AttemptItem]


def delivery_item(found: Delivery) -> DeliveryItem:
    return DeliveryItem(
        id=found.id,
        channel_id=found.channel_id,
        topic=found.topic,
        title=found.title,
        state=found.state,
        reason=found.reason,
        tries=found.tries,
        created_at=iso_of(found.created_at),
        next_attempt_at=iso_of(found.next_attempt_at) if found.next_attempt_at is not None else None,
    )


def delivery_detail(found: Delivery, attempts: Sequence[Attempt]) -> DeliveryDetail:
    return DeliveryDetail(
        **msgspec.structs.asdict(delivery_item(found)),
        message=msgspec.json.decode(found.message, type=Message),
        attempts=[
            AttemptItem(
                at=iso_of(attempt.started_at),
                duration_ms=attempt.duration_ms,
                status=attempt.status,
                answer=attempt.answer,
                error=attempt.error,
            )
            for attempt in attempts
        ],
    )
