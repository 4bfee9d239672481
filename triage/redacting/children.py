"""Whether the name behind a child's word is that child's: perhaps the child itself writes, perhaps it is a parent's.

"Sin X ovdje, otac me snima" is a report by X: who writes is the reporter. "Dijete Amre" is a child of Amra, whose name
stands in the genitive. "Mali X" is a child whoever else is named before, unless its writer is. Only
words for a child by themselves count ("moj sin X" is said by somebody else). What is in doubt is no child's. The words
are those of `[writer]`, `[parent]` and `[small]` in `data/redaction/roles.toml`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from triage.redacting.wording import WORD, Tables, pattern, shadow_words
from triage.shadow import shadow

NEEDED = (
    ("writer", "children"), ("writer", "before"), ("writer", "after"), ("writer", "quotes"), ("writer", "me"),
    ("parent", "children"), ("parent", "sons"), ("parent", "names"),
    ("small", "words"), ("small", "cases"), ("small", "whose"),
    ("class", "attends"), ("class", "me"), ("class", "pupil"),
)  # fmt: skip
"""Tables of `roles.toml` and what each must hold."""
_FIRST_WORD = re.compile(r"(?P<lead>(?P<word>[^\W\d_]+)\s{1,3})[^\W\d_]")
_BLANKS = r"[\s,:.–-]{1,4}"
_YEARS = r"(?:g|god\w{0,4}|years?(?:\sold)?|jahre(?:\salt)?|vjec)"
_AGE = rf"[\s,:(–-]{{0,4}}(?:\d{{1,2}}(?!\d)[\s.]{{0,2}}{_YEARS}?[\s,:.)–-]{{1,4}})?"
_GENITIVE, _SURNAMES_GENITIVE, _MANS_GENITIVE = "e", "ica", "a"


@dataclass(frozen=True, slots=True)
class Children:
    """The words, compiled; made by `of`."""

    said: re.Pattern[str]
    before: re.Pattern[str]
    after: re.Pattern[str]
    bosnian: frozenset[str]
    sons: frozenset[str]
    names: frozenset[str]
    small: re.Pattern[str]
    small_word: re.Pattern[str]
    attends: re.Pattern[str]
    me: re.Pattern[str]
    pupil: re.Pattern[str]

    @classmethod
    def of(cls, read: Tables) -> Children:
        """From the tables of `roles.toml`."""
        writer, parent = read["writer"], read["parent"]
        said = pattern(writer["children"])
        small, whose = read["small"], pattern(read["small"]["whose"])
        quotes = rf"{pattern(writer['quotes'])}\s{{0,2}}:"
        return cls(
            re.compile(said), re.compile(rf"{pattern(writer['before'])}{_BLANKS}{said}\W*\Z"),
            re.compile(rf"{_AGE}(?:{pattern(writer['after'])}|{quotes})|\s?[,:(–-][^.!?\n]*?{pattern(writer['me'])}"),
            shadow_words(parent["children"]), shadow_words(parent["sons"]), shadow_words(parent["names"]),
            re.compile(
                rf"(?:(?P<writer>{pattern(writer['before'])}{_BLANKS})?(?:{whose}\s{{1,3}})?{pattern(small['words'])}"
                rf"|(?:{whose}\s{{1,3}})?{pattern(small['cases'])})[\s\"'„“”«»]{{1,4}}\Z"
            ),
            re.compile(rf"{pattern([*small['words'], *small['cases']])}(?:\s{{1,3}}|\Z)"),
            re.compile(rf"\s{pattern(read['class']['attends'])}\s(?:\w+\s)?"),
            re.compile(pattern(read["class"]["me"])), re.compile(pattern(read["class"]["pupil"])),
        )  # fmt: skip

    def writes(self, cue: str, before: str, after: str) -> bool:
        """Whether the child between `before`, which ends with the word `cue` for it, and `after` is the writer."""
        if self.said.fullmatch(cue) is None:
            return False
        return self.before.search(before) is not None or self.writes_on(after)

    def writes_on(self, after: str) -> bool:
        """Whether what stands behind a child's name says that this child is the writer."""
        return self.after.match(after) is not None

    def small_behind(self, clause: str) -> tuple[str, bool] | None:
        """What stands in the clause (in shadow) before the words that make a name behind it a small child's.

        And whether they say that this child writes; None where there are no such words.
        """
        said = self.small.search(clause)
        return (clause[: said.start()], said["writer"] is not None) if said is not None else None

    def word_before(self, written: str) -> int:
        """How many characters of what was taken for a name are a child's word ("Tochter" of "Tochter Lena").

        So are words for a small one, if written in small letters: "Mali" and "Little" are surnames too.
        """
        folded = shadow(written)
        small = self.small_word.match(folded) if written[0].islower() and len(folded) == len(written) else None
        if small is not None:
            return small.end()
        first = _FIRST_WORD.match(written)
        return first.end("lead") if first is not None and self.said.fullmatch(shadow(first["word"])) else 0

    def is_parents(self, cue: str, written: str) -> bool:
        """Whether the name is in the genitive behind a child's word that is not: the mother's or the father's."""
        words = WORD.findall(shadow(written))
        if cue not in self.bosnian or not words or words[0] in self.names:
            return False
        if words[0].endswith(_GENITIVE) or any(word.endswith(_SURNAMES_GENITIVE) for word in words[1:]):
            return True
        return cue in self.sons and words[0].endswith(_MANS_GENITIVE)
