"""Redact a file's descriptions without a workspace: the same redactor as of every export and screen, nothing kept.

Chunk by chunk as the channel hands them over, so memory does not grow with the file. A row without a description
gets an empty text; a text that must not be shown gets an empty text and the reason. A row's own contact fields are
masked wherever its description repeats them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.channels.base import RowReject
from pipeline.unstored import channel_of, unstored_rows
from triage.redacting.own import OwnContact
from triage.redacting.redactor import Redacted, Redactor


@dataclass(frozen=True, slots=True)
class RedactedReport:
    """One report's redacted description; `id` is the row's number where the file gave none."""

    id: str
    redacted: Redacted

    def as_json(self) -> str:
        """One line of JSON, in ASCII, with its LF: `id text spans`, and `withheld` where nothing may be shown.

        A span is `[start, end, kind, rule, role]`, offsets into the description as written; never the value.
        """
        said = self.redacted
        spans = [[span.start, span.end, span.kind, span.rule, span.role] for span in said.spans]
        line: dict[str, object] = {"id": self.id, "text": said.text, "spans": spans}
        if said.withheld is not None:
            line["withheld"] = said.withheld
        return json.dumps(line) + "\n"


@dataclass(frozen=True, slots=True)
class Chunk:
    """Redacted reports of one chunk's readable rows, and the rows that could not be read."""

    reports: tuple[RedactedReport, ...]
    rejects: tuple[RowReject, ...]


def redacted(path: Path, redactor: Redactor, recipient: str | None = None) -> Iterator[Chunk]:
    """Every report of one file, in order, as a recipient of this kind may see it (None: everything masked).

    Raises UnusableInput where no channel can read the file, ValueError for an unknown kind of recipient.
    """
    for accepted in unstored_rows(path, channel_of(path)):
        texts = [text or "" for text in accepted.columns["description"]]
        names = [given or str(row) for given, row in zip(accepted.columns["id"], accepted.row_numbers, strict=True)]
        own = [None if said is None else OwnContact.of(json.loads(said)) for said in accepted.contact]
        shown = redactor.redact_many(texts, recipient=recipient, own=own)
        reports = tuple(RedactedReport(name, one) for name, one in zip(names, shown, strict=True))
        yield Chunk(reports, tuple(accepted.rejects))
