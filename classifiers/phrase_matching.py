"""Where in a clause a phrase stands, by spaCy's `Matcher`.

spaCy sees neither the reporter's words nor the concepts, only which part of the phrase each word could be: role `"0"`,
`"1"`, `"02"` (first or third part) or `"_"`. So one matcher serves all phrases of one shape, its vocabulary holds ten
words, nothing a reporter wrote enters it, and all comparisons are by hash: predicates such as `IN` and `REGEX` would
cost some 50 µs for each phrase. spaCy is imported at the first hit, in the process that reads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations, permutations, product
from typing import TYPE_CHECKING

from classifiers.lexicon import PLAIN
from classifiers.phrase_rules import Phrase

if TYPE_CHECKING:
    from spacy.matcher import Matcher
    from spacy.vocab import Vocab

_Shape = tuple[int, bool, int, bool]
_TokenPattern = dict[str, str]
_MEMO_ROLES, _MEMO_CLAUSES = 40, 20_000


@dataclass(slots=True)
class PhraseMatching:
    """Matchers by shape: number of parts, ordered or not, gap in words, whether one word may be two parts."""

    _vocabulary: Vocab | None = None
    _matchers: dict[_Shape, Matcher] = field(default_factory=dict)
    _known: dict[tuple[_Shape, tuple[str, ...]], list[tuple[int, int]]] = field(default_factory=dict)
    """What was found among these roles before: texts differ, their roles seldom do."""

    def spans(self, phrase: Phrase, clause: list[str]) -> list[tuple[int, int]]:
        """First and last place of the shortest occurrence from each start; `clause` holds concept names."""
        if len(phrase.elements) == 1:
            return [(place, place) for place, name in enumerate(clause) if name in phrase.elements[0]]
        places = [place for place, name in enumerate(clause) if name in phrase.roles]
        begin, end = places[0], places[-1] + 1
        roles = tuple([phrase.roles.get(name, PLAIN) for name in clause[begin:end]])
        double = max(map(len, phrase.roles.values())) > 1
        shape = (len(phrase.elements), "ordered" in phrase.flags, phrase.gap, double)
        found = self._known.get((shape, roles))
        if found is None:
            found = self._matches(shape, roles) if _can_stand(roles, shape) else []
            if len(roles) <= _MEMO_ROLES:
                if len(self._known) >= _MEMO_CLAUSES:
                    self._known.clear()
                self._known[shape, roles] = found
        return [(begin + first, begin + last) for first, last in found]

    def _matches(self, shape: _Shape, roles: Sequence[str]) -> list[tuple[int, int]]:
        from spacy.tokens import Doc

        matcher, vocabulary = self._matcher(shape)
        shortest: dict[int, int] = {}
        for _, start, end in matcher(Doc(vocabulary, words=list(roles))):
            shortest[start] = min(end, shortest.get(start, end))
        return [(start, end - 1) for start, end in sorted(shortest.items())]

    def _matcher(self, shape: _Shape) -> tuple[Matcher, Vocab]:
        if self._vocabulary is None:
            import spacy

            self._vocabulary = spacy.blank("xx").vocab
        if shape not in self._matchers:
            from spacy.matcher import Matcher

            self._matchers[shape] = Matcher(self._vocabulary)
            self._matchers[shape].add("phrase", _patterns(*shape))
        return self._matchers[shape], self._vocabulary


def _can_stand(roles: Sequence[str], shape: _Shape) -> bool:
    """False only if no chain of all parts within the gap exists, so that spaCy (some 20 µs a look) need not look."""
    parts, ordered, gap, _ = shape
    reach = gap + 1
    chains: list[tuple[int, str]] = []
    for place, role in enumerate(roles):
        if role == PLAIN:
            continue
        longer = [(place, part) for part in role if not ordered or part == "0"]
        for last, used in chains:
            if place - last <= reach:
                fitting = str(len(used)) if ordered else "012"
                longer += [(place, used + part) for part in role if part not in used and part in fitting]
        if any(len(used) == parts for _, used in longer):
            return True
        chains = [(last, used) for last, used in chains if place - last < reach] + longer
        chains = list(dict.fromkeys((last, "".join(sorted(used))) for last, used in chains))
    return False


def _patterns(size: int, ordered: bool, gap: int, double: bool) -> list[list[_TokenPattern]]:
    parts = [str(part) for part in range(size)]
    orders = [tuple(parts)] if ordered else list(permutations(parts))
    patterns = []
    for order in orders:
        for roles in product(*(_roles_with(part, parts, double) for part in order)):
            pattern: list[_TokenPattern] = []
            for role in roles:
                pattern += [{"OP": f"{{0,{gap}}}"}] if pattern else []
                pattern.append({"ORTH": role})
            patterns.append(pattern)
    return patterns


def _roles_with(part: str, parts: list[str], double: bool) -> list[str]:
    """Every role that can stand for a part: itself alone and, if words may be two parts, all it is in."""
    sizes = range(1, len(parts) + 1) if double else (1,)
    return ["".join(chosen) for count in sizes for chosen in combinations(parts, count) if part in chosen]
