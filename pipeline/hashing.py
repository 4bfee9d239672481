"""Signals of content bytes from memory: byte digests here, what must be decoded in a child process with limits.

Why a child: picture decoders are written in C and fed by strangers. The child (`pipeline.hashing_child`) has limits
on memory, processor, files and processes, an environment without secrets, and one line to its parent. If a picture
kills it or takes too long, that picture gets a problem, the next one a new child. This process never decodes and
trusts no answer it has not checked.

    with Hasher() as hasher:
        found = hasher.hashed(content)
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from triage.errors import ServiceFailed, UsageError
from triage.signals.base import FORMS, Signal
from triage.signals.md5 import Md5
from triage.signals.sha1 import Sha1
from triage.signals.sha256 import Sha256

PROBLEMS = frozenset(
    {
        "empty",  # no bytes
        "too_many_bytes",  # more than Limits.content_bytes: only digests
        "no_picture",  # none of the formats that are opened
        "damaged",  # begins like a picture, cannot be decoded
        "too_many_pixels",  # a bomb, or larger than any camera makes
        "too_small",  # a side under five pixels
        "low_quality",  # too flat to be told from others
        "too_costly",  # more memory or time than one picture may take
        "decoder_died",  # the child ended over it
    }
)
"""Every reason why content has no perceptual signal."""

PICTURE_TYPES = ("pdq", "phash")
"""What is made of every picture; dHash and wHash on demand."""

_BYTE_TYPES = (Sha256, Sha1, Md5)
_VALUE_BYTES = {"pdq": 32, "phash": 8, "dhash": 8, "whash": 8}
_BEST_QUALITY = 100
_SIZE_BYTES = 8
_LONGEST_ANSWER_BYTES = 1 << 20
_ROOT = Path(__file__).parents[1]
_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """What one picture may cost. `pictures_per_child` bounds what a slow leak or a cleverly damaged child can do."""

    content_bytes: int = 100 * _MIB
    memory_bytes: int = 1024 * _MIB
    seconds: float = 20.0
    starting_seconds: float = 60.0
    pictures_per_child: int = 5_000


@dataclass(frozen=True, slots=True)
class Hashed:
    """What content can be recognised by; `problem` (one of `PROBLEMS`) says why there is no perceptual signal."""

    signals: tuple[Signal, ...]
    size_bytes: int
    media_type: str | None
    problem: str | None


class Hasher:
    """Owns one child process, started at the first content that may be a picture. For one thread; several may be open.

    `types`: picture signal types to make; `forms`: of which forms. Raises UsageError for a type or form there is not.
    """

    def __init__(
        self,
        types: Sequence[str] = PICTURE_TYPES,
        forms: Sequence[str] = FORMS,
        limits: Limits | None = None,
    ) -> None:
        if not set(types) <= _VALUE_BYTES.keys() or not set(forms) <= set(FORMS):
            raise UsageError(f"picture signals are {', '.join(_VALUE_BYTES)}; forms are {', '.join(FORMS)}")
        self._types, self._forms = tuple(types), tuple(forms)
        self._limits = limits or Limits()
        self._child: _Child | None = None

    def __enter__(self) -> Self:
        """Nothing is started yet: a batch without attachments costs nothing."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the child."""
        self._end()

    def hashed(self, content: bytes) -> Hashed:
        """Its signals and why some are missing. Never raises over what `content` is.

        Raises ServiceFailed if no child can be started at all: that is this machine, not the content.
        """
        digests = tuple(one.of_bytes(content) for one in _BYTE_TYPES)
        problem = _unfit(len(content), self._limits)
        if problem is not None or not self._types:
            return Hashed(digests, len(content), None, problem)
        media_type, problem, seen = self._seen(content)
        return Hashed(digests + seen, len(content), media_type, problem)

    @property
    def child_id(self) -> int | None:
        """Process id of the child that will take the next picture, None before the first."""
        return self._child.process.pid if self._child else None

    def _seen(self, content: bytes) -> _Answer:
        for _try in range(2):
            child = self._ready_child()
            fresh = child.answered == 0
            try:
                return child.asked(content, self._limits.seconds)
            except TimeoutError:
                self._end()
                return None, "too_costly", ()
            except (OSError, EOFError, ValueError, RecursionError):
                self._end()
                if fresh:
                    return None, "decoder_died", ()
        return None, "decoder_died", ()

    def _ready_child(self) -> _Child:
        if self._child is not None and self._child.answered >= self._limits.pictures_per_child:
            self._end()
        if self._child is None:
            self._child = _Child(self._types, self._forms, self._limits)
        return self._child

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.end()


