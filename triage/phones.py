"""Telephone numbers in free text, as `tel:+<country><number>`.

In running text a number counts only when it says that it is one: `+`, `00`, or a local `0` with separators. Dates,
years and ids stay out. In the location field a bare `061123456` or `38761123456` counts too, and so does what a link to
a number names: `tel:` (RFC 3966), `sms:` (RFC 5724), `callto:`. Lengths follow ITU-T E.164 (at most 15 digits); local
numbers have nine or ten digits, as in Bosnia and Herzegovina and its neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

DEFAULT_COUNTRY = "387"
"""Bosnia and Herzegovina (ITU-T E.164 assigned country codes)."""

_GAP = r"[ \t\u00a0./()-]{0,3}"
_NUMBER = re.compile(
    rf"(?<![\w/.,:@#=+&-])\(?(?:(?P<abroad>(?:\+|00)\(?[1-9](?:{_GAP}\d){{7,14}})|(?P<local>0[1-9](?:{_GAP}\d){{7,8}}))"
    r"(?![\w@]|[./:-]\d)"
)
_LINK = re.compile(
    rf"(?<![\w.+-])(?:tel|sms|smsto|callto):(?://)?(?P<number>(?:\+|%2B|00)\(?[1-9](?:{_GAP}[0-9]){{7,14}}"
    rf"|\(?0[1-9](?:{_GAP}[0-9]){{7,8}}|{DEFAULT_COUNTRY}[1-9](?:{_GAP}[0-9]){{7,8}})(?![\w@])",
    re.IGNORECASE,
)
"""A number with neither `+` nor a beginning known here may be of any country: it is none."""
_BARE = re.compile(rf"(?:0[1-9]\d{{7,8}}|{DEFAULT_COUNTRY}[1-9]\d{{7,8}})")
_DATE = re.compile(r"\d{1,2}[./-] ?\d{1,2}[./-] ?(?:19|20)\d\d")
_PLUS = re.compile("%2B", re.IGNORECASE)
_TRUNK = re.compile(r"\(0\)")
_NOT_DIGIT = re.compile(r"\D")


def phones(text: str, *, whole_field: bool = False) -> Iterator[tuple[int, int, str]]:
    """Each number as (start, end, canonical); `whole_field`: also links to a number, and nothing but digits."""
    stripped = text.strip()
    if whole_field and _BARE.fullmatch(stripped):
        start = text.index(stripped)
        yield start, start + len(stripped), _canonical(stripped)
        return
    if whole_field and ":" in text:
        for match in _LINK.finditer(text):
            yield match.start(), match.end(), _canonical(_PLUS.sub("+", match["number"]))
        text = _LINK.sub(_blank, text)
    for match in _NUMBER.finditer(text):
        written = match["abroad"] or match["local"]
        if match["local"] and (written.isdigit() or _DATE.match(written)):
            continue
        yield match.start(match.lastgroup or 0), match.end(), _canonical(written)


def _canonical(written: str) -> str:
    digits = _NOT_DIGIT.sub("", _TRUNK.sub("", written))
    if written.startswith("+") or digits.startswith(DEFAULT_COUNTRY):
        return "tel:+" + digits
    if digits.startswith("00"):
        return "tel:+" + digits[2:]
    return f"tel:+{DEFAULT_COUNTRY}{digits[1:]}"


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])
