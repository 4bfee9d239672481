"""Words in a language nobody here reads: no rule and no model can say what they mean, so a person looks first.

Uses the same test by which redaction withholds a text (`triage/language.py: unread`). It changes no label; beside it
(`decide.py`) what the model makes of such words is no reason to put a report aside.
Several of the hotline's own languages in one text are read, and leave no doubt. What is spelt out letter by letter is
not read: a filter was to be deceived, or somebody beside the writer. Nor is what arrived damaged (`damaged.py`).
Limits: a neighbour's text under six words may pass where it has no word of `triage/language_words.py`; of languages
without a list only low confidence is seen; of a text in two languages the larger part is heard, and from 1,000
characters on the end; some 0.1 % of own texts, mostly Albanian without its letters, are shown to a person needlessly
(measured on the phrasings of `tests/data` and `data/training`).
"""

from __future__ import annotations

from collections.abc import Sequence

from classifiers.base import Classifier, Example, Said
from classifiers.damaged import damaged
from triage.language import unread
from triage.verdict import Escalation, Label, Reason, Verdict

_VERSION = "5"
_WEIGHT = 0.5


class Language(Classifier):
    """Doubts every text in a language that is none of the hotline's."""

    name = "language"
    reads_text = True

    @property
    def version(self) -> str:
        """Changed by hand with the rule."""
        return _VERSION

    def judge(self, said: Said) -> Verdict | None:
        """A doubt where nobody here reads the words."""
        return self.judge_all([said])[0]

    def judge_all(self, said: Sequence[Said]) -> list[Verdict | None]:
        """The same for many, some 20 µs of processor time each; the first call loads the language model (0.5 s).

        An SOS call goes to people at once in any case and does not wait for that.
        """
        spoken = [("", "") if one.alert else _spoken(one) for one in said]
        doubted = unread([text for _, text in spoken])
        return [
            _VERDICTS[field] if doubt or damaged(text) else None
            for (field, text), doubt in zip(spoken, doubted, strict=True)
        ]

    def examples(self) -> Sequence[Example]:
        """Other languages and scripts, the hotline's own, and too little to tell."""
        return (
            (Said(description="Un uomo vuole incontrare mia figlia domani al parco."), Label.COMPLETE, Escalation.NONE),
            (Said(description="رجل يريد أن يقابل ابنتي غدا"), Label.COMPLETE, Escalation.NONE),
            (Said(location="一个男人想见我的女儿"), Label.COMPLETE, Escalation.NONE),
            (Said(description="????? ?? ???? ????, ???? 12 ??????"), Label.COMPLETE, Escalation.NONE),
            (Said(description="Neki čovjek se želi naći s mojom kćerkom sutra."), None, Escalation.NONE),
            (Said(description="Неки човек хоће да се види са мојом ћерком."), None, Escalation.NONE),
            (Said(description="ciao bella"), None, Escalation.NONE),
            (Said(location="https://host.example/la/mia/figlia"), None, Escalation.NONE),
        )


def _spoken(said: Said) -> tuple[str, str]:
    """The field that holds what was told, and its text: the location only where nothing else was written."""
    if said.description.strip() or said.only_an_address:
        return "description", said.description
    return "location", said.location


_VERDICTS = {
    field: Verdict(
        Label.COMPLETE, reasons=(Reason("text_doubt", f"language@{_VERSION}", field, weight=_WEIGHT),), score=_WEIGHT,
        to_person=True,
    )
    for field in ("description", "location")
}  # fmt: skip
