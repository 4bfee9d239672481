"""All opinions become one verdict: the table of DESIGN §3.

1. Nothing leads to content: `incomplete`, whatever was said. If abuse was described all the same, people look first.
2. Anything points at child sexual abuse or exploitation: `csam_suspect`.
3. It is a question, advertising, a test, a search for material, a call for help: `incomplete`, unless an SOS call.
4. Otherwise `complete`. The gravest escalation always stands.

Opinions that weigh words (`Classifier.weighs`: the trained model) come after those of rules: where rules recognised a
mere mention, a question, advertising or a test, a suspicion that is not nearly sure is a doubt, which sends the report
to a person and changes nothing else. A mere question beside something to open is oftener a report put as a question:
there a suspicion that is likelier than not stands. So it must be where nothing leads to content, since it calls people
to a child at once. Words alone make no question of what rules know as a report, nor of what is written in a language
nobody here reads. A child that asks for help with itself is by words alone nobody who asks for prevention. What rules
hear as a report, as asking for an office or as worry about a child, words alone make a search for material or a call
for help only in doubt; and where a text says that no child is there, the suspicion they raise is a doubt however sure,
but not a danger they hear.

The ticked category is a strong signal, not the truth: where it alone makes a suspect, nobody is in danger and the words
clearly speak of something else (the model finds no suspicion in them, or rules doubt it), a person looks instead.
Words nobody here reads say nothing against it, nor do words of money alone. A ticked
question takes no danger away that the words have without it. Danger that only weighed words hear in what rules
know for a parent's everyday worry, or for asking that a child be taken off a page, is a doubt.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from itertools import islice

from classifiers.base import (
    ESCALATION_REASONS,
    NATURE_REASONS,
    SUSPECT_REASONS,
    UNACTIONABLE_REASONS,
    Classifier,
    RuleTexts,
    Said,
)
from classifiers.registry import all_classifiers
from classifiers.sentences import told_beside
from triage.verdict import DOUBTED_QUESTION, ESCALATIONS, Escalation, Label, Reason, Verdict, combine

_VERSION = "17"
_MEMO_FACTS = 50_000
_TOGETHER = 1_000
"""Texts judged together: enough for whole columns, few enough that each is folded once (`triage/shadow.py`)."""
_HARMLESS = frozenset({"mentioned_only", "question", "spam", "test"})
"""What rules recognised, and only a suspicion of SURE outweighs."""
SURE = 0.9
LIKELY = 0.5
"""What outweighs a mere question beside something to open, and is needed where nothing leads to content. Unlike beside
a mention, which speaks a report's own words, the model is right there (22 of 26 unseen texts were suspects)."""
_TOLD = frozenset({"text_signal", "report_described", *ESCALATION_REASONS})
"""Rules heard a report: no weighing of words makes a question, advertising or a test of it."""
_GRAVE = frozenset({"text_signal", *ESCALATION_REASONS})
_MERE_NATURE = frozenset({"question", "spam", "test"})
_CATEGORY = frozenset({"reporter_category"})
_SIGNAL = frozenset({"text_signal"})
_QUESTION = frozenset({"question"})
_DESCRIBED = str(Escalation.ABUSE_DESCRIBED)
_UNREAD = "language"
"""The classifier that says nobody here reads the words."""
_FOR_OTHERS = (":asks-whom-to-turn-to@", ":worries-for-child@")
"""The phrases of a few words that ask for an office, or worry about a child."""
_WITH_CHILD = (":worries-with-child@", ":asks-for-child@")
"""Those that worry or ask for help where a child is spoken of: only what is nearly SURE outweighs them."""
_NO_CHILD = ":speaks-of-no-child@"
"""The phrase that says outright that no child is there."""
_YET_SHOWN = ":no-child-yet-shown@"
"""The phrase of who says so and speaks of pictures of one all the same: a suspicion stands."""
_EVERYDAY = (
    ":everyday-worry@", ":everyday-thing@", ":device-taken@", ":small-injury@", ":child-smokes@", ":nuisance@",
    ":own-thing-broken@", ":help-with-thing@", ":cannot-log-in@", ":asked-to-eat@", ":team-clothes@", ":calm-",
    ":club-meets", ":takes-back-unforced@",
)  # fmt: skip
"""The phrases of a child who will not learn or fell, of what breaks, of a noisy house, of who takes a report back
and is threatened by nobody, where nothing graver is said."""
_CLUB = ":club-meets"
"""The phrase of a club that meets, beside nobody and nothing: words alone must be nearly SURE to hear more in it."""
_ASKS_REMOVAL = ":asks-removal@"
"""The phrase of who asks that a child be taken off a page: what words alone are not nearly SURE of is a doubt."""
_TAKEN_BACK = ":takes-back-"
"""The phrases of who takes a report back: a person reads it, but it says nothing against what was ticked."""
_FOR_MONEY = ":offered-for-money@"
"""The phrase of what costs money: a page that sells the worst speaks so too, so it says nothing against a category."""
_HELP_FOR_SELF = "seeks_help_for_self"
_SEEKING = frozenset({"seeks_material", _HELP_FOR_SELF})
_ABUSED = (":abuse-of-child@", ":abused-me@", ":abused-as-a-child@", ":abused-me-sq@", ":abused-as-a-child-sq@",
           ":unwanted-by-relative@", ":hurting-by-relative@")  # fmt: skip
