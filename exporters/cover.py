"""The five lines an officer reads first: urgency, who, known and suspected, facts with times, what is asked.

Made from codes and counts only: `cover_facts` gathers what is true, `cover_lines` puts it into the words of one
language, so that `cover.txt` and the first page of the PDF say the same. What a machine thought is called suspected;
what a person saw is called known.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from exporters.package import FILE_KIND, CaseView, Package
from exporters.wording import Words
from triage.assessment import GRAVE, Classification, Viewed
from triage.errors import RuleBroken
from triage.verdict import Escalation, Label

MAX_CASES_NAMED = 5
"""A cover is read in a minute; what is more is in the tables."""
_VICTIM_FIELDS = ("victim_sex", "victim_age_band", "relationship", "violence_kind")


@dataclass(frozen=True, slots=True)
class Line:
    """One of the five: what it is about, and what is said."""

    heading: str
    body: str


@dataclass(frozen=True, slots=True)
class CoverFacts:
    """What the cover says, still in codes. Counts are of cases, reports and items (addresses and files), as named.

    `gravest` is the case the urgency is of; `in_danger` the cases that tell anything of who may be in danger, gravest
    first. `first` and `last` are None where no time is known.
    """

    gravest: CaseView
    escalation: Escalation
    cases: int
    with_danger: int
    in_danger: tuple[CaseView, ...]
    items: int
    files: int
    seen: int
    grave: int
    illegal_other: int
    not_illegal: int
    suspects: int
    reports: int
    first: datetime | None
    last: datetime | None
    assumed: bool


def escalation_of(case: CaseView) -> Escalation:
    """The danger a case shows; NONE where it says nothing we know."""
    name = str(case.facts.get("escalate", "none")).upper()
    return Escalation[name] if name in Escalation.__members__ else Escalation.NONE


def gravest_first(cases: Iterable[CaseView]) -> tuple[CaseView, ...]:
    """The cases by danger, then suspects, else in the package's order."""
    suspect = str(Label.CSAM_SUSPECT)
    return tuple(sorted(cases, key=lambda case: (-escalation_of(case), case.facts.get("label") != suspect)))


def cover_facts(package: Package) -> CoverFacts:
    """Gather the facts. Raises RuleBroken for a package without cases."""
    if not package.cases:
        raise RuleBroken("a cover needs at least one case")
    cases = gravest_first(package.cases)
    items = [item.facts for case in cases for item in case.items]
    said = [item.get("classification") for item in items]
    first, last = _times(cases, "first_received"), _times(cases, "last_received")
    return CoverFacts(
        gravest=cases[0],
        escalation=escalation_of(cases[0]),
        cases=len(cases),
        with_danger=sum(escalation_of(case) > Escalation.NONE for case in cases),
        in_danger=tuple(case for case in cases if _tells_who(case)),
        items=len(items),
        files=sum(item.get("kind") == FILE_KIND for item in items),
        seen=sum(item.get("viewed") == Viewed.CONTENT for item in items),
        grave=sum(each in GRAVE for each in said),
        illegal_other=said.count(Classification.ILLEGAL_OTHER),
        not_illegal=said.count(Classification.NOT_ILLEGAL),
        suspects=sum(case.facts.get("label") == str(Label.CSAM_SUSPECT) for case in cases),
        reports=sum(count for case in cases if isinstance(count := case.facts.get("reports"), int)),
        first=min(first, default=None),
        last=max((*first, *last), default=None),
        assumed=any(case.facts.get("received_assumed") is True for case in cases),
    )


def cover_lines(package: Package, words: Words, zone: tzinfo = UTC) -> tuple[Line, ...]:
    """The five lines in one language; times in `zone`, each with its offset from UTC."""
    facts = cover_facts(package)
    bodies = {
        "urgency": _urgency(facts, words),
        "who": _who(facts, words),
        "known": _known(facts, words),
        "facts": _facts(facts, package, words, zone),
        "asked": f"{words.code('asked', package.asked)}. "
        + words.said("cover", "basis", basis=words.code("basis", package.basis)),
    }
    return tuple(Line(words.said("cover", name), body) for name, body in bodies.items())


def cover(package: Package, words: Words, zone: tzinfo = UTC) -> bytes:
    """The five lines as plain text, numbered."""
    lines = cover_lines(package, words, zone)
    return "".join(f"{number} {line.heading}: {line.body}\n" for number, line in enumerate(lines, start=1)).encode()


def _urgency(facts: CoverFacts, words: Words) -> str:
    parts = [f"{_capital(words.code('escalate', facts.escalation))}."]
    reasons = facts.gravest.facts.get("reason_codes")
    if isinstance(reasons, tuple | list) and reasons:
        parts.append(words.said("cover", "why", reasons=words.listed("reason_codes", map(str, reasons))))
    parts.append(words.said("cover", "gravest", reference=facts.gravest.reference))
    if facts.cases > 1:
        parts.append(words.said("cover", "signs", count=facts.with_danger, total=facts.cases))
    return " ".join(parts)


def _tells_who(case: CaseView) -> bool:
    own = case.facts.get("concerns_own_child") is True
    return own or any(name in case.facts for name in (*_VICTIM_FIELDS, "area"))


def _who(facts: CoverFacts, words: Words) -> str:
    if not facts.in_danger:
        return words.said("cover", "not_known")
    told = "; ".join(_who_in(case, words) for case in facts.in_danger[:MAX_CASES_NAMED])
    more = len(facts.in_danger) - MAX_CASES_NAMED
    return f"{told}." + (f" {words.said('cover', 'more', count=more)}" if more > 0 else "")


def _who_in(case: CaseView, words: Words) -> str:
    known = [f"{words.field(name).lower()}: {words.value(name, case.facts[name])}"
             for name in (*_VICTIM_FIELDS, "area") if name in case.facts]  # fmt: skip
    if case.facts.get("concerns_own_child") is True:
        known.insert(0, words.said("cover", "own_child"))
    return f"{case.reference}: {', '.join(known)}"


def _known(facts: CoverFacts, words: Words) -> str:
    known = words.said("cover", "seen", seen=facts.seen, items=facts.items, grave=facts.grave,
                       other=facts.illegal_other, lawful=facts.not_illegal)  # fmt: skip
    return f"{known} {words.said('cover', 'suspected', suspects=facts.suspects)}"


def _facts(facts: CoverFacts, package: Package, words: Words, zone: tzinfo) -> str:
    parts = [words.said("cover", "counts", cases=facts.cases, reports=facts.reports, files=facts.files,
                        addresses=facts.items - facts.files)]  # fmt: skip
    if facts.first is not None and facts.last is not None:
        first, last = words.time(facts.first, zone), words.time(facts.last, zone)
        once = facts.first == facts.last
        parts.append(words.said("cover", "received_once" if once else "received", first=first, last=last))
    if facts.assumed:
        parts.append(words.said("cover", "assumed"))
    parts.append(words.said("cover", "made", made=words.time(package.made_at, zone)))
    return " ".join(parts)


def _times(cases: Sequence[CaseView], name: str) -> list[datetime]:
    return [at for case in cases if isinstance(at := case.facts.get(name), datetime)]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
