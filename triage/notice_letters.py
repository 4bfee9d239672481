"""The letters to hosts and regulators: their words in each language, read from `data/notices/letters.toml`.

A letter says what a host must know to act: the address, that an analyst assessed it, whether it is child sexual abuse
material (nobody should look at it unprepared) or otherwise unlawful, and a reference to answer with. A regulator
removes nothing and runs no abuse desk: it is asked about its competence, and told of no file it does not get.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from triage.errors import BadConfiguration
from triage.notices import LANGUAGES

LETTERS_FILE = "notices/letters.toml"
"""The name of the file below `data/`."""
_SLOTS: Mapping[str, tuple[str, ...]] = {
    "subject": (), "subject_reminder": (), "subject_regulator": (), "greeting": (), "opening": ("{addresses}",),
    "opening_reminder": ("{addresses}", "{count}"), "opening_regulator": ("{addresses}",), "grave": (), "other": (),
    "threat": (), "blackmail": (), "fraud": (), "hate": (), "reported": (), "reference": (), "ask": (),
    "ask_regulator": (), "written": (), "written_regulator": (), "answer": (), "answer_regulator": (),
    "farewell": ("{name}",),
}  # fmt: skip
_ALL_SLOTS = ("{addresses}", "{count}", "{name}")


@dataclass(frozen=True, slots=True)
class Line:
    """One address of a letter: defanged, our reference for its case, the day it was reported (ISO 8601), and the piece
    of the letter that says what is there (`grave`, or a kind of otherwise unlawful content)."""

    address: str
    reference: str
    day: str
    what: str


@dataclass(frozen=True, slots=True)
class NoticeLetters:
    """The words by piece and language."""

    words: Mapping[str, Mapping[str, str]]

    @classmethod
    def from_toml(cls, text: str) -> Self:
        """Read the file. Raises BadConfiguration if a piece lacks a language or has a wrong slot."""
        try:
            said = tomllib.loads(text)
            words = {piece: {one: str(said[piece][one]).strip() for one in LANGUAGES} for piece in _SLOTS}
        except (tomllib.TOMLDecodeError, KeyError, TypeError):
            raise BadConfiguration(f"data/{LETTERS_FILE} lacks a text; compare it with the one delivered") from None
        for piece, slots in _SLOTS.items():
            for sentence in words[piece].values():
                if not sentence or any(sentence.count(one) != int(one in slots) for one in _ALL_SLOTS):
                    raise BadConfiguration(f"data/{LETTERS_FILE}: {piece} is empty or has a wrong slot")
        return cls(words)

    def subject(self, language: str, *, regulator: bool, reminder: int) -> str:
        """The subject of a letter; `reminder` counts the letters before it."""
        piece = "subject_regulator" if regulator else "subject_reminder" if reminder else "subject"
        return self.words[piece][language]

    def text(
        self, language: str, lines: Sequence[Line], name: str, basis: str, *, regulator: bool, reminder: int
    ) -> str:
        """The letter, with `\\n` at every line's end; `name` is who signs it (hotline, telephone), `lines` in order,
        `basis` the sentence that names the legal basis."""
        said = {piece: texts[language] for piece, texts in self.words.items()}
        opening = said["opening_regulator" if regulator else "opening_reminder" if reminder else "opening"]
        opening = opening.replace("{addresses}", str(len(lines))).replace("{count}", str(reminder))
        places = [
            f"{number}. {one.address}\n   {said[one.what]};"
            f" {said['reported']} {one.day}; {said['reference']} {one.reference}"
            for number, one in enumerate(lines, start=1)
        ]  # fmt: skip
        ask, written, answer = (
            said[f"{piece}_regulator" if regulator else piece] for piece in ("ask", "written", "answer")
        )
        farewell = said["farewell"].replace("{name}", name)
        paragraphs = (said["greeting"], opening, *places, ask, basis, written, answer, farewell)
        return "\n\n".join(paragraphs) + "\n"
