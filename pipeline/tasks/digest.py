"""Digest what came with the reports of one unit, and ask the known-hash lists; only for units that have any.

Bytes are read into memory from the input folder, digested, and forgotten; pictures are decoded in a child process with
limits (`pipeline.hashing`), so that a hostile picture costs one item its perceptual signals and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from pipeline.artefacts import ROWS, UNIT, Artefacts
from pipeline.attachments import NOT_HERE
from pipeline.carried import carried_with, digested
from pipeline.channels.registry import all_channels
from pipeline.hashing import Hasher
from pipeline.inputs import INCOMING, WHOLE
from pipeline.lists.flood import Matched
from pipeline.lists.matching import Lists, match_signals
from pipeline.runs import Run
from pipeline.stages.digest import FLOOD, MATCHES, Item, digest, expected, missing
from pipeline.store.envelopes import PARTS_PER_UNIT
from pipeline.tasks.base import ArtefactTarget, Needed, PartTask
from pipeline.tasks.ingest import Ingest, is_as_registered

DIGEST = "digest"
_WANTED = ("file_no", "row", "report_id", "attachments")


class Digest(PartTask):
    """`part` is a unit's number; done when the unit's items are an artefact."""

    stage = DIGEST

    def requires(self) -> Ingest:
        """The unit read: which rows name attachments."""
        return Ingest(run_id=self.run_id, part=self.part)

    def output(self) -> ArtefactTarget:
        """The unit's items, signals and matches."""
        return ArtefactTarget(self.folder, self.run_id, DIGEST, self.part)

    def work(self) -> Needed:
        """Digest every attachment of the unit, one in memory at a time."""
        yield from ()
        app, artefacts = self.app, self.app.artefacts(self.run_id)
        run, wanted = app.run(self.run_id), expected(_rows(artefacts, self.part))
        lists = Lists.open(app, run.now)
        items: list[Item] = []
        with Hasher() as hasher:
            entered = app.workspace.root / INCOMING
            for number, row, item in _items(run, self.part, {file_no for file_no, _ in wanted}, entered, hasher):
                report_id, _ = wanted.get((number, row), (0, 0))
                if report_id:
                    items.append(_answered(report_id, item, lists))
        items += missing(wanted.values(), items, NOT_HERE)
        fresh = [(one.list_no, one.version, one.entry, one.digest, one.item) for one in lists.flood.fresh]
        artefacts.write(DIGEST, self.part, digest(items, fresh), {"items": len(items)})


def has_attachments(artefacts: Artefacts, unit: int) -> bool:
    """Whether a unit that was read has anything to digest."""
    return bool(artefacts.facts(UNIT, unit).get("attachments"))


def listed(artefacts: Artefacts, part: int) -> dict[int, str]:
    """What lists say of a part's rows (by place in the part), as `level list@version` lines; only where they do."""
    unit = part // PARTS_PER_UNIT
    if not has_attachments(artefacts, unit):
        return {}
    found = artefacts.read(DIGEST, unit, MATCHES).to_pylist()
    if not found:
        return {}
    said: dict[int, set[str]] = {}
    for match in found:
        said.setdefault(match["report_id"], set()).add(f"{match['level']} {match['list']}@{match['version']}")
    ids = artefacts.read(ROWS, part, "rows", ("report_id",))["report_id"].to_pylist()
    return {row: "\n".join(sorted(said[report_id])) for row, report_id in enumerate(ids) if report_id in said}


def flooding(artefacts: Artefacts, units: int) -> list[Matched]:
    """What the flood guard is to remember of a whole run. It is told when the batch is committed, never before: a unit
    that is digested again after a crash must not count its own matches twice."""
    found: list[Matched] = []
    for unit in range(units):
        if has_attachments(artefacts, unit):
            rows = artefacts.read(DIGEST, unit, FLOOD).to_pylist()
            found += [Matched(**row) for row in rows]
    return found


def _rows(artefacts: Artefacts, unit: int) -> pa.Table:
    parts = range(int(str(artefacts.facts(UNIT, unit)["parts"])))
    return pa.concat_tables(artefacts.read(ROWS, unit * PARTS_PER_UNIT + part, "rows", _WANTED) for part in parts)


def _items(run: Run, unit: int, files: set[int], entered: Path, hasher: Hasher) -> Iterator[tuple[int, int, Item]]:
    """File number, row and item, for the files of a unit that have any; one that changed since or is gone has none.

    What a person entered or mended lies beside no attachment: it brings along what was digested before.
    """
    channels = {channel.name: channel for channel in all_channels()}
    for number, cut in run.units[unit]:
        file, path = run.files[number], Path(run.files[number].path)
        if number not in files or not is_as_registered(path, file, cut):
            continue
        if path.parent == entered:
            yield from ((number, row, item) for row, one in carried_with(path).items() for item in one.items)
            continue
        piece = None if cut == WHOLE else file.cuts[cut]
        for row, item in digested(channels[file.channel].attached(path, piece), hasher):
            yield number, row, item


def _answered(report_id: int, item: Item, lists: Lists) -> Item:
    if not item.signals:
        return replace(item, report_id=report_id)
    answers = tuple(
        (one.list, one.entry, one.type, one.form, one.version, one.distance, one.threshold, one.opinion, str(one.level))
        for one in match_signals(lists, item.signals)
    )
    return replace(item, report_id=report_id, answers=answers)
