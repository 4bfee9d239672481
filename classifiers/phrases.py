"""What the reporter's own words say: signs of abuse, danger, questions, advertising, tests.

The phrases are data (`data/phrases`), this file only says what each kind means for the verdict. Words never make a
report complete and never close one; they raise suspicion, raise urgency, or show that it is not a report of content.
Limits: matched words only, no grammar; irony, quotation without a cue and unlisted words are missed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Self

from classifiers.base import ESCALATION_REASONS, NATURE_REASONS, Classifier, Example, RuleTexts, Said
from classifiers.damaged import without_lost_words
from classifiers.phrase_examples import EXAMPLES
from classifiers.phrase_rules import PhraseRules
from classifiers.reading import Found, Reader, Reading
from triage.verdict import ESCALATIONS, Escalation, Label, Reason, Verdict

_SIGNAL, _REPORT, _QUESTION_FORM, _QUESTION = "text_signal", "report_described", "question_form", "question"
_IDENTIFIED = str(Escalation.CHILD_IDENTIFIED)
_ASKS_TO_REPORT = "report_question"
"""Asks how to report, and says nothing of what was seen: a question, or with an address a report."""
_WORRY = "child_worry"
"""Worries about a child, or asks help for one: a question too, or with an address a report; never help for oneself."""
_AT_ADDRESS = "signal_at_address"
"""A sign where a place is given, whatever is asked beside it; without one it says nothing."""
_UNSURE = "unsure"
"""May be a sign: a person looks, whatever was ticked but a suspicion."""
_UNSURE_ALONE = "unsure_without_address"
"""Likewise, where no place is given and nothing is asked, advertised or tried."""
_TAKEN_BACK = "taken_back"
"""The report is taken back: a doubt beside whatever else is heard. Who is pressed to be silent says so too."""
_MENTIONED = "mentioned_only"
_CALMS = "calms"
"""Tells of a game, a film, a fall: danger and abuse heard beside it are a doubt, unless they were ticked or called."""
_GATHERS = "gathers"
"""A club or a choir meets, of nobody in particular: the meeting that `_MEETING` hears in it is none."""
_MEETING = ":meets-when@"
_DOUBTS = frozenset({_UNSURE, _UNSURE_ALONE})
_FORMS = {_QUESTION_FORM: _QUESTION, "advert_form": "spam"}
"""Weak cues, heard only under a vague category and where no misdeed is told."""
_OTHER = "text_doubt"
"""The words speak of adults, money, goods: doubt about a suspect category, nothing else."""
_KINDS = NATURE_REASONS | ESCALATION_REASONS | {
    _SIGNAL, _REPORT, _ASKS_TO_REPORT, _WORRY, _AT_ADDRESS, _TAKEN_BACK, _CALMS, _GATHERS, *_DOUBTS, *_FORMS,
    _OTHER, _MENTIONED, "missing_attachment",
}  # fmt: skip
_SUSPECT_CATEGORIES = frozenset({"csam", "grooming", "child_blackmail", "generated_imagery"})
_VAGUE_CATEGORIES = frozenset({None, "other", "question"})
_YOUNG = frozenset({"child", "teen"})
_CHILD_CONCEPTS = frozenset(
    {"age_tag", "ages", "child", "in_class", "own_child", "child_to", "own_child_to", "child_aged", "minor_shown"}
    | {"pupil", "young_me"}
)
_ADULT = frozenset({"adult", "of_age"})
_CLASSMATE = frozenset({"friend", "grade"})
"""Who speaks of a friend and a class is at school."""
_TO_PERSON = frozenset({"seeks_material", "seeks_help_for_self", _OTHER})
_ASKING = frozenset({_QUESTION, _QUESTION_FORM})
_ALARMING = frozenset({
    "abuse", "abuse_verb", "abused", "abuser", "afraid", "blackmail", "comments", "danger", "exploit", "force",
    "harm_verb", "hurt", "illegal", "image", "in_danger", "injure", "intimate", "misuse", "paedophile", "relative",
    "secret", "sells_mine", "sexual", "stranger_writes", "threat",
})  # fmt: skip
"""Concepts under which a question is more than a question."""
_SOMEBODY = frozenset({
    "child_aged", "friend", "grown_up", "hurt", "beat", "i_am", "in_charge", "me", "mine", "my", "neighbour",
    "own_child", "own_child_to", "relative", "removal", "reporting", "saw_by_chance", "stranger_writes", "touch",
    "kiss", "whom", "young_me",
})  # fmt: skip
"""Concepts under which somebody in particular is spoken of."""
_CALM = NATURE_REASONS | ESCALATION_REASONS | {_ASKS_TO_REPORT, _WORRY, _UNSURE, *_FORMS}
"""Beside these nothing is left to wonder about: they are asked, known as harmless, or heard as danger."""
_SEEKING = frozenset({"seeks_material", "seeks_help_for_self"})
_CALMED = frozenset({_SIGNAL, _IDENTIFIED, str(Escalation.DANGER_NOW), str(Escalation.ABUSE_DESCRIBED)})
_NEVER_CALMED = ESCALATION_REASONS - _CALMED
_DOUBT = 0.5
"""Weight of what may be only talked about: a person looks. That no child is there is said outright."""


class Phrases(Classifier):
    """Judges by phrase lists in bs/hr/sr (both scripts), en, sq and de."""

    name = "phrases"
    reads_text = True

    def __init__(self, rules: PhraseRules) -> None:
        self._rules = rules
        self._reader = Reader(rules)

    @classmethod
    def load(cls, rules: RuleTexts) -> Self:
        """Read the phrase files; raises BadConfiguration if they do not fit together."""
        return cls(PhraseRules(rules.phrases, _KINDS))

    @property
    def version(self) -> str:
        """Digest of the phrase files."""
        return self._rules.version

    def judge(self, said: Said) -> Verdict | None:
        """An opinion only where a phrase was found."""
        return self.judge_all([said])[0]

    def judge_all(self, said: Sequence[Said]) -> list[Verdict | None]:
        """The same for many; all that was said is read together, each text once."""
        worded = [
            [("description", one.description)] if one.only_an_address
            else [("location", one.location), ("description", one.description)]
            for one in said
        ]  # fmt: skip
        texts = list(dict.fromkeys(text for fields in worded for _, text in fields if text))
        readings = dict(zip(texts, self._reader.read_all([without_lost_words(text) for text in texts]), strict=True))
        return [
            self._opinion(one, [(field, readings[text]) for field, text in fields if text])
            for one, fields in zip(said, worded, strict=True)
        ]

    def _opinion(self, said: Said, readings: Sequence[tuple[str, Reading]]) -> Verdict | None:
        found = [(field, reading) for field, reading in readings if reading.found]
        reasons = {reason for field, reading in found for reason in self._reasons(field, reading, said)}
        alarming = any(not _ALARMING.isdisjoint(reading.concepts) for _, reading in found)
        return _verdict(_weighed(reasons, said, alarming=alarming)) if reasons else None

    def examples(self) -> Sequence[Example]:
        """At least one of each kind, in several languages."""
        return EXAMPLES

    def _reasons(self, field: str, reading: Reading, said: Said) -> Iterable[Reason]:
        young = bool(_CHILD_CONCEPTS & reading.concepts) or reading.concepts >= _CLASSMATE
        child = young or said.reporter_group in _YOUNG or said.concerns_own_child
        adult = not _ADULT.isdisjoint(reading.concepts) and not child
        heard = [one for one in reading.found if _counts(one, child=child, adult=adult, words=reading.words)]
        suspect = any(_SIGNAL in one.phrase.kinds and not one.mentioned for one in heard)
        if said.category in _SUSPECT_CATEGORIES:
            suspect = suspect or not (_unplaced(said) and _only_asks(heard, reading))
        general = (_unplaced(said) or said.category == _QUESTION) and _asks_in_general(heard, reading)
        for one in heard:
            rule = f"phrases.{one.language}:{one.phrase.id}@{self.version}"
            if one.mentioned or (general and _SIGNAL in one.phrase.kinds):
                yield Reason(_MENTIONED, rule, field, one.start, one.end, _DOUBT)
                continue
            if "needs_suspect" in one.phrase.flags and not suspect:
                continue
            for kind in one.phrase.kinds:
                if kind != _SIGNAL or child or "unless_adult" not in one.phrase.flags:
                    yield Reason(kind, rule, field, one.start, one.end)


def _unplaced(said: Said) -> bool:
    return not said.locator_kinds and not said.attachments


def _only_asks(heard: list[Found], reading: Reading) -> bool:
    return not _ALARMING & reading.concepts and any(_ASKING & set(one.phrase.kinds) for one in heard)


def _asks_in_general(heard: list[Found], reading: Reading) -> bool:
    """Is it asked how such things go, of nobody in particular? Then abuse is only talked about."""
    return not _SOMEBODY & reading.concepts and any(_ASKING & set(one.phrase.kinds) for one in heard)


def _counts(one: Found, *, child: bool, adult: bool, words: int) -> bool:
    phrase = one.phrase
    if phrase.at_most_words is not None and words > phrase.at_most_words:
        return False
    if child and "unless_child" in phrase.flags:
        return False
    return (child or "needs_child" not in phrase.flags) and not (adult and "unless_adult" in phrase.flags)


def _weighed(reasons: set[Reason], said: Said, *, alarming: bool) -> set[Reason]:
    """Which reasons stand beside each other: a question about a misdeed is a report, a lone question is not.

    Without an address any calm question is heard as one, whatever was ticked: parents tick the gravest box too.
    """
    reasons = _calmed(_gathered(_at_address(reasons, said), said), said)
    codes = {reason.code for reason in reasons}
    vague = said.category in _VAGUE_CATEGORIES or (_unplaced(said) and not alarming and _SIGNAL not in codes)
    placeless = vague and _unplaced(said)
    how_to_report = placeless and _ASKS_TO_REPORT in codes
    asked = _QUESTION if placeless else _REPORT
    read_as = {**(_FORMS if vague else {}), _ASKS_TO_REPORT: asked, _WORRY: asked}
    read_as |= dict.fromkeys({*_DOUBTS, _TAKEN_BACK}, _OTHER)
    asks = how_to_report or _QUESTION in codes or (vague and _QUESTION_FORM in codes)
    dropped = {"missing_attachment"} if said.locator_kinds or said.attachments else set()
    if said.category not in _SUSPECT_CATEGORIES or codes & {_SIGNAL, *ESCALATION_REASONS}:
        dropped.add(_OTHER)
    if said.category in _SUSPECT_CATEGORIES or _SIGNAL in codes:
        dropped |= _DOUBTS
    if not _unplaced(said) or codes & _CALM:
        dropped.add(_UNSURE_ALONE)
    if codes & _SEEKING and _unplaced(said):
        dropped.add(_SIGNAL)  # a person reads it in any case; nobody else's abuse is described
    if how_to_report or (said.category == _QUESTION and asks):
        dropped.add(_REPORT)
    elif codes & {_REPORT, _ASKS_TO_REPORT}:
        dropped |= {_QUESTION, *_FORMS}
    kept = {
        reason._replace(code=read_as[reason.code]) if reason.code in read_as else reason
        for reason in reasons
        if reason.code not in dropped and (reason.code in read_as or reason.code not in _FORMS)
    }
    signal = next((reason for reason in sorted(kept) if reason.code == _SIGNAL), None)
    if signal and said.concerns_own_child:
        kept.add(Reason(_IDENTIFIED, signal.rule, "concerns_own_child"))
    return kept


def _at_address(reasons: set[Reason], said: Said) -> set[Reason]:
    """Who asks whether what an address shows is allowed has seen it; without an address it is only asked."""
    if all(reason.code != _AT_ADDRESS for reason in reasons):
        return reasons
    signs = {reason for reason in reasons if reason.code == _AT_ADDRESS}
    return reasons - signs if _unplaced(said) else reasons - signs | {one._replace(code=_SIGNAL) for one in signs}


def _ticked(said: Said) -> bool:
    return said.category in _SUSPECT_CATEGORIES or said.alert or said.concerns_own_child


def _gathered(reasons: set[Reason], said: Said) -> set[Reason]:
    """Where a club meets and nothing graver is heard or ticked, the meeting is only mentioned."""
    club = {one for one in reasons if one.code == _GATHERS}
    if not club:
        return reasons
    others = {one for one in reasons - club if _MEETING not in one.rule}
    if _ticked(said) or any(one.code == _SIGNAL or one.code in ESCALATION_REASONS for one in others):
        return reasons - club
    return others | {one._replace(code=_MENTIONED) for one in club}


def _calmed(reasons: set[Reason], said: Said) -> set[Reason]:
    """Where a film or a ball is told of, danger is a doubt: a person reads it. Never where an address is suspect."""
    codes = {reason.code for reason in reasons}
    if _CALMS not in codes:
        return reasons
    placed_sign = _SIGNAL in codes and not _unplaced(said)
    if _ticked(said) or placed_sign or codes & _NEVER_CALMED:
        return {reason for reason in reasons if reason.code != _CALMS}
    becomes = {_CALMS: _MENTIONED if codes.isdisjoint(_CALMED) else _UNSURE, **dict.fromkeys(_CALMED, _UNSURE)}
    return {one._replace(code=becomes.get(one.code, one.code)) for one in reasons}


def _verdict(reasons: set[Reason]) -> Verdict | None:
    if not reasons:
        return None
    codes = {reason.code for reason in reasons}
    label = Label.COMPLETE
    if _SIGNAL in codes:
        label = Label.CSAM_SUSPECT
    elif codes & (NATURE_REASONS | {"missing_attachment"}):
        label = Label.INCOMPLETE
    return Verdict(
        label,
        max((ESCALATIONS[code] for code in codes if code in ESCALATION_REASONS), default=Escalation.NONE),
        tuple(sorted(reasons)),
        score=min((reason.weight for reason in reasons), default=1.0),
        to_person=bool(codes & _TO_PERSON) or any(reason.weight <= _DOUBT for reason in reasons),
    )
