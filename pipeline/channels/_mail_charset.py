"""Bytes of a mail to text, whatever the mail says its character set is.

A mail may name no set, one that does not exist, or a wrong one. Then the bytes are read as UTF-8, Windows-1250 or
Latin-1, and what was wrong is said in a short code, so that a person knows why a text looks odd.
"""

from __future__ import annotations

import codecs

from pipeline.channels._rejects import storable

_ASCII = frozenset({"", "ascii", "us-ascii", "unknown-8bit", "x-unknown", "utf8", "utf-8"})
_NO_CHARSETS = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined"})
"""Python codecs that are no character sets of mail; some take quadratic time."""


_ONE_BYTE = ("cp125", "iso8859")
"""Sets in which every byte is a letter: text in UTF-8 that claims to be in one would come out as rubbish."""


def decode_mail_bytes(data: bytes, charset: str | None) -> tuple[str, str | None]:
    """The text, without NUL and lone surrogates, and a code for what was wrong (None if nothing)."""
    text, problem = _decode(data, (charset or "").strip("\"' ").lower())
    if "\0" in text:
        text, problem = text.replace("\0", "\N{REPLACEMENT CHARACTER}"), problem or "nul_characters"
    return storable(text), problem


def _decode(data: bytes, charset: str) -> tuple[str, str | None]:
    if charset in _ASCII:
        return _undeclared(data, "bad_bytes" if charset.startswith("utf") else "no_charset")
    try:
        name = codecs.lookup(charset).name.replace("-", "_")
        if name.startswith(_ONE_BYTE) and _is_utf8(data):
            return data.decode("utf-8"), "utf8_declared_otherwise"
        if name not in _NO_CHARSETS:
            return data.decode(charset), None
    except UnicodeError:
        return data.decode("latin-1"), "bad_bytes"
    except (LookupError, ValueError):  # ValueError: a NUL in the name
        pass
    return data.decode("latin-1"), "unknown_charset"


def _is_utf8(data: bytes) -> bool:
    """Whether bytes beyond ASCII are there and make sense as UTF-8, which no other set's text does by chance."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not data.isascii()


def _undeclared(data: bytes, problem: str) -> tuple[str, str | None]:
    try:
        return data.decode("utf-8"), None
    except UnicodeDecodeError:
        pass
    if problem == "bad_bytes":
        return data.decode("latin-1"), problem
    return data.decode("cp1250", "replace"), problem
