"""The five lines an officer reads first: urgency, who, known and suspected, facts with times, what is asked.

Made from codes and counts only: `cover_facts` gathers what is true, `cover_lines` puts it into the words of one
language, so that `cover.txt` and the first page of the PDF say the same. What a machine thought is called suspected;
what a person saw is called known. Above them stand, where they are known, whose package it is, its name and, of a
supplement, what it adds to and what is new (`head_lines`). Times are told in the zone of the package's letterhead.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from exporters import stated, withheld
from exporters.package import COUNTED_NEWS, FILE_KIND, CaseView, New, Package
from exporters.wording import Words, capital
from triage.assessment import GRAVE, AgeGroup, Classification, Gender, Viewed
from triage.errors import RuleBroken
from triage.verdict import Escalation, Label

MAX_CASES_NAMED, MAX_STATED = 5, 3
"""A cover is read in a minute; what is more is in the tables, further calls with each case."""
_TOLD_OF_WHO = ("victim_sex", "victim_age_band", "relationship", "violence_kind", "area", "areas")
_NOTHING_URGENT = frozenset({
    "own_contact", "locator", "attachment", "report_described", "no_locator", "bare_platform", "unusable_locator",
    "missing_attachment",
})  # fmt: skip
"""What says where and how, not why it is urgent: it stands with the case's other reasons alone."""
_SEEN_OF_WHO = ("gender", "age_group")
JUDGED = GRAVE | {Classification.ILLEGAL_OTHER, Classification.NOT_ILLEGAL}
"""What a person says content is; established only where they viewed it."""
_IDENTIFIED = "child_identified"
_DECIDED = "referred_for"
_NOT_TOLD = frozenset({Gender.NOT_DETERMINED, AgeGroup.NOT_DETERMINED})


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page: what it is about, and what is said."""

    heading: str
    body: str


@dataclass(frozen=True, slots=True)
class CoverFacts:
    """What the cover says, still in codes. Counts are of cases, reports and items (addresses and files), as named.

    `gravest` is the case the urgency is of; `in_danger` the cases that tell anything of who may be in danger, gravest
    first. `grave`, `illegal_other` and `not_illegal` are of content a person viewed, `unviewed` of what one assessed
    without viewing it. `first` and `last` are None where no time is known. `texts` is how many reports' own words come
    along, `texts_left` of how many not, `lacking` the cases of which some do not, gravest first. A report of several
    cases counts once.
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
    unviewed: int
    suspects: int
    reports: int
    first: datetime | None
    last: datetime | None
    assumed: bool
    texts: int
    texts_left: int
    lacking: tuple[CaseView, ...]


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
    viewed = [item for item in items if item.get("viewed") == Viewed.CONTENT]
    said = [item.get("classification") for item in viewed]
    first, last = _times(cases, "first_received"), _times(cases, "last_received")
    given = _places(cases, ((case.reference, one.number) for case in cases for one in case.texts))
    return CoverFacts(
        gravest=cases[0],
        escalation=escalation_of(cases[0]),
        cases=len(cases),
        with_danger=sum(escalation_of(case) > Escalation.NONE for case in cases),
        in_danger=tuple(case for case in cases if _tells_who(case)),
        items=len(items),
        files=sum(item.get("kind") == FILE_KIND for item in items),
        seen=len(viewed),
        grave=sum(each in GRAVE for each in said),
        illegal_other=said.count(Classification.ILLEGAL_OTHER),
        not_illegal=said.count(Classification.NOT_ILLEGAL),
        unviewed=sum(item.get("classification") in JUDGED and item.get("viewed") != Viewed.CONTENT for item in items),
        suspects=sum(case.facts.get("label") == str(Label.CSAM_SUSPECT) for case in cases),
        reports=sum(count - len(case.shared) for case in cases
                    if isinstance(count := case.facts.get("reports"), int)),  # fmt: skip
        first=min(first, default=None),
        last=max((*first, *last), default=None),
        assumed=any(case.facts.get("received_assumed") is True for case in cases),
        texts=len(given),
        texts_left=len(_places(cases, ((one.reference, number) for one in cases for each in one.withheld
                                       for number in each.numbers)) - given),  # fmt: skip
        lacking=tuple(case for case in cases if case.withheld),
    )