"""The phrases of abuse that was suffered, also where it is only mentioned: who asks for help then is no offender."""
_SUFFERED = frozenset({"text_signal", _DESCRIBED})
_CHILD_ASKS = ":a-child-asks-help@"
"""The phrase of a child that asks for help with itself."""
_CLEAR_WORDS = 4
"""Fewer words say nothing against a category."""
_SILENT_WORDS = 8
"""Nor do fewer in which the model only hears no suspicion: "Please look at this page." says nothing at all."""
_PHRASES = "phrases."
_TICKED = "categories:question@"
_SOUGHT = "model:seeks_"
"""A doubt of who only looks for something, no danger."""
_DOUBTED_QUESTION = Reason("text_doubt", f"{DOUBTED_QUESTION}{_VERSION}", "description", weight=LIKELY)
"""A question that may be more: a person reads it as soon as a suspect (`verdict.comes_soon`)."""
_LOCATION = Said._fields.index("location")
"""The description stands behind it. A value made anew costs a fifth of one replaced."""
_Facts = tuple[object, ...]


class Decider:
    """Combines opinions; what does not depend on the text is decided once per distinct set of facts."""

    def __init__(self, classifiers: Sequence[Classifier]) -> None:
        """`classifiers` must hold one that always says whether a report can be acted on (`locators`)."""
        self._of_facts = tuple(one for one in classifiers if not one.reads_text)
        self._of_text = tuple(one for one in classifiers if one.reads_text and not one.weighs)
        self._weighing = tuple(one for one in classifiers if one.reads_text and one.weighs)
        named = sorted(f"{one.name}@{one.version}" for one in classifiers)
        self.version = hashlib.sha256(f"{_VERSION} {named}".encode()).hexdigest()[:8]
        self._opinions: dict[_Facts, Verdict] = {}
        self._textless: dict[_Facts, Verdict] = {}
        self._loaded = False

    def decide(self, said: Said) -> Verdict:
        """The verdict; always one. Never raises on what was said."""
        return self.decide_all([said])[0]

    def decide_all(self, said: Sequence[Said]) -> list[Verdict]:
        """One verdict each, in order; equal values are judged once, those with words all together."""
        places: dict[Said, int] = {}
        worded = [
            places.setdefault(one, len(places)) if one.description or not one.only_an_address else None for one in said
        ]
        distinct = list(places)
        known: list[Verdict] = []
        for start in range(0, len(distinct), _TOGETHER):
            known.extend(self._decide_worded(distinct[start : start + _TOGETHER]))
        return [
            self._decide_facts(one) if place is None else known[place] for one, place in zip(said, worded, strict=True)
        ]

    def _decide_worded(self, said: Sequence[Said]) -> Iterator[Verdict]:
        ruled = [one.judge_all(said) for one in self._of_text]
        weighed = [one.judge_all(said) for one in self._weighing]
        settled = [
            self._settle(one, (self._opinion_of_facts(one), *_spoken(ruled, place)), _spoken(weighed, place))
            for place, one in enumerate(said)
        ]
        settled = self._without_ticked_question(said, settled)
        told = self._told_beside_questions(said, settled)
        return (_beside_question(verdict, told[place]) if place in told else verdict
                for place, verdict in enumerate(settled))  # fmt: skip

    def _without_ticked_question(self, said: Sequence[Said], settled: list[Verdict]) -> list[Verdict]:
        """With the danger that words have without the ticked question that made a mere doubt of what they tell."""
        doubted = [
            place for place, (one, verdict) in enumerate(zip(said, settled, strict=True))
            if one.category and not one.alert and any(reason.rule.startswith(_TICKED) for reason in verdict.reasons)
            and "model" in _who_doubts(verdict.reasons)
        ]  # fmt: skip
        alone = self.decide_all([said[place]._replace(category=None) for place in doubted])
        for place, told in zip(doubted, alone, strict=True):
            if told.escalate > settled[place].escalate:
                grave = {one for one in told.reasons if one.code in ESCALATION_REASONS}
                settled[place] = _with(settled[place]._replace(escalate=told.escalate), grave)
        return settled

    def _told_beside_questions(self, said: Sequence[Said], settled: Sequence[Verdict]) -> dict[int, list[Verdict]]:
        """By the place of a question what its sentences tell alone; those of all questions are judged together."""
        alone = {
            place: [
                Said._make((*one[:_LOCATION], "", text, *one[_LOCATION + 2 :])) for text in told_beside(one.description)
            ]
            for place, (one, verdict) in enumerate(zip(said, settled, strict=True))
            if not one.alert and any(reason.code == "question" for reason in verdict.reasons)
        }
        told = iter(self.decide_all([one for sentences in alone.values() for one in sentences]))
        return {place: list(islice(told, len(sentences))) for place, sentences in alone.items()}

    def load(self) -> None:
        """Load now what classifiers of texts load at their first text, for processes forked later; once."""
        if not self._loaded:
            self._loaded = True
            self.decide_all([said for one in (*self._of_text, *self._weighing) for said, _, _ in one.examples()])

    def _decide_facts(self, said: Said) -> Verdict:
        facts = _facts(said)
        verdict = self._textless.get(facts)
        if verdict is None:
            verdict = self._textless[facts] = self._settle(said, (self._opinion_of_facts(said),), ())
        return verdict

    def _opinion_of_facts(self, said: Said) -> Verdict:
        facts = _facts(said)
        opinion = self._opinions.get(facts)
        if opinion is None:
            if len(self._opinions) >= _MEMO_FACTS:
                self._opinions.clear()
                self._textless.clear()
            bare = said._replace(location="", description="")
            given = (one.judge(bare) for one in self._of_facts)
            opinion = self._opinions[facts] = combine(verdict for verdict in given if verdict is not None)
        return opinion

    def _settle(self, said: Said, ruled: tuple[Verdict, ...], weighed: tuple[Verdict, ...]) -> Verdict:
        opinions = (*ruled, *_outweighed(ruled, weighed)) if weighed else ruled
        verdict = combine(opinions) if len(opinions) > 1 else opinions[0]  # of facts alone: combined already
        codes = {reason.code for reason in verdict.reasons}
        suspected = verdict.label is Label.CSAM_SUSPECT
        if codes & UNACTIONABLE_REASONS and not said.alert:
            return _without_address(said, verdict, codes, suspected)
        if suspected and self._speaks_against(said, verdict, codes):
            doubt = Reason("text_doubt", f"decide@{_VERSION}", "description")
            suspected, verdict = False, verdict._replace(
                reasons=tuple(sorted({*verdict.reasons, doubt})), to_person=True
            )
        if suspected:
            return verdict
        nature = codes & NATURE_REASONS
        if nature == {"question"} and ("report_described" in codes or not said.description):
            nature = set()
        if said.alert:
            nature = set()
        return verdict._replace(label=Label.INCOMPLETE if nature else Label.COMPLETE)

    def _speaks_against(self, said: Said, verdict: Verdict, codes: set[str]) -> bool:
        """Whether only the category makes a suspect of words that clearly speak of something else."""
        words = len(said.description.split())
        if verdict.escalate or codes & SUSPECT_REASONS != _CATEGORY or words < _CLEAR_WORDS:
            return False
        if any(_FOR_MONEY in reason.rule or _YET_SHOWN in reason.rule for reason in verdict.reasons):
            return False
        doubts = _who_doubts(verdict.reasons)
        if _UNREAD in doubts or "phrases" in doubts:
            return _UNREAD not in doubts
        enough = words >= _SILENT_WORDS or any(_NO_CHILD in reason.rule for reason in verdict.reasons)
        return enough and "model" not in doubts and any(one.version != "none" for one in self._weighing)


