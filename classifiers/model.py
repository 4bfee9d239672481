"""The trained opinion beside the phrase rules: calibrated probabilities from the words of a report and its facts.

One logistic regression per head over hashed words (`features.py`). Each head has two thresholds: from `speak` on it
says so, from `doubt` on a person looks first and nothing else changes. It never says that a report is complete, and
what rules know outweighs it (`decide.py`). A ticked category may raise a danger it hears, never lower one. Without
trained weights it has no opinion at all.
Under three words it only doubts, as one word alone would be weighed for a whole report ("Pictures." is no blackmail).
Limits: it knows the words it was trained with; its probabilities are calibrated on invented texts, not on reality.
"""

from __future__ import annotations

import hashlib
import io
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self
from zipfile import BadZipFile

from classifiers.base import ESCALATION_REASONS, NATURE_REASONS, Classifier, Example, RuleTexts, Said
from classifiers.model_examples import EXAMPLES
from triage.errors import BadConfiguration
from triage.language import LEAST_WORDS, holds_words
from triage.shadow import offsets, shadow
from triage.verdict import ESCALATIONS, Escalation, Label, Reason, Verdict

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

HEADS = (
    "suspect", "alarm", "abuse_described", "child_identified", "child_blackmailed", "risk_to_life", "danger_now",
    "question", "spam", "test", "seeks_material", "seeks_help_for_self",
)  # fmt: skip
"""What it judges, in the order of the weights' columns. `alarm`: some danger, whichever; the kinds only name it."""
WEIGHTS_FILE, ABOUT_FILE = "weights.npz", "model.json"
FOLDER = "reports"
_OWN = f"{FOLDER}/"
_ARRAYS = ("words", "facts", "bias", "slope", "shift")
ALARM, KINDS = HEADS.index("alarm"), tuple(place for place, head in enumerate(HEADS) if head in ESCALATION_REASONS)
_ALONE = tuple(place for place in range(len(HEADS)) if place not in KINDS)
"""Heads that speak by themselves; the kinds of danger only beside `alarm`."""
_SUSPECT, _SIGNAL, _DOUBT = "suspect", "text_signal", "text_doubt"
_QUIET, _DOUBTS, _SPEAKS = 0, 1, 2
_ASKS_PERSON = frozenset({"seeks_material", "seeks_help_for_self"})
_DOUBTED = frozenset({_SUSPECT, "alarm", *_ASKS_PERSON})
"""Heads whose doubt is worth a person's look; a doubtful question is simply a report."""
_STEPS = 50
"""Probabilities are told in steps of 1/50, so that equal texts with other names give equal verdicts."""


_Spoke = tuple[str, bool, float, list[list[int]]]
"""A head, whether it speaks (else doubts), its probability, and where its loudest words stand."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """Probabilities from which a head leaves a doubt, and from which it speaks."""

    doubt: float
    speak: float


@dataclass(frozen=True, slots=True)
class Trained:
    """Weights float32 (space, heads) and (facts, heads), bias and sigmoid (heads,), and what the heads make of it."""

    version: str
    words: Floats
    facts: Floats
    bias: Floats
    slope: Floats
    shift: Floats
    thresholds: Mapping[str, Threshold]

    @classmethod
    def read(cls, files: Mapping[str, bytes]) -> Trained:
        """From the bytes of WEIGHTS_FILE and ABOUT_FILE. Raises BadConfiguration if they do not fit this program."""
        import numpy as np

        from classifiers.features import FACTS

        try:
            told = json.loads(files[ABOUT_FILE])
            with np.load(io.BytesIO(files[WEIGHTS_FILE]), allow_pickle=False) as stored:
                arrays = [np.ascontiguousarray(stored[name], np.float32) for name in _ARRAYS]
            thresholds = {name: Threshold(**told["thresholds"][name]) for name in HEADS}
        except (KeyError, ValueError, TypeError, OSError, EOFError, BadZipFile, zlib.error):
            raise BadConfiguration("the model's files cannot be read: install again, or train it again") from None
        words, facts, bias, slope, shift = arrays
        fits = words.ndim == 2 and facts.shape == (len(FACTS), len(HEADS)) and told.get("facts") == list(FACTS)
        if not fits or words.shape[1] != len(HEADS) or {one.shape for one in (bias, slope, shift)} != {(len(HEADS),)}:
            raise BadConfiguration("the model was trained for another version of this program: train it again")
        if not all(np.isfinite(one).all() for one in arrays) or words.shape[0] & (words.shape[0] - 1):
            raise BadConfiguration("the model's weights are damaged: install again, or train it again")
        return cls(version_of(files), words, facts, bias, slope, shift, thresholds)

    def probabilities(self, said: Sequence[Said], texts: tuple[NDArray[np.uint8], NDArray[np.int64]]) -> Floats:
        """Float32 (n, heads): how likely each head's meaning is; `texts` as `features.packed` gives them."""
        return self._odds(self._drawn(said, texts))

    def gravest(self, said: Sequence[Said], texts: tuple[NDArray[np.uint8], NDArray[np.int64]]) -> Floats:
        """The same, but no ticked category makes a danger less likely than the words and other facts alone do."""
        import numpy as np

        from classifiers.features import FACT_VALUE, category_rows

        drawn = self._drawn(said, texts)
        odds = self._odds(drawn)
        rows = category_rows(said)
        ticked = np.flatnonzero(rows >= 0)
        if len(ticked):
            alone = self._odds(drawn[ticked] - FACT_VALUE * self.facts[rows[ticked]])
            dangers = np.array((ALARM, *KINDS))
            place = np.ix_(ticked, dangers)
            odds[place] = np.maximum(odds[place], alone[:, dangers])
        return odds

    def _drawn(self, said: Sequence[Said], texts: tuple[NDArray[np.uint8], NDArray[np.int64]]) -> Floats:
        from classifiers.features import facts
        from classifiers.features_kernels import sums

        drawn: Floats = sums(*texts, self.words) + facts(said) @ self.facts + self.bias
        return drawn

    def _odds(self, drawn: Floats) -> Floats:
        import numpy as np

        odds: Floats = 1 / (1 + np.exp(np.clip(-(self.slope * drawn + self.shift), -60, 60)))
        return odds


