"""Publishers in any thread, readers on the loop: what arrives, in which order, and what is lost."""

import asyncio
import json
import threading
from collections.abc import Callable
from typing import Any

from gosight.kit import bus as buses
from gosight.kit.bus import EVENTS, SESSIONS, Bus, Message, Reader


def numbered(*numbers: int) -> list[Message]:
    return [Message("event", {"n": number}) for number in numbers]


def told(messages: list[Message]) -> list[object]:
    return [message.data["n"] for message in messages]


async def in_a_thread(work: Callable[[], None]) -> None:
    await asyncio.to_thread(work)
    await asyncio.sleep(0)  # what the thread has asked the loop for comes before


def on_a_loop(scenario: Callable[[Bus], Any]) -> None:
    async def run() -> None:
        async with asyncio.timeout(60):
            await scenario(Bus())

    asyncio.run(run())


def listening(bus: Bus, *channels: str, project: int = 1, waiting: int = 100) -> Reader:
    reader = bus.reader(waiting)
    reader.listen(project, channels)
    return reader


def test_a_reader_hears_its_channels_of_its_project_in_order() -> None:
    async def scenario(bus: Bus) -> None:
        reader = listening(bus, EVENTS)
        for project, channel, number in [(1, EVENTS, 1), (2, EVENTS, 2), (1, SESSIONS, 3), (1, EVENTS, 4)]:
            bus.publish(project, channel, *numbered(number))
        lost, messages = await reader.heard()
        assert (lost, told(messages)) == (0, [1, 4])

    on_a_loop(scenario)


def test_everybody_who_listens_gets_the_same_text_encoded_once() -> None:
    async def scenario(bus: Bus) -> None:
        readers = [listening(bus, EVENTS) for _ in range(3)]
        bus.publish(1, EVENTS, Message("event", {"n": 1}))
        heard = [(await reader.heard())[1][0] for reader in readers]
        assert len({id(message.text(with_personal=True)) for message in heard}) == 1

    on_a_loop(scenario)


def test_what_is_personal_is_null_for_a_viewer() -> None:
    message = Message(
        "session.start", {"session_id": "s", "user_id": "u", "city": "Bern"}, personal=("user_id", "city")
    )
    shown = json.loads(message.text(with_personal=True))["data"]
    hidden = json.loads(message.text(with_personal=False))["data"]
    assert shown == {"session_id": "s", "user_id": "u", "city": "Bern"}
    assert hidden == {"session_id": "s", "user_id": None, "city": None}


def test_where_nobody_listens_nothing_is_kept() -> None:
    async def scenario(bus: Bus) -> None:
        bus.publish(1, EVENTS, *numbered(1))
        assert not bus.is_heard(1, EVENTS)
        reader = listening(bus, EVENTS)
        assert bus.is_heard(1, EVENTS)
        bus.publish(1, EVENTS, *numbered(2))
        assert told((await reader.heard())[1]) == [2]
        reader.close()
        assert not bus.is_heard(1, EVENTS)

    on_a_loop(scenario)


def test_a_slow_reader_loses_its_oldest_and_is_told_while_others_lose_nothing() -> None:
    async def scenario(bus: Bus) -> None:
        slow, quick = listening(bus, EVENTS, waiting=3), listening(bus, EVENTS)
        await in_a_thread(lambda: bus.publish_all(1, EVENTS, numbered(*range(10))))
        lost, messages = await slow.heard()
        assert (lost, told(messages)) == (7, [7, 8, 9])
        lost, messages = await quick.heard()
        assert (lost, told(messages)) == (0, list(range(10)))

    on_a_loop(scenario)


def test_what_the_loop_does_not_get_to_is_bounded_and_told(monkeypatch: Any) -> None:
    monkeypatch.setattr(buses, "UNDELIVERED", 5)

    async def scenario(bus: Bus) -> None:
        reader = listening(bus, EVENTS)
        bus.publish_all(1, EVENTS, numbered(*range(8)))
        lost, messages = await reader.heard()
        assert (lost, told(messages)) == (3, [3, 4, 5, 6, 7])

    on_a_loop(scenario)


def test_many_threads_publish_and_each_ones_order_is_kept() -> None:
    async def scenario(bus: Bus) -> None:
        reader = listening(bus, EVENTS, waiting=10_000)

        def publish(base: int) -> None:
            for number in range(500):
                bus.publish(1, EVENTS, *numbered(base + number))

        threads = [threading.Thread(target=publish, args=(base,)) for base in (0, 1_000, 2_000)]
        for thread in threads:
            thread.start()
        heard: list[Any] = []
        while len(heard) < 1_500:
            lost, messages = await reader.heard()
            assert lost == 0
            heard += told(messages)
        for base in (0, 1_000, 2_000):
            assert [n for n in heard if base <= n < base + 500] == list(range(base, base + 500))

    on_a_loop(scenario)


def test_who_leaves_a_channel_hears_the_other() -> None:
    async def scenario(bus: Bus) -> None:
        reader = listening(bus, EVENTS, SESSIONS)
        reader.leave(1, [EVENTS])
        bus.publish(1, EVENTS, *numbered(1))
        bus.publish(1, SESSIONS, *numbered(2))
        assert told((await reader.heard())[1]) == [2]

    on_a_loop(scenario)


def test_publishing_to_a_loop_that_has_ended_harms_nobody() -> None:
    bus = Bus()

    async def scenario() -> None:
        listening(bus, EVENTS)

    asyncio.run(scenario())
    bus.publish(1, EVENTS, *numbered(1))