def cover_lines(package: Package, words: Words) -> tuple[Line, ...]:
    """The five lines in one language; each time with its offset from UTC."""
    facts = cover_facts(package)
    bodies = {
        "urgency": _urgency(facts, package, words),
        "who": _who(facts, words),
        "known": _known(facts, words),
        "facts": _facts(facts, package, words),
        "asked": _asked(package, words),
    }
    return tuple(Line(words.said("cover", name), body) for name, body in bodies.items())


def head_lines(package: Package, words: Words) -> tuple[Line, ...]:
    """Package, sender and supplement, each only where it is known."""
    bodies = {
        "package": package.name or "",
        "hotline": sender(package),
        "supplement": package.supplement or "",
        "your_number": _your_number(package.their_numbers),
        "news": _news(package, words),
    }
    return tuple(Line(words.said("document", name), body) for name, body in bodies.items() if body)


def _your_number(numbers: Sequence[str]) -> str:
    most = withheld.MOST_NUMBERS_NAMED
    return "; ".join((*numbers[:most], *(("…",) if len(numbers) > most else ())))


def sender(package: Package) -> str:
    """The hotline's name and telephone as one text, "" where neither was set."""
    return ", ".join(filter(None, (package.letterhead.name, package.letterhead.phone)))


def elsewhere(package: Package, words: Words) -> list[str]:
    """That its reports name addresses which are not in it, since nobody would ask for what they do not know of."""
    return [words.said("cover", "elsewhere", count=package.elsewhere)] if package.elsewhere else []


def kept_back(cases: Iterable[CaseView], words: Words) -> list[str]:
    """That addresses are known which are not in it, so that nobody takes "0 of 0" for "none is known"."""
    count = sum(case.kept_back for case in cases)
    return [words.said("cover", "kept_back", count=count)] if count else []


def news_of(case: CaseView, words: Words) -> str:
    """What is new about one case, in words."""
    return "; ".join(_new(one, words) for one in case.news)


def cover(package: Package, words: Words) -> bytes:
    """The head, then the five lines, numbered, as plain text."""
    head = "".join(f"{line.heading}: {line.body}\n" for line in head_lines(package, words))
    lines = enumerate(cover_lines(package, words), start=1)
    return (head + "".join(f"{number} {line.heading}: {line.body}\n" for number, line in lines)).encode()


def _news(package: Package, words: Words) -> str:
    """Of each case with news, gravest first, at most MAX_CASES_NAMED."""
    told = [case for case in gravest_first(package.cases) if case.news]
    parts = [f"{case.reference}: {news_of(case, words)}." for case in told[:MAX_CASES_NAMED]]
    more = len(told) - MAX_CASES_NAMED
    return " ".join([*parts, words.said("cover", "more_news", count=more)] if more > 0 else parts)


def _new(one: New, words: Words) -> str:
    said = words.code("news", one.code)
    count = f": {one.count}" if one.code in COUNTED_NEWS else ""
    return said + count + (f" ({one.reference})" if one.reference else "")


def statements(case: CaseView, package: Package, words: Words) -> list[str]:
    """What people stated of a case in urgent calls to this recipient, in words."""
    return [stated.said(one, case.reference, words, package.letterhead.zone) for one in case.stated]


def _urgency(facts: CoverFacts, package: Package, words: Words) -> str:
    """What a person stated comes first: what a program found, or did not find, comes after it."""
    said = [each for case in gravest_first(package.cases) for each in statements(case, package, words)]
    found, decided = _found(facts, words), _decided(package, words)
    if not said:
        return " ".join((*decided, found))
    more = [words.said("cover", "more_stated", count=len(said) - MAX_STATED)] if len(said) > MAX_STATED else []
    program = words.said("cover", "program", found=found[:1].lower() + found[1:])
    return " ".join((*said[:MAX_STATED], *more, *decided, program))


