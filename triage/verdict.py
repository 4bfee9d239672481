"""The machine's opinion on a report: a label, the reasons, and how urgent a danger it shows.

Never a legal judgement: a verdict only ever says *suspect*. The orders below are the project's rule that a missed
danger is the worst error and a missed suspicion the next, so the more severe opinion always wins (DESIGN §3).
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import NamedTuple


class Label(IntEnum):
    """The three labels, ordered by severity; `str(label)` is the word used in files and on screens."""

    INCOMPLETE = 0
    COMPLETE = 1
    CSAM_SUSPECT = 2

    def __str__(self) -> str:
        return self.name.lower()


class Escalation(IntEnum):
    """Kinds of danger, the gravest highest; independent of the label."""

    NONE = 0
    ABUSE_DESCRIBED = 1
    CHILD_IDENTIFIED = 2
    CHILD_BLACKMAILED = 3
    RISK_TO_LIFE = 4
    DANGER_NOW = 5

    def __str__(self) -> str:
        return self.name.lower()


ESCALATIONS = {str(kind): kind for kind in Escalation}
"""By the word that files and reasons have for each, the least grave first."""


class Reason(NamedTuple):
    """Why a verdict is what it is; a tuple, since millions are compared, hashed and sorted.

    `code` is a word of DESIGN §3's table (for instance `reporter_category`) or an escalation kind. `rule` names what
    spoke with its version, as `phrases.bs:4@2`. `field` is `category`, `location`, `description` or a fact's name;
    `start` and `end` are character offsets into that field's text, both 0 where the whole field is meant. The text
    itself is never stored in a reason.
    """

    code: str
    rule: str
    field: str
    start: int = 0
    end: int = 0
    weight: float = 1.0


class Verdict(NamedTuple):
    """One opinion; `reasons` are sorted, so equal opinions are equal values. A tuple as its reasons are."""

    label: Label
    escalate: Escalation = Escalation.NONE
    reasons: tuple[Reason, ...] = ()
    score: float = 1.0
    """Confidence in the label, 0 to 1; rules say 1.0, a low score sends the report to a person first."""
    to_person: bool = False
    """True where no automatic answer may go out (`seeks_material`, `seeks_help_for_self`, doubt)."""


UNHEARD = "unheard_text"
"""Reason code: words stand where nothing reads them (`classifiers/besides.py`)."""


def says_unread(code: str, rule: str) -> bool:
    """Whether a reason says that no rule could read what was written: in a language nobody here reads, or unheard."""
    return code == UNHEARD or (code == "text_doubt" and rule.startswith("language@"))


DOUBTED_QUESTION = "decide:doubted-question@"
"""How the rule begins that says a question may be more than one."""


def comes_soon(code: str, rule: str) -> bool:
    """Whether a reason says that any danger may be in it: nobody could read it, or the question is in doubt."""
    return rule.startswith(DOUBTED_QUESTION) or says_unread(code, rule)


def combine(verdicts: Iterable[Verdict]) -> Verdict:
    """The more severe label and the gravest escalation win; all reasons are kept, sorted and once each.

    Raises ValueError on no verdicts: silence is not an opinion.
    """
    given = list(verdicts)
    if not given:
        raise ValueError("combine needs at least one verdict")
    label = max(verdict.label for verdict in given)
    return Verdict(
        label=label,
        escalate=max(verdict.escalate for verdict in given),
        reasons=tuple(sorted({reason for verdict in given for reason in verdict.reasons})),
        score=min(verdict.score for verdict in given if verdict.label == label),
        to_person=any(verdict.to_person for verdict in given),
    )
