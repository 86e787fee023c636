"""Where an address is."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gosight.events import geo
from gosight.events.geo import NOWHERE, Geo, Place
from tests.events import mmdb

MAXMIND = {
    "country": {"iso_code": "DE", "names": {"en": "Germany"}},
    "subdivisions": [{"iso_code": "BY", "names": {"de": "Bayern", "en": "Bavaria"}}],
    "city": {"names": {"en": "Munich", "de": "München"}},
}


@pytest.fixture
def places(tmp_path: Path) -> Geo:
    records: dict[str, dict[str, Any]] = {
        "8.8.8.0/24": {"country_code": "US"},
        "203.0.113.0/24": MAXMIND,
        "198.51.100.0/24": {"country_code": "VN", "state1": "Hanoi", "city": "Ba Dinh"},
        "2001:db8::/32": {"country": {"iso_code": "fr"}, "subdivisions": [{"iso_code": "IDF"}], "city": {"names": {}}},
        "192.0.2.0/24": {"country_code": "ZZ", "city": {"names": {"fr": "Nulle part"}}},
        "192.168.0.0/16": {"country_code": "CH", "city": "Head office"},
    }
    return Geo(mmdb.write(tmp_path / "places.mmdb", records, "GeoLite2-City"))


@pytest.mark.parametrize(
    ("ip", "place"),
    [
        ("8.8.8.8", Place("US")),
        ("::ffff:8.8.8.8", Place("US")),
        ("203.0.113.9", Place("DE", "Bavaria", "Munich")),
        ("198.51.100.1", Place("VN", "Hanoi", "Ba Dinh")),
        ("2001:db8::1", Place("FR", "IDF", None)),
        ("192.0.2.1", Place(None, None, "Nulle part")),
        ("192.168.1.2", Place("CH", None, "Head office")),
        ("10.0.0.1", NOWHERE),
        ("127.0.0.1", NOWHERE),
        ("::1", NOWHERE),
        ("2a00::1", NOWHERE),
        ("no address", NOWHERE),
        ("", NOWHERE),
    ],
)
def test_reads_each_layout(places: Geo, ip: str, place: Place) -> None:
    assert places.problem is None
    assert places.lookup(ip) == place


@given(st.text(max_size=40) | st.ip_addresses().map(str))
def test_any_text_has_an_answer(text: str) -> None:
    assert isinstance(Geo(None).lookup(text), Place)
    geo.truncate(text)


def test_without_a_file_all_is_nowhere_and_says_so(tmp_path: Path) -> None:
    missing = Geo(tmp_path / "none.mmdb")
    assert missing.lookup("8.8.8.8") == NOWHERE
    assert missing.problem == f"no file {tmp_path / 'none.mmdb'}: countries stay unknown"


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.mmdb").write_bytes(b"not a database" * 100)
    bad = Geo(tmp_path / "bad.mmdb")
    assert bad.lookup("8.8.8.8") == NOWHERE
    assert "bad.mmdb is no .mmdb file" in (bad.problem or "")


def test_a_database_whose_inside_is_broken_answers_nowhere(tmp_path: Path) -> None:
    path = mmdb.write(tmp_path / "broken.mmdb", {"8.8.8.0/24": {"country_code": "US"}})
    content = path.read_bytes()
    path.write_bytes(content.replace(b"\xe1\x4ccountry_code", b"\xff\xff\xff\xff\xffntry_code"))
    assert Geo(path).lookup("8.8.8.8") == NOWHERE


@pytest.mark.parametrize(
    ("ip", "cut"),
    [
        ("203.0.113.77", "203.0.113.0"),
        ("::ffff:203.0.113.77", "203.0.113.0"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::"),
        ("no address", None),
    ],
)
def test_an_address_is_cut_to_its_24_or_48(ip: str, cut: str | None) -> None:
    assert geo.truncate(ip) == cut
