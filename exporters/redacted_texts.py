"""A report's text on its way out: a type of its own, which only the redactor's result fits into, and how it is written.

Everything else of a package is codes, so a text is the one thing that could carry a name. An exporter therefore takes
no `str`: `RedactedText` holds the `Redacted` the redactor answered, names the kind of recipient it was redacted for,
and a text that was withheld makes none. In files people read addresses are defanged; `case.json` holds them as shown.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from exporters.wording import Words
from triage.defang import harmless
from triage.errors import RuleBroken
from triage.redacting.redactor import Redacted
from triage.redaction import TEXT_KINDS

FILE = "texts.txt"
"""The readable file of every exporter that sends texts."""
_INDENT = "  "
_LANGUAGE = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True, slots=True)
class RedactedText:
    """One report's text for one kind of recipient. Raises RuleBroken for anything the redactor did not let pass.

    `number`: the report's place in its case, from 1, oldest first; never an internal number. `language`: a code as
    `triage.language` gives, None where it is not known.
    """

    number: int
    language: str | None
    recipient_kind: str
    redacted: Redacted

    def __post_init__(self) -> None:
        if type(self.redacted) is not Redacted or self.redacted.withheld is not None:
            raise RuleBroken("a text leaves only as the redactor made it, and never if it was withheld")
        if self.recipient_kind not in TEXT_KINDS:
            raise RuleBroken("this kind of recipient gets no text")
        if self.number < 1 or (self.language is not None and not _LANGUAGE.fullmatch(self.language)):
            raise RuleBroken("a text is named by its report's place in the case and a language code")

    def __repr__(self) -> str:
        return f"RedactedText(report {self.number})"

    @property
    def masked(self) -> Mapping[str, int]:
        """Kind of what was taken out to how often, in the order of their names."""
        return dict(sorted(Counter(span.kind for span in self.redacted.spans).items()))


def check_texts(texts: Sequence[object], recipient_kind: str) -> None:
    """Raises RuleBroken unless every text is the redactor's, for this kind of recipient, each report once in order."""
    numbers = [one.number for one in texts if type(one) is RedactedText and one.recipient_kind == recipient_kind]
    if len(numbers) != len(texts):
        raise RuleBroken("a package holds a text that the redactor did not make for this kind of recipient")
    if numbers != sorted(set(numbers)):
        raise RuleBroken("the texts of a case are in the order of its reports, each once")


def masked_in(texts: Iterable[RedactedText]) -> Mapping[str, int]:
    """Kind to how often it was taken out of all these texts."""
    total: Counter[str] = Counter()
    for one in texts:
        total.update(one.masked)
    return dict(sorted(total.items()))


def values(texts: Iterable[RedactedText]) -> list[dict[str, object]]:
    """The texts for a program: report, language if known, text, and what was taken out."""
    return [
        {"report": one.number, "text": one.redacted.text, "masked": one.masked}
        | ({} if one.language is None else {"language": one.language})
        for one in texts
    ]


def readable(recipient: str, cases: Iterable[tuple[str, Sequence[RedactedText]]], words: Words) -> bytes:
    """The texts for a person: the same lines that somebody read before releasing them, under headings in `words`."""
    head = f"{words.said('document', 'texts')}: {words.recipient(recipient)}."
    lines = [head, words.said("document", "text_note"), ""]
    for reference, texts in cases:
        for one in texts:
            lines += [*_lines_of(reference, one, words), ""]
    return "".join(f"{line}\n" for line in lines).encode("utf-8", errors="backslashreplace")


def _lines_of(reference: str, one: RedactedText, words: Words) -> list[str]:
    """A heading and the text indented below it, so that no line of a text can pass for a heading."""
    language = "" if one.language is None else f", {words.code('text_language', one.language)}"
    report = words.said("document", "report").lower()
    return [f"{reference}, {report} {one.number}{language}", *(_INDENT + line for line in body_of(one))]


def body_of(one: RedactedText) -> list[str]:
    """The lines of one text, made harmless: no control character works, no address can be clicked."""
    return harmless(one.redacted.text).split("\n")
