"""What becomes of what was found: one table of recipient × whose it is × kind, an allow-list like the field table.

Everything that is in no row is masked, and everything whose owner is unknown is masked for everybody. The reporter is
in no row at all: police get a reporter's identity only through an audited disclosure, never through a text. `digest`
shows a keyed digest, so one recipient can see that two reports name the same telephone, and nobody can read it.
"""

from __future__ import annotations

from collections.abc import Mapping

from triage.redaction import RECIPIENT_KINDS

KEEP, MASK, DIGEST = "keep", "mask", "digest"
ACTIONS = (KEEP, MASK, DIGEST)

TABLE: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "police": {
        "suspect": {
            "handle": KEEP, "url": KEEP, "phone": KEEP,
            "email": DIGEST, "account": DIGEST, "card": DIGEST, "ip": DIGEST, "plate": DIGEST,
        },
        "child": {"name": KEEP, "organisation": KEEP},
    },
    "iccam": {},
    "helpline": {"suspect": {"handle": DIGEST, "phone": DIGEST, "email": DIGEST}},
    "host": {},
    "partner": {"suspect": {"handle": DIGEST, "phone": DIGEST, "email": DIGEST}},
    "statistics": {},
    "clearing_house": {},
    "police_hashes": {},
}  # fmt: skip
"""Recipient kind, then role, then kind of span, to what becomes of it."""


def action(recipient_kind: str | None, role: str, kind: str) -> str:
    """Keep, mask or digest; for no recipient (a screen, a file) always mask. Raises ValueError for an unknown one."""
    if recipient_kind is None:
        return MASK
    if recipient_kind not in RECIPIENT_KINDS:
        raise ValueError("no such kind of recipient: see RECIPIENT_KINDS")
    return TABLE[recipient_kind].get(role, {}).get(kind, MASK)
