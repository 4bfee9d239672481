"""From the words people use for columns to the names of `triage.report.FIELDS`.

The words are data (`data/headers.toml`); the comparison ignores case, diacritics, spaces and punctuation and reads
Cyrillic as Latin, so that "Siguran kontakt", "SIGURAN_KONTAKT" and "Сигуран контакт" are one name.
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from pipeline.resources import text
from triage.errors import BadConfiguration
from triage.report import FIELDS, TEXT_FIELDS

_CYRILLIC = str.maketrans(
    {
        "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "ђ": "d", "е": "e", "ж": "z", "з": "z", "и": "i", "ј": "j",
        "к": "k", "л": "l", "љ": "lj", "м": "m", "н": "n", "њ": "nj", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t",
        "ћ": "c", "у": "u", "ф": "f", "х": "h", "ц": "c", "ч": "c", "џ": "dz", "ш": "s", "đ": "d",
    }
)  # fmt: skip
_LONGEST_NAME_CHARS = 80
_FIELD_NAMES = frozenset(FIELDS)


@dataclass(frozen=True, slots=True)
class Places:
    """Where each column of a table goes: `fields[i]` is a field name, or None and then `extra[i]` is its own name."""

    fields: tuple[str | None, ...]
    extra: tuple[str, ...]

    def name(self, index: int) -> str:
        """The name column `index` has in a reject's values, also for cells beyond the heading."""
        if index >= len(self.fields):
            return f"cell {index + 1}"
        return self.fields[index] or self.extra[index]


@lru_cache(maxsize=4096)
def plain_name(name: str) -> str:
    """A name reduced to lower-case Latin letters and digits: what two spellings of one heading share."""
    latin = name[:_LONGEST_NAME_CHARS].lower().translate(_CYRILLIC)
    return "".join(char for char in unicodedata.normalize("NFKD", latin) if char.isalnum())


@cache
def known_names() -> Mapping[str, str]:
    """Plain name to field name, or to "" for known columns that are no field. Raises BadConfiguration on a clash."""
    data = tomllib.loads(text("headers.toml"))
    found: dict[str, str] = {}
    words = [(field, word) for field in FIELDS for word in (field, *data["fields"].get(field, ()))]
    for field, word in words + [("", word) for word in data["extra"]["names"]]:
        if found.setdefault(plain_name(word), field) != field:
            raise BadConfiguration(f"data/headers.toml: {word!r} stands for two fields")
    return found


def field_of(name: str) -> str | None:
    """The field a heading names, "" for a known column that is no field, None for a name never heard."""
    return known_names().get(plain_name(name))


def text_fields(keys: Iterable[str]) -> dict[str, str]:
    """The keys that name the text or the place in other words ("message", "website"); the first one for each."""
    found: dict[str, str] = {}
    for key in keys:
        field = field_of(key)
        if field in TEXT_FIELDS and field not in found.values():
            found[key] = field
    return found


def places(names: Sequence[str]) -> Places:
    """Where the columns of a table with these headings go; the first of two columns for one field gets the field."""
    fields: list[str | None] = []
    extra: dict[str, None] = {}
    taken: set[str | None] = set()
    for number, name in enumerate(names, start=1):
        field = field_of(name) or None
        fields.append(None if field in taken else field)
        taken.add(field)
        extra[own_name(name, number, extra)] = None
    return Places(tuple(fields), tuple(extra))


def own_name(name: str, number: int, taken: Container[str]) -> str:
    """What the column or value `number` that is no field is kept as: its own name, numbered where that is taken.

    Two names may differ only in spaces around them or far out; what both say is kept. A field's name counts as taken.
    """
    said = name.strip()[:_LONGEST_NAME_CHARS]
    own = said or f"column {number}"
    while own in taken or own in _FIELD_NAMES:
        own, number = f"{said or 'column'} {number}", number + 1
    return own


def is_heading(cells: Sequence[str]) -> bool:
    """Whether a row is a heading: no address in it and two known names, or one in at most two cells."""
    said = [cell for cell in cells if cell.strip()]
    if any("://" in cell or len(cell) > _LONGEST_NAME_CHARS for cell in said):
        return False
    known = sum(field_of(cell) is not None for cell in said)
    return known >= 2 or (known == 1 and len(said) <= 2)
