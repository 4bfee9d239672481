"""What holds for every test: no connection leaves this machine, and where tools are required a skip is a failure.

Arithmetic runs on one thread, here and in every process a test starts: the workers of pytest are as many as processors,
and threads of OpenBLAS that wait for each other keep them busy (`test_name_training`: 18 s of processor time, with one
thread 5 s). Where there is a roomy disk in memory, folders of tests lie there: stores and artefacts sync to disk a
hundred times in a test, which is most of what tests wait for; no test cuts the power.
"""

from __future__ import annotations

import ipaddress
import os
import sys
from collections.abc import Generator
from pathlib import Path

import pytest

REQUIRED = os.environ.get("REQUIRE_TOOLS") == "1"
"""Set by `.ci/run`: every system program must be there, so a test that skips has failed."""
ROOM_BYTES = 4 * 2**30
"""What a disk in memory must have free: several times what the folders of all tests under way hold."""
_FIRST = ("test_url_kernels.py", "test_hashing.py", "test_house_style.py")
"""One worker compiles the loops for addresses (16 s, kept on disk) while another does what needs none of them; else
both compile them."""
_CONNECTS = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
_LOOKS_UP = frozenset({"socket.getaddrinfo", "socket.gethostbyname"})
_RUNS_BATCHES = frozenset({"contracts", "integration", "faults", "e2e"})
_OWN_NAMES = frozenset({"", "localhost", "0.0.0.0"})


def memory_disk(folder: Path, room_bytes: int = ROOM_BYTES) -> Path | None:
    """The folder if it is a disk in memory that programs may be started from, with this much room left; else None.

    A container has 64 MB there and may start nothing; macOS has none.
    """
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        return None
    found = os.statvfs(folder)
    return folder if found.f_bavail * found.f_frsize >= room_bytes and not found.f_flag & os.ST_NOEXEC else None


class OutsideConnectionError(RuntimeError):
    """A test tried to reach something outside this machine."""


def is_loopback(host: object) -> bool:
    """Whether a host (text or bytes, None for "any of ours") is this machine."""
    if host is None:
        return True
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    try:
        return ipaddress.ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        return name in _OWN_NAMES


def refuse_outside(event: str, details: tuple[object, ...]) -> None:
    """An audit hook (PEP 578): seen by every library and every forked worker, and nothing needs patching.

    Raises OutsideConnectionError for a look-up of, or a connection to, another machine.
    """
    if event in _LOOKS_UP:
        outside = not is_loopback(details[0])
    elif event in _CONNECTS:
        address = details[1]
        outside = isinstance(address, tuple) and not is_loopback(address[0])
    else:
        return
    if outside:
        raise OutsideConnectionError("tests open no connection to another machine")


if _disk := memory_disk(Path("/dev/shm")):
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_disk))  # where pytest puts `tmp_path`; --basetemp outranks it
for _threads in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):  # read when NumPy is imported, which is after this
    os.environ.setdefault(_threads, "1")
sys.addaudithook(refuse_outside)


def as_failure(why: str) -> str:
    """What is said of a test that may not skip."""
    return f"skipped although REQUIRE_TOOLS=1 asks for every tool: {why}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files of `_FIRST` first, in that order; all others as they were."""
    items.sort(key=lambda item: _FIRST.index(item.path.name) if item.path.name in _FIRST else len(_FIRST))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Whoever runs batches in this process loads spaCy before its first one forks, not in every task of every one."""
    if _RUNS_BATCHES.intersection(item.path.parts):
        from tests.factories import warm

        warm()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip into a failure where every tool is required; an expected failure stays one."""
    report = yield
    if REQUIRED and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome, report.longrepr = "failed", as_failure(_reason(report))
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a whole file that skips because it cannot import something."""
    report = yield
    if REQUIRED and report.outcome == "skipped":
        report.outcome, report.longrepr = "failed", as_failure(_reason(report))
    return report


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    return str(report.longrepr[2]) if isinstance(report.longrepr, tuple) else "no reason given"
