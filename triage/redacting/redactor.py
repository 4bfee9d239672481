"""The one redactor for every export and every screen: all layers over a text, then one row of spans, then placeholders.

It fails closed. Without the name lists, without the name model, where the language is not known for sure, or the text
is longer than anybody reads, no free text leaves: `withheld` says why and the text is empty. What a layer finds is
masked, in doubt one thing too many; a person still reads the redacted text before it is released. Deterministic: no
clock, no chance.

Order of work: distinct texts, cut into pieces where they are long; each rule layer; the name lists; the model, for
texts without capitals once more over a copy with capitals; the reporter's own contact; merging; names said again;
roles; the table of recipients.
The lists judge texts without capitals by themselves: over the copy they would mask every eighth word (measured,
docs/redaction.md).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from triage.phones import DEFAULT_COUNTRY
from triage.redacting.addresses import house_numbers
from triage.redacting.casing import is_uncased, recased
from triage.redacting.digests import digest
from triage.redacting.echoes import echoes
from triage.redacting.lines import in_lines
from triage.redacting.merging import clear_of_labels, clear_of_values, merged
from triage.redacting.openings import clear_of_participles
from triage.redacting.own import OwnContact, marked
from triage.redacting.pieces import pieces
from triage.redacting.roles import Roles
from triage.redacting.roles_table import DIGEST, KEEP, action
from triage.redacting.schools import clear_of_classes
from triage.redacting.sentences import is_foreign, sentences
from triage.redacting.spans import DIGEST_PLACEHOLDER, PLACEHOLDER, PLACEHOLDERS, Layer, Span, Text
from triage.redacting.text import read
from triage.redacting.wording import WORD

NO_NAME_LISTS, NO_NAME_MODEL, NO_LANGUAGE_MODEL = "no_name_lists", "no_name_model", "no_language_model"
UNKNOWN_LANGUAGE, UNCERTAIN_LANGUAGE, TOO_LONG = "unknown_language", "uncertain_language", "too_long"
WITHHELD_REASONS = (NO_NAME_LISTS, NO_NAME_MODEL, NO_LANGUAGE_MODEL, UNKNOWN_LANGUAGE, UNCERTAIN_LANGUAGE, TOO_LONG)
MAX_TEXT_CHARS = 100_000
"""Longer texts are not read at all: nobody would read the redacted one either, and it would take minutes."""
MAX_MASKED = 2_000
"""A text with more to mask is a list nobody reads masked, and to ask of each whose it is would take a minute."""
KNOWN_LANGUAGES = frozenset({"bcs", "en", "sq", "de"})
LEAST_CONFIDENCE = 0.6
_PIECES_AT_ONCE = 256
_NAMES = frozenset({"name", "place", "organisation"})
_KIND_SHOWN = {label: kind for kind, label in PLACEHOLDERS.items()}


class NamesOfMany(Protocol):
    """The name model: many texts at once."""

    def find_many(self, texts: Sequence[Text]) -> list[list[Span]]:
        """The names, places and organisations of each text."""


class Spoken(Protocol):
    """What is known of a text's language: a code of KNOWN_LANGUAGES or `und`, and how sure (0 to 1)."""

    @property
    def code(self) -> str:
        """`bcs`, `en`, `sq`, `de` or `und`."""

    @property
    def confidence(self) -> float:
        """From 0 to 1."""


