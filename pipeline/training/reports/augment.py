"""Seeded copies of a text as people would type it: slips, lost words, bland sentences around it, two matters in one.

Script, case and diacritics need no copies: the shadow folds them. Facts beside a text are drawn, not observed: most
often none, else the fitting category or any other one, so that the model leans on words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from classifiers.base import Said
from pipeline.training.reports.examples import Phrasing, Targets

COPIES = 1
"""Changed copies of each text beside itself (measured: four gain nothing over one)."""
BLAND = {
    "bcs": (
        "Dobar dan.", "Poštovani,", "Hvala unaprijed.", "Ne želim ostaviti svoje ime.", "Lijep pozdrav.",
        "Vidio sam to jučer oko podne.", "Ne znam ništa više o tome.", "Prvi put vam pišem.",
        "Javljam se iz {place}.", "Molim vas da mi odgovorite.", "Ne sjećam se tačno kada je to bilo.",
        "Prijatelj mi je rekao da se javim vama.", "Pišem sa telefona pa oprostite na greškama.", "Toliko od mene.",
        "Bilo je oko {n} sati.", "Broj telefona nemam, zovite između {n} i {n}.", "Javljam se {n}. put.",
    ),
    "en": (
        "Hello.", "Good evening,", "Thank you in advance.", "I do not want to leave my name.", "Kind regards.",
        "I saw it yesterday around noon.", "I know nothing more about it.", "I write to you for the first time.",
        "I am writing from {place}.", "Please answer me.", "I do not remember when exactly.",
        "A friend told me to write to you.", "Sorry for mistakes, I write on my phone.", "That is all.",
        "It was about {n} o'clock.", "You can call me between {n} and {n}.", "This is my mail number {n}.",
    ),
    "de": (
        "Guten Tag.", "Vielen Dank im Voraus.", "Ich möchte meinen Namen nicht nennen.", "Mehr weiß ich nicht.",
        "Mit freundlichen Grüßen.", "Gesehen habe ich es gestern.", "Bitte antworten Sie mir.",
        "Es war gegen {n} Uhr.", "Erreichbar zwischen {n} und {n} Uhr.",
    ),
    "sq": (
        "Përshëndetje.", "Faleminderit paraprakisht.", "Nuk dua të lë emrin tim.", "Më shumë nuk di.",
        "E pashë dje.", "Ju lutem më përgjigjuni.", "Me respekt.",
        "Ishte rreth orës {n}.", "Më gjeni nga ora {n} deri në {n}.",
    ),
}  # fmt: skip
"""Sentences that mean nothing for any head."""
_PLACES = ("Tuzla", "Mostar", "Bihać", "Zenica", "Split", "Novi Sad")
_HOURS = (1, 18)
"""Small numbers that are no ages."""
_CATEGORIES = (
    "csam", "grooming", "child_blackmail", "generated_imagery", "inappropriate_communication", "account_misuse",
    "violence", "fraud", "question", "other",
)  # fmt: skip
_KINDS = ("url", "url", "url", "handle", "invite")
_GROUPS = ("child", "teen", "parent", "teacher", "professional", "other")
_FITTING = {
    "page": "csam", "trade": "csam", "generated": "generated_imagery", "grooming": "grooming",
    "blackmail": "child_blackmail", "communication": "inappropriate_communication", "account": "account_misuse",
    "question": "question", "information": "question",
}  # fmt: skip
_LONG_LETTERS = 4


@dataclass(frozen=True, slots=True)
class Copy:
    """One training row: what is said, what it means (targets per head), its family."""

    said: Said
    targets: Targets
    family: int


def bland(seed: int, times: int = 20) -> list[Phrasing]:
    """Texts that say nothing to any head: what is left where a text has no telling word. Never measured."""
    rng = np.random.default_rng(seed)
    made = []
    for language, sentences in BLAND.items():
        texts = {_placed(one, rng) for one in sentences}
        for _ in range(times):
            some = rng.choice(sentences, int(rng.integers(2, 5)), replace=False)
            texts.add(" ".join(_placed(str(one), rng) for one in some))
        made += [
            Phrasing(text, f"bland:{number}", "bland", language, "latin", "url", None, "complete", "none", "bland")
            for number, text in enumerate(sorted(texts))
        ]
    return made


def mingled(phrasings: Sequence[Phrasing], seed: int, times: int = 300) -> list[Phrasing]:
    """Words of texts that mean nothing to any head, `times` mixtures for each language: no order of harmless words,
    and no pair of them that never stood together, shall look like a sign. Never measured."""
    rng = np.random.default_rng(seed)
    words: dict[str, list[str]] = {}
    for one in phrasings:
        if not (one.targets > 0).any():
            words.setdefault(one.language, []).extend(one.text.split())
    return [
        Phrasing(
            " ".join(rng.choice(known, int(rng.integers(6, 32)))), f"mingled:{language}:{number % 20}", "bland",
            language, "latin", "url", None, "complete", "none", "mingled",
        )
        for language, known in sorted(words.items())
        for number in range(times)
    ]  # fmt: skip


def copies(phrasings: Sequence[Phrasing], families: Sequence[int], seed: int, times: int = COPIES) -> list[Copy]:
    """Every text as it is and `times` changed copies, in order; `families` are their numbers."""
    rng = np.random.default_rng(seed)
    made = []
    for one, family in zip(phrasings, families, strict=True):
        targets = one.targets
        made.append(Copy(_said(one.text, one, rng), targets, family))
        made += [Copy(_said(_changed(one, rng), one, rng), targets, family) for _ in range(times)]
    return made


def _changed(one: Phrasing, rng: np.random.Generator) -> str:
    text = one.text
    kind = rng.random()
    if kind < 0.35:
        text = _slipped(text, rng)
    elif kind < 0.5:
        text = _with_words_lost(text, rng)
    if kind >= 0.3:
        sentences = BLAND[one.language.split("-")[0] if one.language.split("-")[0] in BLAND else "bcs"]
        for _ in range(int(rng.integers(1, 4))):
            more = _placed(str(rng.choice(sentences)), rng)
            text = f"{more} {text}" if rng.random() < 0.5 else f"{text} {more}"
    return text


def _placed(sentence: str, rng: np.random.Generator) -> str:
    while "{n}" in sentence:
        sentence = sentence.replace("{n}", str(rng.integers(*_HOURS)), 1)
    return sentence.replace("{place}", str(rng.choice(_PLACES)))


def _slipped(text: str, rng: np.random.Generator) -> str:
    """One or two letters of long words lost, doubled or changed places."""
    words = text.split(" ")
    for _ in range(int(rng.integers(1, 3))):
        at = int(rng.integers(len(words)))
        word = words[at]
        if len(word) <= _LONG_LETTERS:
            continue
        place = int(rng.integers(1, len(word) - 1))
        slip = int(rng.integers(3))
        if slip == 0:
            word = word[:place] + word[place + 1 :]
        elif slip == 1:
            word = word[:place] + word[place] + word[place:]
        else:
            word = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
        words[at] = word
    return " ".join(words)


def _with_words_lost(text: str, rng: np.random.Generator) -> str:
    """Short words lost: what people leave out, and what carries no meaning by itself."""
    return " ".join(word for word in text.split(" ") if len(word) > _LONG_LETTERS or rng.random() > 0.3) or text


def _said(text: str, one: Phrasing, rng: np.random.Generator) -> Said:
    if one.said is not None:
        return one.said._replace(location="", description=text)
    draw = rng.random()
    category = one.category
    if category is None and draw > 0.5:
        category = _FITTING.get(one.kind) if draw < 0.65 else str(rng.choice(_CATEGORIES))
    group = str(rng.choice(_GROUPS)) if rng.random() < 0.2 else None
    kind = str(rng.choice(_KINDS)) if rng.random() < 0.7 else ""
    return Said(
        category=category, reporter_group=group, description=text, locator_kinds=frozenset({kind} - {""}),
        attachments=int(rng.random() < 0.05), concerns_own_child=bool(rng.random() < 0.05),
    )  # fmt: skip
