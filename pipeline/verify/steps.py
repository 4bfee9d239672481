"""What the steps and files of a committed run counted adds up to what the run says; and by which rules keys were made.

`commit` sums its steps up, and a later run takes the rows of a file that is gone from `input_file`. Which step was done
when decides nothing once a run is committed, and is not looked at.
"""

from __future__ import annotations

from sqlalchemy import Connection, select

from pipeline.runs import load
from pipeline.store.schema import audit
from pipeline.verify.finding import Findings
from pipeline.verify.stream import pieces
from pipeline.verify.world import World
from pipeline.workspace import Workspace
from triage.errors import HotlineError

_STEPS = "SELECT run_no, SUM(known), SUM(conflicts), SUM(opened) FROM run_step GROUP BY run_no"
_FILES = "SELECT run_no, SUM(rows), COUNT(*) - COUNT(rows) FROM input_file GROUP BY run_no"
_VERSIONS = "SELECT MIN(case_id), rule_version FROM case_key GROUP BY rule_version"
_REKEYED, _RULES = "rekeyed", "rules:"


def check_steps(connection: Connection, world: World, findings: Findings) -> None:
    """Hold the sums of every committed run's steps, and of its files where each was counted, against its counts."""
    steps = {row[0]: tuple(map(int, row[1:])) for rows in pieces(connection, _STEPS) for row in rows}
    files = {row[0]: int(row[1]) for rows in pieces(connection, _FILES) for row in rows if not row[2]}
    for number in sorted(steps.keys() - world.runs.keys()):
        findings.add("run_steps", f"run number {number}", "its steps belong to no run")
    for number, row in world.runs.items():
        if row.committed_at is None:
            continue
        known, conflicts, opened = steps.get(number, (0, 0, 0))
        if (known, opened) != (row.already_known, row.new_cases) or not 0 <= conflicts <= row.rejected:
            findings.add("run_steps", row.run_id, "its steps do not add up to what it says was known and opened")
        if number in files and files[number] != row.accepted + known + conflicts:
            findings.add("file_rows", row.run_id, "its files do not add up to the rows it read")


def check_key_versions(
    connection: Connection, workspace: Workspace, world: World, in_force: str, findings: Findings
) -> None:
    """Every key of a case was made by rules in force now, or by those of a run or of a rekeying: by no others a report
    finds its case."""
    found = {str(version): case_id for rows in pieces(connection, _VERSIONS) for case_id, version in rows}
    strange = found.keys() - {in_force}
    if strange:
        rekeyed = connection.execute(select(audit.c.subject).where(audit.c.event == _REKEYED)).scalars()
        strange -= {subject.removeprefix(_RULES) for subject in rekeyed}
    for row in world.runs.values() if strange else ():
        strange -= _rules_of(workspace, row.run_id)
    for version in sorted(strange):
        findings.add("case_key", f"C{found[version]}", "a key leads to it by rules that never were in force")


def _rules_of(workspace: Workspace, run_id: str) -> set[str]:
    """What a run's manifest names; nothing where it cannot be read, which is a finding of its own."""
    try:
        return {load(workspace, run_id).versions["url_rules"]}
    except (HotlineError, KeyError):
        return set()
