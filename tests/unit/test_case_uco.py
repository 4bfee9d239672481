"""`case.jsonld`: valid CASE 1.5.0 without a network, ids from external references alone, nothing of a person."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from exporters.case_uco import CONTEXT, case_jsonld
from exporters.package import CaseView, Package, file_facts, item_facts, view_case
from exporters.shared import Shared
from pipeline.delivery.pdf import words_in
from triage.assessment import Assessment, Classification, Viewed
from triage.errors import RuleBroken

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
GRAVE = Assessment(
    9041, 1, Classification.BASELINE, by=77, at=AT, viewed=Viewed.CONTENT, hosting_country="NL", hosting_source="whois"
)
WORDS = words_in("en")
ADDRESS = "https://user@host.example/a?x=1&fbclid=2#b"
DIGESTS = ("md5:" + "0a" * 16, "sha1:" + "1b" * 20, "sha256:" + "2c" * 32, "pdq:" + "3d" * 32)
FACTS = {
    "label": "csam_suspect", "escalate": "child_identified", "category": "csam", "reports": 2,
    "first_received": AT, "last_received": AT,
}  # fmt: skip
NO_SOCKET = """
import sys
def refuse(event, arguments):
    if event in ("socket.__new__", "socket.getaddrinfo", "socket.connect"):
        raise AssertionError("a socket was opened")
