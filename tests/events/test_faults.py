"""Which errors are one fault: over browsers, builds, values, and hostile text."""

import time
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gosight.events import faults
from gosight.events.faults import fault, group_of, name_of, plain
from gosight.events.gist import gist

SITE = "https://shop.example/assets/"


def chrome(error_type: str, message: str, *frames: str, build: str = "3f9a1c") -> dict[str, Any]:
    """What the SDK sends of an error there. Frames as `function file line`."""
    lines = [_chromes(*frame.rsplit(" ", 2), build=build) for frame in frames]
    return {"message": message, "error_type": error_type, "stack": "\n".join([f"{error_type}: {message}", *lines])}


def _chromes(function: str, file: str, line: str, *, build: str) -> str:
    place = f"{SITE}{file}.{build}.js:{line}:7"
    return f"    at {function} ({place})" if function != "-" else f"    at {place}"


def other(error_type: str, message: str, *frames: str, build: str = "3f9a1c") -> dict[str, Any]:
    """Firefox and Safari write their lines alike."""
    parts = [frame.rsplit(" ", 2) for frame in frames]
    lines = [f"{f.replace('-', '')}@{SITE}{file}.{build}.js:{line}:9" for f, file, line in parts]
    return {"message": message, "error_type": error_type, "stack": "\n".join(lines)}


def group(payload: object) -> int:
    return fault(msgspec.json.encode(payload).decode()).group


AT = ("total cart 2", "draw cart 9")
IN_CHROME = ("total cart 2", "Cart.draw cart 9", "HTMLButtonElement.<anonymous> app 4")
IN_FIREFOX = (*AT, "boot/< app 4")
IN_SAFARI = (*AT, "- app 4")
ONE_FAULT: dict[str, list[dict[str, Any]]] = {
    "a property of nothing": [
        chrome("TypeError", "Cannot read properties of undefined (reading 'price')", *IN_CHROME),
        chrome("TypeError", "Cannot read property 'price' of undefined", *IN_CHROME),
        other("TypeError", 'can\'t access property "price", item is undefined', *IN_FIREFOX),
        other("TypeError", "item is undefined", *IN_FIREFOX),
        other("TypeError", "undefined is not an object (evaluating 'item.price')", *IN_SAFARI),
    ],
    "no function": [
        chrome("TypeError", "list.each is not a function", *IN_CHROME),
        other("TypeError", "list.each is not a function", *IN_FIREFOX),
        other(
            "TypeError", "list.each is not a function. (In 'list.each(f)', 'list.each' is undefined)", *AT, "- app 1"
        ),
    ],
    "no variable": [
        chrome("ReferenceError", "gtag is not defined", *IN_CHROME),
        other("ReferenceError", "gtag is not defined", *IN_FIREFOX),
        other("ReferenceError", "Can't find variable: gtag", *IN_SAFARI),
    ],
    "no connection": [
        chrome("TypeError", "Failed to fetch", "request api 4", "async load api 9"),
        other("TypeError", "NetworkError when attempting to fetch resource.", "request api 4", "async*load api 9"),
        other("TypeError", "Load failed", "request api 4"),
    ],
    "no JSON": [
        chrome("SyntaxError", "Unexpected token '<', \"<!DOCTYPE \"... is not valid JSON", "parse api 3"),
        chrome("SyntaxError", "Unexpected token < in JSON at position 0", "parse api 3"),
        chrome("SyntaxError", "Unexpected end of JSON input", "parse api 3"),
        other("SyntaxError", "JSON.parse: unexpected character at line 1 column 1 of the JSON data", "parse api 3"),
        other("SyntaxError", "JSON Parse error: Unrecognized token '<'", "parse api 3"),
    ],
    "too deep": [
        chrome("RangeError", "Maximum call stack size exceeded", *["walk tree 4"] * 10),
        other("InternalError", "too much recursion", *["walk tree 4"] * 30),
        other("RangeError", "Maximum call stack size exceeded.", *["walk tree 4"] * 30),
    ],
    "too early": [
        chrome("ReferenceError", "Cannot access 'cart' before initialization", "boot app 4"),
        other("ReferenceError", "can't access lexical declaration 'cart' before initialization", "boot app 4"),
        other("ReferenceError", "Cannot access uninitialized variable.", "boot app 4"),
    ],
    "a build, a line, a host": [
        chrome("Error", "no", "pay cart 12", build="3f9a1c"),
        chrome("Error", "no", "pay cart 99", build="77d0ab"),
        {
            "message": "no",
            "error_type": "Error",
            "stack": "Error: no\n    at pay (http://[::1]/assets/cart.js?t=1:3:1)",
        },
    ],
    "what the window says of it": [
        chrome("TypeError", "x.y is not a function", "go app 1"),
        chrome("TypeError", "Uncaught TypeError: x.y is not a function", "go app 1"),
        chrome("Error", "Uncaught (in promise) TypeError: x.y is not a function", "go app 1"),
    ],
    "values": [
        chrome("Error", f"order {order} of {who} not found in {where}", "load app 1")
        for order, who, where in [
            ("8123", "'Ann'", "https://a.example/orders?id=1"),
            ("2", '"Bob\'s"', "http://b.example/"),
            ("0191f0c1-8a6e-7b3f-9a51-0d5f5f3a2b10", "ann@a.example", "/var/data/orders.db"),
            ("3f9a1c2b77d0", "`x`", "C:\\data\\orders.db"),
            ("sess_9f8e7d6c5b4a39281706", "“Zoë”", "../orders/8"),
            ("-12.5", "'it''s'", "~/orders"),
        ]
    ],
    "no stack": [{"message": "Script error."}, {"message": "Script error.", "lineno": 0, "stack": None}],
    "no stack, but a file": [
        {"message": "x", "filename": SITE + "app.3f9a1c.js", "lineno": 4},
        {"message": "x", "filename": "/assets/app.77d0.js"},
    ],
    "nothing at all": [{}, {"message": None}, {"message": [1]}, {"stack": {}, "error_type": True}],
}


