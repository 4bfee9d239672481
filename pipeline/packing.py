"""Many small sealed fields in one row: a directory of numbers and one payload of bytes.

Why: a row per field would cost a million B-tree inserts per million reports, and nobody ever queries sealed bytes.
Erasing needs no rewriting, since a report's key dies with its salt.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

REPORTS_PER_PACK = 512
DESCRIPTION = "description"
FIELD_NUMBERS = {"location": 0, DESCRIPTION: 1, "extra": 2, "raw": 3}
"""Stored numbers of the sealed fields; append, never renumber."""
_FIELD_NAMES = {number: name for name, number in FIELD_NUMBERS.items()}

Pack = tuple[int, int, bytes, bytes]
"""First report, last report, directory, payload."""


def pack(report_ids: Sequence[int], fields: Mapping[str, Sequence[bytes | None]]) -> Iterator[Pack]:
    """Packs of neighbouring reports; reports without any sealed field are left out. Ids rise."""
    for start in range(0, len(report_ids), REPORTS_PER_PACK):
        directory: list[tuple[int, int, int, int]] = []
        pieces: list[bytes] = []
        offset = 0
        for name, column in fields.items():
            number = FIELD_NUMBERS[name]
            for report_id, sealed in zip(
                report_ids[start : start + REPORTS_PER_PACK], column[start : start + REPORTS_PER_PACK], strict=True
            ):
                if sealed is not None:
                    directory.append((report_id, number, offset, len(sealed)))
                    pieces.append(sealed)
                    offset += len(sealed)
        if directory:
            ids = [entry[0] for entry in directory]
            yield min(ids), max(ids), np.array(directory, dtype="<i8").tobytes(), b"".join(pieces)


def unpack(directory: bytes, payload: bytes, report_id: int) -> dict[str, bytes]:
    """The sealed fields of one report in a pack."""
    entries = np.frombuffer(directory, dtype="<i8").reshape(-1, 4)
    return {
        _FIELD_NAMES[int(number)]: payload[int(offset) : int(offset) + int(length)]
        for report, number, offset, length in entries
        if int(report) == report_id
    }


LocatorPack = tuple[int, int, bytes, bytes, bytes, bytes]
"""First id, last id, salts, digests, lengths, payload."""


def pack_locators(
    first: int, salts: Sequence[bytes], digests: Sequence[bytes], sealed: Sequence[bytes]
) -> Iterator[LocatorPack]:
    """Packs of locators numbered from `first` on without gaps."""
    for start in range(0, len(sealed), REPORTS_PER_PACK):
        end = min(start + REPORTS_PER_PACK, len(sealed))
        lengths = np.array([len(one) for one in sealed[start:end]], dtype="<i4").tobytes()
        yield (
            first + start, first + end - 1, b"".join(salts[start:end]), b"".join(digests[start:end]), lengths,
            b"".join(sealed[start:end]),
        )  # fmt: skip


def unpack_locator(pack: LocatorPack, locator_id: int) -> tuple[bytes, bytes, bytes]:
    """Salt, digest and sealed bytes of one locator of a pack."""
    first, _, salts, digests, lengths, payload = pack
    index = locator_id - first
    sizes = np.frombuffer(lengths, dtype="<i4")
    start = int(sizes[:index].sum())
    salt_size, digest_size = len(salts) // len(sizes), len(digests) // len(sizes)
    return (
        salts[index * salt_size : (index + 1) * salt_size],
        digests[index * digest_size : (index + 1) * digest_size],
        payload[start : start + int(sizes[index])],
    )
