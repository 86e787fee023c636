"""Webhooks: signed, tried again on schedule, heard when they ask for a pause, and never waited for by others."""

import base64
import hashlib
import hmac
import time
from collections.abc import Iterator
from typing import Any

import pytest
from standardwebhooks import Webhook

from gosight.outbox import Courier, deliveries, line
from tests.conftest import MakeWorld
from tests.outbox.receivers import Receiver, receiving
from tests.outbox.sent import channel, courier, enqueue, seconds_until_next, told, tries, work
from tests.world import World

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
DAY_S = 86_400


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def shop(make_world: MakeWorld) -> World:
    world = make_world(outbox__allow_private=("127.0.0.1",))
    world.project()
    return world


@pytest.fixture
def sends(shop: World) -> Iterator[Courier]:
    with courier(shop) as working:
        yield working


def hook(world: World, receiver: Receiver, path: str, **more: Any) -> str:
    return channel(world, {"type": "webhook", "url": receiver.url(path), **more})


@pytest.mark.parametrize("secret", [SECRET, "a secret of their own"], ids=["standard", "their own"])
def test_what_is_sent_is_signed_both_ways(shop: World, sends: Courier, receiver: Receiver, secret: str) -> None:
    shop.clock.now = time.time_ns() // 1000  # `standardwebhooks` looks at the machine's clock
    id_ = enqueue(shop, hook(shop, receiver, "/ok", secret=secret))
    work(sends)
    (got,) = receiver.got
    key = secret if secret == SECRET else base64.b64encode(secret.encode()).decode()
    assert Webhook(key).verify(got.body, got.headers)["data"] == {"rule_id": "alert_1", "metric_value": 15}
    signed = f"{got.headers['x-timestamp']}.".encode() + got.body
    expected = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    assert got.headers["x-signature"] == f"sha256={expected}"
    assert (got.headers["webhook-id"], got.json["id"], got.json["type"]) == (id_, id_, "alert.triggered")
    detail = told(shop, id_)
    assert (detail.state, detail.reason, detail.next_attempt_at) == ("delivered", None, None)
    assert [(one.status, one.answer, one.error) for one in detail.attempts] == [(200, "thank you", None)]


def test_it_is_tried_eight_times_on_schedule_and_then_given_up(shop: World, sends: Courier, receiver: Receiver) -> None:
    id_ = enqueue(shop, hook(shop, receiver, "/status/500"))
    waits = []
    while True:
        work(sends)
        wait = seconds_until_next(shop, id_)
        if wait is None:
            break
        waits.append(wait)
        shop.clock.forward(wait - 0.001)
        work(sends)
        assert len(receiver.got) == len(waits), "not before its time"
        shop.clock.forward(0.001)
    assert waits == [5, 300, 1800, 7200, 18_000, 36_000, 36_000]
    assert len({(got.headers["webhook-id"], got.body) for got in receiver.got}) == 1
    assert len(receiver.got) == 8
    detail = told(shop, id_)
    assert (detail.state, detail.tries) == ("failed", 8)
    assert detail.reason == "given up after 8 tries: answered 500, expected 200 to 299"


@pytest.mark.parametrize(
    ("path", "state", "status", "error"),
    [
        ("/half", "delivered", 200, None),
        ("/broken", "pending", None, "the answer is no HTTP or broke off"),
        ("/nothing", "pending", None, "the answer is no HTTP or broke off"),
        ("/endless", "pending", 500, "answered 500, expected 200 to 299"),
        ("/moved", "pending", 302, "answered 302, a redirect to http"),
        ("/status/404", "pending", 404, "answered 404, expected 200 to 299"),
    ],
)
def test_what_is_no_good_answer_is_tried_again(
    shop: World, sends: Courier, receiver: Receiver, path: str, state: str, status: int | None, error: str | None
) -> None:
    id_ = enqueue(shop, hook(shop, receiver, path))
    work(sends)
    ((came, why),) = tries(shop, id_)
    assert (told(shop, id_).state, came) == (state, status)
    assert why == error if error is None else (why or "").startswith(error)
    assert [got.path for got in receiver.got] == [path], "nobody follows a redirect"
    assert all(len(attempt.answer or "") <= 500 for attempt in told(shop, id_).attempts)


