"""The reporter's own telephone, mail address or chosen name among the places a report names: never a locator.

A report may hold it twice: in its contact fields, sealed at the door, and in what the reporter wrote ("call me on …").
The second would become an address, a case, and leave. Two ways to know it: by the contact fields (`contact_keys`,
compared as keyed digests only) and by the words beside it (`triage/redacting/own_words.py`). Web addresses are known by
their words alone, in a description (`own_pages.py`): a form filled in wrongly must not lose the one address of a
report.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from triage.locators import OWN_CONTACT, Locator
from triage.redacting.own_words import OwnWords

PERSONAL_KINDS = frozenset({"phone", "email", "handle"})
"""Kinds of places that may be the reporter."""
CONTACT_VALUE_FIELDS = ("contact_phone", "contact_email")
"""Contact fields that hold a way to reach somebody; people mistake one for the other, so both are read alike."""
_PAGE, _PAGE_KINDS = "page:", frozenset({"url", "handle"})
_MOST_PLACES = 100
"""Who lists more reports them."""
_SAME_DIGITS = 8
"""Last digits in which all spellings of one number agree, with country, trunk zero or neither (ITU-T E.164: the
national numbers here have eight or nine)."""
_MOST_DIGITS = 15
"""More are two numbers without a sign between them (E.164)."""
_NUMBER = re.compile(r"\d(?:[\s./()–-]{0,3}\d){5,}")
_MOST_CHARS = 400
"""A contact field is short; what is longer is looked at so far."""
MOST_JUDGED = 2_000
"""Places of one text that are judged by the words around them; about a second of work."""
_NO_SIGNS = {ord(sign): "" for sign in "+ -/()."}
_PLAIN_MAIL = re.compile(r"[A-Za-z0-9_+.-]+@[A-Za-z0-9.-]*[A-Za-z]")
_APART = re.compile(r"\s/\s|[,;]")
_MAIL = re.compile(r"[^\s@<>,;:()\"']{1,64}@[^\s@<>,;:()\"']{1,255}")
_NAME = re.compile(
    r"(?<![\w.@-])@?(?=[\d_.-]*[A-Za-z])([A-Za-z0-9_](?:[A-Za-z0-9_]|[.-](?=[A-Za-z0-9_])){2,31})(?![\w@-])"
)
_NOT_DIGIT = re.compile(r"\D")


def personal_key(place: Locator, text: str) -> str | None:
    """The form in which a telephone, mail address or chosen name of `text` is compared; None for any other place.

    A messenger's link that is nothing but a telephone number (`wa.me/387…`) is a telephone. A profile written as a web
    address is a web address.
    """
    if place.kind == "email":
        return "email:" + place.canonical.lower()
    if place.kind == "phone":
        return _phone_key(place.canonical)
    if place.kind != "handle":
        return None
    name = place.case_key.rpartition("/")[2]
    if name.lstrip("+").isdigit() and len(name) > _SAME_DIGITS:
        return _phone_key(name)
    return None if "/" in text[place.start : place.end] else "handle:" + name.lower()


def contact_keys(values: Iterable[str]) -> frozenset[str]:
    """The keys, as of `personal_key`, of every telephone, mail address and name in a report's contact fields."""
    keys = set()
    for value in (said[:_MOST_CHARS] for said in values if said):
        if (plain := _plain_key(value)) is not None:
            keys.add(plain)
            continue
        mails = _MAIL.findall(value)
        keys.update("email:" + mail.lower().rstrip(".") for mail in mails)
        keys.update(key for part in _APART.split(value) for run in _NUMBER.findall(part) for key in _phone_keys(run))
        if not mails:
            keys.update("handle:" + name.lower() for name in _NAME.findall(value))
    return frozenset(keys)


def keys_said_own(text: str, found: Sequence[Locator], words: OwnWords) -> frozenset[str]:
    """Keys of the places among `found` (in text order) in `text` that the text itself gives as its writer's own.

    Only the first `MOST_JUDGED` telephones, mail addresses and names of a text are judged: each takes a look at the
    words around it, and a text of a hundred thousand held a run for a minute. What comes only behind them counts as
    own, so that nothing unread becomes a place: a person sees it by the reason `own_contact`.
    """
    keys = set()
    judged: set[str] = set()
    previous: int | None = None
    told, many = False, 0
    for place in found:
        key = personal_key(place, text)
        many += key is not None
        if many > MOST_JUDGED:
            if key is not None and key not in judged:
                keys.add(key)
            continue
        if key is not None:
            judged.add(key)
        on = told and key is not None and previous is not None
        told = key is not None and words.told.lead_to(text, place.start, place.end)
        if not told and on and previous is not None:
            told = words.told.lead_on(text, previous, place.start, place.end, name=place.kind == "handle")
        own = told or (key is not None and words.own(text, place.start, place.end))
        if not own and key is not None and previous is not None:
            own = words.own_beside(text, place.start, place.end, previous)
        previous = place.end if own else None
        if own and key is not None:
            keys.add(key)
    return frozenset(keys)


def page_key(place: Locator) -> str | None:
    """The form in which a web address is compared with another; None for what is none."""
    return _PAGE + place.case_key if place.kind in _PAGE_KINDS else None


def pages_said_own(text: str, found: Sequence[Locator], words: OwnWords) -> frozenset[str]:
    """Keys (`page_key`) of the web addresses the text gives as its writer's own profile, wherever it names them."""
    if not 0 < len(found) <= _MOST_PLACES:
        return frozenset()
    own: dict[str, bool] = {}
    starts = [*(place.start for place in found[1:]), None]
    for place, following in zip(found, starts, strict=True):
        if place.problem is None and (key := page_key(place)) is not None and "/" in text[place.start : place.end]:
            said = words.own_page(text, place.start, place.end, following, only=len(found) == 1)
            own[key] = own.get(key, True) and said
    return frozenset(key for key, said in own.items() if said)


def own_withheld(found: Sequence[Locator], keys: Sequence[str | None], own: frozenset[str]) -> list[Locator]:
    """`found`, those whose key (in the same order) is in `own` turned into what leads nowhere: `own_contact`."""
    return [
        place._replace(problem=OWN_CONTACT) if key in own else place for place, key in zip(found, keys, strict=True)
    ]


def _plain_key(value: str) -> str | None:
    """The key of a field that is nothing but one number or one mail address, as nearly all are."""
    digits = value.translate(_NO_SIGNS)
    if digits.isdecimal() and digits.isascii() and len(digits) <= _MOST_DIGITS:
        return "phone:" + digits[-_SAME_DIGITS:]
    return "email:" + value.lower() if _PLAIN_MAIL.fullmatch(value) else None


def _phone_keys(run: str) -> list[str]:
    digits = _NOT_DIGIT.sub("", run)
    if len(digits) <= _MOST_DIGITS:
        return [_phone_key(digits)]
    return [_phone_key(digits[:end]) for end in range(_SAME_DIGITS, len(digits) + 1)]


def _phone_key(written: str) -> str:
    return "phone:" + _NOT_DIGIT.sub("", written)[-_SAME_DIGITS:]
