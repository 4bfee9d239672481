"""Why a row could not become a report, and what a person can do about it: one list for all channels.

Advice never holds a value of the row; values travel beside it, to be sealed (DESIGN §1, personal data).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from pipeline.channels.base import MAX_FIELD_CHARS, RowReject

_WHOLE = "the whole lies where it came from, or sealed: `hotline rejects show`"

ADVICE: Mapping[str, str] = {
    "call_no_text": "this SOS call holds no text that could be read; telephone the sender at once",
    "document_too_large": f"the file is larger than one document may be; ask the sender to split it; {_WHOLE}",
    "duplicate_key": "one object names the same field twice; keep the right one and feed the row in again",
    "empty_file": "the file is empty; ask the sender for it again, by telephone if it is an SOS call",
    "field_too_long": f"a field is longer than {MAX_FIELD_CHARS} characters; shorten it and feed the row in again",
    "list_in_line": "this line is a list: save the list alone as a .json file and feed that in",
    "line_too_long": f"a line is too long to be read; check what kind of file it is, or split it; {_WHOLE}",
    "mail_header_too_long": "a header of the message is damaged; copy out the text and enter it as a new report",
    "mail_too_large": f"the message is larger than 25 MB; ask for the addresses as text, without attachments; {_WHOLE}",
    "mail_not_understood": "this program fails at the message: report that; read it here and enter it as a new report",
    "mail_too_nested": "the message holds too many messages inside each other; copy out the innermost text",
    "missing_part": "the document lacks the part that holds the reports; ask the sender for it again",
    "no_header": (
        "the first line names no known column; name them: `hotline rejects mend ID --heading …`; if it is a letter,"
        " enter it with `hotline new`, then `hotline rejects close ID --reason other` (docs/rejects.md)"
    ),
    "not_a_number": "the row holds a number that is none (NaN or infinite); put text or nothing there",
    "not_an_object": "an object with field names was expected here; mend the entry and feed it in again",
    "not_json": "this is not valid JSON; mend the entry and feed it in again",
    "nul_character": "a field holds a NUL character; remove it and feed the row in again",
    "reader_failed": f"this program fails at this file from here on: report that; nothing further was read; {_WHOLE}",
    "too_deep": "the entry nests too deeply to be read; flatten it and feed it in again",
    "too_many_cells": "the row has more cells than the heading; quote the text that holds the separator",
    "too_many_columns": "the table has more than 20,000 columns; leave out the empty ones and feed it in again",
    "truncated_document": "the file ends in the middle; ask the sender for it again",
    "truncated_row": "the file ends in the middle of this row; ask the sender for the rest",
    "unclosed_quote": "a quotation mark opens here and never closes; add or remove it and feed the row in again",
    "undecodable": "some bytes are no text in the file's encoding; mend the text (--set) and feed the row in again",
    "words_beside_address": "no heading says where the address ends: --set location=ADDRESS --set description=WORDS",
}
"""Every reason a channel may give, with what to do."""

RAW_MESSAGE = "raw_message"
"""Under this name a reject keeps the message it came in, one character a byte."""

OUR_MISTAKES = (ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What a reader of ours ends with at an input nobody foresaw: that input becomes a reject, and nothing else stops."""
IN_PART = frozenset({"document_too_large", "line_too_long", "mail_too_large", "reader_failed"})
"""Reasons whose reject holds nothing of the rows, or only how they begin: their file is never deleted."""
_NO_TEXT = re.compile("[\ud800-\udfff]")


def reject(row: int, reason: str, values: Mapping[str, str], field: str = "") -> RowReject:
    """A reject with the advice that belongs to its reason. Raises KeyError for a reason not in `ADVICE`."""
    return RowReject(row=row, field=field, reason=reason, advice=ADVICE[reason], values=values)


def trouble_with(text: str) -> str | None:
    """The reason why this text can be no field's value, or None if it can.

    Lone surrogates stand for bytes that are no text (`_encoding`) or come from JSON escapes; neither the store nor
    Parquet could hold them.
    """
    if len(text) > MAX_FIELD_CHARS:
        return "field_too_long"
    if "\0" in text:
        return "nul_character"
    return None if is_text(text) else "undecodable"


def is_text(text: str) -> bool:
    """Whether no lone surrogate is in it, which would stand for a byte or half a character that is no text."""
    return text.isascii() or not _NO_TEXT.search(text)


def readable(text: str) -> str:
    """The same text with the replacement sign for bytes that are no text."""
    return text if is_text(text) else _NO_TEXT.sub("\N{REPLACEMENT CHARACTER}", text)


def message_kept(message: bytes | None) -> dict[str, str]:
    """The message a row came in, so that a reject keeps it too."""
    return {} if message is None else {RAW_MESSAGE: message.decode("latin-1")}


def first_trouble(values: Mapping[str, str | None]) -> tuple[str, str] | None:
    """The first field whose text cannot be used, with the reason; None if all can."""
    for name, text in values.items():
        reason = trouble_with(text) if text else None
        if reason:
            return name, reason
    return None


def storable(text: str) -> str:
    """The same text with lone surrogates written as `\\udcxx`, so that a reject's values can be sealed as UTF-8."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
