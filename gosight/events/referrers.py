"""The names of well-known sources, as a table: hosts (with all their subdomains) and the name people use for them."""

import re

_BY_NAME = {
    "google": "com.google.android.googlequicksearchbox com.google.android.gm googleadservices.com",
    "bing": "bing.com cn.bing.com",
    "duckduckgo": "duckduckgo.com duck.com",
    "yahoo": "yahoo.com yahoo.co.jp",
    "yandex": "yandex.com yandex.ru yandex.by yandex.kz yandex.com.tr ya.ru",
    "baidu": "baidu.com",
    "ecosia": "ecosia.org",
    "brave": "search.brave.com",
    "startpage": "startpage.com",
    "qwant": "qwant.com",
    "kagi": "kagi.com",
    "naver": "naver.com",
    "seznam": "seznam.cz",
    "facebook": "facebook.com fb.com fb.me com.facebook.katana messenger.com",
    "instagram": "instagram.com com.instagram.android",
    "threads": "threads.net threads.com",
    "whatsapp": "whatsapp.com wa.me",
    "twitter": "twitter.com x.com t.co com.twitter.android",
    "linkedin": "linkedin.com lnkd.in com.linkedin.android",
    "youtube": "youtube.com youtu.be com.google.android.youtube",
    "reddit": "reddit.com redd.it com.reddit.frontpage",
    "pinterest": "pinterest.com pin.it pinterest.co.uk pinterest.de pinterest.fr",
    "tiktok": "tiktok.com",
    "telegram": "t.me telegram.org telegram.me web.telegram.org org.telegram.messenger",
    "discord": "discord.com discord.gg discordapp.com",
    "slack": "slack.com com.slack",
    "mastodon": "mastodon.social mastodon.online",
    "bluesky": "bsky.app go.bsky.app",
    "vk": "vk.com vk.ru",
    "zalo": "zalo.me chat.zalo.me",
    "quora": "quora.com",
    "medium": "medium.com",
    "substack": "substack.com",
    "github": "github.com",
    "gitlab": "gitlab.com",
    "stackoverflow": "stackoverflow.com",
    "hackernews": "news.ycombinator.com hn.algolia.com",
    "lobsters": "lobste.rs",
    "producthunt": "producthunt.com",
    "dev.to": "dev.to",
    "wikipedia": "wikipedia.org",
    "chatgpt": "chatgpt.com chat.openai.com openai.com",
    "claude": "claude.ai",
    "perplexity": "perplexity.ai",
    "gemini": "gemini.google.com",
    "copilot": "copilot.microsoft.com",
    "gmail": "mail.google.com",
    "outlook": "outlook.live.com outlook.office.com outlook.office365.com",
}
_NAMES = {host: name for name, hosts in _BY_NAME.items() for host in hosts.split()}
_GOOGLE = re.compile(r"(?:.+\.)?google\.(?:[a-z]{2,3}|com?\.[a-z]{2})")
"""Google under any country's domain: google.de, google.co.uk, google.com.vn."""


def name_of(host: str) -> str:
    """The name of a well-known source, else the host itself: `l.facebook.com` → "facebook"."""
    rest = host
    while rest:
        if rest in _NAMES:
            return _NAMES[rest]
        rest = rest.partition(".")[2]
    return "google" if _GOOGLE.fullmatch(host) else host
