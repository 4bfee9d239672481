"""One number written with odd signs between its digits ("061 , 123 | 456"), evened so that every layer reads it.

Done once, where a text is read (`text.py`), in place: no offset moves, and no layer needs to know of the signs. What
only looks like a number is left alone: a chain of digits is evened where it has the shape of a telephone number, JMBG,
card, account or date. A comma and a blank part a list ("5, 10, 15"), so there more is asked, and what rises by equal
steps, years, and round amounts are a list however they are parted. HTML entities are read as what they stand for.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from triage.redacting.digits import DASHES
from triage.redacting.identifiers import IBAN_CHARS

_ENTITY = re.compile(r"&(?:amp;){0,3}(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,31}\d{0,2});")
_BETWEEN = rf"[ \t,;|+~=#<>/\\._*'’\u00b7{DASHES}]"
_ODD = re.compile(rf"\d(?:[,;|+~=#<>'’]|(?!\. ){_BETWEEN}{{2,3}})\d")
_SCREEN = re.compile(rf"\d{_BETWEEN}{{1,3}}\d")
_CHAIN = re.compile(
    rf"(?<![\w.,])(?<!\w-)(?:[A-Za-z]{{2}}(?:{_BETWEEN}{{1,3}})?)?"
    rf"(?P<digits>\d{{1,13}}(?:{_BETWEEN}{{1,3}}\d{{1,13}}){{1,24}})(?!\w|-\w)"
)
_LISTED = re.compile(r"(?<=[,;])[ \t]+(?=\d)")
_PART = re.compile(rf"\d+(?:(?![,;][ \t]){_BETWEEN}{{1,3}}\d+)+")
_GROUP = re.compile(r"\d+")
_COUNTRY_CHARS = 2
_CARD, _PHONE, _COUNTRY_PHONE = range(13, 20), range(8, 16), range(10, 16)
_COUNTRIES = frozenset({"387", "385", "381", "382", "383", "355", "389", "386", "49", "43", "41"})
_ID_NUMBER = re.compile(r"(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])[09]\d{8}")
_YEAR = re.compile(r"(?:19|20)\d\d")
_DATES = (re.compile(r"\d{1,2} \d{1,2} (?:19|20)\d\d"), re.compile(r"(?:19|20)\d\d \d{1,2} \d{1,2}"))
_LONGEST_GROUP, _LEAST_LEAD = 7, 3
_LOCAL_ACCOUNT = re.compile(r"[1-9]\d\d (?:\d{3,4} \d{4,8}|\d{4,13}) \d\d")


def without_entities(text: str) -> tuple[str, list[int]] | None:
    """The text with HTML entities read as characters and the way back; None where there is none."""
    pieces: list[str] = []
    places: list[int] = []
    last = 0
    for match in _ENTITY.finditer(text):
        read = match.group()
        while (once := html.unescape(read)) != read:
            read = once
        if read != match.group():
            pieces += [text[last : match.start()], read]
            places += [*range(last, match.start()), *([match.start()] * len(read))]
            last = match.end()
    if not last:
        return None
    return "".join([*pieces, text[last:]]), [*places, *range(last, len(text) + 1)]


def evened(text: str) -> str:
    """The text, of the same length, with blanks for odd signs inside one number and a dot for those inside a date."""
    if _SCREEN.search(text) is None:
        return text
    pieces, last = [], 0
    for match in _CHAIN.finditer(text):
        for start, end, sign in _numbers(text, match):
            groups = [group.span() for group in _GROUP.finditer(text, start, end)]
            for (_, before), (behind, _) in pairwise(groups):
                pieces += [text[last:before], sign, " " * (behind - before - 1)]
                last = behind
    return "".join([*pieces, text[last:]])


def _numbers(text: str, chain: re.Match[str]) -> Iterator[tuple[int, int, str]]:
    """What is one number in a chain, and what to put between its groups: parts apart from a list, else the whole."""
    first, end = chain.start("digits"), chain.end()
    groups = _GROUP.findall(text, first, end)
    if _is_account(text[chain.start() : first], groups):
        yield first, end, " "
        return
    if _ODD.search(text, first, end) is None:
        return
    signed = text[max(0, first - 1) : first] == "+"
    listed = _LISTED.search(text, first, end) is not None
    found = False
    for part in _PART.finditer(text, first, end) if listed else ():
        sign = _sign(_GROUP.findall(part.group()), listed=False, signed=signed and part.start() == first)
        if sign is not None:
            found = True
            yield *part.span(), sign
    whole = None if found else _sign(groups, listed=listed, signed=signed)
    if whole is not None:
        yield first, end, whole


def _is_account(head: str, groups: Sequence[str]) -> bool:
    """Whether it has an IBAN's country and length; "se 2010, 2011" are two words, its check digits stand apart."""
    chars = IBAN_CHARS.get(head[:2].upper(), 0)
    together = len(head) == _COUNTRY_CHARS or len(groups[0]) == _COUNTRY_CHARS
    return chars == _COUNTRY_CHARS + len("".join(groups)) and together and not is_list(groups)


def _sign(groups: Sequence[str], *, listed: bool, signed: bool) -> str | None:
    """What joins the groups of one number: a dot in a date, else a blank; None where they are none."""
    said = " ".join(groups)
    if any(shape.fullmatch(said) for shape in _DATES):
        return "."
    if is_list(groups):
        return None
    digits = "".join(groups)
    shaped = _is_id(digits, listed) or _is_card(groups, digits, listed) or _is_phone(groups, digits, listed, signed)
    return " " if shaped or (not listed and _LOCAL_ACCOUNT.fullmatch(said) is not None) else None


def is_list(groups: Sequence[str]) -> bool:
    """Equal steps, years, round amounts."""
    steps = {int(one) - int(other) for one, other in pairwise(groups)}
    years = all(_YEAR.fullmatch(one) for one in groups)
    return (len(groups) > 2 and len(steps) == 1 and steps != {0}) or years or all(one[-1:] == "0" for one in groups)


def _is_id(digits: str, listed: bool) -> bool:
    from stdnum.si import emso

    return _ID_NUMBER.fullmatch(digits) is not None and (not listed or emso.is_valid(digits))


def _is_card(groups: Sequence[str], digits: str, listed: bool) -> bool:
    from stdnum import luhn

    sizes = [len(one) for one in groups]
    usual = sizes == [4, 6, 5] or set(sizes) == {1} or (set(sizes[:-1]) == {4} and sizes[-1] <= 4)
    if not usual or len(digits) not in _CARD or digits[0] not in "23456":
        return False
    return luhn.is_valid(digits) or (not listed and sizes[0] == 4)


def _is_phone(groups: Sequence[str], digits: str, listed: bool, signed: bool) -> bool:
    """A sign or zeros that no count begins with, or a country's code by itself."""
    sizes = [len(one) for one in groups]
    if max(sizes) > _LONGEST_GROUP or len(digits) not in _PHONE:
        return False
    alone = set(sizes) == {1}
    if signed or (digits[0] == "0" and (sizes[0] >= _LEAST_LEAD or alone)):
        return True
    return not listed and groups[0] in _COUNTRIES and len(digits) in _COUNTRY_PHONE and min(sizes) > 1
