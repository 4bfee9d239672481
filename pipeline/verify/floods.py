"""Floods of near-equal texts: who belongs to which, how many each counts and what was sketched tell one story.

They are found after a run's commit, so the audit chain holds nothing of them: an edit that changes all of it alike is
not seen, nor is one of the word pairs themselves or of how alike two texts are.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

import numpy as np
from sqlalchemy import Connection

from pipeline.store.item_tables import MEMBER, MEMBER_BYTES
from pipeline.verify.finding import Findings
from pipeline.verify.reports import run_of, shown
from pipeline.verify.stream import Ints, pieces

_MEMBERS = "SELECT run_no, stretch, first_report, last_report, members FROM text_member"
_SKETCHES = "SELECT run_no, stretch, texts, LENGTH(reports), LENGTH(shingles), offsets FROM text_sketch"
_GROUPS = "SELECT first_report, reports, last_run FROM text_group"
_WORD = 8
_STRETCHES = 20


def check_floods(connection: Connection, findings: Findings) -> None:
    """Count the members of every flood again, and hold the size of what was sketched against how many texts it has."""
    later: Counter[int] = Counter()
    runs: defaultdict[int, set[int]] = defaultdict(set)
    sketched = _sketched(connection, findings)
    for rows in pieces(connection, _MEMBERS, _STRETCHES):
        for row in rows:
            members = np.frombuffer(row[4][: len(row[4]) // MEMBER_BYTES * MEMBER_BYTES], dtype=MEMBER).reshape(-1, 3)
            if row[:2] not in sketched or not _is_whole(row, members):
                findings.add("flood", f"run number {row[0]}", "which of its texts belong to floods was changed")
            groups, counts = np.unique(members[:, 1], return_counts=True)
            for group, count in zip(groups.tolist(), counts.tolist(), strict=True):
                later[group] += count
                runs[group].add(row[0])
    for rows in pieces(connection, _GROUPS):
        for first, reports, last_run in rows:
            if later.pop(first, 0) != reports or last_run not in runs[first]:
                findings.add("flood", shown(first), "does not count the texts that are nearly the same as its own")
    for first in sorted(later):
        findings.add("flood", shown(first), "texts nearly the same as its own are counted nowhere")


def _sketched(connection: Connection, findings: Findings) -> set[tuple[int, int]]:
    """Every stretch of every run that was sketched."""
    found: set[tuple[int, int]] = set()
    for rows in pieces(connection, _SKETCHES, _STRETCHES):
        for run_no, stretch, texts, reports, shingles, stored in rows:
            found.add((run_no, stretch))
            offsets = np.frombuffer(stored[: len(stored) // _WORD * _WORD], dtype="<i8")
            sized = (len(offsets), reports) == (max(texts, 0) + 1, _WORD * texts)
            if not sized or shingles != _WORD * offsets[-1]:
                findings.add("flood", f"run number {run_no}", "what was sketched of its texts was cut or changed")
    return found


def _is_whole(row: tuple[Any, ...], members: Ints) -> bool:
    """Whether the reports of a row of `text_member` are of its run, in order and those it says."""
    run_no, _, first, last, stored = row
    ids = members[:, 0].astype(np.int64)
    if not len(ids) or len(stored) % MEMBER_BYTES or (ids[0], ids[-1]) != (first, last):
        return False
    return bool((np.diff(ids) > 0).all() and (run_of(ids) == run_no).all())
