"""Whether a self-naming leads to a value: "zovem se X Y, nastavnica, tel. N", "This is X Y, 061 …".

Who names itself and goes straight on to a number gives its own; a report's name and number must not leave as an
address. Between the two only words of the lists `[introduced]` in `data/redaction/roles.toml` and names: words with a
capital letter, or in hasty writing at most two that are no ordinary word. Any other word, somebody else named, or a
sentence that goes on about the value leaves a doubt, and what is in doubt stays an address.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field

from triage.redacting.wording import QUOTE, STATEMENT_END, WORD, Tables, pattern, shadow_words
from triage.shadow import offsets, shadow

_AFTER_CHARS = 60
_MOST_WORDS, _MOST_NAMES, _MOST_LOWER_NAMES = 8, 4, 2
_CALLED, _AM, _HERE = "called", "am", "here"
_PHRASES = (_CALLED, _AM, _HERE)
_LISTS = ("salutations", "labels", "joining", "places", "networks", "goes_on", "about_it", "somebody")
NEEDED = tuple(("introduced", key) for key in (*_PHRASES, *_LISTS, "professions", "speech"))
"""What the table of `roles.toml` must hold, beside what `Roles` and `OwnWords` need."""
_PART_END = re.compile(r"[!?;,:\n–—]|\.(?=\s|$)")
_TOKEN = re.compile(
    r"\S{0,64}@\S+|(?P<word>[^\W\d_]+(?:['’-][^\W\d_]+){0,2})|(?P<end>[!?;\n]|\.(?=\s|$))|(?P<stop>[,:()–-])"
)
ABBREVIATED = frozenset({"dr", "prof", "mr", "mrs", "ms", "ing", "tel", "mob", "br", "god"})
"""Words whose dot ends no sentence."""


@dataclass(frozen=True, slots=True)
class Introductions:
    """The rules, compiled; made by `of`. `strangers` are words that name somebody else."""

    phrases: re.Pattern[str]
    professions: re.Pattern[str]
    speech: re.Pattern[str]
    strangers: re.Pattern[str]
    words: dict[str, frozenset[str]]
    ordinary: frozenset[str]
    given_names: frozenset[str]

    @classmethod
    def of(cls, read: Tables, stop_words: str, given_names: str) -> Introductions:
        """From the tables of `roles.toml` and the texts of two other files; `given_names` may be empty."""
        own, said, others = read["introduced"], read["own_contact"], read["roles"]
        strangers = [*others["suspect"], *others["child"], *others["other"], *read["kin"]["phrases"], *said["unless"]]
        ordinary = (word for listed in tomllib.loads(stop_words)["words"].values() for word in listed)
        known = (word for listed in tomllib.loads(given_names).values() for word in listed["words"])
        own_speech = pattern(said["own_speech"])
        return cls(
            re.compile("|".join(f"(?P<{name}>{pattern(own[name])})" for name in _PHRASES)),
            re.compile(pattern(own["professions"])),
            re.compile(rf"{pattern(own['speech'])}(?!\s{{1,3}}{own_speech})"), re.compile(pattern(strangers)),
            {name: shadow_words(own[name]) for name in _LISTS}, shadow_words(ordinary), shadow_words(known),
        )  # fmt: skip

    def lead_to(self, text: str, first: int, start: int, end: int) -> bool:
        """Whether a self-naming in `text[first:start]` makes `text[start:end]` its writer's own. Pure."""
        written = text[first:start]
        before = shadow(written)
        said = next(reversed(list(self.phrases.finditer(before))), None)
        if said is None or not self._by_the_writer(before[: said.start()], str(said.lastgroup)):
            return False
        reading = _Reading(self, lower=said.lastgroup == _CALLED)
        if not reading.passes(written[offsets(written)[said.end()] :]):
            return False
        return not self._goes_on_about_it(shadow(text[end : end + _AFTER_CHARS]), reading)

    def is_profession(self, form: str) -> bool:
        """Whether the shadow of a word says what somebody is."""
        return self.professions.fullmatch(form) is not None

    def tells(self, after: str) -> bool:
        """Whether a shadow behind a value goes on about it, or about somebody else, with its first word."""
        first = WORD.search(after)
        return first is not None and self._tells(after, first)

    def _by_the_writer(self, lead: str, phrase: str) -> bool:
        sentence = STATEMENT_END.split(lead)[-1]
        if len(QUOTE.findall(sentence)) % 2 or self.speech.search(sentence) is not None:
            return False
        clause = (STATEMENT_END if phrase == _HERE else _PART_END).split(lead)[-1]
        if phrase == _CALLED:
            return self.strangers.search(clause) is None
        return self.words["salutations"].issuperset(WORD.findall(clause))

    def _goes_on_about_it(self, after: str, reading: _Reading) -> bool:
        words = self.words
        first = WORD.search(after)
        if first is None:
            return False
        cut = _PART_END.search(after)
        if cut is None or first.start() < cut.start():
            clause = after if cut is None else after[: cut.start()]
            if first.group() in words["goes_on"]:
                following = WORD.search(clause, first.end())
                return following is not None and self._tells(after, following)
            return not (words["labels"] | words["joining"] | words["networks"]).issuperset(WORD.findall(clause))
        new_sentence = STATEMENT_END.match(after, cut.start()) is not None
        if new_sentence and (reading.labelled or not reading.ended):
            return False
        return self._tells(after, first)

    def _tells(self, after: str, word: re.Match[str]) -> bool:
        """Whether the sentence goes on about the value at `word`."""
        if word.group() in self.words["about_it"]:
            return True
        if word.group() in self.words["somebody"] or self.strangers.match(after, word.start()) is None:
            return False
        return re.match(r"\s{1,3}(?:sam|smo)\b", after[word.end() :]) is None


