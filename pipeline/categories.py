"""Reads the words a form or a spreadsheet uses for a category, a language, a reporter group or yes and no."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache

from pipeline.resources import text
from triage.report import LANGUAGES, REPORTER_GROUPS

_YES = frozenset({"yes", "y", "true", "1", "da", "да", "po", "ja"})
_NO = frozenset({"no", "n", "false", "0", "ne", "не", "jo", "nein"})
_LANGUAGE_WORDS = {
    "sr": "sr-Latn", "sr-latn": "sr-Latn", "sr-cyrl": "sr-Cyrl", "bosanski": "bs", "босански": "bs", "hrvatski": "hr",
    "srpski": "sr-Latn", "српски": "sr-Cyrl", "english": "en", "engleski": "en", "shqip": "sq", "deutsch": "de",
    **{code.lower(): code for code in LANGUAGES},
}  # fmt: skip
_GROUP_WORDS = {
    "dijete": "child", "дијете": "child", "tinejdžer": "teen", "тинејџер": "teen", "roditelj": "parent",
    "родитељ": "parent", "nastavnik": "teacher", "наставник": "teacher", "stručnjak": "professional",
    "стручњак": "professional", "ostalo": "other", **{group: group for group in REPORTER_GROUPS},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Words:
    """Lower-case word to stored code, one table per closed field."""

    category: dict[str, str]
    language: dict[str, str]
    reporter_group: dict[str, str]
    yes_no: dict[str, str]


@cache
def words() -> Words:
    """The tables, from `data/categories.toml` and the lists above."""
    entries = tomllib.loads(text("categories.toml"))["category"]
    names = {name.lower(): entry["code"] for entry in entries for name in (entry["code"], *entry["names"])}
    return Words(names, _LANGUAGE_WORDS, _GROUP_WORDS, dict.fromkeys(_YES, "yes") | dict.fromkeys(_NO, "no"))