_Answer = tuple[str | None, str | None, tuple[Signal, ...]]
"""Media type, problem, signals."""


class _Child:
    """The child process and the line to it: eight bytes of length, then that many bytes, both ways."""

    def __init__(self, types: tuple[str, ...], forms: tuple[str, ...], limits: Limits) -> None:
        ours, theirs = socket.socketpair()
        self._line = ours
        self._types, self._forms = types, forms
        self.answered = 0
        settings = json.dumps(
            {"types": types, "forms": forms, "memory_bytes": limits.memory_bytes, "seconds": limits.seconds}
        )
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", "pipeline.hashing_child", settings],
                stdin=theirs.fileno(), stdout=theirs.fileno(), stderr=subprocess.DEVNULL, cwd="/", env=_environment(),
            )  # fmt: skip
        self._wait_until_ready(limits.starting_seconds)

    def asked(self, content: bytes, seconds: float) -> _Answer:
        """What the child says of this content.

        Raises TimeoutError after `seconds`, EOFError or OSError if it ended, ValueError or RecursionError
        if its answer makes no sense.
        """
        deadline = time.monotonic() + seconds
        self._line.settimeout(seconds)
        self._line.sendall(len(content).to_bytes(_SIZE_BYTES, "big"))
        self._line.sendall(content)
        answer = self._received(deadline)
        self.answered += 1
        return _checked(json.loads(answer), self._types, self._forms)

    def end(self) -> None:
        """Kill it and wait for it: nothing of it is needed any more."""
        self._line.close()
        self.process.kill()
        self.process.wait()

    def _wait_until_ready(self, seconds: float) -> None:
        try:
            self._received(time.monotonic() + seconds)
        except (OSError, EOFError, ValueError):
            self.end()
            raise ServiceFailed("the process that decodes pictures cannot be started: run `hotline doctor`") from None

    def _received(self, deadline: float) -> bytes:
        size = int.from_bytes(self._exactly(_SIZE_BYTES, deadline), "big")
        if size > _LONGEST_ANSWER_BYTES:
            raise ValueError("the answer is too long")
        return self._exactly(size, deadline)

    def _exactly(self, size: int, deadline: float) -> bytes:
        parts = bytearray()
        while len(parts) < size:
            self._line.settimeout(max(deadline - time.monotonic(), 0.001))
            part = self._line.recv(size - len(parts))
            if not part:
                raise EOFError
            parts += part
        return bytes(parts)


def _unfit(size_bytes: int, limits: Limits) -> str | None:
    if not size_bytes:
        return "empty"
    return "too_many_bytes" if size_bytes > limits.content_bytes else None


def _environment() -> dict[str, str]:
    """Nothing of ours but where the code is: no key, no address of a store."""
    kept = {name: os.environ[name] for name in ("LD_LIBRARY_PATH", "PATH") if name in os.environ}
    return kept | {"PYTHONPATH": str(_ROOT), "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "LC_ALL": "C.UTF-8"}


def _checked(answer: object, types: tuple[str, ...], forms: tuple[str, ...]) -> _Answer:
    """The answer as signals. Raises ValueError if it is not exactly what a sound child says."""
    match answer:
        case {"media_type": str() | None as media_type, "problem": str() | None as problem, "signals": list() as rows}:
            signals = tuple(_signal(row, types, forms) for row in rows)
        case _:
            raise ValueError("the answer has another shape")
    if (problem is not None and problem not in PROBLEMS) or bool(signals) == bool(problem):
        raise ValueError("the answer contradicts itself")
    return media_type, problem, signals


def _signal(row: object, types: tuple[str, ...], forms: tuple[str, ...]) -> Signal:
    match row:
        case [str() as type_, str() as value, str() as form, int() | None as quality] if (
            type_ in types
            and form in forms
            and len(value) == 2 * _VALUE_BYTES[type_]
            and 0 <= (quality or 0) <= _BEST_QUALITY
        ):
            return Signal(type_, bytes.fromhex(value), form, quality)
    raise ValueError("a signal has another shape")
