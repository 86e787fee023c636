"""What a message looks like for each kind of channel. What visitors typed stands in it, and must stay plain text."""

import hmac
import html
import re
from base64 import b64encode
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from hashlib import sha256
from typing import Any

import msgspec

from gosight.kit.clock import SECOND, iso_of, to_datetime
from gosight.outbox.forms import signing_key
from gosight.outbox.model import Message, cut

TELEGRAM_TEXT = 3_900
"""Characters of 4,096, once what stands for `<` and the like is counted as one."""
DISCORD_TITLE, DISCORD_TEXT, DISCORD_NAME, DISCORD_VALUE = 256, 2_048, 256, 180
"""Characters; an embed has 6,000 in all, and 20 fields."""

_MARKDOWN = re.compile(r"([\\*_~`|>#\[\]()<])")


def telegram(message: Message, chat_id: str) -> dict[str, Any]:
    """The body of `sendMessage`."""
    lines = [f"<b>{_escaped(message.title)}</b>"]
    room = TELEGRAM_TEXT - len(message.title) - len(message.link)
    for text, shown in _lines(message):
        if room < len(text):
            lines.append("…")
            break
        room -= len(text) + 1
        lines.append(shown)
    if message.link:
        lines.append(f'<a href="{html.escape(message.link)}">Open in GoSight</a>')
    return {
        "chat_id": chat_id,
        "text": "\n".join(lines),
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
    }


def _lines(message: Message) -> list[tuple[str, str]]:
    """Each as it counts and as it is written."""
    found = [(message.text, _escaped(message.text))] if message.text else []
    return found + [(f"{n}: {v}", f"{_escaped(n)}: <code>{_escaped(v)}</code>") for n, v in message.fields]


def _escaped(text: str) -> str:
    return html.escape(text, quote=False)


def slack(message: Message) -> dict[str, Any]:
    """Slack's older form, which Mattermost, Rocket.Chat and others read too."""
    fields = [{"title": _for_slack(n), "value": _for_slack(v), "short": len(v) < 40} for n, v in message.fields]
    attachment: dict[str, Any] = {
        "fallback": _for_slack(message.title),
        "title": _for_slack(message.title),
        "text": _for_slack(message.text),
        "fields": fields,
        "mrkdwn_in": [],
    }
    if message.link:
        attachment["title_link"] = message.link
    return {"text": "", "attachments": [attachment]}


def _for_slack(text: str) -> str:
    """No links, no mentions: `@channel` in a page's address would call everybody in some of them."""
    return _escaped(text).replace("@", "@\u200b")


def discord(message: Message) -> dict[str, Any]:
    embed: dict[str, Any] = {
        "title": cut(_for_discord(message.title), DISCORD_TITLE),
        "description": cut(_for_discord(message.text), DISCORD_TEXT),
        "fields": [
            {
                "name": cut(_for_discord(name), DISCORD_NAME) or "\u200b",
                "value": cut(_for_discord(value), DISCORD_VALUE) or "\u200b",
                "inline": len(value) < 40,
            }
            for name, value in message.fields[:10]
        ],
    }
    if message.link:
        embed["url"] = message.link
    return {"embeds": [embed], "allowed_mentions": {"parse": []}}


def _for_discord(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", text)


def webhook(message: Message, id_: str, created_at: int) -> bytes:
    """The same bytes in every try."""
    return msgspec.json.encode({"id": id_, "timestamp": iso_of(created_at), **message.data})


def signed(body: bytes, id_: str, secret: str, now: int) -> dict[str, str]:
    """Our own two headers, and the three of Standard Webhooks.

    X-Signature's key is the secret as it is written; Standard Webhooks takes the bytes that stand behind `whsec_`."""
    at = str(now // SECOND)
    own = hmac.new(secret.encode(), at.encode() + b"." + body, sha256).hexdigest()
    standard = hmac.new(signing_key(secret), f"{id_}.{at}.".encode() + body, sha256).digest()
    return {
        "X-Timestamp": at,
        "X-Signature": f"sha256={own}",
        "webhook-id": id_,
        "webhook-timestamp": at,
        "webhook-signature": f"v1,{b64encode(standard).decode()}",
    }


def mail(message: Message, to: list[str], sender: str, id_: str, created_at: int) -> EmailMessage:
    """Plain text with a simple page beside it. `id_` makes the Message-ID: the same mail sent twice is known by it."""
    name, address = parseaddr(sender)
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(display_name=name, addr_spec=address)
    mail["To"] = [Address(addr_spec=one) for one in to]
    mail["Subject"] = " ".join(message.title.split()) or "GoSight"
    mail["Date"] = format_datetime(to_datetime(created_at))
    mail["Message-ID"] = f"<{id_}@{address.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(_plain(message))
    mail.add_alternative(_page(message), subtype="html")
    return mail


def _plain(message: Message) -> str:
    parts = [message.title, message.text, "\n".join(f"{name}: {value}" for name, value in message.fields), message.link]
    return "\n\n".join(part for part in parts if part) + "\n"


def _page(message: Message) -> str:
    row = '<tr><td style="padding:2px 12px 2px 0;color:#666">{}</td><td style="padding:2px 0">{}</td></tr>'
    rows = "".join(row.format(html.escape(name), html.escape(value)) for name, value in message.fields)
    text = html.escape(message.text).replace("\n", "<br>")
    parts = [
        f'<h2 style="font-size:18px;margin:0 0 12px">{html.escape(message.title)}</h2>',
        f'<p style="margin:0 0 12px">{text}</p>' if text else "",
        f'<table style="border-collapse:collapse;margin:0 0 12px">{rows}</table>' if rows else "",
        f'<p style="margin:0"><a href="{html.escape(message.link)}">Open in GoSight</a></p>' if message.link else "",
    ]
    style = "font:14px/1.5 system-ui,sans-serif;color:#222;max-width:600px"
    return f'<!doctype html><html><body style="{style}">{"".join(parts)}</body></html>\n'
