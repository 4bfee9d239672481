"""What people answered whether two cases are one: a join, a split, a plain answer each leave one, the last counts."""

from __future__ import annotations

from collections.abc import Hashable

from sqlalchemy import Connection, or_, select

from pipeline.desk.moves import APART
from pipeline.desk.moves import JOINED as JOIN
from pipeline.store.schema import suggestion
from pipeline.verify.chained import JOINED, KEPT_APART, SPLIT_OFF, Chained, number_of
from pipeline.verify.decisions import compare
from pipeline.verify.finding import Findings


def check_suggestions(connection: Connection, chained: Chained, findings: Findings) -> None:
    """Hold every answer against the chain, both ways. What a change of the rules suggested (the pair, by which rules
    and when) is not in the chain."""
    column = suggestion.c
    answered = or_(*(one.is_not(None) for one in (column.answer, column.answered_by, column.answered_at)))
    rows: list[tuple[Hashable, str]] = [
        ((row.case_a, row.case_b, row.answer, row.answered_by, row.answered_at), f"C{row.case_a}")
        for row in connection.execute(select(suggestion).where(answered))
    ]
    compare("answer whether two cases are one", rows, _told(chained), findings, code="suggestion")


def _told(chained: Chained) -> list[tuple[Hashable, str]]:
    last: dict[tuple[int, int], tuple[Hashable, ...]] = {}
    steps = [(one.seq, JOIN if name == JOINED else APART, one)
             for name in (JOINED, KEPT_APART, SPLIT_OFF) for one in chained.of(name)]  # fmt: skip
    for _, answer, one in sorted(steps, key=lambda step: step[0]):
        other = number_of(one.word("other")) if one.word("other") else one.source
        if other > 0:
            first, second = sorted((one.number, other))
            last[first, second] = (answer, one.person, one.at)
    return [((*pair, *said), f"C{pair[0]}") for pair, said in last.items()]
