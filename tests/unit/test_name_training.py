"""The name model's training on a tiny scale: the real code from sentences to a loaded layer, on made-up people only."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
import spacy
from thinc.api import Model

from pipeline.name_model import load
from pipeline.sealed import MANIFEST
from pipeline.training.names import corpora, lists
from pipeline.training.names.copies import OtherMentions, OtherNames, cyrillic, restyled
from pipeline.training.names.declension import declined, possessive
from pipeline.training.names.measuring import Slice, measure
from pipeline.training.names.sentences import Sentence, label_numbers, made_of
from pipeline.training.names.shipping import ship
from pipeline.training.names.templates import Reports
from pipeline.training.names.training import COMPONENT, Material, Plan, blank, train
from triage.errors import BadConfiguration
from triage.redacting.name_chain import LABELS
from triage.redacting.name_features import stem
from triage.redacting.name_language import CODE
from triage.redacting.name_network import give_weights, recast, weights_of
from triage.redacting.name_tagger import NameTagger
from triage.redacting.text import read

pytestmark = pytest.mark.thorough

TINY = Plan(seed=7, epochs=8, turn=5, endings=2, ending_epochs=2, width=32, reach=(1, 2), batch_words=200, rate=0.008,
            dropout=0.1, rows=(500, 500, 300, 300, 200, 200, 50, 20), widths=(16, 16, 12, 16, 8, 12, 4, 4))  # fmt: skip
ROWS = [
    ("Amra", "Amra", "Npfsn"),
    ("Jelena", "Jelena", "Npfsn"),
    ("Amre", "Amra", "Npfsg"),
    ("Jelene", "Jelena", "Npfsg"),
]


def _material(count: int = 500) -> Material:
    sentences = Reports(np.random.default_rng(1)).sentences(count)
    return Material({"reports": sentences}, {"hr": sentences[:60]}, OtherNames(ROWS, frozenset()), {})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of a few seconds, shipped into a folder of its own."""
    out = tmp_path_factory.mktemp("names")
    material = _material()
    train(lists.lexicon_of(material.training["reports"], {}), material, TINY, out)
    ship(out, material.development, "Version {version}, {thresholds}, {budgets}", TINY.seed)
    return out


def test_a_trained_model_finds_names_it_has_never_met_in_all_ways_of_typing(folder: Path) -> None:
    model = load(folder)
    fresh = Reports(np.random.default_rng(99)).sentences(120)
    for style, least in (("as written", 0.8), ("lower", 0.8), ("cyrillic", 0.8), ("upper", 0.6)):
        hidden = wanted = 0
        for sentence in (restyled(each, style) for each in fresh):
            spans = model.find(read(sentence.text))
            people = [(start, end) for start, end, kind in sentence.entities() if kind == "PER"]
            wanted += len(people)
            hidden += sum(any(span.start <= start and end <= span.end for span in spans) for start, end in people)
        assert hidden >= least * wanted, style


def test_the_same_seed_gives_the_same_weights(tmp_path: Path) -> None:
    short = Plan(seed=7, epochs=2, turn=1, endings=2, ending_epochs=1, width=16, reach=(1,), batch_words=300,
                 rows=TINY.rows, widths=TINY.widths)  # fmt: skip
    weights = []
    for name in ("one", "two"):
        material = _material(60)
        train(lists.lexicon_of(material.training["reports"], {}), material, short, tmp_path / name)
        weights.append((tmp_path / name / "names" / "model").read_bytes())
    assert weights[0] == weights[1]


def test_every_ending_counts_in_what_is_left(tmp_path: Path) -> None:
    short = Plan(seed=7, epochs=2, turn=1, endings=1, ending_epochs=1, width=16, reach=(1,), batch_words=300,
                 rows=TINY.rows, widths=TINY.widths)  # fmt: skip
    material = _material(60)
    lexicon = lists.lexicon_of(material.training["reports"], {})
    weights = []
    for endings in (1, 2):
        train(lexicon, material, replace(short, endings=endings), tmp_path / str(endings))
        weights.append((tmp_path / str(endings) / "names" / "model").read_bytes())
    assert weights[0] != weights[1]


def test_no_word_of_the_training_texts_is_readable_in_the_folder(folder: Path) -> None:
    everything = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file()).lower()
    surnames = {
        words[-1].lower() for words in (each.words for each in _material().training["reports"]) if len(words[-1]) > 7
    }
    assert surnames
    assert not any(word.encode() in everything for word in surnames)