def build(
    phrase_texts: Mapping[str, str], categories_text: str, models: Mapping[str, bytes] | None = None
) -> Decider:
    """The decider over every registered classifier; arguments are what the shipped rule files hold.

    `phrase_texts`: file stem to text of `data/phrases/*.toml`; `models`: folder and file to bytes of `data/models`,
    none for rules alone. Raises BadConfiguration if a file does not fit.
    """
    rules = RuleTexts(phrases=phrase_texts, categories=categories_text, models=models or {})
    return Decider([kind.load(rules) for kind in all_classifiers().values()])


def _spoken(opinions: list[list[Verdict | None]], place: int) -> tuple[Verdict, ...]:
    return tuple(verdict for of_one in opinions if (verdict := of_one[place]) is not None)


def _outweighed(ruled: tuple[Verdict, ...], weighed: tuple[Verdict, ...]) -> list[Verdict]:
    """The weighed opinions, as far as what rules know lets them stand."""
    codes = {reason.code for verdict in ruled for reason in verdict.reasons}
    rules = "\n".join([reason.rule for verdict in ruled for reason in verdict.reasons])
    suspected = any(verdict.label is Label.CSAM_SUSPECT for verdict in ruled)
    told = not codes.isdisjoint(_TOLD) or any(_UNREAD in _who_doubts(verdict.reasons) for verdict in ruled)
    in_doubt = set(_SEEKING) if _sought_for_others(codes, rules, weighed) else set()
    if _CHILD_ASKS in rules:
        in_doubt.add(_HELP_FOR_SELF)
    if _HELP_FOR_SELF not in codes and (codes & _SUFFERED or any(phrase in rules for phrase in _ABUSED)):
        in_doubt |= _SEEKING
    harmless = codes & (_HARMLESS - _QUESTION if "report_described" in codes else _HARMLESS)
    enough = _enough(harmless, codes.isdisjoint(UNACTIONABLE_REASONS))
    no_child = not suspected and _NO_CHILD in rules and _YET_SHOWN not in rules
    calm = codes.isdisjoint(_GRAVE) and any(phrase in rules for phrase in _EVERYDAY)
    if calm and _CLUB in rules:
        weighed = tuple(one for one in weighed if _surest(one.reasons, _GRAVE) >= SURE)
    if no_child:
        in_doubt.add(_DESCRIBED)
    quiet = calm or (_ASKS_REMOVAL in rules and _no_danger(codes, weighed))
    if quiet:
        in_doubt |= ESCALATION_REASONS
    stand = []
    for verdict in weighed:
        reasons = tuple(one for one in verdict.reasons if not (told and one.code in _MERE_NATURE))
        if in_doubt:
            reasons = tuple(sorted(_doubtful(one, in_doubt) for one in reasons))
        label, score = verdict.label, verdict.score
        to_person = verdict.to_person or any(one.code in in_doubt for one in verdict.reasons)
        escalate = Escalation.NONE if no_child and verdict.escalate is Escalation.ABUSE_DESCRIBED else verdict.escalate
        if quiet:
            escalate = Escalation.NONE
        unsure = no_child or calm or (not suspected and _surest(reasons, _SIGNAL) < enough)
        if label is Label.CSAM_SUSPECT and unsure:
            reasons = tuple(sorted(_doubtful(one, _SIGNAL) for one in reasons))
            label, to_person = Label.COMPLETE, True
        if label is Label.CSAM_SUSPECT and suspected:
            score = 1.0  # two that agree are not less certain than the rule alone
        if reasons:
            stand.append(Verdict(label, escalate, reasons, score, to_person))
    return stand


