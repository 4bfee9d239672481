"""A notice to a host or regulator: one letter, the exact addresses, and for a host X-ARF reports where it has a type.

X-ARF (eXtended Abuse Reporting Format) 4 as published by xarf.org (github.com/xarf/xarf-spec, schemas/v4: xarf-core,
content-base, content-csam, content-csem, content-fraud). What a person assessed as baseline is type `csam` with
classification `baseline`; national is `csem`, type of exploitation `distribution`, since X-ARF has no word for it and
nothing unset becomes baseline; fraud is `fraud`. Threats, blackmail and hate have no type: they stand in the letter and
in `addresses.txt` only. A report's number is a digest of our reference and the address, so a reminder repeats it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import ClassVar
from uuid import UUID

from exporters import plain_json
from exporters.base import Exporter
from exporters.package import CaseView, ItemView, Letterhead, Package
from exporters.wording import LANGUAGES, Words, words_file
from triage.answer_contact import usable_address
from triage.assessment import GRAVE, Classification, IllegalKind
from triage.defang import defang, harmless
from triage.errors import RuleBroken
from triage.notice_letters import LETTERS_FILE, Line, NoticeLetters
from triage.notices import host_of

HOST, REGULATOR = "host", "regulator"
"""Recipients (codes of data/routes) notices go to."""
LETTER_FILE, ADDRESSES_FILE = "notice.txt", "addresses.txt"
XARF_VERSION = "4.2.0"
_ADDRESS = "address_without_tokens"
_UUID_BYTES = 16


class NoticeExporter(Exporter):
    """Kind `notice`: what one abuse contact is told of the addresses that are theirs."""

    kind = "notice"
    recipient_kind = "host"
    command = "notices"
    needs = (LETTERS_FILE, *map(words_file, LANGUAGES))
    schemas: ClassVar[Mapping[str, str]] = {"xarf-*.json": "notice_xarf.json"}

    def __init__(self, texts: Mapping[str, str]) -> None:
        super().__init__(texts)
        self._letters = NoticeLetters.from_toml(texts[LETTERS_FILE])
        self._words = {one: Words.from_toml(one, texts[words_file(one)]) for one in LANGUAGES}

    def subject(self, package: Package) -> str:
        """The subject of the mail the letter goes in, with our first reference, so that an answer is found again."""
        regulator = package.recipient == REGULATOR
        said = self._letters.subject(package.language, regulator=regulator, reminder=package.reminder)
        return f"{said} [{package.cases[0].reference}]" if package.cases else said

    def _contents(self, package: Package) -> Mapping[str, bytes]:
        if usable_address(package.sender) != package.sender or not package.letterhead.name:
            raise RuleBroken("a notice needs the name and the mail address of who sends it: see `hotline notices`")
        places = list(_places(package))
        if not places or not all(_unlawful(item) for _, item, _ in places):
            raise RuleBroken("a notice names addresses a person assessed as unlawful, and nothing else")
        lines = [_line(case, item, address, self._words[package.language]) for case, item, address in places]
        letter = self._letters.text(
            package.language, lines, "\n".join(filter(None, (package.letterhead.name, package.letterhead.phone))),
            self._basis(package), regulator=package.recipient == REGULATOR, reminder=package.reminder,
        )  # fmt: skip
        made = {
            LETTER_FILE: letter.encode(),
            ADDRESSES_FILE: "".join(f"{_one_line(address)}\n" for _, _, address in places).encode(),
        }
        for number, (case, item, address) in enumerate(places, start=1):
            if package.recipient != REGULATOR and (what := _type(item)) is not None:
                report = _about(package, case, address) | what
                made[f"xarf-{number:03}.json"] = plain_json.write(report)
        return made

    def _basis(self, package: Package) -> str:
        """The sentence that names the recipient's legal basis (data/routes), on one line whatever its words hold."""
        return harmless(self._words[package.language].basis(package.basis))

    def examples(self) -> Sequence[Package]:
        """Addresses of three sorts for one host; and a reminder in another language."""
        at = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
        day = {"first_received": date(2026, 3, 1)}
        grave = {"classification": "baseline", "hosting_country": "BA"}
        other = {"classification": "illegal_other", "illegal_kind": "hate"}
        cases = (
            CaseView("HL-17", day, (ItemView({_ADDRESS: "https://host.example/a?id=7"} | grave),)),
            CaseView("HL-18", day, (ItemView({_ADDRESS: "https://img.host.example/b", "classification": "national"}),)),
            CaseView("HL-19", day, (ItemView({_ADDRESS: "http://[2001:db8::1]:8080/c"} | other),)),
        )  # fmt: skip
        one = Package(
            self.kind, HOST, at, "notice_to_hosts", "remove_content", cases, letterhead=Letterhead("Sample Hotline"),
            sender="notices@hotline.example",
        )  # fmt: skip
        again = Package(
            self.kind, HOST, at, "notice_to_hosts", "remove_content", cases[:1], language="sr-Cyrl",
            letterhead=Letterhead("Sample Hotline"), sender="notices@hotline.example", reminder=1,
        )  # fmt: skip
        return one, again


