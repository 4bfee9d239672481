"""The trained opinion: what it says at which probability, where it points, and what outweighs it."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest

from classifiers.alerts import Alerts
from classifiers.base import Classifier, Example, RuleTexts, Said
from classifiers.decide import LIKELY, SURE, Decider
from classifiers.features import FACTS, SPACE, packed
from classifiers.features_kernels import matrix
from classifiers.locators import Locators
from classifiers.model import ABOUT_FILE, FOLDER, HEADS, WEIGHTS_FILE, Model, version_of
from pipeline.resources import resource
from triage.errors import BadConfiguration
from triage.verdict import Escalation, Label, Reason, Verdict

URL = frozenset({"url"})
LOUD = {"suspect": "zabranjene slike ih", "risk_to_life": "oprosti mi svijete", "question": "zanima me savjet"}
"""Head to the words that make it speak."""
LOGIT = 3.0


def files(strength: float = LOGIT, doubt: float = 0.3, speak: float = 0.6) -> dict[str, bytes]:
    """A model that hears the words of LOUD; a text of nothing else gets about `strength` above even odds."""
    words = np.zeros((SPACE, len(HEADS)), np.float32)
    for head, loud in LOUD.items():
        _, columns, values = matrix(*packed([loud]), SPACE)
        for name in (head, "alarm") if head == "risk_to_life" else (head,):
            words[columns, HEADS.index(name)] = (strength + 3) * values
    arrays = {
        "words": words, "facts": np.zeros((len(FACTS), len(HEADS))), "bias": np.full(len(HEADS), -3.0),
        "slope": np.ones(len(HEADS)), "shift": np.zeros(len(HEADS)),
    }  # fmt: skip
    stream = io.BytesIO()
    np.savez_compressed(stream, **arrays)
    about = {"facts": list(FACTS), "thresholds": {head: {"doubt": doubt, "speak": speak} for head in HEADS}}
    return {WEIGHTS_FILE: stream.getvalue(), ABOUT_FILE: json.dumps(about).encode()}


def model(given: dict[str, bytes] | None = None) -> Model:
    """The model of these files, or of none."""
    own = {f"{FOLDER}/{name}": content for name, content in (given or {}).items()}
    return Model.load(RuleTexts({}, "", own))


SHARP, DOUBTFUL = model(files()), model(files(strength=0.0, doubt=0.3, speak=0.9))


@dataclass
class Stubborn(Classifier):
    """A rule that always gives one verdict."""

    name = "stubborn"
    reads_text = True
    verdict: Verdict = field(default_factory=lambda: Verdict(Label.COMPLETE))

    @property
    def version(self) -> str:
        return "1"

    def judge(self, said: Said) -> Verdict | None:
        del said
        return self.verdict

    def examples(self) -> Sequence[Example]:
        return ()


def rule(code: str, label: Label = Label.COMPLETE) -> Stubborn:
    """A rule that always says this."""
    return Stubborn(Verdict(label, reasons=(Reason(code, "stubborn@1", "description"),)))


def codes(verdict: Verdict) -> set[str]:
    return {reason.code for reason in verdict.reasons}


def test_without_weights_there_is_no_opinion() -> None:
    assert model().judge(Said(description=LOUD["suspect"])) is None
    assert model().version == "none"


def test_loud_words_make_a_suspect_and_are_pointed_at() -> None:
    text = "Dobar dan! Zabranjene slike ih."
    verdict = SHARP.judge(Said(description=text, locator_kinds=URL))
    assert verdict is not None
    assert verdict.label is Label.CSAM_SUSPECT
    (reason,) = verdict.reasons
    assert (reason.code, reason.rule) == ("text_signal", f"model:suspect@{SHARP.version}")
    assert text[reason.start : reason.end] == "Zabranjene slike ih"
    assert 0.6 <= reason.weight == verdict.score < 1


def test_spans_lead_back_to_cyrillic_and_to_the_location_field() -> None:
    text = "Љуби их Њој — забрањене слике"
    verdict = SHARP.judge(Said(location="на форуму", description=text))
    assert verdict is not None
    (reason,) = verdict.reasons
    assert (reason.field, text[reason.start : reason.end]) == ("description", "забрањене слике")
    there = SHARP.judge(Said(location="видио забрањене слике", description="х"))
    assert there is not None
    assert {(one.field, one.start, one.end) for one in there.reasons} == {("location", 6, 21)}


def test_between_the_thresholds_a_person_looks_and_nothing_else_changes() -> None:
    said = Said(description=LOUD["suspect"], locator_kinds=URL)
    verdict = Decider([Locators(), DOUBTFUL]).decide(said)
    assert (verdict.label, verdict.escalate, verdict.to_person) == (Label.COMPLETE, Escalation.NONE, True)
    assert "text_doubt" in codes(verdict)
    assert verdict.score < 0.9


def test_a_doubtful_question_is_simply_a_report() -> None:
    verdict = Decider([Locators(), DOUBTFUL]).decide(Said(description=LOUD["question"], locator_kinds=URL))
    assert (codes(verdict), verdict.to_person, verdict.score) == ({"locator"}, False, 1.0)


def test_a_danger_is_named_by_its_likeliest_kind() -> None:
    verdict = Decider([Locators(), SHARP]).decide(Said(description=LOUD["risk_to_life"], locator_kinds=URL))
    assert (verdict.label, verdict.escalate) == (Label.COMPLETE, Escalation.RISK_TO_LIFE)
    assert codes(verdict) == {"locator", "risk_to_life"}


def test_a_question_heard_by_the_model_alone_waits_for_a_person() -> None:
    verdict = Decider([Locators(), SHARP]).decide(Said(description=LOUD["question"], locator_kinds=URL))
    assert (verdict.label, verdict.to_person) == (Label.INCOMPLETE, True)


def test_a_report_without_a_place_stays_incomplete_whatever_the_model_says() -> None:
    verdict = Decider([Locators(), SHARP]).decide(Said(description=LOUD["suspect"]))
    assert (verdict.label, verdict.escalate) == (Label.INCOMPLETE, Escalation.ABUSE_DESCRIBED)


@pytest.mark.parametrize("code", ["mentioned_only", "spam", "test"])
def test_a_suspicion_that_is_not_nearly_sure_bows_to_what_rules_recognised(code: str) -> None:
    said = Said(description=LOUD["suspect"], locator_kinds=URL)
    unsure = model(files(strength=1.0))
    weak = Decider([Locators(), rule(code), unsure]).decide(said)
    assert weak.label is not Label.CSAM_SUSPECT
    assert weak.to_person
    assert "text_doubt" in codes(weak)
    assert max(one.weight for one in weak.reasons if one.code == "text_doubt") < SURE
    assert Decider([Locators(), rule(code), SHARP]).decide(said).label is Label.CSAM_SUSPECT


def test_a_question_beside_something_to_open_bows_to_a_suspicion_likelier_than_not() -> None:
    said = Said(description=LOUD["suspect"], locator_kinds=URL)
    likelier, unlikelier = model(files(strength=1.0)), model(files(strength=-1.0, speak=0.2, doubt=0.1))
    assert Decider([Locators(), rule("question"), likelier]).decide(said).label is Label.CSAM_SUSPECT
    weak = Decider([Locators(), rule("question"), unlikelier]).decide(said)
    assert (weak.label, weak.to_person) == (Label.INCOMPLETE, True)
    assert LIKELY > max(one.weight for one in weak.reasons if one.rule.startswith("model:")) >= 0.2
    both = Decider([Locators(), rule("question"), rule("mentioned_only"), likelier]).decide(said)
    assert both.label is not Label.CSAM_SUSPECT


def test_a_question_without_a_place_is_no_abuse_described_on_a_suspicion_that_is_not_nearly_sure() -> None:
    decided = Decider([Locators(), rule("question"), model(files(strength=1.0))])
    verdict = decided.decide(Said(description=LOUD["suspect"]))
    assert (verdict.label, verdict.escalate, verdict.to_person) == (Label.INCOMPLETE, Escalation.NONE, True)


def test_without_a_place_a_suspicion_must_be_likelier_than_not_to_be_abuse_described() -> None:
    decided = Decider([Locators(), Alerts(), model(files(strength=-1.0, speak=0.2, doubt=0.1))])
    said = Said(description=LOUD["suspect"])
    verdict = decided.decide(said)
    assert (verdict.label, verdict.escalate, verdict.to_person) == (Label.INCOMPLETE, Escalation.NONE, True)
    assert decided.decide(said._replace(locator_kinds=URL)).label is Label.CSAM_SUSPECT
    assert decided.decide(said._replace(alert=True)).label is Label.CSAM_SUSPECT


def test_the_model_makes_no_question_of_what_rules_know_as_a_report() -> None:
    said = Said(description=LOUD["question"], locator_kinds=URL)
    verdict = Decider([Locators(), rule("report_described"), SHARP]).decide(said)
    assert verdict.label is Label.COMPLETE
    assert "question" not in codes(verdict)


def test_a_model_that_agrees_takes_nothing_from_a_rules_certainty() -> None:
    certain = rule("text_signal", Label.CSAM_SUSPECT)
    verdict = Decider([Locators(), certain, SHARP]).decide(Said(description=LOUD["suspect"], locator_kinds=URL))
    assert (verdict.label, verdict.score) == (Label.CSAM_SUSPECT, 1.0)


def test_many_at_once_are_judged_as_one_by_one() -> None:
    texts = [*LOUD.values(), "", "nothing of interest", "ZABRANJENE SLIKE " * 9, "\ud800 zabranjene \udfff slike"]
    said = [Said(description=text, location=where) for text in texts for where in ("", "host.example", "a b", "…")]
    assert SHARP.judge_all(said) == [SHARP.judge(one) for one in said]


@pytest.mark.parametrize(
    "hostile",
    ["zabranjene \x00 slike", "\u202ezabranjene\u2066 slike", "\ud800" * 99, "a\u0301" * 9_999, "🙂" * 50_000, "?" * 9],
)
def test_hostile_texts_never_raise_and_spans_stay_inside(hostile: str) -> None:
    verdict = SHARP.judge(Said(description=hostile + " zabranjene slike", location=hostile))
    for reason in verdict.reasons if verdict else ():
        text = hostile if reason.field == "location" else hostile + " zabranjene slike"
        assert 0 <= reason.start <= reason.end <= len(text)


def test_the_version_is_the_digest_of_the_files() -> None:
    given = files()
    assert model(given).version == version_of(given) == model(files()).version
    assert model(given | {ABOUT_FILE: given[ABOUT_FILE] + b" "}).version != version_of(given)


@pytest.mark.parametrize("broken", [WEIGHTS_FILE, ABOUT_FILE])
def test_damaged_or_foreign_files_are_bad_configuration(broken: str) -> None:
    given = files()
    for content in (b"", b"not it", given[broken][:-40]):
        with pytest.raises(BadConfiguration):
            model(given | {broken: content})
    with pytest.raises(BadConfiguration):
        model({name: content for name, content in given.items() if name != broken})


def test_weights_that_would_need_pickle_are_refused() -> None:
    stream = io.BytesIO()
    names = ("words", "facts", "bias", "slope", "shift")
    np.savez(stream, **{name: np.array([{"a": 1}], dtype=object) for name in names})
    with pytest.raises(BadConfiguration):
        model(files() | {WEIGHTS_FILE: stream.getvalue()})


def test_a_model_of_other_facts_or_with_weights_that_are_no_numbers_is_refused() -> None:
    given = files()
    told = json.loads(given[ABOUT_FILE])
    with pytest.raises(BadConfiguration, match="train it again"):
        model(given | {ABOUT_FILE: json.dumps(told | {"facts": ["other"]}).encode()})
    with np.load(io.BytesIO(given[WEIGHTS_FILE])) as stored:
        arrays = {name: stored[name] for name in stored.files}
    arrays["bias"] = np.full(len(HEADS), np.nan)
    stream = io.BytesIO()
    np.savez(stream, **arrays)
    with pytest.raises(BadConfiguration):
        model(given | {WEIGHTS_FILE: stream.getvalue()})


@pytest.mark.parametrize("text", ["Zabranjene slike", "забрањене слике https://host.example"])
def test_under_three_words_it_only_doubts(text: str) -> None:
    verdict = SHARP.judge(Said(description=text, locator_kinds=URL))
    assert verdict is not None
    assert (verdict.label, verdict.escalate, verdict.to_person) == (Label.COMPLETE, Escalation.NONE, True)
    assert {one.code for one in verdict.reasons} == {"text_doubt"}
    assert SHARP.judge(Said(description="zanima savjet", locator_kinds=URL)) is None


def test_the_shipped_folder_says_where_it_comes_from() -> None:
    folder = resource(f"models/{FOLDER}")
    card, licence = (folder.joinpath(name).read_text(encoding="utf-8") for name in ("model_card.md", "LICENCE.md"))
    (counted,) = [line for line in card.splitlines() if line.startswith("- texts by source: ")]
    sources = [part.split()[0] for part in counted.removeprefix("- texts by source: ").split(", ")]
    assert len(sources) > 5
    assert [source for source in sources if source not in licence] == []
    assert "Apache-2.0" in licence
