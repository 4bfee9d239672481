"""ICCAM's numbers for our words and back, read from data; a word without a number is never sent, nothing has a default.

Numbers: `data/iccam_codes.toml` (source: reference/hotline_systems.md §3.3). Version 2 of the interface differs in some
lists; those stand below `v2` in the same file and win where a version 2 payload is made.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

from triage.errors import BadConfiguration, RuleBroken

CODES_FILE = "iccam_codes.toml"
LISTS = (
    "classification", "gender", "age_group", "site_type", "commerciality", "payment_methods", "yes_no", "action_type",
    "action_reason", "content_type",
)  # fmt: skip
V2_LISTS = ("site_type", "action_type", "content_type")
"""Lists whose numbers are others in version 2."""

Number = int | bool


@dataclass(frozen=True, slots=True)
class Codes:
    """The lists of one version of the interface, by list name and our word."""

    lists: Mapping[str, Mapping[str, Number]]

    def number(self, name: str, answer: object) -> Number | None:
        """ICCAM's number for an answer; None (unset) stays None. Raises RuleBroken for a word without a number."""
        if answer is None:
            return None
        word = ("yes" if answer else "no") if isinstance(answer, bool) else str(answer)
        if word not in self.lists[name]:
            raise RuleBroken(f"ICCAM has no number for this answer to {name}: see data/{CODES_FILE}")
        return self.lists[name][word]

    def numbers(self, name: str, answers: object) -> list[Number | None]:
        """The numbers of several answers in their order; unset gives an empty list."""
        return [self.number(name, answer) for answer in answers] if isinstance(answers, tuple | list) else []

    def word(self, name: str, number: object) -> str | None:
        """Our word for a number ICCAM says, or None for one we do not know. A truth value is not the number 1 or 0."""
        for word, known in self.lists[name].items():
            if type(known) is type(number) and known == number:
                return word
        return None


def read_codes(text: str, version: int = 3) -> Codes:
    """The codes of interface version 3 or 2. Raises BadConfiguration if a list is missing."""
    try:
        data = tomllib.loads(text)
        lists = {name: dict(data[name]) for name in LISTS}
        if version == 2:
            lists |= {name: dict(data["v2"][name]) for name in V2_LISTS}
        return Codes(lists)
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError):
        raise BadConfiguration(f"{CODES_FILE} cannot be read: compare it with the one delivered") from None
