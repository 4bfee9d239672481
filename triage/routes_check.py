"""Looks at every field of the files of `data/routes` before anything is routed by them.

What does not fit is named by its file, its entry and its field, with what may stand there; a value is never repeated,
but for codes that are some. Every refusal is BadConfiguration.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from triage.disposition import Kind
from triage.errors import BadConfiguration
from triage.place_names import fold
from triage.routes_fields import ALONE, CODE, NAMES, NEEDED, OF_PART, ONCE, PART, ROLES, TABLES, VERSION, WHEN, Field

_FOLDER = "data/routes"
_LINE = re.compile(r"line (\d+)")
_CODES = {"recipient": "code", "unit": "code", "rule": "name", "minutes": "partner"}
"""Tables and the field that names an entry: no two may share it."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """One table's fields, and how it is called in an error."""

    file: str
    called: str
    given: Mapping[str, Any]

    def wrong(self, field: str, says: str) -> BadConfiguration:
        """What is raised where a field of it does not fit."""
        return BadConfiguration(": ".join(filter(None, (f"{_FOLDER}/{self.file}", self.called, field, says))))


def read_files(texts: Mapping[str, str], special: Collection[str]) -> dict[str, Any]:
    """The files' tables together, every field of them checked. `special`: what a rule may name beside recipients.

    Raises BadConfiguration.
    """
    found: dict[str, list[_Entry]] = {}
    merged: dict[str, Any] = {}
    for file in sorted(texts):
        for key, value in _parsed(file, texts[file]).items():
            _check_key(_Entry(file, "", {}), key, value, merged)
            if key in TABLES:
                entries = value if isinstance(value, list) else [value]
                found.setdefault(key, []).extend(_entries(file, key, entries))
            merged[key] = merged.get(key, []) + value if isinstance(value, list) else value
    for key in NEEDED:
        if not merged.get(key):
            raise BadConfiguration(f"{_FOLDER}: no file there has {key}: compare them with the files delivered")
    for key, name in _CODES.items():
        _check_once(found.get(key, ()), name)
    _check_units(found)
    _check_named(found, special)
    return merged


def check_areas(texts: Mapping[str, str], as_it_leaves: Callable[[str], str]) -> None:
    """Areas of the network's lines are written as areas leave, each in one line. Raises BadConfiguration."""
    seen: set[str] = set()
    for file in sorted(texts):
        for entry in _entries(file, "line", _parsed(file, texts[file]).get("line", [])):
            for area in entry.given["areas"]:
                if as_it_leaves(area) != area:
                    raise entry.wrong("areas", "nobody knows this area: write a unit as BA-RS, a place as BA-RS-Foča")
                if area in seen:
                    raise entry.wrong("areas", "names an area that another line has")
                seen.add(area)


