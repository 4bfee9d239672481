"""A call of the SOS app: somebody pressed it for a reason, so it is danger now, with or without words.

It can be acted on without an address, because it names the organisation in charge and a coarse place.
"""

from __future__ import annotations

from collections.abc import Sequence

from classifiers.base import Classifier, Example, Said
from triage.verdict import Escalation, Label, Reason, Verdict

_VERSION = "1"
_RULE = f"alerts@{_VERSION}"
_VERDICT = Verdict(
    Label.COMPLETE,
    Escalation.DANGER_NOW,
    (Reason("alert", _RULE, "alert"), Reason("danger_now", _RULE, "alert")),
    to_person=True,
)


class Alerts(Classifier):
    """Says `danger_now` for every SOS call."""

    name = "alerts"

    @property
    def version(self) -> str:
        """Changed by hand with the rule."""
        return _VERSION

    def judge(self, said: Said) -> Verdict | None:
        """Danger now for an SOS call, else no opinion."""
        return _VERDICT if said.alert else None

    def examples(self) -> Sequence[Example]:
        """A call without a word, and an ordinary report."""
        return (
            (Said(alert=True, channel="sos"), Label.COMPLETE, Escalation.DANGER_NOW),
            (Said(locator_kinds=frozenset({"url"})), None, Escalation.NONE),
        )
