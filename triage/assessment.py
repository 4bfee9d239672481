"""A person's classification of content: what was seen, what it is, and ICCAM's questions where they apply.

Only people assess; no rule, hash or model may set `national` or `baseline`, and what is not answered stays unset.
The vocabulary is DESIGN §3's; reasons are ICCAM's action reasons 2 to 21 and the answers its enumerations, in our
spelling (numbers live in `data/iccam_codes.toml`, source: reference/hotline_systems.md §3.3).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from triage.countries import is_country
from triage.errors import RuleBroken


class Classification(StrEnum):
    """What a person says about content; the last two are grave and bound to one viewed item each."""

    UNSET = "unset"
    NOT_ASSESSED = "not_assessed"
    NOT_ILLEGAL = "not_illegal"
    ILLEGAL_OTHER = "illegal_other"
    NATIONAL = "national"
    BASELINE = "baseline"


GRAVE = frozenset({Classification.NATIONAL, Classification.BASELINE})
"""Need `viewed = content` and one named item, cannot be set in bulk, and alone may go to ICCAM."""


class Viewed(StrEnum):
    """How much of the content the person saw; a missing answer means `no`."""

    NO = "no"
    ADDRESS_ONLY = "address_only"
    CONTENT = "content"


class IllegalKind(StrEnum):
    """Kinds of `illegal_other`; for police or the regulator, never ICCAM."""

    THREAT = "threat"
    BLACKMAIL = "blackmail"
    FRAUD = "fraud"
    HATE = "hate"
    OTHER = "other"


NOT_ASSESSED_REASONS = (
    "content_not_found", "referrer_not_known_or_incorrect", "unable_to_access", "password_protected",
    "account_disabled", "legally_unable_to_access", "link_expired", "error404_not_found_or_site_down",
    "error503_or_content_temporarily_unavailable", "premium_account_necessary", "missing_parts_to_open_file",
    "content_removed_before_assessment",
)  # fmt: skip
"""Why content could not be assessed: ICCAM action reasons 2 to 13, in that order."""
NOT_ILLEGAL_REASONS = (
    "adult_content", "nudism_or_not_sexualized", "does_not_meet_threshold_for_illegality", "images_too_small",
    "virtual_material", "linking_or_linklists_not_illegal", "age_unclear_or_not_assessable",
    "age_over_national_threshold",
)  # fmt: skip
"""Why assessed content is not illegal: ICCAM action reasons 14 to 21, in that order."""


class Gender(StrEnum):
    """Of the children shown; `not_determined` is an answer, unlike unset."""

    NOT_DETERMINED = "not_determined"
    FEMALE = "female"
    MALE = "male"
    BOTH = "both"


class AgeGroup(StrEnum):
    """Of the youngest child shown."""

    NOT_DETERMINED = "not_determined"
    INFANT = "infant"
    PRE_PUBESCENT = "pre_pubescent"
    PUBESCENT = "pubescent"


class SiteType(StrEnum):
    """What sort of place the item lies on (ICCAM v3)."""

    WEBSITE = "website"
    FILE_HOST = "file_host"
    IMAGE_STORE = "image_store"
    IMAGE_BOARD = "image_board"
    FORUM = "forum"
    BANNER_SITE = "banner_site"
    LINK_SITE = "link_site"
    SOCIAL_NETWORKING = "social_networking"
    REDIRECTOR = "redirector"
    WEB_ARCHIVE = "web_archive"
    SEARCH_PROVIDER = "search_provider"
    IMAGE_HOST = "image_host"
    BLOG = "blog"
    NOT_APPLICABLE = "not_applicable"


class Commerciality(StrEnum):
    """Whether money is asked for."""

    NOT_DETERMINED = "not_determined"
    COMMERCIAL = "commercial"
    NON_COMMERCIAL = "non_commercial"


class PaymentMethod(StrEnum):
    """How money is asked for; an item may name several."""

    NOT_DETERMINED = "not_determined"
    AMEX = "amex"
    DINERS = "diners"
    MASTERCARD = "mastercard"
    PAYPAL = "paypal"
    VISA = "visa"
    WESTERN_UNION = "western_union"
    OTHER = "other"
    NONE = "none"
    SMS = "sms"
    EMAIL = "email"
    LIBERTY_RESERVE = "liberty_reserve"
    BITCOIN = "bitcoin"


@dataclass(frozen=True, slots=True)
class IccamAnswers:
    """An analyst's answers to ICCAM's questions; None is unset and is never sent as a default."""

    gender: Gender | None = None
    age_group: AgeGroup | None = None
    virtual: bool | None = None
    user_generated: bool | None = None
    child_modeling: bool | None = None
    site_type: SiteType | None = None
    commerciality: Commerciality | None = None
    payment_methods: tuple[PaymentMethod, ...] | None = None


@dataclass(frozen=True, slots=True)
class Assessment:
    """One person's word on one item (`locator_no`) or on a whole case (`locator_no` None).

    `reason` belongs to not_assessed and not_illegal, `kind` to illegal_other. `hosting_country` is ISO 3166-1
    alpha-2; `hosting_source` a short code of how it is known. `by` is a person id; `at` carries an offset.
    """

    case_no: int
    locator_no: int | None
    classification: Classification
    by: int
    at: datetime
    viewed: Viewed = Viewed.NO
    reason: str | None = None
    kind: IllegalKind | None = None
    hosting_country: str | None = None
    hosting_source: str | None = None
    iccam: IccamAnswers | None = None


_CODE = re.compile(r"[a-z][a-z0-9_]{0,31}")
_REASONS = {
    Classification.NOT_ASSESSED: frozenset(NOT_ASSESSED_REASONS),
    Classification.NOT_ILLEGAL: frozenset(NOT_ILLEGAL_REASONS),
}


def check(assessment: Assessment) -> None:
    """Raises RuleBroken, naming the rule, unless the assessment may stand."""
    _check_kind_and_reason(assessment)
    if assessment.classification in GRAVE:
        if assessment.locator_no is None:
            raise RuleBroken("national and baseline are set per item: name the locator as well as the case")
        if assessment.viewed is not Viewed.CONTENT:
            raise RuleBroken("national and baseline need viewed = content: who has not seen it cannot say so")
    if assessment.at.tzinfo is None:
        raise RuleBroken("the time of an assessment needs an offset from UTC")
    if assessment.hosting_country is not None and not is_country(assessment.hosting_country):
        raise RuleBroken("a hosting country is the two capital letters of a country (ISO 3166-1), as BA")
    if (assessment.hosting_country is None) != (assessment.hosting_source is None):
        raise RuleBroken("hosting country and its source go together: give both or neither")
    if assessment.hosting_source is not None and not _CODE.fullmatch(assessment.hosting_source):
        raise RuleBroken("a hosting source is a short code such as whois, geoip or analyst")


def check_bulk(assessments: Sequence[Assessment]) -> None:
    """Check a file of assessments; raises RuleBroken naming the first row (counted from 1) that breaks a rule.

    A grave classification is one person's word on one item seen: in a file of more than one row it is refused.
    """
    for row, assessment in enumerate(assessments, start=1):
        if assessment.classification in GRAVE and len(assessments) > 1:
            raise RuleBroken(f"row {row}: national and baseline cannot be set in bulk: assess this item by itself")
        try:
            check(assessment)
        except RuleBroken as broken:
            raise RuleBroken(f"row {row}: {broken}") from None


def last_words(assessments: Iterable[Assessment]) -> tuple[Assessment, ...]:
    """The last assessment of each item and of each whole case, also where a later one of the case overrules it."""
    last: dict[tuple[int, int], Assessment] = {}
    for assessment in sorted(assessments, key=lambda assessment: assessment.at):
        last[assessment.case_no, -1 if assessment.locator_no is None else assessment.locator_no] = assessment
    return tuple(last[key] for key in sorted(last))


def in_force(assessments: Iterable[Assessment]) -> tuple[Assessment, ...]:
    """The last assessment of each item (ICCAM's rule: the last one counts), by case and locator number.

    A word on the whole case is one on all its items: what was said of an item before it counts no more. One that is
    unset says nothing and overrules nothing. Of one instant the later in the order given counts.
    """
    standing: dict[int, list[Assessment]] = {}
    for assessment in sorted(assessments, key=lambda assessment: assessment.at):
        mine = standing.setdefault(assessment.case_no, [])
        if assessment.locator_no is None and assessment.classification is not Classification.UNSET:
            mine.clear()
        mine.append(assessment)
    return last_words(one for mine in standing.values() for one in mine)


def word_on(in_force: Mapping[int | None, Assessment], locator_no: int | None) -> Assessment | None:
    """Of the words in force on one case, by item (None: the whole case), the item's own, else the case's; one that is
    unset says nothing."""
    for number in (locator_no, None):
        one = in_force.get(number)
        if one is not None and one.classification is not Classification.UNSET:
            return one
    return None


def changed_since(assessments: Iterable[Assessment], at: datetime) -> frozenset[int | None]:
    """Items of one case (None: the case itself) that stood assessed `at` a time and are classified otherwise now."""
    every = list(assessments)
    before = {one.locator_no: one for one in in_force(one for one in every if one.at <= at)}
    now = {one.locator_no: one for one in in_force(every)}
    changed = set()
    for number in {one.locator_no for one in every}:
        old, new = word_on(before, number), word_on(now, number)
        if old is not None and new is not None and old.classification is not new.classification:
            changed.add(number)
    return frozenset(changed)


def _check_kind_and_reason(assessment: Assessment) -> None:
    known = _REASONS.get(assessment.classification)
    if known is not None and assessment.reason not in known:
        raise RuleBroken(f"{assessment.classification} needs one of its reasons: {', '.join(sorted(known))}")
    if known is None and assessment.reason is not None:
        raise RuleBroken("only not_assessed and not_illegal take a reason")
    illegal_other = assessment.classification is Classification.ILLEGAL_OTHER
    if illegal_other and assessment.kind is None:
        raise RuleBroken(f"illegal_other needs a kind: {', '.join(IllegalKind)}")
    if not illegal_other and assessment.kind is not None:
        raise RuleBroken("only illegal_other takes a kind")
    if assessment.iccam is not None and assessment.classification not in GRAVE:
        raise RuleBroken("ICCAM's questions are answered for national and baseline only")