def _parsed(file: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = _LINE.search(str(error))
        where = f" at line {line[1]}" if line else ""
        raise BadConfiguration(f"{_FOLDER}/{file} is no TOML{where}: mend it there") from None


def _check_key(place: _Entry, key: str, value: object, before: Mapping[str, object]) -> None:
    """One name of a file's first level."""
    if key in TABLES:
        if not isinstance(value, dict if key in ONCE else list):
            brackets = f"[{key}]" if key in ONCE else f"[[{key}]]"
            raise place.wrong(_shown(key), f"write it as {brackets} with its fields below")
    elif key in ALONE or key == "version":
        _check_field(place, key, value, ALONE.get(key, VERSION))
    else:
        raise place.wrong(_shown(key), f"there is no such field or table; there are: version, {_listed(ALONE, TABLES)}")
    if key in ONCE and key in before:
        raise place.wrong(key, "another file says it too, and only one may")


def _entries(file: str, key: str, given: Iterable[object]) -> Iterator[_Entry]:
    """Each entry of a table, checked, with what stands inside it."""
    for number, one in enumerate(given, start=1):
        entry = _entry(file, f"{key} {number}", one)
        code = entry.given.get(_CODES.get(key, ""))
        if isinstance(code, str) and CODE.fullmatch(code):
            entry = replace(entry, called=f"{key} {code}")
        _check_fields(entry, TABLES[key])
        _check_inside(entry, "names", NAMES)
        _check_inside(entry, "when", WHEN)
        for place, part in enumerate(entry.given.get(PART, ()), start=1):
            _check_fields(_entry(file, f"{entry.called}: {PART} {place}", part), OF_PART)
        yield entry


def _entry(file: str, called: str, given: object) -> _Entry:
    if not isinstance(given, dict):
        raise _Entry(file, called, {}).wrong("", "is no table with fields")
    return _Entry(file, called, given)


def _check_inside(entry: _Entry, field: str, fields: Mapping[str, Field]) -> None:
    """A table that is a field of an entry."""
    if field in entry.given:
        _check_fields(_Entry(entry.file, f"{entry.called}: {field}", entry.given[field]), fields)


def _check_fields(entry: _Entry, fields: Mapping[str, Field]) -> None:
    for name, value in entry.given.items():
        if name not in fields:
            raise entry.wrong(_shown(name), f"there is no such field; there are: {_listed(fields)}")
        _check_field(entry, name, value, fields[name])
    for name, field in fields.items():
        if field.needed and name not in entry.given:
            raise entry.wrong(name, f"is missing; it is {field.says}")


def _check_field(entry: _Entry, name: str, value: object, field: Field) -> None:
    if not field.fits(value):
        raise entry.wrong(name, f"does not fit; it is {field.says}")


def _check_once(entries: Iterable[_Entry], name: str) -> None:
    """No two entries of one name: the later one would take the other's place unseen."""
    seen: dict[str, str] = {}
    for entry in entries:
        code = entry.given[name]
        if code in seen:
            raise entry.wrong(name, f"there is another of this {name} in {_FOLDER}/{seen[code]}: each has its own")
        seen[code] = entry.file


def _check_units(found: Mapping[str, list[_Entry]]) -> None:
    """No two units share a prefix, and no place stands in two of them or in two parts."""
    prefixes, places = set[str](), set[str]()
    for entry in found["unit"]:
        prefix = fold(entry.given["prefix"])
        tables = (entry.given, *entry.given.get(PART, ()))
        named = [fold(place) for table in tables for place in table.get("places", ())]
        if prefix in prefixes:
            raise entry.wrong("prefix", "another unit has it: each has its own")
        prefixes.add(prefix)
        if len(set(named)) < len(named) or not places.isdisjoint(named):
            raise entry.wrong("places", "one stands there twice, or in another unit: leave it out, a person decides")
        places.update(named)


def _check_named(found: Mapping[str, list[_Entry]], special: Collection[str]) -> None:
    """Everybody who is named is a recipient, and of the kind that is meant."""
    kinds = {entry.given["code"]: Kind(entry.given["kind"]) for entry in found["recipient"]}
    for entry in found["recipient"]:
        kind = kinds[entry.given["code"]]
        if entry.given["redacted_as"] not in ROLES[kind]:
            raise entry.wrong("redacted_as", f"does not fit; of kind {kind} it is one of: {_listed(ROLES[kind])}")
        if entry.given["code"] in special:
            raise entry.wrong("code", f"means something else in rules; not one of: {', '.join(special)}")
    for entry in found["rule"]:
        _check_known(entry, "to", [entry.given["to"]], {*kinds, *special})
    police = {code for code, kind in kinds.items() if kind is Kind.POLICE}
    for entry in found["unit"]:
        _check_known(entry, "police", [entry.given["police"]], police)
        later = [part["police"] for part in entry.given.get(PART, ()) if part["police"] in kinds]
        _check_known(entry, f"{PART}: police", later, police)
    partners = {code for code, kind in kinds.items() if kind is Kind.PARTNER}
    for key, field in (("network", "line"), ("minutes", "partner"), ("line", "partners")):
        for entry in found.get(key, ()):
            named = entry.given[field]
            _check_known(entry, field, named if isinstance(named, list) else [named], partners)


def _check_known(entry: _Entry, field: str, named: Iterable[str], known: Collection[str]) -> None:
    if not set(named) <= set(known):
        raise entry.wrong(field, f"names a recipient that is none of these: {', '.join(sorted(known))}")


def _listed(*tables: Iterable[str]) -> str:
    return ", ".join(name for table in tables for name in table)


def _shown(key: str) -> str:
    """A field nobody knows, where it can be shown."""
    return key if CODE.fullmatch(key) else "a field"
