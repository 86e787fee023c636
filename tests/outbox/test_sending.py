"""Telegram, Slack, Discord and mail: what each is sent, and what each one's answers mean."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.conftest import MakeWorld
from tests.outbox.receivers import Receiver, receiving
from tests.outbox.sent import MESSAGE, channel, courier, enqueue, seconds_until_next, sending, told, tries, work
from tests.world import Person, World

TOKEN = "123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11"
CERTIFICATE = Path(__file__).with_name("certificate.pem")
"""For localhost and 127.0.0.1, made by itself, for a hundred years; the key is in it."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def shop(make_world: MakeWorld, **settings: Any) -> World:
    world = make_world(outbox__allow_private=("127.0.0.1",), **settings)
    world.project()
    return world


def send(world: World, raw: dict[str, Any], **more: Any) -> str:
    id_ = enqueue(world, channel(world, raw))
    with courier(world, sending(world, **more)) as working:
        work(working)
    return id_


def test_telegram_is_sent_text_that_stays_text(make_world: MakeWorld, receiver: Receiver) -> None:
    world = shop(make_world, telegram__api_url=receiver.url(""), telegram__bot_token=TOKEN)
    path = f"/bot{TOKEN}/sendMessage"
    receiver.replies[path] = (200, {}, b'{"ok":true,"result":{}}')
    id_ = send(world, {"type": "telegram", "chat_id": "-5"})
    (got,) = receiver.got
    assert got.path == path
    assert got.headers["content-type"] == "application/json"
    assert set(got.json) == {"chat_id", "text", "parse_mode", "link_preview_options"}
    assert (got.json["chat_id"], got.json["parse_mode"]) == ("-5", "HTML")
    assert "<b>Rage clicks above 10</b>" in got.json["text"]
    assert "&lt;b&gt;/check_out&lt;/b&gt; &amp; @channel" in got.json["text"]
    assert "Path: <code>/check_out?a=&lt;script&gt;</code>" in got.json["text"]
    assert told(world, id_).state == "delivered"


def test_a_channels_own_bot_is_asked_and_its_token_is_never_told(make_world: MakeWorld, receiver: Receiver) -> None:
    world = shop(make_world, telegram__api_url=receiver.url(""))
    receiver.replies[f"/bot{TOKEN}/sendMessage"] = (500, {}, f"no bot{TOKEN} here".encode())
    id_ = send(world, {"type": "telegram", "chat_id": "@news", "bot_token": TOKEN})
    (attempt,) = told(world, id_).attempts
    assert (attempt.status, attempt.answer) == (500, "no bot… here")


@pytest.mark.parametrize(
    ("status", "body", "state", "error", "wait"),
    [
        (400, b'{"ok":false,"description":"Bad Request: chat not found"}', "failed", "chat not found", None),
        (401, b'{"ok":false,"description":"Unauthorized"}', "failed", "Telegram refused: 401 Unauthorized", None),
        (403, b"nonsense", "failed", "Telegram refused: 403", None),
        (429, b'{"ok":false,"description":"Too Many","parameters":{"retry_after":77}}', "pending", "429", 77),
        (502, b"<html>", "pending", "answered 502", 5),
    ],
    ids=["no chat", "no bot", "thrown out", "too many", "down"],
)
def test_what_the_bot_api_answers(
    make_world: MakeWorld, receiver: Receiver, status: int, body: bytes, state: str, error: str, wait: int | None
) -> None:
    world = shop(make_world, telegram__api_url=receiver.url(""), telegram__bot_token=TOKEN)
    receiver.replies[f"/bot{TOKEN}/sendMessage"] = (status, {}, body)
    id_ = send(world, {"type": "telegram", "chat_id": "-5"})
    detail = told(world, id_)
    assert (detail.state, seconds_until_next(world, id_)) == (state, wait)
    assert error in (detail.reason or "")


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ({"type": "telegram", "chat_id": "-5"}, "there is no bot"),
        ({"type": "email", "to": "jane@example.com"}, "this server sends no mail"),
    ],
    ids=["no bot", "no mail server"],
)
def test_what_the_configuration_lacks_is_said_at_once(make_world: MakeWorld, raw: dict[str, Any], why: str) -> None:
    world = shop(make_world)
    id_ = send(world, raw)
    assert told(world, id_).state == "failed"
    assert (told(world, id_).reason or "").startswith(why)
    assert (world.app.channels.of_project(1)[0].lacks or "").startswith(why)


def test_slack_gets_text_that_calls_nobody(make_world: MakeWorld, receiver: Receiver) -> None:
    world = shop(make_world)
    assert told(world, send(world, {"type": "slack", "url": receiver.url("/ok")})).state == "delivered"
    (attachment,) = receiver.got[0].json["attachments"]
    assert attachment["title"] == "Rage clicks above 10"
    assert attachment["title_link"] == "https://stats.example.com/app/p/shop/alerts"
    assert "&lt;b&gt;" in attachment["text"]
    assert "@channel" not in attachment["text"]
    assert [field["title"] for field in attachment["fields"]] == ["Path", "Sessions"]


