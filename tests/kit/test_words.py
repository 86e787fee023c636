"""What was wrong with a value, in words: the field, what was expected, what came."""

from typing import Annotated, Any, Literal

import msgspec
import pytest
from msgspec import Meta

from gosight.kit.access import Role
from gosight.kit.errors import BadRequest
from gosight.kit.wire import bodies


class Inner(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    storage: Literal["local", "none"] = "local"
    names: list[Role] = []


class Outer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    count: Annotated[int, Meta(ge=1, le=9)]
    inner: Inner = Inner()
    maybe: Inner | None = None


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("{}", "count: is required"),
        ('{"count": "1"}', "count: expected a whole number, got text"),
        ('{"count": 1.5}', "count: expected a whole number, got a number"),
        ('{"count": true}', "count: expected a whole number, got true or false"),
        ('{"count": 0}', "count: expected a whole number >= 1"),
        ('{"count": 1, "inner": {"storage": "x"}}', "inner.storage: expected one of local, none, got 'x'"),
        (
            '{"count": 1, "inner": {"names": ["x"]}}',
            "inner.names[0]: expected one of owner, admin, member, viewer, got 'x'",
        ),
        ('{"count": 1, "inner": {"nmes": []}}', "inner.nmes: there is no such field; expected one of storage, names"),
        ('{"count": 1, "maybe": {"storage": "x"}}', "maybe.storage: expected one of local, none, got 'x'"),
        ('{"count": 1, "extra": 1}', "extra: there is no such field; expected one of count, inner, maybe"),
        ("[]", "body: expected an object, got a list"),
        ("{", "body: expected JSON in UTF-8; Input data was truncated"),
        ("", "body: expected JSON in UTF-8; Input data was truncated"),
        ("[" * 50_000, "body: expected JSON that is not nested so deeply"),
    ],
)
def test_a_body_is_refused_in_words(body: str, message: str) -> None:
    into: Any = Any if body.startswith("[[") else Outer
    with pytest.raises(BadRequest) as refused:
        bodies.read(body.encode(), into)
    assert refused.value.message == message
    assert refused.value.details == {"field": message.partition(":")[0]}


def test_a_body_that_is_right_is_read() -> None:
    assert bodies.read(b'{"count": 3, "inner": {"names": ["owner"]}}', Outer) == Outer(3, Inner(names=[Role.owner]))
