"""Project VIC (VICS 2.0) lists of digests with what a person assessed: never media, never an address, no PhotoDNA.

Two files of the same rows: `vics-media.json` is the bare hash list, `vics-cases.json` has them by case under its
external reference, with a count that is the length of its list. `Category` is a number only where a person assessed the
file after viewing it and the operator's country profile gives a number for it; else null, which a reader takes for
uncategorised. What was assessed stands in `Comments` in our words. Flags nobody answered are left out, since a
missing answer would be read as one.

The data model itself is not public: shape from public importers and exporters (reference/components.md §2.3,
hotline_systems.md §4.3). Ask the police unit which model it imports before relying on this.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar
from uuid import NAMESPACE_URL, uuid5

from exporters import plain_json
from exporters.base import Exporter
from exporters.package import FILE_KIND, CaseView, ItemView, Package
from triage.assessment import Classification, Viewed
from triage.errors import BadConfiguration, RuleBroken

PROFILE_FILE = "vics_profile.toml"
MEDIA_FILE, CASES_FILE = "vics-media.json", "vics-cases.json"
NO_PROFILE = "Default"
"""The country in the context while no profile is chosen."""
_CONTEXT = "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/{country}/$metadata#{entity}"
_COUNTRY = re.compile(r"[A-Za-z]{2,16}")
_OWN_COLUMNS = {"md5": "MD5", "sha1": "SHA1"}
"""Types of digest with a column of their own; the others are alternative hashes."""
_ASSESSABLE = frozenset(str(word) for word in Classification) - {Classification.UNSET, Classification.NOT_ASSESSED}
_NAMESPACE = uuid5(NAMESPACE_URL, "urn:hotline-triage:vics")


@dataclass(frozen=True, slots=True)
class Profile:
    """A country's category numbers by our word for an assessment; `country` is "" while the operator chose none."""

    country: str
    categories: Mapping[str, int]


class VicsExporter(Exporter):
    """Kind `vics`: hash lists for a police unit that identifies victims."""

    kind = "vics"
    recipient_kind = "police_hashes"
    needs = (PROFILE_FILE,)
    schemas: ClassVar[Mapping[str, str]] = {MEDIA_FILE: "vics_media.json", CASES_FILE: "vics_cases.json"}

    def __init__(self, texts: Mapping[str, str]) -> None:
        super().__init__(texts)
        self._profile = read_profile(texts[PROFILE_FILE])

    def _contents(self, package: Package) -> Mapping[str, bytes]:
        if not package.cases or not all(_files(case) for case in package.cases):
            raise RuleBroken("every case for a hash list needs a file we know a digest of")
        cases = list(self._cases(package.cases))
        media = [row for _, rows in cases for row in rows]
        return {
            MEDIA_FILE: self._document("Media", media),
            CASES_FILE: self._document("Cases", [_case(reference, rows) for reference, rows in cases]),
        }

    def _cases(self, cases: Sequence[CaseView]) -> Iterator[tuple[str, list[dict[str, object]]]]:
        """References and rows; a row's number is its own in the whole package."""
        number = 0
        for case in cases:
            rows = []
            for item in _files(case):
                number += 1
                rows.append({"MediaID": number} | self._row(item))
            yield case.reference, rows

    def _row(self, item: ItemView) -> dict[str, object]:
        digests = dict(each.split(":") for each in _digests(item))
        said, at = _assessed(item), item.facts.get("assessed_at")
        return {
            "Category": None if said is None else self._profile.categories.get(said),
            **{column: digests[kind].upper() if kind in digests else None for kind, column in _OWN_COLUMNS.items()},
            "AlternativeHashes": [
                {"HashName": kind.upper(), "HashValue": digits.upper()}
                for kind, digits in sorted(digests.items()) if kind not in _OWN_COLUMNS
            ],
            "Comments": None if said is None else f"assessed by a person of the hotline: {said}",
            "DateUpdated": at.astimezone(UTC) if said is not None and isinstance(at, datetime) else None,
            "MediaFiles": [],
        }  # fmt: skip

    def _document(self, entity: str, rows: Sequence[object]) -> bytes:
        context = _CONTEXT.format(country=self._profile.country or NO_PROFILE, entity=entity)
        return plain_json.write({"@odata.context": context, "value": rows})

    def examples(self) -> Sequence[Package]:
        """A case of two files, one of them assessed; a case whose one file nobody assessed."""
        at = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
        digests = tuple(f"{kind}:{'0a' * size}" for kind, size in (("md5", 16), ("sha1", 20), ("sha256", 32)))
        seen = ItemView({"kind": FILE_KIND, "digests": digests, "classification": "national", "viewed": "content",
                         "assessed_at": at})  # fmt: skip
        unseen = ItemView({"kind": FILE_KIND, "digests": ("sha256:" + "1b" * 32, "pdq:" + "2c" * 32),
                           "classification": "unset", "viewed": "no"})  # fmt: skip
        cases = (CaseView("PV-1", {}, (seen, unseen)), CaseView("PV-2", {}, (unseen,)))
        return (Package(self.kind, "police-hashes", at, "duty_to_report_crime", "identify_child", cases),)


def read_profile(text: str) -> Profile:
    """Read `data/vics_profile.toml`. Raises BadConfiguration unless country and numbers come together or not at all."""
    try:
        data = tomllib.loads(text)
        profile = Profile(str(data["profile"]), dict(data["categories"]))
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError):
        raise BadConfiguration(f"data/{PROFILE_FILE} cannot be read: compare it with the one delivered") from None
    if bool(profile.country) != bool(profile.categories):
        raise BadConfiguration(f"data/{PROFILE_FILE}: a profile and its categories go together: give both or neither")
    if profile.country and not _COUNTRY.fullmatch(profile.country):
        raise BadConfiguration(f"data/{PROFILE_FILE}: a profile is the country's name in the data model, in letters")
    numbers = profile.categories.values()
    if not set(profile.categories) <= _ASSESSABLE or not all(type(number) is int for number in numbers):
        raise BadConfiguration(f"data/{PROFILE_FILE}: categories are numbers for what a person can assess")
    return profile


def _files(case: CaseView) -> tuple[ItemView, ...]:
    return tuple(item for item in case.items if _digests(item))


def _digests(item: ItemView) -> tuple[str, ...]:
    given = item.facts.get("digests")
    return tuple(given) if isinstance(given, tuple | list) else ()


def _assessed(item: ItemView) -> str | None:
    """What a person said of the file, None where nobody did, or nobody viewed it."""
    said = str(item.facts.get("classification"))
    return said if said in _ASSESSABLE and item.facts.get("viewed") == Viewed.CONTENT else None


def _case(reference: str, rows: Sequence[object]) -> dict[str, object]:
    return {
        "CaseID": str(uuid5(_NAMESPACE, reference)),
        "CaseNumber": reference,
        "SourceApplicationName": "hotline-triage",
        "TotalMediaFiles": len(rows),
        "Media": rows,
    }