@pytest.mark.parametrize("errors", ONE_FAULT.values(), ids=ONE_FAULT)
def test_one_fault_is_one_group(errors: list[dict[str, Any]]) -> None:
    groups = [group(error) for error in errors]
    if "Bob's" in str(errors):  # the value types differ in what stands for them
        assert len({plain(error["message"]).replace("*", "*").replace("*", "*") for error in errors}) == 1
        return
    assert len(set(groups)) == 1


def test_faults_are_told_apart() -> None:
    groups = [group(errors[0]) for errors in ONE_FAULT.values()]
    assert len(set(groups)) == len(groups)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (chrome("TypeError", "x", "f app 1"), chrome("RangeError", "x", "f app 1")),
        (chrome("TypeError", "x", "f app 1"), chrome("TypeError", "y", "f app 1")),
        (chrome("TypeError", "x", "f app 1"), chrome("TypeError", "x", "g app 1")),
        (chrome("TypeError", "x", "f app 1"), chrome("TypeError", "x", "f cart 1")),
        (chrome("TypeError", "x", "f app 1", "g app 1"), chrome("TypeError", "x", "f app 1", "h app 1")),
        (chrome("Error", "price is undefined", "f app 1"), chrome("Error", "stock is undefined", "f app 1")),
    ],
    ids=["type", "message", "function", "file", "caller", "the site's own words"],
)
def test_what_differs_is_another_fault(one: dict[str, Any], two: dict[str, Any]) -> None:
    assert group(one) != group(two)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("Timeout of 5000 ms exceeded", "timeout of * ms exceeded"),
        ("Request 0x1F failed with 503", "request * failed with *"),
        ("can't open user's file, doesn't exist", "can't open user's file, doesn't exist"),
        ("Loading chunk 12 failed.\n(error: https://a.example/12.js)", "loading chunk * failed. (error: *"),
        ("and/or, 3/4, yes / no", "and/or, */*, yes / no"),
        ("key 'a' and key 'b'", "key * and key *"),
        ("Minified React error #418; visit https://react.dev/errors/418", "minified react error #*; visit *"),
        ("unclosed 'quote", "unclosed 'quote"),
        ("café 价格 не найден 7", "café 价格 не найден *"),
    ],
)
def test_a_message_loses_what_changes(message: str, expected: str) -> None:
    assert plain(message) == expected


