"""A text part's bytes as they were before transport, also where its header lies about how they were packed.

Mail programs and web forms say `base64` over plain words: unpacked by that word, a cry for help is noise. So a part
that does not unpack cleanly, or unpacks to noise, is read as it stands; where nobody can say which reading is right,
both are kept, and the mail says so (`TWO_READINGS`).
"""

from __future__ import annotations

import binascii
import re
from copy import copy
from email.message import Message
from typing import NamedTuple

from pipeline.channels.base import TWO_READINGS

BAD_TRANSFER = "bad_transfer_encoding"
"""The part was read as it stands; `TWO_READINGS`: in both ways, and a person looks."""
_ENCODING = "Content-Transfer-Encoding"
_NO_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
_NO_QUOTED = re.compile(
    rb"=(?![0-9A-Fa-f]{2}|[ \t]*\r?(?:\n|\Z))|[^\t\n\r -~]|(?<=.)=(?:3[0-9]|[46][1-9A-Fa-f]|[57][0-9Aa])"
)
"""No such mark, a byte that needs one, or one for a letter or digit that needs none: `?id=41` of an address."""
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LONG_RUN = re.compile(rb"[A-Za-z0-9+/]{40}")
"""Letters without a blank: longer than any word, so that it may be base64 indeed."""
_INNER_BLANK = re.compile(rb"[^ \t\r\n][ \t]+[^ \t\r\n]")


class Unpacked(NamedTuple):
    """What a part says, in one reading or, of `TWO_READINGS`, in two; `problem` is None where the header told true."""

    readings: tuple[bytes, ...]
    problem: str | None = None

    @property
    def doubtful(self) -> bool:
        """Whether another part that says the same should be read too: the header lied, or it is noise."""
        return self.problem is not None or any(map(_CONTROL.search, self.readings))


def unpacked(part: Message) -> Unpacked:
    """The readings of a part that is text. Never raises, however it is packed."""
    said = str(part.get(_ENCODING, "")).strip().lower()
    stands = _as_it_stands(part)
    if said == "base64":
        return _base64(stands)
    try:
        data = part.get_payload(decode=True)
    except (ValueError, IndexError):
        return Unpacked((stands,), BAD_TRANSFER)
    data = data if isinstance(data, bytes) else b""
    if said == "quoted-printable" and _NO_QUOTED.search(stands) and data.split() != stands.split():
        return Unpacked((data, stands), TWO_READINGS)
    return Unpacked((data,))


def _base64(stands: bytes) -> Unpacked:
    """Base64 with stray blanks, line ends or without its padding is honest; plain words may be letters and blanks."""
    packed = b"".join(stands.split())
    is_clean = not _NO_BASE64.search(packed.rstrip(b"="))
    data = _decoded(packed if is_clean else _packed_lines(stands))
    is_long, has_blanks = _LONG_RUN.search(stands) is not None, _INNER_BLANK.search(stands) is not None
    if is_clean and (is_long or _is_readable(data) or not (_is_noise(data) or has_blanks)):
        return Unpacked((data,))
    is_words = _is_noise(data) and has_blanks if is_clean else not (is_long or _is_readable(data))
    return Unpacked((stands,), BAD_TRANSFER) if is_words else Unpacked((data, stands), TWO_READINGS)


def _packed_lines(stands: bytes) -> bytes:
    """The lines that may be base64 among others: a mailing list adds words of its own below."""
    lines = (line.strip() for line in stands.splitlines())
    return b"".join(line for line in lines if _LONG_RUN.search(line) or not _NO_BASE64.search(line.rstrip(b"=")))


def _decoded(packed: bytes) -> bytes:
    """Whatever can be decoded of it, up to its first padding; without its last letter where that alone stands over."""
    try:
        return binascii.a2b_base64(packed + b"==")
    except binascii.Error:
        letters = _NO_BASE64.sub(b"", packed)
        return binascii.a2b_base64(letters[: len(letters) // 4 * 4])


def _is_readable(data: bytes) -> bool:
    """Whether it is text in UTF-8, which no other bytes are by chance."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return bool(data.strip()) and not _is_noise(data)


def _is_noise(data: bytes) -> bool:
    return _CONTROL.search(data) is not None


def _as_it_stands(part: Message) -> bytes:
    plain = copy(part)
    del plain[_ENCODING]
    data = plain.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""
