"""Deliveries: written in the transaction of whoever has something to tell, listed, sent again."""

import msgspec

from gosight.kit import ids
from gosight.kit.clock import DAY
from gosight.kit.errors import Conflict, NotFound
from gosight.outbox.channels import no_such
from gosight.outbox.model import Attempt, ChannelRow, Delivery, Message, State
from gosight.store.sqlfile import sql
from gosight.store.sqlite import ControlFile, Transaction

WAITING = "outbox"
"""What a transaction tells that wrote a delivery (`ControlFile.listen`)."""
MAX_KEPT = 5_000
"""Deliveries of a project: past them the oldest go, whatever became of them. Each is some 1 to 20 KB."""
MAX_PENDING = 500
"""Of a channel that wait: what is more is not sent. Nobody reads a thousand messages that come at once."""

MAX_MAILS = 50
"""To single addresses, of a project within a day: nobody sends advertising through the operator's mail server."""


class _Count(msgspec.Struct, frozen=True):
    total: int


def enqueue(
    transaction: Transaction, project: int, channel_id: str, message: Message, now: int, topic: str = "alert"
) -> str | None:
    """Write a delivery that is sent once the caller's transaction has committed; answers its id (`dlv_…`).

    None where the project has no such channel any more: rules may outlive what they name. Where the channel is switched
    off, or too much waits for it already, the delivery is kept as `skipped` and says why."""
    channel = transaction.first(sql("outbox", "channels.one"), {"project": project, "id": channel_id}, into=ChannelRow)
    if channel is None:
        return None
    reason = None
    if channel.off_reason is not None:
        reason = f"its channel was switched off: {channel.off_reason}"
    elif _pending(transaction, channel.number) >= MAX_PENDING:
        reason = f"{MAX_PENDING} messages wait for this channel already"
    return _write(transaction, project, message, now, topic, channel=channel.number, reason=reason)


def enqueue_mail(
    transaction: Transaction, project: int, address: str, message: Message, now: int, topic: str
) -> str | None:
    """The same for a mail to one person, without a channel. It is in no list, and its text is erased once it is over:
    it may hold a link that is for them alone. None where this project has had `MAX_MAILS` within a day."""
    lately = transaction.first(sql("outbox", "mails.lately"), {"project": project, "since": now - DAY}, into=_Count)
    if lately is not None and lately.total >= MAX_MAILS:
        return None
    return _write(transaction, project, message, now, topic, mail_to=address)


def _write(
    transaction: Transaction,
    project: int,
    message: Message,
    now: int,
    topic: str,
    *,
    channel: int | None = None,
    mail_to: str | None = None,
    reason: str | None = None,
) -> str:
    bounded = message.within_bounds()
    row = {
        "id": ids.new("dlv"),
        "project": project,
        "channel": channel,
        "mail_to": mail_to,
        "topic": topic,
        "title": bounded.title,
        "message": bounded,
        "state": State.pending if reason is None else State.skipped,
        "reason": reason,
        "now": now,
        "next_attempt_at": now if reason is None else None,
    }
    transaction.run(sql("outbox", "deliveries.add"), row)
    transaction.run(sql("outbox", "deliveries.make_room"), {"project": project, "most": MAX_KEPT})
    transaction.tell(WAITING)
    return str(row["id"])


def _pending(transaction: Transaction, channel: int) -> int:
    found = transaction.first(sql("outbox", "deliveries.waiting"), {"channel": channel}, into=_Count)
    return found.total if found else 0


def waiting(file: ControlFile) -> int:
    """How many wait to be sent, of all projects."""
    found = file.first(sql("outbox", "line.length"), into=_Count)
    return found.total if found else 0


def listed(
    file: ControlFile, project: int, *, channel: str | None, state: State | None, page: int, per_page: int
) -> tuple[list[Delivery], int]:
    """A page of what was sent to channels, the latest first, and how many there are."""
    asked: dict[str, object] = {"project": project, "channel": channel, "state": state}
    if channel is not None:
        known = file.first(sql("outbox", "channels.one"), {"project": project, "id": channel}, into=ChannelRow)
        if known is None:
            raise no_such(channel)
    found = file.first(sql("outbox", "deliveries.count"), asked, into=_Count)
    shown = {"limit": per_page, "offset": (page - 1) * per_page}
    rows = file.all(sql("outbox", "deliveries.list"), asked | shown, into=Delivery)
    return rows, found.total if found else 0


def one(file: ControlFile, project: int, id_: str) -> tuple[Delivery, list[Attempt]]:
    """A delivery and every try, the first one first."""
    found = file.first(sql("outbox", "deliveries.one"), {"project": project, "id": id_}, into=Delivery)
    if found is None:
        raise _no_such(id_)
    return found, file.all(sql("outbox", "attempts.of_delivery"), {"delivery": found.number}, into=Attempt)


def resend(file: ControlFile, project: int, id_: str, now: int) -> None:
    """Put it in line again, under the same id, with all its tries before it."""
    with file.write() as transaction:
        found = transaction.first(sql("outbox", "deliveries.one"), {"project": project, "id": id_}, into=Delivery)
        if found is None:
            raise _no_such(id_)
        asked = {"project": project, "id": found.channel_id}
        channel = transaction.first(sql("outbox", "channels.one"), asked, into=ChannelRow)
        if channel is not None and channel.off_reason is not None:
            raise Conflict(f"its channel is switched off ({channel.off_reason}): switch it on first")
        if found.state is State.pending and found.tries == 0:
            raise Conflict("it waits to be sent already")
        transaction.run(sql("outbox", "deliveries.again"), {"number": found.number, "now": now})
        transaction.tell(WAITING)


def remove_old(file: ControlFile, now: int, keep_days: int) -> None:
    """A job's work: what is over and older than that goes, with its tries."""
    with file.write() as transaction:
        transaction.run(sql("outbox", "deliveries.remove_old"), {"before": now - keep_days * DAY})


def _no_such(id_: str) -> NotFound:
    return NotFound(f"this project has no delivery {id_[:64]!r}")
