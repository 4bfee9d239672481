"""Cases per second and memory of every format that leaves, ten thousand cases in one package.

    python -m benchmarks.formats

Every exporter the registry finds is given the same invented cases, redacted for its recipient before the clock starts:
two addresses, one of them a page of the other, and one file known by three digests, all assessed by a person. For
`statistics` they are ten thousand counted reports. Seconds are CPU time of one process; memory is what its largest
resident size grew by while it wrote (`ru_maxrss`), on top of the package itself. The size is of all files together,
before sealing. Nothing is asserted.
"""

from __future__ import annotations

import json
import random
import re
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from benchmarks.measure import MIB
from exporters import case_uco
from exporters.alert import AlertExporter
from exporters.base import Exporter
from exporters.cybertip import PLACEHOLDER
from exporters.package import CaseView, Package, Statistics, file_facts, item_facts, view_case
from exporters.registry import all_exporters
from exporters.statistics import DIMENSIONS
from pipeline.delivery.pdf import words_in
from pipeline.resources import text
from triage.assessment import AgeGroup, Assessment, Classification, Gender, IccamAnswers, SiteType, Viewed
from triage.redaction import address_field
from triage.verdict import Escalation

CASES = 10_000
SEED = 1
_START = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
_DIGITS = {"md5": 128, "sha1": 160, "sha256": 256}
"""Type of digest to its bits."""
_KIB = 1024


def measure() -> None:
    """Print the table; each format in a process of its own, so that one's memory is not another's."""
    print(f"\n{f'{CASES:,} cases in one package, one core':<40}" + "".join(
        f"{name:>16}" for name in ("cases/s", "CPU s", "added MiB", "all MiB", "files MiB")
    ))  # fmt: skip
    for kind in [*_exporters(), case_uco.FILE]:
        command = [sys.executable, "-m", "benchmarks.formats", kind]
        said = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        figures = (CASES / said["seconds"], said["seconds"], *(said[name] / MIB for name in ("added", "all", "size")))
        print(f"  {kind:<38}" + "".join(f"{one:>16,.0f}" if one >= 100 else f"{one:>16.2f}" for one in figures))


def written(kind: str) -> dict[str, float]:
    """CPU seconds, bytes of memory added and in all, and bytes of the files of one format."""
    write, package = _writer(kind)
    before, started = _largest(), time.process_time()
    files = write(package)
    seconds = time.process_time() - started
    return {"seconds": seconds, "added": _largest() - before, "all": _largest(), "size": sum(map(len, files.values()))}


def _writer(kind: str) -> tuple[Callable[[Package], Mapping[str, bytes]], Package]:
    """What makes the files, and the package it makes them of."""
    known = _exporters()
    if kind == case_uco.FILE:
        package = _package(known["lea"])
        return lambda given: {case_uco.FILE: case_uco.case_jsonld(given, words_in(given.language))}, package
    if kind == AlertExporter.kind:
        return lambda given: _every_call(known[kind], given), _package(known[kind])
    return known[kind].files, _package(known[kind])


def _every_call(exporter: Exporter, package: Package) -> Mapping[str, bytes]:
    """An alert is about one call: as many packages as calls."""
    made: dict[str, bytes] = {}
    for number, case in enumerate(package.cases):
        made |= {f"{number}-{name}": each for name, each in exporter.files(replace(package, cases=(case,))).items()}
    return made


def _exporters() -> dict[str, Exporter]:
    """All of them, with what an operator must fill in filled in."""
    return all_exporters(lambda name: re.sub(f'"{PLACEHOLDER}[^"]*"', '"office@hotline.example"', text(name)))


def _package(exporter: Exporter) -> Package:
    rng, example = random.Random(SEED), exporter.examples()[0]
    if example.statistics is not None:
        counted = Statistics(DIMENSIONS, _counts(rng), example.statistics.duplicate_rule)
        return Package(exporter.kind, example.recipient, _START, example.basis, example.asked, statistics=counted)
    cases = tuple(_case(rng, number, exporter.recipient_kind) for number in range(CASES))
    return replace(example, made_at=_START, cases=cases)


def _case(rng: random.Random, number: int, recipient_kind: str) -> CaseView:
    at = _START + timedelta(minutes=number)
    said = Assessment(
        number, 1, rng.choice((Classification.NATIONAL, Classification.BASELINE)), by=1, at=at, viewed=Viewed.CONTENT,
        hosting_country=rng.choice(("NL", "US", "DE")), hosting_source="whois",
        iccam=IccamAnswers(Gender.FEMALE, AgeGroup.PUBESCENT, False, False, False, SiteType.FORUM),
    )  # fmt: skip
    facts = {
        "label": "csam_suspect", "escalate": rng.choice([str(word) for word in Escalation]),
        "reason_codes": ("reporter_category", "text_signal"), "category": "csam", "channel": "webform",
        "area": "BA-RS-Banja Luka", "reports": rng.randrange(1, 9), "attachments": 1, "first_received": at,
        "last_received": at + timedelta(hours=1), "description": True,
    }  # fmt: skip
    page, field = f"https://forum{number % 1200}.example/tema/{rng.randrange(16**9):09x}", address_field(recipient_kind)
    items = [
        item_facts(page, "url", said, address_field=field),
        item_facts(f"{page}?slika={rng.randrange(99)}", "url", said, is_source=False, address_field=field),
        file_facts([f"{kind}:{rng.getrandbits(bits):0{bits // 4}x}" for kind, bits in _DIGITS.items()], said),
    ]
    return view_case(f"BA-2026-{number:05}", facts, items, recipient_kind)


def _counts(rng: random.Random) -> Mapping[tuple[str, ...], int]:
    words = [[f"word_{number}" for number in range(6)] for _ in DIMENSIONS[1:]]
    return Counter(
        (f"2026-{rng.randrange(1, 13):02}", *(rng.choice(some) for some in words)) for _ in range(CASES)
    )  # fmt: skip


def _largest() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _KIB


if __name__ == "__main__":
    if sys.argv[1:]:
        print(json.dumps(written(sys.argv[1])))
    else:
        measure()
