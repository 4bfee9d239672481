"""Whether a way to reach somebody stands in a letter's closing: "Lijep pozdrav, X Y, nastavnica, 061 …".

A closing is a formula late in a text and, between it and the value, nothing but names, `labels`, professions, places
and their words (`[own_contact]`, `[introduced]` in `data/redaction/roles.toml`). A second name behind a full stop, a
postscript, anybody else, or a sentence that goes on about the value leave a doubt, and what is in doubt stays a place.
So does a mail's signature: a line of nothing but "--", a name nobody bore before, and few short lines to the end.
A web address is never asked about here: many people paste what they report behind their name.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from triage.redacting.introductions import ABBREVIATED, Introductions
from triage.redacting.wording import CAPITAL, QUOTE, WORD
from triage.shadow import offsets, shadow

_BEFORE_CHARS, _AFTER_CHARS, _TOLD_CHARS = 240, 120, 1_000
_MOST_WORDS, _MOST_LOWER_NAMES, _MOST_WORDS_AFTER = 14, 2, 6
_LEAST_WORDS_OF_A_MESSAGE = 3
_TOKEN = re.compile(
    r"(?:https?://|www\.)\S+|\S{0,64}@\S+|(?P<word>[^\W\d_]+(?:['’-][^\W\d_]+){0,2})|(?P<end>[!?;]|\.(?=\s|$))"
)
_BREAK = re.compile(r"[!?;,(\n–—]|\.(?=\s|$)")
NAME_ENDS = re.compile(rf"\s{{0,3}}[,\n–-]\s{{0,3}}(?:{CAPITAL}[^\W\d_]+[\s.]{{0,3}}){{2,3}}\Z")
"""Nothing but a name behind it to the end of the text: "Hvala, 061 …, X Y"."""
_DASHES = re.compile(r"^--[ \t]{0,3}\r?\n", re.MULTILINE)
_EMPTY_LINE = re.compile(r"\n[ \t\r]{0,9}(?:\n|\Z)")
_SIGNED_NAME = re.compile(r"[^\W\d_]+(?:[ .'’-]{1,2}[^\W\d_]+){0,3}")
_BLOCK_CHARS, _MOST_LINES, _MOST_LINE_CHARS = 480, 6, 60
SAME_LETTERS = 4
"""A name that begins so was named before, in whatever case."""
_POSTSCRIPT = re.compile(r"\bp\.?\s?p?\.?s\b|\bn\.?b\b")
THANKS = "thanks"
"""Group of a formula that also opens or breaks a text: it closes one only where more says so."""


@dataclass(frozen=True, slots=True)
class Signatures:
    """The rules, compiled. `strangers` finds the cues of anybody but the writer, `labels` name a way to reach."""

    formulas: re.Pattern[str]
    labels: frozenset[str]
    polite: frozenset[str]
    introductions: Introductions
    strangers: Callable[[str], bool]

    def holds(self, text: str, start: int, end: int, *, alone: Callable[[str], bool]) -> bool:
        """Whether `text[start:end]` is in a closing. `alone`: whether a story tells of nobody but its writer. Pure."""
        written = text[max(0, start - _BEFORE_CHARS) : start]
        folded = shadow(written)
        formula = next(reversed(list(self.formulas.finditer(folded))), None)
        if formula is None:
            return False
        begin = start - len(written)
        story = text[max(0, begin - _TOLD_CHARS) : begin] + written[: offsets(written)[formula.start()]]
        between = written[offsets(written)[formula.end()] :]
        if len(WORD.findall(story[-_BEFORE_CHARS:])) < _LEAST_WORDS_OF_A_MESSAGE:
            return False
        reading = _Closing(self)
        if not reading.passes(between) or self.goes_on(text[end : end + _AFTER_CHARS]):
            return False
        if formula.lastgroup != THANKS or NAME_ENDS.match(text, end):
            return True
        return self._closes(between, reading, lambda: start <= _TOLD_CHARS and alone(shadow(story)))

    def below_dashes(self, text: str, start: int, end: int) -> bool:
        """Whether `text[start:end]` is in a mail's signature that names nobody but who signs. Pure."""
        mark = next(reversed(list(_DASHES.finditer(text, max(0, start - _BLOCK_CHARS), start))), None)
        if mark is None:
            return False
        block = _EMPTY_LINE.split(text[mark.end() : mark.end() + _BLOCK_CHARS])[0]
        lines = block.splitlines()
        if end > mark.end() + len(block) or len(lines) > _MOST_LINES or max(map(len, lines)) > _MOST_LINE_CHARS:
            return False
        kept = [word for word in WORD.findall(shadow(block)) if not self.introductions.is_profession(word)]
        if self.strangers(" ".join(kept)) or self.goes_on(text[end : mark.end() + len(block)].partition("\n")[0]):
            return False
        return self._is_new_name(lines[0].strip(), text[max(0, mark.start() - _TOLD_CHARS) : mark.start()].rstrip())

    def _is_new_name(self, line: str, story: str) -> bool:
        """Whether a line is nothing but a name, under a story that does not name it nor lead to it."""
        if story.endswith(":") or len(WORD.findall(story)) < _LEAST_WORDS_OF_A_MESSAGE:
            return False
        if not _SIGNED_NAME.fullmatch(line):
            return False
        told = shadow(story)
        words = [(word, shadow(word)) for word in WORD.findall(line)]
        return all(
            word[0].isupper()
            and (form not in self.introductions.ordinary or form in self.introductions.given_names)
            and (self.introductions.is_profession(form) or form[:SAME_LETTERS] not in told)
            for word, form in words
        )

    def _closes(self, between: str, reading: _Closing, alone: Callable[[], bool]) -> bool:
        """Whether thanks are a closing: a labelled value, a line of its own, or a name right behind them."""
        if reading.labelled or "\n" in between:
            return True
        return reading.named and (_BREAK.match(between.lstrip(" ")) is None or between.lstrip()[0] == "," or alone())

    def goes_on(self, after: str) -> bool:
        """Whether what stands behind a value is more than the rest of a signature."""
        cut = _BREAK.search(after)
        clause, rest = (after, "") if cut is None else (after[: cut.start()], after[cut.start() :])
        if not all(word[0].isupper() or self.stands(shadow(word)) for word in WORD.findall(clause)):
            return True
        first = WORD.search(rest)
        if first is not None and rest[:1] in ",–—(" and self.introductions.tells(shadow(rest)):
            return True
        return sum(not self.stands(shadow(word)) for word in WORD.findall(rest)) > _MOST_WORDS_AFTER

    def stands(self, form: str) -> bool:
        """Whether a word may stand in any signature, whoever signs."""
        lists = self.introductions.words
        listed = any(form in lists[name] for name in ("labels", "networks", "joining", "places"))
        return listed or form in self.labels or form in self.polite or self.introductions.is_profession(form)


