"""A report INHOPE assigned to this hotline was seen by another hotline's analyst: it is a suspect from the start."""

from __future__ import annotations

from collections.abc import Sequence

from classifiers.base import Classifier, Example, Said
from triage.verdict import Escalation, Label, Reason, Verdict

_VERSION = "1"
_VERDICT = Verdict(Label.CSAM_SUSPECT, reasons=(Reason("assigned_by_inhope", f"assigned@{_VERSION}", "assigned"),))


class Assigned(Classifier):
    """Says `csam_suspect` for what came through ICCAM."""

    name = "assigned"

    @property
    def version(self) -> str:
        """Changed by hand with the rule."""
        return _VERSION

    def judge(self, said: Said) -> Verdict | None:
        """A suspect if assigned, else no opinion."""
        return _VERDICT if said.assigned else None

    def examples(self) -> Sequence[Example]:
        """Assigned and not assigned."""
        url = frozenset({"url"})
        return (
            (Said(assigned=True, locator_kinds=url), Label.CSAM_SUSPECT, Escalation.NONE),
            (Said(locator_kinds=url), None, Escalation.NONE),
        )
