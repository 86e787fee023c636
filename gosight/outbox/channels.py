"""Channels of a project: made by rules and by hand, found again by their address, switched off and on."""

from collections.abc import Sequence
from typing import Any

import msgspec

from gosight.kit import ids
from gosight.kit.clock import iso_of
from gosight.kit.errors import BadRequest, Conflict, NotFound, field_error
from gosight.outbox import forms
from gosight.outbox.model import Channel, ChannelRow, Kind, ShownChannel
from gosight.outbox.reach import Reach
from gosight.store.sqlfile import sql
from gosight.store.sqlite import ControlFile, Transaction

MAX_CHANNELS = 100
"""Of a project."""
BY_HAND = "switched off by hand"


class _Count(msgspec.Struct, frozen=True):
    total: int


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a wish. `new_secret`: one that was made here, to be shown this once."""

    id: str
    is_new: bool
    new_secret: str | None = None


class Channels:
    """`has_bot` and `has_mail`: the configuration says how to send these."""

    def __init__(self, file: ControlFile, reach: Reach, *, has_bot: bool, has_mail: bool) -> None:
        self.file = file
        self._reach = reach
        self._has_bot = has_bot
        self._has_mail = has_mail

    def checked(self, raw: object, field: str = "") -> Channel:
        """A channel out of JSON: an object with `type` and its address, or with the `id` of one that is there.

        `field`: where it stands in a request, such as `channels[0]`; empty where it is all of it. Raises BadRequest
        that names the field: `channels[0].chat_id`."""
        return forms.checked(raw, field, self._reach)

    def keep(self, transaction: Transaction, project: int, channel: Channel, now: int) -> str:
        """The id (`chan_…`) of this channel in this project: the one with the same type and address, or a new one.

        A name, bot token or secret that is given replaces what was there. BadRequest names the field where an id is not
        known here."""
        return self.put(transaction, project, channel, now).id

    def put(self, transaction: Transaction, project: int, channel: Channel, now: int) -> Kept:
        """`keep`, and what it came to."""
        if channel.id is not None:
            return Kept(id=self._same(transaction, project, channel).id, is_new=False)
        asked = {"project": project, "identity": channel.identity}
        found = transaction.first(sql("outbox", "channels.by_identity"), asked, into=ChannelRow)
        if found is not None:
            self._renew(transaction, found, channel)
            return Kept(id=found.id, is_new=False)
        return self._add(transaction, project, channel, now)

    def _add(self, transaction: Transaction, project: int, channel: Channel, now: int) -> Kept:
        count = transaction.first(sql("outbox", "channels.count"), {"project": project}, into=_Count)
        if count is not None and count.total >= MAX_CHANNELS:
            raise Conflict(f"a project has at most {MAX_CHANNELS} channels: remove one that is not needed any more")
        new_secret = forms.new_secret() if channel.type is Kind.webhook and not channel.secret else None
        row = {
            "id": ids.new("chan"),
            "project": project,
            "type": channel.type,
            "name": channel.name or _called(channel.address),
            "address": channel.address,
            "secret": {"secret": new_secret} if new_secret else channel.secret,
            "identity": channel.identity,
            "now": now,
        }
        transaction.run(sql("outbox", "channels.add"), row)
        return Kept(id=str(row["id"]), is_new=True, new_secret=new_secret)

    def _renew(self, transaction: Transaction, found: ChannelRow, channel: Channel) -> None:
        secret = found.secrets() | channel.secret
        name = channel.name or found.name
        if name != found.name or secret != found.secrets():
            changed = {"number": found.number, "name": name, "secret": secret}
            transaction.run(sql("outbox", "channels.change"), changed)

    def _same(self, transaction: Transaction, project: int, channel: Channel) -> ChannelRow:
        """The one with this id, which must be what was said beside the id."""
        asked = {"project": project, "id": channel.id}
        found = transaction.first(sql("outbox", "channels.one"), asked, into=ChannelRow)
        if found is None:
            raise field_error(f"{channel.within}id", "the id of a channel of this project", channel.id)
        is_now: dict[str, Any] = {"type": found.type.value} | found.addressed()
        for key, value in channel.address.items():
            if value != is_now.get(key):
                where = f"{channel.within}{key}"
                text = f"differs from that of {found.id}; leave the id out for another channel"
                raise BadRequest(f"{where}: {text}", details={"field": where})
        return found

    def of_project(self, project: int) -> list[ShownChannel]:
        """All of a project, oldest first."""
        return self.shown(self.file.all(sql("outbox", "channels.of_project"), {"project": project}, into=ChannelRow))

    def by_ids(self, project: int, wanted: Sequence[str]) -> dict[str, ShownChannel]:
        """Those with these ids, as a rule shows them; one that was removed is not there."""
        asked = {"project": project, "ids": list(wanted)}
        rows = self.file.all(sql("outbox", "channels.by_ids"), asked, into=ChannelRow)
        return {channel.id: channel for channel in self.shown(rows)}

    def shown(self, rows: Sequence[ChannelRow]) -> list[ShownChannel]:
        """In the contract's shape, with `id` and `is_active`; secrets never."""
        return [self._shown(row) for row in rows]

    def _shown(self, row: ChannelRow) -> ShownChannel:
        return ShownChannel(
            id=row.id,
            type=row.type,
            name=row.name,
            is_active=row.off_reason is None,
            off_reason=row.off_reason,
            off_at=iso_of(row.off_at) if row.off_at is not None else None,
            lacks=self._lacks(row),
            **row.addressed(),
        )

    def _lacks(self, row: ChannelRow) -> str | None:
        if row.type is Kind.email and not self._has_mail:
            return "this server sends no mail: its configuration has no [mail] host"
        if row.type is Kind.telegram and not self._has_bot and "bot_token" not in row.secrets():
            return "there is no bot: the channel has no token, and the configuration no [telegram] bot_token"
        return None

    def add(self, project: int, channel: Channel, now: int) -> Kept:
        """A new one, made by hand. Conflict where the project has it already."""
        with self.file.write() as transaction:
            asked = {"project": project, "identity": channel.identity}
            found = transaction.first(sql("outbox", "channels.by_identity"), asked, into=ChannelRow)
            if found is not None:
                raise Conflict(f"this project has a channel with this address already: {found.name} ({found.id})")
            return self._add(transaction, project, channel, now)

    def one(self, project: int, id_: str) -> ShownChannel:
        """Raises NotFound where the project has no such channel."""
        found = self.file.first(sql("outbox", "channels.one"), {"project": project, "id": id_}, into=ChannelRow)
        if found is None:
            raise no_such(id_)
        return self._shown(found)

    def change(self, project: int, id_: str, *, name: str | None, is_active: bool | None, now: int) -> ShownChannel:
        """Another name; on or off. What waits for a channel that is switched off is not sent."""
        with self.file.write() as transaction:
            found = _get(transaction, project, id_)
            if name is not None:
                kept = forms.name_of(name, "name") or _called(found.addressed())
                changed = {"number": found.number, "name": kept, "secret": found.secret}
                transaction.run(sql("outbox", "channels.change"), changed)
            if is_active is True and found.off_reason is not None:
                transaction.run(sql("outbox", "channels.switch_on"), {"number": found.number})
            if is_active is False and found.off_reason is None:
                switch_off(transaction, found.number, BY_HAND, now)
        return self.one(project, id_)

    def new_secret(self, project: int, id_: str) -> str:
        """A new signing secret for a webhook; the one before signs nothing any more."""
        secret = forms.new_secret()
        with self.file.write() as transaction:
            found = _get(transaction, project, id_)
            if found.type is not Kind.webhook:
                raise Conflict(f"only a webhook has a signing secret; this is a channel of type {found.type}")
            changed = {"number": found.number, "name": found.name, "secret": {"secret": secret}}
            transaction.run(sql("outbox", "channels.change"), changed)
        return secret

    def remove(self, project: int, id_: str) -> None:
        """With everything that was sent to it."""
        with self.file.write() as transaction:
            if not transaction.run(sql("outbox", "channels.remove"), {"project": project, "id": id_}):
                raise no_such(id_)


def switch_off(transaction: Transaction, number: int, reason: str, now: int) -> None:
    """Nothing is sent to it any more, what waits neither."""
    transaction.run(sql("outbox", "channels.switch_off"), {"number": number, "reason": reason, "now": now})
    skipped = {"channel": number, "reason": f"its channel was switched off: {reason}"}
    transaction.run(sql("outbox", "deliveries.skip"), skipped)


def no_such(id_: str) -> NotFound:
    return NotFound(f"this project has no channel {id_[:64]!r}")


def _get(transaction: Transaction, project: int, id_: str) -> ChannelRow:
    found = transaction.first(sql("outbox", "channels.one"), {"project": project, "id": id_}, into=ChannelRow)
    if found is None:
        raise no_such(id_)
    return found


def _called(address: dict[str, Any]) -> str:
    """A channel without a name of its own: by its address."""
    (value,) = address.values()
    text = ", ".join(value) if isinstance(value, list) else str(value)
    text = text.removeprefix("https://").removeprefix("http://")
    return text if len(text) <= forms.MAX_NAME else text[: forms.MAX_NAME - 1] + "…"
