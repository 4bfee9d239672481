"""Which columns may hold who the reporter is, told by their name: what no field is for may still be a contact.

A second e-mail column, "reporter phone", "kontakt": files call such columns as they like, so any name that holds one of
the words for a contact field (`data/headers.toml`) counts. It errs on the side of hiding.
"""

from __future__ import annotations

import re
from functools import cache

from pipeline.channels._headings import known_names, plain_name
from triage.report import CONTACT_FIELDS

_ALSO = ("contact", "kontakt")
_LEAST_INSIDE_CHARS = 4
"""A shorter word ("ime") counts only where it stands alone: "vrijeme" is a time."""
_WORD = re.compile(r"[^\W_]+")
_KEY = re.compile(r'"([^"\n]{1,80})"\s*:')


def may_hold_contact(name: str, value: str) -> bool:
    """Whether a column's name, or the name of a part of it (in JSON), speaks of a contact."""
    return any(map(_is_contact, (name, *_KEY.findall(value))))


def _is_contact(name: str) -> bool:
    alone = {plain_name(name), *map(plain_name, _WORD.findall(name))}
    return bool(alone & _words()) or any(
        word in plain_name(name) for word in _words() if len(word) >= _LEAST_INSIDE_CHARS
    )


@cache
def _words() -> frozenset[str]:
    """Plain names (`plain_name`) of contact fields."""
    return frozenset({name for name, field in known_names().items() if field in CONTACT_FIELDS} | {*_ALSO})
