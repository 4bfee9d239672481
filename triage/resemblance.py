"""When two pictures are linked by themselves and when a person is asked: one table, for cases and for lists alike.

Only whole against whole within 31 bits of PDQ links by itself (the radius the format's authors recommend for equal
content, https://github.com/facebook/ThreatExchange, "hashing.pdf"). Whatever is further away, turned, cut or had its
border taken off is a suggestion with its form as the reason: symmetric pictures lie near their own mirror images.
"""

from __future__ import annotations

from triage.signals.base import INDEX_FORMS, LOWEST_QUALITY, QUERY_FORMS, WHOLE

LINK, SUGGESTION = "link", "suggestion"
LINK_RADIUS = 31
"""Bits of 256."""
WIDEST_RADIUS = 60
"""Whole against whole up to here is suggested; measured in docs/pictures.md."""
FORM_RADIUS = 31
"""Turned, trimmed and cut forms are suggested up to here."""
QUERY, INDEX = QUERY_FORMS, INDEX_FORMS
LEAST_JACCARD = 0.8
"""Texts that share at least this share of their word pairs say nearly the same."""


def level_of(form: str, other_form: str, distance: int) -> str | None:
    """`link`, `suggestion` or None for the distance in bits of PDQ between two forms."""
    if form == WHOLE and other_form == WHOLE:
        return LINK if distance <= LINK_RADIUS else SUGGESTION if distance <= WIDEST_RADIUS else None
    return SUGGESTION if distance <= FORM_RADIUS else None


def rule_in_force() -> str:
    """The rule in one line, printed with statistics."""
    return (
        f"pictures of equal bytes or PDQ distance <= {LINK_RADIUS} of 256 at quality >= {LOWEST_QUALITY}; "
        f"texts that share {LEAST_JACCARD:.0%} of their word pairs"
    )
