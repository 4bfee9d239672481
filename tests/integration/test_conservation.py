"""R14: whatever the rows, and however they are shuffled, repeated and split into batches, the same things are kept."""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Iterable
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.bootstrap import WORKSPACE_VARIABLE, App
from pipeline.runs import find_inputs, register
from pipeline.store.commit_run import counts_of
from pipeline.tasks import Classify, Commit, CommitStretch, Group, Ingest, Locate, Seal
from pipeline.tasks.parts import part_numbers, stretches
from pipeline.verify.everything import verify
from tests.factories import NOW, cases_by_id, labels_by_id, new_workspace, write_csv

PLACES = (
    "https://host.example/A", "https://host.example/a", "http://www.host.example/a?utm_source=x", "host.example/a/",
    "hxxps://host[.]example/b", "https://host.example/b#!/x", "https://host.example/b#!/y", "@name na instagramu",
    "https://t.me/+AbCdEf", "nema adrese", "", "https://host.example/c https://host.example/d",
)  # fmt: skip
ROWS = st.lists(
    st.fixed_dictionaries({
        "category": st.sampled_from(["csam", "question", "other", ""]),
        "location": st.sampled_from(PLACES),
        "description": st.sampled_from(["", "illegal pictures of a child on this page", "где пријавити?", "x\ny"]),
        "contact_email": st.sampled_from(["", "a@mail.example"]),
    }),
    min_size=1, max_size=25,
)  # fmt: skip


def _take_in(app: App, batch: str, file: Path) -> tuple[int, int, int, int]:
    """Every task of a batch, one after the other in this process; read, accepted, rejected, already known."""
    run = register(
        app.workspace, app.store, batch, find_inputs([file]),
        versions=app.rule_versions(), after_ingest="keep", now=NOW,
    )  # fmt: skip
    for unit in range(len(run.units)):
        _do(Ingest(run_id=batch, part=unit).work())
    for stretch in range(len(stretches(part_numbers(app.artefacts(batch), len(run.units))))):
        for task in (Locate, Seal, Group, Classify, CommitStretch):
            _do(task(run_id=batch, part=stretch).work())
    _do(Commit(run_id=batch).work())
    counts = counts_of(app.store, batch)
    assert counts.read == counts.accepted + counts.rejected + counts.already_known
    return counts.read, counts.accepted, counts.rejected, counts.already_known


def _do(steps: Iterable[object]) -> None:
    for _ in steps:
        """A task it turns out to need: done before."""


def _kept(rows: list[dict[str, str]], order: random.Random | None, batches: int) -> tuple[object, object]:
    with tempfile.TemporaryDirectory() as folder:
        app = new_workspace(Path(folder) / "w")
        os.environ[WORKSPACE_VARIABLE] = str(app.workspace.root)
        try:
            given_rows = list(rows)
            if order is not None:
                order.shuffle(given_rows)
                given_rows += order.sample(rows, len(rows) // 2)
            size = -(-len(given_rows) // batches)
            for number, start in enumerate(range(0, len(given_rows), size)):
                piece = given_rows[start : start + size]
                read, *_ = _take_in(app, f"b{number}", write_csv(Path(folder) / f"{number}.csv", piece))
                assert read == len(piece)
            assert verify(app, deep=True).findings == ()
            return cases_by_id(app), labels_by_id(app)
        finally:
            del os.environ[WORKSPACE_VARIABLE]


@settings(max_examples=7, deadline=None, database=None)
@given(ROWS, st.integers(0, 2**32), st.integers(1, 3))
def test_shuffled_repeated_and_split_batches_keep_the_same_reports_cases_and_labels(
    drawn: list[dict[str, str]], seed: int, batches: int
) -> None:
    rows = [{"id": f"H-{number}", "received_at": "2026-10-01T10:00:00Z", **row} for number, row in enumerate(drawn)]
    assert _kept(rows, None, 1) == _kept(rows, random.Random(seed), batches)
