"""What an address says of page, campaign and source."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gosight.events import urls
from gosight.events.urls import MAX_HOST, MAX_PATH, MAX_UTM, NOTHING, UrlParts


@pytest.mark.parametrize(
    ("url", "host", "path"),
    [
        ("https://example.com/pricing", "example.com", "/pricing"),
        ("https://example.com", "example.com", "/"),
        ("https://example.com/pricing/", "example.com", "/pricing/"),
        ("https://example.com?x=1", "example.com", "/"),
        ("https://Example.COM:8443/A", "example.com", "/A"),
        ("https://example.com:no-port/a", "example.com", "/a"),
        ("https://user:secret@example.com/a", "example.com", "/a"),
        ("http://[::1]:8000/a", "[::1]", "/a"),
        ("https://example.com./a", "example.com", "/a"),
        ("//example.com/a", "example.com", "/a"),
        ("/a/b?c=d#e", None, "/a/b"),
        ("a", None, "/a"),
        ("file:///index.html", None, "/index.html"),
        ("capacitor://localhost/tabs", "localhost", "/tabs"),
        ("https://bücher.example/straße", "bücher.example", "/straße"),
        ("https://example.com/caf%C3%A9", "example.com", "/caf%C3%A9"),
        ("https://example.com/a#section", "example.com", "/a"),
        ("https://example.com/#/inbox?x=1", "example.com", "/#/inbox"),
        ("https://example.com/app#!/inbox", "example.com", "/app#!/inbox"),
        ("https://example.com/#/", "example.com", "/"),
        (" https://example.com/a\n\tb \x00", "example.com", "/ab"),
        ("https://example.com/\ud800", "example.com", "/\ufffd"),
    ],
)
def test_host_and_path(url: str, host: str | None, path: str) -> None:
    found = urls.split(url)
    assert (found.host, found.path) == (host, path)


@pytest.mark.parametrize("url", [None, "", "javascript:alert(1)", "data:text/html,<b>", "about:blank", "mailto:a@b.c"])
def test_what_is_no_page_has_no_path(url: str | None) -> None:
    assert urls.split(url) == NOTHING


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?utm_source=google&utm_medium=cpc&utm_campaign=winter_sale", ("google", "cpc", "winter_sale")),
        ("?UTM_SOURCE=News+Letter", ("News Letter", None, None)),
        ("?utm_source=%20%0A&utm_medium=", (None, None, None)),
        ("?utm_source=first&utm_source=second", ("first", None, None)),
        ("?utm_source=%ff%zz", ("�%zz", None, None)),
        ("?my_utm_source=x&source=y", (None, None, None)),
        ("#/inbox?utm_source=mail", ("mail", None, None)),
        ("?a=b&utm_campaign=caf%C3%A9", (None, None, "café")),
    ],
)
def test_campaign(query: str, expected: tuple[str | None, str | None, str | None]) -> None:
    found = urls.split("https://example.com/" + query)
    assert (found.utm_source, found.utm_medium, found.utm_campaign) == expected


@given(st.text(st.characters(codec=None), max_size=300) | st.text("/:?#@[]!utm_source=&%\\ \x00a1.-", max_size=60))
def test_any_text_has_an_answer_that_a_database_takes(text: str) -> None:
    for url in (text, "https://" + text, "https://example.com/" + text, "https://example.com/?utm_source=" + text):
        found = urls.split(url)
        assert found.path is None or found.path.startswith("/")
        for part in (found.host, found.path, found.utm_source):
            (part or "").encode()
        urls.source(found.utm_source, url, "example.com", ("*.example.com",)).encode()


def test_giant_addresses_are_cut() -> None:
    found = urls.split("https://" + "h" * 5_000 + "/" + "p" * 1_000_000)
    assert found == UrlParts("h" * MAX_HOST, "/")
    assert len(urls.split("https://example.com/" + "p" * 1_000_000).path or "") == MAX_PATH
    assert len(urls.split("/?utm_source=" + "s" * 1_000_000).utm_source or "") == MAX_UTM


@pytest.mark.parametrize(
    ("referrer", "expected"),
    [
        (None, "direct"),
        ("", "direct"),
        ("https://shop.example/other", "direct"),
        ("https://www.shop.example/", "direct"),
        ("https://blog.shop.example/", "direct"),
        ("https://partner.example/", "direct"),
        ("https://www.partner.example/", "direct"),
        ("https://www.other.example/a?b", "other.example"),
        ("https://notshop.example/", "notshop.example"),
        ("https://www.google.com/", "google"),
        ("https://www.google.co.uk/search?q=x", "google"),
        ("https://google.com.vn/", "google"),
        ("google.de/search", "google"),
        ("android-app://com.google.android.googlequicksearchbox/", "google"),
        ("https://google.evil.example/", "google.evil.example"),
        ("https://mygoogle.com/", "mygoogle.com"),
        ("https://www.bing.com/search", "bing"),
        ("https://duckduckgo.com/", "duckduckgo"),
        ("https://l.facebook.com/l.php?u=x", "facebook"),
        ("https://t.co/abc", "twitter"),
        ("https://x.com/", "twitter"),
        ("https://netflix.com/", "netflix.com"),
        ("https://www.linkedin.com/feed/", "linkedin"),
        ("https://m.youtube.com/watch", "youtube"),
        ("https://old.reddit.com/r/a", "reddit"),
        ("https://github.com/a/b", "github"),
        ("https://news.ycombinator.com/item?id=1", "hackernews"),
        ("https://l.instagram.com/", "instagram"),
        ("javascript:alert(1)", "direct"),
    ],
)
def test_source(referrer: str | None, expected: str) -> None:
    assert urls.source(None, referrer, "shop.example", ("*.shop.example", "Partner.example")) == expected


def test_a_campaign_wins_over_the_referrer() -> None:
    assert urls.source("newsletter", "https://www.google.com/", "shop.example") == "newsletter"


def test_a_wildcard_matches_subdomains_and_not_itself() -> None:
    assert urls.domain_matches("a.b.example.com", ("*.example.com",))
    assert not urls.domain_matches("example.com", ("*.example.com",))
    assert not urls.domain_matches("badexample.com", ("*.example.com",))
