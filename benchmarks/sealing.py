"""Seconds to make, seal and check a law-enforcement package of a case with 200 reports, in one process.

    python -m benchmarks.sealing

The case is invented: 200 reports, each with an address of its own and a redacted text. Every run makes other addresses,
so that nothing is remembered from the run before; the median of the runs counts, after one that loads what is loaded
once. Seconds of the clock stand beside those of the processor, since other work on the machine makes the first longer.
Nothing is asserted.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from exporters.base import Exporter
from exporters.case_uco import FILE as GRAPH_FILE
from exporters.case_uco import case_jsonld
from exporters.package import CaseView, ItemView, Package
from exporters.redacted_texts import RedactedText
from exporters.registry import all_exporters
from exporters.sealing import OpeningKey, SigningKey
from pipeline.delivery.packing import Agency, packed, seal_package, write_sealed
from pipeline.delivery.pdf import report_pdf, words_in
from pipeline.delivery.verifying import Means, verify_package
from pipeline.resources import text
from triage.redacting.redactor import Redacted

REPORTS = 200
RUNS = 7
WANTED_SECONDS = 3
_AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
_SAID = "Prije dva dana [NAME] je poslao ovaj link u grupu, vidjela sam slike i prijavljujem ih. " * 6
_Made = TypeVar("_Made")


@dataclass
class _Watch:
    """Seconds of clock and processor for each step of one run."""

    clock: dict[str, float] = field(default_factory=dict)
    cpu: dict[str, float] = field(default_factory=dict)

    def timed(self, step: str, work: Callable[[], _Made]) -> _Made:
        """Do a step and note what it took."""
        clock, cpu = time.monotonic(), time.process_time()
        made = work()
        self.clock[step], self.cpu[step] = time.monotonic() - clock, time.process_time() - cpu
        return made


def measure() -> None:
    """Print the table."""
    exporter = all_exporters(text)["lea"]
    own, agency = SigningKey.make("Hotline"), SigningKey.make("Agency")
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as folder:
        runs = [_run(exporter, own, agency, Path(folder) / str(run), run) for run in range(RUNS + 1)][1:]
    print(f"\n{f'a case of {REPORTS} reports, made and sealed':<48}{'seconds':>16}{'CPU s':>16}")
    for step in runs[0].clock:
        clock = statistics.median(run.clock[step] for run in runs)
        print(f"  {step:<46}{clock:>16.3f}{statistics.median(run.cpu[step] for run in runs):>16.3f}")
    whole = [sum(seconds for step, seconds in run.clock.items() if step != _CHECK) for run in runs]
    busy = [sum(seconds for step, seconds in run.cpu.items() if step != _CHECK) for run in runs]
    print(f"  {'made and sealed, all of it':<46}{statistics.median(whole):>16.3f}{statistics.median(busy):>16.3f}")
    print(f"  {'  the slowest of the runs':<46}{max(whole):>16.3f}{max(busy):>16.3f}")
    print(f"  wanted: at most {WANTED_SECONDS} seconds")


_CHECK = "opened and every byte checked again"


def _run(exporter: Exporter, own: SigningKey, agency: SigningKey, folder: Path, run: int) -> _Watch:
    watch, made = _Watch(), _package(run)
    to = Agency(agency.certificate, agency.certificate.fingerprint)
    files = watch.timed("files of the exporter", lambda: exporter.files(made))
    report = watch.timed("report as PDF/A", lambda: report_pdf(made))
    graph = watch.timed("graph as CASE/UCO", lambda: case_jsonld(made, words_in(made.language)))
    whole = {**files, "0-read-first.pdf": report, GRAPH_FILE: graph}
    package = watch.timed("bag and tar", lambda: packed(whole, "package-20260302-1A2B3C4D", _AT, {}))
    sealed = watch.timed("signature and encryption", lambda: seal_package(package, to, own, datetime.now(UTC)))
    path = watch.timed("on the disk", lambda: write_sealed(sealed, folder))
    means = Means(own.certificate, OpeningKey(agency.stored()))
    checked = watch.timed(_CHECK, lambda: verify_package(path, means))
    if checked.findings or not checked.signed:
        raise RuntimeError("the package that was measured is not whole")
    return watch


def _package(run: int) -> Package:
    items = tuple(
        ItemView({"address": f"https://slike{run}.example/album/{number}", "kind": "url", "is_source": number == 0,
                  "classification": "national", "viewed": "content", "assessed_at": _AT + timedelta(minutes=number)})
        for number in range(REPORTS)
    )  # fmt: skip
    texts = tuple(
        RedactedText(number, "bs", "police", Redacted(f"{run}-{number} {_SAID}", ()))
        for number in range(1, REPORTS + 1)
    )  # fmt: skip
    facts = {
        "label": "csam_suspect", "escalate": "child_identified", "reason_codes": ("reporter_category",),
        "category": "csam", "channel": "webform", "area": "BA-BD-Brčko", "reports": REPORTS,
        "first_received": _AT, "last_received": _AT + timedelta(days=3),
    }  # fmt: skip
    case = CaseView("LEA-2026-0001", facts, items, (), texts)
    return Package("lea", "police-brcko", _AT, "duty_to_report_crime", "safeguard_child", (case,))


if __name__ == "__main__":
    measure()
