"""Identifiers in groups joined by signs no number is written with, or in brackets: masked where the check is right."""

from __future__ import annotations

import pytest
from stdnum import luhn
from stdnum.hr import oib

from tests.redactors import masked

_CARD = "411111122233344"
_CARD += luhn.calc_check_digit(_CARD)
_OIB = "9417583162"
_OIB += oib.mod_11_10.calc_check_digit(_OIB)


def _groups(digits: str) -> list[str]:
    return [digits[at : at + 3] for at in range(0, len(digits), 3)]


@pytest.mark.parametrize("digits", [_CARD, _OIB])
@pytest.mark.parametrize("sign", ["+", "|", "=", " | "])
def test_joined_by_a_sign(digits: str, sign: str) -> None:
    text = f"Broj je {sign.join(_groups(digits))} a više ne znam."
    shown = masked(text)
    assert not any(one.isdigit() for one in shown)


@pytest.mark.parametrize("digits", [_CARD, _OIB])
def test_in_brackets(digits: str) -> None:
    text = f"Broj je ({digits[:3]}){digits[3:6]}[{digits[6:]}] a više ne znam."
    shown = masked(text)
    assert not any(one.isdigit() for one in shown)


def test_a_wrong_check_digit_is_a_list_of_numbers() -> None:
    wrong = str((int(_OIB[-1]) + 1) % 10)
    text = f"Vidjela sam ih {'+'.join(_groups(_OIB[:-1] + wrong))} puta."
    assert masked(text) == text
