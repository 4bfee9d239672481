"""`case.jsonld`: a package as CASE 1.5.0 / UCO 1.5.0 in JSON-LD, which police tools and `case_validate` read offline.

The `@context` stands in the document, so no reader fetches anything. Every id is a UUID of version 5 made from the
external references alone: equal packages give equal ids, and nothing of ours can be read out of one. No person is
named; what a machine thought is the topic of a `suspicious-activity`, and only what a person did is an action.

Besides UCO's, a node has the class of the CAC ontology's hotline module, release 3.0.0, where one fits (`PublicReport`,
`URLReference`, `ReportReviewAction`, `ForwardToLEAction`, `HotlineOrganization`). Its labels `confirmed` and
`false positive` are not used: what a person assessed is written in the words of triage.assessment.

Sources: the ontology files shipped with case-utils 0.18; Project-VIC-International/CAC-Ontology
`ontology/cacontology-hotlines.ttl`; reference/components.md §2.2. A digest UCO has no method for (PDQ) is a
description, since a hash method outside its list does not validate.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5

from exporters.package import FILE_KIND, CaseView, ItemView, Package, also_told
from exporters.shared import in_codes
from exporters.wording import Words
from triage.assessment import Classification
from triage.errors import RuleBroken

FILE = "case.jsonld"
CONTEXT: Mapping[str, str] = {
    "action": "https://ontology.unifiedcyberontology.org/uco/action/",
    "cac-hotlines": "https://cacontology.projectvic.org/hotlines#",
    "core": "https://ontology.unifiedcyberontology.org/uco/core/",
    "identity": "https://ontology.unifiedcyberontology.org/uco/identity/",
    "investigation": "https://ontology.caseontology.org/case/investigation/",
    "observable": "https://ontology.unifiedcyberontology.org/uco/observable/",
    "types": "https://ontology.unifiedcyberontology.org/uco/types/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
HASH_METHODS = {"md5": "MD5", "sha1": "SHA1", "sha256": "SHA256"}
"""Type of a digest to the word of UCO's HashNameVocab."""
_NAMESPACE = uuid5(NAMESPACE_URL, "urn:hotline-triage:case-uco")
_FACETS = {
    "url": ("observable:URL", "observable:URLFacet", "observable:fullValue"),
    "onion": ("observable:URL", "observable:URLFacet", "observable:fullValue"),
    "ipfs": ("observable:URL", "observable:URLFacet", "observable:fullValue"),
    "invite": ("observable:URL", "observable:URLFacet", "observable:fullValue"),
    "handle": ("observable:DigitalAccount", "observable:AccountFacet", "observable:accountIdentifier"),
    "phone": ("observable:PhoneAccount", "observable:PhoneAccountFacet", "observable:phoneNumber"),
    "email": ("observable:EmailAddress", "observable:EmailAddressFacet", "observable:addressValue"),
    FILE_KIND: ("observable:File", "observable:FileFacet", "observable:filePath"),
}
"""Kind of a locator to its class in UCO, the facet that holds its address, and the facet's property."""
_OTHER = ("observable:ObservableObject", "", "core:name")
_TOPICS = {"label": "suspected", "escalate": "suspected danger", "category": "reported as"}
"""Facts of a case that are suspected or were ticked, never established, and what each is called."""
_ALSO_TOLD = {
    "also_sent_to": "also sent to",
    "also_sent_part_to": "a part of it also sent to",
    "also_released_to": "also decided for, not known to be sent when this was made",
}
_ASSESSED = ("classification", "assessment_reason", "illegal_kind", "viewed", "hosting_country")
"""What a person said of an item, in the words of triage.assessment."""
_Node = dict[str, object]


def case_jsonld(package: Package, words: Words) -> bytes:
    """The package as one JSON-LD document in ASCII, a node a line in a fixed order: same package, same bytes.

    Give it what an exporter's `_contents` is given: cases redacted for police, whose addresses are exact. `words` names
    recipients beside their codes. Raises RuleBroken for a package without cases.
    """
    if not package.cases:
        raise RuleBroken("a CASE document needs at least one case")
    lines = ",\n".join(json.dumps(node, sort_keys=True) for node in _nodes(package, words))
    return f'{{"@context": {json.dumps(CONTEXT, sort_keys=True)},\n"@graph": [\n{lines}\n]}}\n'.encode("ascii")


def _nodes(package: Package, words: Words) -> Iterator[_Node]:
    every = " ".join(case.reference for case in package.cases)
    hotline = _node(every, "hotline", "identity:Organization", "cac-hotlines:HotlineOrganization")
    recipient = _node(every, "recipient", "identity:Organization") | {
        "core:name": words.recipient(package.recipient), "core:description": [f"code: {package.recipient}"],
    }  # fmt: skip
    yield from (hotline, recipient)
    for case in package.cases:
        yield from _case(case, package, words, hotline, recipient)


def _case(case: CaseView, package: Package, words: Words, hotline: _Node, recipient: _Node) -> Iterator[_Node]:
    """The investigation, what was reported, who assessed what when, and the record that binds them."""
    items = [_item(case, number, item) for number, item in enumerate(case.items, 1)]
    observed = [nodes[0] for nodes in items]
    report = _report(case, observed, hotline)
    record = _node(case.reference, "record", "investigation:ProvenanceRecord") | {
        "investigation:exhibitNumber": case.reference,
        "core:object": _links([report, *observed]),
    }
    actions = [*_assessments(case, hotline, record), _forwarding(case, package, hotline, recipient, record)]
    told = [f"{said}: {code} ({words.recipient(code)})"
            for name, said in _ALSO_TOLD.items() for code in also_told(case, name)]  # fmt: skip
    yield _node(case.reference, "investigation", "investigation:Investigation") | {
        "core:name": case.reference,
        "investigation:investigationForm": "suspicious-activity",
        "investigation:focus": [f"{said}: {case.facts[name]}" for name, said in _TOPICS.items() if name in case.facts],
        "core:object": _links([report, *observed, *actions, record]),
    } | ({"core:description": told} if told else {})
    yield report
    for nodes in items:
        yield from nodes
    yield from actions
    yield record