@dataclass(slots=True)
class _Reading:
    """The words between a self-naming and a value, read one by one."""

    rules: Introductions
    lower: bool
    words: int = 0
    names: int = 0
    groups: int = 0
    labelled: bool = False
    by_profession: bool = False
    ended: bool = False
    _behind: bool = field(default=False, init=False)
    """A place's word or a profession stands before, so that a name of its own may follow."""
    _last: str = field(default="", init=False)

    def passes(self, between: str) -> bool:
        """Whether nothing but what may stand there does, and a name or a labelled profession among it."""
        for token in _TOKEN.finditer(between):
            word = token["word"]
            if word is not None:
                if self.words == _MOST_WORDS or not self._may_stand(word):
                    return False
                self.words, self._last = self.words + 1, shadow(word)
            elif token["stop"] is not None:
                self.names, self._behind = 0, False
            elif token["end"] is not None and self._last not in ABBREVIATED and len(self._last) != 1:
                self.names, self.ended = 0, self.ended or bool(self._last)
        if QUOTE.search(between) is not None:
            return False
        return self.groups > 0 or (self.by_profession and self.labelled)

    def _may_stand(self, word: str) -> bool:
        lists, form = self.rules.words, shadow(word)
        if form in lists["labels"]:
            self.names, self.labelled = 0, True
            return True
        if form in lists["networks"]:
            return not self.ended
        if form in lists["joining"] and not (self.names and word[0].isupper()):
            return True
        if self.ended:
            return False
        if form in lists["places"]:
            self.names, self._behind = 0, True
            return True
        if self.rules.professions.fullmatch(form) is not None:
            self.names, self._behind, self.by_profession = 0, True, True
            return True
        return self._may_be_name(word, form)

    def _may_be_name(self, word: str, form: str) -> bool:
        rules = self.rules
        if self.names == 0:
            self.groups += 1
        capital = word[0].isupper() and not (len(word) > 1 and word.isupper())
        self.names += 1
        if rules.strangers.fullmatch(form) is not None:
            return False
        if self.groups > 1:
            return (capital or self._behind) and form not in rules.ordinary and (self.names == 1 or self._behind)
        if capital:
            return self.names <= _MOST_NAMES and (form not in rules.ordinary or form in rules.given_names)
        if self.names > _MOST_LOWER_NAMES or form in rules.ordinary:
            return False
        self.lower = self.lower or form in rules.given_names
        return self.lower
