"""The reports in a mail's text: lines of addresses, a filled-in list of `key: value`, or free text.

Whatever the text says ends up in some field: lines that fit no form join the description.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from pipeline.channels._csv_layout import looks_like_address
from pipeline.channels._headings import field_of, plain_name

_KEY_END = re.compile(r"[:=](?!//)")
_LONGEST_KEY_CHARS = 60
_MARKS = "> \t*-"
_LONG_FIELDS = frozenset({"location", "description"})
_TELLING_FIELDS = frozenset({"location", "description", "category"})
_LIST_HEADING = ("url", "referer")

Report = tuple[dict[str, str], dict[str, str]]
"""Fields and extra, name to text."""


def reports_in(subject: str, text: str) -> list[Report]:
    """At least one report; several only if the text has several `URL;REFERER;NOTE` lines."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    free_text: Report = ({"description": _joined(subject, text.strip())}, {})
    return _listed(subject, lines) or _filled_in(subject, lines) or [free_text]


def _listed(subject: str, lines: list[str]) -> list[Report]:
    """One report per `URL;REFERER;NOTE` line; other lines join the first, lest a mail's words count once per line."""
    found: list[Report] = []
    other: list[str] = []
    headed = False
    for line in lines:
        cells = [cell.strip() for cell in line.lstrip("> \t").split(";")]
        if tuple(plain_name(cell) for cell in cells[:2]) == _LIST_HEADING:
            headed = True
        elif _is_address_line(cells, headed):
            note = "; ".join(cell for cell in cells[2:] if cell)
            fields = {"location": cells[0], "description": _joined(subject, note)}
            found.append((fields, {"referer": cells[1]} if any(cells[1:2]) else {}))
        else:
            other.append(line)
    if found:
        fields = found[0][0]
        fields["description"] = _joined(fields["description"], "\n".join(other).strip())
    return found


def _is_address_line(cells: list[str], headed: bool) -> bool:
    """An address, then nothing or the page it was found on; after a heading anything may follow the address."""
    if not cells[0] or " " in cells[0] or not looks_like_address(cells[0]):
        return False
    return headed or (len(cells) > 1 and (not cells[1] or looks_like_address(cells[1])))


def _filled_in(subject: str, lines: list[str]) -> list[Report]:
    """One report if at least two fields are named, one of them telling what was found."""
    said: dict[str, list[str]] = {}
    rest: list[str] = []
    open_field = ""
    for line in lines:
        key = _KEY_END.search(line, 0, _LONGEST_KEY_CHARS)
        field = field_of(line[: key.start()].strip(_MARKS)) if key else None
        if key and field and (field not in said or field in _LONG_FIELDS):
            said.setdefault(field, []).append(line[key.end() :].strip(" \t*"))
            open_field = field if field in _LONG_FIELDS else ""
        elif open_field == "description" or (open_field and line.strip()):
            said[open_field].append(line.rstrip())
        else:
            open_field = ""
            rest.append(line.rstrip())
    if len(said) < 2 or not _TELLING_FIELDS & said.keys():
        return []
    fields = _without_empty({field: "\n".join(values).strip() for field, values in said.items()})
    fields["description"] = _joined(subject, fields.get("description", ""), "\n".join(rest).strip())
    return [(fields, {})]


def _joined(*pieces: str) -> str:
    return "\n".join(piece for piece in pieces if piece)


def _without_empty(values: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in values.items() if text}
