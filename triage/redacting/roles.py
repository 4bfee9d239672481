"""Whose it is: the reporter's, the child's, the suspect's or another's, by the words just before a span.

A role opens doors for police (`roles_table`), so a wrong one may show a reporter. Hence: only the words of the same
clause speak, at most eight, after the span before; where they name two people ("profil mog sina", "her account")
nobody is believed; a child or a suspect must be named right before, with nothing between but words that only join
("kćerka se zove X", "čovjek s broja X", never "čovjek me zove na X"); what is the reporter's elsewhere in the text is
nobody else's, for a child often has the reporter's surname. What is written to or
called ("piše na X", "calls X") is the other one's, and so is a profile right behind a name. "Uses the nickname X" says
whose it is only where nobody but a suspect was spoken of or named before it, "his profile is X" only where a suspect
was just spoken of and no boy or other man anywhere.
What its writer says to use or have is the reporter's. Words that name nobody (a platform, "manijak") are no name. The
rest stays `unknown`, which is masked for everybody.
The words are data (`data/redaction/roles.toml`).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from triage.errors import BadConfiguration
from triage.redacting import children, first_person, going_by, holding, victims
from triage.redacting.children import Children
from triage.redacting.echoes import is_form, stems_of
from triage.redacting.first_person import FirstPerson
from triage.redacting.going_by import GoingBy
from triage.redacting.holding import Holding
from triage.redacting.schools import CLASS
from triage.redacting.spans import ROLES, Span
from triage.redacting.victims import Victims
from triage.redacting.wording import CAPITAL, CLAUSE_END, SIGNS, STATEMENT_END, WORD, Tables, need, pattern
from triage.shadow import shadow

_BEFORE_CHARS, _AFTER_CHARS, _MOST_WORDS = 90, 70, 8
_TOLD_CHARS = 200
"""How far before a value something may be told to be done to somebody."""
_LATER_CHARS = 160
"""How far behind a value, also in the next sentence, it may be said to be the reporter's after all."""
_REACHES = frozenset({"handle", "phone", "url", "email"})
"""Kinds that may be said to be who does something ("mojoj kćeri prijeti X")."""
_FAR_CHARS = 2_000
"""How far around "his profile is X" others are looked for; a limit, so that a text full of them takes no minutes."""
_TOLD_ENDS = r"\s*(?:[,.;:!?)]|\Z)"
_AGE = re.compile(r"[\s,(\[]{0,3}(?:(?:ima|imam|je|koja|koji|stara?|tek|is|aged?|who|ist)\s){0,3}(\d{1,2})(?![\d.:/])")
_GROWN_UP_YEARS = 18
_SURNAME = re.compile(rf"[^\s.!?:\"'„“”«»(–-][\s,\"'„“”«»]+(?={CAPITAL})[^\W\d_]+\s{{1,3}}\Z")
"""A capital inside a sentence: "gospodin Mali" is called so."""
_CLOSE = re.compile(r"\W*(?:\w+\W+){0,2}")
"""The few words behind "mali X" in which it may be said that X is no child."""
_NEAR = ("child", "suspect")
"""Roles the table gives something for: these need their word right before the span."""
_ATTENDED = (*_NEAR, "unknown")
_REPORTER = "reporter"
_SPANS_BEFORE = 3
"""Of these one may name whose a profile is ("Ana from Zenica has the profile X")."""
_NOBODYS = ("unknown", "other")
_MINOR = re.compile(r"(?<!\w)(?:ima|je|is|ist|eshte|aged?|od)\s(?:[^\W\d_]+\s)?(?:[5-9]|1[0-7])(?![\d.:/])")
"""An age of a child."""
_KIN = "kin"
_TAKEN_BACK = ("alone", "regrets", "that", "really", "of", "too")
_NEEDED = (
    *((table, "phrases") for table in (_KIN, "adult", "mine", "uses", "witness", "owner", "toward", "nobody")),
    *(("mine", key) for key in ("close", "said", "own", "things", "later", *_TAKEN_BACK)),
    *(("uses", key) for key in ("unless", "his", "he", "men", "not_he", "many")),
    ("witness", "linking"), ("owner", "things"), ("toward", "calls"), ("own_contact", "phrases"),
    ("own_contact", "greetings"), *victims.NEEDED, *children.NEEDED, *holding.NEEDED, *going_by.NEEDED,
    *first_person.NEEDED,
)  # fmt: skip
"""Tables of `roles.toml` and what each must hold."""
_ORDER = ("child", "other", "suspect", _REPORTER)
"""Of phrases that begin at one place the first of these speaks: "moja kćerka" is the child, not "moja" the reporter."""
OWN = "own"
"""Name of the group of `Roles.cues` that makes a way to reach somebody the writer's own (`own_words.py`)."""


