"""A trained model as files: weights without pickle, thresholds and figures as JSON, a card for people.

The files hold numbers only: no word and no piece of one, so a model trained from real reports tells none of them.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifiers.features import FACTS, SPACE
from classifiers.model import HEADS
from pipeline.training.reports.asked import ASKED
from pipeline.training.reports.figures import as_percent
from pipeline.training.reports.learn import Learned

CARD_FILE = "model_card.md"
FORMAT = 1
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""Equal training gives equal bytes: no time of writing in the archive."""


def weights_file(learned: Learned) -> bytes:
    """An .npz archive of `words` (float16, SPACE rows), `facts`, `bias`, `slope`, `shift`; equal input, equal bytes."""
    arrays: dict[str, NDArray[Any]] = {
        "words": learned.words.astype(np.float16), "facts": learned.facts.astype(np.float32),
        "bias": learned.bias.astype(np.float32), "slope": learned.slope.astype(np.float32),
        "shift": learned.shift.astype(np.float32),
    }  # fmt: skip
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, array in arrays.items():
            content = io.BytesIO()
            np.save(content, array, allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", _LONG_AGO)
            archive.writestr(entry, content.getvalue(), zipfile.ZIP_DEFLATED, 9)
    return stream.getvalue()


def about_file(learned: Learned, told: Mapping[str, Any], facts: Mapping[str, Any]) -> bytes:
    """Thresholds, heads and figures as JSON; `facts` say where it comes from (seed, sources, counts)."""
    thresholds = {name: {"doubt": one.doubt, "speak": one.speak} for name, one in learned.thresholds.items()}
    content = {
        "format": FORMAT, "heads": list(HEADS), "space": SPACE, "facts": list(FACTS), "thresholds": thresholds,
        "figures": dict(told), "made": dict(facts),
    }  # fmt: skip
    return (json.dumps(content, indent=1, sort_keys=True) + "\n").encode()


def card(told: Mapping[str, Any], facts: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> str:
    """The model card as Markdown. `before`: figures of the model in force on the same held-out texts."""
    together, rules = told["together"], told["rules_alone"]
    columns = [("rules alone", rules), ("rules and this model", together)]
    if before is not None:
        columns.insert(1, ("rules and the model in force", before))
    lines = [
        "# Model card: what reports mean", "",
        "Logistic regressions over hashed words of a report; they add to the phrase rules and never replace them.", "",
        "**Every figure below is measured on invented texts (and, where trained by a hotline, its own assessed cases).",
        "Invented texts are not reality: a figure here is no promise about real reports.**", "",
        f"Texts {told['texts']}, measured {told['measured']}, families {told['families']}; each family was held out as "
        "a whole.", "", *_pairs(facts), "", "## The whole decision on unseen families", "",
        f"| | {' | '.join(name for name, _ in columns)} |", f"|---|{'---|' * len(columns)}",
    ]  # fmt: skip
    lines += [
        f"| {name.replace('_', ' ')} | {' | '.join(as_percent(one[name]) for _, one in columns)} |"
        for name in together
        if name != "texts"
    ]
    lines += ["", "## Heads", "", *_heads(told["heads"]), "", *_chosen(told)]
    lines += ["", "## If `suspect` spoke from another probability on", "", *_groups(told["at"])]
    lines += ["", "## Calibration of `suspect`", "", *_calibration(told["calibration"])]
    for title, name in (("By language and script", "by_language"), ("By source", "by_source")):
        lines += ["", f"## {title}", "", *_groups(told[name])]
    return "\n".join([*lines, "", _LIMITS, ""])


def _heads(heads: Mapping[str, Mapping[str, Any]]) -> list[str]:
    lines = [
        "| head | meant | average precision | speaks from | found | right | doubts from | found with doubt |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, one in heads.items():
        shown = (f"{one[key]:.2f}" if one[key] <= 1 else "never" for key in ("speak", "doubt"))
        speak, doubt = shown
        lines.append(
            f"| {name} | {one['meant']} of {one['of']} | {one['average_precision']:.2f} | {speak} | "
            f"{as_percent(one['recall'])} | {as_percent(one['precision'])} | {doubt} | "
            f"{as_percent(one['recall_with_doubt'])} |"
        )
    return lines


def _chosen(told: Mapping[str, Any]) -> list[str]:
    alone, speak = told["suspect_alone"], told["heads"]["suspect"]["speak"]
    found, right = as_percent(ASKED.found), as_percent(ASKED.right)
    asked = f"{found} of the suspects among the development phrasings found, {right} of those named right"
    if speak == alone:
        return [f"`suspect` speaks from {alone:.2f} on by its own figures; asked of the whole decision: {asked}."]
    return [
        f"By its own figures `suspect` would speak from {alone:.2f} on. It speaks from {speak:.2f}, the highest",
        f"that gives the whole decision what is asked of it on unseen families: {asked}.",
        "What a threshold was chosen by is no measure of it; texts that had no part in the choice are.",
    ]


def _calibration(told: Mapping[str, Any]) -> list[str]:
    lines = [f"Expected calibration error {told['expected_calibration_error']:.3f} (ten bins).", ""]
    lines += ["| said | true | texts |", "|---|---|---|"]
    return lines + [f"| {said:.2f} | {true:.2f} | {texts} |" for said, true, texts in told["bins"]]


def _groups(groups: Mapping[str, Mapping[str, Any]]) -> list[str]:
    names = ("suspect_recall", "suspect_precision", "macro_f1", "escalate_recall", "escalate_precision")
    lines = [f"| | texts | {' | '.join(name.replace('_', ' ') for name in names)} |", f"|---|---|{'---|' * len(names)}"]
    return lines + [
        f"| {group} | {one['texts']} | {' | '.join(as_percent(one[name]) for name in names)} |"
        for group, one in groups.items()
    ]


def _pairs(facts: Mapping[str, Any]) -> Sequence[str]:
    return [f"- {name.replace('_', ' ')}: {value}" for name, value in facts.items()]


_LIMITS = """## Limits

- It knows words, not grammar; irony, quotation and denial far from the word are missed.
- The facts beside an invented text (category, place, who reports) are drawn by chance: their weights are small.
- Nothing is closed, answered or sent on its word: it raises suspicion and urgency, and sends doubts to people.
- The weights are numbers by hash; no text can be read from them. Who has the file and guesses a rare word could still
  test whether it was learned: keep a model trained from real cases inside the workspace."""