def _decided(package: Package, words: Words) -> list[str]:
    """Why people sent the cases to this agency; of several cases each by its reference, gravest first."""
    told = [case for case in gravest_first(package.cases) if case.facts.get(_DECIDED)]
    if not told:
        return []
    alone = len(package.cases) == 1
    parts = [
        ("" if alone else f"{case.reference}: ") + words.value(_DECIDED, case.facts[_DECIDED])
        for case in told[:MAX_CASES_NAMED]
    ]  # fmt: skip
    more = [words.said("cover", "more", count=len(told) - MAX_CASES_NAMED)] if len(told) > MAX_CASES_NAMED else []
    return [f"{words.field(_DECIDED)}: {'; '.join(parts)}.", *more]


def _found(facts: CoverFacts, words: Words) -> str:
    parts = [f"{capital(words.code('escalate', facts.escalation))}."]
    reasons = facts.gravest.facts.get("reason_codes")
    given = reasons if isinstance(reasons, tuple | list) else ()
    urgent = [str(one) for one in given if one not in _NOTHING_URGENT]
    if urgent:
        parts.append(words.said("cover", "why", reasons=words.listed("reason_codes", urgent)))
    parts.append(words.said("cover", "gravest", reference=facts.gravest.reference))
    if facts.cases > 1:
        parts.append(words.said("cover", "signs", count=facts.with_danger, total=facts.cases))
    return " ".join(parts)


def _tells_who(case: CaseView) -> bool:
    own = case.facts.get("concerns_own_child") is True
    return own or any(name in case.facts for name in _TOLD_OF_WHO) or bool(_seen(case)) or _identifiable(case)


def _identifiable(case: CaseView) -> bool:
    """Whether a report seems to tell who a child is: the report itself does, so it is never said that nothing is known.
    """
    reasons = case.facts.get("reason_codes")
    found = isinstance(reasons, tuple | list) and _IDENTIFIED in reasons
    return found or escalation_of(case) is Escalation.CHILD_IDENTIFIED


def _who(facts: CoverFacts, words: Words) -> str:
    if not facts.in_danger:
        return words.said("cover", "not_known")
    told = "; ".join(_who_in(case, words) for case in facts.in_danger[:MAX_CASES_NAMED])
    more = len(facts.in_danger) - MAX_CASES_NAMED
    return f"{told}." + (f" {words.said('cover', 'more', count=more)}" if more > 0 else "")


def _who_in(case: CaseView, words: Words) -> str:
    known = [f"{words.field(name).lower()}: {words.value(name, case.facts[name])}"
             for name in _TOLD_OF_WHO if name in case.facts]  # fmt: skip
    if case.facts.get("concerns_own_child") is True:
        known.insert(0, words.said("cover", "own_child"))
    if seen := _seen(case):
        told = (f"{words.field(name).lower()}: {words.value(name, value)}" for name, value in seen.items())
        known.insert(0, words.said("cover", "seen_of_who", told=", ".join(told)))
    if _identifiable(case):
        known.append(words.code("escalate", _IDENTIFIED))
    return f"{case.reference}: {', '.join(known)}"


def _seen(case: CaseView) -> dict[str, object]:
    """Whom a person saw, field to its values over all items; of drawn pictures only where there is nothing else.

    Only of content a person viewed and called child sexual abuse material; what was left unset or could not be told
    is not there.
    """
    items = [item.facts for item in case.items
             if item.facts.get("viewed") == Viewed.CONTENT and item.facts.get("classification") in GRAVE]  # fmt: skip
    taken = [item for item in items if item.get("virtual") is not True]
    told: dict[str, object] = {}
    for name in _SEEN_OF_WHO:
        said = {str(item[name]) for item in taken or items if name in item} - _NOT_TOLD
        if said:
            told[name] = tuple(sorted(said))
    return told | {"virtual": True} if told and not taken else told


