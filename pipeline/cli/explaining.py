"""One readable paragraph per report for `hotline classify --explain`: written for a tired analyst, and never any text.

Order of what matters: how urgent, why, where to look in the report, how sure, what to ask for, what language it is in.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

from classifiers.base import NATURE_REASONS, SUSPECT_REASONS, UNACTIONABLE_REASONS
from pipeline.classifying import Opinion, WordRange
from pipeline.cli import plain_words as words
from pipeline.cli.screens import INDENT, harmless
from triage.completeness import Part
from triage.verdict import ESCALATIONS, Escalation

WIDTH_CHARACTERS = 110
REASONS_SHOWN = 6
PLACES_SHOWN = 2
"""Of one reason; the JSON Lines hold all, with the versions of the rules."""
_LABELS = {str(label): said for label, said in words.LABELS.items()}
_DANGERS = {str(kind): said for kind, said in words.DANGERS.items()}
_LATER = (SUSPECT_REASONS, NATURE_REASONS, UNACTIONABLE_REASONS)
"""The order of reasons after the dangers; what is in none of these comes last."""
_DOUBT = "text_doubt"
_NOTHING_HEARD = UNACTIONABLE_REASONS - {"missing_attachment"} | {"locator", "attachment", "own_contact"}
"""What is known of where it leads, not of what it says."""
_MODEL = "model:"
"""Rules of the trained model begin so; only their weight says anything (a phrase's is 1)."""


def paragraph(opinion: Opinion) -> str:
    """The opinion in sentences, wrapped; ends with LF. Holds the report's id, codes and numbers, never its words.

    Where to look is told by counting words, which needs an opinion made `with_words`.
    """
    sentences = [
        f"{harmless(opinion.id)}: {_headline(opinion)}.",
        _because(opinion),
        f"{_sureness(opinion)}{_person(opinion)}.",
        _missing(opinion.missing),
        _language(opinion),
    ]
    said = " ".join(sentence for sentence in sentences if sentence)
    return textwrap.fill(said, WIDTH_CHARACTERS, subsequent_indent=INDENT, break_on_hyphens=False) + "\n"


def _headline(opinion: Opinion) -> str:
    label = _LABELS[opinion.label]
    if opinion.escalate in _DANGERS:
        return f"{label}, LOOK FIRST ({_DANGERS[opinion.escalate]})"
    return label


def _because(opinion: Opinion) -> str:
    """The reasons, gravest first; the same from several places is said once."""
    by_words: dict[str, list[str]] = {}
    words_of = opinion.words or (None,) * len(opinion.reasons)
    for reason, place in sorted(zip(opinion.reasons, words_of, strict=True), key=lambda pair: _rank(pair[0])):
        by_words.setdefault(_in_words(reason), []).append(_evidence(reason, place))
    said = [f"{why} ({_shortened(places, PLACES_SHOWN)})" for why, places in by_words.items()]
    return f"Because {_shortened(said, REASONS_SHOWN)}." if said else ""


def _in_words(reason: Mapping[str, object]) -> str:
    return words.reason(str(reason["code"]), str(reason["rule"]))


def _shortened(entries: Sequence[str], most: int) -> str:
    once = list(dict.fromkeys(entries))
    left = len(once) - most
    return "; ".join(once[:most]) + (f"; {left} more" if left > 0 else "")


def _rank(reason: Mapping[str, object]) -> tuple[int, int, str, str]:
    code = str(reason["code"])
    later = next((place for place, codes in enumerate(_LATER) if code in codes), len(_LATER))
    return -ESCALATIONS.get(code, Escalation.NONE), later, code, str(reason["field"])


def _evidence(reason: Mapping[str, object], place: WordRange | None) -> str:
    """Where and by which rule: `text, words 2 to 4, phrases.en:threat`."""
    field, rule = str(reason["field"]), str(reason["rule"])
    parts = [words.FIELDS.get(field, field.replace("_", " "))]
    if place is not None:
        first, last = place
        parts.append(f"word {first}" if first == last else f"words {first} to {last}")
    parts.append(rule.rpartition("@")[0] or rule)
    if rule.startswith(_MODEL):
        parts.append(f"weight {reason['weight']:.2f}")
    return ", ".join(parts)


def _sureness(opinion: Opinion) -> str:
    """How sure it is of the label: no percentage where that of a rule would hide a doubt, or that nothing was heard."""
    codes = {str(reason["code"]) for reason in opinion.reasons}
    sure = round(opinion.score, 2) == 1
    if sure and _DOUBT in codes:
        return "The label stands by what was recognised, but its words leave a doubt"
    if sure and codes <= _NOTHING_HEARD:
        return "No rule recognised anything in its words: nothing speaks for another label, nothing more for this one"
    return f"How sure it is of that label (not how grave it is): {opinion.score:.0%}"


def _person(opinion: Opinion) -> str:
    return "; a person must look before anything is answered" if opinion.to_person else ""


def _missing(parts: Sequence[str]) -> str:
    return f"Missing: {'; '.join(words.PARTS[Part(part)] for part in parts)}." if parts else ""


def _language(opinion: Opinion) -> str:
    if any(_in_words(reason) == words.UNREAD_TEXT for reason in opinion.reasons):
        return "It seems written, at least in part, in a language the hotline does not read."
    if opinion.script == "none":
        return "It holds no words to read."
    return f"Written in {words.LANGUAGES.get(opinion.language, opinion.language)}{words.SCRIPTS[opinion.script]}."
