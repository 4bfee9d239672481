"""Telephone numbers in free text, as `tel:+<country><number>`.

In running text a number counts only when it says that it is one: `+`, `00`, or a local `0` with separators. Dates,
years and ids stay out. In the location field a bare `061123456` or `38761123456` counts too, and so does what a link to
a number names: `tel:` (RFC 3966), `sms:` (RFC 5724), `callto:`. Lengths follow ITU-T E.164 (at most 15 digits); local
numbers have nine or ten digits, as in Bosnia and Herzegovina and its neighbours. Which country a number without one is
of, the hotline says (`default_country_code`), so that it is one case with the same number written in full; whether
anybody was given that very number is not asked. Only what has not the shape of that country's numbers at all
(phonenumbers, Google's metadata) stays as it was dialled: `091 234 5678` of a reporter abroad is `tel:0912345678`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import phonenumbers

DEFAULT_COUNTRY = "387"
"""Bosnia and Herzegovina (ITU-T E.164 assigned country codes), where a hotline names no other."""

_GAP = r"[ \t\u00a0./()-]{0,3}"
_NUMBER = re.compile(
    rf"(?<![\w/.,:@#=+&-])\(?(?:(?P<abroad>(?:\+|00)\(?[1-9](?:{_GAP}\d){{7,14}})|(?P<local>0[1-9](?:{_GAP}\d){{7,8}}))"
    r"(?![\w@]|[./:-]\d)"
)
_DATE = re.compile(r"\d{1,2}[./-] ?\d{1,2}[./-] ?(?:19|20)\d\d")
_PLUS = re.compile("%2B", re.IGNORECASE)
_TRUNK = re.compile(r"\(0\)")
_NOT_DIGIT = re.compile(r"\D")


def phones(
    text: str, *, whole_field: bool = False, country: str = DEFAULT_COUNTRY
) -> Iterator[tuple[int, int, str]]:
    """Each number as (start, end, canonical); `whole_field`: also links to a number, and nothing but digits.

    `country` is the calling code of numbers written without one.
    """
    stripped = text.strip()
    if whole_field and _bare(country).fullmatch(stripped):
        start = text.index(stripped)
        yield start, start + len(stripped), _canonical(stripped, country)
        return
    if whole_field and ":" in text:
        link = _link(country)
        for match in link.finditer(text):
            yield match.start(), match.end(), _canonical(_PLUS.sub("+", match["number"]), country)
        text = link.sub(_blank, text)
    for match in _NUMBER.finditer(text):
        written = match["abroad"] or match["local"]
        if match["local"] and (written.isdigit() or _DATE.match(written)):
            continue
        yield match.start(match.lastgroup or 0), match.end(), _canonical(written, country)


@cache
def _link(country: str) -> re.Pattern[str]:
    """A number with neither `+` nor a beginning known here may be of any country: it is none."""
    return re.compile(
        rf"(?<![\w.+-])(?:tel|sms|smsto|callto):(?://)?(?P<number>(?:\+|%2B|00)\(?[1-9](?:{_GAP}[0-9]){{7,14}}"
        rf"|\(?0[1-9](?:{_GAP}[0-9]){{7,8}}|{country}[1-9](?:{_GAP}[0-9]){{7,8}})(?![\w@])",
        re.IGNORECASE,
    )


@cache
def _bare(country: str) -> re.Pattern[str]:
    return re.compile(rf"(?:0[1-9]\d{{7,8}}|{country}[1-9]\d{{7,8}})")


def _canonical(written: str, country: str) -> str:
    digits = _NOT_DIGIT.sub("", _TRUNK.sub("", written))
    if written.startswith("+") or digits.startswith(country):
        return "tel:+" + digits
    if digits.startswith("00"):
        return "tel:+" + digits[2:]
    return f"tel:+{country}{digits[1:]}" if _shape(country).fullmatch(digits[1:]) else f"tel:{digits}"


@cache
def _shape(country: str) -> re.Pattern[str]:
    """What the numbers of a country look like, given out or not; of a country nobody knows: any number."""
    region = phonenumbers.region_code_for_country_code(int(country))
    known = phonenumbers.PhoneMetadata.metadata_for_region(region)
    shape = known.general_desc.national_number_pattern if known and known.general_desc else None
    return re.compile(shape or r"\d+")


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])
