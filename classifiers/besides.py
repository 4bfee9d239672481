"""Words under a heading no field is for ("Remarks of the teacher"): sealed at the door, so that no rule reads them.

Guessing which column is the report's text would file a reporter's name as one. So nothing is guessed: the report says
that it holds such words (`pipeline/unheard.py`), a person opens it soon, and no standing letter answers it.
"""

from __future__ import annotations

from collections.abc import Sequence

from classifiers.base import Classifier, Example, Said
from triage.verdict import UNHEARD, Escalation, Label, Reason, Verdict

_VERSION = "1"
_WEIGHT = 0.5
_VERDICT = Verdict(
    Label.COMPLETE, reasons=(Reason(UNHEARD, f"besides@{_VERSION}", "besides", weight=_WEIGHT),), score=_WEIGHT,
    to_person=True,
)  # fmt: skip


class Besides(Classifier):
    """A doubt about every report that holds words nothing here reads."""

    name = "besides"

    @property
    def version(self) -> str:
        """Changed by hand with the rule."""
        return _VERSION

    def judge(self, said: Said) -> Verdict | None:
        """A doubt where words stand besides; an SOS call goes to people at once in any case."""
        return _VERDICT if said.unheard and not said.alert else None

    def examples(self) -> Sequence[Example]:
        """With and without such words."""
        url = frozenset({"url"})
        return (
            (Said(unheard=True, locator_kinds=url), Label.COMPLETE, Escalation.NONE),
            (Said(locator_kinds=url), None, Escalation.NONE),
        )
