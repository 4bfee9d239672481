"""The reporter's own contact fields, masked wherever the text repeats them, whoever reads it.

What a form says of the reporter is known for sure, so no rule need guess it: every part of the name with its case
endings, also written together, the telephone whatever stands between its digits (O and l for 0 and 1 too), the mail
address also spoken. The values live only while a text is redacted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import permutations, product

from triage.own_contact import contact_keys
from triage.redacting.name_endings import forms, given_stems, surname_stems
from triage.redacting.spans import Span, Text
from triage.redacting.wording import WORD, shadow_words
from triage.shadow import shadow, spellings

RULE = "own_contact"
ROLE = "reporter"
_NAME_FIELDS, _VALUE_FIELDS = ("contact_name", "name_to_use"), ("contact_phone", "contact_email", "best_time")
_LEAST_LETTERS = 3
_MOST_JOINED_WORDS = 4
_LEAST_NAME_LETTERS = 7
_LEAST_DIGITS, _MOST_LEAD_DIGITS, _MOST_SIGNS = 5, 6, 3
_LEAST_PLAIN_CHARS = 6
"""A mail's own part of letters alone is a chosen name from this length on; shorter ones are words."""
_HANDLE = re.compile(r"@?(?<!\w)\w[\w.-]{1,39}")
_REACHES = re.compile(r"@|\d(?:\D{0,3}\d){5}")
_MAIL = re.compile(r"[^\s@<>,;:()\"']{1,64}@\S{1,255}")
_DIGIT = re.compile(r"\d|[OoIl](?=[^\w\n]{0,3}\d)|(?<=\d)[OoIl]")
_READ_AS = str.maketrans("OoIl", "0011")
_SIGNS = r"[\W_]{0,4}"
_SPOKEN = {"@": "at|et|ät|kod|majmun|afna|manki|monkey", ".": "dot|punkt|pika|tacka|tocka"}
_PART = re.compile(r"[^\W_]+|[\W_]+")


@dataclass(frozen=True, slots=True)
class OwnContact:
    """What to look for: forms of the words of a name (in shadow), and keys of `triage/own_contact.py`."""

    names: frozenset[str]
    keys: frozenset[str]

    @classmethod
    def of(cls, contact: Mapping[str, str]) -> OwnContact:
        """From a report's contact fields; others, and words of a name under three letters, are passed over."""
        named, reaching = _names_in(contact), _reaching_in(contact)
        words = {word for said in named for word in WORD.findall(said)} | {
            word for said in reaching for word in _named_beside(said)
        }
        names = shadow_words(word for word in words if len(word) >= _LEAST_LETTERS)
        joined = shadow_words("".join(order) for said in named for order in _orders(said))
        return cls(frozenset(form for word in names | joined for form in _forms(word)), keys_in(contact))

    @classmethod
    def joined(cls, contacts: Iterable[OwnContact]) -> OwnContact:
        """All of them as one: what any of several reporters of one case gave."""
        held = list(contacts)
        return cls(frozenset().union(*(one.names for one in held)), frozenset().union(*(one.keys for one in held)))

    def find(self, text: Text) -> Iterator[Span]:
        """Spans of everything in `text` that is the reporter's own."""
        if self.names:
            for match in WORD.finditer(text.shadow):
                if match.group() in self.names:
                    yield text.from_shadow(*match.span(), "name", RULE, ROLE)
        if self.keys:
            yield from self._values(text)

    def _values(self, text: Text) -> Iterator[Span]:
        kept: dict[str, list[str]] = {"phone": [], "email": [], "handle": []}
        for key in self.keys:
            kind, _, value = key.partition(":")
            kept[kind].append(value)
        for start, end in _numbers(text.latin, kept["phone"]):
            yield text.from_latin(start, end, "phone", RULE, ROLE)
        for start, end in _mails(text.shadow, kept["email"]):
            yield text.from_shadow(start, end, "email", RULE, ROLE)
        chosen = {*kept["handle"], *(mail.partition("@")[0] for mail in kept["email"])}
        if chosen:
            yield from _handles(text, chosen, self.names)


def keys_in(contact: Mapping[str, str]) -> frozenset[str]:
    """The keys alone of what a report's contact fields hold."""
    return contact_keys([*_reaching_in(contact), *_names_in(contact)])