def _places(package: Package) -> Iterator[tuple[CaseView, ItemView, str]]:
    """Each address of a case once, with the gravest assessment: items may differ by a share token alone."""
    for case in package.cases:
        found: dict[str, ItemView] = {}
        for item in case.items:
            if address := _address(item):
                found[address] = max(found.get(address, item), item, key=_gravity)
        for address, item in found.items():
            yield case, item, address


def _gravity(item: ItemView) -> tuple[bool, bool, bool]:
    """What is not unlawful counts most: such a notice is refused."""
    named = item.facts.get("classification")
    return not _unlawful(item), named == Classification.BASELINE, named in GRAVE


def _address(item: ItemView) -> str:
    return str(item.facts.get(_ADDRESS) or "")


def _unlawful(item: ItemView) -> bool:
    return item.facts.get("classification") in {*GRAVE, Classification.ILLEGAL_OTHER}


def _line(case: CaseView, item: ItemView, address: str, words: Words) -> Line:
    received = case.facts.get("first_received")
    day = words.time(received) if isinstance(received, date) else "-"
    what = "grave" if item.facts.get("classification") in GRAVE else str(item.facts.get("illegal_kind", "other"))
    return Line(defang(address), case.reference, day, what)


def _one_line(address: str) -> str:
    """Exact for any real address; what could begin a line or change how it looks is escaped."""
    return "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in address)


def _type(item: ItemView) -> dict[str, object] | None:
    """The part of an X-ARF report that follows from the assessment; None where X-ARF has no type for it."""
    classification = item.facts.get("classification")
    if classification == Classification.BASELINE:
        return {"type": "csam", "classification": "baseline", "detection_method": "manual_review"}
    if classification == Classification.NATIONAL:
        return {"type": "csem", "exploitation_type": "distribution", "detection_method": "manual_review"}
    if item.facts.get("illegal_kind") == IllegalKind.FRAUD:
        return {"type": "fraud", "fraud_type": "other"}
    return None


def _about(package: Package, case: CaseView, address: str) -> dict[str, object]:
    host = host_of(address)
    if host is None:
        raise RuleBroken("a notice is about addresses on the web only")
    who = dict(_organisation(package))
    named = {"domain": host} if ":" not in host and not host.rpartition(".")[2].isdigit() else {}
    return named | {
        "xarf_version": XARF_VERSION,
        "report_id": _number(case.reference, address),
        "timestamp": package.made_at,
        "reporter": who,
        "sender": who,
        "source_identifier": host,
        "category": "content",
        "url": address,
        "evidence_source": "user_report",
        "verification_method": "manual",
        "description": f"Our reference: {case.reference}; legal basis: {package.basis}",
    }


def _organisation(package: Package) -> Iterator[tuple[str, str]]:
    yield "org", package.letterhead.name
    yield "contact", package.sender
    yield "domain", package.sender.rpartition("@")[2]


def _number(reference: str, address: str) -> str:
    digest = hashlib.sha256(f"hotline notice 1\x1f{reference}\x1f{address}".encode("utf-8", "surrogatepass")).digest()
    return str(UUID(bytes=digest[:_UUID_BYTES], version=4))
