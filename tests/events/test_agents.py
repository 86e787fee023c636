"""What a user agent says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gosight.events import agents
from gosight.events.agents import UNKNOWN, Agent

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
APPLE = "AppleWebKit/605.1.15 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/120.0.0.0 Safari/537.36",
            Agent("Chrome", "120.0", "Windows", "10", "desktop"),
        ),
        (
            f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/120.0.0.0 Safari/537.36 Edg/120.0.2210.91",
            Agent("Edge", "120.0", "Windows", "10", "desktop"),
        ),
        (
            f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {APPLE} Version/17.2 Safari/605.1.15",
            Agent("Safari", "17.2", "macOS", "10.15", "desktop"),
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0",
            Agent("Firefox", "121.0", "Linux", None, "desktop"),
        ),
        (
            f"Mozilla/5.0 (iPhone; CPU iPhone OS 17_2 like Mac OS X) {APPLE} Version/17.2 Mobile/15E148 Safari/604.1",
            Agent("Safari", "17.2", "iOS", "17.2", "mobile"),
        ),
        (
            f"Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) {APPLE} CriOS/119.0.6045.169 Mobile/15E148 Safari/604.1",
            Agent("Chrome", "119.0", "iOS", "16.6", "tablet"),
        ),
        (
            f"Mozilla/5.0 (Linux; Android 10; K) {WEBKIT} Chrome/120.0.0.0 Mobile Safari/537.36",
            Agent("Chrome", "120.0", "Android", "10", "mobile"),
        ),
        (
            f"Mozilla/5.0 (Linux; Android 13; SM-X700) {WEBKIT} Chrome/120.0.0.0 Safari/537.36",
            Agent("Chrome", "120.0", "Android", "13", "tablet"),
        ),
        (
            f"Mozilla/5.0 (Linux; Android 12; KFTRWI) {WEBKIT} Silk/108.4.6 like Chrome/108.0.5359.160 Safari/537.36",
            Agent("Silk", "108.4", "Android", "12", "tablet"),
        ),
        (
            f"Mozilla/5.0 (Linux; Android 13; S) {WEBKIT} SamsungBrowser/23.0 Chrome/115.0.0.0 Mobile Safari/537.36",
            Agent("Samsung Internet", "23.0", "Android", "13", "mobile"),
        ),
        (
            f"Mozilla/5.0 (Linux; Android 9; CUBOT NOTE 20) {WEBKIT} Chrome/88.0 Mobile Safari/537.36",
            Agent("Chrome", "88.0", "Android", "9", "mobile"),
        ),
        (
            "Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko",
            Agent("Internet Explorer", "11.0", "Windows", "7", "desktop"),
        ),
    ],
    ids=["chrome", "edge", "safari", "firefox", "iphone", "ipad", "android", "tab", "fire", "samsung", "cubot", "ie"],
)
def test_names_as_people_write_them(text: str, expected: Agent) -> None:
    assert agents.read(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        f"Mozilla/5.0 {WEBKIT}; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
        f"Mozilla/5.0 {WEBKIT}; compatible; ClaudeBot/1.0; +claudebot@anthropic.com)",
        "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
        "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)",
        "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
        "Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)",
        "Pingdom.com_bot_version_1.4_(http://www.pingdom.com/)",
        "Bytespider",
        "Scrapy/2.11",
        "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    ],
)
def test_machines_are_bots(text: str) -> None:
    assert agents.read(text).is_bot


@pytest.mark.parametrize("text", ["curl/8.5.0", "python-requests/2.31.0", "Go-http-client/2.0", "node", "okhttp/4.12"])
def test_a_program_that_has_a_key_is_no_bot_and_no_browser(text: str) -> None:
    assert agents.read(text) == UNKNOWN


def test_headless_chrome_is_chrome() -> None:
    found = agents.read(f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} HeadlessChrome/120.0.0.0 Safari/537.36")
    assert found == Agent("Chrome", "120.0", "Linux", None, "desktop")


@pytest.mark.parametrize("text", [None, ""])
def test_an_empty_user_agent_is_unknown_and_no_bot(text: str | None) -> None:
    assert agents.read(text) == UNKNOWN == Agent(None, None, None, None, None, False)


def test_what_nobody_knows_is_a_desktop_without_a_name() -> None:
    assert agents.read("something else") == Agent(device_type="desktop")


@given(st.text(st.characters(codec=None), max_size=100))
def test_any_text_has_an_answer(text: str) -> None:
    assert agents.read(text) == agents.read(text)


def test_a_giant_user_agent_is_cut() -> None:
    assert agents.read("Mozilla/5.0 " + "bot/" * 1_000_000).is_bot
