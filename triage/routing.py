"""Who should get a case, and why: suggestions from rules that are data, never decisions.

Competence follows victim, suspect or offence, which a machine does not know: where the area tells no police unit the
answer is `person_decides`. Rules, units and recipients come from `data/routes/*.toml`, handed in as text. Every
suggestion names its rule, so that a person sees why.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any

from triage.alerting import Network
from triage.disposition import Kind
from triage.place_names import fold
from triage.routes_check import check_areas, read_files

PERSON_DECIDES = "person_decides"
"""Not a recipient: a person has to choose one."""
UNIT_POLICE = "police_of_unit"
"""In a rule: the police agency of the unit the area lies in."""
AREA_PARTNER = "partner_of_area"
"""In a rule: the first organisation of the SOS network's line for the area."""
_WORDS = re.compile(r"\w+")
_AREA_CHARS = 200
"""Nobody says roughly where with more."""
_VOWELS = "aeiou"
_HEAD = 2
"""First letters no ending changes: a name with others is passed over at once."""
_LEAST_DECLINED, _MOST_ENDING = 4, 3
"""Letters a name has at least, for its last vowel to change (Tuzla, Tuzli), and an ending has at most (-ima, -om)."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What routing may look at; every value is a code, "" or empty where unknown.

    `hosting_country` is ISO 3166-1 alpha-2; `locator_kind` is the primary locator's; `classification` is the gravest
    assessment in force, "" while nobody assessed.
    """

    area: str = ""
    hosting_country: str = ""
    locator_kind: str = ""
    category: str = ""
    channel: str = ""
    label: str = ""
    escalate: str = "none"
    classification: str = ""
    reason_codes: frozenset[str] = frozenset()
    reporter_groups: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody a case may go to. `basis` is the code of the legal basis it would be sent on, `language` the one its
    papers are written in (bs, hr, sr-Latn, sr-Cyrl, en). `basis_by_counsel`: counsel wrote what the papers say of it;
    until an operator says so it is the wording delivered, which names no law. `names`: what it is called on paper, by
    language."""

    code: str
    kind: Kind
    redacted_as: str
    name: str
    basis: str
    language: str = "en"
    basis_by_counsel: bool = False
    names: Mapping[str, str] = field(default_factory=dict, compare=False)

    def named(self, language: str) -> str:
        """Its name in a language; the one for our own screens where the data has none."""
        return str(self.names.get(language, self.name))


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A recipient code (or `person_decides`), what for (None if a person decides), and the rule that said so."""

    recipient: str
    kind: Kind | None
    rule: str


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a unit with police of its own, say a canton; that agency counts once it is among the recipients."""

    police: str
    places: frozenset[str]
    """Folded names."""


@dataclass(frozen=True, slots=True)
class _Unit:
    code: str
    police: str
    prefix: str
    places: Mapping[str, str]
    """Folded name to the name as the data writes it; those of its parts too."""
    parts: tuple[_Part, ...] = ()

    def place_in(self, area: str) -> str:
        """The folded name of the place an area names, with or without the unit before it; "" where it names none."""
        folded = fold(area)
        named = (folded, self.without_prefix(folded))
        return next((name for name in named if name in self.places), "")

    def without_prefix(self, folded: str) -> str:
        """What stands after the unit in a folded area."""
        return folded.removeprefix(f"{fold(self.prefix)}-")

    def named(self, place: str) -> str:
        """A folded place of this unit as it may leave; the unit alone where it is ""."""
        return f"{self.prefix}-{self.places[place]}" if place else self.prefix


@dataclass(frozen=True, slots=True)
class _Rule:
    name: str
    to: str
    when: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Routes:
    """All routing data, checked: every rule leads to a known recipient and tests known facts."""

    home_country: str
    inhope_members: frozenset[str]
    recipients: Mapping[str, Recipient]
    network: Network
    _units: tuple[_Unit, ...]
    _rules: tuple[_Rule, ...]

    @classmethod
    def from_toml(cls, texts: Mapping[str, str]) -> Routes:
        """Read the texts of `data/routes/*.toml` by file name.

        Raises BadConfiguration naming file, entry and field of what is wrong (`triage/routes_check.py`).
        """
        merged = read_files(texts, (PERSON_DECIDES, UNIT_POLICE, AREA_PARTNER))
        routes = cls(
            home_country=merged["home_country"],
            inhope_members=frozenset(merged["inhope_members"]),
            recipients={given["code"]: _recipient(given) for given in merged["recipient"]},
            network=Network.of(merged),
            _units=tuple(_unit(given) for given in merged["unit"]),
            _rules=tuple(_rule(given) for given in merged["rule"]),
        )
        check_areas(texts, routes.area_named)
        return routes

    def unit_of(self, area: str) -> str:
        """The administrative unit an area lies in, or "" if the data does not say."""
        unit = self._unit_of(area)
        return "" if unit is None else unit.code

    def area_named(self, area: str) -> str:
        """An area as it may leave: `BA-RS-Banja Luka` where unit and place are known, `BA-RS` where only the unit is.

        A text that begins with a place and goes on ("Donji Vakuf, kod mosta") names it, unless it also holds another
        one. "" where neither is known, since what a reporter writes as an area may be any text.
        """
        unit = self._unit_of(area)
        if unit is None:
            began = _beginning(fold(area), self._units)
            return "" if began is None else began[0].named(began[1])
        if place := unit.place_in(area):
            return unit.named(place)
        began = _beginning(unit.without_prefix(fold(area)), (unit,))
        return unit.named("" if began is None else began[1])

    def says_no_more(self, area: str) -> bool:
        """Whether an area is nothing but what `area_named` makes of it, so that no word of the reporter's is lost."""
        unit = self._unit_of(area)
        return unit is not None and (fold(area) == fold(unit.prefix) or bool(unit.place_in(area)))

    def areas_named(self, areas: Iterable[str]) -> tuple[str, ...]:
        """Every area these texts name, as it may leave, most often named first; no unit beside a place in it."""
        named: Counter[str] = Counter()
        for area, count in Counter(areas).items():
            if name := self.area_named(area):
                named[name] += count
        told = [one for one in named if not any(other.startswith(f"{one}-") for other in named)]
        return tuple(sorted(told, key=lambda one: (-named[one], one)))

    def area_of_all(self, areas: Collection[str]) -> str:
        """Of areas that may leave the only one, else the unit they share; "" where units differ or there is none."""
        if len(areas) == 1:
            return next(iter(areas))
        units = {unit.prefix for area in areas if (unit := self._unit_of(area)) is not None}
        return units.pop() if len(units) == 1 else ""

    def partners_for(self, area: str) -> tuple[str, ...]:
        """Who is told of an SOS call from this area, first to last; where it is unknown, the network's own line."""
        named = self.area_named(area)
        unit = "-".join(named.split("-", 2)[:2])
        return self.network.line(dict.fromkeys((named, self.network.inside.get(named, unit), unit)))

    def suggest(self, facts: Facts) -> tuple[Suggestion, ...]:
        """Every recipient some rule names, each once, in the order of the rules; never empty."""
        known = _known(facts, self)
        found: dict[str, Suggestion] = {}
        for rule in self._rules:
            if all(known[name] & allowed for name, allowed in rule.when.items()):
                suggestion = self._resolve(rule, facts.area)
                found.setdefault(suggestion.recipient, suggestion)
        return tuple(found.values()) or (Suggestion(PERSON_DECIDES, None, "no_rule_fits"),)

    def _resolve(self, rule: _Rule, area: str) -> Suggestion:
        if rule.to == PERSON_DECIDES:
            return Suggestion(PERSON_DECIDES, None, rule.name)
        if rule.to == AREA_PARTNER:
            return Suggestion(self.partners_for(area)[0], Kind.PARTNER, rule.name)
        if rule.to != UNIT_POLICE:
            return Suggestion(rule.to, self.recipients[rule.to].kind, rule.name)
        police = self.police_of(area)
        if police is None:
            return Suggestion(PERSON_DECIDES, Kind.POLICE, f"{rule.name}:competence_unknown")
        return Suggestion(police, Kind.POLICE, rule.name)

    def police_of(self, area: str) -> str | None:
        """The agency of the part the area lies in, where the operator has one for it, else of its unit.

        None where the area tells no unit, or not the part, and parts of that unit have agencies: a person chooses.
        """
        unit = self._unit_of(area)
        if unit is None:
            return None
        place = unit.place_in(area)
        part = next((one for one in unit.parts if place in one.places), None)
        if part is not None and part.police in self.recipients:
            return part.police
        if part is None and any(one.police in self.recipients for one in unit.parts):
            return None
        return unit.police

    def _unit_of(self, area: str) -> _Unit | None:
        folded = fold(area)
        for unit in self._units:
            prefix = fold(unit.prefix)
            if folded in unit.places or folded == prefix or folded.startswith(f"{prefix}-"):
                return unit
        return None


