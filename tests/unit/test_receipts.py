"""Receipt codes: read out, taken down, mistyped."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.receipts import SECRET_BYTES, code_of, secret_of

SECRETS = st.binary(min_size=SECRET_BYTES, max_size=SECRET_BYTES)


@given(SECRETS)
def test_a_code_leads_back_to_its_bits(secret: bytes) -> None:
    assert secret_of(code_of(secret)) == secret


@given(SECRETS)
def test_case_spaces_and_letters_that_look_like_digits_do_not_matter(secret: bytes) -> None:
    taken_down = code_of(secret).lower().replace("-", " ").replace("1", "l").replace("0", "o")

    assert secret_of(f" {taken_down} ") == secret


@given(SECRETS, st.integers(0, 27), st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
def test_every_single_wrong_digit_is_found(secret: bytes, place: int, other: str) -> None:
    digits = code_of(secret).replace("-", "")
    wrong = digits[:place] + other + digits[place + 1 :]
    if wrong != digits:
        with pytest.raises(ValueError, match="receipt code"):
            secret_of(wrong)


@given(SECRETS, st.integers(0, 26))
def test_every_pair_of_neighbours_taken_down_in_the_wrong_order_is_found(secret: bytes, place: int) -> None:
    digits = code_of(secret).replace("-", "")
    wrong = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
    if wrong != digits:
        with pytest.raises(ValueError, match="receipt code"):
            secret_of(wrong)


def test_a_code_is_seven_groups_of_four() -> None:
    assert code_of(bytes(16)) == "0000-0000-0000-0000-0000-0000-0000"


@pytest.mark.parametrize("code", ["", "0000", "U" * 28, "Z" * 28, "0" * 29])
def test_what_is_no_code_is_refused_without_repeating_it(code: str) -> None:
    with pytest.raises(ValueError, match="receipt code") as refused:
        secret_of(code)

    assert not code or code not in str(refused.value)


def test_a_code_of_fewer_bits_is_never_made() -> None:
    with pytest.raises(ValueError, match="16 random bytes"):
        code_of(bytes(8))


@pytest.mark.parametrize("between", ["–", "‑", "\u00a0", " . ", '"', "_", "\ufeff"])
def test_a_code_is_read_with_any_marks_between(between: str) -> None:
    code = code_of(bytes(range(16)))
    assert secret_of(between + code.replace("-", between)) == bytes(range(16))