def _known(facts: CoverFacts, words: Words) -> str:
    known = words.said("cover", "seen", seen=facts.seen, items=facts.items, grave=facts.grave,
                       other=facts.illegal_other, lawful=facts.not_illegal)  # fmt: skip
    unviewed = f" {words.said('cover', 'unviewed', count=facts.unviewed)}" if facts.unviewed else ""
    return f"{known}{unviewed} {words.said('cover', 'suspected', suspects=facts.suspects)}"


def _facts(facts: CoverFacts, package: Package, words: Words) -> str:
    zone = package.letterhead.zone
    parts = [words.said("cover", "counts", cases=facts.cases, reports=facts.reports, files=facts.files,
                        addresses=facts.items - facts.files)]  # fmt: skip
    parts += [*kept_back(package.cases, words), *elsewhere(package, words)]
    if facts.first is not None and facts.last is not None:
        first, last = words.received(facts.first, zone), words.received(facts.last, zone)
        once = facts.first == facts.last
        parts.append(words.said("cover", "received_once" if once else "received", first=first, last=last))
    if facts.assumed:
        parts.append(words.said("cover", "assumed"))
    parts += _own_words(facts, words)
    parts.append(words.said("cover", "made", made=words.time(package.made_at, zone)))
    return " ".join(parts)


def _own_words(facts: CoverFacts, words: Words) -> list[str]:
    """Of how many reports the texts come along; of which they do not, and why."""
    if not facts.lacking:
        return [words.said("cover", "told_in_texts")] if facts.texts else []
    left = [one for case in facts.lacking for one in case.withheld]
    if not facts.texts:
        return [words.said("cover", "told_withheld", why=withheld.reasons(left, words))]
    named = "; ".join(_lacks(case, facts, words) for case in facts.lacking[:MAX_CASES_NAMED])
    more = len(facts.lacking) - MAX_CASES_NAMED
    further = f" {words.said('cover', 'more_lacking', count=more)}" if more > 0 else ""
    total = facts.texts + facts.texts_left
    return [words.said("cover", "told_in_some", given=facts.texts, total=total, left=named) + further]


def _lacks(case: CaseView, facts: CoverFacts, words: Words) -> str:
    said = lacks(case, words)
    return said if facts.cases == 1 else f"{case.reference}: {said}"


def lacks(case: CaseView, words: Words) -> str:
    """Why texts of a case are not in the package; of which reports, where others are or the reasons differ."""
    is_all = not case.texts and len(case.withheld) == 1
    return (withheld.reasons if is_all else withheld.named)(case.withheld, words)


def _asked(package: Package, words: Words) -> str:
    """What we ask for, on which basis, and which cases have a reporter police may ask for through us."""
    parts = [
        f"{words.code('asked', package.asked)}.",
        *filter(None, [words.basis(package.basis)]),
    ]
    agreed = [one.reference for one in gravest_first(package.cases) if one.facts.get("reporter_can_be_asked") is True]
    if agreed:
        parts.append(words.said("cover", "reporter_agreed", references=", ".join(agreed[:MAX_CASES_NAMED])))
    if len(agreed) > MAX_CASES_NAMED:
        parts.append(words.said("cover", "more", count=len(agreed) - MAX_CASES_NAMED))
    return " ".join(parts)


def _places(cases: Sequence[CaseView], reports: Iterable[tuple[str, int]]) -> set[tuple[str, int]]:
    """Reports by case and place, one of several cases by the first of them alone."""
    first = {(case.reference, one.number): (one.reference, one.theirs) for case in cases for one in case.shared}
    return {first.get(place, place) for place in reports}


def _times(cases: Sequence[CaseView], name: str) -> list[datetime]:
    return [at for case in cases if isinstance(at := case.facts.get(name), datetime)]
