"""An SOS call, to the organisation in charge: one page a person reads at night, and the same for their program.

Codes and times only: where roughly, when, their own number of the call, and the code that acknowledges it. No note, no
name, no telephone and no address is in it. A drill says so in its first line and in its data.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import ClassVar

from exporters import plain_json
from exporters.base import Exporter
from exporters.package import CaseView, Package
from exporters.wording import LANGUAGES
from triage.errors import BadConfiguration, RuleBroken

PAGE, DATA = "0-alert.txt", "alert.json"
WORDS_FILE = "alerts/words.toml"
KEYS = frozenset({
    "title", "drill", "asked", "called", "assumed", "area", "area_unknown", "their_reference", "none", "reference",
    "code", "until", "after", "how", "batch", "subject", "mail",
})  # fmt: skip
_LABEL_CHARS = 26
_FACTS = (
    "escalate", "area", "first_received", "received_assumed", "their_reference", "drill", "acknowledge_by",
    "acknowledge_code",
)  # fmt: skip
Words = Mapping[str, Mapping[str, str]]


def words_of(text: str) -> Words:
    """The words by language. Raises BadConfiguration if a language or one of its keys is missing or too much."""
    try:
        read = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        read = {}
    words = {name: table for name, table in read.items() if isinstance(table, dict)}
    if set(words) != set(LANGUAGES) or any(set(table) != KEYS for table in words.values()):
        raise BadConfiguration(f"data/{WORDS_FILE} does not fit: install the package again")
    return words


class AlertExporter(Exporter):
    """Kind `alert`: one call in a package; `hotline alerts` sends it, `hotline export` does not."""

    kind = "alert"
    recipient_kind = "partner"
    needs = (WORDS_FILE,)
    command = "alerts"
    schemas: ClassVar[Mapping[str, str]] = {DATA: "alert.json"}

    def __init__(self, texts: Mapping[str, str]) -> None:
        super().__init__(texts)
        self._words = words_of(texts[WORDS_FILE])

    def _contents(self, package: Package) -> Mapping[str, bytes]:
        if len(package.cases) != 1:
            raise RuleBroken("an alert is about one call")
        (case,) = package.cases
        said = {name: case.facts.get(name) for name in _FACTS if case.facts.get(name) is not None}
        document = {
            "format": "hotline-triage/alert",
            "version": 1,
            "made_at": package.made_at,
            "recipient": package.recipient,
            "basis": package.basis,
            "asked": package.asked,
            "reference": case.reference,
            "drill": False,
        }
        return {
            PAGE: _page(case, self._words[package.language]),
            DATA: plain_json.write(document | said),
        }

    def examples(self) -> Sequence[Package]:
        """A call with everything known, one with nothing but its time, and a drill."""
        at = datetime(2026, 3, 2, 22, 10, tzinfo=UTC)
        facts: dict[str, object] = {
            "escalate": "danger_now", "area": "BA-RS-Banja Luka", "first_received": at, "acknowledge_by": at,
            "their_reference": "SOS-2026-0842", "drill": False, "acknowledge_code": "7F3K9Q",
        }  # fmt: skip
        known = CaseView("BA-7F3K-9QWX-2MTC", facts)
        bare = CaseView("BA-0F3K-9QWX-2MTC", {"escalate": "danger_now", "first_received": at, "acknowledge_by": at,
                                              "received_assumed": True, "acknowledge_code": "000000"})  # fmt: skip
        drill = CaseView("BA-1F3K-9QWX-2MTC", facts | {"drill": True})
        return (
            Package(self.kind, "sos-rs", at, "sos_protocol", "safeguard_child", (known,), language="sr-Latn"),
            Package(self.kind, "sos-partner", at, "sos_protocol", "safeguard_child", (bare,), language="bs"),
            Package(self.kind, "sos-partner", at, "sos_protocol", "inform_only", (drill,)),
        )


def _page(case: CaseView, words: Mapping[str, str]) -> bytes:
    facts = case.facts
    rows = [
        ("called", _time(facts.get("first_received"))),
        ("area", str(facts.get("area") or words["area_unknown"])),
        ("their_reference", str(facts.get("their_reference") or words["none"])),
        ("reference", case.reference),
        ("code", str(facts.get("acknowledge_code") or "")),
        ("until", _time(facts.get("acknowledge_by"))),
    ]
    first = [words["drill"], ""] if facts.get("drill") is True else []
    lines = [*first, words["title"].upper(), "", *([] if first else [words["asked"], ""])]
    lines += [f"{words[name] + ':':<{_LABEL_CHARS}}{value}" for name, value in rows if value]
    lines += [f"({words['assumed']})"] if facts.get("received_assumed") is True else []
    lines += ["", words["after"], words["how"], "", words["batch"], *(["", words["drill"]] if first else [])]
    return ("\n".join(lines) + "\n").encode()


def _time(at: object) -> str:
    """With its offset, to the minute."""
    return f"{at:%d.%m.%Y %H:%M} UTC{at.isoformat()[-6:]}" if isinstance(at, datetime) else ""
