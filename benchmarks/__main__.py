"""`make bench`: the project's figures, measured here and now, beside named peers in the same run.

    python -m benchmarks [PART...] [--rows 1000000] [--folder DIR]

Parts: speed, peer, growth, waiting, real (the whole pipeline); addresses, pictures, search (duplicates); formats and
sealing (what leaves). Without a name all are measured (about half an hour). Nothing here is a test: no figure is
asserted.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks import addresses, formats, pictures, real, sealing, search
from benchmarks.measure import MIB, Cost, hotline, watched
from benchmarks.streams import write_stream
from benchmarks.waiting import Person

TARGETS = {False: 40_000, True: 6_000}


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description="Benchmarks of the pipeline")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"any of {', '.join(MEASURES)} (default: all)")
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of the largest stream")
    parser.add_argument("--folder", help="where streams and workspaces go (default: a temporary folder)")
    given = parser.parse_args()
    parts = given.parts or list(MEASURES)
    print(f"2 workers on {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} at the start")
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as temporary:
        folder = Path(given.folder or temporary)
        folder.mkdir(parents=True, exist_ok=True)
        for part in parts:
            MEASURES[part](folder, given.rows)


def speed(folder: Path, largest: int) -> None:
    """Input file to committed store, URL-only and with texts."""
    _title("input file to committed store", "reports/s", "seconds", "CPU s", "peak MiB (PSS)", "load")
    for texts in (False, True):
        for rows in (largest // 100, largest // 10, largest):
            cost = _run(folder, rows, texts=texts, seed=1)
            name = f"{rows:,} {'with texts' if texts else 'URL-only'}"
            _row(name, f"{rows / cost.seconds:,.0f}", *_figures(cost))
    print(f"  wanted at {largest:,}: {TARGETS[False]:,}/s URL-only, {TARGETS[True]:,}/s with texts, at most 1,536 MiB")


def peer(folder: Path, rows: int) -> None:
    """The same URL-only file through pandas, w3lib and SQLite."""
    ours = _run(folder, rows, texts=False, seed=1)
    command = [
        sys.executable,
        "-m",
        "benchmarks.peer",
        str(_stream(folder, rows, False, 1)),
        str(folder / "peer.sqlite3"),
    ]
    script = float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    _title(f"whole pipeline against the script, {rows:,} URL-only", "seconds", "ratio")
    _row("pandas + w3lib + SQLite", f"{script:.1f}", "1.00")
    _row("this pipeline, all of it", f"{ours.seconds:.1f}", f"{ours.seconds / script:.2f}")


def growth(folder: Path, rows: int) -> None:
    """Ten streams into one store: what the last costs against the first."""
    workspace = _workspace(folder / "growth")
    seconds = []
    _title(f"ten times {rows:,} URL-only into one store", "seconds", "of the first")
    for number in range(1, 11):
        stream = _stream(folder, rows, False, number)
        cost = watched(hotline(workspace, "run", str(stream), "--batch", f"b{number}", "--after-ingest", "keep"))
        stream.unlink()
        seconds.append(cost.seconds)
        _row(f"batch {number}", f"{cost.seconds:.1f}", f"{cost.seconds / seconds[0]:.2f}")
    print("  wanted: the tenth at most 1.30 times the first")


def waiting(folder: Path, rows: int) -> None:
    """A person's acts while a batch is committed."""
    workspace = _workspace(folder / "waiting")
    person = Person(Path(workspace))
    person.start()
    watched(hotline(workspace, "run", str(_stream(folder, rows, False, 1)), "--batch", "w", "--after-ingest", "keep"))
    waits = person.stop()
    _title("a person's act during a commit", "acts", "median ms", "99 % ms", "longest ms")
    middle, most = statistics.median(waits), waits[int(len(waits) * 0.99)]
    _row("wait for the turn and write", f"{len(waits)}", *(f"{1000 * one:.0f}" for one in (middle, most, waits[-1])))
    print("  wanted: at most 1,000 ms")


def really_reported(folder: Path, _rows: int) -> None:
    """The list of really reported addresses, if it is there."""
    listed = real.addresses()
    if not listed:
        print(f"\nreally reported addresses: skipped, no list at {real.VARIABLE} or beside the project")
        return
    title = f"{len(listed):,} really reported addresses, {real.ROWS:,} rows"
    _title(title, "reports/s", "seconds", "CPU s", "peak MiB (PSS)", "load")
    for texts in (False, True):
        workspace = _workspace(folder / f"real-{texts}")
        figures = real.measure(workspace, real.write(folder, listed, texts=texts))
        _row("in free text" if texts else "as a table", *figures)
        summary = json.loads((Path(workspace) / "runs/real/summary.json").read_text())
        print("    " + ", ".join(f"{name} {summary[name]:,}" for name in ("accepted", "rejected", "new_cases")))


def compared(measure: Callable[[], object]) -> Callable[[Path, int], None]:
    """A benchmark of its own file, which needs neither folder nor rows."""

    def part(_folder: Path, _rows: int) -> None:
        measure()

    return part


def _run(folder: Path, rows: int, *, texts: bool, seed: int) -> Cost:
    stream = _stream(folder, rows, texts, seed)
    workspace = _workspace(folder / f"w-{rows}-{texts}")
    cost = watched(hotline(workspace, "run", str(stream), "--batch", "b", "--after-ingest", "keep"))
    subprocess.run(["rm", "-rf", workspace], check=True)
    return cost


def _stream(folder: Path, rows: int, texts: bool, seed: int) -> Path:
    path = folder / f"stream-{rows}-{'texts' if texts else 'urls'}-{seed}.csv"
    if not path.exists():
        write_stream(path, rows, texts=texts, seed=seed)
    return path


def _workspace(folder: Path) -> str:
    subprocess.run(["rm", "-rf", str(folder)], check=True)
    subprocess.run(hotline(str(folder), "init"), check=True, stdout=subprocess.DEVNULL)
    return str(folder)


def _figures(cost: Cost) -> list[str]:
    return [f"{cost.seconds:.1f}", f"{cost.cpu_seconds:.1f}", f"{cost.peak_pss_bytes / MIB:,.0f}", f"{cost.load:.1f}"]


def _title(name: str, *columns: str) -> None:
    print(f"\n{name:<48}" + "".join(f"{column:>16}" for column in columns), flush=True)


def _row(name: str, *figures: str) -> None:
    print(f"  {name:<46}" + "".join(f"{figure:>16}" for figure in figures), flush=True)


MEASURES = {
    "speed": speed, "peer": peer, "growth": growth, "waiting": waiting, "real": really_reported,
    "addresses": compared(addresses.measure), "pictures": compared(pictures.measure),
    "search": compared(search.measure), "formats": compared(formats.measure),
    "sealing": compared(sealing.measure),
}  # fmt: skip

if __name__ == "__main__":
    main()