def named_keys(contact: Mapping[str, str]) -> frozenset[str]:
    """`name:` and two words or more of the reporter's name, in any order and spelling, to look for in an address.

    One word alone is many people's; so is what two very short ones make.
    """
    orders = (order for said in _names_in(contact) for order in _orders(said))
    whole = (form for order in orders for form in product(*map(spellings, order)))
    return frozenset("name:" + " ".join(form) for form in whole if len("".join(form)) >= _LEAST_NAME_LETTERS)


def marked(spans: Iterable[Span], own: Iterable[Span]) -> list[Span]:
    """The spans, those that hold one of `own` (sorted) as the reporter's, whatever else was thought of them."""
    held = list(own)
    return [
        replace(span, rule=RULE, role=ROLE)
        if any(one.start < span.end and span.start < one.end for one in held) else span
        for span in spans
    ]  # fmt: skip


def _names_in(contact: Mapping[str, str]) -> list[str]:
    return [contact.get(name, "") for name in _NAME_FIELDS]


def _orders(name: str) -> Iterator[tuple[str, ...]]:
    """Two words of a name or more, in every order, as they are written together in a chosen name ("#imeprezime")."""
    words = [word for word in WORD.findall(name) if len(word) >= _LEAST_LETTERS][:_MOST_JOINED_WORDS]
    for many in range(2, len(words) + 1):
        yield from permutations(words, many)


def _reaching_in(contact: Mapping[str, str]) -> list[str]:
    values = [said for name in _VALUE_FIELDS if (said := contact.get(name))]
    times = contact.get("best_time")
    return [said for said in values if said != times or _REACHES.search(said)]


def _named_beside(value: str) -> Iterator[str]:
    """Words of a name in a field for a number or mail: capitalised, or all there is ("Ime Prezime <x@y>", "neko")."""
    words = WORD.findall(_MAIL.sub(" ", value))
    yield from (word for word in words if word[0].isupper() or word == value.strip())


def _numbers(latin: str, wanted: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Where the last digits of a telephone stand, with what leads it, at most three signs between two digits."""
    numbers = [number for number in wanted if len(number) >= _LEAST_DIGITS]
    places = [match.start() for match in _DIGIT.finditer(latin)] if numbers else []
    digits = "".join(latin[place] for place in places).translate(_READ_AS)
    for number in numbers:
        at = digits.find(number)
        while at >= 0:
            last = at + len(number) - 1
            if all(_close(latin, places[each], places[each + 1]) for each in range(at, last)):
                first = at
                while first and at - first < _MOST_LEAD_DIGITS and _close(latin, places[first - 1], places[first]):
                    first -= 1
                yield places[first] - (latin[places[first] - 1 : places[first]] == "+"), places[last] + 1
            at = digits.find(number, at + 1)


def _close(latin: str, one: int, other: int) -> bool:
    return other - one - 1 <= _MOST_SIGNS and not any(sign.isalnum() for sign in latin[one + 1 : other])


def _mails(folded: str, wanted: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Where a mail address stands in a shadow, also with blanks or words for its signs."""
    for mail in wanted:
        parts = _PART.findall(shadow(mail))
        if all(part in folded for part in parts if part.isalnum()):
            source = "".join(re.escape(part) if part.isalnum() else _sign(part) for part in parts)
            for match in re.finditer(rf"(?<!\w){source}", folded):
                yield match.span()


def _sign(signs: str) -> str:
    spoken = "|".join(_SPOKEN[sign] for sign in signs if sign in _SPOKEN)
    return f"{_SIGNS}(?:(?:{spoken}){_SIGNS})?" if spoken else _SIGNS


def _handles(text: Text, chosen: set[str], names: frozenset[str]) -> Iterator[Span]:
    """Chosen names: after an @, or by themselves where a sign or digit or their length tells them from a word."""
    for match in _HANDLE.finditer(text.latin):
        written = match.group().rstrip(".-")
        name = written.removeprefix("@").lower()
        plain = name.isalpha() and (len(name) < _LEAST_PLAIN_CHARS or name in names)
        told = written[0] == "@" or not plain
        if told and name in chosen:
            yield text.from_latin(match.start(), match.start() + len(written), "handle", RULE, ROLE)


def _forms(word: str) -> Iterator[str]:
    yield word
    for stems in (given_stems(word, female=False), given_stems(word, female=True), surname_stems(word)):
        yield from forms(stems)
