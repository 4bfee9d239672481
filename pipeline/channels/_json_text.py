"""Strict JSON from outside: what the standard reader would let pass quietly is an error with a reason of its own.

Refused: NaN and infinite numbers, an object naming one field twice (which of the two would be the report?), nesting
deeper than the reader's stack. Everything else comes out as text, because a channel hands over text.
"""

from __future__ import annotations

import json

from triage.errors import UnusableInput


class UnreadableJson(UnusableInput):
    """This text is no usable JSON object; `reason` is a key of `_rejects.ADVICE`. Holds nothing of the text."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def decode(data: bytes) -> str:
    """The text of a JSON file in UTF-8, UTF-16 or UTF-32, marked or not; raises UnreadableJson."""
    try:
        return data.decode(json.detect_encoding(data))
    except UnicodeDecodeError as error:
        cut_off = error.end == len(data) and error.reason.startswith(("unexpected end", "truncated"))
        raise UnreadableJson("truncated_document" if cut_off else "undecodable") from None


def parse_object(text: str) -> dict[str, object]:
    """One JSON object. Raises UnreadableJson (`truncated_document` if more text would have mended it, `not_json` …)."""
    value = parse_value(text)
    if not isinstance(value, dict):
        raise UnreadableJson("not_an_object")
    return value


def parse_value(text: str) -> object:
    """One JSON value of any kind; raises UnreadableJson as `parse_object` does."""
    try:
        value: object = _DECODER.decode(text)
    except RecursionError:
        raise UnreadableJson("too_deep") from None
    except json.JSONDecodeError as error:
        whole = text.rstrip()
        cut_off = error.pos >= len(whole) or not whole.endswith("]" if whole.lstrip().startswith("[") else "}")
        raise UnreadableJson("truncated_document" if cut_off else "not_json") from None
    except ValueError:  # an integer of more than 4,300 digits
        raise UnreadableJson("not_a_number") from None
    return value


def as_text(value: object) -> str | None:
    """A JSON value as a cell: text as it is, true/false, numbers as written, lists and objects as JSON; else None.

    Empty text, lists and objects are None: nothing was said. Raises UnreadableJson for what nests too deeply.
    """
    if value is None or value in ("", [], {}):
        return None
    if isinstance(value, str):
        return value
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    except RecursionError:
        raise UnreadableJson("too_deep") from None


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise UnreadableJson("duplicate_key")
    return found


def _refuse(_name: str) -> object:
    raise UnreadableJson("not_a_number")


def _finite(written: str) -> float:
    value = float(written)
    if value in (float("inf"), float("-inf")):
        raise UnreadableJson("not_a_number")
    return value


_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_refuse, parse_float=_finite)
