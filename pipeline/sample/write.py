"""Turns the sample's history into the files of a drop folder, the truth table and the expected figures."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from pipeline.sample.broken import REJECT_COUNT, REJECTS, UNREADABLE, with_broken_things
from pipeline.sample.documents import documents
from pipeline.sample.history import SampleReport, history
from pipeline.sample.mails import mails
from pipeline.sample.rows import Key, Written
from pipeline.sample.tables import tables
from pipeline.sample.texts import Texts

TRUTH_COLUMNS = ("channel", "source", "id", "label", "escalate", "kind", "case_group", "file")


@dataclass(frozen=True, slots=True)
class Sample:
    """A finished sample: `files` of the drop folder by slash-separated name, `truth` as TSV, `expected` as JSON."""

    files: Mapping[str, bytes]
    truth: str
    expected: str


def make_sample(seed: int, texts: Texts) -> Sample:
    """The whole sample, the same bytes for the same seed and texts."""
    reports = history(seed, texts)
    words = texts.slots["category_words"]
    written = Written()
    for part in (
        tables(reports, words),
        documents(reports, words),
        mails(Random(f"hotline sample mails {seed}"), reports, texts),
    ):
        written.add(part)
    return Sample(with_broken_things(written.files), _truth(reports, written.keys), _expected(reports))


def write_sample(sample: Sample, folder: Path, truth: Path) -> None:
    """Write the drop folder, the truth table, and `expected.json` beside the truth.

    Raises FileExistsError if `folder` holds anything the sample would not write: an old file there would silently
    become part of the input.
    """
    if folder.exists():
        found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
        if found - sample.files.keys():
            raise FileExistsError("the folder holds files that are not this sample's; empty it or name another")
    for name, content in sample.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    truth.parent.mkdir(parents=True, exist_ok=True)
    truth.write_text(sample.truth, encoding="utf-8", newline="\n")
    truth.with_name("expected.json").write_text(sample.expected, encoding="utf-8", newline="\n")


def _truth(reports: Sequence[SampleReport], keys: Mapping[int, Key]) -> str:
    lines = ["\t".join(TRUTH_COLUMNS)]
    for report in reports:
        key = keys[report.number]
        row = (key.channel, key.source, key.id, report.label, report.escalate, report.kind, report.group, key.file)
        lines.append("\t".join(row))
    return "\n".join(lines) + "\n"


def _expected(reports: Sequence[SampleReport]) -> str:
    escalated = Counter(report.escalate for report in reports if report.escalate != "none")
    figures = {
        "reports": len(reports),
        "rejected": REJECT_COUNT,
        "files_unreadable": len(UNREADABLE),
        "labels": dict(sorted(Counter(report.label for report in reports).items())),
        "escalated": dict(sorted(escalated.items())),
        "kinds": dict(sorted(Counter(report.kind for report in reports).items())),
        "case_groups": len({report.group for report in reports}),
        "rejects_in": dict(REJECTS),
        "unreadable": sorted(UNREADABLE),
    }
    return json.dumps(figures, indent=1) + "\n"