def test_discord_gets_text_that_calls_nobody(make_world: MakeWorld, receiver: Receiver) -> None:
    world = shop(make_world)
    assert told(world, send(world, {"type": "discord", "url": receiver.url("/ok")})).state == "delivered"
    sent = receiver.got[0].json
    assert sent["allowed_mentions"] == {"parse": []}
    (embed,) = sent["embeds"]
    assert (embed["title"], embed["url"]) == ("Rage clicks above 10", "https://stats.example.com/app/p/shop/alerts")
    assert r"\*now\*" in embed["description"]
    assert embed["fields"][0] == {"name": "Path", "value": r"/check\_out?a=\<script\>", "inline": True}


@pytest.mark.parametrize(
    ("headers", "body", "wait"),
    [
        ({}, b'{"message":"limited","retry_after":64.5,"global":false}', 64.5),
        ({"X-RateLimit-Reset-After": "33.25"}, b"", 33.25),
        ({"Retry-After": "21", "X-RateLimit-Reset-After": "33"}, b"no", 21),
    ],
    ids=["body", "reset", "header"],
)
def test_discord_says_in_three_ways_when_it_is_too_much(
    make_world: MakeWorld, receiver: Receiver, headers: dict[str, str], body: bytes, wait: float
) -> None:
    world = shop(make_world)
    receiver.replies["/busy"] = (429, headers, body)
    id_ = send(world, {"type": "discord", "url": receiver.url("/busy")})
    assert seconds_until_next(world, id_) == wait


def test_a_webhook_that_was_deleted_at_discord_is_switched_off(make_world: MakeWorld, receiver: Receiver) -> None:
    world = shop(make_world)
    send(world, {"type": "discord", "url": receiver.url("/status/404")})
    (shown,) = world.app.channels.of_project(1)
    assert shown.off_reason == "Discord answered 404: the webhook was deleted there"


class Mailbox:
    """An SMTP server that refuses whom it is told to."""

    def __init__(self) -> None:
        self.got: list[tuple[Envelope, bool]] = []
        self.refuses: dict[str, str] = {}
        self.port = 0

    async def handle_RCPT(self, _: SMTP, __: Session, envelope: Envelope, address: str, ___: list[str]) -> str:
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _: SMTP, session: Session, envelope: Envelope) -> str:
        self.got.append((envelope, session.ssl is not None))
        return self.refuses.get("data", "250 kept as 4711")

    def first(self) -> EmailMessage:
        (envelope, _), *_ = self.got
        assert isinstance(envelope.content, bytes)
        found = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(found, EmailMessage)
        return found


