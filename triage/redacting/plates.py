"""Registration plates as written in the region.

BiH A12-B-345, Croatia ZG 1234-AB, Serbia BG 123-AB, Montenegro PG AB123, Albania AA 123 BB, Germany B-AB 123. A shape
alone counts when it is written as on a plate, in capitals (the Bosnian one with hyphens or nothing between also in
small letters); after a naming word ("tablice", "registracija") any short mix of letters and digits counts. What plates
start with is data.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from triage.redacting.digits import DASHES
from triage.redacting.spans import Span, Text
from triage.redacting.wording import pattern

_GAP = rf"[ {DASHES}\u00b7*]{{0,3}}"
_BIH = re.compile(
    rf"(?<![^\W_])[A-Za-z]\d\d ?[{DASHES}] ?[A-Za-z] ?[{DASHES}] ?\d{{3}}(?!\d)"
    rf"|(?<!\w)[AEJKMOT]\d\d{_GAP}[AEJKMOT]{_GAP}\d{{3}}(?!\w)"
    r"|(?<![\w/@.=-])[aejkmot]\d\d[aejkmot]\d{3}(?![\w@/]|[.-]\w)"
)
_OLD_BIH = re.compile(rf"(?<!\w)\d{{3}} ?[{DASHES}] ?[AEJKMOT] ?[{DASHES}] ?\d{{3}}(?!\w)")
_AL = re.compile(r"(?<!\w)[A-Z]{2}[ -]?\d{3}[ -]?[A-Z]{2}(?!\w)")
_DE = re.compile(r"(?<![\w-])[A-ZÄÖÜ]{1,3}[-–] ?[A-Z]{1,2} ?\d{1,4}[EH]?(?![\w-])")
_NO_TAIL = r"(?!(?:i|u|a|o|s|k|e|je|su|se|na|da|sa|za|od|do|po|ne|no|is|in|on|or|at|to|ne|te)(?!\w))"
_NAMED = (
    r"[^\w\n]{0,6}(?:(?:je|su|br|broj|oznak[a-z]|auta?|vozila|is|ist|eshte|number|nummer|numri)\b[^\w\n]{0,4}){0,4}"
    r"(?P<value>(?=[^\n]{0,9}\d)[a-z0-9]{1,8}"
    rf"(?:[ -]{{1,3}}{_NO_TAIL}(?=[a-z]{{0,2}}\d|[a-z]{{1,2}}(?!\w))[a-z0-9]{{1,6}}){{0,7}})(?!\w)"
)


@dataclass(frozen=True, slots=True)
class Plates:
    """The layer; `naming` are phrases before a plate, `codes` what plates of HR, RS and ME start with."""

    naming: Sequence[str]
    codes: Sequence[str]
    name: str = "plates"
    version: str = "3"
    _named: re.Pattern[str] = field(init=False, repr=False)
    _coded: re.Pattern[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        codes = "|".join(re.escape(code) for code in self.codes) or r"(?!)"
        shape = rf"(?<!\w)(?:{codes}){_GAP}(?:\d{{3,5}}{_GAP}[A-ZČĆĐŠŽ]{{1,2}}|[A-Z]{{2}}{_GAP}\d{{3}})(?!\w)"
        object.__setattr__(self, "_named", re.compile(pattern(self.naming) + _NAMED))
        object.__setattr__(self, "_coded", re.compile(shape))

    def find(self, text: Text) -> Iterable[Span]:
        """Spans of every plate; there is none without a digit."""
        latin = text.latin
        if re.search(r"\d", latin) is None:
            return
        for shape, rule in (
            (_BIH, "plate_ba"),
            (_OLD_BIH, "plate_ba"),
            (self._coded, "plate_hr_rs_me"),
            (_AL, "plate_al"),
            (_DE, "plate_de"),
        ):
            for match in shape.finditer(latin):
                yield text.from_latin(*match.span(), "plate", rule)
        for match in self._named.finditer(text.shadow):
            yield text.from_shadow(*match.span("value"), "plate", "named_plate")
