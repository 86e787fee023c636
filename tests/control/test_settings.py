"""Settings: one tree, laid over the defaults; only what differs is stored."""

from gosight.control import settings
from gosight.control.model import Settings


def test_only_what_differs_is_stored() -> None:
    changed = settings.merge(Settings(), {"privacy": {"anonymizeIp": True}, "timezone": "Asia/Tokyo"})
    assert settings.deviations(changed) == {"timezone": "Asia/Tokyo", "privacy": {"anonymizeIp": True}}
    assert settings.deviations(settings.merge(changed, {"privacy": {"anonymizeIp": False}})) == {
        "timezone": "Asia/Tokyo"
    }


def test_what_was_stored_reads_back_the_same() -> None:
    changed = settings.merge(
        Settings(),
        {"sampling": {"sessionSampleRate": 12.5}, "signals": {"rage_clicks": 7}, "privacy": {"blockSelectors": ["a"]}},
    )
    assert settings.merge(Settings(), settings.deviations(changed)) == changed


def test_a_list_is_replaced_whole() -> None:
    first = settings.merge(Settings(), {"privacy": {"blockSelectors": [".a", ".b"]}})
    assert settings.merge(first, {"privacy": {"blockSelectors": [".c"]}}).privacy.blockSelectors == (".c",)
