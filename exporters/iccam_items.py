"""Which items of a case ICCAM may get, how it is told times and references, and the slot for labels of INHOPE's schema.

ICCAM knows three clocks and they are never mixed: when the public reported (`first_received`), when INHOPE assigned a
content item to a country (only ICCAM says it), and when a person here assessed (`assessed_at`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from exporters.package import CaseView, ItemView
from triage.assessment import GRAVE

SLOT = "universalClassification"
"""Where labels of the Universal Classification Schema stand in an assessment."""
SENDABLE_KINDS = frozenset({"url", "onion", "ipfs"})
"""The kinds of address ICCAM takes: no telephone, no profile, no invitation."""
_TIME_FORMAT = "%Y-%m-%dT%H:%M:%SZ"


def sendable(case: CaseView) -> tuple[ItemView, ...]:
    """The items ICCAM may get: viewed, assessed national or baseline, and an address on the web, each address once.

    Two items may have one address once share tokens are off; the one assessed last counts (ICCAM's rule, §3.4).
    """
    by_address: dict[object, ItemView] = {}
    for item in case.items:
        facts = item.facts
        if (
            facts.get("classification") in GRAVE and facts.get("viewed") == "content"
            and facts.get("kind") in SENDABLE_KINDS and "address_without_tokens" in facts
        ):  # fmt: skip
            before = by_address.get(facts["address_without_tokens"])
            if before is None or _assessed(item) > _assessed(before):
                by_address[facts["address_without_tokens"]] = item
    return tuple(by_address.values())


def assigned_numbers(item: ItemView) -> tuple[str, ...]:
    """ICCAM's numbers of the item, where INHOPE assigned it to us."""
    numbers = item.facts.get("assigned_content")
    return tuple(map(str, numbers)) if isinstance(numbers, tuple | list) else ()


def without_assigned(case: CaseView) -> CaseView:
    """The case without content INHOPE assigned to us: ICCAM has that, and a report of ours would be a second one."""
    return replace(case, items=tuple(item for item in case.items if not assigned_numbers(item)))


def source_of(items: tuple[ItemView, ...]) -> ItemView:
    """The item the report is about: the one marked as source, else the first."""
    return next((item for item in items if item.facts.get("is_source") is True), items[0])


def unique_reference(reference: str, made_at: datetime) -> str:
    """The case's external reference with the minute the package was made; ICCAM wants one that is always unique.

    Made once and kept in the package: sending a package again sends the same reference, so that ICCAM can be asked
    for it first.
    """
    return f"{reference}_{made_at.astimezone(UTC):%Y%m%d%H%M}"


def time_said(at: object) -> str | None:
    """A time as ICCAM writes it, in UTC; None for what is no exact time."""
    return at.astimezone(UTC).strftime(_TIME_FORMAT) if isinstance(at, datetime) else None


def labels_said(facts: Mapping[str, object]) -> dict[str, object]:
    """The slot for labels: the schema's version and the labels a person gave, both empty unless given."""
    labels = facts.get("schema_labels")
    given = list(labels) if isinstance(labels, tuple | list) else []
    return {"schema_version": facts.get("schema_version") if given else None, "labels": given}


def _assessed(item: ItemView) -> datetime:
    at = item.facts.get("assessed_at")
    return at if isinstance(at, datetime) else datetime.min.replace(tzinfo=UTC)
