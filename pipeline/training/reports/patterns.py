"""Fills the slots of invented sentences; a slot's own words may hold slots again."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

_SLOT = re.compile(r"\{(\w+)\}")
_DEEPEST = 4


def filled(sentence: str, slots: Mapping[str, Sequence[str]], rng: np.random.Generator) -> str:
    """The sentence with every slot filled by chance, the first letter capital. Raises KeyError on an unknown slot."""
    for _ in range(_DEEPEST):
        if "{" not in sentence:
            break
        sentence = _SLOT.sub(lambda found: str(rng.choice(list(slots[found[1]]))), sentence)
    return sentence[:1].upper() + sentence[1:]
