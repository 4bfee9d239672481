"""What the model looks at in one thing said: hashed words and pieces of words of its shadow, and a few facts beside it.

The facts are the reporter's category, kinds of places, attachments and what lists know of them, who reports, an own
child, the channel. Nothing here can be turned back into a text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from triage.shadow import shadow

if TYPE_CHECKING:
    from classifiers.base import Said

SPACE = 1 << 17
"""Rows of the weights for parts of texts; about 60,000 differ in the texts the shipped model learned from."""
FACTS = (
    "category:csam", "category:grooming", "category:child_blackmail", "category:generated_imagery",
    "category:inappropriate_communication", "category:account_misuse", "category:violence", "category:hate_speech",
    "category:fraud", "category:question", "category:other", "place:url", "place:onion", "place:ipfs", "place:handle",
    "place:invite", "place:phone", "place:file", "place:none", "attachment", "list:known", "list:suggestion",
    "reporter:child", "reporter:teen", "reporter:parent", "reporter:teacher", "reporter:professional",
    "reporter:other", "own_child", "assigned", "alert", "channel:webform", "channel:email",
    "channel:helpline", "channel:sos", "channel:iccam",
)  # fmt: skip
"""Facts by name, in the order of their rows; what is not among them says nothing."""
FACT_VALUE = np.float32(0.25)
"""Beside a text of length 1."""
Floats = NDArray[np.float32]
_ROW = {name: place for place, name in enumerate(FACTS)}


def spoken(said: Said) -> str:
    """All words of one report: those of the location field first, if there can be any, then the description."""
    return said.description if said.only_an_address else f"{said.location}\n{said.description}"


def packed(texts: Sequence[str]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """The shadows of the texts as UTF-8, one after the other with a line end each, and where each ends."""
    shadows = [shadow(text) for text in texts]
    joined = "\n".join([*shadows, ""])
    if joined.isascii():
        lengths = [len(one) + 1 for one in shadows]
        content = joined.encode("ascii")
    else:
        parts = [one.encode("utf-8", "surrogatepass") for one in shadows]
        lengths = [len(part) + 1 for part in parts]
        content = b"\n".join([*parts, b""])
    return np.frombuffer(content, np.uint8), np.cumsum(lengths, dtype=np.int64)


def facts(said: Sequence[Said]) -> Floats:
    """One row of FACT_VALUE and 0 for each report, float32 (n, len(FACTS)); equal facts are looked at once."""
    rows = np.zeros((len(said), len(FACTS)), np.float32)
    known: dict[tuple[object, ...], list[int]] = {}
    for number, one in enumerate(said):
        key = (
            one.category, one.locator_kinds, one.attachments, one.matches, one.reporter_group, one.concerns_own_child,
            one.assigned, one.alert, one.channel,
        )  # fmt: skip
        places = known.get(key)
        if places is None:
            places = known[key] = [_ROW[name] for name in _named(one) if name in _ROW]
        rows[number, places] = FACT_VALUE
    return rows


def category_rows(said: Sequence[Said]) -> NDArray[np.int64]:
    """Row of each report's category among FACTS, int64 (n,); -1 where none is ticked, or none that says anything."""
    return np.fromiter((_ROW.get(f"category:{one.category}", -1) for one in said), np.int64, len(said))


def _named(said: Said) -> list[str]:
    names = [f"category:{said.category}", f"reporter:{said.reporter_group}", f"channel:{said.channel}"]
    names += [f"place:{kind}" for kind in said.locator_kinds or ("none",)]
    names += [f"list:{level}" for level, _ in said.matches]
    told = (
        ("attachment", said.attachments > 0), ("own_child", said.concerns_own_child), ("assigned", said.assigned),
        ("alert", said.alert),
    )  # fmt: skip
    return names + [name for name, true in told if true]
