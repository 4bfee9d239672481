"""What the police report in PDF says: the cover's five lines, then the cases, as data for the typst template.

Everything here is plain values; `data/templates/report.typ` sets them and never reads them as markup. The template is
compiled by `pipeline/delivery/pdf.py`, since typst takes its fonts from a folder. Pure: the same package, words and
fonts give the same data. The allow-list of the recipient is applied once more, and every text is made visible first:
no control or direction character works, and no character is asked for that the fonts have not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo

from exporters import shared, withheld
from exporters.cover import (
    JUDGED,
    Line,
    cover_lines,
    escalation_of,
    gravest_first,
    head_lines,
    kept_back,
    lacks,
    news_of,
    sender,
    statements,
)
from exporters.glyphs import MAX_WORD_CHARS, Glyphs, breakable, starts_right_to_left
from exporters.package import CaseView, ItemView, Package, check_package, view_case
from exporters.redacted_texts import RedactedText, body_of, check_texts
from exporters.wording import ALSO_TOLD, Words
from triage.assessment import Classification, Viewed
from triage.defang import defang
from triage.errors import RuleBroken
from triage.redaction import listed
from triage.verdict import Escalation

RECIPIENT_KIND = "police"
MAX_CASES, MAX_CASES_IN_DETAIL = 10_000, 500
"""In the table of cases and one by one; CSV and JSON hold all of them, and nobody reads more on paper."""
MAX_WEIGHT_IN_DETAIL = 5_000
"""An address weighs one, a text one per CHARS_PER_WEIGHT begun: what is set one by one stays some hundred pages."""
CHARS_PER_WEIGHT = 500
MAX_ADDRESSES_PER_CASE, MAX_TEXTS_PER_CASE = 200, 200
MAX_ADDRESS_CHARS, ADDRESS_COLUMNS = 1_000, 96
MAX_TEXT_LINES, MAX_TEXT_CHARS = 200, 10_000
WHOLE_CHARS = 40
"""What has a line of its own holds longer words unbroken: a package's name is copied from there."""
ROWS_PER_TABLE = 500
"""Rows of the overview set at once; typst sets several tables faster than a long one."""
_CASE_FIELDS = (
    "referred_for", "escalate", "reason_codes", "label", "category", "concerns_own_child", "reporter_can_be_asked",
    "victim_sex", "victim_age_band", "relationship", "violence_kind", "area", "areas", "reports", "attachments",
    "first_received", "last_received", "received_assumed", "channel", *ALSO_TOLD,
)  # fmt: skip
_ASSESSMENT_FIELDS = ("assessment_reason", "illegal_kind", "viewed", "assessed_at")
_ITEM_FIELDS = (
    "is_new", "kind", "is_source", "address_holds_contact", "hosting_country", "hosting_source", "gender", "age_group",
    "virtual", "user_generated", "child_modeling", "site_type", "commerciality", "payment_methods",
)  # fmt: skip
_SAID_ONLY_IF_TRUE = frozenset({
    "concerns_own_child", "reporter_can_be_asked", "received_assumed", "is_source", "is_new",
    "address_holds_contact",
})  # fmt: skip
_COLUMNS = ("reference", "escalate", "label", "assessed", "reports", "addresses", "last_received")
_GRAVITY = tuple(map(str, (
    Classification.BASELINE, Classification.NATIONAL, Classification.ILLEGAL_OTHER, Classification.NOT_ILLEGAL,
    Classification.NOT_ASSESSED,
)))  # fmt: skip
"""Which assessment of several stands in the overview."""
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,63}")
_PACKAGE = re.compile(r"package-[0-9]{8}-[0-9A-F]{8}")
_CODE = re.compile(r"[a-z][a-z0-9_]{0,63}")


_TRIED = "urgent_call_unreached"
"""The one step whose time a person told; every other one the machine wrote down as it was done."""