def test_a_changed_or_missing_file_is_found_before_any_text_is_read(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(BadConfiguration, match="missing"):
        load(tmp_path)
    for path in (path for path in folder.rglob("*") if path.is_file()):
        target = tmp_path / path.relative_to(folder)
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(path.read_bytes())
    load(tmp_path)
    weights = tmp_path / "names" / "model"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x00\x01")
    with pytest.raises(BadConfiguration, match="names/model"):
        load(tmp_path)
    weights.unlink()
    with pytest.raises(BadConfiguration, match="names/model"):
        load(tmp_path)


@pytest.mark.parametrize("broken", ["", "[]", "{}", '{"version": "1", "thresholds": {}, "files": {}}'])
def test_a_manifest_that_says_too_little_is_refused(tmp_path: Path, broken: str) -> None:
    (tmp_path / MANIFEST).write_text(broken, encoding="utf-8")
    with pytest.raises(BadConfiguration, match="manifest"):
        load(tmp_path)


def test_thresholds_that_do_not_fit_are_refused(folder: Path) -> None:
    manifest = folder / MANIFEST
    kept = manifest.read_text(encoding="utf-8")
    said = json.loads(kept)
    manifest.write_text(json.dumps(said | {"thresholds": {"mixed": 0.5}}), encoding="utf-8")
    try:
        with pytest.raises(BadConfiguration, match="does not fit"):
            load(folder)
    finally:
        manifest.write_text(kept, encoding="utf-8")


def test_corpora_are_read_into_our_three_kinds(tmp_path: Path) -> None:
    news = "# text = Amrin brat, Edin, živi u Zenici.\n" + "".join(
        f"{place}\t{word}\t{bare}\t{full}\t-\n"
        for place, (word, bare, full) in enumerate([
            ("Amrin", "O", "B-PER"), ("brat", "O", "O"), (",", "O", "O"), ("Edin", "B-PER", "B-PER"), (",", "O", "O"),
            ("živi", "O", "O"), ("u", "O", "O"), ("Zenici", "B-LOC", "B-LOC"), (".", "O", "O"),
        ], 1)
    )  # fmt: skip
    legal = "1\tOpštinski\tx\tx\tB-COURT\n2\tsud\tx\tx\tI-COURT\n3\tčlan\tx\tx\tB-LAW\n4\t2020\tx\tx\tB-DATE\n\n"
    for name, text in (("a.iob2", news), ("b.conllu", legal), ("wikigold.conll", "Amra I-PER\nBegić I-PER\nis O\n\n")):
        with gzip.open(tmp_path / f"{name}.gz", "wt", encoding="utf-8") as out:
            out.write(text)
    sentence = corpora.read(tmp_path, "a.iob2")[0]
    assert sentence.text == "Amrin brat, Edin, živi u Zenici."
    assert [sentence.text[start:end] for start, end, _ in sentence.entities()] == ["Amrin", "Edin", "Zenici"]
    assert corpora.read(tmp_path, "b.conllu")[0].labels == ("B-ORG", "I-ORG", "B-OTH", "B-NON")
    assert corpora.read(tmp_path, "wikigold.conll")[0].labels == ("B-PER", "I-PER", "O")


def test_labels_follow_the_words_of_the_shipped_tokeniser() -> None:
    sentence = made_of(
        ["Amra", "Begić", "(", "Tuzla", ")", "u", "SF-u"], ["B-PER", "I-PER", "O", "B-LOC", "O", "O", "B-ORG"]
    )
    doc = spacy.blank(CODE).make_doc(sentence.text)
    assert [LABELS[number] for number in label_numbers(doc, sentence.entities())] == [
        "B-PER",
        "L-PER",
        "O",
        "U-LOC",
        "O",
        "O",
        "U-ORG",
    ]


def test_copies_keep_the_labels_and_change_the_typing() -> None:
    sentence = made_of(["Njegoš", "Đurić", "živi", "u", "Čapljini"], ["B-PER", "I-PER", "O", "O", "B-LOC"])
    assert restyled(sentence, "lower").text.strip() == "njegos djuric zivi u capljini"
    assert restyled(sentence, "cyrillic").text.strip() == "Његош Ђурић живи у Чапљини"
    assert restyled(sentence, "sentence").text.strip() == "Njegoš đurić živi u čapljini"
    assert restyled(sentence, "upper").labels == sentence.labels
    assert cyrillic("@amra_b") == "@amra_b"


def test_other_people_take_the_place_in_the_same_form() -> None:
    sentence = made_of(["profil", "Amre", "Begić"], ["O", "B-PER", "I-PER"])
    names, generator = OtherNames(ROWS, frozenset()), np.random.default_rng(0)
    assert {names.swapped(sentence, generator).words for _ in range(20)} == {
        ("profil", "Amre", "Begić"),
        ("profil", "Jelene", "Begić"),
    }


def test_other_mentions_and_blends_keep_length_of_labels_and_ending() -> None:
    told = [
        made_of(["Amra", "Begić"], ["B-PER", "I-PER"]),
        made_of(["Zlatan", "Hodžić"], ["B-PER", "I-PER"]),
        made_of(["Edić"], ["B-PER"]),
    ]
    mentions, generator = OtherMentions(told), np.random.default_rng(0)
    sentence = made_of(["zna", "Munib", "Kapić", "."], ["O", "B-PER", "I-PER", "O"], [True, True, False, False])
    for _ in range(30):
        other = mentions.swapped(sentence, generator)
        assert len(other.words) == len(other.blanks) == len(other.labels)
        assert other.text.endswith("ić.")
        assert mentions.blended(sentence, generator).labels == sentence.labels


@pytest.mark.parametrize(("word", "case", "woman", "form"), [
    ("Amra", "gen", True, "Amre"), ("Amra", "ins", True, "Amrom"), ("Edin", "dat", False, "Edinu"),
    ("Miloš", "ins", False, "Milošem"), ("Marko", "acc", False, "Marka"),
    ("Aleksandar", "gen", False, "Aleksandra"), ("Mostar", "dat", False, "Mostaru"),
])  # fmt: skip
def test_names_are_declined(word: str, case: str, woman: bool, form: str) -> None:
    assert declined(word, case, woman=woman) == form


def test_womens_surnames_and_possessives_follow_their_own_rules() -> None:
    assert declined("Begić", "dat", woman=True, surname=True) == "Begić"
    assert declined("Begić", "dat", surname=True) == "Begiću"
    assert (possessive("Amra"), possessive("Marko"), possessive("Miloš")) == ("Amrin", "Markov", "Milošev")


def test_what_stays_visible_and_what_is_hidden_too_much_are_counted_apart() -> None:
    cut = Slice(
        right=1, given=2, wanted=2, kinds=("PER", "PER", "", "", "OTH"), scores=np.array([2.9, 0.1, 0.4, 0.0, 0.9])
    )
    assert (cut.micro_f, cut.leak(0.3), cut.over_masking(0.3), cut.leak(0.05)) == (0.5, 0.5, 0.5, 0.0)


def test_a_perfect_labelling_is_measured_as_such(folder: Path) -> None:
    empty = [Sentence(("12", "!"), (True, False), ("O", "O"))]
    cut = measure(load(folder)._nlp, empty, "as written")
    assert (cut.given, cut.wanted, len(cut.kinds)) == (0, 0, 0)


def test_weights_go_from_one_network_to_another_of_the_same_sizes_only() -> None:
    plan = Plan(width=16, reach=(1, 2), rows=TINY.rows, widths=TINY.widths)
    one, other = (_network(replace(plan, seed=seed)) for seed in (1, 2))
    docs = [spacy.blank(CODE).make_doc("Amra živi u Zenici.")]
    assert not np.allclose(one.predict(docs)[0], other.predict(docs)[0])
    give_weights(other, weights_of(one))
    assert np.array_equal(one.predict(docs)[0], other.predict(docs)[0])
    recast(other, "f2")
    assert {each.dtype for each in weights_of(other)} == {np.dtype("f2")}
    with pytest.raises(ValueError, match="other sizes"):
        give_weights(_network(replace(plan, width=24)), weights_of(one))


def test_a_text_is_read_without_its_neighbours_in_the_batch() -> None:
    network = _network(Plan(width=16, reach=(1, 2, 4), rows=TINY.rows, widths=TINY.widths))
    docs = [spacy.blank(CODE).make_doc(text) for text in ("Amra", "živi u Zenici sad", "Ne ne", "Vijeće je reklo")]
    together = network.predict(docs)
    for doc, said in zip(docs, together, strict=True):
        assert np.allclose(network.predict([doc])[0], said, atol=1e-5)


def test_the_lexicon_tells_ordinary_words_from_names_and_what_was_seen_once() -> None:
    small = made_of(["vijeće", "traži", "Amru", "amru"], ["O", "O", "B-PER", "B-PER"])
    lexicon = lists.lexicon_of([small, made_of(["vijeće", "Traži"], ["O", "O"])], {"amr": "G"}, least=2)
    assert set(lexicon["vijece"]) == {"w", "o"}
    assert set(lexicon["traz"]) == {"t"}
    assert set(lexicon["amr"]) == {"t", "G"}
    assert "traz" not in {word for word, marks in lexicon.items() if "O" in marks}


def test_lists_mark_places_bodies_and_organisations_of_the_wider_world(tmp_path: Path) -> None:
    for name in ("per_female", "per_male", "per_surname", "city", "municipality", "country"):
        (tmp_path / f"{name}_lookup.txt").write_text("Amra\n", encoding="utf-8")
    with gzip.open(tmp_path / "srlex_filtered.tsv.gz", "wt", encoding="utf-8") as out:
        out.write("form\tlemma\tmsd\nAmre\tAmra\tNpfsg\n")
    kinds = lists.listed_kinds(tmp_path)
    assert "g" in kinds["amre"]
    assert "P" in kinds[stem("Gruzije".lower())]
    assert "B" in kinds[stem("ministarstvom")]
    assert "n" in kinds["eu"]
    assert "n" in kinds["volfsburg"]
    assert "N" in kinds[stem("lokomotivom")]
    assert "P" in kinds[stem("zenici")] or "p" in kinds["zenica"]


def _network(plan: Plan) -> Model[Any, Any]:
    network: Model[Any, Any] = cast("NameTagger", blank(plan, {}).get_pipe(COMPONENT)).model
    return network
