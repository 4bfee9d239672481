"""What every exporter must do, whatever its format: run over each one the registry finds."""

from __future__ import annotations

import base64
import fnmatch
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import quote

import jsonschema  # type: ignore[import-untyped]
import pytest
from lxml import etree

from exporters import plain_csv
from exporters.base import Exporter
from exporters.manifest import MANIFEST, verify
from exporters.package import CaseView, ItemView, Package, Statistics
from exporters.registry import all_exporters, unique
from tests.filled import DATA, filled
from triage.errors import BadConfiguration, RuleBroken
from triage.redaction import TABLE, allowed_fields
from triage.report import FIELDS

CANARY = "Kanarinac zuti 4711"


EXPORTERS = all_exporters(filled)
every_exporter = pytest.mark.parametrize("exporter", EXPORTERS.values(), ids=EXPORTERS.keys())


def test_every_kind_the_hotline_exports_has_an_exporter() -> None:
    assert {"lea", "iccam", "referral", "statistics", "cybertip", "vics"} <= set(EXPORTERS)


def test_two_exporters_of_one_kind_are_refused() -> None:
    with pytest.raises(BadConfiguration):
        unique([type(EXPORTERS["lea"]), type(EXPORTERS["lea"])])


@every_exporter
def test_it_brings_examples_and_makes_files_with_safe_names(exporter: Exporter) -> None:
    assert exporter.examples()
    for package in exporter.examples():
        files = exporter.files(package)
        assert len(files) > 1
        assert all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name) for name in files)


@every_exporter
def test_the_same_package_gives_the_same_bytes(exporter: Exporter) -> None:
    again = all_exporters(filled)[exporter.kind]
    for package in exporter.examples():
        assert list(exporter.files(package).items()) == list(again.files(package).items())


@every_exporter
def test_what_it_makes_fulfils_its_schemas(exporter: Exporter) -> None:
    for package in exporter.examples():
        files = exporter.files(package)
        assert exporter.schemas
        for pattern, schema_name in exporter.schemas.items():
            names = fnmatch.filter(files, pattern)
            assert names
            for name in names:
                _check(name, files[name], schema_name)


@every_exporter
def test_the_manifest_fits_and_finds_every_one_byte_edit(exporter: Exporter) -> None:
    files = dict(exporter.files(exporter.examples()[0]))
    assert verify(files) == ()
    for name, body in files.items():
        for place in {0, len(body) // 2, len(body) - 1} if body else set():
            edited = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
            assert verify({**files, name: edited}), f"an edit of {name} went unseen"


@every_exporter
def test_no_field_that_is_not_allowed_leaves_even_if_nobody_redacted_it(exporter: Exporter) -> None:
    for package in exporter.examples():
        for planted in _with_canaries(package, exporter.recipient_kind):
            _assert_no_canary(exporter.files(planted))


@every_exporter
def test_words_under_the_name_of_a_code_do_not_leave(exporter: Exporter) -> None:
    codes = [name for name in TABLE if not name.startswith("address")]
    for package in exporter.examples():
        cases = tuple(replace(case, facts={**case.facts, **dict.fromkeys(codes, CANARY)}) for case in package.cases)
        statistics = package.statistics
        if statistics is not None:
            counts = {(key[0], *(f"{word} {CANARY}" for word in key[1:])): n for key, n in statistics.counts.items()}
            statistics = replace(statistics, counts=counts, duplicate_rule=CANARY)
        _assert_no_canary(exporter.files(replace(package, cases=cases, statistics=statistics)))


@every_exporter
def test_a_package_of_another_kind_is_refused(exporter: Exporter) -> None:
    with pytest.raises(RuleBroken):
        exporter.files(replace(exporter.examples()[0], kind="other"))


@every_exporter
def test_a_package_whose_own_fields_are_not_codes_is_refused(exporter: Exporter) -> None:
    package = exporter.examples()[0]
    for wrong in (
        {"recipient": CANARY}, {"basis": CANARY}, {"asked": CANARY}, {"analyst_alias": "Ana\nBcc: x"},
        {"made_at": package.made_at.replace(tzinfo=None)},
        {"cases": (CaseView(CANARY, {}),)}, {"cases": (CaseView("A-1", {}), CaseView("A-1", {}))},
    ):  # fmt: skip
        with pytest.raises(RuleBroken) as broken:
            exporter.files(replace(package, **wrong))
        assert CANARY not in str(broken.value)


@every_exporter
def test_an_empty_package_is_refused(exporter: Exporter) -> None:
    with pytest.raises(RuleBroken):
        exporter.files(replace(exporter.examples()[0], cases=(), statistics=None))


def _check(name: str, body: bytes, schema_name: str) -> None:
    """Raises where a file does not fulfil its schema: XML an XSD, all else a JSON schema."""
    path = DATA / "schemas" / schema_name
    if name.endswith(".xml"):
        etree.XMLSchema(etree.parse(path)).assertValid(etree.fromstring(body))
        return
    schema = json.loads(path.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(_parsed(name, body))


def _parsed(name: str, body: bytes) -> object:
    return plain_csv.read(body) if name.endswith(".csv") else json.loads(body)


def _with_canaries(package: Package, recipient_kind: str) -> list[Package]:
    """The package with a canary in every field this recipient may not have, in case, item and removal list."""
    names = [*FIELDS, *TABLE, "note", "memo", "name", "by", "case_no", CANARY]
    planted: Mapping[str, object] = {name: CANARY for name in names if name not in allowed_fields(recipient_kind)}
    cases = tuple(
        CaseView(
            case.reference,
            {**case.facts, **planted},
            tuple(ItemView({**item.facts, **planted}) for item in case.items),
            (*case.removed, CANARY),
        )
        for case in package.cases
    )
    return [replace(package, cases=cases)]


def _assert_no_canary(files: Mapping[str, bytes]) -> None:
    for shape in (CANARY, quote(CANARY), CANARY.encode().hex(), base64.b64encode(CANARY.encode()).decode()):
        wanted = shape.encode()
        assert not any(wanted in body or shape in name for name, body in files.items())


def test_statistics_refuse_other_dimensions_and_periods() -> None:
    exporter = EXPORTERS["statistics"]
    package = exporter.examples()[0]
    for wrong in (
        Statistics(("period", "label"), {("2026-01", "complete"): 9}, "1"),
        Statistics(package.statistics.dimensions, {("May", "a", "b", "c", "d", "e"): 9}, "1"),  # type: ignore[union-attr]
    ):
        with pytest.raises(RuleBroken):
            exporter.files(replace(package, statistics=wrong))


def test_the_manifest_names_missing_added_and_unreadable_things() -> None:
    files = dict(EXPORTERS["lea"].files(EXPORTERS["lea"].examples()[0]))
    assert verify({}) == ("the manifest is missing",)
    assert verify({**files, "extra.txt": b""}) == ("extra.txt is not in the manifest",)
    assert verify({name: body for name, body in files.items() if name != "cover.txt"}) == ("cover.txt is missing",)
    assert verify({**files, MANIFEST: files[MANIFEST] + b"nonsense\n"}) == ("line 6 of the manifest cannot be read",)
