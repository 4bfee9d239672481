"""Receipt codes: what a reporter takes away to ask again, without anybody knowing who they are.

128 random bits in Crockford's base 32 (https://www.crockford.com/base32.html: no I, L, O, U, so it can be read out on
the telephone), 26 digits and two check digits, in groups of four. The check digits are the number modulo 1021, the
largest prime below 32², which finds every single wrong digit and every swapped pair of neighbours. Pure: the random
bits are handed in; who keeps a code's hash, and how, is the store's business.
"""

from __future__ import annotations

SECRET_BYTES = 16
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUE_DIGITS, _CHECK_DIGITS = 26, 2
_CHECK_MODULUS = 1021
_GROUP = 4
_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0"})


def code_of(secret: bytes) -> str:
    """The code for 16 random bytes, for instance `0123-4567-…`. Raises ValueError for another length."""
    if len(secret) != SECRET_BYTES:
        raise ValueError("a receipt is made of 16 random bytes")
    number = int.from_bytes(secret, "big")
    digits = _digits(number, _VALUE_DIGITS) + _digits(number % _CHECK_MODULUS, _CHECK_DIGITS)
    return "-".join(digits[start : start + _GROUP] for start in range(0, len(digits), _GROUP))


def secret_of(code: str) -> bytes:
    """The 16 bytes behind a code as a person gives it: any case, any marks or blanks between, I and L as 1, O as 0.

    Raises ValueError where it cannot be a code; the message does not repeat it.
    """
    digits = "".join(filter(str.isalnum, code)).upper().translate(_READ_AS)
    if len(digits) != _VALUE_DIGITS + _CHECK_DIGITS or any(digit not in _ALPHABET for digit in digits):
        raise ValueError("a receipt code has 28 letters and digits")
    number, check = (_number(part) for part in (digits[:_VALUE_DIGITS], digits[_VALUE_DIGITS:]))
    if number.bit_length() > SECRET_BYTES * 8 or number % _CHECK_MODULUS != check:
        raise ValueError("the receipt code was mistyped: its check digits do not fit")
    return number.to_bytes(SECRET_BYTES, "big")


def _digits(number: int, count: int) -> str:
    return "".join(_ALPHABET[(number >> 5 * place) & 31] for place in reversed(range(count)))


def _number(digits: str) -> int:
    number = 0
    for digit in digits:
        number = number * 32 + _ALPHABET.index(digit)
    return number
