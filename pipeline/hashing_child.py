"""The process that decodes pictures: reads content on its one line, answers with signals, can do nothing else.

Started by `pipeline.hashing.Hasher` only, with its settings as one JSON argument. Eight bytes of length, then the
bytes, both ways; it ends when the line ends. Limits are set before the first content is read: memory, processor
seconds, no file larger than nothing, few open files, no new process, no core dump (a dump would put content on the
disk).
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Sequence
from typing import BinaryIO

from pipeline.decoding import decoded
from triage.signals.base import LOWEST_QUALITY, Picture, PictureSignalType, Signal
from triage.signals.dhash import Dhash
from triage.signals.pdq import Pdq
from triage.signals.phash import Phash
from triage.signals.whash import Whash

_SIZE_BYTES = 8
_OPEN_FILES = 16
_TYPES: dict[str, type[PictureSignalType]] = {one.name: one for one in (Pdq, Phash, Dhash, Whash)}


def main() -> None:
    """Answer until the line ends."""
    settings = json.loads(sys.argv[1])
    types, forms = settings["types"], settings["forms"]
    _warm_up(types)
    _limit(settings["memory_bytes"])
    incoming, outgoing = sys.stdin.buffer, sys.stdout.buffer
    _send(outgoing, b"ready")
    while head := incoming.read(_SIZE_BYTES):
        content = incoming.read(int.from_bytes(head, "big"))
        _allow_seconds(settings["seconds"])
        _send(outgoing, json.dumps(_answer(content, types, forms)).encode())


def signals_of(picture: Picture, types: Sequence[str], forms: Sequence[str]) -> tuple[Signal, ...]:
    """The perceptual signals of a picture; none if it is too flat, and no form that is too flat by itself."""
    found = Pdq.of_picture(picture, tuple({"whole", *forms}))
    if found[0].quality is None or found[0].quality < LOWEST_QUALITY:
        return ()
    good = tuple(one for one in found if one.form in forms and (one.quality or 0) >= LOWEST_QUALITY)
    others = (_TYPES[name].of_picture(picture, forms) for name in types if name != Pdq.name)
    return (good if Pdq.name in types else ()) + tuple(signal for signals in others for signal in signals)


def _answer(content: bytes, types: Sequence[str], forms: Sequence[str]) -> dict[str, object]:
    media_type: str | None = None
    signals: tuple[Signal, ...] = ()
    try:
        seen = decoded(content)
        media_type, problem = seen.media_type, seen.problem
        if seen.picture is not None:
            signals = signals_of(seen.picture, types, forms)
            problem = None if signals else "low_quality"
    except MemoryError:
        problem = "too_costly"
    rows = [[one.type, one.value.hex(), one.form, one.quality] for one in signals]
    return {"media_type": media_type, "problem": problem, "signals": rows}


def _warm_up(types: Sequence[str]) -> None:
    """Load every library now: later there may be no memory, and the first picture's time is not theirs."""
    for name in types:
        drawn, _ = _TYPES[name].examples()[0]
        _TYPES[name].of_picture(drawn)


def _limit(memory_bytes: int) -> None:
    for what, most in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
        (resource.RLIMIT_NPROC, 0),
    ):
        resource.setrlimit(what, (most, most))


def _allow_seconds(seconds: float) -> None:
    """Processor time for one more picture; beyond, the kernel ends this process even if the parent is gone."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = int(used.ru_utime + used.ru_stime + seconds) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))


def _send(outgoing: BinaryIO, answer: bytes) -> None:
    outgoing.write(len(answer).to_bytes(_SIZE_BYTES, "big") + answer)
    outgoing.flush()


if __name__ == "__main__":
    main()
