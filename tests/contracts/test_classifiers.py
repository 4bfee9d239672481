"""What every classifier must do, whatever it judges by: run over each one the registry finds."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers.assigned import Assigned
from classifiers.base import ESCALATION_REASONS, KNOWN_REASONS, Classifier, Example, RuleTexts, Said
from classifiers.registry import all_classifiers, register
from triage.errors import BadConfiguration
from triage.verdict import Verdict

DATA = Path(__file__).parents[2] / "data"
RULES = RuleTexts(
    phrases={path.stem: path.read_text("utf-8") for path in (DATA / "phrases").glob("*.toml")},
    categories=(DATA / "categories.toml").read_text("utf-8"),
)
CLASSIFIERS: dict[str, Classifier] = {name: kind.load(RULES) for name, kind in all_classifiers().items()}
EXAMPLES = [(one, example) for one in CLASSIFIERS.values() for example in one.examples()]
HOSTILE = {
    "lone surrogate": "nezakonite \ud800 slike \udfff djece",
    "nul": "illegal\x00 pictures\x00 of a child",
    "bidi": "\u202e illegal \u2066pictures\u2069 of a child",
    "only marks": "?!.,;:" * 20_000,
    "only combining marks": "a" + "\u0301" * 100_000,
    "a megabyte in one word": "a" * 1_000_000,
    "a megabyte of dots and letters": "a." * 500_000,
    "a megabyte of addresses": "https://a.example/slike " * 42_000,
    "every word a hit": "illegal pictures of a child " * 8_000,
    "no end of a sentence": "child image threat publish " * 8_000,
    "endless number": "1" * 100_000 + " godina",
}

each_classifier = pytest.mark.parametrize("classifier", CLASSIFIERS.values(), ids=CLASSIFIERS.keys())
said_anything = st.builds(
    Said,
    category=st.sampled_from([None, "csam", "question", "fraud", "no such category"]),
    reporter_group=st.sampled_from([None, "child", "parent"]),
    language=st.sampled_from([None, "bs", "en"]),
    location=st.text(st.characters(), max_size=60),
    description=st.one_of(
        st.text(st.characters(), max_size=200),
        st.lists(
            st.sampled_from(["nezakonite", "слике", "djece", "child", "illegal", "picture", "no", ".", "13", "god"])
        ).map(" ".join),
    ),
    locator_kinds=st.frozensets(st.sampled_from(["url", "handle"])),
    locator_problems=st.frozensets(st.sampled_from(["bare_platform", "malformed"])),
    attachments=st.integers(0, 3),
    concerns_own_child=st.booleans(),
    assigned=st.booleans(),
    alert=st.booleans(),
)


def test_the_five_first_opinions_are_found() -> None:
    assert set(CLASSIFIERS) >= {"alerts", "assigned", "categories", "locators", "phrases"}


def test_two_classifiers_of_one_name_are_refused() -> None:
    class Again(Assigned):
        pass

    with pytest.raises(BadConfiguration):
        register({"assigned": Assigned}, [Again])


@pytest.mark.parametrize(("classifier", "example"), EXAMPLES)
def test_an_example_is_judged_as_its_classifier_says(classifier: Classifier, example: Example) -> None:
    said, label, escalate = example
    verdict = classifier.judge(said)
    assert (verdict and verdict.label) == label
    assert (verdict.escalate if verdict else 0) == escalate


@each_classifier
def test_a_classifier_has_a_name_a_version_and_examples(classifier: Classifier) -> None:
    assert classifier.name
    assert classifier.version
    assert classifier.version == type(classifier).load(RULES).version
    assert len(classifier.examples()) >= 2


@each_classifier
@given(said=said_anything)
@settings(max_examples=150, deadline=None)
def test_a_verdict_explains_itself_and_never_changes(classifier: Classifier, said: Said) -> None:
    verdict = classifier.judge(said)
    assert verdict == classifier.judge(said) == type(classifier).judge(classifier, Said(*said))
    if verdict is not None:
        _explains_itself(classifier, said, verdict)


@each_classifier
@given(said=said_anything)
@settings(max_examples=50, deadline=None)
def test_a_classifier_that_reads_no_text_judges_all_texts_alike(classifier: Classifier, said: Said) -> None:
    if not classifier.reads_text:
        assert classifier.judge(said) == classifier.judge(said._replace(location="", description=""))


@each_classifier
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.timeout(60)
def test_hostile_text_is_judged_like_any_other(classifier: Classifier, text: str) -> None:
    said = Said(description=text, location=text[:1000])
    verdict = classifier.judge(said)
    if verdict is not None:
        _explains_itself(classifier, said, verdict)


def test_engines_are_not_touched_by_import_or_by_loading_rules() -> None:
    code = "import sys, classifiers.decide, classifiers.phrases; sys.exit('spacy' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=DATA.parent, timeout=60)


def _explains_itself(classifier: Classifier, said: Said, verdict: Verdict) -> None:
    lengths = {"location": len(said.location), "description": len(said.description)}
    codes = {reason.code for reason in verdict.reasons}
    assert codes
    assert codes <= KNOWN_REASONS
    assert list(verdict.reasons) == sorted(set(verdict.reasons))
    for reason in verdict.reasons:
        assert reason.rule.startswith(classifier.name)
        assert reason.rule.endswith("@" + classifier.version)
        assert 0 <= reason.start <= reason.end <= lengths.get(reason.field, 0)
    spoken = {code for code in codes if code in ESCALATION_REASONS}
    assert bool(spoken) == bool(verdict.escalate)
    assert not spoken or str(verdict.escalate) in spoken
