"""What ICCAM says and what we have, as plain values; addresses are kept out of every printed form.

Three clocks stay apart: `hotline_received` (the public reported, told by the hotline that took it in), `assigned_at`
(INHOPE assigned the content to a country), and the dates of assessments and actions inside their bodies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from exporters.iccam_payloads import SOURCE_ANSWERS
from triage.errors import UnusableInput

Body = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ContentState:
    """One content item as ICCAM has it; the last of `assessments` counts. `action_types` are ICCAM's numbers.

    Where it is hosted and whom it is assigned to are two things: content in a country without a hotline is assigned
    to another one.
    """

    content_id: int
    report_id: int | None
    url: str = field(repr=False)
    hosting_country: str | None = None
    assigned_country: str | None = None
    assigned_at: str | None = None
    reference: str | None = None
    assessments: tuple[Body, ...] = field(default=(), repr=False)
    action_types: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportState:
    """One report as ICCAM has it: its contents (id, address), and what is set about its source, by our question."""

    report_id: int
    reference: str | None = None
    contents: tuple[tuple[int, str], ...] = field(default=(), repr=False)
    source: Body = field(default_factory=dict)
    hotline_received: str | None = None


@dataclass(frozen=True, slots=True)
class OurItem:
    """One item of ours: its address as sent, ICCAM's id for it where it is known, our assessment and actions as bodies.

    `assessment` None: a person has not assessed it yet.
    """

    url: str = field(repr=False)
    content_id: int | None = None
    assessment: Body | None = field(default=None, repr=False)
    actions: tuple[Body, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class OurCase:
    """One case of ours towards ICCAM, named by its external reference.

    `report` is the body of a new report, None where INHOPE assigned the content to us. `report_id` is ICCAM's number
    once it is known. `attempted` are the references (`sent_as`) sending began with and no answer was noted for, of this
    body or an earlier one: ICCAM is asked for each before anything goes.
    `just_tried`: so short a time ago that ICCAM need not show it yet.
    `just_arrived`: ICCAM took its report not long ago and need not have worked it in.
    `source` are our answers about the source, by our question, as ICCAM's numbers; unset ones are absent.
    """

    reference: str
    items: tuple[OurItem, ...]
    report: Body | None = field(default=None, repr=False)
    report_id: int | None = None
    attempted: tuple[str, ...] = ()
    source: Body = field(default_factory=dict)
    just_tried: bool = False
    just_arrived: bool = False

    @property
    def sent_as(self) -> str | None:
        """The reference a new report carries, which ICCAM is asked for."""
        said = None if self.report is None else self.report.get("hotlineReference")
        return said if isinstance(said, str) else None


def case_of_report(
    reference: str, report: Body, *, report_id: int | None = None, attempted: tuple[str, ...] = (),
    actions: Mapping[int, Sequence[Body]] | None = None,
) -> OurCase:  # fmt: skip
    """A case from the report body an `iccam` package holds; `actions` by the item's place in it, counted from 1.

    Raises UnusableInput if the body is not one of ours.
    """
    urls = report.get("urls")
    if not isinstance(urls, list) or not urls or not isinstance(report.get("hotlineReference"), str):
        raise UnusableInput("a package for ICCAM cannot be read: export the case again")
    items = tuple(_item(url, tuple((actions or {}).get(place, ()))) for place, url in enumerate(urls, start=1))
    source = {name: said for name, key in SOURCE_ANSWERS.items() if (said := report.get(key)) not in (None, [])}
    return OurCase(reference, items, report, report_id, attempted, source)


def content_of(item: OurItem, contents: Mapping[int, ContentState]) -> ContentState | None:
    """The content an item is in ICCAM: by id where it is known, else by its exact address if only one has it."""
    if item.content_id is not None:
        return contents.get(item.content_id)
    fitting = [content for content in contents.values() if content.url == item.url]
    return fitting[0] if len(fitting) == 1 else None


def _item(url: object, actions: tuple[Body, ...]) -> OurItem:
    if not isinstance(url, dict) or not isinstance(url.get("urlString"), str):
        raise UnusableInput("a package for ICCAM cannot be read: export the case again")
    said = url.get("assessment")
    return OurItem(url["urlString"], None, said if isinstance(said, dict) else None, actions)
