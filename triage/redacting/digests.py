"""Keyed digests of masked values: the same telephone looks the same to one recipient, and like nothing to another.

HMAC-SHA256 (RFC 2104) with a key per recipient: a plain hash of a telephone number is found again by trying all of
them. Values are brought to one form first, so that two ways of writing one number meet. Eight hexadecimal digits are
shown: enough to compare the reports of one case, too few to be an identifier of its own.
"""

from __future__ import annotations

import hashlib
import hmac
import re

from triage.phones import DEFAULT_COUNTRY
from triage.redacting.text import read
from triage.refang import refang

SHOWN_CHARS = 8
LEAST_KEY_BYTES = 16
_NOT_ALNUM = re.compile(r"[\W_]")
_NOT_DIGIT = re.compile(r"\D")


def digest(kind: str, value: str, key: bytes, country: str = DEFAULT_COUNTRY) -> str:
    """Eight hexadecimal digits of the value's keyed digest. Raises ValueError for a key that is too short."""
    if len(key) < LEAST_KEY_BYTES:
        raise ValueError("a digest key needs at least 16 bytes")
    message = f"{kind}\0{normal(kind, value, country)}".encode("utf-8", "surrogatepass")
    return hmac.new(key, message, hashlib.sha256).hexdigest()[:SHOWN_CHARS]


def normal(kind: str, value: str, country: str = DEFAULT_COUNTRY) -> str:
    """The one form of a value: a telephone's digits with the country (`country` where none is written), lower-case
    mail, a handle without its `@`."""
    latin = read(value).latin
    if kind == "phone":
        return _phone(latin, country)
    if kind in ("email", "url", "ip"):
        return "".join(refang(latin).text.lower().split())
    if kind == "handle":
        return latin.lower().strip().lstrip("@")
    return _NOT_ALNUM.sub("", latin).lower()


def _phone(written: str, country: str) -> str:
    digits = _NOT_DIGIT.sub("", written.replace("(0)", ""))
    if "+" in written:
        return digits
    if digits.startswith("00"):
        return digits[2:]
    return country + digits[1:] if digits.startswith("0") else digits
