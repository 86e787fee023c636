"""What goes wrong for visitors: errors of a few kinds, rage, dead and error clicks, a thrashed cursor."""

from random import Random

from gosight.ops.demo import faults
from gosight.ops.demo.people import Person
from gosight.ops.demo.script import Script


def strike(random: Random, script: Script, who: Person, path: str) -> None:
    """Now and then something goes wrong on a page; the checkout in Safari is where most of it does."""
    safari = "Version/" in who.user_agent
    if path == "/checkout" and random.random() < (0.30 if safari else 0.08):
        _error_click(random, script, who, "#pay")
    if path == "/cart" and random.random() < 0.14:
        _rage(random, script, "#apply-coupon", "Apply")
    if path == "/pricing" and random.random() < 0.06:
        _dead(script, "div", "Team plan", ".plan-card.team")
    if path.startswith("/templates/") and random.random() < 0.05:
        _dead(script, "img", "", ".preview img")
    if path == "/app/board" and random.random() < 0.05:
        _rage(random, script, ".card .drag-handle", "")
    if path in ("/docs/api", "/app") and who.kind == "desktop" and random.random() < 0.04:
        _thrash(random, script)
    if random.random() < 0.015:
        faults.occur(random, script, who, random.randint(500, 20_000))


def _error_click(random: Random, script: Script, who: Person, selector: str) -> None:
    at = random.randint(8_000, 30_000)
    script.click("button", "Pay now", selector, None, at)
    faults.occur(random, script, who, at + random.randint(30, 700))


def _rage(random: Random, script: Script, selector: str, text: str) -> None:
    """Always on the same spot."""
    at, spot = random.randint(3_000, 15_000), script.spot()
    for _ in range(random.randint(5, 9)):
        script.click("button", text, selector, None, at, spot)
        at += random.randint(120, 320)


def _dead(script: Script, tag: str, text: str, selector: str) -> None:
    """`click` at once, and a `dead_click` about the same click a second later."""
    at, spot = script.random.randint(2_000, 9_000), script.spot()
    script.click(tag, text, selector, None, at, spot)
    script.click(tag, text, selector, None, at + 1_000, spot, type="dead_click")


def _thrash(random: Random, script: Script) -> None:
    x, y = random.randint(300, 700), random.randint(200, 500)
    points = [[90 * n, x + (160 if n % 2 else 0) + random.randint(-9, 9), y + random.randint(-9, 9)] for n in range(18)]
    script.add("mouse_move", {"points": points}, random.randint(2_000, 9_000))
