"""An SOS call, to the organisation in charge: one page a person reads at night, and the same for their program.

Codes and times only: where roughly, when and how long ago, their own number of the call, and the code that acknowledges
it; then whose hotline it is, its telephone and which organisations were told before, or perhaps were. Nothing of who
called: no note, no name, no telephone and no address. A drill says so in its first line and in its data.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from exporters import plain_json
from exporters.base import Exporter
from exporters.package import CaseView, Letterhead, Package
from exporters.wording import LANGUAGES, words_file
from exporters.wording import Words as PaperWords
from triage.errors import BadConfiguration, RuleBroken

PAGE, DATA = "0-alert.txt", "alert.json"
WORDS_FILE = "alerts/words.toml"
KEYS = frozenset({
    "title", "late_title", "drill", "asked", "late_asked", "hotline", "phone", "called", "ago", "minutes", "hours",
    "days", "days_one", "assumed", "area", "area_unknown", "their_reference", "none", "left_out", "reference", "code",
    "until", "told_before", "nobody_before", "perhaps_before", "perhaps", "after", "how", "how_file", "batch",
    "subject", "mail",
})  # fmt: skip
LATE_AFTER = timedelta(hours=24)
"""A call older than this is headed as a late one: nobody knows what became of it since."""
_LABEL_CHARS = 26
_HOURS_IN_DAYS = 48
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
    needs = (WORDS_FILE, *map(words_file, LANGUAGES))
    command = "alerts"
    schemas: ClassVar[Mapping[str, str]] = {DATA: "alert.json"}

    def __init__(self, texts: Mapping[str, str]) -> None:
        super().__init__(texts)
        self._words = words_of(texts[WORDS_FILE])
        self._areas = {one: PaperWords.from_toml(one, texts[words_file(one)]).area for one in LANGUAGES}

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
            PAGE: _page(package, self._words[package.language], self._areas[package.language]),
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
            Package(self.kind, "sos-rs", at, "sos_protocol", "safeguard_child", (known,), language="sr-Latn",
                    letterhead=Letterhead("Hotline", "+387 33 000 000"), told_before=("Safe house (sample)",)),
            Package(self.kind, "sos-partner", at, "sos_protocol", "safeguard_child", (bare,), language="bs"),
            Package(self.kind, "sos-partner", at, "sos_protocol", "inform_only", (drill,)),
        )


def _page(package: Package, words: Mapping[str, str], named: Callable[[str], str]) -> bytes:
    (case,), paper = package.cases, package.letterhead
    facts = case.facts
    called, drill = facts.get("first_received"), facts.get("drill") is True
    age = package.made_at - called if isinstance(called, datetime) else None
    late = age is not None and age > LATE_AFTER
    ago = "" if age is None else _ago(age, words)
    nobody = "" if package.perhaps_before else words["nobody_before"]
    missing = "left_out" if "their_reference" in case.removed else "none"
    rows = [
        ("called", f"{_time(called)} ({ago})" if ago else ""),
        ("area", named(str(facts["area"])) if facts.get("area") else words["area_unknown"]),
        ("their_reference", str(facts.get("their_reference") or words[missing])),
        ("reference", case.reference),
        ("code", str(facts.get("acknowledge_code") or "")),
        ("until", _time(facts.get("acknowledge_by"))),
        ("told_before", ", ".join(package.told_before) or nobody),
        ("perhaps_before", ", ".join(package.perhaps_before)),
        ("hotline", paper.name),
        ("phone", paper.phone),
    ]
    asked = words["late_asked"].format(ago=ago) if late else words["asked"]
    lines = [words["drill"], ""] if drill else []
    lines += [words["late_title" if late else "title"].upper(), "", *([] if drill else [asked, ""])]
    lines += [f"{words[name] + ':':<{_LABEL_CHARS}}{value}" for name, value in rows if value]
    lines += [f"({words['perhaps']})"] if package.perhaps_before else []
    lines += [f"({words['assumed']})"] if facts.get("received_assumed") is True else []
    lines += ["", words["after"], *_how(package, words), "", words["drill" if drill else "batch"]]
    return ("\n".join(lines) + "\n").encode()


def _how(package: Package, words: Mapping[str, str]) -> list[str]:
    """How to acknowledge: by telephone, or by a file that is written out whole."""
    phone = f" {package.letterhead.phone}" if package.letterhead.phone else ""
    row = f"{package.cases[0].reference},acknowledged,{package.made_at.isoformat(timespec='minutes')}"
    return [words["how"].format(phone=phone), words["how_file"], "  reference,state,at", f"  {row}"]


def _ago(age: timedelta, words: Mapping[str, str]) -> str:
    """How long ago in one unit; a clock ahead of ours is no time ago."""
    minutes = max(0, int(age.total_seconds()) // 60)
    hours, days = minutes // 60, minutes // (24 * 60)
    if hours >= _HOURS_IN_DAYS:
        time = words["days_one" if days % 10 == 1 and days % 100 != 11 else "days"].format(count=days)
    else:
        time = words["hours"].format(count=hours) if hours else words["minutes"].format(count=minutes)
    return words["ago"].format(time=time)


def _time(at: object) -> str:
    """With its offset, to the minute."""
    return f"{at:%d.%m.%Y %H:%M} UTC{at.isoformat()[-6:]}" if isinstance(at, datetime) else ""
