"""Suggested recipients, each with the rule that named it; unknown competence goes to a person."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest

from exporters.wording import LANGUAGES, Words, words_file
from pipeline.resources import text
from triage.disposition import Kind
from triage.errors import BadConfiguration
from triage.redaction import RECIPIENT_KINDS
from triage.routing import PERSON_DECIDES, Facts, Routes

TEXTS = {path.name: path.read_text("utf-8") for path in (Path(__file__).parents[2] / "data" / "routes").glob("*.toml")}
ROUTES = Routes.from_toml(TEXTS)


def _to(facts: Facts) -> list[str]:
    return [suggestion.recipient for suggestion in ROUTES.suggest(facts)]


@pytest.mark.parametrize(
    ("area", "unit", "named"),
    [
        ("BA-FBiH-Kanton Sarajevo", "fbih", "BA-FBiH-Kanton Sarajevo"),
        ("BA-RS-Banja Luka", "rs", "BA-RS-Banja Luka"),
        ("BA-BD-Brčko", "brcko", "BA-BD-Brčko"),
        ("БРЧКО", "brcko", "BA-BD-Brčko"),
        ("бања лука ", "rs", "BA-RS-Banja Luka"),
        ("Bihac", "fbih", "BA-FBiH-Bihać"),
        ("Istočno Sarajevo", "rs", "BA-RS-Istočno Sarajevo"),
        ("ba-rs-near the house of somebody", "rs", "BA-RS"),
        ("BA-RSX", "", ""),
        ("", "", ""),
        ("somewhere", "", ""),
    ],
)
def test_an_area_is_known_in_either_script_and_free_text_never_passes_as_one(area: str, unit: str, named: str) -> None:
    assert ROUTES.unit_of(area) == unit
    assert ROUTES.area_named(area) == named


@pytest.mark.parametrize(
    ("area", "named"),
    [
        ("Donji Vakuf, kod mosta", "BA-FBiH-Donji Vakuf"),
        ("donji vakuf selo kod mosta 12", "BA-FBiH-Donji Vakuf"),
        ("БРЧКО, центар", "BA-BD-Brčko"),
        ("BA-RS-Banja Luka, centar", "BA-RS-Banja Luka"),
        ("Novi Travnik, selo", "BA-FBiH-Novi Travnik"),
        ("Pale Prača", "BA-FBiH-Pale-Prača"),
        ("Jezero kod Travnika", ""),
        ("Sarajevo, Istočno", ""),
        ("Tuzla, put za Doboj", ""),
        ("selo kod Donjeg Vakufa", ""),
        ("Kupres, centar", ""),
        ("Brodovi", ""),
    ],
)
def test_a_text_that_begins_with_a_place_names_it_if_no_other_place_fits(area: str, named: str) -> None:
    assert ROUTES.area_named(area) == named
    assert not ROUTES.says_no_more(area)
    assert not named or ROUTES.says_no_more(named)


@pytest.mark.parametrize(
    ("given", "named", "shared"),
    [
        (["Tuzla", "Banja Luka", "", "Banja Luka"], ("BA-RS-Banja Luka", "BA-FBiH-Tuzla"), ""),
        (["Doboj", "Banja Luka"], ("BA-RS-Banja Luka", "BA-RS-Doboj"), "BA-RS"),
        (["BA-RS", "Banja Luka"], ("BA-RS-Banja Luka",), "BA-RS-Banja Luka"),
        (["BA-RS", "Tuzla"], ("BA-FBiH-Tuzla", "BA-RS"), ""),
        (["", "somewhere"], (), ""),
    ],
)
def test_areas_that_differ_are_all_told_and_only_a_unit_they_share_is_the_area(
    given: list[str], named: tuple[str, ...], shared: str
) -> None:
    assert ROUTES.areas_named(given) == named
    assert ROUTES.area_of_all(named) == shared


def test_an_area_many_reports_name_is_read_once() -> None:
    """One by one these take seconds."""
    began = time.process_time()
    assert ROUTES.areas_named(["Tuzla"] * 99_999 + ["Banja Luka"] * 100_000) == ("BA-RS-Banja Luka", "BA-FBiH-Tuzla")
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    ("area", "police"),
    [("BA-FBiH-Tuzla", "police-fbih"), ("BA-RS-Doboj", "police-rs"), ("Brčko", "police-brcko")],
)
@pytest.mark.parametrize("escalate", ["danger_now", "risk_to_life", "child_blackmailed", "child_identified"])
def test_a_child_in_danger_goes_to_the_police_of_its_unit(area: str, police: str, escalate: str) -> None:
    suggestion = ROUTES.suggest(Facts(area=area, escalate=escalate))[0]
    assert (suggestion.recipient, suggestion.kind, suggestion.rule) == (police, Kind.POLICE, "child_in_danger")


def test_where_competence_is_unknown_a_person_decides_and_the_reason_says_so() -> None:
    suggestion = ROUTES.suggest(Facts(escalate="danger_now"))[0]
    assert suggestion.recipient == PERSON_DECIDES
    assert suggestion.rule.endswith("competence_unknown")


def test_grave_content_hosted_abroad_goes_to_iccam_and_hosted_here_to_police() -> None:
    grave = Facts(classification="baseline", area="BA-RS-Doboj", label="csam_suspect")
    assert _to(replace(grave, hosting_country="NL")) == ["iccam"]
    assert _to(replace(grave, hosting_country="BA")) == ["police-rs", "host"]
    assert _to(grave) == ["police-rs"]


def test_grave_content_where_no_inhope_hotline_is_goes_to_police() -> None:
    grave = Facts(classification="national", area="Brčko", label="csam_suspect")
    assert _to(replace(grave, hosting_country="AQ")) == ["police-brcko"]
    assert "BA" in ROUTES.inhope_members


def test_every_municipality_lies_in_one_unit_and_names_of_two_units_are_left_to_a_person() -> None:
    places = [place for unit in ROUTES._units for place in unit.places]
    assert len(places) == len(set(places))
    assert (ROUTES.unit_of("Teočak"), ROUTES.unit_of("Srebrenica"), ROUTES.unit_of("Foča-Ustikolina")) == (
        "fbih", "rs", "fbih",
    )  # fmt: skip
    assert (ROUTES.unit_of("Trnovo"), ROUTES.unit_of("Kupres")) == ("", "")


def test_what_is_otherwise_illegal_never_goes_to_iccam() -> None:
    assert "iccam" not in _to(Facts(classification="illegal_other", hosting_country="NL", area="Brčko"))


def test_other_unlawful_content_hosted_here_goes_to_the_regulator_too() -> None:
    other = Facts(classification="illegal_other", hosting_country="BA", area="Brčko")
    assert _to(other) == ["police-brcko", "regulator"]
    assert "regulator" not in _to(replace(other, hosting_country="NL"))


def test_a_suspect_nobody_assessed_goes_nowhere_by_itself() -> None:
    assert _to(Facts(label="csam_suspect", hosting_country="NL")) == [PERSON_DECIDES]


def test_an_sos_call_reaches_its_partner_and_the_police() -> None:
    assert _to(Facts(channel="sos", escalate="danger_now", area="Doboj")) == ["sos-rs", "police-rs"]
    assert _to(Facts(channel="sos", escalate="danger_now")) == ["sos-partner", PERSON_DECIDES]


def test_questions_go_to_the_helpline_and_who_fears_himself_to_prevention() -> None:
    assert _to(Facts(label="incomplete", reason_codes=frozenset({"question", "no_locator"}))) == ["helpline"]
    assert _to(Facts(label="incomplete", reason_codes=frozenset({"seeks_help_for_self"}))) == ["prevention"]


@pytest.mark.parametrize("group", ["parent", "teacher"])
def test_a_worried_parent_or_teacher_is_sent_to_the_helpline_and_a_child_in_danger_to_police_too(group: str) -> None:
    codes, groups = frozenset({"no_locator"}), frozenset({group, "other"})
    assert _to(Facts(label="incomplete", reason_codes=codes, reporter_groups=groups)) == ["helpline"]
    assert _to(Facts(label="incomplete", reason_codes=codes)) == [PERSON_DECIDES]
    danger = Facts(label="incomplete", escalate="danger_now", reason_codes=codes, reporter_groups=groups, area="Brčko")
    assert _to(danger) == ["police-brcko", "helpline"]


def test_where_no_rule_fits_a_person_decides() -> None:
    suggestion = ROUTES.suggest(Facts())[0]
    assert (suggestion.recipient, suggestion.kind) == (PERSON_DECIDES, None)


def test_a_recipient_named_by_two_rules_is_suggested_once() -> None:
    facts = Facts(escalate="danger_now", classification="illegal_other", area="Brčko")
    assert _to(facts) == ["police-brcko"]


def test_organisations_of_the_network_have_a_name_in_every_language_and_others_the_one_there_is() -> None:
    for code in ROUTES.network.partners:
        named = {ROUTES.recipients[code].named(language) for language in LANGUAGES}
        assert len(named) >= 3, "two scripts and English"
        assert ROUTES.recipients[code].named("en") == ROUTES.recipients[code].name
    assert replace(ROUTES.recipients["sos-rs"], names={}).named("bs") == ROUTES.recipients["sos-rs"].name


def test_every_recipient_has_a_column_in_the_field_table() -> None:
    assert ROUTES.recipients
    assert all(recipient.redacted_as in RECIPIENT_KINDS for recipient in ROUTES.recipients.values())


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("rules.toml", 'to = "iccam"', 'to = "nobody"'),
        ("rules.toml", "when = { channel", "when = { chanel"),
        ("areas.toml", 'police = "police-rs"', 'police = "police-xx"'),
        ("recipients.toml", 'kind = "iccam"', 'kind = "friend"'),
        ("recipients.toml", "version = 1", "version ="),
        ("areas.toml", "home_country", "country"),
        ("partners.toml", 'partners = ["sos-rs"]', 'partners = ["police-rs"]'),
        ("partners.toml", 'areas = ["BA-RS"]', 'areas = ["Republika Srpska"]'),
        ("partners.toml", "minutes = 10", "minutes = 0"),
    ],
)
def test_bad_routing_data_fails_before_anything_is_routed(name: str, old: str, new: str) -> None:
    assert old in TEXTS[name]
    with pytest.raises(BadConfiguration, match="data/routes"):
        Routes.from_toml({**TEXTS, name: TEXTS[name].replace(old, new, 1)})


CANTON = '''
[[recipient]]
code = "police-canton-3"
kind = "police"
redacted_as = "police"
name = "Police, a canton"
basis = "duty_to_report_crime"
language = "bs"
'''


@pytest.mark.parametrize(
    ("area", "before", "after"),
    [
        ("Tuzla", "police-fbih", "police-canton-3"),
        ("БАНОВИЋИ", "police-fbih", "police-canton-3"),
        ("BA-FBiH-Zivinice", "police-fbih", "police-canton-3"),
        ("BA-FBiH-Tuzlanski kanton", "police-fbih", "police-canton-3"),
        ("Mostar", "police-fbih", "police-fbih"),
        ("BA-FBiH", "police-fbih", PERSON_DECIDES),
        ("BA-FBiH-behind the school", "police-fbih", PERSON_DECIDES),
        ("Doboj", "police-rs", "police-rs"),
        ("BA-RS", "police-rs", "police-rs"),
    ],
)
def test_a_cantons_police_count_once_the_operator_has_them(area: str, before: str, after: str) -> None:
    added = Routes.from_toml({**TEXTS, "recipients.toml": TEXTS["recipients.toml"] + CANTON})
    for routes, police in ((ROUTES, before), (added, after)):
        suggestion = routes.suggest(Facts(area=area, escalate="danger_now"))[0]
        assert suggestion.recipient == police
        assert suggestion.rule.endswith("competence_unknown") == (police == PERSON_DECIDES)
        assert routes.unit_of(area) == ROUTES.unit_of(area)
        assert routes.area_named(area) == ROUTES.area_named(area)


def test_the_federation_has_ten_cantons_and_every_municipality_of_it_lies_in_one() -> None:
    (unit,) = [one for one in ROUTES._units if one.code == "fbih"]
    assert [part.police for part in unit.parts] == [f"police-canton-{number}" for number in range(1, 11)]
    named = [place for part in unit.parts for place in part.places]
    assert len(named) == len(set(named)) == len(unit.places)


def test_a_canton_whose_police_are_no_police_is_refused() -> None:
    wrong = CANTON.replace('= "police"', '= "helpline"')
    with pytest.raises(BadConfiguration, match=r"areas\.toml: unit fbih: part: police: .* none of these: "):
        Routes.from_toml({**TEXTS, "recipients.toml": TEXTS["recipients.toml"] + wrong})


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_agency_there_is_or_may_be_has_a_name_on_paper_also_where_a_case_was_also_sent(language: str) -> None:
    words = Words.from_toml(language, text(words_file(language)))
    agencies = {agency for unit in ROUTES._units for agency in (unit.police, *(part.police for part in unit.parts))}
    told = words.value("also_sent_to", [agency.replace("-", "_") for agency in sorted(agencies)])
    assert len(agencies) == 13
    assert "police-" not in told
    assert "police_" not in told
