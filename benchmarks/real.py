"""Addresses that people really reported, through the whole pipeline: as a table and inside free text.

The list (URLhaus, CC0; malware, nothing to do with abuse) is not part of this project. Its path is given by the
variable HOTLINE_REAL_ADDRESSES, else the folder `../shared/real` is looked for. Nothing is ever fetched or resolved;
rows are repeated by a Zipf law with a fixed seed.
"""

from __future__ import annotations

import csv
import gzip
import os
from pathlib import Path

import numpy as np

from benchmarks.measure import MIB, hotline, watched

VARIABLE = "HOTLINE_REAL_ADDRESSES"
BESIDE = Path("../shared/real/reported_addresses.tsv.gz")
ROWS = 200_000
ZIPF_EXPONENT = 1.1
SENTENCES = (
    "Vidio sam ovo na internetu: {0} molim vas pogledajte.",
    "Someone in my class sent this link {0} and it worries me",
    "Нашла сам страницу {0}, не знам коме да јавим.",
    "Adresa je {0}. Druga je hxxp://drugi[.]example/stranica",
    "see {0}\nand also https://another.example/page?id=2",
)


def addresses() -> list[str]:
    """The list, or nothing where it is not there."""
    path = Path(os.environ.get(VARIABLE, BESIDE))
    if not path.is_file():
        return []
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [line.rstrip("\n").split("\t", 1)[1] for line in file]


def write(folder: Path, listed: list[str], *, texts: bool) -> Path:
    """A CSV of ROWS rows, every address at least once."""
    random = np.random.default_rng(2026)
    weights = 1.0 / np.arange(1, len(listed) + 1) ** ZIPF_EXPONENT
    chosen = np.concatenate([
        np.arange(len(listed)), random.choice(len(listed), ROWS - len(listed), p=weights / weights.sum()),
    ])  # fmt: skip
    path = folder / f"real-{'texts' if texts else 'table'}.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "category", "location", "description"])
        for number, index in enumerate(random.permutation(chosen).tolist()):
            address = listed[index]
            said = ("", SENTENCES[number % len(SENTENCES)].format(address)) if texts else (address, "")
            writer.writerow([f"U{number}", "other", *said])
    return path


def measure(workspace: str, file: Path) -> list[str]:
    """Rows a second, seconds, CPU seconds, peak memory."""
    cost = watched(hotline(workspace, "run", str(file), "--batch", "real", "--after-ingest", "keep"))
    return [
        f"{ROWS / cost.seconds:,.0f}", f"{cost.seconds:.1f}", f"{cost.cpu_seconds:.1f}",
        f"{cost.peak_pss_bytes / MIB:,.0f}", f"{cost.load:.1f}",
    ]  # fmt: skip
