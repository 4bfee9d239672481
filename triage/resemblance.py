"""When two pictures are linked by themselves and when a person is asked: one table, for cases and for lists alike.

Only whole against whole within 31 bits of PDQ links by itself: the radius the format's authors recommend for equal
content (https://github.com/facebook/ThreatExchange, "hashing.pdf"). Whatever is further away, turned, cut or had its
border taken off is a suggestion with its form as the reason: symmetric pictures lie near their own mirror images.
"""

from __future__ import annotations

from triage.signals.base import CROP_FORMS, DIHEDRAL_FORMS, INDEX_FORMS, LOWEST_QUALITY, TRIMMED, WHOLE

LINK, SUGGESTION = "link", "suggestion"
EXACT, PERCEPTUAL = "sha256", "pdq"
"""The signals that relate one attachment to another."""
PERCEPTUAL_BYTES = 32
LINK_RADIUS = 31
"""Bits of 256."""
WIDEST_RADIUS = 40
"""Whole against whole up to here is suggested: 99.9 % recall, no false pair (docs/pictures.md)."""
FORM_RADIUS = 31
"""Turned, trimmed and cut forms are suggested up to here."""
_CENTRED = tuple(form for form in CROP_FORMS if form.rpartition("_")[0] == "crop")
INDEX = INDEX_FORMS
"""Forms of earlier pictures that are searched; each costs 300 bytes a picture, 10 kB in all."""
QUERY = (WHOLE, TRIMMED, *DIHEDRAL_FORMS, *_CENTRED)
"""Forms of a new picture that are asked for: with the centred cuts, one is also found by what was cut from it."""
LEAST_JACCARD = 0.8
"""Texts that share at least this share of their word pairs say nearly the same."""


def level_of(form: str, other_form: str, distance: int) -> str | None:
    """`link`, `suggestion` or None for the distance in bits of PDQ between two forms.

    One of the two must be the picture as it is, or without its border: two changed forms say too little.
    """
    if form == WHOLE and other_form == WHOLE:
        return LINK if distance <= LINK_RADIUS else SUGGESTION if distance <= WIDEST_RADIUS else None
    plain = WHOLE in (form, other_form) or (TRIMMED in (form, other_form) and form not in DIHEDRAL_FORMS)
    return SUGGESTION if plain and distance <= FORM_RADIUS else None


def rule_in_force() -> str:
    """The rule in one line, printed with statistics."""
    return (
        f"pictures of equal bytes or PDQ distance <= {LINK_RADIUS} of 256 at quality >= {LOWEST_QUALITY}; "
        f"texts that share {LEAST_JACCARD:.0%} of their word pairs"
    )
