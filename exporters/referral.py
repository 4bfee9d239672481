"""The referral list for a helpline: which conversations wait; no address leaves, and by default no text.

`read-first.txt` says it in the helpline's language, one paragraph for each case; CSV and JSON hold codes. Where
redacted texts were switched on for this recipient and released by a person, `texts.txt` holds them. The reference is
the one the helpline answers with. Who wants an answer and how they can be reached stays here: the helpline advises, and
the hotline passes that on where the person left a contact that is safe.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import ClassVar

from exporters import plain_csv, plain_json, redacted_texts
from exporters.base import Exporter
from exporters.cover import gravest_first, sender
from exporters.package import CaseView, ItemView, Package
from exporters.wording import LANGUAGES, Words, words_file
from triage.errors import RuleBroken
from triage.helpline_feedback import HelplineState

PAGE = "read-first.txt"
_WIDTH_CHARS = 96
_COLUMNS = (
    "referred_for", "label", "escalate", "reason_codes", "category", "area", "reports", "first_received",
    "last_received", "reporter_group", "concerns_own_child", "victim_sex", "victim_age_band", "relationship",
    "violence_kind", "advice_can_be_passed_on", "police_told", "police_told_at",
)  # fmt: skip
_BELOW = _COLUMNS[-3:]
"""On the page these have lines of their own below a case."""
_FIRST = ("escalate", "referred_for")
_TOLD = (*_FIRST, *(name for name in _COLUMNS if name not in (*_FIRST, *_BELOW)))
"""On the page danger comes first."""


class ReferralExporter(Exporter):
    """Kind `referral`: one paragraph and one row per case, and the same as JSON."""

    kind = "referral"
    recipient_kind = "helpline"
    needs = tuple(map(words_file, LANGUAGES))
    schemas: ClassVar[Mapping[str, str]] = {"referral.json": "referral.json", "referral.csv": "referral_rows.json"}

    def __init__(self, texts: Mapping[str, str]) -> None:
        super().__init__(texts)
        self._words = {language: Words.from_toml(language, texts[words_file(language)]) for language in LANGUAGES}

    def _contents(self, package: Package) -> Mapping[str, bytes]:
        if not package.cases:
            raise RuleBroken("a referral needs at least one case")
        rows = [(case.reference, *(case.facts.get(name) for name in _COLUMNS)) for case in package.cases]
        document = {
            "format": "hotline-triage/referral",
            "version": 1,
            "made_at": package.made_at,
            "recipient": package.recipient,
            "basis": package.basis,
            "asked": package.asked,
            "cases": [{"reference": case.reference} | dict(case.facts) | _texts(case) for case in package.cases],
        }
        words = self._words[package.language]
        made = {
            PAGE: _page(package, words),
            "referral.csv": plain_csv.write(("reference", *_COLUMNS), rows),
            "referral.json": plain_json.write(document),
        }
        if any(case.texts for case in package.cases):
            texts = ((case.reference, case.texts) for case in package.cases)
            made[redacted_texts.FILE] = redacted_texts.readable(package.recipient, texts, words)
        return made

    def examples(self) -> Sequence[Package]:
        """A parent's question and a described abuse without an address."""
        at = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
        day = date(2026, 3, 1)
        cases = (
            CaseView("HL-17", {"referred_for": ("worried_parent",), "label": "incomplete", "escalate": "none",
                               "reason_codes": ("question",), "category": "question", "reports": 1,
                               "first_received": day, "reporter_group": "parent", "concerns_own_child": True,
                               "advice_can_be_passed_on": True, "police_told": False}),
            CaseView("HL-18", {"label": "incomplete", "escalate": "abuse_described", "area": "BA-RS",
                               "first_received": day, "advice_can_be_passed_on": False, "police_told": True,
                               "police_told_at": day}, (ItemView({"kind": "phone"}),), ("description",)),
        )  # fmt: skip
        return (Package(self.kind, "helpline", at, "referral_agreement", "offer_help", cases),)


def _page(package: Package, words: Words) -> bytes:
    """What waits, what is asked, how to answer and whom to ring."""
    head = [("recipient", words.recipient(package.recipient)), ("hotline", sender(package)),
            ("made", words.time(package.made_at, package.letterhead.zone))]  # fmt: skip
    lines = [words.said("referral", "title").upper(), ""]
    lines += [f"{words.said('document', name)}: {said}" for name, said in head if said]
    lines += ["", *_wrapped(words.said("referral", "cases", count=len(package.cases))),
              *_wrapped(words.said("referral", "reporter"))]  # fmt: skip
    for case in gravest_first(package.cases):
        lines += ["", *_wrapped(_told(case, package, words)), *_below(case, package, words)]
    if any(case.texts for case in package.cases):
        lines += ["", *_wrapped(f"{redacted_texts.FILE}: {words.code('files', redacted_texts.FILE)}")]
    at = package.made_at.astimezone(package.letterhead.zone).isoformat(timespec="minutes")
    row = f"{package.cases[0].reference},{HelplineState.TAKEN_UP},{at}"
    lines += ["", *_wrapped(words.said("referral", "answer", format="CSV")), "  reference,state,at", f"  {row}"]
    lines += _wrapped(words.said("referral", "states", state=HelplineState.TAKEN_UP))
    lines += [f"  {state}: {words.code('helpline_state', state)}" for state in HelplineState]
    return "".join(f"{line}\n" for line in lines).encode()


def _told(case: CaseView, package: Package, words: Words) -> str:
    """One case as a paragraph: its reference, every field we may tell in words, and what is asked."""
    zone = package.letterhead.zone
    said = [f"{words.field(name)}: {words.value(name, case.facts[name], zone)}"
            for name in _TOLD if name in case.facts]  # fmt: skip
    asked = f"{words.said('cover', 'asked')}: {words.code('asked', package.asked)}"
    return f"{case.reference}. " + "; ".join(one.rstrip(".") for one in (*said, asked)) + "."


def _below(case: CaseView, package: Package, words: Words) -> Iterator[str]:
    """Whether its advice can be passed on, and whether police were told and when: a line each, where we know."""
    advice, told, at = (case.facts.get(name) for name in _BELOW)
    if isinstance(advice, bool):
        yield f"  {words.field(_BELOW[0])}: {words.value(_BELOW[0], advice)}."
    if isinstance(told, bool):
        day = f", {words.value(_BELOW[2], at, package.letterhead.zone).rstrip('.')}" if told and at else ""
        yield f"  {words.field(_BELOW[1])}: {words.value(_BELOW[1], told)}{day}."


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH_CHARS, break_on_hyphens=False)


def _texts(case: CaseView) -> dict[str, object]:
    return {"texts": redacted_texts.values(case.texts)} if case.texts else {}
