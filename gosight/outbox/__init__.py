"""What leaves the product: messages to channels (Telegram, e-mail, Slack, Discord, webhooks), tried until they arrive.

Owns gosight.db's tables channels, deliveries and delivery_attempts. Whoever has something to tell writes a delivery in
their own transaction (`deliveries.enqueue`); once that is committed a job sends it, at least once and under one id.
"""

from gosight.outbox import deliveries
from gosight.outbox.channels import Channels, Kept
from gosight.outbox.courier import Courier, Sends
from gosight.outbox.model import Channel, Kind, Message, ShownChannel
from gosight.outbox.reach import Reach

__all__ = ["Channel", "Channels", "Courier", "Kept", "Kind", "Message", "Reach", "Sends", "ShownChannel", "deliveries"]
