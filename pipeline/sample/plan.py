"""How many reports of which kind the sample has, and what each kind is in truth.

The figures replay one hotline's published history (issue 2): 860 reports, 650 incomplete and 210 relevant. How the
650 and the 210 divide further is this project's choice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

SUSPECT_CATEGORIES = ("csam", "grooming", "child_blackmail", "generated_imagery")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of report.

    `count` reports carry `label`; `escalations` says how many of them have which escalation (the rest have none).
    `ticked` and `groups` are weights of categories and reporter groups, "" meaning left empty. `places` are weights of
    the kinds of place reported (`addresses.Place`), empty for kinds without one; `repeats` is the share that reports
    a place already known.
    """

    count: int
    label: str
    ticked: Mapping[str, int]
    groups: Mapping[str, int]
    escalations: Mapping[str, int] = field(default_factory=dict)
    places: Mapping[str, int] = field(default_factory=dict)
    repeats: float = 0.0


_FAMILY = {"parent": 6, "other": 2, "teacher": 1, "": 2}
_ANYBODY = {"other": 5, "": 4, "parent": 2, "professional": 1}
_YOUNG = {"teen": 4, "parent": 4, "child": 1, "teacher": 1, "": 1}
_PROFILES = {"profile": 7, "handle": 3, "phone": 1, "url": 2}

KINDS: Mapping[str, Kind] = {
    "parent_question": Kind(
        150, "incomplete", {"question": 12, "other": 3, "": 3, "csam": 1, "inappropriate_communication": 1}, _FAMILY
    ),
    "information_request": Kind(
        110, "incomplete", {"question": 12, "other": 4, "": 3, "csam": 1},
        {"professional": 4, "teacher": 4, "other": 4, "": 2},
    ),
    "no_address": Kind(
        110, "incomplete",
        {"csam": 7, "inappropriate_communication": 4, "grooming": 1, "account_misuse": 1, "other": 3, "": 3}, _ANYBODY,
        {"danger_now": 3, "risk_to_life": 5, "child_blackmailed": 5, "child_identified": 5, "abuse_described": 6},
    ),
    "bare_platform": Kind(
        70, "incomplete",
        {"other": 6, "": 5, "inappropriate_communication": 3, "csam": 2, "account_misuse": 2, "hate_speech": 1},
        _ANYBODY,
    ),
    "file_path": Kind(30, "incomplete", {"csam": 4, "other": 4, "": 2, "violence": 1}, _ANYBODY),
    "email_only": Kind(30, "incomplete", {"fraud": 4, "other": 4, "": 2, "inappropriate_communication": 2}, _ANYBODY),
    "test": Kind(60, "incomplete", {"other": 5, "": 5, "csam": 3, "question": 1}, {"": 6, "other": 4}),
    "spam": Kind(90, "incomplete", {"other": 8, "": 6, "question": 1, "fraud": 1}, {"": 6, "other": 4}),
    "csam_page": Kind(
        60, "csam_suspect", {"csam": 14, "other": 3, "": 2, "inappropriate_communication": 1}, _ANYBODY,
        {"danger_now": 1, "child_identified": 6, "abuse_described": 5}, {"url": 1}, 0.45,
    ),
    "grooming": Kind(
        15, "csam_suspect", {"grooming": 8, "csam": 3, "inappropriate_communication": 2, "other": 2}, _YOUNG,
        {"danger_now": 3, "risk_to_life": 1, "child_identified": 2}, _PROFILES, 0.2,
    ),
    "child_blackmail": Kind(
        13, "csam_suspect", {"child_blackmail": 8, "csam": 2, "other": 2, "inappropriate_communication": 1}, _YOUNG,
        {"danger_now": 1, "risk_to_life": 2, "child_blackmailed": 10}, _PROFILES, 0.2,
    ),
    "generated_imagery": Kind(
        11, "csam_suspect", {"generated_imagery": 5, "csam": 4, "other": 1, "": 1}, _ANYBODY,
        {"child_identified": 2}, {"url": 1}, 0.2,
    ),
    "link_list": Kind(
        11, "csam_suspect", {"csam": 7, "other": 2, "": 1}, _ANYBODY, {}, {"url": 4, "invite": 3}, 0.2
    ),
    "iccam_assigned": Kind(10, "csam_suspect", {"": 1}, {"": 1}, {}, {"url": 1}, 0.3),
    "inappropriate_communication": Kind(
        52, "complete", {"inappropriate_communication": 10, "violence": 2, "hate_speech": 2, "other": 3, "": 2}, _YOUNG,
        {"risk_to_life": 3}, {**_PROFILES, "url": 5}, 0.2,
    ),
    "account_misuse": Kind(
        32, "complete", {"account_misuse": 10, "fraud": 3, "other": 3, "": 2}, _ANYBODY, {}, _PROFILES, 0.2
    ),
    "sos_alert": Kind(6, "complete", {"": 1}, {"": 1}, {"danger_now": 6}),
}  # fmt: skip

TWICE_SAID = frozenset({("child_blackmail", "child_blackmailed")})
"""Kinds whose own text already says the escalation, so no sentence is added."""