def _no_danger(codes: Set[str], weighed: Sequence[Verdict]) -> bool:
    """Whether rules hear none, and words alone are not nearly sure of one."""
    surest = max((_surest(verdict.reasons, ESCALATION_REASONS) for verdict in weighed), default=0.0)
    return codes.isdisjoint(ESCALATION_REASONS) and surest < SURE


def _enough(harmless: Collection[str], placed: bool) -> float:
    """What a suspicion needs beside what rules recognised; `placed`: it leads to content, or is an SOS call."""
    if harmless and (harmless != _QUESTION or not placed):
        return SURE
    return LIKELY if harmless or not placed else 0.0


def _who_doubts(reasons: Sequence[Reason]) -> set[str]:
    """Names of the classifiers that doubt the words."""
    rules = [one.rule for one in reasons if one.code == "text_doubt" and _TAKEN_BACK not in one.rule]
    return {rule.partition("@")[0].partition(":")[0].partition(".")[0] for rule in rules}


def _sought_for_others(codes: Collection[str], rules: str, weighed: Sequence[Verdict]) -> bool:
    """Whether `rules` hear a report, somebody who asks for an office, or for a child and not for himself."""
    if "report_described" in codes or any(phrase in rules for phrase in _FOR_OTHERS):
        return True
    sure = any(_surest(verdict.reasons, _SEEKING) >= SURE for verdict in weighed)
    return not sure and any(phrase in rules for phrase in _WITH_CHILD)


