"""Which two letters are a country: a slip of the keyboard must not go to INHOPE as a hosting country.

Source: ISO 3166-1 alpha-2 as far as a country has telephones (the regions of `phonenumbers`, which keeps them up to
date), and the territories without a number of their own. `XK` is no ISO code and in use for Kosovo all the same.
"""

from __future__ import annotations

from functools import cache

_WITHOUT_TELEPHONES = frozenset({"AQ", "BV", "GS", "HM", "PN", "TF", "UM"})
_NO_COUNTRIES = frozenset({"AC", "TA"})
"""Islands with a number of their own that ISO counts with Saint Helena."""


def is_country(code: str) -> bool:
    """Whether the code names a country, in capital letters."""
    return code in _known()


@cache
def _known() -> frozenset[str]:
    from phonenumbers import SUPPORTED_REGIONS

    return (frozenset(SUPPORTED_REGIONS) | _WITHOUT_TELEPHONES) - _NO_COUNTRIES
