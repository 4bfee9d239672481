"""What every screen of the desk shares: who is asking, the DEMO line, aligned columns, and text made safe to print."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click

from triage import defang

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.bootstrap import App
    from pipeline.desk.outstanding import Answers, Outstanding

DEMO_LINE = "DEMO workspace: invented reports, sample people. Nothing here is real."
INDENT = "  "
CASES_NAMED = 10
_ANSWER = "answer"


def show(app: App, lines: Iterable[str]) -> None:
    """Print a screen; a demo workspace says so first."""
    if app.settings.kind == "demo":
        click.echo(f"{DEMO_LINE}\n")
    for line in lines:
        click.echo(line.rstrip())


def show_json(app: App, values: dict[str, Any]) -> None:
    """Print for a program; `demo` says whether the workspace is one."""
    click.echo(json.dumps({"demo": app.settings.kind == "demo"} | values, indent=1, ensure_ascii=False))


def rewritten(line: str, *, last: bool = False) -> None:
    """Say how far a command is, in one line that rewrites itself; a pipe or a log file gets nothing."""
    if sys.stderr.isatty():
        click.echo(f"\r{line}", err=True, nl=last)


def table(heading: Sequence[str], rows: Sequence[Sequence[str]], *, right: frozenset[int] = frozenset()) -> list[str]:
    """Aligned columns; those in `right` hold numbers."""
    widths = [max(len(cell) for cell in column) for column in zip(heading, *rows, strict=True)]

    def line(cells: Sequence[str]) -> str:
        aligned = (
            cell.rjust(width) if number in right else cell.ljust(width)
            for number, (cell, width) in enumerate(zip(cells, widths, strict=True))
        )
        return INDENT + "  ".join(aligned)

    return [line(heading), *(line(row) for row in rows)]


def pairs(entries: Iterable[tuple[str, str]]) -> list[str]:
    """Names and values, one per line, values aligned."""
    return [f"{INDENT}{name:<12}{value}" for name, value in entries if value]


def harmless(text: str) -> str:
    """A reporter's text as it may be printed: no control or invisible character works, no address can be clicked."""
    return defang.harmless(text)


def outstanding_block(waiting: Outstanding, now: datetime) -> list[str]:
    """What was decided and waits: for a second person, for somebody's hand, for its export; with case numbers."""
    from pipeline.desk.times import ago

    lines = []
    if waiting.to_release and waiting.oldest:
        packages = "1 police package waits" if waiting.to_release == 1 else f"{waiting.to_release} police packages wait"
        oldest = "" if waiting.to_release == 1 else "the oldest "
        cases = named_cases(waiting.release_cases)
        lines.append(f"{INDENT}{packages} for a second person, {oldest}for {ago(waiting.oldest, now)}: {cases}")
    lines += _answer_lines(waiting.answers)
    elsewhere = waiting.answers.every.union(waiting.held_answers)
    left = {one: [case for case in one.cases if case not in elsewhere or one.kind != _ANSWER] for one in waiting.undone}
    by_hand = [f"{one.kind} {named_cases(cases)}" for one, cases in left.items() if cases and one.exporter is None]
    if by_hand:
        lines.append(f"{INDENT}to be carried out by hand, then closed: {'; '.join(by_hand)}")
    exported = [f"{one.exporter} {named_cases(one.cases)}" for one in waiting.undone if one.exporter and one.cases]
    if exported:
        lines.append(f"{INDENT}to be exported (`hotline export`): {'; '.join(exported)}")
    if waiting.held_answers:
        held = named_cases(waiting.held_answers)
        lines.append(f"{INDENT}answers held until the referral they tell of is exported: {held}")
    bare = [f"{one.exporter} {named_cases(one.without_files)}" for one in waiting.undone if one.without_files]
    if bare:
        lines.append(f"{INDENT}cannot be exported, no file with a digest came with it: {'; '.join(bare)}")
    if waiting.unfit:
        named = named_cases(waiting.unfit)
        lines.append(f"{INDENT}decided for ICCAM, but nothing in it may go there as it is assessed now: {named}")
    if waiting.nothing:
        said = "decided for ICCAM, but it takes no telephone, profile or invitation: nothing of it can go"
        lines.append(f"{INDENT}{said}: {named_cases(waiting.nothing)}")
    if waiting.telling:
        said = "decided for ICCAM, but the address tells who reported it (`hotline cases show` says what to do)"
        lines.append(f"{INDENT}{said}: {named_cases(waiting.telling)}")
    return lines


def _answer_lines(answers: Answers) -> list[str]:
    """Answers by how they can be given, so that nobody writes to a contact nobody called safe."""
    said = (
        ("answers to be sent (`hotline answers show`, then `hotline answers send`)", answers.to_send),
        ("answers to be given by telephone (`hotline answers call`)", answers.to_call),
        ("answers nobody may write, no contact said to be safe: by receipt code only, then closed", answers.by_receipt),
    )
    return [f"{INDENT}{words}: {named_cases(cases)}" for words, cases in said if cases]


def outstanding_json(waiting: Outstanding) -> dict[str, Any]:
    """The same for a program, every case named."""
    return {
        "to_release": waiting.to_release, "release_cases": [f"C{one}" for one in waiting.release_cases],
        "to_carry_out": [
            {"kind": one.kind, "exporter": one.exporter, "cases": [f"C{case_id}" for case_id in one.cases],
             "without_files": [f"C{case_id}" for case_id in one.without_files]}
            for one in waiting.undone
        ],
        "answers": {
            "to_send": [f"C{one}" for one in waiting.answers.to_send],
            "to_call": [f"C{one}" for one in waiting.answers.to_call],
            "by_receipt_only": [f"C{one}" for one in waiting.answers.by_receipt],
        },
        "held_answers": [f"C{one}" for one in waiting.held_answers],
        "unfit_for_iccam": [f"C{one}" for one in waiting.unfit],
        "tell_who_reported": [f"C{one}" for one in waiting.telling],
        "nothing_for_iccam": [f"C{one}" for one in waiting.nothing],
    }  # fmt: skip


def named_cases(cases: Sequence[int]) -> str:
    """The first CASES_NAMED of them, and how many more there are."""
    left = len(cases) - CASES_NAMED
    return ", ".join(f"C{one}" for one in cases[:CASES_NAMED]) + (f" and {left} more" if left > 0 else "")