@dataclass(frozen=True, slots=True)
class Roles:
    """The words that name a role, compiled; made by `from_toml`."""

    cues: re.Pattern[str]
    joining: re.Pattern[str]
    adult: re.Pattern[str]
    mine: re.Pattern[str]
    later: re.Pattern[str]
    uses: re.Pattern[str]
    young: re.Pattern[str]
    his: re.Pattern[str]
    he: re.Pattern[str]
    suspect: re.Pattern[str]
    men: re.Pattern[str]
    not_he: re.Pattern[str]
    witness: re.Pattern[str]
    owner: re.Pattern[str]
    toward: re.Pattern[str]
    calls: re.Pattern[str]
    nobody: re.Pattern[str]
    victims: Victims
    children: Children
    holding: Holding
    going_by: GoingBy
    first: FirstPerson

    @classmethod
    def from_toml(cls, text: str) -> Roles:
        """From the text of `roles.toml`. Raises BadConfiguration where a list is missing."""
        return cls.of(tomllib.loads(text))

    @classmethod
    def of(cls, read: Tables) -> Roles:
        """From the tables of `roles.toml`: phrases per role, and words that join. Raises BadConfiguration otherwise."""
        phrases, joining = read.get("roles", {}), read.get("joining", {}).get("words", [])
        if set(phrases) != set(_ORDER) or not set(_ORDER) <= set(ROLES):
            raise BadConfiguration(f"data/redaction/roles.toml: [roles] needs phrases for each of {', '.join(_ORDER)}")
        need(read, _NEEDED)
        own = read["own_contact"]
        kin, adult, mine, uses = (read[name] for name in (_KIN, "adult", "mine", "uses"))
        witness, owner, toward = read["witness"], read["owner"], read["toward"]
        first, *others = ((role, phrases[role]) for role in _ORDER[:-1])
        said = [first, (_KIN, kin["phrases"]), *others, (OWN, own["phrases"])]
        said.append((_REPORTER, [*phrases[_REPORTER], *own["greetings"]]))
        whole = pattern(one for one in own["phrases"] if " " in one)
        cues = "|".join(f"(?P<{name}>{_unless(whole, name)}{pattern(words)})" for name, words in said)
        after = rf"[\s(\[–-]{{0,4}}{pattern(mine['close'])}|.*?{pattern(mine['phrases'])}"
        tells = rf"[\s,]{{0,3}}(?:{pattern(witness['linking'])}\s)?{pattern(witness['phrases'])}"
        things = pattern(owner["things"])
        has = rf"(?:['’]?s|['’])?\s+(?:{things}|(?:\w+\s+){{0,4}}?{pattern(owner['phrases'])}\s+{things})"
        return cls(
            cues=re.compile(cues), joining=re.compile(rf"(?:{SIGNS}|{pattern(joining)})*"),
            adult=re.compile(pattern(adult["phrases"])), mine=re.compile(after), later=re.compile(_told_later(mine)),
            uses=re.compile(pattern(uses["phrases"])), young=re.compile(pattern(uses["unless"])),
            his=re.compile(pattern(uses["his"])), he=re.compile(pattern([*uses["he"], *phrases["suspect"]])),
            suspect=re.compile(pattern(phrases["suspect"])),
            men=re.compile(pattern([*uses["men"], *uses["unless"]])),
            not_he=re.compile(pattern([*uses["not_he"], *uses["many"]])),
            witness=re.compile(tells), owner=re.compile(has),
            toward=re.compile(rf"{pattern(toward['phrases'])}\W*$"),
            calls=re.compile(rf"{pattern(toward['calls'])}\W*$"),
            nobody=re.compile(rf"(?:{pattern(read['nobody']['phrases'])}\W*)+"),
            victims=Victims.of(read), children=Children.of(read), holding=Holding.of(read),
            going_by=GoingBy.of(read), first=FirstPerson.of(read),
        )  # fmt: skip

    def assigned(self, text: str, spans: Sequence[Span]) -> list[Span]:
        """The spans (sorted, apart from each other) with a role where the text says one; known roles stay."""
        said: list[Span] = []
        last = 0
        starts = [*(span.start for span in spans), len(text)]
        for place, (span, following) in enumerate(zip(spans, starts[1:], strict=True)):
            if span.role == "unknown":
                before = text[max(last, span.start - _BEFORE_CHARS) : span.start]
                after = text[span.end : min(following, span.end + _AFTER_CHARS)]
                role = self._role(before, after)
                if role == "child" and span.kind == "name":
                    role = self._childs(shadow(text[max(0, span.start - _BEFORE_CHARS) : span.start]), text, span)
                if span.kind == "name":
                    role = self._small(role, text[max(0, span.start - _BEFORE_CHARS) : span.start], after)
                if span.kind == "organisation" and role in (_ATTENDED if span.rule == CLASS else _NEAR[:1]):
                    role = self._attended(text, span, said)
                if role == "unknown" and self._used(text[: span.start], after, said):
                    role = "suspect"
                if role in _NOBODYS and self._his(text, span, said):
                    role = "suspect"
                if role == "unknown" and span.kind == "handle" and self._app_alone(text, span, said):
                    role = "suspect"
                if role != _REPORTER and span.kind in _REACHES:
                    role = self._done(text, span.start, said, role, after)
                if span.kind in _REACHES and self._held(text[max(0, span.start - _BEFORE_CHARS) : span.start], after):
                    role = _REPORTER
                if role == "suspect" and self._another(before, after, span.kind, said[-_SPANS_BEFORE:]):
                    role = "unknown"
                if role in _NEAR and span.kind in _REACHES and self.first.perhaps(before, after):
                    role = "unknown"
                if role in _NEAR and self._taken_back(text, span.end, spans[place + 1 :]):
                    role = "unknown"
                span = replace(span, role=role)
            said.append(span)
            last = span.end
        return _without_the_reporters(text, said)

    def _role(self, before: str, after: str) -> str:
        clause = self.victims.without(CLAUSE_END.split(shadow(before))[-1])
        words = " ".join(clause.split()[-_MOST_WORDS:])
        cues = list(self.cues.finditer(words))
        named = {_REPORTER if match.lastgroup == OWN else match.lastgroup for match in cues}
        if len(named) != 1:
            return "unknown"
        role = str(named.pop())
        near = self.joining.fullmatch(words, cues[-1].end()) is not None
        if role not in (*_NEAR, _KIN):
            return role
        return self._doubted(role, STATEMENT_END.split(shadow(after))[0]) if near else "unknown"

    def _taken_back(self, text: str, end: int, following: Sequence[Span]) -> bool:
        """Is it said a little later that it is the reporter's? What stands before another value ends no sentence.

        A name is no value: the model takes a "Pardon" for one.
        """
        values = (span.start for span in following if span.kind in _REACHES or span.start >= end + _LATER_CHARS)
        last = min(next(values, len(text)), end + _LATER_CHARS)
        goes_on = " …" if last < len(text) else ""
        return self.later.search(shadow(text[end:last]) + goes_on) is not None

    def _held(self, before: str, after: str) -> bool:
        """Does its writer say to use or have it, or to have done something from it ("sa svog profila X sam pisala")?"""
        clause = CLAUSE_END.split(shadow(before))[-1]
        return self.holding.perhaps(clause) or self.holding.went_on(clause, CLAUSE_END.split(shadow(after))[0])

    def _childs(self, before: str, text: str, span: Span) -> str:
        """The role of a name behind a child's word: the child's, unless it writes itself or it is a parent's name."""
        cue = next(reversed(list(self.cues.finditer(CLAUSE_END.split(before)[-1]))), None)
        if cue is None:
            return "unknown"
        if self.children.writes(cue.group(), before, shadow(text[span.end : span.end + _AFTER_CHARS])):
            return _REPORTER
        return "unknown" if self.children.is_parents(cue.group(), text[span.start : span.end]) else "child"

    def _small(self, role: str, before: str, after: str) -> str:
        """The role of a name; a child's behind "mali", "little", unless the writer is spoken of before it."""
        small = self.children.small_behind(CLAUSE_END.split(shadow(before))[-1])
        if small is None or _SURNAME.search(before) is not None:
            return role
        earlier, writes = small
        sentence = STATEMENT_END.split(shadow(after))[0]
        if writes or self.children.writes_on(sentence) or self.holding.perhaps(earlier):
            return _REPORTER
        if any(cue.lastgroup in (_REPORTER, OWN) for cue in self.cues.finditer(earlier)):
            return role
        close = _CLOSE.match(sentence)
        return self._doubted("child", close.group() if close is not None else "")

    def _attended(self, text: str, span: Span, earlier: Sequence[Span]) -> str:
        """Whose a class is: a child's spoken of last in the sentence or named before "goes to", never the writer's."""
        first = max(0, span.start - _FAR_CHARS)
        told, behind = shadow(text[first : span.start]), shadow(text[span.end : span.end + _FAR_CHARS])
        sentence = STATEMENT_END.split(told)[-1]
        cues = list(self.cues.finditer(sentence))
        ours = any(cue.lastgroup in (_REPORTER, OWN) for cue in cues)
        others = self.cues.sub(" ", sentence) + STATEMENT_END.split(behind)[0]
        if ours or self.children.me.search(others) or self.children.pupil.search(f"{told} {behind}"):
            return "unknown"
        goes = bool(cues) and cues[-1].lastgroup == "child"
        if earlier and earlier[-1].kind == "name" and earlier[-1].role in ("child", "unknown"):
            goes |= self.children.attends.fullmatch(shadow(text[earlier[-1].end : span.start])) is not None
        return "child" if goes else "unknown"

    def _done(self, text: str, start: int, earlier: Sequence[Span], role: str, after: str) -> str:
        """The role by who did something to whom: a suspect's may be the victim's, or who does it is the suspect."""
        first = max(0, start - _TOLD_CHARS)
        told = shadow(text[first:start])
        told_of_a_child = shadow(_without_names(text, first, start, earlier[-_SPANS_BEFORE:]))
        if self.victims.perhaps_theirs(told) or self.victims.perhaps_theirs(told_of_a_child):
            return "unknown" if role == "suspect" else role
        behind = STATEMENT_END.split(shadow(after))[0]
        if self.victims.done_by(CLAUSE_END.split(told_of_a_child)[-1], behind):
            return self._doubted("suspect", behind)
        return role

    def _used(self, before: str, after: str, earlier: Sequence[Span]) -> bool:
        """Is it said that somebody goes by this name, where nobody but a suspect was spoken of so far, nor named?"""
        clause = CLAUSE_END.split(shadow(before[-_BEFORE_CHARS:]))[-1]
        said_so = any(self.joining.fullmatch(clause, said.end()) for said in self.uses.finditer(clause))
        if not said_so or self.going_by.not_he.search(clause) is not None:
            return False
        named = any(one.role != "suspect" and (one.role != "unknown" or one.kind == "name") for one in earlier)
        folded = self.victims.without(shadow(before))
        others = any(cue.lastgroup != "suspect" for cue in self.cues.finditer(folded)) or self.young.search(folded)
        return not (named or others or self.mine.match(STATEMENT_END.split(shadow(after))[0]))

    def _his(self, text: str, span: Span, earlier: Sequence[Span]) -> bool:
        """Is it "his", a suspect's just spoken of, where nobody is named before nor a boy or another man spoken of?"""
        near = CLAUSE_END.split(shadow(text[max(0, span.start - _BEFORE_CHARS) : span.start]))[-1]
        sure = (one.start() for one in self.his.finditer(near) if self.joining.fullmatch(near, one.end()))
        his = next(sure, self.going_by.said(near, self.joining))
        sentence = STATEMENT_END.split(shadow(text[span.end : span.end + _AFTER_CHARS]))[0]
        under = his is None and self.going_by.under_name(near, sentence, self.suspect, self.joining)
        if (his is None and not under) or any(one.kind == "name" and one.role != "suspect" for one in earlier):
            return False
        before = shadow(text[max(0, span.start - _FAR_CHARS) : span.start])
        after = shadow(text[span.end : span.end + _FAR_CHARS])
        told = [one for one in STATEMENT_END.split(before[: (his or 0) - len(near)]) if one.strip()]
        if told and not under and (self.he.search(told[-1]) is None or self.witness.search(told[-1]) is not None):
            return False
        said = self.not_he.sub(" ", f"{before} {after}")
        others = any(cue.lastgroup not in ("suspect", OWN) for cue in self.cues.finditer(said))
        mine = self.mine.match(STATEMENT_END.split(after)[0])
        return not (others or mine or self.men.search(said) or _MINOR.search(said))

    def _app_alone(self, text: str, span: Span, earlier: Sequence[Span]) -> bool:
        """Is it "snap: X" in a sentence that spoke of a suspect just before and of nobody else, nor of its writer?

        "On snap is X" may also be a sentence of its own behind one of a suspect.
        """
        first = max(0, span.start - _FAR_CHARS)
        *others_said, told = STATEMENT_END.split(shadow(text[first : span.start]))
        before, comma, clause = told.rpartition(",")
        verb = self.going_by.third_person(clause)
        if not comma and verb is not None:
            before = next((one for one in reversed(others_said) if one.strip()), "")
        if not before or not self.going_by.named_app(clause):
            return False
        spoken_of = self.going_by.reported.search(before) or (verb is not None and self.going_by.he_does(verb, before))
        if not spoken_of and self.suspect.search(before) is None:
            return False
        after = STATEMENT_END.split(shadow(text[span.end : span.end + _AFTER_CHARS]))[0]
        reach = len(told) + len(before) + _MOST_WORDS
        named = any(one.kind == "name" and one.role != "suspect" and one.start >= span.start - reach for one in earlier)
        if verb is None:
            others = self.going_by.me.search(f"{before} {after}") is not None
        else:
            others = not self.going_by.of_him(verb, before, after)
        if named or others or self.young.search(before):
            return False
        cues = {cue.lastgroup for cue in self.cues.finditer(f"{before} {after}")}
        return cues <= {"suspect"} and (bool(spoken_of) or bool(cues))

    def _another(self, before: str, after: str, kind: str, previous: Sequence[Span]) -> bool:
        """Is what seems a suspect's that of whoever is written to or named right before, or of a witness?"""
        words = CLAUSE_END.split(shadow(before))[-1]
        if (
            self.toward.search(words)
            or self.going_by.toward.search(words)
            or (kind == "phone" and self.calls.search(words))
        ):
            return True
        named = any(one.kind == "name" and one.role != "suspect" for one in previous)
        return (named and self.owner.match(shadow(before)) is not None) or self.witness.match(shadow(after)) is not None

    def names_nobody(self, written: str) -> bool:
        """Is it a platform or a word for an offender, which lists and model at times take for a name?"""
        return self.nobody.fullmatch(shadow(written)) is not None

    def name_in(self, written: str) -> int | None:
        """Where in what was taken for a name it begins ("Tochter Lena": at "Lena"); None where it names nobody."""
        begins = self.children.word_before(written)
        return None if begins == len(written) or self.names_nobody(written) else begins

    def _doubted(self, role: str, after: str) -> str:
        """The role unless what follows in the sentence says that it is the reporter's, or somebody grown up."""
        if self.mine.match(after) is not None:
            return "unknown"
        if role == "suspect":
            return role
        age = _AGE.match(after)
        if age is not None:
            return "child" if int(age[1]) < _GROWN_UP_YEARS else "unknown"
        return "unknown" if role == _KIN or self.adult.search(after) is not None else role


