"""Can anybody act on it? Only if something leads to content: an actionable locator, an attachment, or an SOS call.

The reason says which part is missing, so that an answer can ask for exactly that. The reporter's own telephone, mail
address or profile is no place (`own_contact`): a report with nothing else names no address.
"""

from __future__ import annotations

from collections.abc import Sequence

from classifiers.base import Classifier, Example, Said
from triage.locators import OWN_CONTACT
from triage.verdict import Escalation, Label, Reason, Verdict

_VERSION = "7"
_RULE = f"locators@{_VERSION}"
_OWN = frozenset({OWN_CONTACT})
_PLATFORM_PROBLEMS = frozenset({"bare_platform", "platform_home"})


class Locators(Classifier):
    """Says `complete` or `incomplete` by what was found in the fields, never by words."""

    name = "locators"

    @property
    def version(self) -> str:
        """Changed by hand with the rule."""
        return _VERSION

    def judge(self, said: Said) -> Verdict | None:
        """Always an opinion, except on an SOS call without a locator (`alerts` speaks for that)."""
        verdict = _judged(said, said.locator_problems - _OWN)
        if verdict is None or not said.locator_problems & _OWN:
            return verdict
        return verdict._replace(reasons=(*verdict.reasons, Reason(OWN_CONTACT, _RULE, "description")))

    def examples(self) -> Sequence[Example]:
        """One of each outcome."""
        return (
            (Said(locator_kinds=frozenset({"url"})), Label.COMPLETE, Escalation.NONE),
            (Said(attachments=1), Label.COMPLETE, Escalation.NONE),
            (Said(), Label.INCOMPLETE, Escalation.NONE),
            (Said(locator_problems=frozenset({"bare_platform"})), Label.INCOMPLETE, Escalation.NONE),
            (Said(locator_problems=frozenset({"loopback"})), Label.INCOMPLETE, Escalation.NONE),
            (Said(locator_problems=_OWN), Label.INCOMPLETE, Escalation.NONE),
            (Said(alert=True), None, Escalation.NONE),
        )


def _judged(said: Said, problems: frozenset[str]) -> Verdict | None:
    if said.locator_kinds:
        return _verdict(Label.COMPLETE, "locator", "location")
    if said.attachments > 0:
        return _verdict(Label.COMPLETE, "attachment", "attachments")
    if said.alert:
        return None
    if not problems:
        return _verdict(Label.INCOMPLETE, "no_locator", "location")
    only_platforms = problems <= _PLATFORM_PROBLEMS
    return _verdict(Label.INCOMPLETE, "bare_platform" if only_platforms else "unusable_locator", "location")


def _verdict(label: Label, code: str, field: str) -> Verdict:
    return Verdict(label, reasons=(Reason(code, _RULE, field),))
