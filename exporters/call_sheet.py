"""One page a person reads to police on the telephone, and the empty log they fill in meanwhile.

The five lines are the cover's (`exporters/cover.py`). Addresses stand defanged and, below, spelled out, so that they
can be dictated and not opened. Nothing a reporter wrote is on it, and no internal number: the package follows sealed.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import replace

from exporters.cover import cover_lines, sender
from exporters.package import CaseView, Package, also_told, check_package
from exporters.wording import ALSO_TOLD, Words, capital
from triage.defang import defang
from triage.errors import RuleBroken
from triage.urgent_call import CallReason

PAGE_LINES, PAGE_CHARS = 62, 92
"""What fits on A4 in a fixed-width letter of 10 points."""
MOST_ADDRESSES, MOST_ADDRESS_CHARS, MOST_ADDRESS_LINES = 2, 120, 6
"""Nobody dictates more: what is longer, and further ones, come in the package."""
_MOST_TOLD = 4
"""Recipients named on paper that is read aloud."""
_AMOUNTS = (
    (_MOST_TOLD, MOST_ADDRESSES, MOST_ADDRESS_LINES), (_MOST_TOLD, 1, MOST_ADDRESS_LINES),
    *((1, 1, most) for most in range(MOST_ADDRESS_LINES, 1, -1)),
)  # fmt: skip
"""How many recipients, and how many addresses of at most how many lines, the best that fits first: one address that can
be used is worth more than two cut short, and than a list of who else was told."""
_LEAST_LOG_LINES = 7
"""Heading, fields, and two lines to write on: a full page says less of its addresses."""
_ADDRESS = "address"
_DECIDED = "referred_for"
"""Why a person sent it: a line of its own, since the first one tells what a program says."""
_UNUSABLE = "unusable_locator"
"""The reason code of reports that name a place nobody can look at, such as a user name without its platform."""
_VALUES_AT = 16
"""The column the head's values begin in."""
_QUESTIONS = ("ask_taker", "ask_number", "ask_next", "ask_hold", "ask_package")
_SPOKEN = {
    ".": "dot", "/": "slash", ":": "colon", "-": "hyphen", "_": "underscore", "?": "question_mark", "=": "equals",
    "&": "ampersand", "%": "percent", "#": "number_sign", "@": "at_sign", "+": "plus", "~": "tilde",
}  # fmt: skip
_CAPITAL = "capital"
_PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]|[0-9]{1,5}|.", re.DOTALL)
"""A word in one piece, digits in groups of five as one dictates them, any other character by itself."""


def call_sheet(package: Package, reason: CallReason, words: Words) -> str:
    """The page, at most PAGE_LINES of PAGE_CHARS, in the language of `words`; `reason` says why the call is made.

    Raises RuleBroken unless the package (never sent itself) is of one case and names everything by codes.
    """
    check_package(package)
    if len(package.cases) != 1:
        raise RuleBroken("a call sheet is about one case")
    elsewhere = [words.said("call", "elsewhere", count=package.elsewhere)] if package.elsewhere else []
    questions = (f"  [ ] {words.said('call', name)}" for name in _QUESTIONS)
    after = [*elsewhere, "", words.said("call", "ask"), *questions, ""]
    for told, count, most in _AMOUNTS:
        before = [*_head(package, reason, words), "", *_five_lines(package, reason, words, told), ""]
        lines = _addresses(package, words, count, most)
        room = PAGE_LINES - len(before) - len(lines) - len(after)
        if room >= _LEAST_LOG_LINES:
            break
    return "".join(f"{line}\n" for line in (*before, *lines, *after, *_log(words, room)))


def spelled(text: str, words: Words) -> str:
    """Words whole and digits in groups of five, every other character by its name in brackets, or by its number.

    A capital is said to be one; a letter outside a to z is told by its Unicode number, since it may look the same.
    """
    return " ".join(_named(part, words) for part in _PART.findall(text))


def _named(part: str, words: Words) -> str:
    first = part[0]
    if first in _SPOKEN:
        return f"({words.said('spoken', _SPOKEN[first])})"
    if first.isascii() and first.isupper():
        return f"({words.said('spoken', _CAPITAL)}) {part}"
    return part if first.isascii() and first.isalnum() else f"(U+{ord(first):04X})"