def _beginning(folded: str, units: Iterable[_Unit]) -> tuple[_Unit, str] | None:
    """The unit and place a text begins with, the longest name; None where another place stands in it, in any case.

    "Jezero kod Travnika" is a lake: two places fit, and a person decides.
    """
    words = tuple(_WORDS.findall(folded[:_AREA_CHARS]))
    places = [(unit, place, _words_of(place)) for unit in units for place in unit.places]
    begun = [one for one in places if words[: len(one[2])] == one[2]]
    if not begun:
        return None
    unit, place, named = max(begun, key=lambda one: len(one[2]))
    heads = {word[:_HEAD] for word in words}
    others = (other for _, _, other in places if other[0][:_HEAD] in heads and not set(other) <= set(named))
    return None if any(_all_in(other, words) for other in others) else (unit, place)


@cache
def _words_of(place: str) -> tuple[str, ...]:
    return tuple(_WORDS.findall(place))


def _all_in(named: tuple[str, ...], words: tuple[str, ...]) -> bool:
    """Whether every word of a name stands there, perhaps with another ending (Travnik, Travnika)."""
    return all(any(_is_form(word, one) for word in words) for one in named)


def _is_form(word: str, name: str) -> bool:
    stem = name.rstrip(_VOWELS) if len(name) >= _LEAST_DECLINED else name
    return word == name or (word.startswith(stem) and len(word) - len(stem) <= _MOST_ENDING)


