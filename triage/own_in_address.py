"""Whether an address tells who reported it: a reporter's own mail address, telephone or chosen name stands in it.

A link copied while logged in may name its copier, plain, percent-coded, as hexadecimal digits or in base 64, one over
the other too. Looked for is only what cannot stand there by chance: a whole mail address, the last eight digits of a
telephone, a chosen name (also the mail's own part) of eight characters or more that has a digit, dot or underscore. A
profile on a known platform is the reporter's where its whole name is the one given as contact, however short. Their
first name and surname are looked for beside each other, in one part of the path or the host's name too: the page is
theirs, or about them; one of the two words, or both in parts of their own, may be anybody's.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from urllib.parse import unquote

from triage.locators import find
from triage.shadow import shadow
from triage.url_rules import UrlRules

_PHONE_DIGITS = 8
"""As many as `triage/own_contact.py` keeps; a shorter number could be any page's."""
_LEAST_NAME_CHARS = 8
_MOST_LAYERS = 3
"""Codings over each other that are undone."""
_MOST_PERCENTS = 4
_MOST_PROFILE_CHARS = 300
_PROFILE = "profile:"
"""Begins what is looked for as the whole name of a profile only."""
_NAME = "name:"
"""Begins words of a name that are looked for beside each other (`redacting/own.py`)."""
_MOST_NAMES = 1 << 10
_UNUSUAL = re.compile(r"[\d._]")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[^0-9A-Za-z]{1,3}(?=\d)")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{11,}")
_PLAIN_ALPHABET = str.maketrans("-_", "+/")
_HEX = re.compile(r"[0-9A-Fa-f]{16,}")
_READABLE = re.compile(rb"[ -~]{8}")
"""What was coded text holds such a run; what was not, hardly ever."""


def telling(keys: Iterable[str]) -> frozenset[str]:
    """What to look for, of the keys of contact fields (`own_contact.contact_keys`); the rest may be anybody's."""
    found = set()
    for kind, _, value in (key.partition(":") for key in keys):
        if kind == "phone":
            found |= {value} if len(value) >= _PHONE_DIGITS else set()
            continue
        if kind == "name":
            found.add(_NAME + value)
            continue
        names = {value} if kind == "handle" else {mail_name := value.partition("@")[0], mail_name.partition("+")[0]}
        found |= {name for name in names if len(name) >= _LEAST_NAME_CHARS and _UNUSUAL.search(name)}
        found |= {value} if kind == "email" else {_PROFILE + value}
    return frozenset(found)


def tells(address: str, sought: Collection[str], rules: UrlRules) -> bool:
    """Whether any of `sought` (of `telling`) stands in the address, however it is coded, or is its profile's name."""
    if not sought:
        return False
    if any(one.startswith(_PROFILE) for one in sought) and _profile(address, rules) in sought:
        return True
    if _names(address, [one for one in sought if one.startswith(_NAME)]):
        return True
    return any(one in reading for reading in _readings(address) for one in sought)


def _names(address: str, names: Collection[str]) -> bool:
    """Whether a whole name stands anywhere in the address, with or without a sign between its words, in any order."""
    if not names:
        return False
    readings = {shadow(reading) for reading in _readings(address)}
    return any(_whole(name).search(reading) for reading in readings for name in names)


@lru_cache(maxsize=_MOST_NAMES)
def _whole(name: str) -> re.Pattern[str]:
    words = map(re.escape, name.removeprefix(_NAME).split())
    return re.compile("(?<![a-z])" + r"[\s._+-]{0,3}".join(words) + "(?![a-z])")


def _profile(address: str, rules: UrlRules) -> str | None:
    """The name of the profile an address is, as `telling` writes it; None for what is none of a known platform."""
    places = find(address, rules, whole_field=True) if len(address) <= _MOST_PROFILE_CHARS else ()
    if len(places) != 1 or places[0].kind != "handle":
        return None
    return _PROFILE + places[0].case_key.rpartition("/")[2].lower()


def _readings(address: str) -> Iterator[str]:
    """The address and what is coded in it, in small letters, each also with its digits drawn together."""
    seen, layer = set[str](), {address}
    for _ in range(_MOST_LAYERS):
        layer = {_unquoted(text) for text in layer} - seen
        for text in layer:
            yield text.lower()
            yield _BETWEEN_DIGITS.sub("", text)
        seen |= layer
        coded = (inner for text in layer for inner in _decoded(text) if _READABLE.search(inner))
        layer = {inner.decode("utf-8", "replace") for inner in coded}


def _unquoted(text: str) -> str:
    for _ in range(_MOST_PERCENTS):
        if "%" not in text:
            break
        text = unquote(text)
    return text


def _decoded(text: str) -> Iterator[bytes]:
    """What runs of letters and digits hold as hexadecimal digits or base 64; either may begin within its run."""
    for run in _HEX.findall(text):
        for at in range(2):
            digits = run[at:]
            yield bytes.fromhex(digits[: len(digits) // 2 * 2])
    for run in _BASE64.findall(text):
        for at in range(4):
            coded = run[at:].translate(_PLAIN_ALPHABET)
            coded = coded[:-1] if len(coded) % 4 == 1 else coded
            yield b64decode(coded + "=" * (-len(coded) % 4))
