"""Where new reports are led: the keys of cases, by which an address finds its case, and the texts a case has seen.

Both are keyed digests. What they were made of lies sealed, so they are not made again here: held together are the cases
they name. Of cases people split or joined less is known, since keys and texts may stay behind.
"""

from __future__ import annotations

import numpy as np
from sqlalchemy import Connection

from pipeline.verify.cases import Gravest
from pipeline.verify.chained import Chained
from pipeline.verify.finding import Findings
from pipeline.verify.stream import Ints, columns, pieces
from pipeline.verify.world import World

_KEYS = "SELECT case_id, COUNT(*) FROM case_key GROUP BY case_id"
_TEXTS = "SELECT case_id, COUNT(*) FROM case_fact GROUP BY case_id"
_TORN = "SELECT MIN(case_id) FROM case_key GROUP BY key HAVING MIN(case_id) <> MAX(case_id)"


def check_leads(connection: Connection, world: World, gravest: Gravest, chained: Chained, findings: Findings) -> None:
    """Every case with an address has a key, and none without; a key leads to one case, whatever version of the rules
    made it. A case has seen a text where one of its reports has one, and no more than those have."""
    moved = np.array(sorted(chained.moved()), dtype=np.int64)
    keys, there = _counted(connection, _KEYS, len(world.cases)), world.locator_case
    places = np.bincount(there[(there > 0) & (there < len(keys))], minlength=len(keys))
    for number in np.setdiff1d(np.flatnonzero((keys > 0) != (places > 0)), moved):
        findings.add("case_key", f"C{number}", "the keys that lead to it and its addresses do not agree")
    for rows in pieces(connection, _TORN):
        for (number,) in rows:
            findings.add("case_key", f"C{number}", "a key leads to it by one version of the rules and away by another")
    if world.unfinished:
        return
    seen, texts = _counted(connection, _TEXTS, len(world.cases)), gravest.texts
    for number in np.setdiff1d(np.flatnonzero((seen > texts) | ((texts > 0) & (seen == 0))), moved):
        findings.add("case_fact", f"C{number}", "the texts it has seen are not as many as its reports have")


def _counted(connection: Connection, statement: str, cases: int) -> Ints:
    """Case number to the number of rows that name it; rows that name none are left out."""
    found = np.zeros(cases, dtype=np.int64)
    for rows in pieces(connection, statement):
        numbers, counts = columns(rows, 2)
        there = (numbers > 0) & (numbers < cases)
        found[numbers[there]] = counts[there]
    return found
