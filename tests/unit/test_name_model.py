"""The shipped name model and its layer: made-up people are found however they are typed, and nothing makes it raise."""

from __future__ import annotations

import itertools
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import spacy

from pipeline.name_model import FOLDER, load, quick_suffix
from pipeline.resources import resource
from triage.redacting.name_chain import (
    ALLOWED,
    ENDS,
    KINDS,
    LABELS,
    OTHER,
    STARTS,
    best_labels,
    gradients,
    marginals,
)
from triage.redacting.name_features import (
    AT_STARTS,
    COLUMNS,
    ENGLISH,
    EVERYWHERE,
    GERMAN,
    LAYER,
    MIXED,
    NO_CAPITALS,
    OURS,
    describe,
    packed,
    shape,
    starts,
    stem,
    tongue,
    typing_style,
    unpacked,
)
from triage.redacting.name_language import CODE
from triage.redacting.name_model import NameModel, style_of
from triage.redacting.text import read
from triage.shadow import shadow

LARGEST_MODEL_BYTES = 15_000_000
TOLD = [
    ("Zovem se Munevera Kapetanbegić i živim u Zenici.", ["Munevera", "Kapetanbegić"], ["Zenici"]),
    ("Moja kćerka Lejla ide u školu u Gračanici, otac joj je Ivo Tomić.", ["Lejla", "Ivo", "Tomić"], ["Gračanici"]),
    ("Profil pripada Đurđici Škaljević iz Trebinja.", ["Đurđici", "Škaljević"], ["Trebinja"]),
    ("Poruku mi je poslao Dželal Hadžimujić preko grupe.", ["Dželal", "Hadžimujić"], []),
    ("Razgovarala sam s Ljiljanom Čubrilo u Banjoj Luci.", ["Ljiljanom", "Čubrilo"], ["Luci"]),
    ("Njegovo ime je Shpetim Krasniqi, dolazi iz Prizrena.", ["Shpetim", "Krasniqi"], ["Prizrena"]),
]  # fmt: skip
"""Sentence, words of people's names, words of places; nobody is meant."""
PLAIN = [
    "Na ovoj stranici su nedozvoljene slike djeteta, molim vas uklonite ih.",
    "ne znam ko vodi ovu grupu i bojim se da ce opet traziti novac",
    "Majka je plakala, a škola nije ništa poduzela.",
    "I do not know who runs this group, please help as soon as you can.",
]
_CYRILLIC = dict(zip("abvgdđežzijklmnoprstćufhcčš", "абвгдђежзијклмнопрстћуфхцчш", strict=True))


@pytest.fixture(scope="module")
def model() -> NameModel:
    """The model of the installation."""
    return load()


def _cyrillic(text: str) -> str:
    for pair, letter in (("lj", "љ"), ("nj", "њ"), ("dž", "џ"), ("Lj", "Љ"), ("Nj", "Њ"), ("Dž", "Џ")):
        text = text.replace(pair, letter)
    letters = [_CYRILLIC.get(c.lower(), c) for c in text]
    return "".join(new.upper() if old.isupper() else new for old, new in zip(text, letters, strict=True))


WAYS = {
    "as written": str,
    "lower": shadow,
    "cyrillic": _cyrillic,
    "lower cyrillic": lambda text: _cyrillic(text).lower(),
    "capitals": str.upper,
}


@pytest.mark.parametrize("way", WAYS)
def test_made_up_people_and_places_are_found_however_they_are_typed(model: NameModel, way: str) -> None:
    typed = WAYS[way]
    missed = []
    for sentence, people, places in TOLD:
        text = typed(sentence)
        spans = model.find(read(text))
        for kinds, words in ((("name",), people), (("place", "name", "organisation"), places)):
            for word in words:
                start = text.index(typed(word))
                if not any(span.start <= start < span.end and span.kind in kinds for span in spans):
                    missed.append(word)
    assert len(missed) <= (0 if way in ("as written", "cyrillic") else 2), missed


def test_both_scripts_give_the_same_spans(model: NameModel) -> None:
    for sentence, _, _ in TOLD:
        latin, cyrillic = sentence, _cyrillic(sentence)
        said = [
            [(shadow(text[span.start : span.end]), span.kind) for span in model.find(read(text))]
            for text in (latin, cyrillic)
        ]
        assert said[0] == said[1]


def test_texts_without_names_stay_as_they_are(model: NameModel) -> None:
    assert model.find_many([read(text) for text in PLAIN]) == [[], [], [], []]


def test_spans_point_at_the_text_as_written(model: NameModel) -> None:
    text = "\u200bЊегово име је Џевад Љубушкић,\u00a0ж\u0301иви у Мостару"
    for span in model.find(read(text)):
        assert 0 <= span.start < span.end <= len(text)
    named = {text[span.start : span.end] for span in model.find(read(text)) if span.kind == "name"}
    assert named == {"Џевад Љубушкић"}
    assert {span.rule for span in model.find(read(text))} == {"model:PER", "model:LOC"}