@dataclass(frozen=True, slots=True)
class CustodyLine:
    """One step of "who did what": when, a code of what, how often, and by which role; never a person or an internal id.

    `at` carries an offset, `reference` names the case; `reason` is that of an urgent call, `package` the name
    outside of one made for this agency. Raises RuleBroken for anything that could carry more than that.
    """

    at: datetime
    what: str
    count: int
    role: str | None = None
    reference: str | None = None
    reason: str | None = None
    package: str | None = None

    def __post_init__(self) -> None:
        codes = [one for one in (self.what, self.role, self.reason) if one is not None]
        if self.reference is not None and not _REFERENCE.fullmatch(self.reference):
            raise RuleBroken("a custody line names its case by a reference")
        if self.package is not None and not _PACKAGE.fullmatch(self.package):
            raise RuleBroken("a custody line names a package as it is called outside")
        if not all(_CODE.fullmatch(code) for code in codes) or self.count < 0 or self.at.tzinfo is None:
            raise RuleBroken("a custody line is a time with an offset, codes, a count and a role, nothing else")


@dataclass(frozen=True, slots=True)
class Style:
    """How a report is written: the words of its language, the characters of its fonts, the zone its times are in.

    `report_data` sets the zone of the package's letterhead.
    """

    words: Words
    glyphs: Glyphs
    zone: tzinfo = UTC


def report_data(package: Package, style: Style, custody: Sequence[CustodyLine] = ()) -> dict[str, object]:
    """The whole report as JSON-ready values.

    Raises RuleBroken where the package may not go out as it is (no case, a name that is no code, a wrong text).
    """
    check_package(package)
    style = replace(style, zone=package.letterhead.zone)
    cases = gravest_first(map(_only_allowed, package.cases))
    package = replace(package, cases=cases)
    lines = cover_lines(package, style.words)
    shown = _in_detail(cases)
    return {
        "language": style.words.language.partition("-")[0],
        "said": dict(style.words.tables["document"]),
        "running": [_shown(text, style, WHOLE_CHARS) for text in (package.name or "", sender(package))],
        "head": _head(package, style),
        "urgent": any(map(_urgent, cases)),
        "lines": [{"heading": line.heading, "body": _shown(line.body, style)} for line in lines],
        "overview": _overview(cases, style) if len(cases) > 1 else None,
        "more_cases": "" if shown == len(cases) else style.words.said("document", "more_cases", count=shown),
        "cases": [_case(case, package, style) for case in cases[:shown]],
        "custody": _custody(custody, style, several=len(cases) > 1),
    }


def _only_allowed(case: CaseView) -> CaseView:
    check_texts(case.texts, RECIPIENT_KIND)
    again = view_case(case.reference, case.facts, (item.facts for item in case.items), RECIPIENT_KIND)
    return replace(case, facts=again.facts, items=again.items, removed=listed((*case.removed, *again.removed)))


def _shown(text: str, style: Style, longest: int = MAX_WORD_CHARS) -> str:
    return breakable(style.glyphs.visible(text), longest)


def _head(package: Package, style: Style) -> list[list[str]]:
    words = style.words
    rows = [
        Line(words.said("document", "recipient"), words.code("recipient", package.recipient)),
        Line(words.said("document", "made"), words.time(package.made_at, style.zone)),
        *head_lines(package, words),
    ]
    return [[row.heading, _shown(row.body, style, WHOLE_CHARS)] for row in rows]


