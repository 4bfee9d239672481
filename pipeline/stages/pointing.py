"""Where the address stands that a reason is about: its field and span, for whoever reads one report's reasons.

A run judges every distinct set of facts once, and a place in a text is none of them: there such a reason says only
`location`. Where single reports are shown (`hotline classify`), what was found in their texts anyway says the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pyarrow as pa

from pipeline.stages.locate import Find, links_of
from triage.locators import OWN_CONTACT, Locator
from triage.own_contact import PERSONAL_KINDS

_LEADS, _LEADS_NOWHERE = "locator", frozenset({"bare_platform", "unusable_locator"})
_RULE = "locators@"


class Spoken:
    """Finds the locators of texts, and keeps what was found in each."""

    def __init__(self, find: Find) -> None:
        self._find = find
        self._found: dict[tuple[bool, str], tuple[Locator, ...]] = {}

    def __call__(self, texts: Sequence[str], whole_fields: bool) -> Iterator[tuple[Locator, ...]]:
        """As `Find` does."""
        for text, found in zip(texts, self._find(texts, whole_fields), strict=True):
            if found:
                self._found[whole_fields, text] = found
            yield found

    def pointed(
        self, reasons: Sequence[Mapping[str, object]], location: str, description: str, problems: frozenset[str],
        linked: Sequence[str],
    ) -> tuple[Mapping[str, object], ...]:  # fmt: skip
        """The reasons, those of an address with the field and span where it stands.

        `linked`: names of the report's locators, the primary first (`names_linked`); `problems`: why others lead
        nowhere.
        """
        if not any(str(one["rule"]).startswith(_RULE) for one in reasons):
            return tuple(reasons)
        there = [(field, one) for field, text in (("location", location), ("description", description))
                 for one in self._found.get((field == "location", text), ())]  # fmt: skip
        return tuple(
            {**one, **_place(str(one["code"]), there, problems, linked)} if str(one["rule"]).startswith(_RULE) else one
            for one in reasons
        )


def names_linked(located: Mapping[str, pa.Table], part: int) -> Mapping[int, Sequence[str]]:
    """Of every row of a part the names of its locators, the primary first, from the tables of `locate`."""
    links, locators = located[links_of(part)], located["locators"]
    names = [*map(_name, locators["kind"].to_pylist(), locators["canonical"].to_pylist())]
    found: dict[int, list[str]] = {}
    for row, locator in zip(links["row"].to_pylist(), links["locator"].to_pylist(), strict=True):
        found.setdefault(row, []).append(names[locator])
    return found


def _place(
    code: str, there: Sequence[tuple[str, Locator]], problems: frozenset[str], linked: Sequence[str]
) -> Mapping[str, object]:
    """Field and span of the first of the locators `there` that a reason is about."""
    for field, found in there:
        name = _name(found.kind, found.canonical)
        leads = code == _LEADS and name in linked[:1]
        nowhere = code in _LEADS_NOWHERE and found.problem in problems
        own = code == OWN_CONTACT and found.kind in PERSONAL_KINDS and name not in linked
        if leads or nowhere or own:
            return {"field": field, "start": found.start, "end": found.end}
    return {}


def _name(kind: str, canonical: str) -> str:
    return f"{kind}:{canonical}"
