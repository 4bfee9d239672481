"""What the redactor speaks of: a text read once, stretches of it that must not be seen, and the layers that find them.

Every offset is a character offset into the text as written. A layer may look at the shadow (lower case, no diacritics)
or at the Latin form (case and diacritics kept) and leads what it finds back with `Text.from_shadow` or
`Text.from_latin`; the text as written is the only thing that is ever masked.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

KINDS = (
    "id_number", "account", "card", "email", "url", "ip", "phone", "handle", "plate", "birth_date", "number",
    "address", "name", "place", "organisation", "other",
)  # fmt: skip
"""Kinds of what is masked, the gravest first: where two kinds claim the same stretch, the earlier one names it."""
ROLES = ("child", "reporter", "suspect", "other", "unknown")
"""Whose it is, the one to be protected most first; in doubt it stays `unknown`."""
_LABELS = {"id_number": "ID"}
PLACEHOLDERS = {kind: f"[{_LABELS.get(kind, kind.upper())}]" for kind in KINDS}
"""Kind to what stands in its place."""
_LABELLED = "|".join(label[1:-1] for label in PLACEHOLDERS.values())
PLACEHOLDER = re.compile(rf"\[(?:{_LABELLED})\]")
"""A plain placeholder; left alone when a redacted text is redacted again."""
DIGEST_PLACEHOLDER = re.compile(rf"\[(?P<label>{_LABELLED}):[0-9a-f]{{1,64}}\]", re.IGNORECASE)
"""One with a digest (`[PHONE:1a2b3c4d]`). In a text that comes in nobody knows whose digest it is, or if it is one: a
telephone number has eight digits as well. So it becomes a plain placeholder."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of the text as written that must not be seen: `start:end`, its kind, the rule that spoke, whose it is.

    `rule` names what spoke ("jmbg", "context:called", "names:given", "model:PER"); it never holds a piece of the text.
    """

    start: int
    end: int
    kind: str
    rule: str
    role: str = "unknown"


@dataclass(frozen=True, slots=True)
class Text:
    """A text with what every layer needs, made once by `triage.redacting.text.read`.

    `shadow[i]` came from `original[back[i]]`, `latin[i]` from `original[latin_back[i]]`; both ways back have one more
    entry, for the end. In `latin` Cyrillic letters are Latin ones, digits are ASCII, blanks are plain blanks (line ends
    stay), invisible characters are gone, composed characters are one character; case and diacritics are kept.
    """

    original: str
    shadow: str
    back: Sequence[int]
    latin: str
    latin_back: Sequence[int]

    def latin_place(self, place: int) -> int:
        """Where in `latin` the character at `shadow[place]` is (`place` may be the end)."""
        if isinstance(self.back, range) and isinstance(self.latin_back, range):
            return place
        return bisect_left(self.latin_back, self.back[place])

    def from_shadow(self, start: int, end: int, kind: str, rule: str, role: str = "unknown") -> Span:
        """The span in the text as written of the non-empty `shadow[start:end]`."""
        return Span(*_led_back(self.back, start, end), kind, rule, role)

    def from_latin(self, start: int, end: int, kind: str, rule: str, role: str = "unknown") -> Span:
        """The span in the text as written of the non-empty `latin[start:end]`."""
        return Span(*_led_back(self.latin_back, start, end), kind, rule, role)


class Layer(Protocol):
    """One way to find what must not be seen; the redactor is given its layers in order."""

    @property
    def name(self) -> str:
        """Short and stable; part of what a redaction says of how it was made."""

    @property
    def version(self) -> str:
        """Raised when the layer may answer otherwise for the same text."""

    def find(self, text: Text) -> Iterable[Span]:
        """What this layer would mask, in any order; spans may overlap."""


def _led_back(back: Sequence[int], start: int, end: int) -> tuple[int, int]:
    """With what vanished behind the last character, as combining marks do; never an empty stretch."""
    return back[start], max(back[end], back[end - 1] + 1)