class AnyPort(Controller):
    """On a port that is free."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        super()._trigger_server()  # type: ignore[no-untyped-call]


@contextmanager
def mailbox(*, starttls: bool = False, tls: bool = False, **more: Any) -> Iterator[Mailbox]:
    box = Mailbox()
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(CERTIFICATE)
    if tls:
        more["ssl_context"] = server
    if starttls:
        more |= {"tls_context": server, "require_starttls": True}
    controller = AnyPort(box, hostname="127.0.0.1", port=0, **more)
    controller.start()
    try:
        box.port = controller.port
        yield box
    finally:
        controller.stop()


def trusted() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(CERTIFICATE))


MAIL = {"mail__host": "localhost", "mail__from": "GoSight <gosight@example.com>", "mail__tls": "none"}
TO = {"type": "email", "to": ["jane@example.com", "joe@example.com"]}


def test_a_mail_has_all_its_headers_and_both_its_parts(make_world: MakeWorld) -> None:
    with mailbox() as box:
        world = shop(make_world, **MAIL, mail__port=box.port)
        id_ = send(world, TO)
    assert told(world, id_).state == "delivered"
    assert [(one.status, one.answer) for one in told(world, id_).attempts] == [(250, "kept as 4711")]
    assert box.got[0][0].mail_from == "gosight@example.com"
    assert box.got[0][0].rcpt_tos == ["jane@example.com", "joe@example.com"]
    mail = box.first()
    assert (mail["From"], mail["To"]) == ("GoSight <gosight@example.com>", "jane@example.com, joe@example.com")
    assert (mail["Subject"], mail["Message-ID"]) == ("Rage clicks above 10", f"<{id_}@example.com>")
    assert (mail["Date"], mail["Auto-Submitted"]) == ("Sun, 22 Nov 2026 12:00:00 +0000", "auto-generated")
    plain, page = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert page is not None
    assert "Path: /check_out?a=<script>" in plain.get_content()
    assert "/check_out?a=&lt;script&gt;" in page.get_content()
    assert "<script>" not in page.get_content()


def test_nobody_adds_a_header_by_a_title(make_world: MakeWorld) -> None:
    title = "Clicks\r\nBcc: eve@example.com\r\n\r\n<script>\x00 \ud800 é"
    with mailbox() as box:
        world = shop(make_world, **MAIL, mail__port=box.port)
        id_ = enqueue(world, channel(world, TO), msgspec.structs.replace(MESSAGE, title=title))
        with courier(world, sending(world)) as working:
            work(working)
    assert told(world, id_).state == "delivered"
    assert box.first()["Bcc"] is None
    assert box.first()["Subject"] == "Clicks Bcc: eve@example.com <script> é"


@pytest.mark.parametrize("how", ["starttls", "tls"])
def test_mail_goes_by_tls_with_a_name_and_password(make_world: MakeWorld, how: str) -> None:
    def check(_: Any, __: Any, ___: Any, ____: Any, given: Any) -> AuthResult:
        assert isinstance(given, LoginPassword)
        return AuthResult(success=given.login == b"gosight" and given.password == b"word")

    with mailbox(
        **{how: True}, authenticator=check, auth_required=how == "starttls", auth_require_tls=how == "starttls"
    ) as box:
        known = MAIL | {"mail__tls": how, "mail__username": "gosight", "mail__password": "word"}
        world = shop(make_world, **known, mail__port=box.port)
        id_ = send(world, TO, tls=trusted())
        assert told(world, id_).attempts[0].error is None
        assert box.got[0][1] == (how == "starttls"), "a server that only speaks TLS does not tell"


@pytest.mark.parametrize("how", ["starttls", "tls"])
def test_a_certificate_that_nobody_vouches_for_gets_no_mail(make_world: MakeWorld, how: str) -> None:
    with mailbox(**{how: True}) as box:
        world = shop(make_world, **(MAIL | {"mail__tls": how}), mail__port=box.port)
        id_ = send(world, TO)
    assert box.got == []
    assert told(world, id_).state == "pending"
    assert "certificate" in (told(world, id_).reason or "").lower()


def test_a_server_that_hides_starttls_gets_no_mail(make_world: MakeWorld) -> None:
    with mailbox() as box:
        world = shop(make_world, **(MAIL | {"mail__tls": "starttls"}), mail__port=box.port)
        id_ = send(world, TO, tls=trusted())
    assert box.got == []
    assert told(world, id_).state == "pending"


@pytest.mark.parametrize(
    ("refuses", "state", "status"),
    [
        ({"jane@example.com": "550 no such user"}, "delivered", 250),
        ({"jane@example.com": "550 no", "joe@example.com": "550 no"}, "failed", 550),
        ({"jane@example.com": "450 later", "joe@example.com": "550 no"}, "pending", 450),
        ({"data": "554 spam"}, "failed", 554),
        ({"data": "451 greylisted"}, "pending", 451),
    ],
    ids=["one of two", "all for good", "one for now", "the mail itself", "for now"],
)
def test_what_a_mail_server_answers(make_world: MakeWorld, refuses: dict[str, str], state: str, status: int) -> None:
    with mailbox() as box:
        box.refuses = refuses
        world = shop(make_world, **MAIL, mail__port=box.port)
        id_ = send(world, TO)
    assert (told(world, id_).state, tries(world, id_)[0][0]) == (state, status)


def test_an_invitation_is_mailed_and_then_forgotten(make_world: MakeWorld) -> None:
    with mailbox() as box:
        world = make_world(**MAIL, mail__port=box.port)
        owner = world.member("olga")
        world.project(owner)
        invited = owner.post("/projects/shop/members", {"email": "vic@example.com", "role": "viewer"}).json()["data"]
        assert invited["is_mailed"]
        assert owner.get("/projects/shop/deliveries").json()["data"] == []
        with courier(world) as working:
            work(working)
    assert box.got[0][0].rcpt_tos == ["vic@example.com"]
    plain = box.first().get_body(("plain",))
    assert plain is not None
    assert invited["invite_url"] in plain.get_content()
    assert box.first()["Subject"] == "You are invited to Shop on GoSight"
    kept = world.app.file.all("select message, title from deliveries", into=dict[str, str])
    assert kept == [{"message": "{}", "title": ""}]


def test_a_project_mails_only_so_many_people_a_day(make_world: MakeWorld) -> None:
    world = make_world(**MAIL)
    owner = world.member("olga")
    world.project(owner)

    def invite(number: int, by: Person = owner) -> bool:
        body = {"email": f"vic{number}@example.com", "role": "viewer"}
        mailed: bool = by.post("/projects/shop/members", body).json()["data"]["is_mailed"]
        return mailed

    assert [invite(number) for number in range(51)] == [True] * 50 + [False]
    world.clock.forward(24 * 3600)
    assert invite(51, world.sign_in(owner.id, owner.email))