class Model(Classifier):
    """Speaks where a head's probability reaches its threshold."""

    name = "model"
    reads_text = True
    weighs = True

    def __init__(self, trained: Trained | None) -> None:
        self.trained = trained

    @classmethod
    def load(cls, rules: RuleTexts) -> Self:
        """From the files of folder `reports` among the models; none: no opinion. Raises BadConfiguration."""
        own = {name.partition("/")[2]: content for name, content in rules.models.items() if name.startswith(_OWN)}
        return cls(Trained.read(own) if own else None)

    @property
    def version(self) -> str:
        """Digest of the trained files."""
        return self.trained.version if self.trained else "none"

    def judge(self, said: Said) -> Verdict | None:
        """An opinion where a head speaks or leaves a doubt."""
        return self.judge_all([said])[0]

    def judge_all(self, said: Sequence[Said]) -> list[Verdict | None]:
        """The same for many texts at once, some 20 µs of processor time for a text of 25 words."""
        opinions: list[Verdict | None] = [None] * len(said)
        places = [place for place, one in enumerate(said) if one.description or not one.only_an_address]
        if self.trained is None or not places:
            return opinions
        from classifiers.features import packed, spoken

        worded = [said[place] for place in places]
        texts = packed([spoken(one) for one in worded])
        probabilities = self.trained.gravest(worded, texts)
        for number, verdict in self._opinions(self.trained, worded, texts, probabilities):
            opinions[places[number]] = verdict
        return opinions

    def examples(self) -> Sequence[Example]:
        """What holds with any weights and without."""
        return EXAMPLES

    def _opinions(
        self, trained: Trained, said: Sequence[Said], texts: tuple[NDArray[np.uint8], NDArray[np.int64]], odds: Floats
    ) -> Iterator[tuple[int, Verdict]]:
        """Number and opinion of each text on which a head speaks or doubts."""
        import numpy as np

        from classifiers.features import spoken
        from classifiers.features_kernels import spans

        speak, doubt = _limits(trained.thresholds)
        short = np.zeros(len(said), np.bool_)
        for row in np.flatnonzero((odds >= speak)[:, _ALONE].any(axis=1)).tolist():
            short[row] = not holds_words(spoken(said[row]), LEAST_WORDS)
        states = _states(odds, speak, doubt, short)
        rows, heads = np.nonzero(states)
        found = spans(*texts, rows, heads, trained.words).tolist()
        told = np.where(np.isin(heads, KINDS), np.maximum(odds[rows, heads], odds[rows, ALARM]), odds[rows, heads])
        heard: dict[int, list[_Spoke]] = {}
        for row, head, state, probability, places in zip(
            rows.tolist(), heads.tolist(), states[rows, heads].tolist(), told.tolist(), found, strict=True
        ):
            heard.setdefault(row, []).append((HEADS[head], state == _SPEAKS, probability, places))
        for row, spoke in heard.items():
            yield row, self._verdict(said[row], spoke)

    def _verdict(self, said: Said, spoke: list[_Spoke]) -> Verdict:
        reasons: set[Reason] = set()
        sure: set[str] = set()
        fields = _Fields(said)
        for head, speaks, probability, places in spoke:
            weight, rule = round(probability * _STEPS) / _STEPS, f"model:{head}@{self.version}"
            code = _DOUBT if not speaks else _SIGNAL if head == _SUSPECT else head
            sure.update({head} if speaks else ())
            shown = places if speaks else places[:1]
            reasons.update(Reason(code, rule, *span, weight) for span in fields.spans(shown))
        unsuspected = Label.INCOMPLETE if sure & NATURE_REASONS else Label.COMPLETE
        return Verdict(
            Label.CSAM_SUSPECT if _SUSPECT in sure else unsuspected,
            max((ESCALATIONS[head] for head in sure if head in ESCALATIONS), default=Escalation.NONE),
            tuple(sorted(reasons)),
            score=min(reason.weight for reason in reasons),
            to_person=len(sure) < len(spoke) or bool(sure & NATURE_REASONS),
        )


