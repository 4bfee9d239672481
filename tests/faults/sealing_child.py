"""Seals packages into a folder in a process of its own, to be killed, or with a disk that is full.

    python -m tests.faults.sealing_child FOLDER forever|full|watched

`forever` says a line once it is at work; `full` lets no file grow beyond some bytes; `watched` names every file and
folder that was opened for writing or made, one in a line.
"""

from __future__ import annotations

import os
import resource
import sys
from datetime import UTC, datetime
from pathlib import Path

from exporters.sealing import SigningKey
from pipeline.delivery.packing import Agency, seal_package, write_sealed
from tests.sealing import package

FULL_BYTES = 512
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def main(folder: Path, how: str) -> None:
    """Seal and write until told otherwise."""
    own, agency = SigningKey.make("Hotline"), SigningKey.make("Agency").certificate
    to = Agency(agency, agency.fingerprint)
    if how == "full":
        resource.setrlimit(resource.RLIMIT_FSIZE, (FULL_BYTES, FULL_BYTES))
    if how == "watched":
        sys.addaudithook(_tell)
    print("at work", flush=True)
    number = 0
    while how == "forever" or number < 3:
        number += 1
        sealed = seal_package(package(number, lines=2_000), to, own, datetime.now(UTC))
        try:
            write_sealed(sealed, folder / f"sent-{number}")
        except OSError as full:
            print(f"refused {full.errno}", flush=True)


def _tell(event: str, details: tuple[object, ...]) -> None:
    """An audit hook (PEP 578): every file opened for writing, every folder made."""
    if event == "open" and isinstance(details[2], int) and details[2] & _WRITES:
        print(f"wrote {details[0]!s}", flush=True)
    if event == "os.mkdir":
        print(f"wrote {details[0]!s}", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
