"""Writes the sample's JSON documents: web form submissions, hand-overs, SOS alerts, items assigned by INHOPE."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from pipeline.sample.calendar import as_utc
from pipeline.sample.history import SampleReport
from pipeline.sample.rows import Key, Written, category_word, fields, of_way, own_id

Words = Mapping[str, Mapping[str, str]]

HELPLINE = "Blue Line (sample)"
ALARM_CENTRES = ("Safe House North (sample)", "Safe House South (sample)")
_FIRST_CONTENT_ID = 700_000


def documents(reports: Sequence[SampleReport], words: Words) -> Written:
    """All files of this module."""
    written = Written()
    for report in of_way(reports, "webform"):
        written.add(_submission(report, words))
    for (year, quarter), group in groupby(of_way(reports, "helpline"), _quarter):
        written.add(_hand_over(f"blue-line-{year}-q{quarter}.handover.json", list(group), words))
    for report in of_way(reports, "sos"):
        written.add(_alert(report))
    for year, items in groupby(of_way(reports, "iccam"), lambda report: report.received_at.year):
        written.add(_assigned(f"assigned-{year}.iccam.json", items))
    return written


def _submission(report: SampleReport, words: Words) -> Written:
    values: dict[str, Any] = dict(fields(report, "site", words))
    given_id, received_at = values.pop("id"), values.pop("received_at")
    if "attachments" in values:
        values["attachments"] = json.loads(values["attachments"])
    name = f"webform/submission-{report.number:04d}.json"
    content = {"form": "hotline-web", "version": 1, "submitted_at": received_at, "id": given_id, "fields": values}
    return Written({name: _json(content)}, {report.number: Key("webform", "site", given_id, name)})


def _hand_over(name: str, reports: Sequence[SampleReport], words: Words) -> Written:
    content = {
        "handover": 1,
        "organisation": HELPLINE,
        "handed_over_at": reports[-1].received_at.isoformat(),
        "reports": [_handed_over(report, words) for report in reports],
    }
    keys = {report.number: Key("helpline", HELPLINE, own_id(report), name) for report in reports}
    return Written({name: _json(content)}, keys)


def _handed_over(report: SampleReport, words: Words) -> dict[str, Any]:
    contact = report.contact
    item: dict[str, Any] = {
        "reference": own_id(report),
        "summary": report.description,
        "addresses": [] if not report.location else report.location.split("\n"),
        "caller_group": report.reporter_group or None,
        "category": category_word(report, words) or None,
        "wants_answer": contact is not None,
        "area": report.area or None,
    }
    if contact:
        safe = bool(report.number % 5)
        item["contact"] = {"name": contact.name, "email": contact.email, "phone": contact.phone, "safe": safe}
    return item


def _alert(report: SampleReport) -> Written:
    organisation = ALARM_CENTRES[report.number % 2]
    given_id, name = own_id(report), f"alert-{report.number:04d}.sos.json"
    content = {
        "alert": "sos",
        "organisation": organisation,
        "place": report.area or "BA-FBiH-Kanton Sarajevo",
        "at": report.received_at.isoformat(),
        "id": given_id,
    }
    if report.description:
        content["note"] = report.description
    return Written({name: _json(content)}, {report.number: Key("sos", organisation, given_id, name)})


def _assigned(name: str, reports: Iterable[SampleReport]) -> Written:
    written, contents = Written(), []
    for report in reports:
        number = _FIRST_CONTENT_ID + report.number
        contents.append(
            {
                "contentId": number,
                "reportId": _FIRST_CONTENT_ID // 2 + report.number,
                "countryAssignmentDate": as_utc(report.received_at),
                "assignedCountryCode": "BA",
                "url": {
                    "urlString": report.location,
                    "isSourceUrl": bool(report.number % 2),
                    "hostingCountryCode": "BA",
                },
                "referrerUrl": None if report.number % 3 else "https://upucuje.example/",
                "memo": report.description,
                "assessments": [],
                "actions": [],
            }
        )
        written.keys[report.number] = Key("iccam", "ICCAM", str(number), name)
    written.files[name] = _json({"contents": contents})
    return written


def _quarter(report: SampleReport) -> tuple[int, int]:
    return report.received_at.year, (report.received_at.month + 2) // 3


def _json(content: Mapping[str, Any]) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()
