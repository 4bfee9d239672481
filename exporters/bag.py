"""A BagIt 1.0 bag (RFC 8493) in memory, and the tar it travels in: same input, same bytes, and nothing on a disk.

Strangers' tools (`bagit`, `sha256sum -c`) check what is made here. `check_bag` is stricter than they are: our bags have
one spelling only, so a changed byte is found also where a tolerant reader would overlook it (a capital digit, a blank).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from triage.errors import RuleBroken

PAYLOAD = "data/"
ROOT_MANIFEST = "tagmanifest-sha256.txt"
"""Names the digest of every tag file, and through the payload manifests of every byte: its own digest is the bag's."""
ALGORITHMS = {"sha256": 64, "sha512": 128}
"""Algorithm to hex digits; RFC 8493 §2.4 asks for sha512, everyday tools have sha256."""
NAME_LABEL = "External-Identifier"
"""Of bag-info.txt: what the package is called."""
_DECLARATION_NAME, _INFO_NAME = "bagit.txt", "bag-info.txt"
_DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_LABEL = re.compile(r"[A-Z][A-Za-z0-9]*(-[A-Z][A-Za-z0-9]*)*")
_BAGGING_DATE, _OXUM = "Bagging-Date", "Payload-Oxum"
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one file: its name in the bag (or `package` for the whole), and what, in words."""

    file: str
    says: str


def bagged(files: Mapping[str, bytes], info: Mapping[str, str]) -> dict[str, bytes]:
    """Name to bytes of a whole bag: payload below `data/`, tag files, SHA-256 and SHA-512 manifests of both.

    `info` is written to `bag-info.txt` as given and must hold Bagging-Date (ISO 8601 day), so that no clock is asked;
    Payload-Oxum is added. Raises RuleBroken for a name or a value that is not safe everywhere.
    """
    _check_names(files)
    _check_info(info)
    payload = {PAYLOAD + name: files[name] for name in sorted(files)}
    oxum = f"{sum(map(len, payload.values()))}.{len(payload)}"
    tags = {
        _DECLARATION_NAME: _DECLARATION,
        _INFO_NAME: "".join(f"{label}: {said}\n" for label, said in {**info, _OXUM: oxum}.items()).encode(),
    }
    tags |= {f"manifest-{algorithm}.txt": _manifest(payload, algorithm) for algorithm in ALGORITHMS}
    tags = {name: tags[name] for name in sorted(tags)}
    over_tags = {f"tagmanifest-{algorithm}.txt": _manifest(tags, algorithm) for algorithm in ALGORITHMS}
    return {**tags, **over_tags, **payload}


def root_digest(bag: Mapping[str, bytes]) -> str:
    """The bag in one SHA-256: that of its tag manifest, as `sha256sum tagmanifest-sha256.txt` prints it."""
    return hashlib.sha256(bag[ROOT_MANIFEST]).hexdigest()


def name_in(bag: Mapping[str, bytes]) -> str | None:
    """What the bag calls itself (External-Identifier of bag-info.txt); None without one that is a safe name."""
    for line in bag.get(_INFO_NAME, b"").decode("utf-8", errors="replace").splitlines():
        label, _, said = line.partition(": ")
        if label == NAME_LABEL:
            return said if is_safe_name(said) else None
    return None


def check_bag(bag: Mapping[str, bytes]) -> tuple[Problem, ...]:
    """What is wrong with a bag made by `bagged`, by file; empty if every byte is as it was made.

    Where only one of the two algorithms disagrees, the manifest is what was changed, and is named.
    """
    payload = {name: body for name, body in bag.items() if name.startswith(PAYLOAD)}
    roots = {f"tagmanifest-{algorithm}.txt" for algorithm in ALGORITHMS}
    known = {_DECLARATION_NAME, _INFO_NAME, *(f"manifest-{algorithm}.txt" for algorithm in ALGORITHMS)}
    problems = [
        Problem(shown(name), "does not belong into a package")
        for name in sorted(bag.keys() - payload.keys() - roots - known)
    ]
    if bag.get(_DECLARATION_NAME) != _DECLARATION:
        problems.append(Problem(_DECLARATION_NAME, "is not that of a BagIt 1.0 bag"))
    problems += _disagreements(bag, "manifest", payload)
    problems += _disagreements(bag, "tagmanifest", {name: bag[name] for name in sorted(known & bag.keys())})
    return tuple(dict.fromkeys(problems))


def shown(name: str) -> str:
    """A file's name as a message may show it: a name no package has could be anything."""
    plain = name.removeprefix(PAYLOAD)
    return name if _SAFE_NAME.fullmatch(plain) else "a file whose name no package has"


