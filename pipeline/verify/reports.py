"""Reports: as many as their run says, the very ones its audit event names, each whole and each once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

import numpy as np
from sqlalchemy import Connection

from pipeline.sealing import SALT_BYTES
from pipeline.verify.cases import Gravest
from pipeline.verify.finding import Findings
from pipeline.verify.stream import Ints, columns, mixed, pieces
from pipeline.verify.world import World, at
from triage.report import Fact, ReportId

_RUN_SHIFT = ReportId(1, 0, 0).packed().bit_length() - 1


@dataclass(slots=True)
class Seen:
    """What one run's reports add up to."""

    count: int = 0
    mix: int = 0
    texts: int = 0
    text_mix: int = 0
    digest: hashlib._Hash = field(default_factory=hashlib.sha256)


def run_of(report_ids: Ints) -> Ints:
    """Run numbers of packed report ids."""
    return report_ids >> _RUN_SHIFT


def shown(report_id: int) -> str:
    """`R1.0.5`."""
    return str(ReportId.unpack(int(report_id)))


def check_reports(connection: Connection, world: World, gravest: Gravest, findings: Findings) -> dict[int, Seen]:
    """Walk every report once, in order; answers what each run's add up to, and tells `gravest` of each opinion."""
    seen: dict[int, Seen] = {}
    statement = (
        "SELECT report_id, case_id, locator_id, verdict_id, source_no, facts, COALESCE(LENGTH(salt), -1), received_at"
        " FROM report ORDER BY report_id"
    )
    for rows in pieces(connection, statement):
        ids, cases, locators, verdicts, sources, facts, salts, received = columns(rows, 8)
        gravest.note(cases, verdicts, received, facts)
        gravest.note_texts(cases[(facts & int(Fact.HAS_TEXT)) > 0])
        _whole(world, findings, ids, cases, locators, verdicts, sources, salts)
        runs = run_of(ids)
        for number in np.unique(runs).tolist():
            mine = runs == number
            one = seen.setdefault(number, Seen())
            one.count += int(mine.sum())
            one.mix = (one.mix + mixed(ids[mine])) % 2**64
            told = ids[mine][(facts[mine] & int(Fact.HAS_TEXT)) > 0]
            one.texts += len(told)
            one.text_mix = (one.text_mix + mixed(told)) % 2**64
            one.digest.update(ids[mine].astype(">i8").tobytes())
    _each_id_once(connection, findings)
    return seen


def _whole(
    world: World, findings: Findings, ids: Ints, cases: Ints, locators: Ints, verdicts: Ints, sources: Ints, salts: Ints
) -> None:
    committed = np.array([world.runs.get(number) is not None and world.runs[number].committed_at is not None
                          for number in run_of(ids).tolist()])  # fmt: skip
    troubles = (
        ("report_without_case", committed & (world.case_of(cases) < 0), "its case is not there"),
        ("report_without_locator", (locators > 0) & (at(world.locator_case, locators) < 0), "its address is not there"),
        ("report_without_verdict", at(world.verdicts, verdicts) < 0, "its verdict is not there"),
        ("report_without_source", at(world.sources, sources) < 0, "its source is not there"),
        ("report_salt", salts == -1, "its salt is gone, and nobody may erase a report yet: it can not be opened"),
        ("report_salt", (salts != -1) & (salts != SALT_BYTES), "its salt has the wrong length: it can not be opened"),
    )
    for code, bad, says in troubles:
        for report_id in ids[bad]:
            findings.add(code, shown(report_id), says)


def _each_id_once(connection: Connection, findings: Findings) -> None:
    statement = "SELECT MIN(report_id), COUNT(*) FROM report GROUP BY source_no, external_id HAVING COUNT(*) > 1"
    for rows in pieces(connection, statement):
        for report_id, count in rows:
            findings.add("id_twice", shown(report_id), f"{count} reports have the same identity")
