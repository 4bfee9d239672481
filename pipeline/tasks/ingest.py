"""Read one unit of input files into parts of rows, sealing what later stages must not read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.after_ingest import FILE_CHANGED
from pipeline.artefacts import ROWS, UNIT, Artefacts
from pipeline.carried import carried_with, digested, with_messages
from pipeline.channels._rejects import OUR_MISTAKES, reject
from pipeline.channels.base import CHUNK_ROWS, RawRows, RowReject
from pipeline.channels.jsonl import JsonLines
from pipeline.channels.registry import all_channels
from pipeline.hashing import Hasher
from pipeline.inputs import INCOMING, WHOLE, InputFile, sha256_of
from pipeline.intake import Accepted, check
from pipeline.keys import PublicKey
from pipeline.runs import Run
from pipeline.sealing import Sealer
from pipeline.stages.digest import Item
from pipeline.stages.ingest import FileFacts, reject_table, rows_table
from pipeline.store.envelopes import PARTS_PER_UNIT
from pipeline.tasks.base import ArtefactTarget, Needed, PartTask, place
from triage.errors import HotlineError, UnusableInput

CHANGED_ADVICE = "the file changed while it was read, or is gone: where it is, the next run reads it"


class Ingest(PartTask):
    """`part` is a unit's number here; its result is a small artefact that lists the parts it made."""

    stage = UNIT

    def output(self) -> ArtefactTarget:
        """The unit's list of parts."""
        return ArtefactTarget(self.folder, self.run_id, UNIT, self.part)

    def work(self) -> Needed:
        """Read every file of the unit; each part that is already whole is left as it is."""
        yield from ()
        app = self.app
        run = app.run(self.run_id)
        entered = app.workspace.root / INCOMING
        with Hasher() as hasher:
            writer = _Parts(
                app.artefacts(self.run_id), run, self.part, app.vault(), app.store.index_key, entered, hasher
            )
            for number, cut in run.units[self.part]:
                writer.piece(number, run.files[number], cut)
            writer.close()