@pytest.mark.parametrize("text", [
    "", " ", "\n\n\t", "\x00", "\ud800", "\ud83d x \udc00", "🙂" * 50, "a" * 5_000, "Amra " * 3_000, "\u0301\u0301",
    "¿¡§", "مرحبا", "你好", "'" * 300, "(" * 300, "@", "#", "...", "ABC-" * 200, "\u202eknurb\u202c", "1" * 400,
])  # fmt: skip
def test_no_text_is_too_odd(model: NameModel, text: str) -> None:
    spans = model.find(read(text))
    assert spans == sorted(spans)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(left.end <= right.start for left, right in itertools.pairwise(spans))


def test_random_characters_never_raise(model: NameModel) -> None:
    generator = np.random.default_rng(5)
    alphabet = [*"abcČćžđЉњџ АБВ.,!?@#_-'\"\n\t0123\u200b\u0301\ud800🙂أ"]
    texts = ["".join(generator.choice(alphabet, size=generator.integers(0, 200))) for _ in range(200)]
    assert len(model.find_many([read(text) for text in texts])) == 200


def test_a_text_reads_the_same_alone_and_among_others(model: NameModel) -> None:
    texts = [read(sentence) for sentence, _, _ in TOLD] + [read(text) for text in [*PLAIN, "", "Amra " * 900]]
    assert model.find_many(texts) == [model.find(text) for text in texts]


def test_the_shipped_folder_is_small_and_says_where_it_comes_from() -> None:
    folder = Path(str(resource(FOLDER)))
    assert sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) <= LARGEST_MODEL_BYTES
    card, licence = ((folder / name).read_text(encoding="utf-8") for name in ("model_card.md", "LICENCE.md"))
    assert "CC BY-SA 4.0" in licence
    assert all(source in licence for source in ("UNER", "hr500k", "ReLDI", "COMtext", "Broad Twitter", "srLex"))
    assert f"Version {load(folder).version}" in card


def test_the_command_line_does_not_wait_for_spacy() -> None:
    code = "import sys, pipeline.name_model; sys.exit('spacy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=False)
    assert done.returncode == 0


@pytest.mark.parametrize(("text", "style"), [
    ("Zovem se Amra", "mixed"), ("zovem se amra", "plain"), ("Zovem se amra. Imam strah", "plain"),
    ("ZOVEM SE AMRA BEGIĆ", "plain"), ("Zovem Se Amra Begić", "title"), ("Amra Begić", "mixed"),
    ("", "plain"), ("12 !", "plain"),
])  # fmt: skip
def test_typing_is_told_by_its_capitals(text: str, style: str) -> None:
    assert style_of(text) == style


@pytest.mark.parametrize("thresholds", [{}, {"mixed": 0.5}, {"mixed": 0.5, "plain": 0.0, "title": 0.5}])
def test_thresholds_are_chances_for_each_way_of_typing(thresholds: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="threshold"):
        NameModel(spacy.blank(CODE), thresholds, "1")


def test_the_tokeniser_keeps_names_handles_and_initials_whole() -> None:
    text = "A. Begić-Halilović (SF-u), Tuzla/Zenica: @amra_b.x ul. Došla.Onda a@b.example"
    assert [token.text for token in spacy.blank(CODE)(text)] == [
        "A.", "Begić-Halilović", "(", "SF-u", ")", ",", "Tuzla", "/", "Zenica", ":", "@amra_b.x", "ul.",
        "Došla", ".", "Onda", "a@b.example",
    ]  # fmt: skip


def test_a_long_run_of_signs_costs_the_tokeniser_no_more_than_its_length() -> None:
    plain, quick = spacy.blank(CODE), spacy.blank(CODE)
    seen: list[int] = []
    search = plain.tokenizer.suffix_search

    def counted(word: str) -> re.Match[str] | None:
        seen.append(len(word))
        return search(word)

    quick.tokenizer.suffix_search = quick_suffix(counted)
    for sign in "(<\n.":
        assert len(quick("Amra " + sign * 19_000)) <= 4
    quick("()" * 2_000)
    assert max(seen) <= 64
    for told in (*PLAIN, *(sentence for sentence, _, _ in TOLD), "Amra!!! (Tuzla)... 12km/h. 5°C."):
        assert [token.text for token in quick(told)] == [token.text for token in plain(told)]


