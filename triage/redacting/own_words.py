"""Whether a text gives a telephone, mail address or chosen name as its writer's own: "moj broj je X", "X is my number".

What is the writer's own is no place content may be, and must never leave; what is not may be the one trace of a
suspect, and must not be lost. So only words that leave no doubt count: right before or right after, nothing between but
words that join, nobody else named or speaking in the sentence; or an invitation to ask ("for more information X") where
no advertisement is told of; or a signature at the end; or behind a self-naming (`introductions.py`). The words are
those of `data/redaction/roles.toml`, and the cues are the ones `roles.py` reads.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass

from triage.redacting import introductions, own_pages, told_contacts
from triage.redacting.introductions import Introductions
from triage.redacting.own_pages import OwnPages
from triage.redacting.roles import OWN, Roles
from triage.redacting.signatures import NAME_ENDS, SAME_LETTERS, THANKS, Signatures
from triage.redacting.told_contacts import ToldContacts
from triage.redacting.wording import CAPITAL, CLAUSE_END, QUOTE, SENTENCE_END, WORD, need, pattern, shadow_words
from triage.shadow import shadow

_BEFORE_CHARS, _AFTER_CHARS = 160, 60
_BETWEEN = r"\s\d:=+/\"'„“”«»(@.–\-"
_QUOTED = re.compile(r":\s")
_APART = re.compile(r"[,;)]")
_LAST_WORD = re.compile(r"([^\W\d_]+)\s*$")
_LABEL_ENDS = re.compile(r"(?:^|[.!?\n,;])\s{0,3}(?P<label>[^\W\d_]+)[\s.:]{0,3}\Z")
"""A sentence or clause of one word right before it: "…, tel. X"."""
_NAME_LAST = re.compile(
    rf"\s{{0,3}}[,\n–-]?\s{{0,3}}(?P<given>{CAPITAL}[^\W\d_]+)(?:\s{{1,3}}{CAPITAL}[^\W\d_]+){{0,2}}[\s.]{{0,3}}\Z"
)
_COPULA = re.compile(r"(?<!\w)je(?!\w)")
"""Is "is" far more often than "her" behind a child."""
_MOST_CHARS_TOLD = 1_000
_KEYS = (
    "phrases", "invitations", "adverts", "somebody", "joining", "towards", "unless", "own_speech", "greetings",
    "thanks", "labels", "polite", "asking", "saying", "either", "bare", "about", "whose", "near",
    "contacts", "unknowns", "bracketed",
)  # fmt: skip
_NEEDED = (
    *(("own_contact", key) for key in _KEYS), *introductions.NEEDED, *own_pages.NEEDED, *told_contacts.NEEDED,
)  # fmt: skip
"""What is needed of `roles.toml` beside what `Roles` needs."""
_OTHERS = "others"
_OURS = (OWN, "reporter")


@dataclass(frozen=True, slots=True)
class OwnWords:
    """The rules, compiled; made by `from_toml`."""

    roles: Roles
    after: re.Pattern[str]
    joining: re.Pattern[str]
    unless: re.Pattern[str]
    towards: frozenset[str]
    labels: frozenset[str]
    introductions: Introductions
    invitations: re.Pattern[str]
    adverts: re.Pattern[str]
    somebody: re.Pattern[str]
    own_speech: re.Pattern[str]
    asking: re.Pattern[str]
    saying: re.Pattern[str]
    either: frozenset[str]
    bare: re.Pattern[str]
    about: re.Pattern[str]
    whose: re.Pattern[str]
    near: re.Pattern[str]
    contacts: frozenset[str]
    unknowns: re.Pattern[str]
    bracketed: re.Pattern[str]
    pages: OwnPages
    signatures: Signatures
    told: ToldContacts

    @classmethod
    def from_toml(cls, text: str, stop_words: str, given_names: str = "") -> OwnWords:
        """From the texts of `roles.toml`, `stop_words.toml` and `given_names.toml`; the last may be empty.

        Raises BadConfiguration where a list is missing.
        """
        read = tomllib.loads(text)
        roles = Roles.of(read)
        need(read, _NEEDED)
        own = read["own_contact"]
        joining, behind = (rf"(?:[{signs}]|{pattern(own['joining'])})*" for signs in (_BETWEEN, _BETWEEN + ")"))
        own_speech, unless = pattern(own["own_speech"]), pattern(own["unless"])
        naming, labels = Introductions.of(read, stop_words, given_names), shadow_words(own["labels"])
        formulas = re.compile(f"{pattern(own['greetings'])}|(?P<{THANKS}>{pattern(own['thanks'])})")
        polite = shadow_words([*own["polite"], *own["asking"], *own["thanks"]])
        return cls(
            roles, re.compile(f"{behind}{pattern(own['phrases'])}{behind}"), re.compile(joining),
            re.compile(rf"{own_speech}\s{{1,3}}{unless}|(?P<{_OTHERS}>{unless})(?!\s{{1,3}}{own_speech})"),
            shadow_words(own["towards"]), labels, naming, re.compile(pattern(own["invitations"])),
            re.compile(pattern(own["adverts"])), re.compile(pattern(own["somebody"])), re.compile(own_speech),
            re.compile(pattern(own["asking"])), re.compile(rf"{pattern(own['saying'])}(?!\s{{1,3}}{own_speech})"),
            shadow_words(own["either"]), re.compile(pattern(own["bare"])), re.compile(pattern(own["about"])),
            re.compile(pattern(own["whose"])), re.compile(pattern(own["near"])),
            shadow_words(own["contacts"]), re.compile(pattern(own["unknowns"])),
            re.compile(rf"\s{{0,3}}\(\s?{pattern(own['bracketed'])}\s?\)"), OwnPages.of(read),
            Signatures(formulas, labels, polite, naming, lambda said: _others_named(roles, said)),
            ToldContacts.of(read),
        )  # fmt: skip

    def own(self, text: str, start: int, end: int) -> bool:
        """Whether `text[start:end]` is said to be the writer's own. Pure; looks at some 200 characters around it."""
        first = max(0, start - _BEFORE_CHARS)
        before = shadow(text[first:start])
        if self._said_before(before, text[end : end + _AFTER_CHARS]) or self._said_after(text, before, end):
            return True
        if self.signatures.holds(text, start, end, alone=self._tells_of_nobody_else):
            return True
        if self.signatures.below_dashes(text, start, end):
            return True
        if self._used(before) or self._invited(before) or self._labelled(text, start, end):
            return True
        if self._went_from(before, text, end):
            return True
        if self._signed(text, start, end):
            return True
        return self.introductions.lead_to(text, first, start, end)

    def own_beside(self, text: str, start: int, end: int, previous: int) -> bool:
        """Whether it goes on from the writer's own that ended at `previous`: "…, tel. X", "… or X"."""
        between = shadow(text[previous:start]) if start - previous < _AFTER_CHARS else "?"
        words = WORD.findall(between)
        if not any(word in self.labels or word in self.either for word in words):
            return False
        joined = self.joining.fullmatch(_APART.sub(" ", between)) is not None
        return joined and not self.signatures.goes_on(text[end : end + _AFTER_CHARS])

    def own_page(self, text: str, start: int, end: int, following: int | None, *, only: bool) -> bool:
        """Whether a web address is the writer's own profile and surely no content. `following`: where the next place
        begins; `only`: whether there is no other at all."""
        before = shadow(text[max(0, start - _BEFORE_CHARS) : start])
        clause = CLAUSE_END.split(before)[-1]
        if self._went_from(before, text, end):
            return self.pages.taken.search(shadow(text[max(0, start - _BEFORE_CHARS) : end + _BEFORE_CHARS])) is None
        if not self.pages.named_in(clause) or not (self._leads(before, clause, "") or self._used(before)):
            return False
        return not self.pages.may_be_content(text, start, end, following, self.signatures.strangers, only=only)

    def _said_before(self, before: str, after: str) -> bool:
        clause = CLAUSE_END.split(before)[-1]
        if self._leads(before, clause, after):
            return True
        earlier = before[: len(before) - len(clause)].rstrip(" .,;!?\n")
        if not earlier or self.joining.fullmatch(clause) is None or self._others_say(earlier):
            return False
        return self._leads(earlier, CLAUSE_END.split(earlier)[-1], after) and not self.signatures.goes_on(after)

    def _leads(self, before: str, clause: str, after: str) -> bool:
        """Whether the clause that ends `before` says that what follows is the writer's, and nobody else says it."""
        cues = list(self.roles.cues.finditer(clause))
        for cue in cues:
            own = cue.lastgroup == OWN and self.joining.fullmatch(clause, cue.end()) is not None
            if own and not (self.bare.fullmatch(cue.group()) and self._about_somebody(after)):
                begin = self._asked_from(clause, cue.start())
                first = next(one for one in cues if one.lastgroup == OWN and one.start() >= begin)
                named = {one.lastgroup for one in cues if begin <= one.start() < cue.start()}
                word = _LAST_WORD.search(clause, begin, first.start())
                towards = word is not None and word.group(1) in self.towards
                lead = before[: len(before) - len(clause) + cue.start()]
                asked = self.asking.match(clause, cue.start()) is not None
                others = self._said_by_others(lead, cue.start() - begin, asked=asked)
                return named <= set(_OURS) and not towards and not others
        return False

    def _about_somebody(self, after: str) -> bool:
        """Whether what stands behind a number to call tells whose it is: "please call X, it is his"."""
        behind = shadow(after)
        sentence = SENTENCE_END.split(behind)[0]
        suspect = any(cue.lastgroup == "suspect" for cue in self.roles.cues.finditer(sentence))
        return suspect or self.about.search(sentence) is not None or self.whose.search(behind) is not None

    def _asked_from(self, clause: str, cue: int) -> int:
        """Where in a clause somebody is asked ("…, please call me"), and so is the writer's voice again; else 0."""
        if self.asking.match(clause, cue) is not None:
            return cue
        asked = (one.end() for one in self.asking.finditer(clause, 0, cue))
        return max((end for end in asked if self.joining.fullmatch(clause, end, cue) is not None), default=0)

    def _said_by_others(self, lead: str, own: int, *, asked: bool) -> bool:
        """Whether somebody else says what `lead` leads to, whose last `own` characters are one clause.

        A clause of its own, behind a comma or a "please" (`asked`: it begins with one), is the writer's unless what
        stands before it was said.
        """
        told, clause = lead[: len(lead) - own], lead[len(lead) - own :]
        own_clause = asked or told.rstrip()[-1:] in (",", ";") or self._asked_from(told, len(told)) > 0
        if not own_clause:
            return self._somebody_else_speaks(lead)
        quoted = len(QUOTE.findall(SENTENCE_END.split(lead)[-1])) % 2
        return bool(quoted) or self._somebody_else_speaks(clause) or self._others_say(SENTENCE_END.split(told)[-1])

    def _others_say(self, told: str) -> bool:
        return _QUOTED.search(told) is not None or self.saying.search(told) is not None

    def _used(self, before: str) -> bool:
        """Whether the writer says to use it ("koristim profil X"), and quotes nobody and no offer."""
        clause = CLAUSE_END.split(before)[-1]
        used = self.roles.holding.surely(clause)
        return used and not self._somebody_else_speaks(before) and self.adverts.search(before) is None

    def _went_from(self, before: str, text: str, end: int) -> bool:
        """Whether the writer wrote to somebody or called from it ("s broja X sam ga zvala"), and quotes nobody."""
        went = self.roles.first.surely(before, shadow(text[end : end + _AFTER_CHARS]))
        return went and not self._somebody_else_speaks(before)

    def _invited(self, before: str) -> bool:
        """Whether only an invitation to ask leads to it ("za više informacija X"), and no advertisement is told of."""
        clause = CLAUSE_END.split(before)[-1]
        if self.adverts.search(before) or self._somebody_else_speaks(before) or _others_named(self.roles, clause):
            return False
        return any(self.joining.fullmatch(clause, one.end()) for one in self.invitations.finditer(clause))

    def _labelled(self, text: str, start: int, end: int) -> bool:
        """Whether it is a signature without a greeting: a label before it, a name to the end of the text behind it.

        What was told before must be the writer's own doing, and nobody else may have been spoken of.
        """
        if start > _MOST_CHARS_TOLD or not NAME_ENDS.match(text, end):
            return False
        before = shadow(text[:start])
        label = _LABEL_ENDS.search(before)
        if label is None or label["label"] not in self.labels:
            return False
        told = before[: label.start()]
        return not WORD.search(told) or self._tells_of_nobody_else(told)

    def _signed(self, text: str, start: int, end: int) -> bool:
        """Whether a label, the value and a given name nobody bore before follow one sentence about the own child."""
        name = _NAME_LAST.match(text, end)
        if start > _BEFORE_CHARS or name is None:
            return False
        before, given = shadow(text[:start]), shadow(name["given"])
        label = _LABEL_ENDS.search(before)
        if label is None or label["label"] not in self.labels or before[label.start()] in ",;":
            return False
        story = before[: label.start()].strip()
        if given not in self.introductions.given_names or given[:SAME_LETTERS] in story:
            return False
        return self._of_the_own_child(story, unknowns=label["label"] in self.contacts)

    def _of_the_own_child(self, story: str, *, unknowns: bool) -> bool:
        """Whether one sentence is about the writer's child and names nobody else who could have the number."""
        first = self.unknowns.match(story) if unknowns else None
        told = story if first is None else story[first.end() :]
        cues = list(self.roles.cues.finditer(told))
        of_child = first is not None or (bool(cues) and cues[0].lastgroup == "child" and cues[0].start() == 0)
        if not of_child or self.near.search(told) is None or SENTENCE_END.search(told):
            return False
        others = (self.somebody, self.adverts, self.unless, self.saying, self.roles.men)
        rest = _COPULA.sub(" ", told)
        return {cue.lastgroup for cue in cues} == {"child"} and not any(words.search(rest) for words in others)

    def _tells_of_nobody_else(self, told: str) -> bool:
        """Whether the shadow of a story is about its writer's own doing, and nobody else is spoken of."""
        others = any(words.search(told) for words in (self.somebody, self.adverts, self.unless))
        return self.own_speech.search(told) is not None and not others and not _others_named(self.roles, told)

    def _said_after(self, text: str, before: str, end: int) -> bool:
        behind = shadow(text[end : end + _AFTER_CHARS])
        if self.bracketed.match(behind) is not None:
            return not self._somebody_else_speaks(before)
        clause = CLAUSE_END.split(behind)[0]
        first = WORD.search(clause)
        if first is None or first.group() in self.towards or self.after.fullmatch(clause) is None:
            return False
        return not self._somebody_else_speaks(before)

    def _somebody_else_speaks(self, before: str) -> bool:
        sentence = SENTENCE_END.split(before)[-1]
        if len(QUOTE.findall(sentence)) % 2:
            return True
        return any(match.lastgroup == _OTHERS for match in self.unless.finditer(sentence))


def _others_named(roles: Roles, text: str) -> bool:
    return not {cue.lastgroup for cue in roles.cues.finditer(text)} <= set(_OURS)
