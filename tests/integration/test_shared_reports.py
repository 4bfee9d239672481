"""One report with several addresses is several cases: each names the others, and a package counts the report once."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from exporters import plain_csv
from exporters.case_uco import case_jsonld
from exporters.cover import cover_facts
from exporters.lea import LawEnforcementExporter
from exporters.package import CaseView, Package
from exporters.redacted_texts import RedactedText
from exporters.shared import Shared
from exporters.withheld import NOT_RELEASED, Withheld
from exporters.wording import LANGUAGES
from pipeline.cli.main import answer
from pipeline.delivery.pdf import words_in
from pipeline.desk.people import DEMO_PERSON_VARIABLE
from pipeline.desk.shared_reports import also_in, counted_once, named_elsewhere
from pipeline.store.engine import reading
from tests.desk import NOW, Desk
from tests.filled import filled
from triage.redacting.redactor import Redacted

pytestmark = pytest.mark.thorough

ONE, OTHER = (CaseView(name, {"reports": count, "escalate": "danger_now"}, removed=("description",))
              for name, count in (("A-1", 2), ("B-1", 1)))  # fmt: skip


def _text(number: int) -> RedactedText:
    return RedactedText(number, "en", "police", Redacted("words", ()))


def _facts(*cases: CaseView) -> tuple[int, int, int]:
    told = cover_facts(Package("lea", "police-rs", NOW, "duty_to_report_crime", "investigate", cases))
    return told.reports, told.texts, told.texts_left


def test_a_report_of_two_cases_in_a_package_is_one_and_its_text_is_missing_from_neither() -> None:
    given = replace(ONE, texts=(_text(1), _text(2)), removed=())
    lacks = replace(OTHER, withheld=(Withheld(NOT_RELEASED, (1,)),))
    assert _facts(given, lacks) == (3, 2, 1), "as it was told before"
    first, second = counted_once([(given, (11, 12)), (lacks, (12,))])
    assert (first.shared, second.shared) == ((), (Shared(1, "A-1", 2),))
    assert (second.withheld, second.removed) == ((), ())
    assert _facts(first, second) == (2, 2, 0)


def test_a_text_no_case_gives_is_missing_once() -> None:
    cases = (replace(ONE, withheld=(Withheld(NOT_RELEASED, (1, 2)),)),
             replace(OTHER, withheld=(Withheld(NOT_RELEASED, (1,)),)))  # fmt: skip
    told = counted_once([(cases[0], (11, 12)), (cases[1], (12,))])
    assert [one.withheld for one in told] == [one.withheld for one in cases]
    assert _facts(*told) == (2, 0, 2)


def test_every_table_and_document_of_the_package_names_case_and_report() -> None:
    cases = counted_once([(ONE, (11, 12)), (OTHER, (12,))])
    package = Package("lea", "police-rs", NOW, "duty_to_report_crime", "investigate", cases)
    files = LawEnforcementExporter({name: filled(name) for name in LawEnforcementExporter.needs}).files(package)
    told = {one["reference"]: one for one in json.loads(files["case.json"])["cases"]}
    assert "shared_reports" not in told["A-1"]
    assert told["B-1"]["shared_reports"] == [{"report": 1, "reference": "A-1", "their_report": 2}]
    rows = plain_csv.read(files["reports.csv"])
    assert [row["shared_reports"] for row in rows] == ["", "report 1: report 2 of A-1"]
    observed = [one for one in json.loads(case_jsonld(package, words_in("en")))["@graph"]
                if "cac-hotlines:PublicReport" in one["@type"]]  # fmt: skip
    assert [one.get("core:description") for one in observed] == [None, ["report 1: report 2 of A-1"]]


def test_what_is_in_the_package_is_not_elsewhere(desk: Desk) -> None:
    case_id, reports = desk.case_of("d-1"), [desk.report_of("d-1")]
    with reading(desk.app.store.engine) as connection:
        ((other, count),) = named_elsewhere(connection, [case_id], reports).items()
        assert count == 1
        assert named_elsewhere(connection, [case_id, other], reports) == {}
        assert named_elsewhere(connection, [desk.case_of("s-1")], [desk.report_of("s-1")]) == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_paper_names_case_and_report_in_every_language(language: str) -> None:
    said = words_in(language).said("cover", "shared", number=1, reference="A-1", theirs=2)
    assert all(part in said for part in ("1", "A-1", "2"))


def test_the_screen_of_a_case_names_the_others_its_report_belongs_to(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, "sample-analyst")
    case_id, report_id = desk.case_of("d-1"), desk.report_of("d-1")
    with reading(desk.app.store.engine) as connection:
        ((report, (other,)),) = also_in(connection, case_id, [report_id]).items()
        assert also_in(connection, other, [report_id]) == {report_id: (case_id,)}
        assert also_in(connection, desk.case_of("s-1"), [desk.report_of("s-1")]) == {}
    assert report == report_id
    shown = ["--workspace", str(desk.app.workspace.root), "cases", "show", f"C{case_id}"]
    assert answer(shown) == 0
    assert f"also names C{other}" in capsys.readouterr().out
    assert answer([*shown, "--json"]) == 0
    assert list(json.loads(capsys.readouterr().out)["shared_reports"].values()) == [[f"C{other}"]]
