"""Redacted texts on a screen: exactly what would leave, what was masked, what is withheld and why, and the code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from exporters.redacted_texts import RedactedText, body_of, masked_in
from pipeline.cli.plain_words import counted
from pipeline.cli.screens import INDENT
from pipeline.desk.numbers import shown_report
from pipeline.desk.text_release import Released, Shown, TextRelease
from pipeline.desk.times import local

WITHHELD = {
    "no_name_lists": "the name lists are missing here", "no_name_model": "the name model is missing here",
    "no_language_model": "the language model is missing here", "unknown_language": "its language is not known",
    "uncertain_language": "its language is not sure",
    "too_long": "it is longer than 100,000 characters, or has too much to mask",
}  # fmt: skip


def shown_lines(shown: Shown) -> list[str]:
    """The texts for one recipient, as they would leave."""
    redacted, to = shown.redacted, shown.recipient
    lines = [f"C{shown.case_id} for {to.code}: texts as they would leave (this was written down)"]
    for one in redacted.texts:
        lines += ["", f"{INDENT}report {one.number} ({_number(shown, one.number)}){_after(one)}"]
        lines += [f"{INDENT}  | {line}" for line in body_of(one)]
    masked = ", ".join(f"{kind.replace('_', ' ')} {count}" for kind, count in masked_in(redacted.texts).items())
    lines += ["", f"{INDENT}masked    {masked or 'nothing'}"]
    lines += [
        f"{INDENT}withheld  report {number} ({_number(shown, number)}): {WITHHELD.get(why, why)} ({why})"
        for number, why in redacted.withheld
    ]
    if not redacted.texts:
        return [*lines, "", f"{INDENT}There is no text that may leave."]
    code = f"hotline release C{shown.case_id} --text-seen {redacted.code} --recipient {to.code}"
    ask = "Read all of it. If nothing in it tells who reported, or more than this recipient needs to know:"
    return [*lines, "", f"{INDENT}{ask}", f"{INDENT}{code}"]


def shown_json(shown: Shown) -> dict[str, Any]:
    """The same for a program."""
    redacted = shown.redacted
    return {
        "case": f"C{shown.case_id}", "recipient": shown.recipient.code, "code": redacted.code,
        "redactor": redacted.redactor,
        "texts": [
            {"report": _number(shown, one.number), "place": one.number, "language": one.language,
             "text": one.redacted.text, "masked": dict(one.masked)}
            for one in redacted.texts
        ],
        "withheld": [{"report": _number(shown, number), "place": number, "why": why}
                     for number, why in redacted.withheld],
        "withheld_counts": dict(Counter(why for _, why in redacted.withheld)),
    }  # fmt: skip


def released_json(done: Released) -> dict[str, Any]:
    """What was let go, for a program."""
    return {"case": f"C{done.case_id}", "recipient": done.recipient, "texts": done.texts, "packages": done.packages}


def released_lines(done: Released) -> list[str]:
    """What was let go."""
    count = counted(done.texts, "text")
    packages = " with its package" if done.packages == 1 else " with its packages" if done.packages else ""
    return [f"C{done.case_id}: {count} released for {done.recipient}{packages}"]


def said_block(releases: Sequence[TextRelease], names: Mapping[int, str], now: datetime) -> list[str]:
    """Who released texts of a case for whom, for the case's screen."""
    if not releases:
        return []
    rows = [
        f"{INDENT}{local(one.at, now):<18}text released by {names.get(one.by, 'somebody no longer known')}"
        f" for {one.recipient}"
        for one in releases
    ]
    return ["", "Texts let go", *rows]


def said_json(releases: Sequence[TextRelease]) -> list[dict[str, Any]]:
    """The same for a program."""
    return [{"recipient": one.recipient, "by": one.by, "at": one.at.isoformat()} for one in releases]


def _number(shown: Shown, place: int) -> str:
    return shown_report(shown.report_ids[place - 1])


def _after(one: RedactedText) -> str:
    return "" if one.language is None else f", {one.language}"
