"""A point on a map is an address: coordinates, plus codes, three words; amounts, versions and scores stay."""

from __future__ import annotations

import pytest

from tests.redactors import masked


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("GPS 44.5384, 18.6671", "GPS [ADDRESS]"),
        ("moja kuća je na 44.5384, 18.6671.", "moja kuća je na [ADDRESS]."),
        ("моја кућа је на 44.5384, 18.6671", "моја кућа је на [ADDRESS]"),
        ("lokacija 44,5384; 18,6671 je to", "lokacija [ADDRESS] je to"),
        ("lokacija: 44.538, 18.667", "lokacija: [ADDRESS]"),
        ("kuća (44.5384,18.6671) je to", "kuća ([ADDRESS]) je to"),
        ("kuća 44.5384 18.6671 je to", "kuća [ADDRESS] je to"),
        ("kuća 44.538° N, 18.667° E je to", "kuća [ADDRESS] je to"),
        ("lat: 44.5384\nlon: 18.6671", "[ADDRESS]\n[ADDRESS]"),
        ("kuća N 44.5384 E 18.6671 je to", "kuća [ADDRESS] je to"),
        ("tu je 44°32'18.2\"N 18°40'01.6\"E sada", "tu je [ADDRESS] sada"),
        ("tu je 44° 32′ 18″ N, 18° 40′ 1″ E sada", "tu je [ADDRESS] sada"),
        ("tu je 44° 32.304' N, 18° 40.027' E sada", "tu je [ADDRESS] sada"),
        ("plus code 8FXQ+2M, zgrada", "plus code [ADDRESS], zgrada"),
        ("kod 8fxq+2m", "kod [ADDRESS]"),
        ("kod 8FQXGM22+X4 je to", "kod [ADDRESS] je to"),
        ("///filled.count.soap je to", "///[ADDRESS] je to"),
        ("what3words: filled.count.soap", "what3words: [ADDRESS]"),
    ],
)
def test_a_point_on_a_map_is_an_address(written: str, shown: str) -> None:
    assert masked(written) == shown


@pytest.mark.parametrize(
    "written",
    [
        "ocjene 3,5; 4,5 su to",
        "ocjene 3.5, 4.5",
        "verzija 10.1234, 11.2345",
        "platio je 12.500, 18.600 KM",
        "iznosi 12.500, 18.600 i to je sve",
        "iznosi 0.0123, 0.0456 BTC",
        "temperatura 20°, 25°",
        "bilo je 44.53, 18.66",
        "mjere su 95.1234, 200.5678",
        "to je 2345+67 i 4444+22",
        "programi c++ i g++",
        "to je slika+slika",
        "čekam... / ...",
        "u 22.11.2026, 23.11.2026",
    ],
)
def test_numbers_that_are_no_point_stay(written: str) -> None:
    assert "[ADDRESS]" not in masked(written)
