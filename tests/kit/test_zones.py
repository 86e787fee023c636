"""Time zones by name."""

import pytest

from gosight.kit.zones import zone


@pytest.mark.parametrize("name", ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+12"])
def test_a_zone_is_found_by_its_name(name: str) -> None:
    assert zone(name).key == name


@pytest.mark.parametrize(
    "name",
    ["", "Mars/Base", "europe", "/etc/localtime", "../UTC", "UTC\x00", "Europe/", "America", "x" * 500, "+02:00"],
)
def test_what_is_no_zone_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="expected an IANA time zone"):
        zone(name)