def _in_detail(cases: Sequence[CaseView]) -> int:
    """How many of the cases are set one by one; the first one always is."""
    weight = 0
    for number, case in enumerate(cases[:MAX_CASES_IN_DETAIL]):
        texts = case.texts[:MAX_TEXTS_PER_CASE]
        weight += min(len(case.items), MAX_ADDRESSES_PER_CASE)
        weight += sum(1 + min(len(one.redacted.text), MAX_TEXT_CHARS) // CHARS_PER_WEIGHT for one in texts)
        if weight > MAX_WEIGHT_IN_DETAIL:
            return max(number, 1)
    return min(len(cases), MAX_CASES_IN_DETAIL)


def _overview(cases: Sequence[CaseView], style: Style) -> dict[str, object]:
    rows = [_row(case, style) for case in cases[:MAX_CASES]]
    more = style.words.said("document", "more_rows", count=MAX_CASES) if len(cases) > MAX_CASES else ""
    return {
        "columns": [style.words.said("column", name) for name in _COLUMNS],
        "tables": [rows[at : at + ROWS_PER_TABLE] for at in range(0, len(rows), ROWS_PER_TABLE)],
        "more": more,
    }


def _row(case: CaseView, style: Style) -> list[str]:
    words, facts = style.words, case.facts
    last = facts.get("last_received", facts.get("first_received"))
    row = (
        case.reference, words.value("escalate", facts["escalate"]) if "escalate" in facts else "",
        words.value("label", facts["label"]) if "label" in facts else "",
        _gravest(case, words), str(facts.get("reports", "")),
        str(len(case.items)), "" if last is None else words.value("last_received", last, style.zone),
    )  # fmt: skip
    return [_shown(cell, style) for cell in row]


def _gravest(case: CaseView, words: Words) -> str:
    """The gravest assessment; of what content is, said too where nobody viewed it."""
    said: dict[str, list[Mapping[str, object]]] = {}
    for item in case.items:
        said.setdefault(str(item.facts.get("classification")), []).append(item.facts)
    gravest = next((each for each in _GRAVITY if each in said), None)
    if gravest is None:
        return words.code("classification", Classification.UNSET) if case.items else ""
    return _assessed(max(said[gravest], key=lambda facts: facts.get("viewed") == Viewed.CONTENT), words)


def _assessed(facts: Mapping[str, object], words: Words) -> str:
    """What a person said an item is; a word on content nobody viewed is told as such."""
    said = facts.get("classification", Classification.UNSET)
    unviewed = said in JUDGED and facts.get("viewed") != Viewed.CONTENT
    return words.code("classification", said) + (f" ({words.said('document', 'not_viewed')})" if unviewed else "")


def _urgent(case: CaseView) -> bool:
    """Whether a program found a sign of danger, or a person stated one."""
    return bool(case.stated) or escalation_of(case) > Escalation.NONE


def _case(case: CaseView, package: Package, style: Style) -> dict[str, object]:
    words = style.words
    shown = case.items[:MAX_ADDRESSES_PER_CASE]
    left, texts_left = len(case.items) - len(shown), len(case.texts) - MAX_TEXTS_PER_CASE
    return {
        "reference": _shown(case.reference, style),
        "urgent": _urgent(case),
        "facts": [*_stated(case, package, style), *_news(case, style), *_shared(case, style),
                  *_pairs(_CASE_FIELDS, case.facts, style)],
        "addresses": [_address(item, style, alone=len(case.items) == 1) for item in shown],
        "more_addresses": words.said("document", "more_addresses", count=left) if left else "",
        "kept_back": " ".join(kept_back((case,), words)),
        "removed": ", ".join(dict.fromkeys(_removed(each, case, words) for each in case.removed)),
        "texts": [_text(one, style) for one in case.texts[:MAX_TEXTS_PER_CASE]],
        "more_texts": words.said("document", "more_texts", count=texts_left) if texts_left > 0 else "",
    }


def _removed(name: str, case: CaseView, words: Words) -> str:
    """A field that is not there; of texts also why, and of which reports."""
    said = _small(words.code("field", name))
    return f"{said} ({lacks(case, words)})" if name == withheld.FIELD and case.withheld else said


def _small(heading: str) -> str:
    """A heading as a word among others; abbreviations stay as they are."""
    return heading if heading[1:2].isupper() else heading[:1].lower() + heading[1:]


def _stated(case: CaseView, package: Package, style: Style) -> list[list[str]]:
    heading = style.words.said("call", "why")
    return [[heading, _shown(each, style)] for each in statements(case, package, style.words)]


def _news(case: CaseView, style: Style) -> list[list[str]]:
    return [[style.words.said("document", "news"), _shown(news_of(case, style.words), style)]] if case.news else []


def _shared(case: CaseView, style: Style) -> list[list[str]]:
    said = _shown(shared.named(case.shared, style.words), style)
    return [[style.words.said("document", "shared"), said]] if case.shared else []


def _pairs(names: Iterable[str], facts: Mapping[str, object], style: Style) -> list[list[str]]:
    """Field and value in words; what is empty, or says no where only yes tells anything, is left out."""
    told = ((name, facts[name]) for name in names if name in facts)
    return [
        [style.words.field(name), _shown(style.words.value(name, value, style.zone), style)]
        for name, value in told
        if value not in ((), []) and not (name in _SAID_ONLY_IF_TRUE and value is not True)
    ]


def _address(item: ItemView, style: Style, *, alone: bool) -> dict[str, object]:
    """The address defanged and cut into lines, or a file's digests; what a person saw and said, then the rest."""
    facts = item.facts
    nobody = facts.get("classification", Classification.UNSET) == Classification.UNSET
    unseen = nobody and facts.get("viewed", Viewed.NO) == Viewed.NO
    assessed = [] if unseen else [
        [style.words.field("classification"), _shown(_assessed(facts, style.words), style)],
        *_pairs(_ASSESSMENT_FIELDS, facts, style),
    ]  # fmt: skip
    others = [name for name in _ITEM_FIELDS if not (alone and name == "is_source")]
    exact = str(facts.get("address", ""))
    is_cut = len(exact) > MAX_ADDRESS_CHARS
    cut = style.words.said("document", "cut_address", count=len(exact)) if is_cut else ""
    lines = style.glyphs.lines(style.glyphs.visible(defang(exact[:MAX_ADDRESS_CHARS])), ADDRESS_COLUMNS)
    digests = facts.get("digests")
    files = [[(str(each), False)] for each in digests] if isinstance(digests, tuple | list) else []
    return {
        "lines": [*lines, *files],
        "cut": cut,
        "unseen": style.words.said("document", "nobody_viewed") if unseen else "",
        "assessed": assessed,
        "facts": _pairs(others, facts, style),
    }


def _text(one: RedactedText, style: Style) -> dict[str, object]:
    words = style.words
    body = body_of(one)
    whole = "\n".join(body)
    kept = whole[:MAX_TEXT_CHARS].split("\n")[:MAX_TEXT_LINES]
    lines = [_shown(line, style) for line in kept]
    is_cut = len(whole) > MAX_TEXT_CHARS or len(body) > MAX_TEXT_LINES
    language = "" if one.language is None else f", {words.code('text_language', one.language)}"
    masked = ", ".join(f"{words.code('masked', kind)}: {count}" for kind, count in one.masked.items())
    return {
        "heading": f"{words.said('document', 'report')} {one.number}{language}",
        "masked": masked,
        "lines": [[line, starts_right_to_left(line)] for line in lines],
        "cut": words.said("document", "cut_text", count=len(body)) if is_cut else "",
    }


def _custody(custody: Sequence[CustodyLine], style: Style, *, several: bool) -> list[list[str]]:
    """Each step with its time here and in UTC, so that it can be held against any other record; of which case, where
    there are several.
    """
    words = style.words
    return [
        [*([_shown(line.reference or "", style)] if several else []),
         *((words.told if line.what == _TRIED else words.time)(line.at, zone) for zone in (style.zone, UTC)),
         _step(line, style) + ("" if line.role is None else f" ({words.code('role', line.role)})"),
         str(line.count)]
        for line in custody
    ]  # fmt: skip


def _step(line: CustodyLine, style: Style) -> str:
    """What was done; of a call also why, of a package which."""
    what = style.words.code("custody", line.what)
    if line.package is not None:
        return f"{what}: {_shown(line.package, style, WHOLE_CHARS)}"
    return what if line.reason is None else f"{what}: {style.words.code('call_reason', line.reason)}"