def test_features_are_the_same_in_both_scripts_and_without_diacritics() -> None:
    lexicon = unpacked(packed({"dzevad": "wg", "dzevad"[:5]: "t"}))
    latin, cyrillic, plain = (describe(word, lexicon) for word in ("Dževad", "Џевад", "dzevad"))
    shaped = COLUMNS.index("shape")
    assert latin[:shaped] == cyrillic[:shaped] == plain[:shaped]
    assert latin[shaped + 1 :] == cyrillic[shaped + 1 :] == plain[shaped + 1 :]
    assert latin[shaped] != plain[shaped]


def test_case_endings_fall_off_the_stem_and_shapes_are_short() -> None:
    assert {stem(form) for form in ("begic", "begica", "begicu", "begicem", "begicima")} == {"begic"}
    assert stem("ema") == "ema"
    assert {stem(form) for form in ("svjetske", "svetska", "svjetskog")} == {"svetsk"}
    assert stem("europskog") == stem("evropske")
    assert (shape("Амра"), shape("SF-u"), shape("aaaaaaaa12")) == ("Xxxx"[:4], "XX-x", "xxxdd")


def test_the_typing_of_a_whole_text_is_seen() -> None:
    other, small, capital, end = range(4)
    for signs, style in (
        ([small, small, other], NO_CAPITALS), ([capital, small, end, capital, small], AT_STARTS),
        ([capital, small, capital, small], MIXED), ([capital] * 6, EVERYWHERE), ([other], NO_CAPITALS),
    ):  # fmt: skip
        assert typing_style(np.array(signs), starts(np.array(signs))) == style
    assert starts(np.array([other, small, capital, end, other, capital, small])).nonzero()[0].tolist() == [1, 5]
    assert not starts(np.array([other, end])).any()


def test_whose_capitals_a_text_has_is_told_by_its_common_words() -> None:
    other, english, german = OURS, ENGLISH, GERMAN
    assert tongue(np.array([english, other, other, english] + [other] * 30)) == ENGLISH
    assert tongue(np.array([german, other, english, german, other])) == GERMAN
    assert tongue(np.array([english] + [other] * 20)) == OURS
    assert tongue(np.array([other, other])) == OURS


def test_equal_words_are_worked_out_once_and_come_out_as_in_training(model: NameModel) -> None:
    network = model._nlp.get_pipe("names").model
    docs = [model._nlp.make_doc(each) for each, _, _ in TOLD] * 2
    seen, once = (next(layer for layer in network.walk() if layer.name == name) for name in (LAYER, "once_per_row"))
    rows = np.concatenate(seen.predict(docs))
    assert np.allclose(once.predict(rows), once.layers[0](rows, False)[0], atol=1e-5)


def test_works_and_laws_are_learned_as_names_of_their_own_and_never_told(model: NameModel) -> None:
    tagger = model._nlp.get_pipe("names")
    unit = LABELS.index(f"U-{OTHER}")
    scores = np.full((1, len(LABELS)), -9.0, dtype="f")
    scores[0, unit] = 9.0
    [(best, chances)] = tagger._labelled([scores])
    assert best.tolist() == [0]
    assert chances.shape == (1, len(KINDS))
    assert chances.max() < 0.01


def test_the_chain_counts_every_allowed_labelling() -> None:
    generator = np.random.default_rng(0)
    steps = generator.normal(size=ALLOWED.shape).astype("f")
    texts = [generator.normal(size=(length, len(LABELS))).astype("f") for length in (3, 1, 2)]
    chances, _ = marginals(texts, steps)
    for scores, found, best in zip(texts, chances, best_labels(texts, steps), strict=True):
        weights = {}
        for path in itertools.product(range(len(LABELS)), repeat=len(scores)):
            pairs = list(itertools.pairwise(path))
            if STARTS[path[0]] and ENDS[path[-1]] and all(ALLOWED[pair] for pair in pairs):
                score = scores[np.arange(len(path)), path].sum() + sum(steps[pair] for pair in pairs)
                weights[path] = np.exp(score)
        expected = np.zeros(scores.shape)
        for path, weight in weights.items():
            expected[np.arange(len(path)), path] += weight / sum(weights.values())
        assert np.allclose(found, expected, atol=1e-5)
        assert tuple(best) == max(weights, key=lambda path: weights[path])


def test_gradients_point_downhill() -> None:
    generator = np.random.default_rng(1)
    steps = generator.normal(size=ALLOWED.shape).astype("f")
    scores = [generator.normal(size=(4, len(LABELS))).astype("f")]
    gold = [np.array([LABELS.index(label) for label in ("B-PER", "L-PER", "O", "U-LOC")])]

    def chance(emitted: list[np.ndarray], moved: np.ndarray) -> float:
        found, _ = marginals(emitted, moved)
        return float(np.log(found[0][np.arange(4), gold[0]]).sum())

    before = chance(scores, steps)
    by_word, by_step = gradients(scores, gold, steps)
    assert chance([scores[0] - 0.1 * by_word[0]], steps - 0.1 * by_step) > before