def _report(case: CaseView, observed: Sequence[_Node], hotline: _Node) -> _Node:
    """That the public reported it: how often and between when. Of who did there is nothing."""
    node = _node(case.reference, "report", "observable:Observation", "cac-hotlines:PublicReport") | {
        "core:name": "observe",  # UCO wants this word of every observation
        "cac-hotlines:receivedBy": _link(hotline),
        "cac-hotlines:hasEvidence": _links(observed),
        "action:result": _links(observed),
    }
    node |= _time("action:startTime", case.facts.get("first_received"))
    node |= _time("action:endTime", case.facts.get("last_received"))
    if case.shared:
        node["core:description"] = in_codes(case.shared)
    reports = case.facts.get("reports")
    if isinstance(reports, int):
        node["action:actionCount"] = {"@type": "xsd:nonNegativeInteger", "@value": str(reports)}
    return node


def _item(case: CaseView, number: int, item: ItemView) -> list[_Node]:
    """One observable, then its facets and hashes."""
    part, address, digests = f"item {number}", item.facts.get("address"), item.facts.get("digests")
    of_class, facet_class, name = _FACETS.get(str(item.facts.get("kind")), _OTHER)
    hotline_class = "cac-hotlines:URLReference" if of_class == "observable:URL" else "cac-hotlines:EvidenceItem"
    node = _node(case.reference, part, of_class, hotline_class)
    facets: list[_Node] = []
    hashes: list[_Node] = []
    if isinstance(address, str) and facet_class:
        facets.append(_node(case.reference, f"{part} address", facet_class) | {name: _writable(address)})
    elif isinstance(address, str):
        node[name] = _writable(address)
    if isinstance(digests, tuple | list):
        hashes = list(_hashes(case, part, digests))
        facets.append(
            _node(case.reference, f"{part} content", "observable:ContentDataFacet")
            | {"observable:hash": _links(hashes)}
        )
        node["core:description"] = [f"digest {each}" for each in digests if each.partition(":")[0] not in HASH_METHODS]
    return [node | {"core:hasFacet": _links(facets)}, *facets, *hashes]


def _hashes(case: CaseView, part: str, digests: Sequence[str]) -> Iterator[_Node]:
    for digest in digests:
        kind, _, digits = digest.partition(":")
        if kind in HASH_METHODS:
            yield _node(case.reference, f"{part} {kind}", "types:Hash") | {
                "types:hashMethod": HASH_METHODS[kind],
                "types:hashValue": {"@type": "xsd:hexBinary", "@value": digits.upper()},
            }


def _assessments(case: CaseView, hotline: _Node, record: _Node) -> Iterator[_Node]:
    """One action for every item somebody assessed; the performer is the hotline, never a person."""
    for number, item in enumerate(case.items, 1):
        if item.facts.get("classification") in (None, Classification.UNSET):
            continue
        said = [f"{name}: {item.facts[name]}" for name in _ASSESSED if name in item.facts]
        yield _node(
            case.reference, f"assessment {number}", "investigation:InvestigativeAction",
            "cac-hotlines:ReportReviewAction",
        ) | {
            "core:name": "assessment",
            "core:description": said,
            "action:performer": _link(hotline),
            "action:object": [{"@id": _id(case.reference, f"item {number}")}],
            "action:result": [_link(record)],
        } | _time("action:endTime", item.facts.get("assessed_at"))  # fmt: skip


def _forwarding(case: CaseView, package: Package, hotline: _Node, recipient: _Node, record: _Node) -> _Node:
    """That the package was made for this recipient, on which basis and asking for what; not yet that it arrived."""
    action = ("investigation:InvestigativeAction", "cac-hotlines:ForwardToLEAction")
    return _node(case.reference, "forwarding", *action) | {
        "core:name": "package made",
        "core:description": [f"legal basis: {package.basis}", f"asked: {package.asked}"],
        "action:performer": _link(hotline),
        "action:participant": [_link(recipient)],
        "action:object": [_link(record)],
        "cac-hotlines:forwardsTo": _link(recipient),
    } | _time("action:startTime", package.made_at)  # fmt: skip


def _node(reference: str, part: str, *classes: str) -> _Node:
    return {"@id": _id(reference, part), "@type": list(classes)}


def _id(reference: str, part: str) -> str:
    """An id of its own for one part of what a reference names."""
    return uuid5(_NAMESPACE, f"{reference}/{part}").urn


def _link(node: _Node) -> dict[str, object]:
    return {"@id": node["@id"]}


def _links(nodes: Sequence[_Node]) -> list[dict[str, object]]:
    return [_link(node) for node in nodes]


def _time(name: str, given: object) -> _Node:
    """A time in UTC; nothing where the time is not known exactly."""
    if not isinstance(given, datetime):
        return {}
    return {name: {"@type": "xsd:dateTime", "@value": given.astimezone(UTC).isoformat()}}


def _writable(address: str) -> str:
    """An address as it is; half of a surrogate pair, which no UTF-8 text can hold, is written out as an escape."""
    return address.encode("utf-8", errors="backslashreplace").decode()
