"""What may stand in the files of `data/routes`: every table, its fields, and in words what fits each.

An operator writes these files by hand, and what they decide is who gets exact addresses: a word nobody knows must
never be read as "nothing". `triage/routes_check.py` looks; nothing here reads a file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from triage.alerting import MOST_MINUTES
from triage.assessment import Classification
from triage.countries import is_country
from triage.disposition import Kind
from triage.report import REPORTER_GROUPS
from triage.verdict import Escalation, Label

LANGUAGES = ("bs", "hr", "sr-Latn", "sr-Cyrl", "en")
"""Those papers are written in."""
MOST_NAME_CHARS = 120
ROLES: Mapping[Kind, tuple[str, ...]] = {
    Kind.POLICE: ("police", "police_hashes"),
    Kind.ICCAM: ("iccam", "clearing_house"),
    Kind.NOTICE: ("host",),
    Kind.HELPLINE: ("helpline",),
    Kind.PREVENTION: ("helpline",),
    Kind.PARTNER: ("partner",),
}
"""Kinds of recipients, and the columns of the field table (triage/redaction.py) each may have: exact addresses are for
police alone, whatever is mistyped."""
CODE = re.compile(r"[a-z][a-z0-9_-]{0,63}")
_PREFIX = re.compile(r"[A-Z]{2}-[^\W\d_]{2,4}")
PART = "part"
"""The tables inside a unit."""
FACTS: Mapping[str, frozenset[str] | None] = {
    "label": frozenset(map(str, Label)),
    "escalate": frozenset(map(str, Escalation)),
    "classification": frozenset(map(str, Classification)) | {""},
    "hosting": frozenset({"here", "unknown", "abroad", "member", "no_member"}),
    "reporter_groups": frozenset(REPORTER_GROUPS),
    "hosting_country": None, "area": None, "unit": None, "category": None, "channel": None, "locator_kind": None,
    "reason_codes": None,
}  # fmt: skip
"""What a rule may test, and the words each has, where triage has a list of them."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field: whether a value fits, and in words what does. `needed`: there is no way without it."""

    fits: Callable[[object], bool]
    says: str
    needed: bool = True


def _one_of(values: Iterable[str]) -> Field:
    known = tuple(values)
    return Field(lambda value: isinstance(value, str) and value in known, f"one of: {', '.join(known)}")


def _optional(given: Field) -> Field:
    return Field(given.fits, given.says, needed=False)


def _several(one: Field, *, least: int = 1) -> Field:
    return Field(
        lambda value: isinstance(value, list) and len(value) >= least and all(map(one.fits, value)),
        f"a list{'' if least else ', perhaps empty,'} of which each is {one.says}",
    )


def _is_name(value: object) -> bool:
    """Printable throughout: no control character, none that turns the direction of writing or is invisible."""
    if not isinstance(value, str) or value != value.strip():
        return False
    return 0 < len(value) <= MOST_NAME_CHARS and value.isprintable()


def _is_minutes(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= MOST_MINUTES


_CODE_SAYS = "a code: a small letter, then small letters, digits, _ and -, at most 64 in all"
_CODE = Field(lambda value: isinstance(value, str) and CODE.fullmatch(value) is not None, _CODE_SAYS)
_NAME = Field(
    _is_name, f"text on one line, 1 to {MOST_NAME_CHARS} characters, none of them invisible or turning the writing"
)
_COUNTRY = Field(
    lambda value: isinstance(value, str) and is_country(value), "a country by its two capital letters (ISO 3166-1)"
)
_MINUTES = Field(_is_minutes, f"a whole number of minutes from 1 to {MOST_MINUTES}")
_WORD = Field(lambda value: isinstance(value, str) and (not value or _is_name(value)), "a word, or \"\" for none")
_TABLE = Field(lambda value: isinstance(value, dict), "a table")
_TABLES = Field(lambda value: isinstance(value, list), "tables, each under its heading in two brackets")
_WHEN = "a table of one fact or more, each with its words"
NAMES: Mapping[str, Field] = {language: _optional(_NAME) for language in LANGUAGES}
"""A recipient's, by language."""
WHEN: Mapping[str, Field] = {name: _optional(_several(_WORD if words is None else _one_of(sorted(words))))
                             for name, words in FACTS.items()}  # fmt: skip
"""A rule's."""
TABLES: Mapping[str, Mapping[str, Field]] = {
    "recipient": {
        "code": _CODE, "kind": _one_of(map(str, ROLES)),
        "redacted_as": _one_of(dict.fromkeys(role for roles in ROLES.values() for role in roles)),
        "name": _NAME, "basis": _CODE, "language": _optional(_one_of(LANGUAGES)),
        "basis_by_counsel": Field(lambda value: isinstance(value, bool), "true or false", needed=False),
        "names": _optional(_TABLE),
    },
    "unit": {
        "code": _CODE, "police": _CODE,
        "prefix": Field(lambda value: isinstance(value, str) and _PREFIX.fullmatch(value) is not None,
                        "two capital letters, a hyphen and two to four letters, as BA-RS"),
        "places": _optional(_several(_NAME, least=0)), PART: _optional(_TABLES),
    },
    "rule": {"name": _CODE, "to": _CODE, "when": Field(lambda value: isinstance(value, dict) and bool(value), _WHEN)},
    "network": {"minutes": _MINUTES, "line": _several(_CODE)},
    "minutes": {"partner": _CODE, "minutes": _MINUTES},
    "line": {"areas": _several(_NAME), "partners": _several(_CODE)},
}  # fmt: skip
"""Tables by their headings."""
OF_PART: Mapping[str, Field] = {"police": _CODE, "places": _several(_NAME)}
ALONE: Mapping[str, Field] = {"home_country": _COUNTRY, "inhope_members": _several(_COUNTRY)}
"""Fields outside every table."""
VERSION = Field(lambda value: isinstance(value, int) and not isinstance(value, bool) and value > 0, "a whole number")
ONCE = frozenset({"home_country", "network"})
"""What only one place may say, since another would outvote it unseen."""
NEEDED = ("home_country", "inhope_members", "recipient", "unit", "rule", "network", "line")
