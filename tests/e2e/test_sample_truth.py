"""The sample against its truth: the committed one through the whole pipeline, three other seeds through its stages.

At least 99 % of the labels agree, and every suspect is found. A missed escalation is the worst error of all, so none
may be missed either.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from pipeline.batch import run_batch
from pipeline.bootstrap import App, decider, find_all
from pipeline.classifying import classified
from pipeline.identity import stored_id
from pipeline.inputs import look
from pipeline.resources import texts
from pipeline.runs import find_inputs, register
from pipeline.sample.compare import Confusion, compare
from pipeline.sample.texts import Texts
from pipeline.sample.write import make_sample
from pipeline.setup import set_up
from pipeline.store.engine import reading
from pipeline.store.schema import report, verdict
from pipeline.verify.everything import verify
from triage.verdict import Escalation, Label

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
NOW = datetime(2027, 1, 10, 8, 0, tzinfo=UTC)
NEEDED_AGREEMENT = 0.99
OTHER_SEEDS = (7, 1848, 30303)
Rows = list[dict[str, str]]


def _truth(text: str) -> Rows:
    return list(csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE))


def _through_the_pipeline(folder: Path) -> tuple[App, dict[str, object]]:
    app = App.at(folder)
    set_up(app.workspace, kind="demo", database_url="", now=NOW, os_user="nobody")
    found, versions = find_inputs([SAMPLE / "drop"]), app.rule_versions()
    run = register(app.workspace, app.store, "sample", found, versions=versions, after_ingest="keep", now=NOW)
    return app, run_batch(app, run, 2)


def _stored_verdicts(app: App) -> Rows:
    statement = select(report.c.external_id, verdict.c.label, verdict.c.escalate)
    with reading(app.store.engine) as connection:
        rows = connection.execute(statement.join(verdict, verdict.c.verdict_id == report.c.verdict_id)).all()
    return [
        {"id": row.external_id, "label": str(Label(row.label)), "escalate": str(Escalation(row.escalate))}
        for row in rows
    ]


def _in_process(folder: Path) -> Rows:
    judge = decider()
    return [
        {"id": opinion.id, "label": opinion.label, "escalate": opinion.escalate}
        for file in look([folder]).files
        for chunk in classified(Path(file.path), find_all, judge)
        for opinion in chunk.opinions
    ]


def _check(confusion: Confusion, kinds: Mapping[str, str]) -> None:
    """What must hold; a failure names ids and kinds, so that the rule to mend is found at once."""
    wrong = [f"{name} ({kinds[name]})" for name in (*confusion.disagreeing, *confusion.unanswered)]
    shown = f"\n{confusion.table()}\nagreement {confusion.agreement:.4f}\n" + "\n".join(wrong)
    assert confusion.unknown == (), shown
    assert confusion.unanswered == (), shown
    assert confusion.missed_suspects == (), shown
    assert confusion.missed_escalations == (), shown
    assert confusion.agreement >= NEEDED_AGREEMENT, shown


def _kinds(truth: Iterable[Mapping[str, str]]) -> dict[str, str]:
    return {row["id"]: row["kind"] for row in truth}


def test_the_committed_sample_goes_through_the_pipeline_as_its_truth_says(tmp_path: Path) -> None:
    app, summary = _through_the_pipeline(tmp_path / "workspace")
    expected = json.loads((SAMPLE / "expected.json").read_text(encoding="utf-8"))
    assert summary["accepted"] == expected["reports"]
    assert summary["rejected"] == expected["rejected"]
    assert summary["unreadable_files"] == expected["files_unreadable"]

    truth = _truth((SAMPLE / "truth.tsv").read_text(encoding="utf-8"))
    for row in truth:
        row["id"] = stored_id(row["id"], app.store.index_key)
    _check(compare(truth, _stored_verdicts(app)), _kinds(truth))
    assert verify(app, deep=True).findings == ()


@pytest.mark.parametrize("seed", OTHER_SEEDS)
def test_a_sample_of_another_seed_is_labelled_as_its_truth_says(seed: int, tmp_path: Path) -> None:
    sample = make_sample(seed, Texts.from_toml(texts("sample_texts")))
    for name, content in sample.files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    truth = _truth(sample.truth)
    _check(compare(truth, _in_process(tmp_path)), _kinds(truth))
