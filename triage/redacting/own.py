"""The reporter's own contact fields, masked wherever the text repeats them, whoever reads it.

What a form says of the reporter is known for sure, so no rule need guess it: every part of the name with its case
endings, every spelling of a telephone, the mail address in any case. The values live only while a text is redacted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from triage.own_contact import contact_keys
from triage.redacting.name_endings import forms, given_stems, surname_stems
from triage.redacting.spans import Span, Text
from triage.redacting.wording import shadow_words
from triage.refang import refang

RULE = "own_contact"
ROLE = "reporter"
_NAME_FIELDS, _VALUE_FIELDS = ("contact_name", "name_to_use"), ("contact_phone", "contact_email")
_LEAST_LETTERS = 3
_WORD = re.compile(r"[^\W\d_]+")
_NUMBER = re.compile(r"\d(?:[\s./()–-]{0,3}\d){5,}")
_MAIL = re.compile(r"[^\s@<>,;:()\"']{1,64}@[^\s@<>,;:()\"']{1,255}")
_HANDLE = re.compile(r"@[\w.-]{2,40}")
_KINDS = ((_MAIL, "email"), (_NUMBER, "phone"), (_HANDLE, "handle"))


@dataclass(frozen=True, slots=True)
class OwnContact:
    """What to look for: forms of the words of a name (in shadow), and keys of `triage/own_contact.py`."""

    names: frozenset[str]
    keys: frozenset[str]

    @classmethod
    def of(cls, contact: Mapping[str, str]) -> OwnContact:
        """From a report's contact fields; others, and words of a name under three letters, are passed over."""
        words = {
            word
            for name in _NAME_FIELDS
            for word in _WORD.findall(contact.get(name, ""))
            if len(word) >= _LEAST_LETTERS
        }
        names = frozenset(form for word in shadow_words(words) for form in _forms(word))
        return cls(names, contact_keys(contact[name] for name in _VALUE_FIELDS if contact.get(name)))

    def find(self, text: Text) -> Iterator[Span]:
        """Spans of everything in `text` that is the reporter's own."""
        if self.names:
            for match in _WORD.finditer(text.shadow):
                if match.group() in self.names:
                    yield text.from_shadow(*match.span(), "name", RULE, ROLE)
        if self.keys:
            yield from self._values(text)

    def _values(self, text: Text) -> Iterator[Span]:
        clean = refang(text.latin)
        for shape, kind in _KINDS:
            for match in shape.finditer(clean.text):
                if contact_keys([match.group()]) & self.keys:
                    yield text.from_latin(*clean.span(*match.span()), kind, RULE, ROLE)


def marked(spans: Iterable[Span], own: Iterable[Span]) -> list[Span]:
    """The spans, those that hold one of `own` (sorted) as the reporter's, whatever else was thought of them."""
    held = list(own)
    return [
        replace(span, rule=RULE, role=ROLE)
        if any(one.start < span.end and span.start < one.end for one in held) else span
        for span in spans
    ]  # fmt: skip


def _forms(word: str) -> Iterator[str]:
    yield word
    for stems in (given_stems(word, female=False), given_stems(word, female=True), surname_stems(word)):
        yield from forms(stems)
