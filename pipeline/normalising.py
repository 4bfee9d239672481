"""One input per line to its canonical address and case key, as one row per line that any CSV reader can read.

Why a module of its own: people pipe lists through it, so it starts fast (no store, no frames) and streams. Lines end
at LF alone; what a reader could take for a new row, a new cell or a quoted cell is written as `\\uXXXX` (four
hexadecimal digits), also a backslash that stands before what looks like such an escape. So `unescape` gives back
exactly what was read, and an ordinary backslash stays one. Bytes that are no UTF-8 appear as `\\udcXX` (PEP 383).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import islice

from triage.locators import Locator, find_many
from triage.url_rules import UrlRules

COLUMNS = ("input", "canonical", "case_key", "kind", "registrable_domain", "rules")
_UNSAFE = re.compile(r'[\x00-\x1f"\x7f-\x9f\u2028\u2029\ud800-\udfff]|\\(?=u[0-9a-fA-F]{4})')
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")


@dataclass(frozen=True, slots=True)
class Normalised:
    """One line: the input as read, and its first locator that leads to content (else its first one), or empty.

    `rules` are the steps that led to canonical form and case key, joined by blanks; the last one is `problem:` and the
    reason where the address leads to no content.
    """

    input: str
    canonical: str = ""
    case_key: str = ""
    kind: str = ""
    registrable_domain: str = ""
    rules: str = ""

    def as_tsv(self) -> str:
        """A line of tab-separated cells, with its LF."""
        cells = (self.input, self.canonical, self.case_key, self.kind, self.registrable_domain, self.rules)
        harmless = _UNSAFE.search("".join(cells)) is None
        return "\t".join(cells if harmless else map(escape, cells)) + "\n"

    def as_json(self) -> str:
        """A line with one JSON object, in ASCII, with its LF."""
        return json.dumps(asdict(self)) + "\n"


def normalised(lines: Iterable[bytes], rules: UrlRules, at_once: int = 1) -> Iterator[Normalised]:
    """One row per line, in order, whatever the line holds; lines may carry their LF.

    `at_once`: how many lines are read before the first is answered; many are quicker, one suits a person who types.
    """
    texts = (line.removesuffix(b"\n").decode("utf-8", "surrogateescape") for line in lines)
    while some := list(islice(texts, at_once)):
        for text, found in zip(some, find_many(some, rules), strict=True):
            yield _row(text, found)


def escape(cell: str) -> str:
    """The cell without anything that ends a cell, a line or a quoted cell."""
    if _UNSAFE.search(cell) is None:
        return cell
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", cell)


def unescape(cell: str) -> str:
    """The reverse of `escape`, exact for every text."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), cell)


def _row(text: str, found: tuple[Locator, ...]) -> Normalised:
    if not found:
        return Normalised(text)
    chosen = next((locator for locator in found if locator.actionable), found[0])
    rules = (*chosen.rules, f"problem:{chosen.problem}") if chosen.problem else chosen.rules
    return Normalised(
        text, chosen.canonical, chosen.case_key, chosen.kind, chosen.registrable_domain or "", " ".join(rules)
    )
