"""The sets of bland phrasings the classifiers are measured on, and how one becomes a thing said.

Three files: the first frozen set, a second one written for development, and one held out, which no list and no model
may be tuned on. Each was frozen in a commit before the lists it measures; a miss found later is added, never removed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from classifiers.base import Said
from pipeline.phrasings import NEEDED, PLACES, UNPLACED, as_said, category_of, place_of, rows_of
from pipeline.resources import resource
from triage.errors import UnusableInput

SETS = {"frozen": "phrasings.tsv", "development": "phrasings_dev.tsv", "held out": "phrasings_heldout.tsv"}
_CHECKOUT = Path(__file__).parents[2] / "tests" / "data"


@dataclass(frozen=True, slots=True)
class Phrasing:
    """One line of a set: what was said, and what a person made of it. `place` is one of PLACES."""

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
        return self.place not in UNPLACED

    @property
    def said(self) -> Said:
        """What the classifiers are asked."""
        return as_said(self.text, self.place, self.category)


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
    rows = rows_of(text)
    if not set(rows.fieldnames or ()) >= NEEDED:
        raise UnusableInput(f"{file}: the columns must include {', '.join(sorted(NEEDED))}")
    found = []
    for number, row in enumerate(rows, start=2):
        phrasing = _of_row(row)
        if phrasing.place not in PLACES:
            raise UnusableInput(f"{file}, line {number}: the place must be one of {', '.join(PLACES)}")
        found.append(phrasing)
    return tuple(found)


def _of_row(row: dict[str, str]) -> Phrasing:
    """The first set has five columns: its language names the script (`sr-Cyrl`) or hasty typing (`bs-plain`)."""
    language, _, manner = row["language"].partition("-")
    script = row.get("script") or {"Cyrl": "cyrillic", "plain": "latin, plain"}.get(manner, "latin")
    return Phrasing(
        row.get("family") or row["text"], row["kind"], language, script, place_of(row), category_of(row),
        row["text"], row["label"], row["escalate"],
    )  # fmt: skip
