"""Where a large table may be cut: only a file in which every line is surely one row, so that no row is cut in two.

Only a quoted cell may hold a line end (RFC 4180). So it is sure where every quotation mark either begins a cell or ends
it, in the line in which it began, no mark is doubled within a cell, every carriage return is followed by a line feed,
and there is no NUL: then a reader that meets any of the lines first reads it as one that came from the beginning.
Everything else is read from beginning to end in one go, and so is a file in which a line says nothing: such lines are
no rows and count for none.
"""

from __future__ import annotations

import re
from hashlib import blake2b
from pathlib import Path

import numpy as np

from pipeline.channels.base import CUT_DIGEST_BYTES, Cut

CUT_BYTES = 8 << 20
MIN_BYTES = 2 * CUT_BYTES
_READ_BYTES = 1 << 20
_SAYS_NOTHING = re.compile(rb'\n[\s,;|"]*\n')
_QUOTE, _LINE_FEED, _CARRIAGE_RETURN = b'"\n\r'


def cuts_of(path: Path, encoding: str, delimiter: str | None) -> tuple[Cut, ...]:
    """Stretches of whole lines; empty if the file is small or may not be cut. `first_row` counts lines.

    `delimiter`: None where the first lines name no column; quotation marks then may mean anything.
    """
    if path.stat().st_size < MIN_BYTES:
        return ()
    cuts: list[Cut] = []
    start = first_row = offset = lines = 0
    rest, digest = b"", blake2b(digest_size=CUT_DIGEST_BYTES)
    with path.open("rb") as file:
        while piece := file.read(_READ_BYTES):
            whole, ended, rest = (rest + piece).rpartition(b"\n")
            if not each_line_is_a_row(whole + ended, delimiter) or len(rest) > CUT_BYTES:
                return ()
            digest.update(whole + ended)
            offset += len(whole) + len(ended)
            lines += whole.count(b"\n") + len(ended)
            if offset - start >= CUT_BYTES:
                cuts.append(Cut(start, offset, first_row, encoding, digest.hexdigest()))
                start, first_row, digest = offset, lines, blake2b(digest_size=CUT_DIGEST_BYTES)
    if rest and not each_line_is_a_row(rest + b"\n", delimiter):
        return ()
    digest.update(rest)
    if offset + len(rest) > start:
        cuts.append(Cut(start, offset + len(rest), first_row, encoding, digest.hexdigest()))
    return tuple(cuts)


def each_line_is_a_row(lines: bytes, delimiter: str | None) -> bool:
    """Whether these lines, the last of which is ended, are sure to be one row each, whatever stands around them."""
    if b"\0" in lines or lines.count(b"\r") != lines.count(b"\r\n") or _SAYS_NOTHING.search(b"\n" + lines):
        return False
    codes = np.frombuffer(lines, np.uint8)
    marks = np.flatnonzero(codes == _QUOTE)
    if not len(marks):
        return True
    if len(marks) % 2 or delimiter is None:
        return False
    opening, closing = marks[::2], marks[1::2]
    ends = np.flatnonzero(codes == _LINE_FEED)
    if (np.searchsorted(ends, opening) != np.searchsorted(ends, closing)).any():
        return False
    before, after = np.where(opening > 0, codes[opening - 1], _LINE_FEED), codes[closing + 1]
    begun = (before == ord(delimiter)) | (before == _LINE_FEED)
    ended = (after == ord(delimiter)) | (after == _LINE_FEED) | (after == _CARRIAGE_RETURN)
    return bool(begun.all() and ended.all())
