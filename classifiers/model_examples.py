"""Harmless examples for the contract test: without trained weights the model has no opinion on anything."""

from __future__ import annotations

from classifiers.base import Example, Said
from triage.verdict import Escalation

EXAMPLES: tuple[Example, ...] = (
    (Said(), None, Escalation.NONE),
    (Said(location="https://host.example/a", locator_kinds=frozenset({"url"})), None, Escalation.NONE),
    (Said(category="question"), None, Escalation.NONE),
)