def _limits(thresholds: Mapping[str, Threshold]) -> tuple[Floats, Floats]:
    """Float32 (heads,) each: from where a head speaks, and from where its doubt counts."""
    import numpy as np

    speak = np.array([thresholds[head].speak for head in HEADS], np.float32)
    return speak, np.array([thresholds[head].doubt if head in _DOUBTED else np.inf for head in HEADS], np.float32)


def _states(odds: Floats, speak: Floats, doubt: Floats, short: NDArray[np.bool_]) -> NDArray[np.int8]:
    """Int8 (n, heads): whether each head is quiet, doubts or speaks (never on a `short` text). A danger is named by
    every kind that is likely enough, else by the likeliest; where there is only a doubt of danger, by the likeliest."""
    import numpy as np

    speaks = (odds >= speak) & ~short[:, None]
    states = np.where(speaks, _SPEAKS, np.where(odds >= doubt, _DOUBTS, _QUIET)).astype(np.int8)
    kinds = np.array(KINDS)
    alarm, named = states[:, ALARM], states[:, kinds]
    named[alarm < _SPEAKS] = _QUIET
    unnamed = np.flatnonzero((alarm > _QUIET) & ~named.any(axis=1))
    named[unnamed, odds[unnamed][:, kinds].argmax(axis=1)] = alarm[unnamed]
    states[:, kinds], states[:, ALARM] = named, _QUIET
    return states


def version_of(files: Mapping[str, bytes]) -> str:
    """Digest of a model's files: the same training gives the same version, a changed byte another."""
    digest = hashlib.sha256(files[WEIGHTS_FILE])
    digest.update(files[ABOUT_FILE])
    return digest.hexdigest()[:12]


class _Fields:
    """Leads byte offsets of what was judged back to a field and its characters; made once per text that has spans."""

    def __init__(self, said: Said) -> None:
        self._parts: list[tuple[str, str]] = [("description", said.description)]
        if not said.only_an_address:
            self._parts.insert(0, ("location", said.location))
        self._shadows = [shadow(text) for _, text in self._parts]
        self._bytes = [_length(one) for one in self._shadows]
        self._back: dict[int, Sequence[int]] = {}

    def spans(self, places: list[list[int]]) -> list[tuple[str, int, int]]:
        """Field, start and end of each place that is one (-1: none); the whole description if there is none."""
        found = [self._span(start, end) for start, end in places if start >= 0]
        return found or [("description", 0, 0)]

    def _span(self, start: int, end: int) -> tuple[str, int, int]:
        part = 0
        while part < len(self._parts) - 1 and start > self._bytes[part]:
            start, end, part = start - self._bytes[part] - 1, end - self._bytes[part] - 1, part + 1
        name, text = self._parts[part]
        folded, back = self._shadows[part], self._back.get(part)
        if back is None:
            back = self._back[part] = offsets(text)
        end = min(end, self._bytes[part])
        if self._bytes[part] != len(folded):
            raw = folded.encode("utf-8", "surrogatepass")
            start, end = (len(raw[:place].decode("utf-8", "surrogatepass")) for place in (start, end))
        return name, back[start], back[end - 1] + 1


def _length(folded: str) -> int:
    return len(folded) if folded.isascii() else len(folded.encode("utf-8", "surrogatepass"))
