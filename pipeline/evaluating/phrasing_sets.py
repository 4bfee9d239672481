"""The sets of bland phrasings the classifiers are measured on, and how one becomes a thing said.

Three files: the first frozen set, a second one written for development, and one held out, which no list and no model
may be tuned on. Each was frozen in a commit before the lists it measures; a miss found later is added, never removed.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from pathlib import Path

from classifiers.base import Said
from pipeline.resources import resource
from triage.errors import UnusableInput

SETS = {"frozen": "phrasings.tsv", "development": "phrasings_dev.tsv", "held out": "phrasings_heldout.tsv"}
_NEEDED = frozenset({"kind", "language", "text", "label", "escalate"})
_CHECKOUT = Path(__file__).parents[2] / "tests" / "data"
_PLACES = {
    "url": {"locator_kinds": frozenset({"url"})}, "handle": {"locator_kinds": frozenset({"handle"})},
    "invite": {"locator_kinds": frozenset({"invite"})}, "phone": {"locator_kinds": frozenset({"phone"})},
    "onion": {"locator_kinds": frozenset({"onion"})}, "attachment": {"attachments": 1},
    "platform_name": {"locator_problems": frozenset({"bare_platform"})}, "none": {},
}  # fmt: skip
"""What came with a phrasing, as classifiers see it."""


@dataclass(frozen=True, slots=True)
class Phrasing:
    """One line of a set: what was said, and what a person made of it. `place` is a key of the table of places."""

    family: str
    kind: str
    language: str
    script: str
    place: str
    category: str | None
    text: str = field(repr=False)
    label: str
    escalate: str

    @property
    def leads_somewhere(self) -> bool:
        """Whether something came that could be opened."""
        return self.place not in ("none", "platform_name")

    @property
    def said(self) -> Said:
        """What the classifiers are asked."""
        return Said(category=self.category, description=self.text, **_PLACES[self.place])  # type: ignore[arg-type]


def folder_of_sets() -> Path | None:
    """Where the sets lie if nobody says so: the installed data, else the tests of a checkout; None if in neither."""
    installed = Path(str(resource("phrasings")))
    folders = (folder for folder in (installed, _CHECKOUT) if any((folder / name).exists() for name in SETS.values()))
    return next(folders, None)


def read_sets(folder: Path) -> dict[str, tuple[Phrasing, ...]]:
    """The sets that lie in `folder`, by name. Raises UnusableInput, naming the file, if one cannot be understood."""
    return {
        name: _read(file, (folder / file).read_text(encoding="utf-8"))
        for name, file in SETS.items()
        if (folder / file).exists()
    }


def _read(file: str, text: str) -> tuple[Phrasing, ...]:
    rows = csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    if not set(rows.fieldnames or ()) >= _NEEDED:
        raise UnusableInput(f"{file}: the columns must include {', '.join(sorted(_NEEDED))}")
    found = []
    for number, row in enumerate(rows, start=2):
        phrasing = _of_row(row)
        if phrasing.place not in _PLACES:
            raise UnusableInput(f"{file}, line {number}: the place must be one of {', '.join(_PLACES)}")
        found.append(phrasing)
    return tuple(found)


def _of_row(row: dict[str, str]) -> Phrasing:
    """The first set has five columns: its language names the script (`sr-Cyrl`) or hasty typing (`bs-plain`)."""
    language, _, manner = row["language"].partition("-")
    script = row.get("script") or {"Cyrl": "cyrillic", "plain": "latin, plain"}.get(manner, "latin")
    place = row.get("place") or ("none" if row["kind"].endswith("_no_address") else "url")
    return Phrasing(
        row.get("family") or row["text"], row["kind"], language, script, place, row.get("category") or None,
        row["text"], row["label"], row["escalate"],
    )  # fmt: skip