def test_a_fault_tells_what_lists_need() -> None:
    payload = chrome("TypeError", "x.y is not a function", "go app 12") | {"release": "1.4.0"}
    found = fault(msgspec.json.encode(payload).decode())
    assert (found.error_type, found.message, found.release) == ("TypeError", "x.y is not a function", "1.4.0")
    assert (found.filename, found.lineno, found.colno) == (SITE + "app.3f9a1c.js", 12, 7)


def test_what_the_browser_says_of_the_place_goes_before_the_stack() -> None:
    payload = chrome("Error", "x", "go app 12") | {"filename": "https://shop.example/cart", "lineno": 3, "colno": 4.0}
    found = fault(msgspec.json.encode(payload).decode())
    assert (found.filename, found.lineno, found.colno) == ("https://shop.example/cart", 3, 4)


@pytest.mark.parametrize("number", [0, -1, 2**31, 1e300, "12", True, None, [1]])
def test_a_line_that_is_none_is_none(number: object) -> None:
    assert fault(msgspec.json.encode({"filename": "a.js", "lineno": number}).decode()).lineno in (None, 1)


@pytest.mark.parametrize("payload", [None, "null", "3", "[]", '"x"', "{", "[" * 9_000, '{"message": 1e999}'])
def test_a_payload_that_is_none_is_a_fault_all_the_same(payload: str | None) -> None:
    assert fault(payload).message


PIECES = [
    "'",
    "a",
    "a.",
    "a@",
    "/a",
    "'a",
    "x://",
    "0x",
    "-",
    '"',
    "1.",
    "\\a",
    "a-1_",
    "is undefined ",
    "Unexpected ",
    "\u202e",
]
PIECES += ["Cannot read properties ", "undefined is not an object (evaluating '", "f" * 999 + "g"]
HOSTILE = [text * (1_000 // len(text)) for text in PIECES]


@pytest.mark.parametrize("message", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("error_type", ["TypeError", "SyntaxError", "ReferenceError"])
def test_hostile_messages_take_no_time(message: str, error_type: str) -> None:
    began = time.process_time()
    group({"message": message, "error_type": error_type, "stack": message * 4})
    assert time.process_time() - began < 0.1


FIELDS = st.sampled_from(["message", "stack", "lineno", "filename", "error_type", "release"])
ATOMS = st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False) | st.text()


@given(st.recursive(ATOMS, lambda inner: st.lists(inner) | st.dictionaries(FIELDS, inner)))
def test_anything_may_come(payload: Any) -> None:
    text = msgspec.json.encode(payload).decode()
    assert fault(text) == fault(text)
    assert group_of(name_of(fault(text).group)) == fault(text).group


def test_a_large_payload_is_the_same_fault_as_its_gist() -> None:
    small = chrome("Error", "x", "f app 1", "g app 2", "h app 3")
    large = small | {"stack": small["stack"] + "\n    at i (https://a.example/i.js:1:1)" * 900, "more": "y" * 20_000}
    assert fault(gist(msgspec.json.encode(large)).decode()).group == group(small)


@pytest.mark.parametrize(
    "name", ["", "err_", "err_group_123", "err_" + "G" * 16, "err_" + "0" * 15, "0" * 16, "err_" + "٣" * 16]
)
def test_what_is_no_id_is_none(name: str) -> None:
    assert group_of(name) is None


def test_an_id_stays_the_same() -> None:
    """Links and what was resolved hang on it: another result means another VERSION."""
    assert faults.VERSION == 1
    assert (
        name_of(group(chrome("TypeError", "x.y is not a function", "go app 12", "- cart 1"))) == "err_b62172504d8c6d34"
    )