def _head(package: Package, reason: CallReason, words: Words) -> Iterator[str]:
    reference = package.cases[0].reference
    yield words.said("call", "title").upper()
    yield from _wrapped(words.said("call", "confidential"), "")
    yield ""
    if sender(package):
        yield from _wrapped(_pair(words.said("document", "hotline"), sender(package)), " " * _VALUES_AT)
    yield _pair(words.said("call", "for"), words.code("recipient", package.recipient))
    yield _pair(words.said("call", "reference"), f"{reference}   ({'   '.join(map(_apart, reference.split('-')))})")
    yield _pair(words.said("call", "why"), words.code("call_reason", reason))
    before = f"   {words.said('document', 'package')}: {package.name}" if package.name else ""
    yield _pair(words.said("call", "made"), words.time(package.made_at, package.letterhead.zone) + before)
    yield ""
    yield _blank(words.said("call", "who_to_call"))
    yield ""
    yield from _wrapped(words.said("call", "say_first"), "")


def _five_lines(package: Package, reason: CallReason, words: Words, most: int) -> Iterator[str]:
    """The cover's lines but for when a package was made, since there is none yet; then by which numbers police will
    know the reports, why people sent it, and who else was told (`most` of each). The first begins with the person's
    `reason`: what a program found, or did not find, comes after it.

    No text is on a sheet, whether somebody released it or not.
    """
    (case,) = package.cases
    shown = {name: fact for name, fact in case.facts.items() if name != _DECIDED}
    package = replace(package, cases=(replace(case, facts=shown, withheld=()),))
    made = words.said("cover", "made", made=words.time(package.made_at, package.letterhead.zone))
    urgency, *others = cover_lines(package, words)
    said = capital(words.code("call_reason", reason))
    found = urgency.body[:1].lower() + urgency.body[1:]
    yield from _wrapped(f"1 {urgency.heading}: {words.said('call', 'urgency', reason=said, found=found)}", "  ")
    for number, line in enumerate(others, start=2):
        yield from _wrapped(f"{number} {line.heading}: {line.body.removesuffix(made).rstrip()}", "  ")
    if isinstance(count := case.facts.get("reports"), int) and count:
        numbers = "1" if count == 1 else f"1–{count}"
        yield from _wrapped(f"  {words.said('call', 'reports', numbers=numbers)}", "  ")
    if case.withheld:
        yield from _wrapped(f"  {words.said('call', 'texts')}", "  ")
    if decided := case.facts.get(_DECIDED):
        yield from _wrapped(f"  {words.field(_DECIDED)}: {words.value(_DECIDED, decided)}", "  ")
    for name in ALSO_TOLD:
        if told := also_told(case, name):
            told = told if len(told) <= most else (*told[:most], "…")
            yield from _wrapped(f"  {words.field(name)}: {words.value(name, told)}", "  ")


def _addresses(package: Package, words: Words, count: int, most: int) -> list[str]:
    """The first `count` addresses, `most` lines for each, and how many more there are."""
    items = [item.facts for item in package.cases[0].items if _ADDRESS in item.facts]
    if not items:
        return _wrapped(words.said("call", _why_none(package.cases[0])), "  ")
    lines = [f"{words.said('call', 'addresses')}:"]
    for facts in items[:count]:
        lines += _address(str(facts[_ADDRESS]), words.code("kind", facts.get("kind")), words, most)
    more = len(items) - count
    return [*lines, words.said("call", "more", count=more)] if more > 0 else lines


def _why_none(case: CaseView) -> str:
    if case.kept_back:
        return "kept_back"
    codes = case.facts.get("reason_codes")
    return "unusable_address" if isinstance(codes, tuple) and _UNUSABLE in codes else "no_address"


def _address(address: str, kind: str, words: Words, most: int) -> list[str]:
    """Defanged, then spelled; as much from its start as `most` lines hold, and a word that it is cut."""
    for length in range(min(len(address), MOST_ADDRESS_CHARS), 0, -1):
        said = address[:length]
        cut = f" ({words.said('call', 'cut')})" if length < len(address) else ""
        lines = _wrapped(f"- {kind}: {defang(said)}", "  ")
        lines += [f"  {line}" for line in _wrapped(spelled(said, words) + cut, "", PAGE_CHARS - 2)]
        if len(lines) <= most:
            return lines
    return []


def _log(words: Words, room: int) -> Iterator[str]:
    """Empty fields, then lines to write on down to the end of the page."""
    fields = ("spoken_with", "spoken_at", "their_number")
    yield words.said("call", "log").upper()
    yield from (_blank(words.said("call", name)) for name in fields)
    yield f"{words.said('call', 'said')}:"
    yield from ["_" * PAGE_CHARS] * (room - len(fields) - 2)


def _pair(name: str, value: str) -> str:
    return f"{name + ':':<{_VALUES_AT}}{value}"


def _blank(name: str) -> str:
    return f"{name}: ".ljust(PAGE_CHARS, "_")


def _apart(group: str) -> str:
    return " ".join(group)


def _wrapped(text: str, indent: str, width: int = PAGE_CHARS) -> list[str]:
    return textwrap.wrap(text, width, subsequent_indent=indent, break_on_hyphens=False)
