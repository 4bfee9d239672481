"""The name a case has outside: another one for every recipient, so that two recipients cannot compare lists.

A keyed digest (HMAC-SHA256, RFC 2104) under the workspace's index key: the same case keeps its reference for one
recipient, and nobody without the key can tell the internal number or how many cases there are. Written in Crockford's
base32 (https://www.crockford.com/base32.html), which can be read out on the telephone: `BA-7F3K-9QWX-2MTC`.
"""

from __future__ import annotations

import hmac

_PURPOSE = b"hotline external reference 1"
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_DIGITS = 12
"""Sixty bits: among a million cases of one recipient two share a reference with a chance below one in a million."""
_GROUP = 4
_BITS = 5
_CODE_DIGITS = 6
"""Thirty bits, told back once by telephone: nobody guesses them, and a person asks."""


def external_reference(index_key: bytes, country: str, recipient: str, case_id: int) -> str:
    """The reference of a case towards one recipient (a code of `data/routes`); `country` stands before it."""
    said = b"\x1f".join((_PURPOSE, recipient.encode(), str(case_id).encode()))
    number = int.from_bytes(hmac.digest(index_key, said, "sha256"), "big")
    digits = "".join(_ALPHABET[number >> (_BITS * place) & 0b11111] for place in range(_DIGITS))
    groups = (digits[start : start + _GROUP] for start in range(0, _DIGITS, _GROUP))
    return "-".join((country, *groups))


def alert_reference(index_key: bytes, country: str, partner: str, alert_id: int) -> str:
    """The reference of an alert towards one organisation of the SOS network; never the one of its case."""
    return external_reference(index_key, country, f"{partner}\x1falert", alert_id)


def acknowledge_code(index_key: bytes, partner: str, alert_id: int) -> str:
    """What an organisation reads out to acknowledge: it stands in the sealed alert only, and is another for each."""
    return external_reference(index_key, "", f"{partner}\x1fcode", alert_id).replace("-", "")[:_CODE_DIGITS]