@dataclass(slots=True)
class _Closing:
    """The words between a formula and a value, read one by one."""

    rules: Signatures
    words: int = 0
    lower: int = 0
    named: bool = False
    labelled: bool = False
    closed: bool = False
    """A full stop stands behind a name: what follows may be somebody else's."""
    _last: str = ""

    def passes(self, between: str) -> bool:
        folded = shadow(between)
        if len(QUOTE.findall(between)) % 2 or _POSTSCRIPT.search(folded):
            return False
        kept = [word for word in WORD.findall(folded) if not self.rules.introductions.is_profession(word)]
        if self.rules.strangers(" ".join(kept)):
            return False
        return all(self._may_stand(token) for token in _TOKEN.finditer(between))

    def _may_stand(self, token: re.Match[str]) -> bool:
        if token["end"] is not None:
            self.closed = self.closed or (self.named and self._last not in ABBREVIATED and len(self._last) > 1)
            return True
        if token["word"] is None:
            return True
        word, form = token["word"], shadow(token["word"])
        self.words, self._last = self.words + 1, form
        rules = self.rules
        if self.words > _MOST_WORDS:
            return False
        if form in rules.labels:
            self.labelled = True
            return True
        if self.closed:
            return form in rules.introductions.words["joining"]
        if rules.stands(form):
            return True
        return self._may_be_name(word, form)

    def _may_be_name(self, word: str, form: str) -> bool:
        known = self.rules.introductions
        if word[0].isupper():
            self.named = True
            return form not in known.ordinary or form in known.given_names
        self.lower += 1
        if self.lower > _MOST_LOWER_NAMES or form in known.ordinary or not (self.named or form in known.given_names):
            return False
        self.named = True
        return True
