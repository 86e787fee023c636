"""The client for models: what it asks in either format, to the letter, and what it makes of all that may come back."""

import asyncio
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from gosight.kit.clock import system_clock
from gosight.kit.llm import MAX_ANSWER, Model, ModelFailed, Provider, Said, _address
from tests.kit.model_server import KEY, MODEL, ModelServer, Reply, model_server

BUSY = json.dumps({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}).encode()


@pytest.fixture(params=["anthropic", "openai"])
def server(request: pytest.FixtureRequest) -> Iterator[ModelServer]:
    with model_server(request.param) as server:
        yield server


class Pauses:
    """Waits no real time."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


def ask(server: ModelServer, pauses: Pauses | None = None, **settings: Any) -> str:
    model = Model(
        server.kind,
        **{
            "base_url": server.url,
            "model": MODEL,
            "key": server.key,
            "seconds": 60,
            "max_tokens": 500,
            "clock": system_clock,
            "sleep": pauses or Pauses(),
            **settings,
        },
    )
    turns = [Said("user", "How many?"), Said("assistant", "Of what?"), Said("user", "Täglich")]
    return asyncio.run(model.answer("Be brief.", turns))


def refused(server: ModelServer, pauses: Pauses | None = None, **settings: Any) -> ModelFailed:
    with pytest.raises(ModelFailed) as problem:
        ask(server, pauses, **settings)
    return problem.value


def test_a_conversation_is_sent_and_the_text_comes_back(server: ModelServer) -> None:
    assert ask(server.says("Three.")) == "Three."
    turns = server.asked[0]["messages"][-3:]
    assert [turn["content"] for turn in turns] == ["How many?", "Of what?", "Täglich"]
    assert "Be brief." in (server.asked[0].get("system"), server.asked[0]["messages"][0]["content"])
    assert server.asked[0]["max_tokens"] == 500


@pytest.mark.parametrize("kind", ["anthropic", "openai"])
def test_a_server_of_ones_own_needs_no_key(kind: Provider) -> None:
    with model_server(kind, key="") as server:
        assert ask(server.says("Yes.")) == "Yes."


@pytest.mark.parametrize("status", [429, 529, 503])
def test_a_busy_server_is_asked_again_when_it_says(server: ModelServer, status: int) -> None:
    pauses = Pauses()
    assert ask(server.says(Reply(status, BUSY, {"Retry-After": "7"}), "Now."), pauses) == "Now."
    assert pauses.seconds == [7.0]


def test_one_that_does_not_say_is_asked_again_after_longer_and_longer_pauses(server: ModelServer) -> None:
    pauses = Pauses()
    problem = refused(server.says(Reply(529, BUSY)), pauses)
    assert pauses.seconds == [1.0, 2.0]
    assert len(server.asked) == 3
    assert problem.status == 503


def test_a_pause_longer_than_the_time_there_is_is_passed_on(server: ModelServer) -> None:
    pauses = Pauses()
    problem = refused(server.says(Reply(429, BUSY, {"Retry-After": "3600"})), pauses)
    assert (pauses.seconds, problem.retry_after, len(server.asked)) == ([], 3600, 1)


def test_a_date_that_is_past_is_no_pause(server: ModelServer) -> None:
    pauses = Pauses()
    when = {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}
    assert ask(server.says(Reply(429, BUSY, when), "Now."), pauses) == "Now."
    assert pauses.seconds == [0.0]


@pytest.mark.parametrize(("status", "hint"), [(401, "ai.key"), (404, "ai.base_url and ai.model"), (400, "ai.model")])
def test_a_refusal_says_where_to_look_and_never_the_key(
    server: ModelServer, caplog: pytest.LogCaptureFixture, status: int, hint: str
) -> None:
    caplog.set_level(logging.DEBUG)
    body = json.dumps({"error": {"message": f"Incorrect API key provided: {KEY}"}}).encode()
    problem = refused(server.says(Reply(status, body)))
    assert hint in problem.message
    assert "Incorrect API key provided: (key)" in (problem.cause or "")
    assert KEY not in problem.message + (problem.cause or "") + caplog.text
    assert len(server.asked) == 1


def test_one_that_hangs_is_given_up(server: ModelServer) -> None:
    assert "within 0.3 s (ai.timeout_seconds)" in refused(server.says(Reply(body=None)), seconds=0.3).message


def test_one_that_says_too_much_is_given_up(server: ModelServer) -> None:
    assert "more than 512 KiB" in refused(server.says("x" * (MAX_ANSWER + 1))).message


def test_one_that_is_not_there_is_told_of(server: ModelServer) -> None:
    assert "look at ai.base_url" in refused(server.says("x"), base_url="http://127.0.0.1:1").message


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        b"[]",
        b"{}",
        b'{"content": "text", "choices": []}',
        b'{"content": [{}], "choices": [{"message": {"content": 5}}]}',
        b"[" * 100_000,
    ],
    ids=["a page", "a list", "nothing", "empty", "other types", "deep"],
)
def test_what_is_not_of_the_format_is_told_of(server: ModelServer, body: bytes) -> None:
    assert f"does not answer in the {server.kind} format" in refused(server.says(Reply(200, body))).message


def test_an_answer_that_was_cut_off_is_none(server: ModelServer) -> None:
    cut = {
        "content": [{"type": "text", "text": "SELECT"}],
        "stop_reason": "max_tokens",
        "choices": [{"message": {"content": "SELECT"}, "finish_reason": "length"}],
    }
    assert "ai.max_tokens" in refused(server.says(Reply(200, json.dumps(cut).encode()))).message


def test_a_model_that_declines_is_told_of(server: ModelServer) -> None:
    declined = {
        "content": [],
        "stop_reason": "refusal",
        "choices": [{"message": {"content": None}, "finish_reason": "content_filter"}],
    }
    assert "declined" in refused(server.says(Reply(200, json.dumps(declined).encode()))).message


@pytest.mark.parametrize(
    ("provider", "base", "url"),
    [
        ("anthropic", "https://api.anthropic.com", "https://api.anthropic.com/v1/messages"),
        ("anthropic", "http://localhost:11434/", "http://localhost:11434/v1/messages"),
        ("anthropic", "http://[::1]:8080", "http://::1:8080/v1/messages"),
        ("anthropic", "http://localhost:8080/v1", "http://localhost:8080/v1/messages"),
        ("anthropic", "https://example.com/anthropic", "https://example.com/anthropic/v1/messages"),
        ("openai", "https://api.openai.com/v1", "https://api.openai.com/v1/chat/completions"),
        ("openai", "http://localhost:11434", "http://localhost:11434/v1/chat/completions"),
        ("openai", "https://example.com/v1beta/openai/", "https://example.com/v1beta/openai/chat/completions"),
    ],
)
def test_addresses_are_understood_with_and_without_their_version(provider: Provider, base: str, url: str) -> None:
    made = _address(provider, base)
    port = f":{made.port}" if made.port else ""
    assert f"{made.scheme.decode()}://{made.host.decode()}{port}{made.target.decode()}" == url
