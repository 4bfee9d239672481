"""Where a large table may be cut: only a file in which every line is surely one row, so that no row is cut in two.

That is so where no quotation mark stands in it (only a quoted cell may hold a line end, RFC 4180), every carriage
return is followed by a line feed, and there is no NUL. Everything else is read from beginning to end in one go.
"""

from __future__ import annotations

from pathlib import Path

from pipeline.channels.base import Cut

CUT_BYTES = 8 << 20
MIN_BYTES = 2 * CUT_BYTES
_READ_BYTES = 1 << 20


def cuts_of(path: Path, encoding: str) -> tuple[Cut, ...]:
    """Stretches of whole lines; empty if the file is small or may not be cut. `first_row` counts lines."""
    if path.stat().st_size < MIN_BYTES:
        return ()
    cuts: list[Cut] = []
    start = first_row = offset = lines = 0
    carriage = False
    with path.open("rb") as file:
        while piece := file.read(_READ_BYTES):
            if b'"' in piece or b"\0" in piece or _lone_carriage_return(piece, carriage):
                return ()
            carriage = piece.endswith(b"\r")
            if offset + len(piece) - start >= CUT_BYTES and b"\n" in piece:
                end = piece.rindex(b"\n") + 1
                ended = lines + piece.count(b"\n")
                cuts.append(Cut(start, offset + end, first_row, encoding))
                start, first_row = offset + end, ended
            lines += piece.count(b"\n")
            offset += len(piece)
    if offset > start:
        cuts.append(Cut(start, offset, first_row, encoding))
    return tuple(cuts)


def _lone_carriage_return(piece: bytes, carriage_before: bool) -> bool:
    if carriage_before and not piece.startswith(b"\n"):
        return True
    returns = piece.count(b"\r")
    return returns > 0 and returns - piece.endswith(b"\r") != piece.count(b"\r\n")