def _surest(reasons: tuple[Reason, ...], codes: Collection[str]) -> float:
    return max((one.weight for one in reasons if one.code in codes), default=0.0)


def _doubtful(reason: Reason, codes: Collection[str]) -> Reason:
    return reason._replace(code="text_doubt") if reason.code in codes else reason


def _without_address(said: Said, verdict: Verdict, codes: set[str], suspected: bool) -> Verdict:
    if _only_a_question(codes):
        verdict = _without_own_child(verdict)
    described = "text_signal" in codes or (bool(said.description.strip()) and not codes & NATURE_REASONS)
    if not suspected or not described:
        return verdict._replace(label=Label.INCOMPLETE)
    kind = Escalation.ABUSE_DESCRIBED
    reason = Reason(str(kind), f"decide@{_VERSION}", "description")
    reasons = verdict.reasons if str(kind) in codes else tuple(sorted((*verdict.reasons, reason)))
    return verdict._replace(label=Label.INCOMPLETE, escalate=max(verdict.escalate, kind), reasons=reasons)


def _only_a_question(codes: set[str]) -> bool:
    return "question" in codes and not codes & {"text_signal", "report_described"}


def _without_own_child(verdict: Verdict) -> Verdict:
    """A parent's question is no sign of a child in danger, whatever box was ticked beside "my child"."""
    reasons = tuple(reason for reason in verdict.reasons if reason.field != "concerns_own_child")
    named = {reason.code for reason in reasons}
    left = max((kind for kind in Escalation if str(kind) in named), default=Escalation.NONE)
    return verdict._replace(reasons=reasons, escalate=left)


def _beside_question(verdict: Verdict, alone: Sequence[Verdict]) -> Verdict:
    """With what a sentence alone tells: a danger rules hear, or a doubt where the model is sure of one.

    The model alone is no alarm here: one everyday sentence about a child is too little for it to weigh.
    """
    for told in alone:
        codes = {one.code for one in told.reasons}
        if told.escalate <= verdict.escalate or "question" in codes:
            continue
        grave = {one for one in told.reasons if one.code in ESCALATION_REASONS and one.rule.startswith(_PHRASES)}
        heard = max((ESCALATIONS[one.code] for one in grave), default=Escalation.NONE)
        if heard > verdict.escalate:
            verdict = _with(verdict._replace(escalate=heard), grave)
        elif min(_surest(told.reasons, _SIGNAL), _surest(told.reasons, ESCALATION_REASONS)) >= SURE:
            verdict = _with(verdict, {_DOUBTED_QUESTION})
    doubted = any(one.code == "text_doubt" and _SOUGHT not in one.rule for one in verdict.reasons)
    return _with(verdict, {_DOUBTED_QUESTION}) if doubted and verdict.to_person else verdict


def _with(verdict: Verdict, reasons: Collection[Reason]) -> Verdict:
    return verdict._replace(reasons=tuple(sorted({*verdict.reasons, *reasons})), to_person=True)


def _facts(said: Said) -> _Facts:
    return (
        said.category, said.reporter_group, said.language, said.locator_kinds, said.locator_problems, said.channel,
        said.attachments, said.matches, said.concerns_own_child, said.assigned, said.alert, said.unheard,
    )  # fmt: skip
