"""HTTP face of the outbox: channels of a project, and what was sent to them."""

from typing import Annotated, Any

import msgspec
from litestar import Router, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from gosight.kit.access import Permission, needs
from gosight.kit.clock import Clock
from gosight.kit.errors import BadRequest, Conflict
from gosight.kit.wire.envelopes import Done, ListReply, Reply, meta
from gosight.kit.wire.paging import PAGING, Page
from gosight.kit.wire.paths import segment
from gosight.outbox import deliveries
from gosight.outbox.answers import (
    DeliveryDetail,
    DeliveryItem,
    NewChannel,
    NewSecret,
    delivery_detail,
    delivery_item,
)
from gosight.outbox.channels import Channels
from gosight.outbox.model import Kind, Message, ShownChannel, State
from gosight.store.sqlite import ControlFile

PROJECT = "/api/v1/projects/{project:str}"
CHANNEL = f"{PROJECT}/channels/{{channel:str}}"
DELIVERY = f"{PROJECT}/deliveries/{{delivery:str}}"
_WRITE = needs(Permission.channels_write)


class ChannelWish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """`type` decides what else is needed: telegram `chat_id` (and a `bot_token` of its own, where the server has none),
    email `to`, slack and discord `url`, webhook `url` (and a `secret`, otherwise one is made)."""

    type: Kind
    name: str | None = None
    chat_id: str | int | None = None
    bot_token: str | None = None
    to: str | list[str] | None = None
    url: str | None = None
    secret: str | None = None


class ChannelChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is not given stays. An empty `name`: the channel is called by its address."""

    name: str | None = None
    is_active: bool | None = None


@get(f"{PROJECT}/channels", sync_to_thread=True)
def list_channels(
    project_number: NamedDependency[int], channels: NamedDependency[Channels]
) -> Reply[list[ShownChannel]]:
    """Where the project's messages go, oldest first. Secrets are not shown."""
    return Reply(data=channels.of_project(project_number))


@post(f"{PROJECT}/channels", opt=_WRITE, sync_to_thread=True)
def create_channel(
    data: JSONBody[ChannelWish],
    project_number: NamedDependency[int],
    channels: NamedDependency[Channels],
    clock: NamedDependency[Clock],
) -> Reply[NewChannel]:
    """Add a channel. The `secret` that is made for a webhook is shown this once."""
    wished: dict[str, Any] = msgspec.to_builtins(data)
    kept = channels.add(project_number, channels.checked(wished), clock())
    shown = msgspec.structs.asdict(channels.one(project_number, kept.id))
    return Reply(data=NewChannel(**shown, secret=kept.new_secret))


@patch(CHANNEL, opt=_WRITE, sync_to_thread=True)
def change_channel(
    data: JSONBody[ChannelChange],
    channel: FromPath[str],
    project_number: NamedDependency[int],
    channels: NamedDependency[Channels],
    clock: NamedDependency[Clock],
) -> Reply[ShownChannel]:
    """Give a channel another name, or switch it off or on. What waits for one that is switched off is not sent."""
    if data.name is None and data.is_active is None:
        raise BadRequest("body: expected name, is_active or both", details={"field": "body"})
    id_ = segment(channel)
    return Reply(data=channels.change(project_number, id_, name=data.name, is_active=data.is_active, now=clock()))


@post(f"{CHANNEL}/secret", opt=_WRITE, status_code=200, sync_to_thread=True)
def renew_secret(
    channel: FromPath[str], project_number: NamedDependency[int], channels: NamedDependency[Channels]
) -> Reply[NewSecret]:
    """Make a new signing secret for a webhook, and show it this once. The one before signs nothing any more."""
    return Reply(data=NewSecret(secret=channels.new_secret(project_number, segment(channel))))


@post(f"{CHANNEL}/test", opt=_WRITE, sync_to_thread=True)
def test_channel(
    project: FromPath[str],
    channel: FromPath[str],
    project_number: NamedDependency[int],
    channels: NamedDependency[Channels],
    public_url: NamedDependency[str],
    clock: NamedDependency[Clock],
) -> Reply[DeliveryItem]:
    """Send a test message. The answer is a delivery that tells, a moment later, what became of it."""
    shown = channels.one(project_number, segment(channel))
    if not shown.is_active:
        raise Conflict(f"this channel is switched off ({shown.off_reason}): switch it on first")
    message = Message(
        title="A test message from GoSight",
        text="This channel works: alerts will arrive here.",
        link=f"{public_url}/app/p/{project}/alerts/channels",
        data={"type": "test", "data": {"channel_id": shown.id}},
    )
    with channels.file.write() as transaction:
        id_ = deliveries.enqueue(transaction, project_number, shown.id, message, clock(), topic="test")
    return Reply(data=delivery_item(deliveries.one(channels.file, project_number, id_ or "")[0]))


@delete(CHANNEL, opt=_WRITE, status_code=200, sync_to_thread=True)
def remove_channel(
    channel: FromPath[str], project_number: NamedDependency[int], channels: NamedDependency[Channels]
) -> Done:
    """Remove a channel with all that was sent to it. Rules that name it go on without it."""
    channels.remove(project_number, segment(channel))
    return Done()


@get(f"{PROJECT}/deliveries", dependencies=PAGING, sync_to_thread=True)
def list_deliveries(
    project_number: NamedDependency[int],
    control_file: NamedDependency[ControlFile],
    paging: NamedDependency[Page],
    channel: FromQuery[str | None] = None,
    wanted: Annotated[State | None, QueryParameter(name="state")] = None,
) -> ListReply[DeliveryItem]:
    """Messages on their way and those that went, the latest first; they are kept for `outbox.keep_days` days."""
    found, total = deliveries.listed(
        control_file,
        project_number,
        channel=channel or None,
        state=wanted,
        page=paging.page,
        per_page=paging.per_page,
    )
    return ListReply(data=[delivery_item(one) for one in found], meta=meta(paging.page, paging.per_page, total))


@get(DELIVERY, sync_to_thread=True)
def show_delivery(
    delivery: FromPath[str], project_number: NamedDependency[int], control_file: NamedDependency[ControlFile]
) -> Reply[DeliveryDetail]:
    """One message with every try to deliver it, and what came back."""
    found, attempts = deliveries.one(control_file, project_number, segment(delivery))
    return Reply(data=delivery_detail(found, attempts))


@post(f"{DELIVERY}/resend", opt=_WRITE, status_code=200, sync_to_thread=True)
def resend_delivery(
    delivery: FromPath[str],
    project_number: NamedDependency[int],
    control_file: NamedDependency[ControlFile],
    clock: NamedDependency[Clock],
) -> Reply[DeliveryItem]:
    """Send a message again, now, under the same id: a receiver that has it can tell."""
    id_ = segment(delivery)
    deliveries.resend(control_file, project_number, id_, clock())
    return Reply(data=delivery_item(deliveries.one(control_file, project_number, id_)[0]))


ROUTES = [
    Router(
        "/",
        route_handlers=[
            list_channels,
            create_channel,
            change_channel,
            renew_secret,
            test_channel,
            remove_channel,
        ],
        tags=["Channels"],
        opt=needs(Permission.channels_read),
    ),
    Router(
        "/",
        route_handlers=[list_deliveries, show_delivery, resend_delivery],
        tags=["Deliveries"],
        opt=needs(Permission.channels_read),
    ),
]
