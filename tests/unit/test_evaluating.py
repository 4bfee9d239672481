"""The evaluation counts right: every figure on cases small enough to count by hand, and what is absent is said."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner
from stdnum import iban, luhn
from stdnum.hr import oib
from stdnum.si import emso
from threadpoolctl import threadpool_info, threadpool_limits

from classifiers.base import Said
from pipeline.cli.evaluate import evaluate
from pipeline.cli.main import answer
from pipeline.evaluating import whole
from pipeline.evaluating.labels import LEARNED_SHARE, Judged, calibration, figures, labels_section
from pipeline.evaluating.phrasing_sets import Phrasing, folder_of_sets, read_sets
from pipeline.evaluating.planted import planted
from pipeline.evaluating.redaction import counted_words, model_table, planted_table, redaction_section
from pipeline.evaluating.speed import distinct_texts, speed_section
from pipeline.evaluating.tables import SYNTHETIC, Section, Table, Target, as_json, markdown, terminal
from pipeline.evaluating.whole import learned_texts
from pipeline.scoring import macro_f
from pipeline.training.names.sentences import Sentence, made_of
from triage.errors import UnusableInput
from triage.redacting.redactor import Redactor
from triage.redacting.roles import Roles
from triage.redacting.spans import Span, Text
from triage.verdict import Escalation, Label, Verdict

HEADER = "id\tfamily\tkind\tlanguage\tscript\tplace\tcategory\ttext\tlabel\tescalate\n"


def _phrasing(label: str = "complete", escalate: str = "none", kind: str = "page", place: str = "url") -> Phrasing:
    return Phrasing("f", kind, "bs", "latin", place, None, "Nešto je ovdje.", label, escalate)


def _other() -> Phrasing:
    return Phrasing("g", "page", "bs", "latin", "url", None, "Sasvim nešto drugo.", "csam_suspect", "none")


def _judged(
    meant: str, given: Label, due: str = "none", escalated: Escalation = Escalation.NONE, *, person: bool = False
) -> Judged:
    return Judged(_phrasing(meant, due), Verdict(given, escalated, to_person=person))


class Marked:
    """A layer that knows names by a list of words, wherever they stand."""

    name = "marked"
    version = "1"

    def __init__(self, *words: str) -> None:
        self.words = words

    def find(self, text: Text) -> Iterable[Span]:
        """Every occurrence of a listed word."""
        for word in self.words:
            start = text.original.find(word)
            while start >= 0:
                yield Span(start, start + len(word), "name", "marked")
                start = text.original.find(word, start + 1)


class MarkedMany(Marked):
    """The same as a name model."""

    def find_many(self, texts: Sequence[Text]) -> list[list[Span]]:
        """The spans of each text."""
        return [list(self.find(text)) for text in texts]


class English:
    """A language nobody doubts."""

    code = "en"
    confidence = 1.0


def _redactor(*words: str, model: MarkedMany | None = None) -> Redactor:
    roles = Roles.from_toml((Path(__file__).parents[2] / "data" / "redaction" / "roles.toml").read_text("utf-8"))
    return Redactor((), roles, Marked(*words), model or MarkedMany(), lambda texts: [English()] * len(texts))


def test_recall_precision_and_escalations_are_counted_as_defined() -> None:
    judged = [
        _judged("csam_suspect", Label.CSAM_SUSPECT, "danger_now", Escalation.CHILD_IDENTIFIED),
        _judged("csam_suspect", Label.COMPLETE, "abuse_described", Escalation.DANGER_NOW, person=True),
        _judged("csam_suspect", Label.CSAM_SUSPECT, "risk_to_life"),
        _judged("complete", Label.CSAM_SUSPECT, escalated=Escalation.ABUSE_DESCRIBED),
        _judged("incomplete", Label.INCOMPLETE),
    ]
    found = figures(judged)
    assert found[0] == 5
    assert found[1:3] == (pytest.approx(2 / 3), pytest.approx(2 / 3))
    assert found[4:] == (pytest.approx(2 / 3), pytest.approx(2 / 3), pytest.approx(1 / 3), 1, 1)


def test_escalations_where_none_is_due_lower_their_precision() -> None:
    due = [_judged("complete", Label.COMPLETE, "danger_now", Escalation.ABUSE_DESCRIBED)]
    needless = [_judged("csam_suspect", Label.CSAM_SUSPECT, "none", Escalation.DANGER_NOW)] * 3
    (sets, *_) = labels_section({"held out": due + needless}).tables
    row = dict(zip(sets.columns, sets.rows[0], strict=True))
    assert (row["escalate precision"], row["escalate recall"], row["false alarms"]) == (0.25, 1.0, 0)


def test_a_set_the_model_learned_from_is_marked_by_its_texts_not_its_name() -> None:
    seen, unseen = _judged("csam_suspect", Label.CSAM_SUSPECT), Judged(_other(), Verdict(Label.CSAM_SUSPECT))
    section = labels_section({"held out": [seen], "frozen": [unseen] * 30 + [seen]}, {seen.phrasing.text})
    sets = section.tables[0]
    assert [(row[0], row[-1]) for row in sets.rows] == [("held out (learned from)", 1), ("frozen", 1)]
    assert {target.name.split(":")[0] for target in section.targets} == {"held out (learned from)", "frozen"}


def test_a_set_the_model_learned_from_is_held_to_what_was_asked_with_its_families_unseen() -> None:
    told = {"texts": 3, "suspect_recall": 0.99, "suspect_precision": 0.5, "macro_f1": 0.93, "escalate_recall": 1.0,
            "escalate_precision": 0.7}  # fmt: skip
    section = labels_section({}, unseen={"frozen": told})
    met = {target.name: target.met for target in section.targets}
    assert met == {
        "frozen, family unseen: suspect recall": True, "frozen, family unseen: suspect precision": False,
        "frozen, family unseen: macro-F1": True, "frozen, family unseen: escalate recall": True,
    }  # fmt: skip
    assert section.tables[0].rows == (("frozen", 3, 0.99, 0.5, 0.93, 0.7, 1.0),)


def test_what_the_shipped_model_learned_from_is_known() -> None:
    learned, folder = learned_texts(), folder_of_sets()
    assert folder is not None
    shares = {name: sum(one.text in learned for one in found) / len(found) for name, found in read_sets(folder).items()}
    assert shares["frozen"] > 0.9
    assert shares["held out"] < LEARNED_SHARE


def test_phrasings_that_are_asked_for_and_not_there_are_wrong_use(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder in (tmp_path, tmp_path / "kanarinac"):
        assert answer(["evaluate", "--part", "labels", "--phrasings", str(folder)]) == 2
    said = capsys.readouterr().err
    assert "phrasings.tsv" in said
    assert "kanarinac" not in said


def test_macro_f_is_the_mean_over_the_labels_that_occur() -> None:
    pairs = [("a", "a"), ("a", "b"), ("b", "b"), ("b", "b"), ("c", "a")]
    assert macro_f(pairs) == pytest.approx((0.5 + 0.8 + 0.0) / 3)
    assert macro_f([]) is None


def test_nothing_to_count_gives_no_figure() -> None:
    assert figures([_judged("complete", Label.COMPLETE)])[1:3] == (None, None)


def test_calibration_is_the_weighted_gap_over_ten_bins() -> None:
    stated = [(0.95, True), (0.95, True), (0.95, False), (0.15, False), (1.0, True)]
    error, table = calibration(stated)
    in_last = abs((0.95 * 3 + 1.0) / 4 - 3 / 4)
    assert error == pytest.approx(in_last * 4 / 5 + 0.15 / 5)
    assert [row[1] for row in table.rows] == [0, 1, 0, 0, 0, 0, 0, 0, 0, 4, 5]


def test_a_perfect_score_has_no_calibration_error() -> None:
    assert calibration([(1.0, True), (0.0, False)])[0] == 0.0


def test_calibration_counts_only_what_leads_somewhere() -> None:
    verdict = Verdict(Label.CSAM_SUSPECT)
    opened = Judged(_phrasing("csam_suspect"), verdict, 1.0)
    nowhere = Judged(_phrasing("incomplete", place="none"), verdict, 1.0)
    section = labels_section({"set": [opened, nowhere]})
    (target,) = [one for one in section.targets if "calibration" in one.name]
    assert target.value == 0.0
    assert labels_section({"set": [Judged(_phrasing(), verdict)]}).skipped


def test_every_kind_language_and_script_has_its_row() -> None:
    tables = {table.title: table for table in labels_section({"set": [_judged("complete", Label.COMPLETE)]}).tables}
    assert tables["set, by kind"].rows[0][:3] == ("page", 1, 1.0)
    assert tables["set, by language and script"].rows[0][0] == "bs latin"


def test_sets_are_read_in_both_layouts(tmp_path: Path) -> None:
    (tmp_path / "phrasings.tsv").write_text(
        'kind\tlanguage\ttext\tlabel\tescalate\nlife_no_address\tsr-Cyrl\t"Реч\tincomplete\trisk_to_life\n'
        "page\tbs-plain\trijec\tcsam_suspect\tnone\n"
    )
    newer = "1\tf\tpage\ten\tlatin\tattachment\tcsam\tword\tcsam_suspect\tnone\n"
    (tmp_path / "phrasings_dev.tsv").write_text(HEADER + newer)
    sets = read_sets(tmp_path)
    assert list(sets) == ["frozen", "development"]
    first, second = sets["frozen"]
    assert (first.language, first.script, first.place, first.text) == ("sr", "cyrillic", "none", '"Реч')
    assert (second.script, second.place, second.category) == ("latin, plain", "url", None)
    assert sets["development"][0].said == Said(category="csam", description="word", attachments=1)


@pytest.mark.parametrize(
    "text", ["kind\ttext\npage\tword\n", HEADER + "1\tf\tpage\ten\tlatin\tmoon\t\tword\tcomplete\tnone\n"]
)
def test_a_set_that_cannot_be_understood_is_refused_without_its_text(tmp_path: Path, text: str) -> None:
    (tmp_path / "phrasings_heldout.tsv").write_text(text)
    with pytest.raises(UnusableInput, match=r"phrasings_heldout\.tsv") as refused:
        read_sets(tmp_path)
    assert "word" not in str(refused.value)


def test_the_sets_that_came_along_are_found_and_understood() -> None:
    folder = folder_of_sets()
    assert folder is not None
    sets = read_sets(folder)
    assert sets["frozen"]
    labels, kinds = {str(label) for label in Label}, {str(kind) for kind in Escalation}
    for phrasings in sets.values():
        assert {one.label for one in phrasings} <= labels
        assert {one.escalate for one in phrasings} <= kinds
        assert all(isinstance(one.said, Said) and one.said.description == one.text for one in phrasings)


def test_planted_identifiers_pass_the_check_a_redactor_makes() -> None:
    valid = {"JMBG": emso.is_valid, "OIB": oib.is_valid, "card": luhn.is_valid,
             "IBAN": lambda number: iban.is_valid(number, check_country=False)}  # fmt: skip
    made = planted(30, seed=1)
    assert made == planted(30, seed=1)
    assert made != planted(30, seed=2)
    for one in made:
        value = one.text[one.start : one.end]
        assert "{" not in one.text
        assert valid.get(one.kind, bool)("".join(filter(str.isalnum, value)))
    assert {one.kind for one in made} >= {*valid, "phone", "e-mail"}


def test_an_identifier_counts_as_visible_if_any_of_it_is() -> None:
    made = planted(3, seed=1)
    hidden = {one.text[one.start : one.end] for one in made if one.kind != "e-mail"}
    partly = {one.text[one.start : one.end].partition("@")[0] for one in made if one.kind == "e-mail"}
    table, (target,) = planted_table(_redactor(*hidden, *partly), made)
    assert {row[0]: row[2] for row in table.rows if row[2]} == {"e-mail": 3}
    assert target.value == 3.0
    assert not target.met


def _sentence() -> Sentence:
    words = ["Probni", "Probić", "živi", "u", "Probnici", "od", "2020", ",", "kaže", "a@b.example", "."]
    return made_of(words, ["B-PER", "I-PER", "O", "O", "B-LOC", "O", "O", "O", "O", "O", "O"])


@pytest.mark.parametrize(
    ("style", "masked", "visible", "hidden"),
    [
        ("proper", ("Probni", "Probić"), 0, 0), ("proper", ("Probni",), 1, 0), ("proper", ("živi",), 2, 1),
        ("cyrillic", ("Пробни", "Пробић"), 0, 0), ("lower", ("probni", "zivi"), 1, 1), ("proper", ("2020",), 2, 0),
    ],
)  # fmt: skip
def test_words_are_counted_in_every_manner_of_writing(
    style: str, masked: tuple[str, ...], visible: int, hidden: int
) -> None:
    counted = counted_words(_redactor(*masked), [_sentence()], style)
    assert (counted.names, counted.others) == (2, 4)
    assert (counted.visible, counted.hidden) == (visible, hidden)
    assert (counted.texts, counted.withheld) == (1, 0)


def test_the_name_model_is_measured_by_exact_matches() -> None:
    sets = {"hr": [_sentence()], "sr": [_sentence()] * 2, "web": [_sentence()]}
    table, (news,) = model_table(MarkedMany("Probni Probić", "živi"), sets)
    assert [row[:2] for row in table.rows] == [("hr", 2), ("sr", 4), ("web", 2), ("hr + sr", 6)]
    assert {row[2:] for row in table.rows} == {(0.5, 0.5, 0.5)}
    assert news.value == 0.5


def test_redaction_says_what_it_skips(tmp_path: Path) -> None:
    roles = _redactor().roles
    bare = redaction_section(Redactor((), roles, None, None, None), None, tmp_path)
    assert bare.skipped
    assert [target.met for target in bare.targets] == [False]
    without_corpora = redaction_section(_redactor(), None, tmp_path / "nowhere")
    assert without_corpora.skipped
    assert without_corpora.tables[0].title == "planted identifiers"


def test_speed_is_measured_on_distinct_reports() -> None:
    texts = distinct_texts(["one", "two"], 50)
    assert len(set(texts)) == 50
    seen: list[Said] = []

    def decide_all(said: Sequence[Said]) -> list[Verdict]:
        seen.extend(said)
        return [Verdict(Label.COMPLETE)] * len(said)

    section = speed_section(["one", "two"], decide_all, None)
    assert len(seen) == len(set(seen)) > 1_000
    assert section.targets[0].value > 0
    assert section.skipped
    assert speed_section([], decide_all, None).skipped


def test_speed_is_that_of_one_core() -> None:
    threads: list[set[int]] = []

    def decide_all(said: Sequence[Said]) -> list[Verdict]:
        threads.append({library["num_threads"] for library in threadpool_info()})
        return [Verdict(Label.COMPLETE)] * len(said)

    with threadpool_limits(2):
        speed_section(["one", "two"], decide_all, None)
    assert threads[1] == {1}


def test_a_target_is_met_in_its_own_direction() -> None:
    assert Target("recall", 0.98, 0.98).met
    assert not Target("recall", 0.97, 0.98).met
    assert Target("leak", 0.05, 0.05, at_least=False).met
    assert not Target("leak", 0.06, 0.05, at_least=False).met


def test_figures_are_shown_with_the_sentence_that_synthetic_texts_are_not_reality() -> None:
    target, table = Target("leak", 0.5, 0.1, at_least=False), Table("t", ("a", "b"), (("x", 1234),))
    section = Section("speed", (target,), (table,), ("why",))
    shown, page = "\n".join(terminal([section])), markdown([section], "hotline evaluate", {"numpy": "1"})
    for text in (shown, page):
        assert SYNTHETIC in text
        assert "not reality" in text
        assert all(word in text for word in ("0.500", "NOT MET", "1,234", "why"))
    assert "`hotline evaluate`" in page
    assert "| numpy | 1 |" in page
    read = json.loads(json.dumps(as_json([section], {})))
    (said,) = read["sections"][0]["targets"]
    assert said == {"name": "leak", "value": 0.5, "bound": 0.1, "at_least": False, "counted": False, "met": False}


def test_the_command_measures_what_is_asked_and_writes_no_text(tmp_path: Path) -> None:
    told = "Kanarinac pjeva na ovoj stranici"
    line = f"account\tbs\t{told}\tcomplete\tnone\n"
    (tmp_path / "phrasings.tsv").write_text(f"kind\tlanguage\ttext\tlabel\tescalate\n{line}")
    call = ["--part", "labels", "--phrasings", str(tmp_path)]
    done = CliRunner().invoke(evaluate, [*call, "--json", "--out", str(tmp_path / "out.md")])
    assert done.exit_code == 0, done.output
    read = json.loads(done.output)
    assert [section["name"] for section in read["sections"]] == ["labels and escalation"]
    assert read["sections"][0]["tables"][0]["rows"][0][:2] == ["frozen", 1]
    page = (tmp_path / "out.md").read_text()
    assert "`hotline evaluate --part labels`" in page
    assert "Kanarinac" not in done.output + page
    again = CliRunner().invoke(evaluate, [*call, "--json"])
    assert again.output == done.output


def test_without_phrasings_the_command_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole, "folder_of_sets", lambda: None)
    done = CliRunner().invoke(evaluate, ["--part", "labels"])
    assert "skipped: no phrasings here" in done.output


