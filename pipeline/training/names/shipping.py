"""From trained weights to the folder that is shipped: thresholds chosen on development texts, model card, manifest.

The budgets are the share of other words the model alone may hide. They leave room for the other layers below the two
percent of docs/evaluation.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from spacy.util import load_model_from_path

from pipeline.name_model import seal
from pipeline.training.names.measuring import STYLES, lowest_threshold, measure, rows
from pipeline.training.names.sentences import Sentence
from pipeline.training.names.training import COMPONENT

MOST_OVER_MASKING = {"as written": 0.014, "lower": 0.014, "title": 0.014}
CAUTIOUS_SETS = ("hr", "sr", "tweets", "legal", "web")
"""Development sets the thresholds are chosen on, all words of them as one."""
CARD = "model_card.md"
_HEAD = (
    "| set | typed | precision | recall | F | name words left visible | other words hidden |",
    "|---|---|---|---|---|---|---|",
)


def ship(folder: Path, development: Mapping[str, Sequence[Sentence]], prose: str, seed: int) -> list[str]:
    """Choose thresholds for the weights in `folder`, write card and manifest; the lines of the measured table."""
    nlp = load_model_from_path(folder)
    tuned = [development[name] for name in CAUTIOUS_SETS if name in development]
    thresholds = {
        STYLES[style]: lowest_threshold([measure(nlp, group, style) for group in tuned], most)
        for style, most in MOST_OVER_MASKING.items()
    }
    lines = rows(nlp, development, thresholds)
    version = f"{seed}-{hashlib.sha256((folder / COMPONENT / 'model').read_bytes()).hexdigest()[:8]}"
    chosen = ", ".join(f"{style} {chance:.2f}" for style, chance in thresholds.items())
    budgets = ", ".join(f"{most:.1%}" for most in MOST_OVER_MASKING.values())
    told = prose.format(version=version, thresholds=chosen, budgets=budgets)
    (folder / CARD).write_text("\n".join([told, *_HEAD, *lines, ""]), encoding="utf-8")
    seal(folder, version, thresholds)
    return lines
