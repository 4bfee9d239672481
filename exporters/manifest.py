"""SHA-256 of every file, as BagIt's `manifest-sha256.txt` writes it (RFC 8493 §2.1.3), so `sha256sum -c` checks it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

MANIFEST = "manifest-sha256.txt"
_LINE = re.compile(r"([0-9a-f]{64})  ([A-Za-z0-9._-]+)")


def with_manifest(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files in name order, and their manifest."""
    named = {name: files[name] for name in sorted(files)}
    lines = [f"{hashlib.sha256(body).hexdigest()}  {name}\n" for name, body in named.items()]
    return {**named, MANIFEST: "".join(lines).encode("ascii")}


def verify(files: Mapping[str, bytes]) -> tuple[str, ...]:
    """What is wrong with a folder of files, in words; empty if every byte is as the manifest says."""
    if MANIFEST not in files:
        return ("the manifest is missing",)
    problems: list[str] = []
    listed: dict[str, str] = {}
    body = files[MANIFEST].decode("ascii", errors="replace")
    if not body.endswith("\n"):
        problems.append("the manifest is cut off")
    for number, line in enumerate(body.removesuffix("\n").split("\n"), start=1):
        match = _LINE.fullmatch(line)
        if match is None or match[2] in listed:
            problems.append(f"line {number} of the manifest cannot be read")
        else:
            listed[match[2]] = match[1]
    present = {name: hashlib.sha256(given).hexdigest() for name, given in files.items() if name != MANIFEST}
    problems += [f"{name} is missing" for name in sorted(listed.keys() - present.keys())]
    problems += [f"{name} is not in the manifest" for name in sorted(present.keys() - listed.keys())]
    problems += [f"{name} was changed" for name in sorted(listed.keys() & present.keys())
                 if listed[name] != present[name]]  # fmt: skip
    return tuple(problems)
