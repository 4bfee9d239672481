"""The words of the police report in one language: sentences, and plain words for every code a package can carry.

They are data (`data/templates/words/<language>.toml`), the same keys in every language, read by `pipeline.resources`.
A code nobody named is shown as it is: an officer can ask what it means, and nothing is hidden.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Self

from exporters.area_names import area_name
from triage.clocks import day_alone
from triage.errors import BadConfiguration

LANGUAGES = ("bs", "hr", "sr-Latn", "sr-Cyrl", "en")
"""The languages a package is written in: those of the police units, and English for everybody else."""
YES_NO = "yes_no"
_RECEIVED = frozenset({"first_received", "last_received", "received_at"})
_AREAS = frozenset({"area", "areas"})
ALSO_TOLD = ("also_sent_to", "also_sent_part_to", "also_released_to")
"""Fields of recipients' codes: who else was told, of all of the case or of a part, and who will be."""
TABLES = frozenset({
    "document", "column", "cover", "time", "field", YES_NO, "label", "escalate", "reason_codes", "category", "channel",
    "victim_sex", "victim_age_band", "relationship", "violence_kind", "classification", "assessment_reason",
    "illegal_kind", "viewed", "also_sent_to", "kind", "hosting_source", "gender", "age_group", "site_type",
    "commerciality", "payment_methods", "asked", "basis", "recipient", "text_language", "masked", "custody", "role",
    "call", "call_reason", "spoken", "news", "files", "disclosure", "referral", "reporter_group", "helpline_state",
    "withheld", "referred_for", "area_unit",
})  # fmt: skip
"""The tables of a words file; those of codes are called after the field the code stands in."""


def words_file(language: str) -> str:
    """The name below `data/` of a language's words, for an exporter's `needs`."""
    return f"templates/words/{language}.toml"


@dataclass(frozen=True, slots=True)
class Words:
    """One language. `tables`: table name to key to text, as the file holds them."""

    language: str
    tables: Mapping[str, Mapping[str, str]]

    @classmethod
    def from_toml(cls, language: str, text: str) -> Self:
        """Read one words file. Raises BadConfiguration, naming the language, if a table is missing or not of texts."""
        try:
            read = tomllib.loads(text)
        except tomllib.TOMLDecodeError:
            read = {}
        tables = {name: table for name, table in read.items() if isinstance(table, dict)}
        if set(tables) != TABLES or not all(isinstance(each, str) for table in tables.values()
                                            for each in table.values()):  # fmt: skip
            raise BadConfiguration(f"data/{words_file(language)} does not fit: install the package again")
        return cls(language, tables)

    def said(self, table: str, key: str, **values: object) -> str:
        """One of our own sentences with its values filled in; what is in a value is never read as a pattern."""
        return self.tables[table][key].format(**values) if values else self.tables[table][key]

    def code(self, table: str, code: object) -> str:
        """A code in plain words; as it is where nobody named it."""
        return self.tables.get(table, {}).get(str(code), str(code))

    def field(self, name: str) -> str:
        """What a field is called."""
        return self.code("field", name)

    def value(self, name: str, value: object, zone: tzinfo = UTC) -> str:
        """The value of a field as people read it: codes in words, times in `zone` with its offset from UTC.

        Recipients stand apart by semicolons: their names have commas.
        """
        if isinstance(value, bool):
            return self.code(YES_NO, "yes" if value else "no")
        if isinstance(value, datetime) and name in _RECEIVED:
            return self.received(value, zone)
        if isinstance(value, date):
            return self.time(value, zone)
        if isinstance(value, tuple | list):
            told = self.recipient if name in ALSO_TOLD else lambda code: self.code(name, code)
            told = self.area if name in _AREAS else told
            return ("; " if name in ALSO_TOLD else ", ").join(told(str(each)) for each in value)
        return self.area(str(value)) if name in _AREAS else self.code(name, value)

    def basis(self, code: str) -> str:
        """The sentence that names a legal basis, on one line; "" for a code without words, which is none to name."""
        named = " ".join(self.tables["basis"].get(code, "").split())
        return self.said("cover", "basis", basis=named) if named else ""

    def area(self, area: str) -> str:
        """An area (`BA-RS-Banja Luka`) by its name, in this language's script."""
        return area_name(area, self.tables["area_unit"], cyrillic=self.language.endswith("-Cyrl"))

    def recipient(self, code: str) -> str:
        """A recipient's name: an agency by its code (hyphens or underscores), others by what they are told for."""
        agency = code.replace("_", "-")
        known = self.tables.get("recipient", {})
        return known[agency] if agency in known else self.code("also_sent_to", code)

    def time(self, at: date, zone: tzinfo = UTC) -> str:
        """A time to the second in `zone`, with the offset; a day as a day."""
        if not isinstance(at, datetime):
            return self.said("time", "day", day=at.day, month=at.month, year=at.year)
        local = at.astimezone(zone)
        return self.said("time", "second", day=local.day, month=local.month, year=local.year, hour=local.hour,
                         minute=local.minute, second=local.second, zone=_offset(local))  # fmt: skip

    def told(self, at: datetime, zone: tzinfo = UTC) -> str:
        """A time a person wrote down, mostly from a clock without seconds: what names none is told without any, so that
        no paper is more exact than who spoke."""
        if at.second:
            return self.time(at, zone)
        local = at.astimezone(zone)
        return self.said("time", "minute", day=local.day, month=local.month, year=local.year, hour=local.hour,
                         minute=local.minute, zone=_offset(local))  # fmt: skip

    def received(self, at: datetime, zone: tzinfo = UTC) -> str:
        """When a report came: of a day without a time the day alone."""
        return self.time(day_alone(at, zone) or at, zone)

    def listed(self, table: str, codes: Iterable[str]) -> str:
        """Several codes in plain words, each once, in their order."""
        return ", ".join(dict.fromkeys(self.code(table, each) for each in codes))


def capital(text: str) -> str:
    """The text as a sentence begins."""
    return text[:1].upper() + text[1:]


def _offset(at: datetime) -> str:
    """`UTC`, `UTC+1`, `UTC-3:30`."""
    away = at.utcoffset()
    seconds = int(away.total_seconds()) if away else 0
    if not seconds:
        return "UTC"
    hours, minutes = divmod(abs(seconds) // 60, 60)
    return f"UTC{'+' if seconds > 0 else '-'}{hours}" + (f":{minutes:02}" if minutes else "")
