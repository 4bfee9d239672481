"""Texts in packages: only what the redactor made, only for kinds of recipient that may get any; for every exporter."""

from __future__ import annotations

import ast
import fnmatch
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from exporters import plain_csv, redacted_texts
from exporters.base import Exporter
from exporters.manifest import verify
from exporters.package import Package
from exporters.redacted_texts import RedactedText
from exporters.registry import all_exporters
from pipeline.delivery.pdf import words_in
from pipeline.resources import text
from tests.filled import filled
from tests.redacting import GIVEN, few_names_redactor
from triage.errors import RuleBroken
from triage.redacting.redactor import Redacted
from triage.redacting.spans import Span
from triage.redaction import RECIPIENT_KINDS, TEXT_KINDS

ROOT = Path(__file__).parents[2]
EXPORTERS = all_exporters(filled)
every_exporter = pytest.mark.parametrize("exporter", EXPORTERS.values(), ids=EXPORTERS.keys())
WRITING = pytest.mark.parametrize("exporter", [EXPORTERS["lea"], EXPORTERS["referral"]], ids=["lea", "referral"])
AT_ONCE = frozenset({"alert"})
"""Goes before anybody could read a text and release it: carries none."""
PHONE = Span(11, 22, "phone", "phone:test")
SHOWN = "Call me on [PHONE] about www.bad.example/a\nLEA-2026-0001, report 9\u202e"


def _text(kind: str, number: int = 1, said: str = SHOWN) -> RedactedText:
    return RedactedText(number, "en", kind, Redacted(said, (PHONE,)))


def _with_texts(package: Package, *texts: Any) -> Package:
    return replace(package, cases=(replace(package.cases[0], texts=texts), *package.cases[1:]))


@every_exporter
def test_a_package_without_texts_has_no_trace_of_them(exporter: Exporter) -> None:
    for package in exporter.examples():
        files = exporter.files(package)
        assert redacted_texts.FILE not in files
        assert not any(b'"texts"' in body or b"masked in" in body for body in files.values())


@every_exporter
def test_texts_reach_only_the_kinds_of_recipient_that_may_get_any(exporter: Exporter) -> None:
    package = exporter.examples()[0]
    if not package.cases:
        return
    kinds = [kind for kind in RECIPIENT_KINDS if kind in TEXT_KINDS]
    for kind in kinds:
        given = _with_texts(package, _text(kind))
        if kind == exporter.recipient_kind:
            carries = exporter.kind not in AT_ONCE
            assert any(b"[PHONE]" in body for body in exporter.files(given).values()) is carries
        else:
            with pytest.raises(RuleBroken):
                exporter.files(given)


@every_exporter
@pytest.mark.parametrize("planted", [SHOWN, Redacted(SHOWN, ()), {"number": 1, "text": SHOWN}, None, 1])
def test_what_is_no_redacted_text_is_refused_and_not_repeated(exporter: Exporter, planted: object) -> None:
    package = exporter.examples()[0]
    if not package.cases:
        return
    with pytest.raises(RuleBroken) as refused:
        exporter.files(_with_texts(package, planted))
    assert "PHONE" not in str(refused.value)


@pytest.mark.parametrize("kind", [kind for kind in RECIPIENT_KINDS if kind not in TEXT_KINDS])
def test_no_text_is_made_for_the_other_kinds(kind: str) -> None:
    with pytest.raises(RuleBroken):
        _text(kind)


@pytest.mark.parametrize("redacted", ["a text", Redacted("", (), "unknown_language"), Redacted("a", (), "")])
def test_a_withheld_text_and_a_plain_one_make_no_redacted_text(redacted: Any) -> None:
    with pytest.raises(RuleBroken):
        RedactedText(1, "en", "police", redacted)


@pytest.mark.parametrize(("number", "language"), [(0, "en"), (1, "Ana from next door"), (1, "")])
def test_a_redacted_text_is_named_by_codes_only(number: int, language: str) -> None:
    with pytest.raises(RuleBroken):
        RedactedText(number, language, "police", Redacted("a", ()))


def test_a_redacted_text_does_not_show_itself_in_a_log() -> None:
    assert "PHONE" not in repr(_text("police"))


@WRITING
def test_texts_come_in_order_each_report_once(exporter: Exporter) -> None:
    package, kind = exporter.examples()[0], exporter.recipient_kind
    for wrong in ((_text(kind, 2), _text(kind, 1)), (_text(kind), _text(kind))):
        with pytest.raises(RuleBroken):
            exporter.files(_with_texts(package, *wrong))


@WRITING
def test_with_texts_files_are_the_same_again_fit_their_schemas_and_the_manifest(exporter: Exporter) -> None:
    for package in exporter.examples():
        kind = exporter.recipient_kind
        given = _with_texts(package, _text(kind), _text(kind, 3, "Mirno [NAME:1a2b3c4d]"))
        files = exporter.files(given)
        assert files == exporter.files(given)
        assert verify(files) == ()
        for pattern, schema_name in exporter.schemas.items():
            for name in fnmatch.filter(files, pattern):
                parsed = plain_csv.read(files[name]) if name.endswith(".csv") else json.loads(files[name])
                jsonschema.Draft202012Validator(json.loads(text(f"schemas/{schema_name}"))).validate(parsed)


@WRITING
def test_the_readable_file_cannot_be_forged_by_a_text_nor_clicked(exporter: Exporter) -> None:
    package = exporter.examples()[0]
    body = exporter.files(_with_texts(package, _text(exporter.recipient_kind)))[redacted_texts.FILE].decode()
    headings = [line for line in body.splitlines() if ", report " in line and not line.startswith(" ")]
    assert headings == [f"{package.cases[0].reference}, report 1, English"]
    assert "www[.]bad[.]example" in body
    assert "\u202e" not in body


def test_what_was_masked_is_counted_by_kind_in_the_redaction_list() -> None:
    exporter = EXPORTERS["lea"]
    texts = (_text("police"), _text("police", 2))
    files = exporter.files(_with_texts(exporter.examples()[0], *texts))
    said = [row["why"] for row in plain_csv.read(files["redaction.csv"]) if row["field"] == "texts"]
    assert said == ["masked in texts: phone 2"]
    (told, _) = json.loads(files["case.json"])["cases"]
    assert [one["masked"] for one in told["texts"]] == [{"phone": 1}] * 2
    assert told["texts"][0]["text"] == SHOWN


def test_what_the_redactor_answers_for_a_real_text_fits() -> None:
    said = f"My name is {GIVEN} and this page shows illegal pictures of a child, please look at it."
    (redacted,) = few_names_redactor().redact_many([said], recipient="police", key=b"k" * 32)
    texts = (RedactedText(1, "en", "police", redacted),)
    body = redacted_texts.readable("police-rs", [("A-1", texts)], words_in("en")).decode()
    assert GIVEN not in body
    assert "[NAME]" in body


def test_one_place_in_the_program_makes_texts_that_leave() -> None:
    makers = set[str]()
    for folder in ("triage", "classifiers", "exporters", "pipeline"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "RedactedText":
                    makers.add(path.relative_to(ROOT).as_posix())
    assert makers == {"pipeline/desk/redacted_case.py"}