def _known(facts: Facts, routes: Routes) -> dict[str, frozenset[str]]:
    """Each fact as a set of words, with `unit` and `hosting` derived."""
    return {
        "unit": frozenset({routes.unit_of(facts.area)}),
        "hosting": _hosting(facts.hosting_country, routes),
        **{name: getattr(facts, name) for name in _SEVERAL},
        **{name: frozenset({getattr(facts, name)}) for name in _FACTS},
    }


def _hosting(country: str, routes: Routes) -> frozenset[str]:
    """`here`, `unknown`, or `abroad` with whether an INHOPE hotline is there: `member` or `no_member`."""
    if not country:
        return frozenset({"unknown"})
    if country == routes.home_country:
        return frozenset({"here"})
    return frozenset({"abroad", "member" if country in routes.inhope_members else "no_member"})


_SEVERAL = ("reason_codes", "reporter_groups")
_FACTS = tuple(one.name for one in fields(Facts) if one.name not in _SEVERAL)


def _recipient(given: dict[str, Any]) -> Recipient:
    return Recipient(**(given | {"kind": Kind(given["kind"]), "names": dict(given.get("names", {}))}))


def _unit(given: dict[str, Any]) -> _Unit:
    parts = given.get("part", [])
    named = [*given.get("places", []), *(place for part in parts for place in part["places"])]
    return _Unit(
        code=given["code"],
        police=given["police"],
        prefix=str(given["prefix"]),
        places={fold(place): str(place) for place in named},
        parts=tuple(_Part(str(part["police"]), frozenset(map(fold, part["places"]))) for part in parts),
    )


def _rule(given: dict[str, Any]) -> _Rule:
    return _Rule(given["name"], given["to"], {name: frozenset(values) for name, values in given["when"].items()})
