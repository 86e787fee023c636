"""What a user agent says: browser, system, kind of device, and whether a machine sent it.

ua-parser's Rust part reads browser and system (its device expressions are left out: they cost 14 MB and 90 ms at start,
and two dozen words tell phones from tablets). Built on first use, then cached.
"""

import re
from functools import cache, lru_cache
from typing import Literal

import msgspec
from ua_parser import Domain
from ua_parser.loaders import load_lazy_builtins
from ua_parser.regex import Resolver

MAX_AGENT = 512
"""Characters looked at; real user agents have fewer."""
CACHED = 10_000
"""User agents remembered: some 5 MB at most. A busy site sees a few thousand different ones a day."""

DeviceType = Literal["desktop", "mobile", "tablet"]


class Agent(msgspec.Struct, frozen=True):
    """A browser on a device. None where it isn't known."""

    browser: str | None = None
    browser_version: str | None = None
    os: str | None = None
    os_version: str | None = None
    device_type: DeviceType | None = None
    is_bot: bool = False


UNKNOWN = Agent()

_BROWSERS = {
    "Chrome Mobile": "Chrome",
    "Chrome Mobile iOS": "Chrome",
    "Chrome Mobile WebView": "Chrome WebView",
    "HeadlessChrome": "Chrome",
    "Mobile Safari": "Safari",
    "Mobile Safari UI/WKWebView": "Safari WebView",
    "Firefox Mobile": "Firefox",
    "Firefox iOS": "Firefox",
    "Firefox (Shiretoko)": "Firefox",
    "Edge Mobile": "Edge",
    "IE": "Internet Explorer",
    "IE Mobile": "Internet Explorer",
    "Opera Mobile": "Opera",
    "Opera Tablet": "Opera",
    "Opera Coast": "Opera",
    "Yandex Browser": "Yandex",
    "DuckDuckGo Mobile": "DuckDuckGo",
    "Brave Mobile": "Brave",
    "UC Browser": "UC Browser",
    "MiuiBrowser": "Miui Browser",
    "Android": "Android Browser",
    "Amazon Silk": "Silk",
}
_SYSTEMS = {"Mac OS X": "macOS", "Mac OS": "macOS", "Windows Mobile": "Windows Phone"}

# Words that only machines use. "cubot" is a maker of telephones. Headless Chrome alone is no bot: it is how people try
# their own site, and crawlers that use it name themselves.
_BOT = re.compile(
    r"(?<!cu)bot\b|(?<!cu)bot[/_;:-]|robot|crawl|spider|slurp|scrap(?:er|y)|archiver|fetcher|feedfetch|facebookexternalhit|"
    r"facebookcatalog|meta-external|phantomjs|selenium|"
    r"lighthouse|pagespeed|gtmetrix|pingdom|uptime|statuscake|site24x7|datadog|newrelic|checkly|monitor(?:ing)?\b|"
    r"nagios|zabbix|prometheus|blackbox|hetrixtools|freshping|"
    r"nmap|nikto|sqlmap|masscan|zgrab|nuclei|"
    r"gptbot|chatgpt-user|oai-searchbot|claude-|anthropic-ai|perplexity-user|cohere-ai|google-extended|googleother|"
    r"google-inspectiontool|google-read-aloud|adsbot|mediapartners|apis-google|duckassist|ia_archiver|"
    r"bingpreview|yandex(?:images|metrika|video|media|blogs|favicons|direct|webmaster|pagechecker|turbo)|ahrefs|semrush|mj12|"
    r"screaming frog|sitebulb|whatsapp/|skypeuripreview|snap url preview|slack-imgproxy|embedly|iframely|validator",
)
# Programs that were given a key: what they send is meant, and tells nothing of a browser.
_LIBRARY = re.compile(
    r"^curl/|^wget/|^python|python-requests|python-urllib|python-httpx|aiohttp/|^java/|^ruby|^php/|^perl|libwww|lwp::|"
    r"go-http-client|guzzle|^axios/|node-fetch|undici|^node|^got |^okhttp/|^apache-httpclient|^postmanruntime|"
    r"^insomnia/|^httpie/|^k6/|^hey/|^vegeta|^locust|^httpx|^reqwest|^dart|^elixir"
)
_TABLET = re.compile(
    r"ipad|tablet|playbook|kindle|silk/(?!.*mobile)|nexus (?:7|9|10)\b|\bsm-[tx]\d|\bgt-p\d|lenovo (?:tb|yt)|mediapad|"
    r"xoom|\bkf[a-z]{2,4}(?: |;|\))|android(?!.*(?:mobile|\btv\b|aft[a-z]+|bravia|shield|googletv))"
)
_MOBILE = re.compile(r"mobi|iphone|ipod|windows phone|iemobile|blackberry|bb10|opera mini|webos.*phone|kaios|symbian")


def read(user_agent: str | None) -> Agent:
    """Facts of a user agent. An empty one is unknown, and no bot."""
    return _read(user_agent[:MAX_AGENT]) if user_agent else UNKNOWN


@lru_cache(maxsize=CACHED)
def _read(text: str) -> Agent:
    lower = text.lower()
    if _LIBRARY.search(lower):
        return UNKNOWN
    found = _resolver()(text if text.isascii() else text.encode("utf-8", "replace").decode(), _ASKED)
    browser, system = found.user_agent, found.os
    return Agent(
        browser=_name(browser.family, _BROWSERS) if browser else None,
        browser_version=_version(browser.major, browser.minor) if browser else None,
        os=_name(system.family, _SYSTEMS) if system else None,
        os_version=_version(system.major, system.minor) if system else None,
        device_type=_device(lower),
        is_bot=_BOT.search(lower) is not None,
    )


_ASKED = Domain.USER_AGENT | Domain.OS


@cache
def _resolver() -> Resolver:
    browsers, systems, _ = load_lazy_builtins()
    return Resolver((browsers, systems, []))


def _name(family: str, names: dict[str, str]) -> str | None:
    return None if family == "Other" else names.get(family, family)


def _version(major: str | None, minor: str | None) -> str | None:
    return f"{major}.{minor}" if major and minor else major


def _device(lower: str) -> DeviceType:
    if _TABLET.search(lower):
        return "tablet"
    return "mobile" if _MOBILE.search(lower) else "desktop"
