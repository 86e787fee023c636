"""Stacks as the three browsers write them, and whatever else comes in their place."""

import time

import pytest

from gosight.events.stacks import file_of, frames

A = "https://a.example/assets/app.3f9a1c.js"

CHROME = f"""TypeError: Cannot read properties of undefined (reading 'price')
    at total ({A}:2:18)
    at Array.map (<anonymous>)
    at Cart.render [as draw] ({A}:10:3)
    at new List ({A}:20:7)
    at HTMLButtonElement.<anonymous> ({A}:30:1)
    at {A}:40:1"""
FIREFOX = f"""total@{A}:2:20
render@{A}:10:5
List@{A}:20:7
boot/<@{A}:30:1
@{A}:40:1
"""
SAFARI = f"""total@{A}:2:24
map@[native code]
render@{A}:10:9
List@{A}:20:7
@{A}:30:1
global code@{A}:40:1"""

READ: list[tuple[str, str, list[tuple[str, str]]]] = [
    ("nothing", "", []),
    ("no stack", "just a line\nand one more: 12", []),
    ("chrome, file alone", f"Error: x\n    at {A}:1:2", [("", A)]),
    ("chrome, without a column", f"Error: x\n    at f ({A}:1)", [("f", A)]),
    ("chrome, engine", "Error: x\n    at JSON.parse (<anonymous>)\n    at Array.forEach (native)", []),
    ("chrome, promises", f"Error: x\n    at async Promise.all (index 0)\n    at async go ({A}:1:2)", [("go", A)]),
    (
        "chrome, private",
        f"    at Shop.#load ({A}:1:2)\n    at get Shop.total [as total] ({A}:2:2)",
        [("load", A), ("total", A)],
    ),
    (
        "chrome, static",
        f"Error: x\n    at Function.create ({A}:1:2)\n    at Object.create ({A}:1:2)",
        [("create", A), ("create", A)],
    ),
    (
        "chrome, eval",
        f"Error: x\n    at eval (eval at run ({A}:3:9), <anonymous>:1:7)\n    at run ({A}:3:9)",
        [("run", A)],
    ),
    (
        "chrome, webpack",
        "Error: x\n    at load (webpack-internal:///./src/shop.js:12:9)\n    at __webpack_require__ (https://a.example/main.js:1:9)",
        [("load", "webpack-internal:///./src/shop.js"), ("__webpack_require__", "https://a.example/main.js")],
    ),
    (
        "chrome, extension",
        f"Error: x\n    at hook (chrome-extension://abcdef/content.js:1:2)\n    at f ({A}:1:2)",
        [("f", A)],
    ),
    ("chrome, wasm", f"Error: x\n    at f (wasm://wasm/00ab:wasm-function[12]:0x1a2b)\n    at g ({A}:1:2)", [("g", A)]),
    (
        "chrome, inline",
        "Error: x\n    at HTMLAnchorElement.onclick (https://a.example/cart:9:12)",
        [("onclick", "https://a.example/cart")],
    ),
    ("chrome, blob", "Error: x\n    at f (blob:https://a.example/0f-1:1:2)", [("f", "blob:https://a.example/0f-1")]),
    (
        "chrome, a message of many lines",
        f"Error: first\nsecond at home\n    third\n    at f ({A}:1:2)",
        [("f", A)],
    ),
    (
        "chrome, at in an address",
        "Error: x\n    at f (https://unpkg.com/vue@3.5.1/dist/vue.js:1:2)",
        [("f", "https://unpkg.com/vue@3.5.1/dist/vue.js")],
    ),
    (
        "firefox, nested",
        f"outer/inner/<@{A}:1:2\nouter/this.go@{A}:2:2\nouter/inner@{A}:3:2\nShop.prototype.pay@{A}:4:1",
        [("", A), ("go", A), ("inner", A), ("pay", A)],
    ),
    ("firefox, eval", f"@{A} line 3 > eval:1:7\nanonymous@{A} line 5 > Function:3:1\nrun@{A}:3:9", [("run", A)]),
    ("firefox, extension", f"hook@moz-extension://0f-1/content.js:1:2\nf@{A}:1:2", [("f", A)]),
    ("firefox, engine", f"forEach@self-hosted:203:17\nf@{A}:1:2\nobserve@resource://gre/a.jsm:1:2", [("f", A)]),
    (
        "firefox, webpack",
        "load@webpack-internal:///./src/shop.js:12:9",
        [("load", "webpack-internal:///./src/shop.js")],
    ),
    (
        "firefox, at in an address",
        "f@http://localhost:5173/@vite/client:1:2",
        [("f", "http://localhost:5173/@vite/client")],
    ),
    ("firefox, no column", f"f@{A}:12", [("f", A)]),
    ("safari, place alone", f"{A}:1:2\nf@{A}:3:4", [("", A), ("f", A)]),
    ("safari, eval", f"eval code@\neval@[native code]\nrun@{A}:3:9\nmodule code@{A}:9:1", [("run", A), ("", A)]),
    (
        "safari, extension",
        f"hook@safari-web-extension://0F/a.js:1:2\nx@webkit-masked-url://hidden/:1:2\nf@{A}:1:2",
        [("f", A)],
    ),
    (
        "safari, at in an address",
        "https://unpkg.com/vue@3.5.1/dist/vue.js:1:2",
        [("", "https://unpkg.com/vue@3.5.1/dist/vue.js")],
    ),
    ("safari, wasm", f"wasm-stub@[wasm code]\nf@{A}:1:2", [("f", A)]),
]


