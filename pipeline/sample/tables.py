"""Writes the sample's spreadsheets and JSON Lines: five CSV dialects a hotline really meets, and one JSONL export."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence

from pipeline.sample.history import SampleReport
from pipeline.sample.rows import Key, Written, attachments, fields, of_way, own_id

Words = Mapping[str, Mapping[str, str]]

BOSNIAN_HEADINGS = {
    "oznaka": "id", "izvor": "source", "vrijeme": "received_at", "kategorija": "category", "adresa": "location",
    "opis": "description", "jezik": "language", "prijavitelj": "reporter_group", "ime": "contact_name",
    "email": "contact_email", "telefon": "contact_phone", "siguran_kontakt": "contact_is_safe",
    "vrijeme_za_kontakt": "best_time", "kako_da_vas_zovemo": "name_to_use",
    "policija_moze_kontaktirati": "police_may_contact_me", "područje": "area", "moje_dijete": "concerns_own_child",
    "prilozi": "attachments",
}  # fmt: skip
"""Heading of the Bosnian register to field name."""
_FIELDS = tuple(BOSNIAN_HEADINGS.values())
_SCART_HEADINGS = ("URL", "REFERER", "WORKUSER-EMAIL", "REFERENCE", "SOURCE", "TYPE")
_BYTE_ORDER_MARK = "\ufeff"
_BOOLEANS = ("contact_is_safe", "police_may_contact_me", "concerns_own_child")
_YES_NO = {"true": "da", "false": "ne"}
_WORKER = "radnik1@hotline.example"


def tables(reports: Sequence[SampleReport], words: Words) -> Written:
    """All files of this module."""
    written = Written()
    written.add(_register(of_way(reports, "register"), words))
    for way, name, separator, encoding in (
        ("web_2025", "web-export-2025.csv", ",", "utf-8"),
        ("web_2026", "web-export-2026.csv", ",", "utf-8-sig"),
        ("school", "school-portal.csv", "\t", "utf-16-le"),
    ):
        source = "school-portal" if way == "school" else "web"
        chosen = of_way(reports, way)
        rows = [[values.get(field, "") for field in _FIELDS] for values in _values(chosen, source, words)]
        text = (_BYTE_ORDER_MARK if encoding == "utf-16-le" else "") + _csv(_FIELDS, rows, separator)
        written.add(_part(name, text.encode(encoding), chosen, "csv", source))
    written.add(_scart(of_way(reports, "scart")))
    written.add(_json_lines(of_way(reports, "app"), words))
    return written


def _values(reports: Iterable[SampleReport], source: str, words: Words) -> list[dict[str, str]]:
    return [fields(report, source, words) for report in reports]


def _register(reports: Sequence[SampleReport], words: Words) -> Written:
    rows = []
    for values in _values(reports, "register", words):
        values |= {name: _YES_NO[values[name]] for name in _BOOLEANS if name in values}
        rows.append([values.get(field, "") for field in BOSNIAN_HEADINGS.values()])
    text = _csv(tuple(BOSNIAN_HEADINGS), rows, ";")
    return _part("register-2024.csv", text.encode("cp1250"), reports, "csv", "register")


def _scart(reports: Sequence[SampleReport]) -> Written:
    referers = ("", "https://upucuje.example/")
    rows = [[row.location, referers[row.number % 2], _WORKER, own_id(row), "scart", "url"] for row in reports]
    return _part("scart-export.csv", _csv(_SCART_HEADINGS, rows, ";").encode(), reports, "csv", "scart")


def _json_lines(reports: Sequence[SampleReport], words: Words) -> Written:
    lines = []
    for report, values in zip(reports, _values(reports, "app", words), strict=True):
        row: dict[str, object] = dict(values)
        row |= {name: values[name] == "true" for name in _BOOLEANS if name in values}
        if report.attachments:
            row["attachments"] = attachments(report)
        lines.append(json.dumps(row, ensure_ascii=False) + "\n")
    return _part("app-reports.jsonl", "".join(lines).encode(), reports, "jsonl", "app")


def _csv(headings: Sequence[str], rows: Iterable[Sequence[str]], separator: str) -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows(rows)
    return text.getvalue()


def _part(name: str, content: bytes, reports: Iterable[SampleReport], channel: str, source: str) -> Written:
    return Written({name: content}, {report.number: Key(channel, source, own_id(report), name) for report in reports})
