"""The letters to reporters: subject, greeting, what it says, farewell, in the language the reporter chose.

The words are data (`data/answers/letters.toml` and `missing.toml`), handed in as text. A letter never says what a
message was about, who writes, or an address: somebody else may read the mailbox. Read out on the telephone it is the
same letter without what only a mail can say.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from triage.answering import Stands, Template
from triage.answers import Answers
from triage.completeness import PLACES, Part
from triage.errors import BadConfiguration
from triage.report import LANGUAGES

NAME_SLOT = "{name}"
_SUBJECT, _GREETING, _BY_NAME, _REPLY, _FAREWELL = "subject", "greeting", "greeting_by_name", "reply", "farewell"
_IN_TOUCH, _ASK_AGAIN = "in_touch", "ask_again"
_IN_DANGER, _HELP_AT, _ADD_ADDRESS = "in_danger", "help_at", "add_address"
_BODIES = tuple(one for one in Template if one is not Template.NEEDS_ADDRESS)
_PIECES = (
    _SUBJECT, _GREETING, _BY_NAME, _REPLY, _FAREWELL, _IN_TOUCH, _ASK_AGAIN, _IN_DANGER, _HELP_AT, _ADD_ADDRESS,
    *_BODIES, *Stands,
)  # fmt: skip


class Told(StrEnum):
    """How a letter comes to its reporter."""

    WRITTEN = "written"
    CALLED = "called"
    BY_CODE = "by_code"
    """Read out to somebody who asks with a receipt code: no greeting, and no promise that we will be in touch."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One answer as the reporter reads it; `language` is one of `triage.report.LANGUAGES`."""

    template: Template
    language: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Letters:
    """The words by piece and language, and the sentences that ask for what is missing."""

    words: Mapping[str, Mapping[str, str]]
    missing: Answers

    @classmethod
    def from_toml(cls, letters: str, missing: str) -> Self:
        """Read both files. Raises BadConfiguration if a template or a sentence lacks a language."""
        try:
            said = tomllib.loads(letters)
            words = {piece: {one: str(said[piece][one]).strip() for one in LANGUAGES} for piece in _PIECES}
        except (tomllib.TOMLDecodeError, KeyError, TypeError):
            raise BadConfiguration("the file of letters lacks a text; compare it with the one shipped") from None
        for piece in _PIECES:
            slots = int(piece == _BY_NAME)
            if any(not text or text.count(NAME_SLOT) != slots or "\n" in text for text in words[piece].values()):
                raise BadConfiguration(f"the file of letters: {piece} is empty, has a line break or a wrong slot")
        return cls(words, Answers.from_toml(missing))

    def letter(
        self, template: Template, missing: Sequence[Part], chosen: str | None, name: str | None = None,
        told: Told = Told.WRITTEN, help_line: str = "",
    ) -> Letter:  # fmt: skip
        """One letter. `missing` counts for `needs_address`, where it must not be empty (ValueError), and `get_help`.

        `help_line`: where help is, as the hotline set it; `chosen`: the reporter's language, the hotline's default if
        none; `name`: as of `answer_contact.usable_name`.
        """
        language = self.language(chosen)
        said = {piece: texts[language] for piece, texts in self.words.items()}
        if template is Template.QUESTION_FORWARDED:
            body = [f"{said[template]} {said[_ASK_AGAIN if told is Told.BY_CODE else _IN_TOUCH]}"]
        elif template is Template.GET_HELP:
            body = _help(said, help_line, asks=bool(PLACES & set(missing)))
        elif template is not Template.NEEDS_ADDRESS:
            body = [said[template]]
        elif missing:
            body = [self.missing.asking_for(missing, language), *([said[_REPLY]] if told is Told.WRITTEN else [])]
        else:
            raise ValueError("nothing is missing that an answer could ask for")
        greeting = said[_BY_NAME].replace(NAME_SLOT, name) if name else said[_GREETING]
        begins, ends = told is not Told.BY_CODE, told is Told.WRITTEN
        text = "\n\n".join([*([greeting] if begins else []), *body, *([said[_FAREWELL]] if ends else [])]) + "\n"
        return Letter(template, language, said[_SUBJECT], text)

    def standing(self, stands: Stands, chosen: str | None) -> str:
        """One sentence on how a report stands, to be read out."""
        return self.words[stands][self.language(chosen)]

    def language(self, chosen: str | None) -> str:
        """The language a letter is written in: the one `chosen`, else the hotline's."""
        return chosen if chosen in LANGUAGES else self.missing.default_language


def _help(said: Mapping[str, str], help_line: str, *, asks: bool) -> list[str]:
    """Where help is, if the hotline said so; that waiting for us helps nobody in danger; and what is missing."""
    where = [f"{said[_HELP_AT]} {help_line}"] if help_line else []
    return [said[Template.GET_HELP], *where, said[_IN_DANGER], *([said[_ADD_ADDRESS]] if asks else [])]
