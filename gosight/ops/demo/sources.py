"""The demo shop's own code, as its developers wrote it, and the source maps of its builds.

A new release goes out every Tuesday. A build puts sources together into one line of a file whose name carries a hash.
"""

import hashlib
import json
from datetime import UTC, date, datetime, timedelta

import msgspec

CART = """\
import { offers } from "./offers";
import type { Item } from "./items";
import { money } from "./format";

/** Sum of a cart, in cents. */
export function cartTotal(items: Item[]): number {
  let sum = 0;
  for (const item of items) {
    const offer = offers.get(item.sku);
    sum += offer.price * item.quantity;
  }
  return sum;
}

export class CartView {
  constructor(private root: HTMLElement) {}

  render(items: Item[]): void {
    this.root.querySelector("output")!.textContent = money(cartTotal(items));
  }
}

export function update(view: CartView): void {
  view.render(JSON.parse(sessionStorage.getItem("cart") ?? "[]"));
}
"""
CHECKOUT = """\
import { request } from "./api";
import type { Order } from "./orders";

export async function saveOrder(order: Order): Promise<string> {
  const answer = await request("/api/orders", { method: "POST", body: JSON.stringify(order) });
  if (answer.status === 409) {
    throw new Error(`Order ${order.id} could not be saved: it was changed ${answer.age} s ago`);
  }
  return answer.id;
}

export async function pay(form: HTMLFormElement): Promise<void> {
  const order = Object.fromEntries(new FormData(form)) as unknown as Order;
  location.href = `/checkout/thanks?order=${await saveOrder(order)}`;
}
"""
APP = """\
import { track } from "./marketing";

/** Taps on cards open them, wherever in the card they are. */
export function onTap(event: Event): void {
  const card = event.target.closest(".card");
  if (card) {
    open(card.dataset.id);
  }
}

document.addEventListener("click", onTap);
track("app");
"""
API = """\
const HOST = "https://api.papermill.example";

export async function request(path: string, options?: RequestInit) {
  const response = await fetch(HOST + path, options);
  return parse(await response.text());
}

export function parse(text: string) {
  return JSON.parse(text);
}

export async function loadBoards() {
  return request("/boards");
}
"""
MARKETING = """\
/** Tells the advertisement what somebody did; blockers take gtag away. */
export function track(name: string): void {
  gtag("event", name);
}
"""
CHART = """\
export function layout(points, width) {
  const steps = new Array(width / points.length);
  return steps.fill(0).map((_, index) => points[index]);
}

export function draw(canvas, points) {
  return layout(points, canvas.width - 40);
}
"""
PROGRESS = """\
import { draw } from "tiny-chart";

export function renderProgress(board: { done: number[] }): void {
  draw(document.querySelector("canvas"), board.done);
}
"""
BUNDLES: dict[str, dict[str, str]] = {
    "cart": {"src/cart.ts": CART, "src/checkout.ts": CHECKOUT},
    "app": {"src/app.ts": APP, "src/marketing.ts": MARKETING, "src/progress.ts": PROGRESS},
    "api": {"src/api.ts": API},
    "vendor": {"node_modules/tiny-chart/chart.js": CHART},
}
"""What is in each built file: path of a source to its text."""
FOLDER = "/assets"


class Place(msgspec.Struct, frozen=True):
    """Where a piece of a source is. Lines and columns count from 1; in a built file all is on line 1."""

    bundle: str
    source: str
    line: int
    column: int
    built_column: int


def release_at(ms: int) -> str:
    """The release that was out then (milliseconds since 1970), named after its Tuesday."""
    return _tuesday(datetime.fromtimestamp(ms / 1_000, UTC).date()).strftime("%Y.%m.%d")


def _tuesday(day: date) -> date:
    return day - timedelta(days=(day.weekday() - 1) % 7)


def releases(now_ms: int, days: int, most: int) -> list[str]:
    """Those of the last days, the oldest first, `most` of them."""
    week = 7 * 86_400_000
    return [release_at(now_ms - week * back) for back in range(min(most, days // 7 + 2))][::-1]


def built_file(bundle: str, release: str) -> str:
    """`/assets/cart.3f9a1c.js`."""
    return f"{FOLDER}/{bundle}.{hashlib.sha256(f'{bundle}/{release}'.encode()).hexdigest()[:6]}.js"


def place(bundle: str, source: str, piece: str) -> Place:
    """Of this piece's first occurrence. A build is about half as long as its sources."""
    text = BUNDLES[bundle][source]
    at = text.index(piece)
    line_start = text.rfind("\n", 0, at) + 1
    before = sum(len(other) for name, other in BUNDLES[bundle].items() if name < source)
    return Place(bundle, source, text.count("\n", 0, at) + 1, at - line_start + 1, (before + at) // 2 + 1)


def source_map(bundle: str, release: str) -> bytes:
    """Every line of every source, and in it every word that a stack may tell of."""
    sources = sorted(BUNDLES[bundle])
    written = {
        "version": 3,
        "file": built_file(bundle, release).rpartition("/")[2],
        "sources": [f"../{source}" for source in sources],
        "sourcesContent": [BUNDLES[bundle][source] for source in sources],
        "names": [],
        "mappings": _mappings(bundle, sources),
    }
    return json.dumps(written).encode()


def _mappings(bundle: str, sources: list[str]) -> str:
    """Words of all sources, in the order in which they stand in the build."""
    places: list[tuple[int, int, int, int]] = []
    for number, source in enumerate(sources):
        before = sum(len(BUNDLES[bundle][name]) for name in sources[:number])
        start = 0
        for line, text in enumerate(BUNDLES[bundle][source].splitlines(keepends=True)):
            words = [at for at, letter in enumerate(text) if letter.isalpha() and not text[max(0, at - 1)].isalnum()]
            places += [((before + start + at) // 2, number, line, at) for at in words]
            start += len(text)
    last = (0, 0, 0, 0)
    parts = []
    for each in places:
        parts.append("".join(_vlq(now - then) for now, then in zip(each, last, strict=True)))
        last = each
    return ",".join(parts)


_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def _vlq(value: int) -> str:
    """A number as source maps write it: five bits a digit, the sign in the lowest."""
    rest = -value << 1 | 1 if value < 0 else value << 1
    text = ""
    while True:
        digit, rest = rest & 31, rest >> 5
        text += _DIGITS[digit | 32 if rest else digit]
        if not rest:
            return text
