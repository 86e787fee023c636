"""No message reaches what stands inside, whatever its address is written as and whatever its name leads to."""

import ssl
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path

import pytest

from gosight.kit.addresses import networks
from gosight.kit.errors import BadRequest
from gosight.outbox import Reach
from gosight.outbox.reach import Address
from tests.conftest import MakeWorld
from tests.outbox.receivers import Receiver, receiving
from tests.outbox.sent import channel, courier, enqueue, sending, told, tries, work
from tests.world import World

CLOSED = Reach(networks([]))
CERTIFICATE = Path(__file__).with_name("certificate.pem")

INSIDE = [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "100.100.100.200", "168.63.129.16", "192.0.0.192", "198.18.0.1", "192.0.2.1", "203.0.113.1", "224.0.0.1",
    "239.255.255.255", "240.0.0.1", "255.255.255.255", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::1", "2002:7f00:1::",
    "2002:a00:1::1", "2001::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1", "2001:db8::1", "100::1",
]  # fmt: skip
OUTSIDE = ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101", "2002:101:101::1"]


@pytest.mark.parametrize("text", INSIDE)
def test_what_is_inside_is_refused(text: str) -> None:
    assert "is inside a private network" in (CLOSED.refusal(ip_address(text)) or "")


@pytest.mark.parametrize("text", OUTSIDE)
def test_what_is_outside_is_not(text: str) -> None:
    assert CLOSED.refusal(ip_address(text)) is None


def test_what_the_operator_opens_is_open_in_every_spelling() -> None:
    reach = Reach(networks(["10.0.0.0/8", "::1"]))
    assert [reach.refusal(ip_address(text)) for text in ("10.1.2.3", "::ffff:10.1.2.3", "::1")] == [None] * 3
    assert reach.refusal(ip_address("127.0.0.1")) is not None


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.1", "0x7f.1", "2130706433", "017700000001", "[::1]", "[::ffff:127.0.0.1]", "localhost",
        "LOCALHOST.", "api.localhost", "printer.local", "metadata.google.internal", "169.254.169.254", "10.0.0.5:8080",
        "0", "[fe80::1]",
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["webhook", "slack", "discord"])
def test_what_shows_that_it_is_inside_is_no_channel(world: World, kind: str, host: str) -> None:
    with pytest.raises(BadRequest) as refused:
        world.app.channels.checked({"type": kind, "url": f"http://{host}/hook"}, "channels[0]")
    assert refused.value.details == {"field": "channels[0].url"}
    assert "private network" in refused.value.message


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


class Names:
    """A resolver that answers differently each time, as one does that means harm."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, int]] = []

    async def __call__(self, host: str, port: int) -> list[Address]:
        self.asked.append((host, port))
        found = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [ip_address(text) for text in found]


def sent(world: World, url: str, names: Names, *, allowed: str = "", tls: ssl.SSLContext | None = None) -> str:
    id_ = enqueue(world, channel(world, {"type": "webhook", "url": url}))
    with courier(world, sending(world, allowed=allowed, resolve=names, tls=tls)) as working:
        work(working)
    return id_


@pytest.mark.parametrize(
    "answer",
    [["127.0.0.1"], ["::ffff:127.0.0.1"], ["1.1.1.1", "127.0.0.1"], ["127.0.0.1", "1.1.1.1"]],
    ids=["inside", "inside in disguise", "both", "both the other way"],
)
def test_a_name_that_leads_inside_is_not_connected_to(world: World, receiver: Receiver, answer: list[str]) -> None:
    world.project()
    id_ = sent(world, receiver.url("/ok", "hooks.example.com"), Names(answer))
    ((status, error),) = tries(world, id_)
    assert (status, receiver.got) == (None, [])
    assert (error or "").startswith("not sent: hooks.example.com leads to ")


def test_a_name_is_asked_for_once_and_what_was_checked_is_connected_to(world: World, receiver: Receiver) -> None:
    """DNS rebinding: the second answer, inside, is never asked for. 127.0.0.2 stands for the outside here."""
    world.project()
    names = Names(["127.0.0.2"], ["127.0.0.1"])
    id_ = sent(world, receiver.url("/ok", "hooks.example.com"), names, allowed="127.0.0.2")
    assert names.asked == [("hooks.example.com", receiver.port)]
    ((status, error),) = tries(world, id_)
    assert (status, receiver.got) == (None, []), "the receiver listens on 127.0.0.1 alone"
    assert (error or "").startswith("no connection")
    world.clock.forward(5)
    with courier(world, sending(world, allowed="127.0.0.2", resolve=names)) as working:
        work(working)
    assert (tries(world, id_)[1][1] or "").startswith("not sent: hooks.example.com leads to 127.0.0.1")
    assert receiver.got == []


def test_the_next_address_of_a_name_is_tried(world: World, receiver: Receiver) -> None:
    world.project()
    names = Names(["127.0.0.2", "127.0.0.1"])
    id_ = sent(world, receiver.url("/ok", "hooks.example.com"), names, allowed="127.0.0.0/8")
    assert told(world, id_).state == "delivered"
    assert receiver.got[0].headers["host"] == f"hooks.example.com:{receiver.port}"


@pytest.mark.parametrize(
    ("name", "state", "why"),
    [("hooks.example.com", "delivered", ""), ("else.example.com", "pending", "ertificate")],
    ids=["its own name", "another name"],
)
def test_tls_asks_for_the_name_and_not_for_the_address(world: World, name: str, state: str, why: str) -> None:
    world.project()
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(CERTIFICATE)
    with receiving(server) as receiver:
        trusted = ssl.create_default_context(cafile=str(CERTIFICATE))
        url = receiver.url("/ok", name)
        id_ = sent(world, url, Names(["127.0.0.1"]), allowed="127.0.0.1", tls=trusted)
    assert told(world, id_).state == state
    assert why in (told(world, id_).reason or "")


def test_a_name_that_is_not_known_is_said_to_be_so(make_world: MakeWorld) -> None:
    world = make_world()
    world.project()
    id_ = sent(world, "https://hooks.example.com/", Names([]))
    assert told(world, id_).reason == "the name hooks.example.com is not known"