def is_safe_name(name: str) -> bool:
    """Whether a name means the same on every system: letters, digits, dot, hyphen, underscore; at most 100."""
    return _SAFE_NAME.fullmatch(name) is not None


def _manifest(files: Mapping[str, bytes], algorithm: str) -> bytes:
    return "".join(f"{_digest(algorithm, body)}  {name}\n" for name, body in files.items()).encode("ascii")


def _digest(algorithm: str, body: bytes) -> str:
    return hashlib.new(algorithm, body).hexdigest()


def _check_names(files: Mapping[str, bytes]) -> None:
    if not files or not all(is_safe_name(name) for name in files):
        raise RuleBroken("a bag needs files, named with letters, digits, dots, hyphens and underscores only")
    if len({name.lower() for name in files}) != len(files):
        raise RuleBroken("two files of a package differ in capitals only: Windows would keep one of them")


def _check_info(info: Mapping[str, str]) -> None:
    if not all(_LABEL.fullmatch(label) and said and said.strip() == said and said.isprintable()
               for label, said in info.items()):  # fmt: skip
        raise RuleBroken("bag-info.txt takes labels like Source-Organization, each with one line of plain text")
    if not _DATE.fullmatch(info.get(_BAGGING_DATE, "")) or _OXUM in info:
        raise RuleBroken("bag-info.txt needs Bagging-Date as YYYY-MM-DD and gets Payload-Oxum by itself")


def _disagreements(bag: Mapping[str, bytes], kind: str, files: Mapping[str, bytes]) -> list[Problem]:
    """Files that are not as the manifests of this kind say, and manifests that are not as they were written.

    A file is named where every manifest that can be read says the same; where they differ, the manifest is.
    """
    problems: list[Problem] = []
    said: dict[str, set[Problem]] = {}
    for algorithm in ALGORITHMS:
        name = f"{kind}-{algorithm}.txt"
        listed = _listed(bag[name], algorithm) if name in bag else None
        if listed is None:
            problems.append(Problem(name, "is not as it was written" if name in bag else "is missing"))
        else:
            said[name] = set(_differences(files, listed, algorithm))
    agreed = set.intersection(*said.values()) if said else set()
    problems += sorted(agreed, key=lambda one: (one.file, one.says))
    return problems + [Problem(name, "was changed") for name, own in said.items() if own != agreed]


def _differences(files: Mapping[str, bytes], listed: Mapping[str, str], algorithm: str) -> Iterator[Problem]:
    for name in listed.keys() | files.keys():
        if name not in files:
            yield Problem(shown(name), "is missing")
        elif name not in listed:
            yield Problem(shown(name), "is in no manifest")
        elif _digest(algorithm, files[name]) != listed[name]:
            yield Problem(shown(name), "was changed")


def _listed(body: bytes, algorithm: str) -> dict[str, str] | None:
    """Name to digest; None where a byte is not as `bagged` writes it: one form of line, in order of names."""
    line = re.compile(rf"([0-9a-f]{{{ALGORITHMS[algorithm]}}})  ([A-Za-z0-9._/-]+)")
    rows = body.decode("ascii", errors="replace").split("\n")
    found = [match for row in rows[:-1] if (match := line.fullmatch(row))]
    names = [match[2] for match in found]
    if rows[-1] or len(found) != len(rows) - 1 or names != sorted(set(names)):
        return None
    return {match[2]: match[1] for match in found}