@dataclass(slots=True)
class _Parts:
    """Collects chunks of files into parts and writes each part once it is full."""

    artefacts: Artefacts
    run: Run
    unit: int
    vault: PublicKey
    index_key: bytes
    entered: Path
    """Where lies what a person at work entered or mended: such rows may name their channel."""
    hasher: Hasher
    """For what rejects brought: their files may be gone once they are mended."""
    rows: list[pa.Table] = field(default_factory=list)
    sealed: list[pa.Table] = field(default_factory=list)
    rejects: list[pa.Table] = field(default_factory=list)
    first_row: int = 0
    parts: int = 0
    read: int = 0
    rejected: int = 0
    attachments: int = 0
    described: int = 0
    unheard: int = 0
    by_file: dict[int, int] = field(default_factory=dict)
    sealer: Sealer | None = None

    def piece(self, number: int, file: InputFile, cut: int) -> None:
        """Read one file, or one of its cuts, to the end."""
        path = Path(file.path)
        facts = FileFacts(number, self.run.rows_of(number), file.channel)
        entered = path.parent == self.entered
        trusted = entered and file.channel == JsonLines.name  # a table there is the public's, fed in again
        if not is_as_registered(path, file, cut):
            if entered:  # no reject: what a person entered is theirs to enter again
                raise UnusableInput(f"the rows of run {self.run.run_id} are gone with the process that held them")
            self._changed(number, facts)
            return
        channel = next(channel for channel in all_channels() if channel.name == file.channel)
        chunks = channel.read(path) if cut == WHOLE else channel.read_cut(path, file.cuts[cut])
        carried = carried_with(path) if entered else {}
        for raw in until_it_fails(chunks, 0 if cut == WHOLE else file.cuts[cut].first_row):
            if len(raw.row_numbers) > CHUNK_ROWS:
                raise HotlineError(f"channel {file.channel} handed over too many rows at once, more than {CHUNK_ROWS}")
            accepted = self._checked(with_messages(raw, carried), facts, trusted)
            attached = [
                carried[one.row].items if one.row in carried else () if entered
                else tuple(item for _, item in digested(channel.attached_to(path, one), self.hasher))
                for one in accepted.rejects
            ]  # fmt: skip
            self._take(accepted, attached, facts)

    def _changed(self, number: int, facts: FileFacts) -> None:
        """A file that changed since it was registered is left where it is and named; it stops nothing else.

        Raises UnusableInput where an earlier try had read some of it.
        """
        if any(one // PARTS_PER_UNIT == self.unit for one in self.artefacts.parts(ROWS)):
            raise UnusableInput(f"input file {number} of run {self.run.run_id} changed half-way: put the old one back")
        changed = RawRows((), {}, rejects=[RowReject(0, "", FILE_CHANGED, CHANGED_ADVICE)])
        self._take(self._checked(changed, facts, trusted=False), [()], facts)

    def _checked(self, raw: RawRows, facts: FileFacts, trusted: bool) -> Accepted:
        return check(raw, facts.channel, self.run.missing_time, alert=facts.channel == "sos", trusted=trusted)

    def _take(self, accepted: Accepted, attached: Sequence[Sequence[Item]], facts: FileFacts) -> None:
        """Add checked rows; `attached`: what came with each reject."""
        waiting = sum(table.num_rows for table in self.rows)
        if waiting and waiting + len(accepted.row_numbers) > CHUNK_ROWS:
            self._write()
        self.sealer = self.sealer or Sealer(self.vault)
        table, sealed = rows_table(
            accepted, facts, self.run.run_no, self.unit, self.first_row, self.sealer, self.index_key
        )
        self.first_row += table.num_rows
        self.read += table.num_rows + len(accepted.rejects)
        self.rejected += len(accepted.rejects)
        self.attachments += pc.sum(table["attachments"]).as_py() or 0
        self.described += table.num_rows - table["description"].null_count
        self.unheard += sum(accepted.unheard)
        self.by_file[facts.file_no] = self.by_file.get(facts.file_no, 0) + table.num_rows
        self.rows.append(table)
        self.sealed.append(sealed)
        if accepted.rejects:
            self.rejects.append(reject_table(accepted.rejects, attached, facts, self.sealer))

    def _write(self) -> None:
        if self.sealer is None:
            return
        number = self.unit * PARTS_PER_UNIT + self.parts
        if not self.artefacts.complete(ROWS, number):
            tables = {"rows": pa.concat_tables(self.rows)}
            if any(table.num_rows for table in self.sealed):
                tables["sealed"] = pa.concat_tables(self.sealed)
            if self.rejects:
                tables["rejects"] = pa.concat_tables(self.rejects)
            envelope = self.sealer.envelope
            self.artefacts.write(ROWS, number, tables, {"key_id": envelope.key_id, "wrapped": envelope.wrapped.hex()})
        self.parts += 1
        self.rows, self.sealed, self.rejects, self.sealer = [], [], [], None

    def close(self) -> None:
        """Write what is left and the unit's list."""
        self._write()
        facts = {
            "parts": self.parts, "read": self.read, "rejected": self.rejected, "files": self.by_file,
            "attachments": self.attachments, "described": self.described,
            "unheard": self.unheard,
        }  # fmt: skip
        self.artefacts.write(UNIT, self.unit, {}, facts)


def until_it_fails(chunks: Iterable[RawRows], last: int) -> Iterator[RawRows]:
    """The chunks of one file behind row `last`; where our own reader fails, a reject for the rest: one file nobody
    foresaw must not hold back the batch and every later one. Raises HotlineError and OSError as the reader does."""
    try:
        for raw in chunks:
            last = max([last, *raw.row_numbers[-1:], *(one.row for one in raw.rejects)])
            yield raw
    except HotlineError:
        raise
    except OUR_MISTAKES as error:
        failed = f"{type(error).__name__}{place(error)}"
        yield RawRows((), {}, rejects=[reject(last + 1, "reader_failed", {"program": failed})])


def is_as_registered(path: Path, file: InputFile, cut: int) -> bool:
    """Whether a file is still the one that was registered; a cut of a file that grew at its end still is."""
    if not path.is_file():
        return False
    if cut != WHOLE:
        return path.stat().st_size >= file.size and file.cuts[cut].is_in(path)
    return path.stat().st_size == file.size and sha256_of(path) == file.sha256
