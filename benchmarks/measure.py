"""Run a command and watch what it costs: seconds, processor seconds, and memory of the whole process tree.

Memory is the sum of PSS (each shared page counted by its share), sampled several times a second, less often where that
would take a noticeable part of a processor (adding up the pages of a gigabyte takes 50 ms and stops its process); short
peaks can be missed, so the largest resident size the kernel noted for one process is given beside it.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

import psutil

SAMPLE_SECONDS = 0.25
PAUSE_FOR_EACH_SECOND = 50
"""Sampling takes at most 2 % of one processor."""
MIB = 2**20


@dataclass(frozen=True, slots=True)
class Cost:
    """What one command took."""

    seconds: float
    cpu_seconds: float
    peak_pss_bytes: int
    load: float
    """Load average of the machine when it ended: other work makes seconds longer."""


def watched(command: Sequence[str], environment: dict[str, str] | None = None) -> Cost:
    """Run a command to its end. Raises RuntimeError if it fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.monotonic()
    with subprocess.Popen(command, env={**os.environ, **(environment or {})}, stdout=subprocess.DEVNULL) as process:
        peak = _Peak(process.pid)
        peak.start()
        code = process.wait()
        seconds = time.monotonic() - started
        peak.stop()
    if code:
        raise RuntimeError(f"{command[0]} ended with exit code {code}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(seconds, busy, peak.bytes, os.getloadavg()[0])


def hotline(workspace: str, *arguments: str) -> list[str]:
    """The `hotline` command of this environment."""
    return [sys.executable, "-m", "pipeline.cli", "--workspace", workspace, *arguments]


class _Peak(threading.Thread):
    """The largest sum of PSS over a process and everything it started."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.bytes = 0
        self._pid = pid
        self._done = threading.Event()

    def run(self) -> None:
        """Sample until stopped."""
        pause = SAMPLE_SECONDS
        while not self._done.wait(pause):
            started = time.monotonic()
            self.bytes = max(self.bytes, _pss(self._pid))
            pause = max(SAMPLE_SECONDS, PAUSE_FOR_EACH_SECOND * (time.monotonic() - started))

    def stop(self) -> None:
        """End sampling."""
        self._done.set()
        self.join()


def _pss(pid: int) -> int:
    try:
        tree = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    except psutil.Error:
        return 0
    total = 0
    for process in tree:
        try:
            total += process.memory_full_info().pss
        except psutil.Error:
            continue
    return total
