"""Names of plain small letters, told by the words around them alone: "na snapu pod plavikit", "they call me maisie".

No sign, digit or capital tells such a name from a word, so three things must come together: words that lead to a name
(an app and "as", "he is … on" an app, "they call me", an aunt), a word that is none of the ordinary ones, and nothing
said of it behind: the clause ends there or another begins. The words are those of `[plain_names]` in `naming.toml`.
Limits: "is" on an app in Bosnian, Croatian and Serbian, where what follows is mostly a thing; two words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from triage.redacting.casing import is_uncased
from triage.redacting.spans import Span, Text
from triage.redacting.wording import pattern, shadow_words

KEYS = ("apps", "on", "between", "under", "is", "is_on", "calls", "called", "am", "kin", "signs", "ordinary", "follows")
"""What the table must hold."""
_ENDS = r"\s*(?:[.,;:!?)\"“”]|\Z|\n)"
_NAME = r"(?P<name>(?<!\w)[^\W\d_][\w-]{2,39}(?!\w))"
_INITIALS = r"(?P<name>[^\W\d_]\.\s?[^\W\d_](?!\w)(?:\.\s?[^\W\d_](?=\.)|\.[^\W\d_](?!\w))?)"
_QUALITY = re.compile(r".{2,}(?:ing|ed|ly|ful|ous|ive|able|less|ish)")
"""English words that say how somebody is or what somebody does; "on discord he is annoying"."""


@dataclass(frozen=True, slots=True)
class PlainNames:
    """The layer, over compiled patterns; made by `of`."""

    shapes: tuple[tuple[re.Pattern[str], str, str], ...]
    screen: re.Pattern[str]
    kin: re.Pattern[str]
    ordinary: frozenset[str]
    stems: tuple[str, ...]
    name: str = "plain_names"
    version: str = "1"

    @classmethod
    def of(cls, words: Mapping[str, Sequence[str]], ordinary: Iterable[str]) -> PlainNames:
        """From the table `plain_names` and the ordinary words of `stop_words.toml`. Raises KeyError for a list less."""
        lists = {key: pattern(words[key]) for key in KEYS}
        behind = rf"(?={_ENDS}|\s{{1,3}}{lists['follows']})"
        on = rf"{lists['on']}\s{lists['apps']}"
        apps = (
            rf"{on}(?:\s{lists['between']}){{0,3}}\s{lists['under']}\s{_NAME}{behind}",
            rf"{on}\s{lists['is']}\s{_NAME}{behind}",
            rf"{lists['is_on']}\s{_NAME}\s{on}",
            rf"{lists['calls']}\s{on}\s{_NAME}{behind}",
        )
        shapes = (
            *((re.compile(source), "handle", "plain_handle") for source in apps),
            (re.compile(rf"{lists['called']}\s{_NAME}{behind}"), "name", "plain_name"),
            (re.compile(rf"{lists['am']}\s{_NAME}\s(?:from|off)\s(?P<place>[^\W\d_]{{3,40}})"), "name", "plain_name"),
            (re.compile(rf"{lists['signs']}\s{_INITIALS}"), "name", "initials"),
        )
        whole = (word for word in (*ordinary, *words["ordinary"]) if not word.endswith("*"))
        stems = shadow_words(word[:-1] for word in words["ordinary"] if word.endswith("*"))
        screen = pattern([*words["apps"], *words["called"], *words["am"], *words["kin"], *words["signs"]])
        kin = re.compile(rf"{lists['kin']}\s{_NAME}{behind}")
        return cls(shapes, re.compile(screen), kin, shadow_words(whole), tuple(sorted(stems)))

    def find(self, text: Text) -> Iterable[Span]:
        """Spans of every such name, and of the place somebody called so is from."""
        if self.screen.search(text.shadow) is None:
            return
        for shape, kind, rule in self.shapes:
            for match in shape.finditer(text.shadow):
                if self._may_be_name(match["name"]):
                    yield text.from_shadow(*match.span("name"), kind, rule)
                    if "place" in shape.groupindex and self._may_be_name(match["place"]):
                        yield text.from_shadow(*match.span("place"), "place", rule)
        for match in self.kin.finditer(text.shadow) if is_uncased(text.latin) else ():
            if self._may_be_name(match["name"]):
                yield text.from_shadow(*match.span("name"), "name", "plain_name")

    def _may_be_name(self, word: str) -> bool:
        return word not in self.ordinary and not word.startswith(self.stems) and _QUALITY.fullmatch(word) is None