sys.addaudithook(refuse)
"""
VALIDATE = "from case_utils.case_validate import main; main()"
KINDS = {
    "url": ADDRESS, "onion": "http://" + "a" * 56 + ".onion/x", "ipfs": "ipfs://bafy/x", "handle": "@some.name",
    "invite": "https://chat.example/+abc", "phone": "+38761123456", "email": "some@mail.example", "file": "C:\\a.jpg",
    "platform": "somewhere",
}  # fmt: skip


def _package(*cases: CaseView, recipient: str = "police-rs") -> Package:
    return Package("lea", recipient, AT, "duty_to_report_crime", "investigate", cases)


def _case(reference: str = "BA-1", *items: dict[str, object], **facts: object) -> CaseView:
    return view_case(reference, FACTS | facts, items or (item_facts(ADDRESS, "url", GRAVE),), "police")


def _graph(*cases: CaseView) -> list[dict[str, Any]]:
    return list(json.loads(case_jsonld(_package(*cases), WORDS))["@graph"])


def _of(graph: list[dict[str, Any]], word: str) -> list[dict[str, Any]]:
    return [node for node in graph if word in node["@type"]]


def _everything() -> bytes:
    """Every kind of item, a hostile one, a file with digests, and a case in which nothing is known."""
    items = [item_facts(address, kind, None) for kind, address in KINDS.items()]
    items += [item_facts("https://host.example/\x00\u202e\ud800<\"'&]]>", "url", GRAVE), file_facts(DIGESTS, GRAVE)]
    told = _case("BA-1", *items, also_sent_to=("iccam", "police_brcko"))
    return case_jsonld(_package(told, CaseView("BA-2", {}, shared=(Shared(1, "BA-1", 2),))), WORDS)


def _validated(document: bytes, folder: Path) -> subprocess.CompletedProcess[str]:
    """As a stranger runs `case_validate`, without -w: a warning fails."""
    path = folder / "case.jsonld"
    path.write_bytes(document)
    command = [sys.executable, "-c", f"{NO_SOCKET}\n{VALIDATE}", "--built-version", "case-1.5.0", str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)


@pytest.mark.thorough
def test_case_validate_passes_offline_and_without_tolerating_warnings(tmp_path: Path) -> None:
    done = _validated(_everything(), tmp_path)
    assert (done.returncode, done.stdout) == (0, "Validation Report\nConforms: True\n"), done.stdout + done.stderr


@pytest.mark.slow
def test_the_same_check_finds_a_misspelt_word_and_a_wrong_value(tmp_path: Path) -> None:
    right = _everything()
    misspelt = _validated(right.replace(b"observable:fullValue", b"observable:fullValu"), tmp_path)
    assert misspelt.returncode == 1
    assert "NonExistentCDOConceptWarning" in misspelt.stderr
    wrong = _validated(right.replace(b'"types:hashMethod": "MD5"', b'"types:hashMethod": "PDQ"'), tmp_path)
    assert wrong.returncode == 1
    assert "Conforms: False" in wrong.stdout


def test_a_context_somewhere_else_would_be_fetched_and_the_check_would_see_it(tmp_path: Path) -> None:
    document = json.loads(_everything()) | {"@context": "http://context.example/case.jsonld"}
    done = _validated(json.dumps(document).encode(), tmp_path)
    assert done.returncode != 0
    assert "a socket was opened" in done.stderr


def test_the_context_stands_in_the_document_and_explains_every_word() -> None:
    document = json.loads(_everything())
    assert document["@context"] == dict(CONTEXT)
    words = set(re.findall(r'"([a-z-]+):[A-Za-z]+"', json.dumps(document["@graph"])))
    assert words <= set(CONTEXT)


def test_every_node_has_an_id_of_its_own_and_every_link_leads_to_one() -> None:
    graph = json.loads(_everything())["@graph"]
    ids = [node["@id"] for node in graph]
    assert len(set(ids)) == len(ids)
    assert set(re.findall(r'"@id": "([^"]+)"', json.dumps(graph))) == set(ids)
    assert all(one.startswith("urn:uuid:") and UUID(one).version == 5 for one in ids)


def test_ids_come_from_external_references_alone() -> None:
    other = _case("BA-1", item_facts("https://other.example/", "handle", None), reports=9, category="other")
    first, second = ({node["@id"] for node in _graph(case)} for case in (_case("BA-1"), other))
    assert first - second == {_of(_graph(_case("BA-1")), "cac-hotlines:ReportReviewAction")[0]["@id"]}
    assert not first & {node["@id"] for node in _graph(_case("BA-2"))}


def test_the_same_package_gives_the_same_bytes_in_plain_ascii() -> None:
    assert _everything() == _everything()
    assert all(char == "\n" or char.isprintable() for char in _everything().decode("ascii"))


def test_an_address_is_exact_and_a_digest_is_a_hash() -> None:
    graph = _graph(_case("BA-1", item_facts(ADDRESS, "url", GRAVE), file_facts(DIGESTS, None)))
    assert [node["observable:fullValue"] for node in _of(graph, "observable:URLFacet")] == [ADDRESS]
    hashes = {node["types:hashMethod"]: node["types:hashValue"]["@value"] for node in _of(graph, "types:Hash")}
    assert hashes == {"MD5": "0A" * 16, "SHA1": "1B" * 20, "SHA256": "2C" * 32}
    (content,) = _of(graph, "observable:ContentDataFacet")
    assert [one["@id"] for one in content["observable:hash"]] == [node["@id"] for node in _of(graph, "types:Hash")]
    assert [node["core:description"] for node in _of(graph, "observable:File")] == [["digest pdq:" + "3d" * 32]]


def test_only_what_a_person_assessed_is_an_action_and_no_person_is_named() -> None:
    items = [item_facts(ADDRESS, "url", said) for said in (GRAVE, None, replace(GRAVE, classification="unset"))]
    graph = _graph(_case("BA-1", *items))
    (action,) = _of(graph, "cac-hotlines:ReportReviewAction")
    assert action["core:description"] == [
        "classification: baseline", "viewed: content", "hosting_country: NL"
    ]  # fmt: skip
    assert action["action:endTime"]["@value"] == "2026-03-02T09:30:00+00:00"
    (hotline,) = _of(graph, "cac-hotlines:HotlineOrganization")
    assert action["action:performer"] == {"@id": hotline["@id"]}
    assert set(hotline) == {"@id", "@type"}
    assert not any("Person" in kind for node in graph for kind in node["@type"])


def test_what_a_machine_thought_is_called_suspected() -> None:
    (investigation,) = _of(_graph(_case()), "investigation:Investigation")
    assert investigation["investigation:investigationForm"] == "suspicious-activity"
    assert investigation["investigation:focus"] == [
        "suspected: csam_suspect", "suspected danger: child_identified", "reported as: csam",
    ]  # fmt: skip


def test_the_record_has_the_external_reference_as_its_exhibit_number_and_binds_items_to_actions() -> None:
    graph = _graph(_case())
    (record,), (report,) = _of(graph, "investigation:ProvenanceRecord"), _of(graph, "cac-hotlines:PublicReport")
    (url,), (review,) = _of(graph, "cac-hotlines:URLReference"), _of(graph, "cac-hotlines:ReportReviewAction")
    assert record["investigation:exhibitNumber"] == "BA-1"
    assert record["core:object"] == [{"@id": report["@id"]}, {"@id": url["@id"]}]
    assert review["action:object"] == [{"@id": url["@id"]}]
    assert review["action:result"] == [{"@id": record["@id"]}]
    assert report["cac-hotlines:hasEvidence"] == [{"@id": url["@id"]}]


def test_nothing_that_is_not_allowed_is_in_it() -> None:
    planted = dict.fromkeys(("note", "memo", "by", "name", "case_no", "description", "channel"), "Kanarinac 4711")
    case = _case("BA-1", item_facts(ADDRESS, "url", GRAVE) | planted, **planted)
    body = case_jsonld(replace(_package(case), analyst_alias="Ana 4711"), WORDS)
    assert b"4711" not in body
    assert b"9041" not in body


def test_a_package_without_cases_is_refused() -> None:
    with pytest.raises(RuleBroken):
        case_jsonld(_package(), WORDS)


def test_recipients_are_named_beside_their_codes() -> None:
    graph = _graph(_case("BA-1", also_sent_to=("iccam", "police_brcko")))
    agencies = [node for node in _of(graph, "identity:Organization") if "core:name" in node]
    assert [(node["core:name"], node["core:description"]) for node in agencies] == [
        ("Police, Republika Srpska", ["code: police-rs"])
    ]
    (investigation,) = _of(graph, "investigation:Investigation")
    assert investigation["core:description"] == [
        "also sent to: iccam (INHOPE (ICCAM))", "also sent to: police_brcko (Police, Brčko District)",
    ]  # fmt: skip
