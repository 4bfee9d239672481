"""Which parts of a report are missing, by deterministic checks: so that an answer can ask for exactly these.

No words are weighed here. What leads to content, and why not, was found by `triage/locators.py` and stands in the
reasons of the verdict; this file says which part that leaves open. A question, advertising or a test has no missing
part: it wants an answer, not an address. Nor has an SOS call or what INHOPE assigned: nobody is asked.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from enum import StrEnum

from triage.shadow import shadow
from triage.verdict import UNHEARD


class Part(StrEnum):
    """What may be missing; the values are the codes in files and on screens, in the order they are asked for."""

    ADDRESS = "address"
    POST_OR_PROFILE = "post_or_profile"
    """A platform is named, but no page or person on it."""
    PLATFORM = "platform"
    """Somebody is named, but not where."""
    USABLE_ADDRESS = "usable_address"
    """A file path, an address of a private network, a mistyped one: nobody else can look there."""
    ATTACHMENT = "attachment"
    """The text speaks of one, but none came."""
    WHAT_WAS_SEEN = "what_was_seen"
    WHEN = "when"
    """Only asked for with an address that is missing: it helps to find one."""


_OF_REASON = {
    "no_locator": Part.ADDRESS, "bare_platform": Part.POST_OR_PROFILE, "unusable_locator": Part.USABLE_ADDRESS,
    "missing_attachment": Part.ATTACHMENT,
}  # fmt: skip
PLACE_REASONS = frozenset(_OF_REASON)
"""Reason codes that leave the place open; only then does it matter whether the text says when."""
PLACES = frozenset({Part.ADDRESS, Part.POST_OR_PROFILE, Part.PLATFORM, Part.USABLE_ADDRESS, Part.ATTACHMENT})
"""The parts that say where; without any nobody can look."""
_HAS_A_PLACE = frozenset({"locator", "attachment"})
_NOBODY_ASKED = frozenset({"alert", "assigned_by_inhope", "seeks_material", "seeks_help_for_self"})
_NO_REPORT = frozenset({"question", "spam", "test"})
_SAYS_WHAT = frozenset({"text_signal", "report_described", "reporter_category", "known_content", "known_url"})
_SAYS_NOTHING = frozenset({None, "", "other", "question"})
"""Categories that do not say what was seen."""
_NAMED_ONLY = frozenset({"unknown_platform"})
_NO_PLACE_AT_ALL = frozenset({"own_contact"})
_DATE = re.compile(r"\b\d{1,2}[./-]\d{1,2}\b|\b\d{1,2}[:h]\d{2}\b|\b(?:19|20)\d\d\b")


def missing_parts(
    codes: Collection[str], *, told: bool, category: str | None = None, problems: Collection[str] = (),
    dated: bool = True,
) -> tuple[Part, ...]:  # fmt: skip
    """The missing parts of one report, or of a case, in the order to ask for them; empty if nobody need ask.

    `codes`: reason codes of the verdict. `told`: the reporter wrote a description. `problems`: why places lead nowhere
    (`Locator.problem`), where known. `dated`: the text says when, or nobody knows whether it does.
    """
    named = frozenset(codes)
    if named & _NOBODY_ASKED or (named & _NO_REPORT and not named & _SAYS_WHAT):
        return ()
    if UNHEARD in named:
        told, dated = True, True  # it is told where nobody read it yet
    parts = set() if named & _HAS_A_PLACE else {_OF_REASON[code] for code in named & _OF_REASON.keys()}
    unusable = set(problems) - _NO_PLACE_AT_ALL
    if Part.USABLE_ADDRESS in parts and unusable and unusable <= _NAMED_ONLY:
        parts = parts - {Part.USABLE_ADDRESS} | {Part.PLATFORM}
    if not told and category in _SAYS_NOTHING and not named & _SAYS_WHAT:
        parts.add(Part.WHAT_WAS_SEEN)
    if parts & PLACES and told and not dated:
        parts.add(Part.WHEN)
    return tuple(part for part in Part if part in parts)


def tells_when(text: str, begins: Sequence[str]) -> bool:
    """Whether a text names a time: a date, an hour, a year, or a word that begins as one of `begins` (shadow form)."""
    if _DATE.search(text):
        return True
    folded = f" {' '.join(shadow(text).split())} "
    return any(f" {begin}" in folded for begin in begins)
