"""What of a reporter's contact fields an answer may use: one mail address and one name, else a telephone, or nothing.

Reporters type these fields, so everything that is not plainly an address or a name is dropped: a line break cannot
begin a header, a control or direction mark cannot change how a letter reads, and no web address gets in as a "name".
A telephone is for a person's eyes and stays as it was typed: "061 123 456, not after six" says more than its digits.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

_MAIL_FIELDS = ("contact_email", "contact_phone")
"""People put one into the field of the other."""
_MOST_FIELD_CHARS, _MOST_LOCAL_CHARS, _MOST_ADDRESS_CHARS = 400, 64, 254
"""The last two: RFC 5321, 4.5.3.1 and RFC 3696, erratum 1690."""
_MOST_NAME_CHARS = 40
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+[A-Za-z][A-Za-z0-9-]{{0,61}}[A-Za-z0-9]")
"""RFC 5322's dot-atom form in ASCII; quoted and international forms are left to a person."""
_APART = re.compile(r"[\s<>,;:()\[\]\"]+")
_NAME = re.compile(r"[^\W\d_]+(?:(?:[ '’-]|\. )[^\W\d_]+)*\.?")
_DIGITS_OF_A_NUMBER = 6
_REVEALING = re.compile(
    r"hotline|helpline|abuse|csa[im]|csem|exploit|child|kinder|missbrauch|zlostav|zloupotreb|zlouporab|djec|dijet"
    r"|\bdec[ae]\b|prijav|report|femij|abuz|policija|police\b"
)
"""What no sender may say: somebody else may read the mailbox."""


class Way(StrEnum):
    """How a reporter can be reached; all a screen says of a contact."""

    EMAIL = "e-mail"
    TELEPHONE = "telephone"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Reach:
    """One reporter's contact as an answer uses it; no value shows in a representation.

    `phone` and `best_time` are there where a person calls: one line each, as typed, not yet safe to print.
    """

    way: Way
    email: str | None = field(default=None, repr=False)
    name: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)
    best_time: str | None = field(default=None, repr=False)


def reach_of(contact: Mapping[str, str]) -> Reach:
    """From a report's contact fields. More than one address in a field is none: nobody guesses which is meant."""
    name = usable_name(contact.get("name_to_use", ""))
    for said in (contact.get(one, "") for one in _MAIL_FIELDS):
        if (email := usable_address(said)) is not None:
            return Reach(Way.EMAIL, email, name)
    numbered = (contact.get(one, "") for one in reversed(_MAIL_FIELDS))
    phone = next((_line(said) for said in numbered if _digits(said) >= _DIGITS_OF_A_NUMBER), None)
    if phone is None:
        return Reach(Way.OTHER, None, name)
    return Reach(Way.TELEPHONE, None, name, phone, _line(contact.get("best_time", "")) or None)


def usable_address(said: str) -> str | None:
    """The one plain mail address in a field (also as `Name <address>`); None for several, none, trickery."""
    said = said.strip()
    if len(said) > _MOST_FIELD_CHARS or any(unicodedata.category(sign)[0] == "C" for sign in said):
        return None
    found = {part for part in _APART.split(said) if "@" in part}
    email = found.pop() if len(found) == 1 else ""
    fits = len(email) <= _MOST_ADDRESS_CHARS and len(email.partition("@")[0]) <= _MOST_LOCAL_CHARS
    return email if fits and _ADDRESS.fullmatch(email) else None


def usable_name(said: str) -> str | None:
    """What a reporter wants to be called, if it is letters with blanks, hyphens or apostrophes between; else None."""
    name = unicodedata.normalize("NFC", said.strip())
    return name if len(name) <= _MOST_NAME_CHARS and _NAME.fullmatch(name) else None


def is_neutral(sender: str) -> bool:
    """Whether a sender's address says nothing of what a hotline does."""
    return not _REVEALING.search(sender.lower())


def _digits(said: str) -> int:
    return sum(sign.isdigit() for sign in said)


def _line(said: str) -> str:
    return " ".join(said.split())[:_MOST_FIELD_CHARS]
