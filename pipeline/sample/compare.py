"""Compares what the machine said of the sample's reports with the truth the pipeline never opens.

Agreement alone hides the errors that matter: a missed escalation is the worst and a missed suspect the next
(DESIGN §3), so both are listed by id beside the matrix. An alarm too high costs people the time a child needs, so those
are listed too, and counted by kind.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

LABELS = ("incomplete", "complete", "csam_suspect")
SEVERITY = ("none", "abuse_described", "child_identified", "child_blackmailed", "risk_to_life", "danger_now")
"""Escalation words, the gravest last, as in `triage.verdict.Escalation`."""


@dataclass(frozen=True, slots=True)
class Confusion:
    """How verdicts and truth agree. All tuples hold report ids, sorted.

    `counts` maps (true label, given label) to how many reports. `missed_suspects` are true suspects labelled anything
    else; `missed_escalations` have a lower escalation than the truth, `over_alarms` a higher one: `alarms` maps (true,
    given) escalation to how many of them. `unanswered` are reports without a verdict (they
    count as disagreement), `unknown` are verdicts on reports the truth does not have.
    """

    counts: Mapping[tuple[str, str], int]
    alarms: Mapping[tuple[str, str], int]
    missed_suspects: tuple[str, ...]
    missed_escalations: tuple[str, ...]
    over_alarms: tuple[str, ...]
    disagreeing: tuple[str, ...]
    unanswered: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def total(self) -> int:
        """Reports in the truth."""
        return sum(self.counts.values()) + len(self.unanswered)

    @property
    def agreement(self) -> float:
        """Share of the truth's reports whose label agrees, 0 to 1; 1.0 for an empty truth."""
        agreeing = sum(count for (true, given), count in self.counts.items() if true == given)
        return agreeing / self.total if self.total else 1.0

    def table(self) -> str:
        """The matrix for people, one line per true label and one column per given label; below, alarms too high."""
        width = max(map(len, LABELS))
        lines = [" ".join(["truth \\ verdict".ljust(width + 3), *(label.rjust(width) for label in LABELS)])]
        for true in LABELS:
            cells = (str(self.counts.get((true, given), 0)).rjust(width) for given in LABELS)
            lines.append(" ".join([true.ljust(width + 3), *cells]))
        return "\n".join([*lines, *self._alarm_lines()])

    def _alarm_lines(self) -> list[str]:
        """How many alarms are too high, the gravest first; nothing where none is."""
        if not self.over_alarms:
            return []
        by_kind = sorted(self.alarms.items(), key=lambda one: [-SEVERITY.index(kind) for kind in reversed(one[0])])
        said = (f"  {count} {given}, in truth {true}" for (true, given), count in by_kind)
        return [f"alarms too high: {len(self.over_alarms)}", *said]


def compare(truth_rows: Iterable[Mapping[str, str]], verdict_rows: Iterable[Mapping[str, str]]) -> Confusion:
    """Match rows by `id` and count. Rows are mappings with `id`, `label` and `escalate` ("" or absent = none).

    Ids are compared without the angle brackets a Message-ID has. Raises ValueError if either side names an id twice:
    a doubled report would otherwise vanish from the counts.
    """
    truth, verdicts = _by_id(truth_rows), _by_id(verdict_rows)
    both = sorted(truth.keys() & verdicts.keys())
    pairs = [(key, truth[key], verdicts[key]) for key in both]
    wrong = [(key, true) for key, true, given in pairs if true["label"] != given["label"]]
    too_high = [pair for pair in pairs if _severity(pair[2]) > _severity(pair[1])]
    return Confusion(
        counts=Counter((true["label"], given["label"]) for _, true, given in pairs),
        missed_suspects=tuple(key for key, true in wrong if true["label"] == "csam_suspect"),
        alarms=Counter((_escalation(true), _escalation(given)) for _, true, given in too_high),
        over_alarms=tuple(key for key, _, _ in too_high),
        missed_escalations=tuple(key for key, true, given in pairs if _severity(given) < _severity(true)),
        disagreeing=tuple(key for key, _ in wrong),
        unanswered=tuple(sorted(truth.keys() - verdicts.keys())),
        unknown=tuple(sorted(verdicts.keys() - truth.keys())),
    )


def _by_id(rows: Iterable[Mapping[str, str]]) -> dict[str, Mapping[str, str]]:
    found: dict[str, Mapping[str, str]] = {}
    for row in rows:
        key = row["id"].replace("<", "").replace(">", "")
        if key in found:
            raise ValueError("an id occurs twice; the sample's ids are unique over all channels")
        found[key] = row
    return found


def _severity(row: Mapping[str, str]) -> int:
    return SEVERITY.index(_escalation(row))


def _escalation(row: Mapping[str, str]) -> str:
    return row.get("escalate") or "none"
