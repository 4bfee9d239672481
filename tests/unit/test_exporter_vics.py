"""Hash lists in the shape of VICS 2.0: digests and assessments only, numbers only by an operator's profile."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest

from exporters.package import CaseView, Package, file_facts, item_facts, view_case
from exporters.vics import CASES_FILE, MEDIA_FILE, PROFILE_FILE, VicsExporter, read_profile
from tests.filled import DATA
from triage.assessment import Assessment, Classification, IllegalKind, Viewed
from triage.errors import BadConfiguration, RuleBroken

SHIPPED = (DATA / PROFILE_FILE).read_text(encoding="utf-8")
EXPORTER = VicsExporter({PROFILE_FILE: SHIPPED})
PROFILE = 'version = 1\nprofile = "UK"\n[categories]\nnational = 2\nillegal_other = 0\n'
AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
GRAVE = Assessment(9041, 1, Classification.NATIONAL, by=77, at=AT, viewed=Viewed.CONTENT)
DIGESTS = ("sha256:" + "ab" * 32, "md5:" + "cd" * 16, "pdq:" + "01" * 32, "sha1:" + "ef" * 20)
CANARY = "Kanarinac zuti 4711"


def _case(*said: Assessment | None, reference: str = "PV-1") -> CaseView:
    return view_case(reference, {}, [file_facts(DIGESTS, one) for one in said], "police_hashes")


def _package(*cases: CaseView) -> Package:
    return Package("vics", "police-hashes", AT, "duty_to_report_crime", "identify_child", cases)


def _made(*cases: CaseView, profile: str = SHIPPED) -> tuple[Any, Any]:
    """The media and the cases as a reader parses them."""
    files = VicsExporter({PROFILE_FILE: profile}).files(_package(*cases))
    return json.loads(files[MEDIA_FILE]), json.loads(files[CASES_FILE])


def test_digests_are_in_upper_case_and_those_without_a_column_are_alternative_hashes() -> None:
    media, _ = _made(_case(GRAVE))
    (row,) = media["value"]
    assert (row["MD5"], row["SHA1"]) == ("CD" * 16, "EF" * 20)
    assert row["AlternativeHashes"] == [
        {"HashName": "PDQ", "HashValue": "01" * 32}, {"HashName": "SHA256", "HashValue": "AB" * 32},
    ]  # fmt: skip
    assert media["@odata.context"].endswith("ProjectVic/DataModels/2.0.xml/Default/$metadata#Media")


def test_the_count_of_files_is_the_length_of_the_list_and_no_number_is_given_twice() -> None:
    media, cases = _made(_case(GRAVE, None), _case(None, reference="PV-2"))
    assert [(case["CaseNumber"], case["TotalMediaFiles"]) for case in cases["value"]] == [("PV-1", 2), ("PV-2", 1)]
    assert all(case["TotalMediaFiles"] == len(case["Media"]) for case in cases["value"])
    assert [row["MediaID"] for row in media["value"]] == [1, 2, 3]
    assert [row for case in cases["value"] for row in case["Media"]] == media["value"]
    assert cases["@odata.context"].endswith("#Cases")


def test_without_a_profile_no_category_is_sent_and_the_assessment_stands_in_words() -> None:
    (row,) = _made(_case(GRAVE))[0]["value"]
    assert row["Category"] is None
    assert row["Comments"].endswith("national")
    assert row["DateUpdated"] == "2026-03-02T09:30:00+00:00"


def test_with_a_profile_a_category_is_what_the_operator_wrote_and_the_rest_stays_null() -> None:
    other = Assessment(1, 1, Classification.ILLEGAL_OTHER, by=1, at=AT, kind=IllegalKind.FRAUD,
                       viewed=Viewed.CONTENT)  # fmt: skip
    media, _ = _made(_case(GRAVE, other, replace(GRAVE, classification=Classification.BASELINE)), profile=PROFILE)
    assert [row["Category"] for row in media["value"]] == [2, 0, None]
    assert "/UK/" in media["@odata.context"]


@pytest.mark.parametrize(
    "said",
    [
        None,
        Assessment(1, 1, Classification.UNSET, by=1, at=AT),
        Assessment(1, 1, Classification.NOT_ASSESSED, by=1, at=AT, reason="link_expired"),
        replace(GRAVE, viewed=Viewed.ADDRESS_ONLY),
        Assessment(1, 1, Classification.ILLEGAL_OTHER, by=1, at=AT, kind=IllegalKind.FRAUD),
    ],
)  # fmt: skip
def test_what_nobody_assessed_after_viewing_has_no_category_and_no_comment(said: Assessment | None) -> None:
    (row,) = _made(_case(said), profile=PROFILE)[0]["value"]
    assert (row["Category"], row["Comments"], row["DateUpdated"]) == (None, None, None)
    assert not any(name.startswith("Is") or name.endswith("Identified") for name in row)


def test_there_is_no_media_no_photodna_no_address_and_no_person() -> None:
    address = item_facts("https://host.example/canary4711", "url", GRAVE)
    facts = dict.fromkeys(("note", "memo", "name", "by", "case_no", "description", "area", "category"), CANARY)
    case = view_case("PV-1", facts, [file_facts(DIGESTS, GRAVE) | facts, address], "police_hashes")
    files = EXPORTER.files(replace(_package(case), analyst_alias="Ana 4711"))
    for word in ("PhotoDNA", "host.example", "canary4711", CANARY, "Ana 4711", "9041"):
        for shape in (word, quote(word), word.encode().hex(), base64.b64encode(word.encode()).decode()):
            assert not any(shape.lower().encode() in body.lower() for body in files.values()), shape
    assert all(row["MediaFiles"] == [] for row in json.loads(files[MEDIA_FILE])["value"])


def test_a_case_without_a_digest_stops_the_package() -> None:
    bare = view_case("PV-2", {}, [item_facts("https://host.example/a", "url", GRAVE)], "police_hashes")
    for cases in ((bare,), (_case(GRAVE), bare), ()):
        with pytest.raises(RuleBroken):
            EXPORTER.files(_package(*cases))


def test_a_case_keeps_its_id_and_two_cases_have_two() -> None:
    first, second = _made(_case(GRAVE), _case(GRAVE, reference="PV-2"))[1]["value"]
    assert first["CaseID"] != second["CaseID"]
    assert _made(_case(None))[1]["value"][0]["CaseID"] == first["CaseID"]


@pytest.mark.parametrize(
    "wrong",
    [
        "", 'profile = ""', 'profile = "UK"\n[categories]\n', 'profile = ""\n[categories]\nnational = 1\n',
        PROFILE.replace("national", "unset"), PROFILE.replace("national", "not_assessed"),
        PROFILE.replace("national", "category_one"), PROFILE.replace("= 2", '= "2"'), PROFILE.replace("= 2", "= true"),
        PROFILE.replace("UK", "UK/../../x"), PROFILE.replace("UK", "$metadata#Cases"),
    ],
)  # fmt: skip
def test_a_profile_that_does_not_fit_is_refused(wrong: str) -> None:
    with pytest.raises(BadConfiguration, match=r"data/vics_profile\.toml"):
        read_profile(wrong)


def test_the_shipped_profile_is_unset() -> None:
    assert read_profile(SHIPPED).country == ""
