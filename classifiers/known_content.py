"""What known-hash lists say of what came with a report: a reason to look first, never a legal judgement.

An exact match, or one a list's own threshold covers, is `known_content`. A mere resemblance (turned, cropped, further
away) is `resembles_known`: it changes no label and sends the report to a person.
"""

from __future__ import annotations

from collections.abc import Sequence

from classifiers.base import Classifier, Example, Said
from triage.verdict import Escalation, Label, Reason, Verdict

KNOWN, RESEMBLES = "known", "suggestion"
_VERSION = "1"
_RESEMBLANCE_WEIGHT = 0.5


class KnownContent(Classifier):
    """Speaks only where a list does; the reason names list and version."""

    name = "known_content"

    @property
    def version(self) -> str:
        """Changed by hand with the rule; the lists' versions are in the reasons."""
        return _VERSION

    def judge(self, said: Said) -> Verdict | None:
        """`csam_suspect` on a known item; doubt on one that resembles; silence otherwise."""
        known = sorted(rule for level, rule in said.matches if level == KNOWN)
        alike = sorted(rule for level, rule in said.matches if level == RESEMBLES)
        if not known and not alike:
            return None
        reasons = [Reason("known_content", rule, "attachments") for rule in known]
        reasons += [Reason("resembles_known", rule, "attachments", weight=_RESEMBLANCE_WEIGHT) for rule in alike]
        label = Label.CSAM_SUSPECT if known else Label.COMPLETE
        return Verdict(label, reasons=tuple(sorted(reasons)), to_person=not known)

    def examples(self) -> Sequence[Example]:
        """A known item, one that resembles, and none."""
        return (
            (Said(attachments=1, matches=frozenset({(KNOWN, "list@1")})), Label.CSAM_SUSPECT, Escalation.NONE),
            (Said(attachments=1, matches=frozenset({(RESEMBLES, "list@1")})), Label.COMPLETE, Escalation.NONE),
            (Said(attachments=1), None, Escalation.NONE),
        )
