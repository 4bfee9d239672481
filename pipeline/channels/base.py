"""What a channel is: it recognises its files and turns one into columns of text, saying which rows it could not read.

A channel decides nothing about a report. It maps its own words to the field names of `triage.report.FIELDS`, keeps
what it does not know under `extra`, and hands over text; `pipeline.intake` checks values for all channels alike.
"""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import ClassVar, TypeAlias

from pipeline.attachments import Attached, beside, of_rows

CHUNK_ROWS = 50_000
"""Most rows handed over at once; also the most rows of one artefact part (DESIGN §1)."""
CUT_DIGEST_BYTES = 16
HEAD_BYTES = 65_536
"""How much of a file `recognises` may look at."""
MAX_FIELD_CHARS = 1_000_000
"""A longer field is a reject (`field_too_long`): no reporter writes a megabyte, and one cell must not stop a batch."""
TWO_READINGS = "two_readings"
"""In a row's `charset_problem`: its text stands twice, since nobody can say which way of unpacking it is right."""

Column: TypeAlias = Sequence[str | None]


@dataclass(frozen=True, slots=True)
class RowReject:
    """One row that could not become a report.

    `field` is a field name or "" for the whole row. `reason` is a short code, `advice` says what a person can do.
    Neither holds a value of the row: those are in `values` (field name to text, or `raw` for bytes that are no text),
    which intake seals at once.
    """

    row: int
    field: str
    reason: str
    advice: str
    values: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RawRows:
    """At most `CHUNK_ROWS` rows as the file said them: all columns have the length of `row_numbers`.

    `row_numbers` count from 1 within the file (a CSV's first data row is 1, an mbox's first message is 1) and are what
    a reject names. `columns` holds names of `triage.report.FIELDS` only; `extra` what the file said besides. `raw`,
    where a channel keeps it (e-mail), is the message byte for byte. `None` means: not said.
    """

    row_numbers: Sequence[int]
    columns: Mapping[str, Column]
    extra: Mapping[str, Column] = dataclasses.field(default_factory=dict)
    raw: Sequence[bytes | None] | None = None
    rejects: Sequence[RowReject] = ()


@dataclass(frozen=True, slots=True)
class Cut:
    """A stretch of a file that can be read by itself: bytes `start` to `end`, its first row being `first_row`.

    `encoding` is what the whole file is in, `digest` (BLAKE2b, hex) what these bytes were when the file was registered.
    """

    start: int
    end: int
    first_row: int
    encoding: str
    digest: str

    def is_in(self, path: Path) -> bool:
        """Whether these bytes still stand in the file, whatever came behind them. Raises OSError."""
        with path.open("rb") as file:
            file.seek(self.start)
            found = file.read(self.end - self.start)
        return blake2b(found, digest_size=CUT_DIGEST_BYTES).hexdigest() == self.digest


class Channel(ABC):
    """One way reports come in. Subclasses carry no state between files."""

    name: ClassVar[str]
    """The word stored as `channel` where a row does not say its own."""
    rank: ClassVar[int] = 1
    """0 for a format with a signature of its own, 1 for the rest, 2 for catch-alls (CSV)."""
    reads_empty: ClassVar[bool] = False
    """Whether an empty file of this channel is a reject of its own instead of a file left where it is."""

    @abstractmethod
    def recognises(self, path: Path, head: bytes) -> bool:
        """Whether this file, by its name and its first `HEAD_BYTES`, is for this channel. Never raises."""

    @abstractmethod
    def read(self, path: Path) -> Iterator[RawRows]:
        """Every row of the file, in order, each exactly once as a row or as a reject.

        Damage inside the file becomes rejects and reading goes on as far as it can; only an operating-system error
        reading the file may raise (OSError). Memory stays flat as files grow, except where a format is one document.
        """

    def cuts(self, path: Path) -> tuple[Cut, ...]:
        """Where a large file may be cut so that its stretches are read in parallel; empty where it may not.

        A function of the file's bytes alone, so that every run cuts alike.
        """
        del path
        return ()

    def read_cut(self, path: Path, cut: Cut) -> Iterator[RawRows]:
        """Every row of one stretch `cuts` answered. Raises OSError."""
        del path, cut
        raise ValueError(f"files of channel {self.name} are not cut")

    def attached(self, path: Path, cut: Cut | None = None) -> Iterator[Attached]:
        """What came with the rows of a file (or of one of its cuts), for digests; nothing of it is kept.

        Here: the files that the field `attachments` names, in or below the file's own folder. Raises OSError only where
        the file itself cannot be read.
        """
        for rows in self.read(path) if cut is None else self.read_cut(path, cut):
            said = rows.columns.get("attachments")
            if said and any(said):
                yield from of_rows(path.parent, rows.row_numbers, said)

    def attached_to(self, path: Path, reject: RowReject) -> Iterator[Attached]:
        """The same for one row that became a reject: once it is mended, the files may be gone. Raises OSError."""
        return beside(path.parent, reject.row, reject.values.get("attachments"))
