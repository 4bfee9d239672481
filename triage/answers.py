"""What a reporter is asked: only for what is missing, in the language they chose, and never to go and look again.

The sentences are data (`data/answers/missing.toml`), handed in as text. Nothing is sent from here; sending is a
person's decision. Nobody is asked for pictures: sending them could be an offence, and seeing them again is harm.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from triage.completeness import Part
from triage.errors import BadConfiguration
from triage.report import LANGUAGES

_OPENING, _CLOSING = "opening", "closing"
_SENTENCES = (_OPENING, *Part, _CLOSING)


@dataclass(frozen=True, slots=True)
class Answers:
    """The sentences, by part and language; `time_begins`: beginnings of words that tell a time, in shadow form."""

    sentences: Mapping[str, Mapping[str, str]]
    default_language: str
    time_begins: tuple[str, ...]

    @classmethod
    def from_toml(cls, text: str) -> Self:
        """Read the file. Raises BadConfiguration if a sentence is missing in a language answers are given in."""
        try:
            said = tomllib.loads(text)
            sentences = {part: {one: str(said[part][one]) for one in LANGUAGES} for part in _SENTENCES}
            default, begins = str(said["default_language"]), tuple(str(one) for one in said["times"]["begins"])
        except (tomllib.TOMLDecodeError, KeyError, TypeError):
            raise BadConfiguration("the file of answers lacks a sentence; compare it with the one shipped") from None
        if default not in LANGUAGES:
            raise BadConfiguration(f"the default language of answers must be one of {', '.join(LANGUAGES)}")
        return cls(sentences, default, begins)

    def asking_for(self, parts: Sequence[Part], chosen: str | None) -> str:
        """The text that asks for `parts`, one line each, "" if there is none.

        `chosen`: the language the reporter chose (`triage.report.LANGUAGES`); the hotline's default if none or unknown.
        The last line always asks not to search for it again.
        """
        if not parts:
            return ""
        language = chosen if chosen in LANGUAGES else self.default_language
        asked = [f"- {self.sentences[part][language]}" for part in parts]
        return "\n".join([self.sentences[_OPENING][language], *asked, self.sentences[_CLOSING][language]])
