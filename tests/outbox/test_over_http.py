"""Channels and deliveries through the API."""

from typing import Any

import pytest

from tests.conftest import MakeWorld
from tests.outbox.receivers import receiving
from tests.outbox.sent import courier, work
from tests.world import Person, World, error

PATH = "/projects/shop/channels"


def made(owner: Person, body: dict[str, Any]) -> dict[str, Any]:
    answer = owner.post(PATH, body)
    assert answer.status_code == 201, answer.text
    data: dict[str, Any] = answer.json()["data"]
    return data


def test_a_webhooks_secret_is_shown_once(owner: Person) -> None:
    new = made(owner, {"type": "webhook", "url": "https://example.com/hook"})
    secret = new.pop("secret")
    assert secret.startswith("whsec_")
    assert owner.get(PATH).json()["data"] == [new]
    again = owner.post(f"{PATH}/{new['id']}/secret").json()["data"]["secret"]
    assert again.startswith("whsec_")
    assert again != secret
    assert secret not in owner.get(PATH).text
    assert new == {
        "id": new["id"],
        "type": "webhook",
        "name": "example.com/hook",
        "is_active": True,
        "url": "https://example.com/hook",
    }


def test_secrets_that_were_given_are_not_shown(owner: Person, world: World, caplog: pytest.LogCaptureFixture) -> None:
    token = "123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11"
    made(owner, {"type": "telegram", "chat_id": "-5", "bot_token": token})
    made(owner, {"type": "slack", "url": "https://hooks.slack.com/services/T0/B0/verysecret"})
    made(owner, {"type": "webhook", "url": "https://example.com/a", "secret": "a secret of theirs"})
    shown = owner.get(PATH).text
    for secret in (token, "verysecret", "a secret of theirs"):
        assert secret not in shown
        assert secret not in caplog.text


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"type": "telegram"}, "chat_id: expected a chat's number"),
        ({"type": "telegram", "chat_id": "-5", "to": "a@b.org"}, "to: there is no such field; expected type, chat_id"),
        ({"type": "pigeon"}, "type: expected one of telegram, email, slack, discord, webhook"),
        ({"type": "webhook", "url": "http://localhost/"}, "url: 127.0.0.1 is inside a private network"),
        ({"type": "email", "to": [1]}, "to[0]: expected text"),
        ({"chat_id": "-5"}, "type: is required"),
        ([], "body: expected an object"),
    ],
    ids=["no chat", "of another type", "no such type", "inside", "no text", "no type", "a list"],
)
def test_what_is_no_channel_is_refused(owner: Person, body: object, message: str) -> None:
    status, code, told = error(owner.post(PATH, body))
    assert (status, code) == (400, "VALIDATION_ERROR")
    assert told.startswith(message)


def test_an_address_is_one_channel(owner: Person) -> None:
    new = made(owner, {"type": "telegram", "chat_id": "-5"})
    status, code, told = error(owner.post(PATH, {"type": "telegram", "chat_id": -5}))
    assert (status, code) == (409, "CONFLICT")
    assert new["id"] in told


def test_a_channel_is_renamed_switched_off_and_on_and_removed(owner: Person) -> None:
    path = f"{PATH}/{made(owner, {'type': 'telegram', 'chat_id': '-5'})['id']}"
    off = owner.patch(path, {"is_active": False, "name": "Team"}).json()["data"]
    assert (off["name"], off["is_active"], off["off_reason"]) == ("Team", False, "switched off by hand")
    assert off["off_at"] == "2026-11-22T12:00:00Z"
    assert error(owner.post(f"{path}/test"))[:2] == (409, "CONFLICT")
    on = owner.patch(path, {"is_active": True, "name": ""}).json()["data"]
    assert (on["name"], on["is_active"], "off_reason" in on) == ("-5", True, False)
    assert error(owner.patch(path, {}))[0] == 400
    assert error(owner.patch(path, {"name": "a\nb"}))[2].startswith("name: expected")
    assert error(owner.post(f"{path}/secret"))[:2] == (409, "CONFLICT")
    assert owner.delete(path).json() == {"success": True}
    assert owner.get(PATH).json()["data"] == []
    assert error(owner.delete(path))[:2] == (404, "NOT_FOUND")


def test_a_project_has_a_hundred_channels_at_most(owner: Person) -> None:
    for number in range(100):
        made(owner, {"type": "telegram", "chat_id": number + 1})
    assert error(owner.post(PATH, {"type": "telegram", "chat_id": "-5"}))[:2] == (409, "CONFLICT")


def test_a_test_message_goes_through_the_outbox_and_can_be_sent_again(make_world: MakeWorld) -> None:
    world = make_world(outbox__allow_private=("127.0.0.1",))
    owner = world.member("olga")
    world.project(owner)
    with receiving() as receiver, courier(world) as working:
        new = made(owner, {"type": "webhook", "url": receiver.url("/status/503")})
        made(owner, {"type": "telegram", "chat_id": "-5"})
        sent = owner.post(f"{PATH}/{new['id']}/test")
        assert sent.status_code == 201
        id_ = sent.json()["data"]["id"]
        work(working)
        found = owner.get(f"/projects/shop/deliveries/{id_}").json()["data"]
        assert (found["state"], found["topic"], found["next_attempt_at"]) == ("pending", "test", "2026-11-22T12:00:05Z")
        assert [(one["at"], one["status"], one["answer"]) for one in found["attempts"]] == [
            ("2026-11-22T12:00:00Z", 503, "no")
        ]
        assert found["message"]["link"] == f"{world.app.config.public_url}/app/p/shop/alerts/channels"
        receiver.replies["/status/503"] = (204, {}, b"")
        assert owner.post(f"/projects/shop/deliveries/{id_}/resend").json()["data"]["state"] == "pending"
        work(working)
        assert owner.get(f"/projects/shop/deliveries/{id_}").json()["data"]["state"] == "delivered"
        assert [got.json["type"] for got in receiver.got] == ["test", "test"]
    for query, total in (
        ("", 1),
        ("state=delivered", 1),
        ("state=failed", 0),
        (f"channel={new['id']}", 1),
        ("page=2&per_page=1", 1),
    ):
        answer = owner.get(f"/projects/shop/deliveries?{query}").json()
        assert answer["meta"]["total"] == total, query
    for query in ("state=lost", "page=0", "per_page=101"):
        assert error(owner.get(f"/projects/shop/deliveries?{query}"))[:2] == (400, "VALIDATION_ERROR"), query
    assert error(owner.get("/projects/shop/deliveries?channel=chan_none"))[:2] == (404, "NOT_FOUND")


def test_what_is_another_projects_is_not_found(owner: Person, world: World) -> None:
    world.project(owner, id_="blog", name="Blog")
    id_ = made(owner, {"type": "telegram", "chat_id": "-5"})["id"]
    delivery = owner.post(f"{PATH}/{id_}/test").json()["data"]["id"]
    for method, path, body in (
        ("PATCH", f"channels/{id_}", {"is_active": False}),
        ("DELETE", f"channels/{id_}", None),
        ("POST", f"channels/{id_}/test", None),
        ("POST", f"channels/{id_}/secret", None),
        ("GET", f"deliveries?channel={id_}", None),
        ("GET", f"deliveries/{delivery}", None),
        ("POST", f"deliveries/{delivery}/resend", None),
    ):
        assert error(owner.ask(method, f"/projects/blog/{path}", body))[:2] == (404, "NOT_FOUND"), path
