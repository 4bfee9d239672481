"""A sample report as the field names every channel ends in (`triage.report.FIELDS`), and how truth finds it again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from pipeline.sample.history import SampleReport

_PREFIX = {
    "register": "K", "web_2025": "W", "web_2026": "W", "school": "S", "scart": "SC", "app": "A", "mail_keys": "M",
    "webform": "F", "helpline": "BL", "sos": "SOS",
}  # fmt: skip
_IN_WORDS = frozenset({"register", "helpline", "mail_keys"})
"""Ways that write a category's name, not its code."""
_BEST_TIMES = ("17-19", "ujutro", "vikendom")


@dataclass(frozen=True, slots=True)
class Key:
    """Where a report ended up: what `truth.tsv` says to find it among the pipeline's reports."""

    channel: str
    source: str
    id: str
    file: str


@dataclass(slots=True)
class Written:
    """Files of the drop folder by name, and the key of every report in them by its number."""

    files: dict[str, bytes] = field(default_factory=dict)
    keys: dict[int, Key] = field(default_factory=dict)

    def add(self, other: Written) -> None:
        """Take over another part. Raises ValueError if a file or report is already there."""
        if self.files.keys() & other.files.keys() or self.keys.keys() & other.keys.keys():
            raise ValueError("two writers of the sample claim the same file or report")
        self.files.update(other.files)
        self.keys.update(other.keys)


def own_id(report: SampleReport) -> str:
    """The id the sending system gave the report; unique over the whole sample."""
    return f"{_PREFIX[report.way]}-{report.received_at.year}-{report.number:04d}"


def category_word(report: SampleReport, words: Mapping[str, Mapping[str, str]]) -> str:
    """The category as this way writes it: a code, or a name in the reporter's language and script."""
    if not report.category or report.way not in _IN_WORDS:
        return report.category
    column = {"sr-Cyrl": "cyrillic", "en": "english", "sq": "english", "de": "english"}.get(report.language, "latin")
    return words[report.category][column]


def attachments(report: SampleReport) -> list[dict[str, Any]]:
    """Name, size and digest of invented attachments (the digest is of the words `sample attachment <number>`)."""
    digest = sha256(f"sample attachment {report.number}".encode()).hexdigest()
    return [{"name": "prilog.png", "size": 2048, "sha256": digest}] * report.attachments


def fields(report: SampleReport, source: str, words: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """The report as text by field name, only fields with a value; booleans are `true` and `false`."""
    contact = report.contact
    values = {
        "id": own_id(report),
        "source": source,
        "received_at": report.received_at.isoformat(),
        "category": category_word(report, words),
        "location": report.location,
        "description": report.description,
        "language": report.language if report.number % 4 else "",
        "reporter_group": report.reporter_group,
        "area": report.area,
        "concerns_own_child": "true" if report.own_child else "",
        "attachments": json.dumps(attachments(report)) if report.attachments else "",
    }
    if contact:
        values |= {
            "contact_name": contact.name,
            "contact_email": contact.email,
            "contact_phone": contact.phone,
            "contact_is_safe": "true" if report.number % 5 else "false",
            "best_time": _BEST_TIMES[report.number % 3] if report.number % 2 else "",
            "name_to_use": contact.name.split()[0] if report.number % 2 else "",
            "police_may_contact_me": "true" if report.number % 3 else "false",
        }
    return {name: value for name, value in values.items() if value}


def of_way(reports: Iterable[SampleReport], *ways: str) -> list[SampleReport]:
    """The reports that came in by one of these ways, in order."""
    return [report for report in reports if report.way in ways]
