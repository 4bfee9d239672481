"""Calls something in a forked process, which need not import anew, and answers what a process would have left.

Standard output and error are those of the file descriptors, so what Luigi's own processes say is in them too.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from typing import IO

SECONDS = 300


@dataclass(frozen=True, slots=True)
class Ended:
    """How it ended: `returncode` as the shell would tell it, and everything said meanwhile."""

    returncode: int
    stdout: bytes
    stderr: bytes


def forked(does: Callable[[], object], environment: Mapping[str, str]) -> Ended:
    """Call `does` with these variables set besides; what it returns is its exit code (None: 0)."""
    return forked_together([does], environment)[0]


def forked_together(calls: Sequence[Callable[[], object]], environment: Mapping[str, str]) -> list[Ended]:
    """The same for several at once, each in a process of its own."""
    with ExitStack() as files:
        begun = []
        for does in calls:
            said, complained = (files.enter_context(tempfile.TemporaryFile()) for _ in range(2))
            child = get_context("fork").Process(target=_call, args=(does, environment, said, complained))
            child.start()
            begun.append((child, said, complained))
        return [_ended(*one) for one in begun]


def _ended(child: BaseProcess, said: IO[bytes], complained: IO[bytes]) -> Ended:
    child.join(SECONDS)
    if child.is_alive():
        child.kill()
        child.join()
    said.seek(0)
    complained.seek(0)
    return Ended(child.exitcode if child.exitcode is not None else -1, said.read(), complained.read())


def _call(does: Callable[[], object], environment: Mapping[str, str], said: IO[bytes], complained: IO[bytes]) -> None:
    os.environ.update(environment)
    tempfile.tempdir = None  # it was read from the environment of the process before
    for stream, number in ((said, 1), (complained, 2)):
        os.dup2(stream.fileno(), number)
    sys.stdout, sys.stderr = (os.fdopen(number, "w", encoding="utf-8", buffering=1) for number in (1, 2))
    sys.exit(does())
