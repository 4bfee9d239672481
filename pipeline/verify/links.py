"""Links between reports and cases: the packed lists, the reports themselves and the addresses must tell one story.

That every report has exactly one primary link follows from: each primary link leads to a report that names the same
case, and per run the links and the reports are equal in number and in an order-free sum over their ids.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sqlalchemy import Connection

from pipeline.store.schema import further_link, report
from pipeline.verify.finding import Findings
from pipeline.verify.reports import Seen, run_of, shown
from pipeline.verify.stream import Ints, columns, lookup, mixed, pieces
from pipeline.verify.world import World, at

LINK_BYTES = 24
_PACKS = 5_000


@dataclass(slots=True)
class Tally:
    """What the packed links add up to."""

    by_case: Ints
    primary: dict[int, tuple[int, int]] = field(default_factory=dict)
    further: int = 0


def check_links(connection: Connection, world: World, seen: dict[int, Seen], findings: Findings) -> None:
    """Walk every packed list of links and hold it against reports, further links, addresses and case records."""
    tally = Tally(np.zeros(len(world.cases), dtype=np.int64))
    for rows in pieces(connection, "SELECT case_id, run_no, links FROM case_reports ORDER BY case_id, run_no", _PACKS):
        whole = [row for row in rows if _has_shape(row, findings)]
        _check_piece(connection, world, whole, tally, findings)
    _compare_runs(world, seen, tally, findings)
    _compare_cases(world, tally, findings)
    _compare_further(connection, world, tally, findings)


def _has_shape(row: tuple[Any, ...], findings: Findings) -> bool:
    whole = len(row[2]) % LINK_BYTES == 0
    if not whole:
        findings.add("links_damaged", f"C{row[0]}", f"its list of links from run number {row[1]} was cut or changed")
    return whole


def _check_piece(
    connection: Connection, world: World, rows: list[tuple[Any, ...]], tally: Tally, findings: Findings
) -> None:
    counts = [len(row[2]) // LINK_BYTES for row in rows]
    links = np.frombuffer(b"".join(bytes(row[2]) for row in rows), dtype="<i8").reshape(-1, 3).astype(np.int64)
    reports, locators, seqs = links.T
    cases, runs = (np.repeat(np.array([row[index] for row in rows], dtype=np.int64), counts) for index in (0, 1))
    inside = (cases >= 0) & (cases < len(tally.by_case))
    np.add.at(tally.by_case, cases[inside], 1)
    _say(findings, "link_of_other_run", reports[run_of(reports) != runs], "is listed under another run than its own")
    lost = (at(world.locator_case, locators) < 0) & (locators > 0)
    _say(findings, "link_without_locator", reports[lost], "is linked through an address that is not there")
    elsewhere = (locators > 0) & ~lost & (world.case_of(at(world.locator_case, locators)) != world.case_of(cases))
    _say(
        findings,
        "link_and_locator_differ",
        reports[elsewhere],
        "is listed with another case than its address belongs to",
    )
    first = seqs == 0
    _primary(connection, world, reports[first], cases[first], locators[first], findings)
    tally.further += _further(connection, world, links[~first], cases[~first], findings)
    for number in np.unique(runs[first]).tolist():
        mine = reports[first][runs[first] == number]
        count, mix = tally.primary.get(number, (0, 0))
        tally.primary[number] = (count + len(mine), (mix + mixed(mine)) % 2**64)


def _primary(
    connection: Connection, world: World, reports: Ints, cases: Ints, locators: Ints, findings: Findings
) -> None:
    found = columns(sorted(lookup(connection, report, "report_id", reports.tolist(), ("case_id", "locator_id"))), 3)
    place, there = _places(found[0], reports)
    _say(findings, "link_without_report", reports[~there], "is listed in a case but is not there")
    if not there.any():
        return
    other = world.case_of(found[1][place]) != world.case_of(cases)
    _say(findings, "link_and_report_differ", reports[there & other], "names another case than the one that lists it")
    other = found[2][place] != locators
    _say(findings, "link_and_report_differ", reports[there & other], "names another address than its case's list does")


def _further(connection: Connection, world: World, links: Ints, cases: Ints, findings: Findings) -> int:
    """Check links that are not primary; answers how many there are."""
    if not len(links):
        return 0
    rows = lookup(connection, further_link, "report_id", set(links[:, 0].tolist()), ("seq", "case_id", "locator_id"))
    known = {(row[0], row[1]): (row[2], row[3]) for row in rows}
    for (report_id, locator, seq), case in zip(links.tolist(), cases.tolist(), strict=True):
        of, through = known.get((report_id, seq), (0, 0))
        same = np.array_equal(world.case_of(np.array([of])), world.case_of(np.array([case])))
        if not same or through != locator:
            findings.add("further_link_differs", shown(report_id), "its further links and a case's list differ")
    return len(links)


def _places(ids: Ints, wanted: Ints) -> tuple[Ints, Any]:
    if not len(ids):
        return np.zeros(len(wanted), dtype=np.int64), np.zeros(len(wanted), dtype=bool)
    place = np.minimum(np.searchsorted(ids, wanted), len(ids) - 1)
    return place, ids[place] == wanted


def _say(findings: Findings, code: str, reports: Ints, says: str) -> None:
    for report_id in reports:
        findings.add(code, shown(report_id), says)


def _compare_runs(world: World, seen: dict[int, Seen], tally: Tally, findings: Findings) -> None:
    for number, row in world.runs.items():
        if row.committed_at is None:
            continue
        one = seen.get(number, Seen())
        count, mix = tally.primary.get(number, (0, 0))
        if (count, mix) != (one.count, one.mix):
            findings.add(
                "not_one_primary_link", row.run_id, f"{one.count} reports, {count} primary links, or not the same"
            )


def _compare_cases(world: World, tally: Tally, findings: Findings) -> None:
    if world.unfinished:
        return
    there = world.cases >= 0
    for number in np.flatnonzero(there & (tally.by_case != world.said_reports)):
        said, there_are = world.said_reports[number], tally.by_case[number]
        findings.add("case_count", f"C{number}", f"says {said} links, its lists have {there_are}")
    for number in np.flatnonzero(~there & (tally.by_case > 0)):
        findings.add("links_without_case", f"C{number}", "has a list of links but is not there")


def _compare_further(connection: Connection, world: World, tally: Tally, findings: Findings) -> None:
    stored = int(connection.exec_driver_sql("SELECT COUNT(*) FROM further_link").scalar_one())
    if stored != tally.further and not world.unfinished:
        findings.add("further_link_count", "", f"{stored} are stored, the cases' lists have {tally.further}")
