"""CyberTipline reports: who may be in one, what it says of viewing, its order of elements, and hostile addresses."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from exporters.cybertip import SETTINGS_FILE, CyberTipExporter, read_reporting, written_out
from exporters.package import CaseView, Package, item_facts, view_case
from tests.filled import DATA, EMAIL, ORGANISATION, filled
from triage.assessment import Assessment, Classification, IllegalKind, Viewed
from triage.errors import BadConfiguration, RuleBroken
from triage.redaction import address_field
from triage.verdict import Escalation

SHIPPED = (DATA / SETTINGS_FILE).read_text(encoding="utf-8")
FILLED = filled(SETTINGS_FILE)
EXPORTER = CyberTipExporter({SETTINGS_FILE: FILLED})
SCHEMA = etree.XMLSchema(etree.parse(DATA / "schemas" / "cybertip_report.xsd"))
FIELD = address_field("clearing_house")
AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
GRAVE = Assessment(9041, 1, Classification.NATIONAL, by=77, at=AT, viewed=Viewed.CONTENT)
CANARY = "Kanarinac zuti 4711"


def _case(*said: Assessment | None, address: str = "https://host.example/a", **facts: object) -> CaseView:
    items = [item_facts(f"{address}{number or ''}", "url", one, address_field=FIELD) for number, one in enumerate(said)]
    return view_case("CT-1", {"first_received": AT} | facts, items, "clearing_house")


def _files(*cases: CaseView, exporter: CyberTipExporter = EXPORTER) -> dict[str, bytes]:
    made = Package("cybertip", "clearing-house", AT, "clearing_house_agreement", "assess_and_act", cases)
    return dict(exporter.files(made))


def _report(*cases: CaseView, exporter: CyberTipExporter = EXPORTER) -> etree._Element:
    report = etree.fromstring(_files(*cases, exporter=exporter)["cybertip-CT-1.xml"])
    SCHEMA.assertValid(report)
    return report


def _text(report: etree._Element, path: str) -> str | None:
    return report.findtext(path)


def test_a_report_names_address_time_and_reporter_and_says_that_a_person_viewed_it() -> None:
    local = datetime(2026, 3, 1, 23, 59, tzinfo=timezone(timedelta(hours=1)))
    report = _report(_case(replace(GRAVE, hosting_country="NL", hosting_source="whois"), first_received=local))
    page = report.find("internetDetails/webPageIncident")
    assert page is not None
    assert page.findtext("url") == "https://host.example/a"
    assert page.get("thirdPartyHostedContent") == "true"
    seen = page.findtext("additionalInfo") or ""
    assert "Viewed by a person of the hotline at 2026-03-02T09:30:00Z" in seen
    assert "national law" in seen
    assert "Hosted in NL" in seen
    assert _text(report, "incidentSummary/incidentDateTime") == "2026-03-01T22:59:00Z"
    assert _text(report, "reporter/reportingPerson/email") == EMAIL
    assert (_text(report, "reporter/companyTemplate") or "").startswith(ORGANISATION)


def test_one_file_for_each_case_and_every_address_in_details_of_its_own() -> None:
    files = _files(_case(GRAVE, GRAVE), replace(_case(GRAVE), reference="CT-2"))
    assert [name for name in files if name.endswith(".xml")] == ["cybertip-CT-1.xml", "cybertip-CT-2.xml"]
    assert len(etree.fromstring(files["cybertip-CT-1.xml"]).findall("internetDetails")) == 2


@pytest.mark.parametrize(
    "said",
    [
        None,
        Assessment(1, 1, Classification.UNSET, by=1, at=AT),
        Assessment(1, 1, Classification.NOT_ASSESSED, by=1, at=AT, reason="link_expired"),
        Assessment(1, 1, Classification.NOT_ILLEGAL, by=1, at=AT, viewed=Viewed.CONTENT, reason="adult_content"),
        Assessment(1, 1, Classification.ILLEGAL_OTHER, by=1, at=AT, viewed=Viewed.CONTENT, kind=IllegalKind.THREAT),
        replace(GRAVE, viewed=Viewed.ADDRESS_ONLY),
        replace(GRAVE, viewed=Viewed.NO),
    ],
)  # fmt: skip
def test_what_nobody_viewed_and_assessed_as_grave_never_goes(said: Assessment | None) -> None:
    with pytest.raises(RuleBroken, match="viewed and assessed"):
        _files(_case(said))
    assert len(_report(_case(GRAVE, said)).findall("internetDetails")) == 1


@pytest.mark.parametrize("escalate", [str(word) for word in Escalation])
def test_urgency_follows_the_escalation_and_is_called_suspected(escalate: str) -> None:
    reason = _text(_report(_case(GRAVE, escalate=escalate)), "incidentSummary/escalateToHighPriority")
    if escalate == "none":
        assert reason is None
    else:
        assert reason is not None
        assert reason.startswith("Suspected")


def test_without_an_escalation_nothing_is_urgent() -> None:
    assert _text(_report(_case(GRAVE)), "incidentSummary/escalateToHighPriority") is None


def test_an_incident_type_that_is_not_in_the_list_is_not_replaced_by_another() -> None:
    exporter = CyberTipExporter({SETTINGS_FILE: "\n".join(
        line for line in FILLED.split("\n") if not line.startswith("national =")
    )})  # fmt: skip
    with pytest.raises(RuleBroken, match="incident type"):
        _files(_case(GRAVE), exporter=exporter)


def test_a_time_nobody_noted_is_taken_from_the_viewing_and_says_so_or_there_is_no_report() -> None:
    report = _report(_case(GRAVE, first_received=None))
    assert _text(report, "incidentSummary/incidentDateTime") == "2026-03-02T09:30:00Z"
    assert "viewed" in (_text(report, "incidentSummary/incidentDateTimeDescription") or "")
    facts = item_facts("https://host.example/a", "url", GRAVE, address_field=FIELD) | {"assessed_at": None}
    with pytest.raises(RuleBroken, match="time"):
        _files(view_case("CT-1", {}, [facts], "clearing_house"))


def _swaps(report: etree._Element) -> list[tuple[str, int]]:
    """Parents and places at which two neighbours of other names stand."""
    tree = report.getroottree()
    return [
        (tree.getpath(parent), place)
        for parent in report.iter()
        for place in range(len(parent) - 1)
        if parent[place].tag != parent[place + 1].tag
    ]


def test_no_two_elements_can_change_places() -> None:
    exporter = CyberTipExporter({SETTINGS_FILE: FILLED.replace('legal_url = ""', 'legal_url = "https://a.example/"')})
    whole = etree.tostring(_report(_case(GRAVE, escalate="danger_now"), exporter=exporter))
    places = _swaps(etree.fromstring(whole))
    assert len(places) == 3 + 3 + 1 + 2
    for path, place in places:
        report = etree.fromstring(whole)
        (parent,) = report.xpath(path)
        parent.insert(place, parent[place + 1])
        assert not SCHEMA.validate(report), f"{path}: {place} and {place + 1} may change places"


@pytest.mark.parametrize("name", ["organisation", "email"])
def test_while_a_placeholder_stands_nothing_is_exported_and_the_message_names_it(name: str) -> None:
    (shipped,) = (line for line in SHIPPED.split("\n") if line.startswith(f"{name} ="))
    for unfilled in (shipped, f'{name} = ""', f'{name} = "  "'):
        lines = [unfilled if line.startswith(f"{name} =") else line for line in FILLED.split("\n")]
        with pytest.raises(BadConfiguration, match=rf"cybertip\.toml: fill in reporter\.{name}"):
            _files(_case(GRAVE), exporter=CyberTipExporter({SETTINGS_FILE: "\n".join(lines)}))


@pytest.mark.parametrize(
    "wrong",
    [
        "", "version = 1", FILLED.replace("[reporter]", "[other]"), FILLED.replace("baseline =", "illegal_other ="),
        FILLED.replace("baseline =", "unset ="), FILLED.replace("danger_now =", "none ="),
        FILLED.replace('note = ""', 'note = "a\\nb"'), FILLED.replace('note = ""', 'note = "a\\u202eb"'),
        FILLED.replace('legal_url = ""', f'legal_url = "https://a.example/{"a" * 2083}"'),
        FILLED.replace('= "Suspected from what was reported: a life may be at risk."', '= ""'),
    ],
)  # fmt: skip
def test_settings_that_do_not_fit_are_refused_without_being_repeated(wrong: str) -> None:
    with pytest.raises(BadConfiguration, match=r"data/cybertip\.toml") as refused:
        read_reporting(wrong)
    assert "a.example" not in str(refused.value)


def test_what_is_no_address_of_mail_is_refused() -> None:
    exporter = CyberTipExporter({SETTINGS_FILE: FILLED.replace(EMAIL, "office")})
    with pytest.raises(BadConfiguration, match="e-mail"):
        _files(_case(GRAVE), exporter=exporter)


HOSTILE = (
    "https://host.example/?a=1&b=<url>x</url>", "https://host.example/]]><!--<script>&#0;&amp;",
    'https://host.example/"onload=\'x', "https://host.example/</url></webPageIncident><victim/>",
    "https://host.example/\u202egnp.exe", "https://host.example/a\x00b\x0bc\x1b[2Jd\r\nX: y\te", "https://host.example/\ud800",
    "https://host.example/\ufffe\uffff\u2028\u200b", "https://host.example/=cmd|'/c calc'!A0",
)  # fmt: skip


@pytest.mark.parametrize("address", HOSTILE)
def test_a_hostile_address_is_one_text_of_one_element_and_no_character_of_it_works(address: str) -> None:
    plain = _files(_case(GRAVE))["cybertip-CT-1.xml"]
    made = _files(_case(GRAVE, address=address))["cybertip-CT-1.xml"]
    report = etree.fromstring(made)
    SCHEMA.assertValid(report)
    assert [each.tag for each in report.iter()] == [each.tag for each in etree.fromstring(plain).iter()]
    shown = _text(report, "internetDetails/webPageIncident/url") or ""
    assert shown.isprintable()
    assert unquote(shown, errors="replace") == address.replace("\ud800", "?")
    assert all(char.isprintable() or char == "\n" for char in made.decode())


@given(st.text())
def test_any_address_can_be_written_and_an_ordinary_one_stays_as_it_is(address: str) -> None:
    assert written_out(address).isprintable()
    if address.isprintable() and " " not in address:
        assert written_out(address) == address


def test_no_name_note_internal_number_or_text_is_in_a_report() -> None:
    facts = dict.fromkeys(("note", "memo", "name", "by", "case_no", "description", "category", "area", "label"), CANARY)
    case = _case(GRAVE, **facts, reason_codes=(CANARY,))
    package = Package("cybertip", "clearing-house", AT, "a_basis", "assess_and_act", (case,), analyst_alias="Ana 4711")
    body = EXPORTER.files(package)["cybertip-CT-1.xml"]
    for word in (CANARY, "Ana 4711", "9041", "77"):
        for shape in (word, quote(word), word.encode().hex(), base64.b64encode(word.encode()).decode()):
            assert shape.encode() not in body.replace(b"2026-03-02", b""), shape


def test_the_exact_address_with_its_share_tokens_never_reaches_a_clearing_house() -> None:
    exact = item_facts("https://host.example/a?igsh=canary4711", "url", GRAVE)
    with pytest.raises(RuleBroken):
        _files(view_case("CT-1", {}, [exact], "clearing_house"))
