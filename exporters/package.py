"""What an exporter is given: cases as one recipient may see them, or counts, with who asked for what and when."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from exporters.redacted_texts import RedactedText
from exporters.shared import Shared
from exporters.stated import Stated
from exporters.withheld import Withheld
from exporters.wording import LANGUAGES
from triage.assessment import Assessment, Classification, Viewed
from triage.errors import RuleBroken
from triage.police_feedback import is_file_number
from triage.privacy import Line
from triage.redaction import listed, redact

_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,63}")
_CODE = re.compile(r"[a-z][a-z0-9_-]{0,63}")
_ALIAS = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _-]{0,63}")

ASKED = (
    "safeguard_child", "identify_child", "investigate", "preserve_evidence", "remove_content", "assess_and_act",
    "offer_help", "inform_only",
)  # fmt: skip
"""What a recipient is asked to do; a closed list, since a package carries no free text."""
FILE_KIND = "file"
"""The locator kind of an item that is a file, known by its digests."""
NEWS = (
    "graver_danger", "urgent_call", "new_danger", "new_report", "new_assessment", "text_released", "contact_withdrawn",
    "joined", "split", "split_off", "sent_again",
)  # fmt: skip
"""What a supplement may bring about a case; `new_danger`: new reports that tell of danger, no graver than was told;
`urgent_call`: a person called this recipient about it, or tried to;
`contact_withdrawn`: reporters who had allowed police to make contact and want none any more;
`split`: something left it, `split_off`: it was part of another one."""
COUNTED_NEWS = frozenset({"new_danger", "new_report", "new_assessment", "text_released", "contact_withdrawn"})
MAX_HOTLINE_NAME_CHARS, MAX_HOTLINE_PHONE_CHARS = 60, 30
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
"""What a package is called: also the name of its folder and files."""
_PHONE = re.compile(r"\+?[0-9][0-9 ()/-]*")


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Whose paper it is: the hotline's name and telephone (empty: not printed), and the zone its times are told in.

    Raises RuleBroken for a name or a number that is not one short line.
    """

    name: str = ""
    phone: str = ""
    zone: tzinfo = UTC

    def __post_init__(self) -> None:
        if len(self.name) > MAX_HOTLINE_NAME_CHARS or not self.name.isprintable() or self.name != self.name.strip():
            raise RuleBroken(f"the hotline's name is one line of at most {MAX_HOTLINE_NAME_CHARS} characters")
        if self.phone and (len(self.phone) > MAX_HOTLINE_PHONE_CHARS or not _PHONE.fullmatch(self.phone)):
            raise RuleBroken(f"the hotline's telephone is at most {MAX_HOTLINE_PHONE_CHARS} digits, as +387 33 000 000")


@dataclass(frozen=True, slots=True)
class New:
    """One thing that is new about a case since this recipient's last package about it: a code of NEWS and how many.

    `reference` is that of the other case, where the recipient knows it. Raises RuleBroken for anything else.
    """

    code: str
    count: int = 1
    reference: str | None = None

    def __post_init__(self) -> None:
        known = self.reference is None or _REFERENCE.fullmatch(self.reference)
        if self.code not in NEWS or self.count < 1 or not known:
            raise RuleBroken("what a supplement brings is a code, a count and a reference, nothing else")


