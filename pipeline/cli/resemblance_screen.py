"""What came with a case's reports and what it resembles, on a screen and as JSON: never a hash, never a file name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from pipeline.cli.match import form_words
from pipeline.cli.plain_words import counted
from pipeline.cli.screens import INDENT
from pipeline.desk.numbers import shown_report
from pipeline.desk.resemblances import Alike, CameWith, Flood, Listed, Resemblances

LINES_SHOWN = 12
_KIB = 1024
_BITS = {"pdq": 256}
_PROBLEMS = {
    "not_here": "was not delivered with the report",
    "not_found": "was not digested when the report came, and its file cannot be found any more",
    "too_large": "too large to be digested",
    "too_many": "more attachments than are looked at", "no_picture": "no picture", "damaged": "cannot be decoded",
    "low_quality": "too flat to be told from others", "too_small": "too small", "empty": "empty",
    "too_many_bytes": "too large for a picture", "too_many_pixels": "too many pixels",
    "too_costly": "too costly to decode",
    "decoder_died": "broke the decoder (it was caught)",
}  # fmt: skip


def blocks(found: Resemblances, said_now: Sequence[Listed], *, everything: bool = False) -> list[str]:
    """The lines, nothing where there is nothing. `said_now`: what the lists say today."""
    limit = None if everything else LINES_SHOWN
    return [
        *_block("Came with it (digested, never kept)", [_came(one) for one in found.items], limit),
        *_block("Lists say today (a reason to look, never an assessment)", [_listed(one) for one in said_now], limit),
        *_block("Shows the same as", [_alike(one) for one in found.alike], limit),
        *_block("Says nearly the same as others", [_flood(one, limit) for one in found.floods], limit),
    ]


def as_json(found: Resemblances, said_now: Sequence[Listed]) -> dict[str, Any]:
    """The same for a program."""
    return {
        "attachments": [_numbered(one) for one in found.items],
        "matches": [_numbered(one) for one in said_now],
        "matches_when_it_came_in": [_numbered(one) for one in found.listed],
        "shows_the_same": [
            {**asdict(one), "case_id": f"C{one.case_id}", "own": _item(one.own), "other": _item(one.other)}
            for one in found.alike
        ],
        "near_texts": [
            {**asdict(one), "first_report": shown_report(one.first_report), "first_case": f"C{one.first_case}",
             "cases": [f"C{case}" for case in one.cases]}
            for one in found.floods
        ],
    }


def _numbered(one: CameWith | Listed) -> dict[str, Any]:
    return {**asdict(one), "report_id": shown_report(one.report_id)}


def _place(one: CameWith | Listed) -> str:
    return _item((one.report_id, one.position))


def _item(item: tuple[int, int]) -> str:
    return f"{shown_report(item[0])} no. {item[1] + 1}"


def _came(one: CameWith) -> str:
    kind = one.media_type or "unknown kind"
    problem = f", {_PROBLEMS.get(one.problem, one.problem.replace('_', ' '))}" if one.problem else ""
    if one.problem == "not_found":
        return f"{_place(one):<18}{kind}{problem}"
    return f"{_place(one):<18}{kind:<14}{-(-one.size_bytes // _KIB):>8,} kB{problem}"


def _listed(one: Listed) -> str:
    how = f"{one.type} {one.distance} of at most {one.threshold} bits" if one.type in _BITS else f"equal {one.type}"
    form = "" if one.form == "whole" else f", {form_words(one.form)}"
    said = f"; {one.said_here} here by a person" if one.said_here else ""
    entry = f"{one.list} {one.version}, entry {one.entry} (its list says {one.opinion}{said})"
    return f"{_place(one):<18}{one.level}: {entry}, {how}{form}"


def _alike(one: Alike) -> str:
    sure = "the same" if one.level == "link" else "perhaps the same, look"
    how = "equal bytes" if one.type not in _BITS else f"{one.type} {one.distance} of {_BITS[one.type]} bits apart"
    forms = " / ".join(form_words(form) for form in (one.form, one.other_form) if form != "whole")
    times = f", {one.pairs} pairs" if one.pairs > 1 else ""
    stands = f"   [{one.status.replace('_', ' ')}]" if one.status else ""
    pair = f"{_item(one.own)} and {_item(one.other)}"
    return f"{f'C{one.case_id}':<10}{sure}: {how}{f', {forms}' if forms else ''}{times} ({pair}){stands}"


def _flood(one: Flood, limit: int | None) -> str:
    where = f"of C{one.first_case}" if one.first_case in one.cases else "here"
    first = f"the first is {shown_report(one.first_report)} {where}"
    left = len(one.cases) - len(one.cases[:limit])
    others = " ".join(f"C{case}" for case in one.cases[:limit]) + (f" and {left} more" if left else "")
    also = f"; also in {others}" if others else ""
    return f"{counted(one.reports, 'report')}, {one.own:,} of them here; {first} ({one.jaccard:.0%} alike){also}"


def _block(title: str, lines: list[str], limit: int | None) -> Iterator[str]:
    if not lines:
        return
    yield from ("", title)
    yield from (f"{INDENT}{line}" for line in lines[:limit])
    left = len(lines) - len(lines[:limit])
    if left:
        yield f"{INDENT}and {left} more: `hotline cases show --all`"
