"""Harmless examples of what the phrase lists say; run by the contract test, read by whoever writes a new phrase."""

from __future__ import annotations

from classifiers.base import Example, Said
from triage.verdict import Escalation, Label

_AT_URL = frozenset({"url"})


def _said(description: str) -> Said:
    return Said(description=description, locator_kinds=_AT_URL)


EXAMPLES: tuple[Example, ...] = (
    (_said("Na stranici su nezakonite slike djece."), Label.CSAM_SUSPECT, Escalation.NONE),
    (_said("На страници су незаконите слике дјеце."), Label.CSAM_SUSPECT, Escalation.NONE),
    (_said("na stranici je neprimjeren video djevojcice"), Label.CSAM_SUSPECT, Escalation.NONE),
    (_said("This page shows illegal pictures of a child."), Label.CSAM_SUSPECT, Escalation.NONE),
    (_said("Faqja përmban fotografi ilegale të fëmijëve."), Label.CSAM_SUSPECT, Escalation.NONE),
    (_said("Auf der Seite sind illegale Bilder von Kindern."), Label.CSAM_SUSPECT, Escalation.NONE),
    (_said("Ne radi se o djeci."), None, Escalation.NONE),
    (_said("She meets him tomorrow."), Label.COMPLETE, Escalation.DANGER_NOW),
    (_said("Očuh je udara."), Label.COMPLETE, Escalation.DANGER_NOW),
    (_said("Он жели себи одузети живот."), Label.COMPLETE, Escalation.RISK_TO_LIFE),
    (_said("Ucjenjuju mog sina."), Label.CSAM_SUSPECT, Escalation.CHILD_BLACKMAILED),
    (_said("Poznajem dijete."), Label.COMPLETE, Escalation.CHILD_IDENTIFIED),
    (_said("Zanima me koje su postavke sigurne."), Label.INCOMPLETE, Escalation.NONE),
    (_said("Veliki popust, naručite odmah."), Label.INCOMPLETE, Escalation.NONE),
    (_said("Ovo je test."), Label.INCOMPLETE, Escalation.NONE),
    (_said("Bojim se vlastitih misli o djeci."), Label.INCOMPLETE, Escalation.NONE),
    (Said(description="Slika je u prilogu."), Label.INCOMPLETE, Escalation.NONE),
    (_said("Lažni profil piše u moje ime."), Label.COMPLETE, Escalation.NONE),
    (Said(), None, Escalation.NONE),
)