@dataclass(frozen=True, slots=True)
class ItemView:
    """One content item. `facts` are fields of triage.redaction.TABLE this recipient may get (`address`, `kind`, …)."""

    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class CaseView:
    """What an exporter may know about one case, already redacted for this recipient.

    `reference` is the external reference made for this recipient, never an internal id; `removed` names the fields
    that were taken out. `texts` are there only where they were switched on and released; else nobody sees any:
    `withheld` says of which reports, and why. `news` is what a supplement brings.
    """

    reference: str
    facts: Mapping[str, object]
    items: tuple[ItemView, ...] = ()
    removed: tuple[str, ...] = ()
    texts: tuple[RedactedText, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    news: tuple[New, ...] = ()
    shared: tuple[Shared, ...] = ()
    """Reports of it that an earlier case of the package has too."""
    stated: tuple[Stated, ...] = ()
    """What people stated of it in urgent calls to this very recipient; police alone."""
    kept_back: int = 0
    """How many addresses of it this recipient does not get, since each would tell them who reported it."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """Unpublished counts of reports by combination of codes; exporters suppress small ones.

    `dimensions` names the parts of each key in `counts`; the first is the period, as `2026-03` or `2026-Q1`.
    `duplicate_rule` is the version of the URL rules the cases were grouped by. `before`: periods published before,
    whose lines stay as they were. `secret` (at most 64 bytes) draws which counts are hidden beside small ones.
    """

    dimensions: tuple[str, ...]
    counts: Mapping[tuple[str, ...], int]
    duplicate_rule: str
    before: Mapping[str, Line] = field(default_factory=dict)
    secret: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Package:
    """One sending: what kind, to whom (a code of data/routes), when made, on what legal basis, asking for what."""

    kind: str
    recipient: str
    made_at: datetime
    basis: str
    asked: str
    cases: tuple[CaseView, ...] = ()
    statistics: Statistics | None = None
    analyst_alias: str = "analyst"
    """Shown instead of any person; ICCAM wants a name."""
    language: str = "en"
    """The language of what people read in it: one of exporters.wording.LANGUAGES."""
    letterhead: Letterhead = Letterhead()
    name: str | None = None
    """What it is called outside, on every screen and paper; None where it has no name yet."""
    supplement: str | None = None
    """The name of the first package this recipient got about these cases, if this one adds to it."""
    their_numbers: tuple[str, ...] = ()
    """Under which file numbers this recipient keeps what that package told of; nobody else is told of them."""
    sender: str = ""
    """The mail address a notice comes from and is answered to; only notices name one."""
    reminder: int = 0
    """How many letters about the same addresses went before this one; only notices count them."""
    elsewhere: int = 0
    """How many further addresses its reports name that are in cases which are not in it; only police are told."""
    told_before: tuple[str, ...] = ()
    perhaps_before: tuple[str, ...] = ()
    """Names of organisations (data/routes) that were told of the same call before; only alerts name them."""


def view_case(
    reference: str,
    facts: Mapping[str, object],
    items: Iterable[Mapping[str, object]],
    recipient_kind: str,
) -> CaseView:
    """Redact raw facts and items for one kind of recipient; the only way pipeline code should make a CaseView."""
    kept, removed = redact(facts, recipient_kind)
    views, names = [], list(removed)
    for item in items:
        kept_item, removed_item = redact(item, recipient_kind)
        views.append(ItemView(kept_item))
        names.extend(removed_item)
    return CaseView(reference, kept, tuple(views), listed(names))


def item_facts(
    address: str,
    kind: str,
    assessment: Assessment | None,
    *,
    is_source: bool = True,
    address_field: str = "address",
) -> dict[str, object]:
    """The raw facts of one item (still to be redacted): its address, locator kind and assessment in force.

    `address_field` says which form the address has (triage.redaction.address_field): exact, or without share tokens.
    Without an assessment the item says so: nobody viewed it, and its classification is unset.
    """
    return {address_field: address, "kind": kind, "is_source": is_source} | _said(assessment)


def file_facts(digests: Iterable[str], assessment: Assessment | None) -> dict[str, object]:
    """The raw facts of one file we know digests of, as `type:hex` (triage.redaction.DIGEST_CHARS): an item of its own.

    It has no address and no name; a package holds digests of files, never files.
    """
    return {"kind": FILE_KIND, "digests": tuple(digests)} | _said(assessment)


def also_told(case: CaseView, field: str) -> tuple[str, ...]:
    """Codes of who else was told of a case or will be (`field` of ALSO_TOLD): agencies' own, of others what for."""
    told = case.facts.get(field)
    return tuple(map(str, told)) if isinstance(told, tuple | list) else ()


def check_package(package: Package) -> None:
    """Raises RuleBroken where a package names its cases or itself in a way that could carry anything but codes."""
    references = [case.reference for case in package.cases]
    if len(set(references)) != len(references) or not all(_REFERENCE.fullmatch(given) for given in references):
        raise RuleBroken("every case in a package needs a reference of its own: letters, digits and hyphens")
    if not all(_CODE.fullmatch(code) for code in (package.kind, package.recipient, package.basis)):
        raise RuleBroken("kind, recipient and legal basis of a package are codes: see data/routes")
    if package.asked not in ASKED:
        raise RuleBroken(f"what a package asks for is one of: {', '.join(ASKED)}")
    if not _ALIAS.fullmatch(package.analyst_alias):
        raise RuleBroken("an analyst's alias is letters and digits")
    if package.language not in LANGUAGES:
        raise RuleBroken(f"a package is written in one of: {', '.join(LANGUAGES)}")
    if package.made_at.tzinfo is None:
        raise RuleBroken("the time of a package needs an offset from UTC")
    if not all(_NAME.fullmatch(given) for given in (package.name, package.supplement) if given is not None):
        raise RuleBroken("a package and the supplement's first package are named with letters, digits, dots, hyphens")
    if not all(map(is_file_number, package.their_numbers)):
        raise RuleBroken("a recipient's own number is a file number only: letters, digits and . / _ -")


def _said(assessment: Assessment | None) -> dict[str, object]:
    """What a person said of an item; without an assessment, that nobody viewed it and its classification is unset."""
    if assessment is None:
        return {"classification": Classification.UNSET, "viewed": Viewed.NO}
    facts: dict[str, object] = {
        "classification": assessment.classification,
        "assessment_reason": assessment.reason,
        "illegal_kind": assessment.kind,
        "viewed": assessment.viewed,
        "assessed_at": assessment.at,
        "hosting_country": assessment.hosting_country,
        "hosting_source": assessment.hosting_source,
    }
    if assessment.iccam is not None:
        facts |= {name: getattr(assessment.iccam, name) for name in assessment.iccam.__slots__}
    return facts
