"""Every field of a routes file is looked at when it is read, and an error says which one and what may stand there."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from exporters.wording import LANGUAGES as PAPERS
from pipeline.resources import texts
from triage import routing
from triage.disposition import Kind
from triage.errors import BadConfiguration
from triage.redaction import RECIPIENT_KINDS
from triage.routes_fields import FACTS, LANGUAGES, OF_PART, ROLES, TABLES
from triage.routing import Routes

SHIPPED = texts("routes")
FILE_OF = {"recipient": "recipients.toml", "unit": "areas.toml", "rule": "rules.toml", "network": "partners.toml",
           "minutes": "partners.toml", "line": "partners.toml"}  # fmt: skip
WRONG: tuple[object, ...] = (
    7.5, -3, True, [], [[]], {}, "", " ", "a\u202eb", "a\nb", "\u0007", "x\u200by", "y" * 200, "no such word", [""],
    ["\u202e"], ["no such word\n"], {"x": 1},
)
FITS = {("recipient", "basis_by_counsel"): (True,), ("recipient", "names"): ({},), ("unit", "places"): ([],),
        ("unit", "part"): ([],), ("recipient", "name"): ("no such word",)}  # fmt: skip
"""Of those above what may stand in one field."""


def test_the_lists_are_those_of_the_rest() -> None:
    assert set(LANGUAGES) == set(PAPERS)
    assert {role for roles in ROLES.values() for role in roles} == set(RECIPIENT_KINDS) - {"statistics"}
    assert set(ROLES) == set(Kind) - {Kind.ANSWER, Kind.CLOSE}
    assert set(FACTS) == {*routing._FACTS, *routing._SEVERAL, "unit", "hosting"}
    assert set(TABLES) == set(FILE_OF)


def _cases() -> Iterator[Any]:
    for table, fields in TABLES.items():
        for name in fields:
            for number, value in enumerate(WRONG):
                if all(value is not one and value != one for one in FITS.get((table, name), ())):
                    yield pytest.param(table, name, value, id=f"{table}-{name}-{number}")


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {_toml(said)}" for key, said in value.items()) + "}"
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    return json.dumps(value)


def _with(table: str, change: Mapping[str, object], number: int = 0) -> dict[str, str]:
    """The shipped files, one entry of a table changed; None takes a field away."""
    file = FILE_OF[table]
    read = tomllib.loads(SHIPPED[file])
    entry = read[table] if table == "network" else read[table][number]
    entry |= change
    for name in [name for name, value in entry.items() if value is None]:
        del entry[name]
    return SHIPPED | {file: "\n".join(f"{key} = {_toml(value)}" for key, value in read.items())}


def _refused(given: Mapping[str, str]) -> str:
    with pytest.raises(BadConfiguration) as refused:
        Routes.from_toml(given)
    return str(refused.value)


def test_what_this_test_writes_is_what_is_shipped() -> None:
    for table in FILE_OF:
        assert Routes.from_toml(_with(table, {})) == Routes.from_toml(SHIPPED)


@pytest.mark.parametrize(("table", "name", "value"), list(_cases()))
def test_a_value_that_does_not_fit_is_named_by_file_entry_and_field(table: str, name: str, value: object) -> None:
    said = _refused(_with(table, {name: value}))
    assert re.match(rf"data/routes/{FILE_OF[table]}: {table} [a-z0-9_-]+: {name}\b", said), said
    assert said.isprintable(), "what is wrong is never repeated"


@pytest.mark.parametrize(
    ("table", "name"), [(table, name) for table, fields in TABLES.items() for name in fields if fields[name].needed]
)
def test_a_field_that_is_missing_is_named(table: str, name: str) -> None:
    said = _refused(_with(table, {name: None}))
    assert said.startswith(f"data/routes/{FILE_OF[table]}: {table} ")
    assert f": {name}: is missing; it is " in said


@pytest.mark.parametrize("table", FILE_OF)
@pytest.mark.parametrize(("name", "shown"), [("colour", "colour"), ("se\u202ecret", "a field")])
def test_a_field_nobody_knows_is_refused_with_those_there_are(table: str, name: str, shown: str) -> None:
    said = _refused(_with(table, {name: 1}))
    assert f": {shown}: there is no such field; there are: {', '.join(TABLES[table])}" in said
    assert said.isprintable()


@pytest.mark.parametrize("name", OF_PART)
@pytest.mark.parametrize("value", [None, 7, "", [""]])
def test_a_part_of_a_unit_is_looked_at_too(name: str, value: object) -> None:
    parts = tomllib.loads(SHIPPED["areas.toml"])["unit"][0]["part"]
    part = {key: said for key, said in (parts[2] | {name: value}).items() if said is not None}
    said = _refused(_with("unit", {"part": [*parts[:2], part]}))
    assert said.startswith(f"data/routes/areas.toml: unit fbih: part 3: {name}: ")


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("recipients.toml", 'redacted_as = "iccam"', 'redacted_as = "icam"',
         "recipient iccam: redacted_as: does not fit; it is one of: police, "),
        ("recipients.toml", 'redacted_as = "iccam"', 'redacted_as = "police"',
         "recipient iccam: redacted_as: does not fit; of kind iccam it is one of: iccam, clearing_house"),
        ("recipients.toml", 'code = "police-rs"', 'code = "police-fbih"', "recipient police-fbih: code: there is "),
        ("recipients.toml", 'code = "police-rs"', 'code = "person_decides"', "recipient person_decides: code: means "),
        ("partners.toml", 'bs = "Organizacija', 'de = "Organizacija', "recipient sos-partner: names: de: there is no "),
        ("partners.toml", 'bs = "Organizacija', 'bs = "\\u202eOrgan', "recipient sos-partner: names: bs: does not fit"),
        ("partners.toml", 'partners = ["sos-rs"]', 'partners = ["iccam"]', "line 2: partners: names a "),
        ("partners.toml", 'areas = ["BA-RS"]', 'areas = ["BA-FBiH"]', "line 2: areas: names an area that another line"),
        ("partners.toml", 'areas = ["BA-RS"]', 'areas = ["RS"]', "line 2: areas: nobody knows this area"),
        ("areas.toml", 'code = "rs"', 'code = "fbih"', "unit fbih: code: there is another"),
        ("areas.toml", 'prefix = "BA-RS"', 'prefix = "BA-FBiH"', "unit rs: prefix: another unit has it"),
        ("areas.toml", '"Zvornik"', '"Тузла"', "unit rs: places: one stands there twice, or in another unit"),
        ("areas.toml", 'home_country = "BA"', 'home_country = "XX"', "home_country: does not fit; it is a country"),
        ("areas.toml", "version = 3", 'version = "3"', "version: does not fit; it is a whole number"),
        ("areas.toml", "version = 3", 'home = "BA"', "home: there is no such field or table; there are: version, "),
        ("areas.toml", "[[unit.part]]", "[[part]]", "part: there is no such field or table"),
        ("areas.toml", '[[unit]]\ncode = "rs"', '[unit2]\ncode = "rs"', "unit2: there is no such field or table"),
        ("inhope_members.toml", '"AL"', '"Albania"', "inhope_members: does not fit; it is a list of which "),
        ("inhope_members.toml", "version = 1", 'home_country = "RS"', "home_country: another file says it too"),
        ("rules.toml", "when = { channel", "when = { chanel", "rule sos_call: when: chanel: there is no such field"),
        ("rules.toml", 'label = ["csam_suspect"]', 'label = ["csam"]',
         "rule suspect_needs_assessment: when: label: does not fit; it is a list of which each is one of: complete, "),
        ("rules.toml", 'to = "iccam"', 'to = "icam"', "rule grave_content_not_hosted_here: to: names a "),
        ("rules.toml", "version = 1", "version =\n", "is no TOML at line 4: mend it there"),
    ],
)  # fmt: skip
def test_each_mistake_is_told_where_it_stands(file: str, old: str, new: str, says: str) -> None:
    assert old in SHIPPED[file]
    said = _refused(SHIPPED | {file: SHIPPED[file].replace(old, new, 1)})
    assert said.removeprefix(f"data/routes/{file}").lstrip(": ").startswith(says), said


@pytest.mark.parametrize("file", sorted(SHIPPED))
def test_a_file_that_is_not_there_is_missed(file: str) -> None:
    said = _refused({name: text for name, text in SHIPPED.items() if name != file})
    missed = r"data/routes(: no file there has [a-z_]+: compare |/rules\.toml: rule [a-z_]+: to: names )"
    assert re.match(missed, said), said
