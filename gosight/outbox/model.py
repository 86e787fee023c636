"""What the outbox speaks of: channels, messages, deliveries and the tries to make them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import msgspec

MAX_TITLE = 200
MAX_TEXT = 2_000
MAX_LINK = 2_000
MAX_FIELDS = 20
MAX_NAME = 100
MAX_VALUE = 500
MAX_DATA = 16 * 1024
"""Characters, and bytes of JSON: some 5,000 deliveries of a project are kept, and none may fill the disk."""


class Kind(StrEnum):
    telegram = "telegram"
    email = "email"
    slack = "slack"
    discord = "discord"
    webhook = "webhook"


class State(StrEnum):
    """`failed`: it was given up. `skipped`: it was not sent at all, `reason` says why."""

    pending = "pending"
    delivered = "delivered"
    failed = "failed"
    skipped = "skipped"


class Channel(msgspec.Struct, frozen=True, kw_only=True):
    """A channel as somebody wishes for it, looked at (`Channels.checked`). `within`: where it stood (`channels[0].`).
    `id`: one that is there already. `address` is what may be shown, `secret` what may not; `identity` tells whether two
    are the same."""

    within: str
    id: str | None = None
    type: Kind | None = None
    name: str | None = None
    address: dict[str, Any] = {}
    secret: dict[str, str] = {}
    identity: str = ""


class ChannelRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `channels`: address and secret as JSON."""

    number: int
    id: str
    project: int
    type: Kind
    name: str
    address: str
    secret: str
    off_reason: str | None
    off_at: int | None
    created_at: int

    def addressed(self) -> dict[str, Any]:
        return msgspec.json.decode(self.address, type=dict[str, Any])

    def secrets(self) -> dict[str, str]:
        return msgspec.json.decode(self.secret, type=dict[str, str])


class ShownChannel(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A channel as the API gives it: with the address that its type has. Of a Slack or Discord address, which is a
    secret as a whole, the last part is left out. `off_reason`: why it is switched off. `lacks`: what keeps its messages
    from being sent at all."""

    id: str
    type: Kind
    name: str
    is_active: bool
    chat_id: str | None = None
    to: list[str] | None = None
    url: str | None = None
    off_reason: str | None = None
    off_at: str | None = None
    lacks: str | None = None


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """What a delivery tells, for every channel: people read `title`, `text`, `fields` (name and value) and follow
    `link`; a webhook gets `data`, JSON with a `type` such as `alert.triggered`."""

    title: str
    data: Mapping[str, Any]
    text: str = ""
    link: str = ""
    fields: tuple[tuple[str, str], ...] = ()

    def within_bounds(self) -> "Message":
        """The same, cut to what is kept. Data that is too large is left out but for its type."""
        data = self.data
        if len(msgspec.json.encode(data)) > MAX_DATA:
            data = {"type": str(data.get("type", ""))[:MAX_NAME], "is_too_large": True}
        return Message(
            title=cut(" ".join(self.title.split()), MAX_TITLE),
            text=cut(self.text, MAX_TEXT),
            link=self.link if len(self.link) <= MAX_LINK else "",
            fields=tuple((cut(name, MAX_NAME), cut(value, MAX_VALUE)) for name, value in self.fields[:MAX_FIELDS]),
            data=data,
        )


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """`tries`: since it was last put in line. Times in microseconds."""

    number: int
    id: str
    channel_id: str
    topic: str
    title: str
    message: str
    state: State
    reason: str | None
    tries: int
    created_at: int
    next_attempt_at: int | None


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """One try. `status`: of HTTP or SMTP, None where there was no answer; `answer`: its first characters; `error`: why
    it counts as failed, None where it did not."""

    started_at: int
    duration_ms: int
    status: int | None
    answer: str | None
    error: str | None


def cut(text: str, most: int) -> str:
    """At most so many characters, without lone surrogates and control characters; ends of lines stay."""
    clean = "".join(
        c for c in text if c == "\n" or c == "\t" or (c >= " " and not "\ud800" <= c <= "\udfff" and c != "\x7f")
    )
    return clean if len(clean) <= most else clean[: most - 1] + "…"


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one try; it went well where there is no `error`. `pause`: microseconds for which the receiver wants
    to be left alone. `final`: another try could do no better. `gone`: why the channel is to be switched off."""

    status: int | None = None
    answer: str | None = None
    error: str | None = None
    pause: int | None = None
    final: bool = False
    gone: str | None = None


class Due(msgspec.Struct, frozen=True):
    """A delivery whose moment has come. `channel` is None for a mail to one address."""

    number: int
    project: int
    channel: int | None


class Parcel(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery that somebody has claimed, with all that sending it takes; message, address and secret as JSON."""

    number: int
    id: str
    channel: int | None
    mail_to: str | None
    kind: Kind
    address: str
    secret: str
    message: str
    created_at: int

    def told(self) -> Message:
        return msgspec.json.decode(self.message, type=Message)

    def addressed(self) -> dict[str, Any]:
        return msgspec.json.decode(self.address, type=dict[str, Any])

    def secrets(self) -> dict[str, str]:
        return msgspec.json.decode(self.secret, type=dict[str, str])