def _unless(whole: str, name: str) -> str:
    """What keeps a suspect's word from speaking where it begins a longer phrase of the writer's ("profili im")."""
    return rf"(?!{whole})" if name == "suspect" else ""


def _told_later(mine: Mapping[str, Sequence[str]]) -> str:
    """A pattern of `said`, `own` and one of `things` with few words between ("to je moj stari broj"), or of `later`.

    Or it is taken back: "pardon, moj!", "moj broj je to", "zapravo broj moga muža", "koji i ja koristim".
    """
    said, own, things, later = (pattern(mine[key]) for key in ("said", "own", "things", "later"))
    alone, regrets, that, really, of, too = (pattern(mine[key]) for key in _TAKEN_BACK)
    word = r"(?:\s[^\W\d_]+)"
    told = rf"{said}{word}{{0,3}}?\s{own}{word}{{0,2}}?\s{things}|{later}|{too}"
    back = rf"(?:{said}|{regrets}[\s,.!:–-]*)\s?{word}?\s?{alone}{_TOLD_ENDS}"
    turned = rf"(?:{own}{word}{{0,2}}?\s{things}{word}?|{alone})\s{that}{_TOLD_ENDS}"
    return rf"{told}|{back}|{turned}|{really}\s{things}\s{of}"


def _without_names(text: str, first: int, end: int, spans: Sequence[Span]) -> str:
    """A stretch of the text without a child's name: "mojoj kćeri Lani piše" is "mojoj kćeri piše"."""
    pieces = []
    for one in spans:
        if one.kind == "name" and one.role == "child" and one.start >= first:
            pieces.append(text[first : one.start].rstrip())
            first = one.end
    return "".join([*pieces, text[first:end]])


def _without_the_reporters(text: str, spans: list[Span]) -> list[Span]:
    """The spans, those of a child or suspect made `unknown` that share a name's word or a value with the reporter."""
    own = [text[span.start : span.end] for span in spans if span.role == _REPORTER]
    if not own:
        return spans
    values = {_value(written) for written in own}
    stems = stems_of(word for written in own for word in WORD.findall(written))

    def shared(span: Span) -> bool:
        written = text[span.start : span.end]
        return _value(written) in values or any(is_form(word, stems) for word in WORD.findall(written))

    return [replace(span, role="unknown") if span.role in _NEAR and shared(span) else span for span in spans]


def _value(written: str) -> str:
    return "".join(character for character in shadow(written) if character.isalnum())
