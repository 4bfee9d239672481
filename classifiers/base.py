"""What a classifier may know, what it must offer, and the words a reason may use.

Why one small contract: hotlines will add opinions of their own (a trained model, a list of their own cases), and people
must be able to trust that each is pure, quick, and says why.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple, Self

from triage.verdict import UNHEARD, Escalation, Label, Verdict

UNACTIONABLE_REASONS = frozenset({"no_locator", "bare_platform", "unusable_locator", "missing_attachment"})
"""There is nothing anybody could open: the label is `incomplete` whatever else was said."""
NATURE_REASONS = frozenset({"question", "spam", "test", "seeks_material", "seeks_help_for_self"})
"""What was sent is not a report of content, although it may name a place."""
SUSPECT_REASONS = frozenset({"known_content", "known_url", "reporter_category", "text_signal", "assigned_by_inhope"})
ESCALATION_REASONS = frozenset(str(kind) for kind in Escalation if kind)
OTHER_REASONS = frozenset({
    "locator", "attachment", "alert", "report_described", "mentioned_only", "resembles_known",
    "text_doubt", "own_contact", UNHEARD,
})  # fmt: skip
KNOWN_REASONS = UNACTIONABLE_REASONS | NATURE_REASONS | SUSPECT_REASONS | ESCALATION_REASONS | OTHER_REASONS
"""Every code a reason may carry; screens, answers and statistics translate exactly these."""


class Said(NamedTuple):
    """One distinct thing to judge: everything a classifier may know of a report, and nothing of the reporter's contact.

    `category` is a code of `data/categories.toml`; `locator_kinds` are the kinds of the *actionable* locators (`url`,
    `onion`, `ipfs`, `handle`, `invite`, `phone`, `file`), `locator_problems` say why the others lead nowhere.
    `matches`: what known-hash lists say of its attachments, as (level, `list@version`).
    `assigned`: INHOPE gave it to this hotline. `alert`: a call of the SOS app. `unheard`: words stand where no field
    is for them, and nothing here knows them.
    """

    category: str | None = None
    reporter_group: str | None = None
    language: str | None = None
    location: str = ""
    description: str = ""
    locator_kinds: frozenset[str] = frozenset()
    locator_problems: frozenset[str] = frozenset()
    channel: str = ""
    attachments: int = 0
    matches: frozenset[tuple[str, str]] = frozenset()
    concerns_own_child: bool = False
    assigned: bool = False
    alert: bool = False
    unheard: bool = False

    def __repr__(self) -> str:
        """Without what was said: a value ends in an error's text more easily than anybody thinks."""
        return f"Said(channel={self.channel!r}, category={self.category!r}, {len(self.description)} characters)"

    @property
    def only_an_address(self) -> bool:
        """True if the location field can hold no phrase: empty, or one word with a dot or a slash in it."""
        where = self.location
        return not where or (("." in where or "/" in where) and len(where.split(None, 1)) == 1)


@dataclass(frozen=True, slots=True)
class RuleTexts:
    """The rule files, already read: `phrases` by file stem (`en`, `common` …), `categories` as one TOML text, `models`
    by folder and file (`reports/weights.npz`); no models: no trained opinions."""

    phrases: Mapping[str, str]
    categories: str
    models: Mapping[str, bytes] = field(default_factory=dict)


Example = tuple[Said, Label | None, Escalation]
"""What was said, the label this classifier alone gives it (None: no opinion), and its escalation."""


class Classifier(ABC):
    """One opinion on what was said."""

    name: ClassVar[str]
    reads_text: ClassVar[bool] = False
    """False promises that `location` and `description` do not matter, so one opinion serves all texts."""
    weighs: ClassVar[bool] = False
    """True for probabilities: where they disagree with what rules know, the rules win (`decide.py`)."""

    @classmethod
    def load(cls, rules: RuleTexts) -> Self:
        """Build it from the rule files; raises `triage.errors.BadConfiguration` if they do not fit."""
        del rules  # most opinions need none
        return cls()

    @property
    @abstractmethod
    def version(self) -> str:
        """Changes whenever its rules change, so that a stored reason can be traced."""

    @abstractmethod
    def judge(self, said: Said) -> Verdict | None:
        """Its opinion, None for none. Pure, in time linear in the text, never raises on hostile text."""

    def judge_all(self, said: Sequence[Said]) -> list[Verdict | None]:
        """Its opinions on many, in order; override where a batch is cheaper."""
        return [self.judge(one) for one in said]

    @abstractmethod
    def examples(self) -> Sequence[Example]:
        """Harmless examples of what it says; the contract test runs them."""
