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

    `number`, from 1, is the reporter's towards this agency: the same in every package about the case.
    """

    said: Mapping[str, str] = field(repr=False)
    is_safe: bool
    number: int


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
    numbers = [one.number for one in given.contacts]
    if len(set(numbers)) < len(numbers) or min(numbers) < 1:
        raise RuleBroken("every reporter of a disclosure has a number of their own, from 1")
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
    yield words.said("cover", "basis", basis=words.code("basis", given.basis))
    for one in given.contacts:
        yield ""
        yield f"{words.said('disclosure', 'reporter')} {one.number}"
        yield f"  {words.said('disclosure', 'agreed')}"
        yield f"  {words.said('disclosure', 'safe' if one.is_safe else 'not_safe')}"
        yield from (f"  {words.field(name)}: {_shown(value)}" for name, value in _told(one).items())


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
                "reporter": one.number, "contact": _told(one), "contact_is_safe": one.is_safe,
                "police_may_contact": True,
            }
            for one in given.contacts
        ],
    }