@pytest.mark.parametrize(
    ("stack", "expected"), [(stack, found) for _, stack, found in READ], ids=[n for n, _, _ in READ]
)
def test_reads(stack: str, expected: list[tuple[str, str]]) -> None:
    assert [(frame.function, frame.file) for frame in frames(stack)] == expected


@pytest.mark.parametrize("stack", [CHROME, FIREFOX, SAFARI], ids=["chrome", "firefox", "safari"])
def test_one_fault_has_the_same_frames_in_all_browsers(stack: str) -> None:
    assert [frame.function for frame in frames(stack)] == ["total", "render", "List", "", ""]
    assert {frame.file for frame in frames(stack)} == {A}
    assert [frame.lineno for frame in frames(stack)] == [2, 10, 20, 30, 40]


@pytest.mark.parametrize(
    "stack",
    [
        f"Error: x\n    at f ({A}:1:2)\n    at async g ({A}:2:2)\n    at h ({A}:3:2)",
        f"f@{A}:1:2\nasync*g@{A}:2:2\nh@{A}:3:2",
        f"f@{A}:1:2\nsetTimeout handler*g@{A}:2:2\nh@{A}:3:2",
    ],
    ids=["chrome", "firefox", "firefox, timer"],
)
def test_what_waited_is_told_from_what_ran(stack: str) -> None:
    assert [(frame.function, frame.is_async) for frame in frames(stack)] == [("f", False), ("g", True), ("h", True)]


@pytest.mark.parametrize(
    ("address", "file"),
    [
        (A, "/assets/app.js"),
        ("https://cdn.other.example/assets/app.js?v=3#x", "/assets/app.js"),
        ("http://localhost:3000/assets/app.0123456789abcdef.js", "/assets/app.js"),
        ("https://a.example/assets/index-BfX2k9aQ.js", "/assets/index.js"),
        ("https://a.example/assets/index-D_f-Zk1x.js", "/assets/index.js"),
        ("https://a.example/chunk-ABCDEFGH.js", "/chunk.js"),
        ("https://a.example/static/js/main.8f3a.chunk.js", "/static/js/main.chunk.js"),
        ("https://a.example/_next/static/chunks/pages/_app-0af3cc2b5e1d.js", "/_next/static/chunks/pages/_app.js"),
        ("https://a.example/3f9a1c2b.js", "/*.js"),
        ("https://a.example/user-settings.js", "/user-settings.js"),
        ("https://a.example/page-Checkout.js", "/page-Checkout.js"),
        ("https://a.example/html2canvas.js", "/html2canvas.js"),
        ("https://a.example/v1.2.3/app.js", "/*/app.js"),
        ("https://a.example/orders/8123/edit", "/orders/*/edit"),
        ("https://a.example/", "/"),
        ("https://a.example", "/"),
        ("webpack-internal:///./src/shop.js", "/src/shop.js"),
        ("webpack-internal:///(app-pages-browser)/./src/shop.tsx", "/src/shop.tsx"),
        ("webpack:///src/shop.js?1a2b", "/src/shop.js"),
        ("blob:https://a.example/0f-1", "blob:"),
        ("data:text/javascript;base64,eA==", "data:"),
        ("file:///C:/site/app.js", "/C:/site/app.js"),
        ("app.js", "/app.js"),
        ("", "/"),
    ],
)
def test_a_file_is_the_same_wherever_and_however_often_it_is_built(address: str, file: str) -> None:
    assert file_of(address) == file


HOSTILE = [
    "at " * 20_000,
    "    at " + "(" * 60_000,
    "    at f (" + "eval at g (" * 5_000 + ")" * 60_000,
    "@" * 64_000,
    "a@" * 32_000 + ":1:2",
    ":" * 64_000,
    "f@" + "/" * 60_000 + ":1:2",
    "f@https://a/" + "1" * 60_000 + ":1:2",
    "f@https://a/" + "-" * 60_000 + ".js:1:2",
    "f@https://a/" + "a.b-" * 15_000 + "js:1:2",
    "f@https://a/b.js:" + "9" * 60_000,
    "f@https://a/b.js:٣:٤",
    "\n" * 64_000,
    f"f@{A}:1:2\n" * 2_000,
    "\x00\u202e\U0001f4a9" * 10_000,
    "*" * 64_000 + f"@{A}:1:2",
]


@pytest.mark.parametrize("stack", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_takes_no_time_and_raises_nothing(stack: str) -> None:
    began = time.process_time()
    found = frames(stack)
    files = [file_of(frame.file) for frame in found]
    assert time.process_time() - began < 0.5
    assert len(files) <= 50