LanguageOf = Callable[[Sequence[str]], Sequence[Spoken]]
_MY_CHILD = re.compile(
    r"(?<!\w)(?:djali[nt]|vajz[ëe][ns]|f[ëe]mij[ëe][ns]|biri[nt]|bij[ëe][ns]|nipi[nt]|mbes[ëe][ns]|motr[ëe][ns])"
    r"\s\Z"
)
_MY, _CHILD_CHARS = frozenset({"tim", "sime", "time"}), 12
"""Albanian "my son", whose "my" is a name elsewhere; the model alone does not make one of it."""


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text that may be shown, with the spans of the original that are masked in it; or why nothing may be shown."""

    text: str
    spans: tuple[Span, ...]
    withheld: str | None = None


@dataclass(frozen=True, slots=True)
class Redactor:
    """All layers joined. `lists`, `model` and `language_of` may be missing: then every text is withheld.

    `version` names rules, lists and model, for the record of what was released; whoever builds the redactor sets it.
    `ordinary` are words, as they are spelt, that the model alone may not take for a name.
    `country` is the calling code of telephone numbers written without one, so that both ways have one digest.
    """

    layers: Sequence[Layer]
    roles: Roles
    lists: Layer | None
    model: NamesOfMany | None
    language_of: LanguageOf | None
    least_confidence: float = LEAST_CONFIDENCE
    version: str = "unversioned"
    country: str = DEFAULT_COUNTRY
    ordinary: frozenset[str] = frozenset()

    def redact(
        self, text: str, *, recipient: str | None = None, key: bytes | None = None, own: OwnContact | None = None
    ) -> Redacted:
        """One text; see `redact_many`."""
        return self.redact_many([text], recipient=recipient, key=key, own=[own])[0]

    def redact_many(
        self, texts: Sequence[str], *, recipient: str | None = None, key: bytes | None = None,
        own: Sequence[OwnContact | None] | None = None,
    ) -> list[Redacted]:  # fmt: skip
        """The texts as this kind of recipient may see them; distinct ones are worked out once.

        `recipient` is a kind of `RECIPIENT_KINDS`, or None to mask everything; `key` is that one recipient's digest
        key, without which digests are plain placeholders; `own` the reporter's contact of each text, where known: it
        is masked whoever reads. Raises ValueError for an unknown kind of recipient or another number of contacts.
        """
        action(recipient, "unknown", "other")
        asked = list(zip(texts, own if own is not None else [None] * len(texts), strict=True))
        found = dict(zip(dict.fromkeys(texts), self._found(list(dict.fromkeys(texts))), strict=True))
        done: dict[tuple[str, OwnContact | None], Redacted] = {}
        for text, contact in dict.fromkeys(asked):
            spans, reason = found[text]
            row, withheld = self._judged(text, spans, reason, contact)
            done[text, contact] = self._shown(text, row, withheld, recipient, key)
        return [done[one] for one in asked]

    def spans_of(self, texts: Sequence[str]) -> list[list[Span]]:
        """The merged spans of each text with their roles, also of texts that would be withheld; for measuring."""
        return [spans for spans, _ in self.judged(texts)]

    def judged(self, texts: Sequence[str]) -> list[tuple[list[Span], str | None]]:
        """What `spans_of` gives, and why each text would be withheld, if so; for measuring."""
        return [
            self._judged(text, spans, reason, None)
            for text, (spans, reason) in zip(texts, self._found(texts), strict=True)
        ]

    def _judged(
        self, text: str, spans: list[Span], reason: str | None, own: OwnContact | None
    ) -> tuple[list[Span], str | None]:
        """The final spans of a text, and why it may not be shown, if so."""
        if reason == TOO_LONG:
            return [], reason
        mine = [] if own is None else list(own.find(read(text)))
        row = merged(text, [*spans, *mine, *_digests_given(text)])
        if len(row) > MAX_MASKED:
            return [], TOO_LONG
        row = merged(text, [*row, *house_numbers(text, row)])
        row = merged(text, [*row, *echoes(text, row)])
        row = self.roles.assigned(text, marked(row, mine) if mine else row)
        return row, reason if reason and _says_something(text, row) else None

    def _found(self, texts: Sequence[str]) -> Iterator[tuple[list[Span], str | None]]:
        """What the layers find in each text, and why it had better not be shown."""
        missing = self._missing()
        held: list[tuple[int, int, str]] = []
        reasons: list[str | None] = [TOO_LONG if len(text) > MAX_TEXT_CHARS else missing for text in texts]
        for at, text in enumerate(texts):
            if reasons[at] != TOO_LONG:
                held += [(at, start, piece) for start, piece in pieces(text)]
        found: list[list[Span]] = [[] for _ in texts]
        for first in range(0, len(held), _PIECES_AT_ONCE):
            batch = held[first : first + _PIECES_AT_ONCE]
            read_pieces = [read(piece) for _, _, piece in batch]
            for (at, start, _), spans in zip(batch, self._spans(read_pieces), strict=True):
                found[at] += [replace(span, start=span.start + start, end=span.end + start) for span in spans]
            for (at, _, _), reason in zip(batch, self._doubts([piece for _, _, piece in batch]), strict=True):
                reasons[at] = reasons[at] or reason
        yield from zip(found, reasons, strict=True)

    def _missing(self) -> str | None:
        parts = ((self.lists, NO_NAME_LISTS), (self.model, NO_NAME_MODEL), (self.language_of, NO_LANGUAGE_MODEL))
        return next((reason for part, reason in parts if part is None), None)

    def _spans(self, texts: Sequence[Text]) -> list[list[Span]]:
        layers = [*self.layers, self.lists] if self.lists is not None else self.layers
        found = [[span for layer in layers for span in layer.find(text)] for text in texts]
        if self.model is not None:
            again = [at for at, text in enumerate(texts) if is_uncased(text.latin)]
            readings = [*texts, *(recased(texts[at]) for at in again)]
            for at, names in zip((*range(len(texts)), *again), self.model.find_many(readings), strict=True):
                original = texts[at].original
                unusual = clear_of_labels(original, self._unusual(original, names), found[at])
                found[at] += clear_of_values(original, list(unusual), found[at])
        return [
            self._named(text, clear_of_participles(text, clear_of_classes(spans)))
            for text, spans in zip(texts, found, strict=True)
        ]

    def _unusual(self, original: str, names: Iterable[Span]) -> Iterator[Span]:
        """The names but those that are nothing but ordinary words, written as they always are."""
        for name in names:
            words = WORD.findall(original, name.start, name.end)
            if not words or not (self.ordinary.issuperset(words) or _is_my(original, name)):
                yield name

    def _named(self, text: Text, spans: list[Span]) -> list[Span]:
        """The spans without names that are none, and without a child's word before a name."""
        named = []
        for one in spans:
            begins = self.roles.name_in(text.original[one.start : one.end]) if one.kind in _NAMES else 0
            if begins is not None:
                named.append(replace(one, start=one.start + begins) if begins else one)
        return named

    def _doubts(self, texts: Sequence[str]) -> list[str | None]:
        if self.language_of is None:
            return [None] * len(texts)
        return [
            self._doubt(spoken) or (UNKNOWN_LANGUAGE if foreign else None)
            for spoken, foreign in zip(self.language_of(texts), self._foreign_beside(texts), strict=True)
        ]

    def _foreign_beside(self, texts: Sequence[str]) -> list[bool]:
        """Whether a sentence of the text is in another language than those known."""
        foreign = [False] * len(texts)
        said = [(at, piece, words) for at, text in enumerate(texts) for piece, words in sentences(text)]
        if said and self.language_of is not None:
            for (at, _, words), spoken in zip(said, self.language_of([piece for _, piece, _ in said]), strict=True):
                unknown = spoken.code not in KNOWN_LANGUAGES
                foreign[at] |= unknown and is_foreign(words, spoken.confidence, self.least_confidence)
        return foreign

    def _doubt(self, spoken: Spoken) -> str | None:
        if spoken.code not in KNOWN_LANGUAGES:
            return UNKNOWN_LANGUAGE
        return UNCERTAIN_LANGUAGE if spoken.confidence < self.least_confidence else None

    def _shown(
        self, text: str, spans: Sequence[Span], withheld: str | None, recipient: str | None, key: bytes | None
    ) -> Redacted:
        if withheld is not None:
            return Redacted("", (), withheld)
        pieces_shown, masked, last = [], [], 0
        for span in spans:
            what = action(recipient, span.role, span.kind)
            if what == KEEP:
                continue
            written = text[span.start : span.end]
            first = mark = PLACEHOLDERS[span.kind]
            if what == DIGEST and key is not None:
                first = f"{mark[:-1]}:{digest(span.kind, written, key, self.country)}]"
            pieces_shown += [text[last : span.start], in_lines(written, first, mark)]
            masked.append(span)
            last = span.end
        return Redacted("".join([*pieces_shown, text[last:]]), tuple(masked))


def _digests_given(text: str) -> Iterator[Span]:
    """Placeholders with a digest in a text that comes in, forged or not; of a role that is kept for nobody."""
    for match in DIGEST_PLACEHOLDER.finditer(text):
        yield Span(*match.span(), _KIND_SHOWN[f"[{match['label'].upper()}]"], "given_digest", "other")


def _says_something(text: str, spans: Sequence[Span]) -> bool:
    """Whether a letter stays visible: a text that is nothing but an address is masked whole, whatever its language."""
    last, left = 0, []
    for span in spans:
        left.append(text[last : span.start])
        last = span.end
    return any(character.isalpha() for character in PLACEHOLDER.sub("", " ".join([*left, text[last:]])))


def _is_my(original: str, name: Span) -> bool:
    """Whether a span is nothing but the "my" behind an Albanian word for a child or relative."""
    before = original[max(0, name.start - _CHILD_CHARS) : name.start]
    return original[name.start : name.end] in _MY and _MY_CHILD.search(before) is not None