@pytest.mark.parametrize(
    ("asked", "wait"),
    [
        ("60", 60),
        ("2", 5),
        ("Sun, 22 Nov 2026 12:10:00 GMT", 600),
        ("Sun, 22 Nov 2020 12:10:00 GMT", 5),
        ("99999999999", DAY_S),
        ("soon", 5),
        ("-5", 5),
        ("nan", 5),
    ],
)
def test_a_receiver_is_left_alone_for_as_long_as_it_asks(
    shop: World, sends: Courier, receiver: Receiver, asked: str, wait: int
) -> None:
    receiver.replies["/busy"] = (429, {"Retry-After": asked}, b"slow down")
    busy = hook(shop, receiver, "/busy")
    id_, other = enqueue(shop, busy), enqueue(shop, busy)
    work(sends)
    assert seconds_until_next(shop, id_) == wait
    if wait > 5:
        assert tries(shop, other) == [], "the pause is the channel's, not only this message's"
        shop.clock.forward(wait)
        work(sends)
        assert len(receiver.got) > 1


def test_410_switches_the_channel_off_until_somebody_switches_it_on(
    shop: World, sends: Courier, receiver: Receiver
) -> None:
    gone = hook(shop, receiver, "/status/410")
    id_, waiting = enqueue(shop, gone), enqueue(shop, gone)
    work(sends)
    shown = shop.app.channels.one(1, gone)
    assert (shown.is_active, shown.off_reason) == (False, "its receiver answered 410: it is gone for good")
    assert told(shop, id_).state == "failed"
    later = enqueue(shop, gone)
    work(sends)
    assert [told(shop, one).state for one in (waiting, later)] == ["skipped", "skipped"]
    assert len(receiver.got) == 1
    shop.app.channels.change(1, gone, name=None, is_active=True, now=shop.clock())
    deliveries.resend(shop.app.file, 1, waiting, shop.clock())
    work(sends)
    assert [got.headers["webhook-id"] for got in receiver.got] == [id_, waiting]


def test_a_receiver_that_hangs_holds_up_nobody_else(shop: World, sends: Courier, receiver: Receiver) -> None:
    slow = enqueue(shop, hook(shop, receiver, "/hang"))
    sends.turn()
    receiver.wait_for(1)
    quick = enqueue(shop, hook(shop, receiver, "/ok"))
    sends.turn()
    receiver.wait_for(2)
    assert sends.under_way >= 1
    assert tries(shop, slow) == []
    receiver.released.set()
    work(sends)
    assert (told(shop, quick).state, told(shop, slow).state) == ("delivered", "pending")


def test_two_couriers_send_each_message_once(shop: World, sends: Courier, receiver: Receiver) -> None:
    for n in range(5):
        receiver.replies[f"/{n}"] = (200, {}, b"")
    ids = [enqueue(shop, hook(shop, receiver, f"/{n % 5}")) for n in range(20)]
    with courier(shop) as other:
        for _ in range(len(ids)):
            sends.turn()
            other.turn()
            assert sends.settle(60)
            assert other.settle(60)
    assert sorted(got.headers["webhook-id"] for got in receiver.got) == sorted(ids)


def test_what_was_on_its_way_in_a_crash_is_sent_again_under_its_id(
    shop: World, sends: Courier, receiver: Receiver
) -> None:
    """Whoever claimed it is killed, before or after it was sent: nobody can tell."""
    id_ = enqueue(shop, hook(shop, receiver, "/ok"))
    claimed = line.claim(shop.app.file, line.due(shop.app.file, shop.clock()), shop.clock())
    assert [parcel.id for parcel in claimed] == [id_]
    work(sends)
    assert receiver.got == [], "somebody may be sending it still"
    shop.clock.forward(line.CLAIM / 1_000_000)
    work(sends)
    assert [got.headers["webhook-id"] for got in receiver.got] == [id_]


def test_stopping_gives_back_what_is_under_way(shop: World, receiver: Receiver) -> None:
    id_ = enqueue(shop, hook(shop, receiver, "/hang"))
    with courier(shop) as stopped:
        stopped.turn()
        receiver.wait_for(1)
    receiver.replies["/hang"] = (200, {}, b"")
    with courier(shop) as working:
        work(working)
    assert (told(shop, id_).state, [got.headers["webhook-id"] for got in receiver.got]) == ("delivered", [id_, id_])


def test_no_secret_comes_back_from_an_echo(shop: World, sends: Courier, receiver: Receiver) -> None:
    receiver.replies["/echo"] = (500, {}, f"you said {SECRET}".encode())
    id_ = enqueue(shop, hook(shop, receiver, "/echo", secret=SECRET))
    work(sends)
    assert told(shop, id_).attempts[0].answer == "you said …"
