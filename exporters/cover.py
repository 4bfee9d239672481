"""The five lines an officer reads first: urgency, who, known and suspected, facts with times, what is asked.

Made from codes and counts only. What a machine thought is called suspected; what a person saw is called assessed.
English; other languages come with the templates of the sealed package.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from exporters.package import CaseView, Package
from triage.assessment import GRAVE, Classification
from triage.verdict import Escalation

MAX_CASES_NAMED = 5
"""A cover is read in a minute; what is more is in the tables."""
_URGENCY = {
    Escalation.DANGER_NOW: "a child may be in danger now",
    Escalation.RISK_TO_LIFE: "a life may be at risk",
    Escalation.CHILD_BLACKMAILED: "a child may be under blackmail",
    Escalation.CHILD_IDENTIFIED: "a child may be identifiable",
    Escalation.ABUSE_DESCRIBED: "abuse is described",
    Escalation.NONE: "no sign of present danger was found",
}
_ASKED = {
    "safeguard_child": "please see to the safety of the child first",
    "identify_child": "please try to find out who the child is",
    "investigate": "please investigate within your competence",
    "preserve_evidence": "please have the evidence preserved",
    "remove_content": "please have the content removed",
    "assess_and_act": "please assess and act within your competence",
    "offer_help": "please offer help",
    "inform_only": "nothing; this is for your information",
}
_VICTIM_FIELDS = ("victim_sex", "victim_age_band", "relationship", "violence_kind")


def cover(package: Package) -> bytes:
    """Exactly five lines of plain text."""
    lines = (
        f"1 Urgency: {_urgency(package.cases)}",
        f"2 Who may be in danger: {_who(package.cases)}",
        f"3 Known and suspected: {_known(package.cases)}",
        f"4 Facts: {_facts(package)}",
        f"5 Asked: {_ASKED[package.asked]}. Legal basis: {package.basis}.",
    )
    return "".join(f"{line}\n" for line in lines).encode()


def _urgency(cases: Iterable[CaseView]) -> str:
    gravest, case = max(((_escalation(case), case) for case in cases), key=lambda pair: pair[0])
    reasons = case.facts.get("reason_codes")
    because = f" (why: {', '.join(map(str, reasons))})" if isinstance(reasons, tuple | list) and reasons else ""
    return f"{_URGENCY[gravest]}{because}, case {case.reference}."


def _who(cases: Iterable[CaseView]) -> str:
    told = []
    for case in cases:
        words = [f"{name.replace('_', ' ')} {case.facts[name]}" for name in _VICTIM_FIELDS if name in case.facts]
        if case.facts.get("concerns_own_child") is True:
            words.append("the reporter's own child")
        if "area" in case.facts:
            words.append(f"area {case.facts['area']}")
        if words:
            told.append(f"{case.reference}: {', '.join(words)}")
    more = f"; and {len(told) - MAX_CASES_NAMED} more cases, see case.json" if len(told) > MAX_CASES_NAMED else ""
    return ("; ".join(told[:MAX_CASES_NAMED]) or "not known to us") + more + "."


def _known(cases: Iterable[CaseView]) -> str:
    items = [item.facts for case in cases for item in case.items]
    grave = sum(item.get("classification") in GRAVE for item in items)
    other = sum(item.get("classification") == Classification.ILLEGAL_OTHER for item in items)
    seen = sum(item.get("viewed") == "content" for item in items)
    return (
        f"of {len(items)} addresses a person viewed {seen}, assessed {grave} as national or baseline CSAM and "
        f"{other} as otherwise illegal; everything else is suspected, not established."
    )


def _facts(package: Package) -> str:
    reports = sum(count for case in package.cases if isinstance(count := case.facts.get("reports"), int))
    first = [at for case in package.cases if isinstance(at := case.facts.get("first_received"), datetime)]
    last = [at for case in package.cases if isinstance(at := case.facts.get("last_received"), datetime)]
    between = f" received from {min(first).isoformat()} to {max(last).isoformat()}" if first and last else ""
    assumed = any(case.facts.get("received_assumed") is True for case in package.cases)
    note = " (some times are the time we took the report in)" if assumed else ""
    counts = f"cases: {len(package.cases)}, reports: {reports}"
    return f"{counts}{between}{note}; package made {package.made_at.isoformat()}."


def _escalation(case: CaseView) -> Escalation:
    name = str(case.facts.get("escalate", "none")).upper()
    return Escalation[name] if name in Escalation.__members__ else Escalation.NONE
