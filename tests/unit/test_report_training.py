"""Training of the report model: whole families held out, calibrated, the same files from the same seed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from classifiers.base import RuleTexts, Said
from classifiers.features import SPACE, packed
from classifiers.features_kernels import matrix
from classifiers.model import ABOUT_FILE, HEADS, WEIGHTS_FILE, Model
from pipeline.training.reports.augment import bland, copies
from pipeline.training.reports.examples import NO, OPEN, YES, Phrasing, of_patterns, of_sample, read_tsv
from pipeline.training.reports.figures import calibration
from pipeline.training.reports.files import CARD_FILE
from pipeline.training.reports.learn import families_of, learn
from pipeline.training.reports.patterns import filled
from pipeline.training.reports.shipped import Made, base_file, base_texts, make
from pipeline.training.reports.thresholds import NEVER, Wish, least

DATA = Path(__file__).parents[2] / "data"
RULES = RuleTexts(
    {path.stem: path.read_text("utf-8") for path in (DATA / "phrases").glob("*.toml")},
    (DATA / "categories.toml").read_text("utf-8"),
)
FILLERS = (
    "kolega pokazao jutros", "stari laptop podrum", "autobus prema gradu", "komšijin telefon zvoni",
    "prozor cijelu noć", "škola drugo polugodište", "reklama iskočila naglo", "čudna poruka dvaput",
    "kafana blizu rijeke", "sestrin rođendan", "mreža usporena vikendom", "pijaca ranom zorom",
)  # fmt: skip
"""Words around the telling ones, unlike each other, so that each text is a family of its own."""
QUIET = [].append
"""Hears of progress and says nothing."""
SUSPECT, HARMLESS = "nedopuštene snimke", "recepti za ručak"


def phrasing(text: str, label: str, family: str, **more: str) -> Phrasing:
    """One text of a source that is measured."""
    kind = more.get("kind", "page" if label == "csam_suspect" else "other")
    return Phrasing(text, family, kind, "bs", "latin", "url", None, label, more.get("escalate", "none"), "dev")


def few() -> list[Phrasing]:
    """Texts of three meanings, each in a family of its own."""
    return [
        *(phrasing(f"{one} {SUSPECT}", "csam_suspect", f"s-{one}") for one in FILLERS),
        *(phrasing(f"{HARMLESS} {one}", "complete", f"h-{one}") for one in FILLERS),
        *(phrasing(f"{one} želi umrijeti", "complete", f"l-{one}", escalate="risk_to_life") for one in FILLERS),
    ]


@pytest.fixture(scope="module")
def made() -> Made:
    return make(few(), RULES, 7, QUIET)


def test_training_tells_the_two_meanings_apart_and_stays_silent_on_what_it_never_saw(made: Made) -> None:
    trained = Model.load(RuleTexts({}, "", {f"reports/{name}": content for name, content in made.files.items()}))
    url = frozenset({"url"})
    suspect = trained.judge(Said(description=f"novi {SUSPECT}", locator_kinds=url))
    assert suspect is not None
    assert {reason.code for reason in suspect.reasons} == {"text_signal"}
    assert trained.judge(Said(description=f"novi {HARMLESS}", locator_kinds=url)) is None
    danger = trained.judge(Said(description="djevojčica želi umrijeti", locator_kinds=url))
    assert danger is not None
    assert str(danger.escalate) == "risk_to_life"
    assert trained.trained is not None
    assert trained.trained.thresholds["spam"].speak == NEVER


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(made: Made) -> None:
    again, other = (make(few(), RULES, seed, QUIET) for seed in (7, 8))
    assert again.files == made.files
    assert other.files[WEIGHTS_FILE] != made.files[WEIGHTS_FILE]


def test_the_files_hold_numbers_and_no_word_of_the_texts(made: Made) -> None:
    everything = b"".join(made.files.values()).lower()
    for word in {word for one in few() for word in one.text.lower().split() if len(word) > 4}:
        assert word.encode() not in everything
    with np.load(_stream(made.files[WEIGHTS_FILE]), allow_pickle=False) as stored:
        assert {stored[name].dtype.kind for name in stored.files} == {"f"}


def test_a_word_that_only_one_real_case_used_is_not_learned() -> None:
    meant = tuple(YES if head == "suspect" else OPEN for head in HEADS)
    texts = ("kvrgavost blizu mosta", "kvrgavost pored stare pošte nakon kasnog ručka u nedjelju")

    def loudness(*families: str) -> float:
        """Weight of the word as a whole, once both texts were learned from as reports of these cases."""
        cases = [
            replace(phrasing(text, "csam_suspect", family), said=Said(description=text), meant=meant)
            for text, family in zip(texts, families, strict=True)
        ]
        learned = learn([*few(), *cases], np.ones(38, bool), 7, QUIET)
        _, columns, values = matrix(*packed(["kvrgavost"]), SPACE)
        return float(np.abs(learned.words[columns[values == values.max()], 0]).max())

    assert loudness("case:1", "case:1") == 0
    assert loudness("case:1", "case:2") > 0


def test_the_card_says_what_was_measured_and_that_it_is_not_reality(made: Made) -> None:
    card = made.files[CARD_FILE].decode()
    assert "not reality" in card
    assert "Expected calibration error" in card
    assert made.told["together"]["suspect_recall"] == 1.0
    assert json.loads(made.files[ABOUT_FILE])["heads"] == list(HEADS)


def test_texts_that_give_each_other_away_are_one_family() -> None:
    texts = ["Na stranici su nezakonite slike djece.", "На страници су незаконите слике дјеце.", "Prodajem auto."]
    one, same, other = families_of([phrasing(text, "complete", str(place)) for place, text in enumerate(texts)])
    assert one == same != other
    first, second = families_of([phrasing(text, "complete", "together") for text in (texts[0], texts[2])])
    assert first == second


def test_copies_are_seeded_keep_the_meaning_and_leave_the_first_text_alone() -> None:
    texts = few()[:5]
    made, again = (copies(texts, [3, 4, 5, 6, 7], 11, times=3) for _ in range(2))
    assert [one.said for one in made] == [one.said for one in again]
    assert len(made) == 20
    assert made[0].said.description == texts[0].text
    assert all((one.targets == texts[place // 4].targets).all() for place, one in enumerate(made))


def test_bland_sentences_mean_nothing_to_any_head() -> None:
    assert all((one.targets == NO).all() for one in bland(1))


@pytest.mark.parametrize(
    ("row", "head", "wanted"),
    [
        ("page\tbs\tx\tcsam_suspect\tnone", "suspect", YES),
        ("page\tbs\tx\tcsam_suspect\tnone", "abuse_described", OPEN),
        ("danger_no_address\tbs\tx\tincomplete\tdanger_now", "danger_now", YES),
        ("danger_no_address\tbs\tx\tincomplete\tdanger_now", "alarm", YES),
        ("danger_no_address\tbs\tx\tincomplete\tdanger_now", "child_identified", OPEN),
        ("danger_no_address\tbs\tx\tincomplete\tdanger_now", "suspect", OPEN),
        ("question\tbs\tx\tincomplete\tnone", "question", YES),
        ("question\tbs\tx\tincomplete\tnone", "suspect", NO),
        ("self\tbs\tx\tincomplete\tnone", "seeks_help_for_self", YES),
    ],
)
def test_what_a_phrasing_says_to_a_head(row: str, head: str, wanted: int) -> None:
    (one,) = read_tsv(f"kind\tlanguage\ttext\tlabel\tescalate\n{row}", "phrasings")
    assert one.targets[HEADS.index(head)] == wanted


def test_the_shipped_patterns_and_sample_texts_fill_every_slot() -> None:
    patterns = list(of_patterns((DATA / "training" / "reports" / "patterns.toml").read_text("utf-8"), 1))
    sample = {path.stem: path.read_text("utf-8") for path in (DATA / "sample_texts").glob("*.toml")}
    sample.pop("slots")
    found = [*patterns, *of_sample(sample, 1)]
    assert len(found) > 1_000
    assert not [one for one in found if "{" in one.text]
    assert {place for one in found for place in np.flatnonzero(one.targets == YES).tolist()} == set(range(len(HEADS)))


def test_an_unknown_slot_is_an_error() -> None:
    with pytest.raises(KeyError):
        filled("{nothing}", {}, np.random.default_rng(1))


def test_a_base_file_gives_the_same_texts_back() -> None:
    assert base_texts(base_file(few()).decode()) == few()


def test_a_threshold_finds_as_much_as_wanted_while_enough_is_right() -> None:
    odds, meant = np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.4]), np.array([True, True, False, True, False, False])
    assert least(odds, meant, Wish(1.0, 0.5)) == pytest.approx(0.55)
    assert least(odds, meant, Wish(1.0, 1.0)) == pytest.approx(0.75)
    assert least(odds, meant, Wish(0.5, 0.5)) == pytest.approx(0.75)
    assert least(odds, np.zeros(6, bool), Wish(1.0, 0.5)) == least(odds, np.ones(6, bool), Wish(1.0, 0.5)) == NEVER


def test_calibration_compares_what_was_said_with_what_was_true() -> None:
    odds, meant = np.array([0.05] * 10 + [0.95] * 10), np.array([False] * 10 + [True] * 5 + [False] * 5)
    told = calibration(odds, meant)
    assert told["expected_calibration_error"] == pytest.approx((0.05 * 10 + 0.45 * 10) / 20)
    assert told["bins"] == [(0.05, 0.0, 10), (0.95, 0.5, 10)]


def _stream(content: bytes) -> object:
    import io

    return io.BytesIO(content)
