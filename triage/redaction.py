"""Which field of a case may go to which kind of recipient: an allow-list, written out as one table.

A field that is not in the table goes nowhere; a field whose value has not the shape the table says goes nowhere
either, so free text cannot travel under the name of a code. What a reporter wrote (location, description) and who
they are is in no row: a text leaves only redacted, as a type of its own (`exporters/redacted_texts.py`), to the kinds
in TEXT_KINDS, where the operator switched it on and a person released it. Reasons leave as codes, never with their
spans. Adding a rule is adding one row.

The exact address is for police alone; the others get the form without share tokens (`triage/share_tokens.py`), under a
name of its own, so that an exact address somebody forgot to change goes nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime

from triage.report import FIELDS as REPORT_FIELDS

RECIPIENT_KINDS = (
    "police", "iccam", "helpline", "host", "partner", "statistics", "clearing_house", "police_hashes",
)  # fmt: skip
"""`clearing_house` passes assessed addresses on to other countries' police; `police_hashes` is a police list of digests
without addresses."""
TEXT_KINDS = frozenset({"police", "helpline", "partner"})
"""Who may get redacted text at all; ICCAM, hosts and statistics take codes only. What of a text each may see is
`triage/redacting/roles_table.py`."""
UNKNOWN_FIELD = "unknown_field"
"""What a redaction list says for a field this table has never heard of: its name may itself be input."""

_CODE = re.compile(r"[a-z][a-z0-9_]{0,63}")
_RECIPIENT = re.compile(r"[a-z][a-z0-9_-]{0,63}")
_NUMBER = re.compile(r"[0-9]{1,15}")
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_REFERENCE = re.compile(r"(?:(?:[A-Z]{1,5}|[a-z]{1,3})[-_/])?(?:20[2-9][0-9][-_/])?[0-9]{1,5}")
_UUID = re.compile(
    r"(?=[0-9]*[a-f])[0-9a-f]{8}-(?=[0-9-]{0,13}[a-f])(?:[0-9a-f]{4}-){3}(?=[0-9]*[a-f])[0-9a-f]{12}", re.IGNORECASE
)
"""What is drawn at random; nowhere in it digits alone, as a telephone number has them."""
_SPOKEN = re.compile(r"[0-9A-HJKMNP-TV-Z]{6}")
_LABEL = re.compile(r"[a-z][a-z0-9_.:-]{0,63}")
_VERSION = re.compile(r"[0-9]{1,4}(\.[0-9]{1,4}){0,3}")
_AREA = re.compile(r"[A-Z]{2}-[^\W\d_]{2,4}(-[^\W_]+(?:[ -][^\W_]+){0,3})?")
MAX_AREA_CHARS = 64
MAX_ADDRESS_CHARS = 65_536
DIGEST_CHARS = {"md5": 32, "sha1": 40, "sha256": 64, "pdq": 64}
"""Types of digest that may leave, and their lower-case hexadecimal digits. PhotoDNA is licensed: never one of them."""
_HEX = re.compile(r"[0-9a-f]+")

_Shape = Callable[[object], bool]


def _is_code(value: object) -> bool:
    return isinstance(value, str) and _CODE.fullmatch(value) is not None


def _is_codes(value: object) -> bool:
    return isinstance(value, tuple | list) and all(_is_code(each) for each in value)


def _is_numbers(value: object) -> bool:
    return isinstance(value, tuple | list) and all(_NUMBER.fullmatch(str(each)) is not None for each in value)


def _is_recipients(value: object) -> bool:
    """Codes of recipients have hyphens."""
    if not isinstance(value, tuple | list):
        return False
    return all(isinstance(each, str) and _RECIPIENT.fullmatch(each) is not None for each in value)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_yes_no(value: object) -> bool:
    return isinstance(value, bool)


def _is_time(value: object) -> bool:
    """A time with an offset, or what `_coarsen` made of one, so that redacting twice changes nothing."""
    if isinstance(value, datetime):
        return value.tzinfo is not None
    return isinstance(value, date) or (isinstance(value, str) and _MONTH.fullmatch(value) is not None)


def _is_country(value: object) -> bool:
    return isinstance(value, str) and _COUNTRY.fullmatch(value) is not None


def _is_labels(value: object) -> bool:
    """Labels of a published schema, as that schema writes them in small letters."""
    return isinstance(value, tuple | list) and all(isinstance(one, str) and _LABEL.fullmatch(one) for one in value)


def _is_version(value: object) -> bool:
    return isinstance(value, str) and _VERSION.fullmatch(value) is not None


def _is_area(value: object) -> bool:
    return isinstance(value, str) and len(value) <= MAX_AREA_CHARS and _AREA.fullmatch(value) is not None


def _is_areas(value: object) -> bool:
    return isinstance(value, tuple | list) and all(_is_area(each) for each in value)


def _is_digests(value: object) -> bool:
    """Digests of one file as `type:hex`, each type once; strict, so that no word can travel as a digest."""
    if not isinstance(value, tuple | list) or not all(isinstance(each, str) for each in value):
        return False
    parts = [each.partition(":") for each in value]
    return len({kind for kind, _, _ in parts}) == len(parts) > 0 and all(
        DIGEST_CHARS.get(kind) == len(digits) and _HEX.fullmatch(digits) is not None for kind, _, digits in parts
    )


def _is_address(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= MAX_ADDRESS_CHARS


def _is_reference(value: object) -> bool:
    """A number of somebody's own, as `SOS-2026-0842`, `s-1`, `77`: perhaps a few letters, perhaps a year of now, a
    number too short for a telephone or a date of birth; or a UUID. Longer small letters may be a word."""
    return isinstance(value, str) and any(shape.fullmatch(value) for shape in (_REFERENCE, _UUID))


def _is_spoken_code(value: object) -> bool:
    return isinstance(value, str) and _SPOKEN.fullmatch(value) is not None


_P, _I, _HL, _H, _PA, _S, _CH, _PH = RECIPIENT_KINDS
TABLE: Mapping[str, tuple[_Shape, frozenset[str]]] = {
    # what the machine thought
    "label": (_is_code, frozenset({_P, _HL, _S})),
    "escalate": (_is_code, frozenset({_P, _HL, _PA, _S, _CH})),
    "reason_codes": (_is_codes, frozenset({_P, _HL})),
    # what was reported, as codes, counts and times
    "category": (_is_code, frozenset({_P, _HL, _S})),
    "channel": (_is_code, frozenset({_P, _S})),
    "area": (_is_area, frozenset({_P, _HL, _PA, _S})),
    "areas": (_is_areas, frozenset({_P})),  # where reports name several
    "reports": (_is_count, frozenset({_P, _HL})),
    "attachments": (_is_count, frozenset({_P})),
    "first_received": (_is_time, frozenset({_P, _I, _HL, _H, _PA, _S, _CH})),
    "last_received": (_is_time, frozenset({_P, _HL})),
    "received_assumed": (_is_yes_no, frozenset({_P, _PA})),
    "reporter_group": (_is_code, frozenset({_HL})),
    "concerns_own_child": (_is_yes_no, frozenset({_P, _HL})),
    "reporter_can_be_asked": (_is_yes_no, frozenset({_P})),  # through a disclosure (triage/disclosure.py)
    "victim_sex": (_is_code, frozenset({_P, _HL, _S})),
    "victim_age_band": (_is_code, frozenset({_P, _HL, _S})),
    "relationship": (_is_code, frozenset({_P, _HL, _S})),
    "violence_kind": (_is_code, frozenset({_P, _HL, _S})),
    # what people decided
    "classification": (_is_code, frozenset({_P, _I, _H, _S, _CH, _PH})),
    "assessment_reason": (_is_code, frozenset({_P, _I, _S})),
    "illegal_kind": (_is_code, frozenset({_P, _H, _S})),
    "viewed": (_is_code, frozenset({_P, _I, _CH, _PH})),
    "assessed_at": (_is_time, frozenset({_P, _I, _CH, _PH})),
    "also_sent_to": (_is_recipients, frozenset({_P})),
    "also_sent_part_to": (_is_recipients, frozenset({_P})),  # of a joined case, who heard of some of it only
    "also_released_to": (_is_recipients, frozenset({_P})),  # decided, for police released too, and not sent yet
    "referred_for": (_is_codes, frozenset({_P, _HL})),  # why a person sends it to this very agency or helpline
    # for who advises: whether we may reach who asked, and whether police know (never how, never which)
    "advice_can_be_passed_on": (_is_yes_no, frozenset({_HL})),
    "police_told": (_is_yes_no, frozenset({_HL})),
    "police_told_at": (_is_time, frozenset({_HL})),
    # the places content is
    "address": (_is_address, frozenset({_P})),
    "address_without_tokens": (_is_address, frozenset({_I, _H, _CH})),
    "digests": (_is_digests, frozenset({_P, _PH})),  # of one file, never its name or content
    "kind": (_is_code, frozenset({_P, _I, _HL, _S, _CH, _PH})),
    "address_holds_contact": (_is_yes_no, frozenset({_P})),  # anybody's, perhaps of who copied it
    "is_source": (_is_yes_no, frozenset({_P, _I})),
    "is_new": (_is_yes_no, frozenset({_P})),  # in a supplement
    "hosting_country": (_is_country, frozenset({_P, _I, _H, _S, _CH})),
    "hosting_source": (_is_code, frozenset({_P})),
    # an SOS call, to the organisation in charge
    "their_reference": (_is_reference, frozenset({_PA})),
    "drill": (_is_yes_no, frozenset({_PA})),
    "acknowledge_by": (_is_time, frozenset({_PA})),
    "acknowledge_code": (_is_spoken_code, frozenset({_PA})),
    # ICCAM's questions
    "gender": (_is_code, frozenset({_P, _I})),
    "age_group": (_is_code, frozenset({_P, _I})),
    "virtual": (_is_yes_no, frozenset({_P, _I})),
    "user_generated": (_is_yes_no, frozenset({_P, _I})),
    "child_modeling": (_is_yes_no, frozenset({_P, _I})),
    "site_type": (_is_code, frozenset({_P, _I})),
    "commerciality": (_is_code, frozenset({_P, _I})),
    "payment_methods": (_is_codes, frozenset({_P, _I})),
    "assigned_content": (_is_numbers, frozenset({_I})),  # its own numbers of what INHOPE assigned to us
    # labels of INHOPE's Universal Classification Schema and that schema's version
    "schema_version": (_is_version, frozenset({_I})),
    "schema_labels": (_is_labels, frozenset({_I})),
}
"""Field name to the shape its value must have and the recipients that may get it."""
_NEVER = frozenset(REPORT_FIELDS) | {"case_no", "case_id", "locator_no", "by", "person_id", "name", "note", "memo"}
"""Names we know and give to nobody, so that a redaction list can name them."""


def allowed_fields(recipient_kind: str) -> frozenset[str]:
    """The names a recipient of this kind may get. Raises ValueError for a kind that is not in the table."""
    if recipient_kind not in RECIPIENT_KINDS:
        raise ValueError("no such kind of recipient: see RECIPIENT_KINDS")
    return frozenset(name for name, (_, kinds) in TABLE.items() if recipient_kind in kinds)


def address_field(recipient_kind: str) -> str:
    """The form of an address this kind of recipient may see, if any: exact for police, else without share tokens."""
    return "address" if recipient_kind == _P else "address_without_tokens"


def sees_only_digests(recipient_kind: str) -> bool:
    """Whether this kind of recipient compares files and gets no address: a case without a file is nothing to it."""
    allowed = allowed_fields(recipient_kind)
    return "digests" in allowed and address_field(recipient_kind) not in allowed


def redact(fields: Mapping[str, object], recipient_kind: str) -> tuple[dict[str, object], tuple[str, ...]]:
    """Split fields into what this kind of recipient may get and the names of what was taken out (sorted).

    A value of None says nothing and is neither given nor listed. Times are exact for police, ICCAM, clearing houses
    and partners, the day for helplines and hosts, the month for statistics; an area in statistics is cut to its unit.
    Raises ValueError for an unknown kind of recipient.
    """
    allowed = allowed_fields(recipient_kind)
    kept: dict[str, object] = {}
    removed: set[str] = set()
    for name, value in fields.items():
        if value is None:
            continue
        if name in allowed and TABLE[name][0](value):
            kept[name] = _coarsen(name, value, recipient_kind)
        else:
            removed.add(name)
    return kept, listed(removed)


def listed(names: Iterable[str]) -> tuple[str, ...]:
    """Names as a redaction list may show them, sorted: a name we do not know could be input, so it is not shown."""
    return tuple(sorted({name if name in TABLE or name in _NEVER else UNKNOWN_FIELD for name in names}))


def _coarsen(name: str, value: object, recipient_kind: str) -> object:
    if isinstance(value, date):
        if recipient_kind == "statistics":
            return value.strftime("%Y-%m")
        return value.date() if isinstance(value, datetime) and recipient_kind in ("helpline", "host") else value
    if name == "area" and recipient_kind == "statistics":
        return "-".join(str(value).split("-")[:2])
    if isinstance(value, str):
        return str(value)
    return tuple(str(each) for each in value) if isinstance(value, tuple | list) else value
