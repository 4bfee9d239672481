"""Which encoding a text file is in, and how bytes that are no text in it stay visible instead of stopping the file.

Limits: UTF-8, UTF-16 and Windows-1250 (what Excel writes in Bosnia and Herzegovina and its neighbours) are told apart;
other one-byte encodings are read as Windows-1250 or row by row as `undecodable`. The whole file is looked at, not its
beginning: the first letter outside ASCII may stand in row 900,000. Costs about 0.05 s for 100 MB of ASCII.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

BAD_BYTES = "hotline_bad_bytes"
"""Error handler for any codec: a byte that is no text becomes U+DC00 + byte, and such a character its byte again."""
LONGEST_LINE_BYTES = 64 * 1024 * 1024
"""A file with a longer line is no table; reading it as one would take all memory."""

_BLOCK_BYTES = 1024 * 1024
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_LETTERS_1250 = frozenset("ŠšĐđČčĆćŽžÄäÖöÜüßËëÇçéáíóúő„“”‘’–—…\xa0§°".encode("cp1250"))
_NEIGHBOURS = tuple(
    frozenset(f"šđčćžŠĐČĆŽ{letters}{letters.upper()}„“”‘’–—…".encode("cp1250"))
    for letters in ("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíľňóôšťúýž", "áéíóöőúüű", "ăâîşţ")
)
"""Our letters with those of Polish, Czech, Slovak, Hungarian or Romanian: of one of them, since letters of several
together are rather those of another encoding."""
_BAD = re.compile("[\udc00-\udcff]")
_BAD_IN_WORD = re.compile("(?<=[A-Za-z])[\udc00-\udcff]|[\udc00-\udcff](?=[A-Za-z])")
_MAGIC = (
    b"PK\x03\x04", b"PK\x05\x06", b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!",
    b"SQLite format 3", b"\x7fELF", b"MZ\x90", b"\xd0\xcf\x11\xe0", b"BZh", b"RIFF", b"PAR1",
)  # fmt: skip
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\x1a\x1b"))
_CONTROL_SHARE = 0.02


@dataclass(frozen=True, slots=True)
class Survey:
    """What is known of a text file before it is read: codec name, length of its byte-order mark, one endless line."""

    encoding: str
    bom_bytes: int = 0
    endless_line: bool = False


def _keep_bytes(error: UnicodeError) -> tuple[str | bytes, int]:
    if isinstance(error, UnicodeDecodeError):
        return "".join(chr(0xDC00 + byte) for byte in error.object[error.start : error.end]), error.end
    if isinstance(error, UnicodeEncodeError):
        codes = [ord(char) - 0xDC00 for char in error.object[error.start : error.end]]
        return bytes(code if 0 <= code < 256 else 0x3F for code in codes), error.end
    raise error


codecs.register_error(BAD_BYTES, _keep_bytes)


def bytes_as_text(text: str, encoding: str) -> str:
    """The bytes `text` was read from, one character per byte (Latin-1): what a reject keeps under `raw`.

    For UTF-16, where half a character may be missing, the text with its bad bytes written as `\\udcxx`.
    """
    if encoding.startswith("utf-16"):
        return text.encode("utf-8", "backslashreplace").decode("utf-8")
    return text.encode(encoding, BAD_BYTES).decode("latin-1")


def utf16_of(head: bytes) -> tuple[str, int] | None:
    """Codec and byte-order-mark length if the file is UTF-16 (also unmarked: NULs stand at every other byte only)."""
    for bom, encoding in _BOMS[1:]:
        if head.startswith(bom):
            return encoding, 2
    sample = head[:4096]
    pairs = len(sample) // 2
    if pairs < 2 or b"\0" not in sample:
        return None
    first, second = sample[0 : pairs * 2 : 2].count(0), sample[1 : pairs * 2 : 2].count(0)
    if second > 0.1 * pairs and first < 0.01 * pairs:
        return "utf-16-le", 0
    if first > 0.1 * pairs and second < 0.01 * pairs:
        return "utf-16-be", 0
    return None


def is_binary(head: bytes) -> bool:
    """Whether a file's beginning is no text at all: a known signature, or too many control characters.

    A stray NUL is not enough: that is one damaged row. UTF-16 is text although every other byte is NUL.
    """
    if head.startswith(_MAGIC):
        return True
    found = utf16_of(head)
    if found:
        head = head[found[1] :].decode(found[0], "replace").encode("utf-8", "replace")
    controls = len(head) - len(head.translate(None, _CONTROLS))
    return controls > max(8, _CONTROL_SHARE * len(head)) or (0 < len(head) <= 2 * controls)


def plain_head(head: bytes) -> bytes:
    """The beginning of a file as UTF-8 without byte-order mark, for looking for signatures."""
    found = utf16_of(head)
    if found:
        return head[found[1] :].decode(found[0], "replace").encode("utf-8", "replace")
    return head.removeprefix(codecs.BOM_UTF8)


def survey(path: Path) -> Survey:
    """Look at the whole file once and say how to read it. Raises OSError."""
    with path.open("rb") as file:
        head = file.read(4096)
    utf16 = utf16_of(head)
    bom = len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0
    good, bad, in_words, unbroken_bytes = 0, Counter[int](), 0, 0
    decoder = codecs.getincrementaldecoder("utf-8")(BAD_BYTES)
    for block in _blocks(path):
        unbroken_bytes = 0 if b"\n" in block or b"\r" in block else unbroken_bytes + len(block)
        if unbroken_bytes > LONGEST_LINE_BYTES:
            return Survey(utf16[0] if utf16 else "utf-8", 0, endless_line=True)
        if utf16 or (block.isascii() and not decoder.getstate()[0]):
            continue
        text = decoder.decode(block)
        found = Counter(ord(char) - 0xDC00 for char in _bad_bytes(text))
        bad.update(found)
        in_words += len(_BAD_IN_WORD.findall(text)) if found else 0
        good += 0 if bad and good > sum(bad.values()) else _letters_beyond_ascii(text) - sum(found.values())
    if utf16:
        return Survey(*utf16)
    return Survey("cp1250" if not bom and _speaks_1250(good, bad, in_words) else "utf-8", bom)


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            yield block


def _bad_bytes(text: str) -> list[str]:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return _BAD.findall(text)
    return []


def _letters_beyond_ascii(text: str) -> int:
    return len(text) - len(text.encode("ascii", "ignore"))


def _speaks_1250(good: int, bad: Counter[int], in_words: int) -> bool:
    """Nearly all that is no UTF-8 is a letter or quotation mark of ours in Windows-1250; UTF-8 sequences are chance.

    Or all of it is that or a letter of one neighbour's language, and stands in words with plain letters, as Cyrillic in
    another encoding does not; and of one stray byte nobody can tell.
    """
    total = bad.total()
    if not total or good > 0.1 * total:
        return False
    if sum(count for byte, count in bad.items() if byte in _LETTERS_1250) >= 0.9 * total:
        return True
    return total > 1 and not good and 2 * in_words >= total and any(bad.keys() <= known for known in _NEIGHBOURS)
