"""A reporter's contact for police, as a text to read and JSON: what stands in it is what the reporter typed.

No exporter: the field table gives a contact to nobody, and this goes to one agency for one case, after the reporter
allowed it, one person asked and another released (`pipeline/desk/disclosing.py`). Same input, same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from exporters import plain_json
from exporters.cover import sender
from exporters.package import CaseView, Letterhead, Package, check_package
from exporters.wording import Words
from triage.defang import harmless
from triage.errors import RuleBroken
from triage.report import CONTACT_FIELDS

TEXT_FILE, JSON_FILE = "contact.txt", "contact.json"
KIND = "contact"
"""The kind of such a package in the store and in the audit chain."""
MOST_SHOWN_CHARS = 300
"""Of one field in the text; the JSON has it whole."""


@dataclass(frozen=True, slots=True)
class Reachable:
    """What one reporter gave of themselves (names of triage.report.CONTACT_FIELDS), and whether they called it safe.

    `number` is their report's in `package`, as texts and PDF count it there; None where that package does not hold it,
    or the case was split or joined since. `received_at` tells the report apart either way.
    """

    said: Mapping[str, str] = field(repr=False)
    is_safe: bool
    received_at: datetime
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One file's content: for whom (codes of data/routes), when, under which of its references the case is known."""

    recipient: str
    basis: str
    language: str
    made_at: datetime
    references: tuple[str, ...]
    contacts: tuple[Reachable, ...]
    letterhead: Letterhead
    told_in: str | None = None
    """The package by whose numbers the agency knows the reports."""

    @property
    def package(self) -> Package:
        """The same without the contacts, as other papers for police know it."""
        cases = tuple(CaseView(reference, {}) for reference in self.references)
        return Package(
            KIND, self.recipient, self.made_at, self.basis, "safeguard_child", cases, language=self.language,
            letterhead=self.letterhead,
        )  # fmt: skip


def disclosure_files(given: Disclosure, words: Words) -> dict[str, bytes]:
    """File name to bytes. Raises RuleBroken where something that should be a code is none, or there is no contact."""
    check_package(given.package)
    if not given.references or not given.contacts or not all(_told(one) for one in given.contacts):
        raise RuleBroken("a disclosure names its case and holds a contact for every reporter")
    numbers = [one.number for one in given.contacts if one.number is not None]
    if len(set(numbers)) < len(numbers) or min(numbers, default=1) < 1 or (numbers and given.told_in is None):
        raise RuleBroken("a report of a disclosure is named by its own number in a package, from 1")
    lines = "".join(f"{line}\n" for line in _lines(given, words))
    return {TEXT_FILE: lines.encode("utf-8", errors="backslashreplace"), JSON_FILE: plain_json.write(_document(given))}


def _told(one: Reachable) -> dict[str, str]:
    return {name: one.said[name] for name in CONTACT_FIELDS if one.said.get(name)}


def _lines(given: Disclosure, words: Words) -> Iterator[str]:
    yield words.said("disclosure", "title").upper()
    yield words.said("disclosure", "confidential")
    yield ""
    if sender(given.package):
        yield f"{words.said('document', 'hotline')}: {sender(given.package)}"
    yield f"{words.said('call', 'for')}: {words.code('recipient', given.recipient)}"
    yield f"{words.said('call', 'reference')}: {', '.join(given.references)}"
    yield f"{words.said('call', 'made')}: {words.time(given.made_at, given.letterhead.zone)}"
    if basis := words.basis(given.basis):
        yield basis
    for one in given.contacts:
        yield ""
        yield _report(one, given, words)
        yield f"  {words.said('disclosure', 'agreed')}"
        yield f"  {words.said('disclosure', 'safe' if one.is_safe else 'not_safe')}"
        yield from (f"  {words.field(name)}: {_shown(value)}" for name, value in _told(one).items())


def _report(one: Reachable, given: Disclosure, words: Words) -> str:
    """Whose contact it is, as the agency can find it: two reporters must never be taken for each other."""
    at = words.received(one.received_at, given.letterhead.zone)
    if one.number is None:
        return words.said("disclosure", "report_alone", at=at)
    return words.said("disclosure", "report", number=one.number, package=given.told_in, at=at)


def _shown(value: str) -> str:
    """One line, whatever a reporter typed: nothing in it works, and no line of ours can be made up by it."""
    line = " / ".join(harmless(value).split("\n"))
    return line if len(line) <= MOST_SHOWN_CHARS else f"{line[:MOST_SHOWN_CHARS]} … ({JSON_FILE})"


def _document(given: Disclosure) -> dict[str, object]:
    return {
        "format": "hotline-triage/disclosure",
        "version": 1,
        "made_at": given.made_at,
        "recipient": given.recipient,
        "basis": given.basis,
        "references": given.references,
        "contacts": [
            {
                "report": one.number, "package": None if one.number is None else given.told_in,
                "received_at": one.received_at, "contact": _told(one), "contact_is_safe": one.is_safe,
                "police_may_contact": True,
            }
            for one in given.contacts
        ],
    }
