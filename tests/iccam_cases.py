"""Builders for tests of ICCAM's client: settings of a workspace, a line without pauses, exported packages."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from exporters.iccam import IccamExporter
from exporters.iccam_codes import CODES_FILE, read_codes
from exporters.iccam_payloads import action, assessment, closing_action
from exporters.package import Package, item_facts, view_case
from pipeline.delivery.iccam.line import Line
from pipeline.delivery.iccam.settings import IccamSettings, load
from pipeline.delivery.iccam.state import OurCase, OurItem, case_of_report
from tests.iccam_certificates import Certificates
from tests.iccam_server import PASSWORD, USER
from triage.assessment import (
    AgeGroup,
    Assessment,
    Classification,
    Commerciality,
    Gender,
    IccamAnswers,
    PaymentMethod,
    SiteType,
    Viewed,
)

HOME = "BA"
TEXT = (Path(__file__).parents[1] / "data" / CODES_FILE).read_text(encoding="utf-8")
CODES = read_codes(TEXT)
RECEIVED = datetime(2026, 3, 1, 23, 59, tzinfo=UTC)
ASSESSED = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
ANSWERED = IccamAnswers(
    gender=Gender.FEMALE, age_group=AgeGroup.PUBESCENT, virtual=True, user_generated=False, child_modeling=True,
    site_type=SiteType.FORUM, commerciality=Commerciality.NON_COMMERCIAL, payment_methods=(PaymentMethod.NONE,),
)  # fmt: skip
LEA = action("reported_to_lea", "analyst", ASSESSED, CODES)
REMOVED = action("removed", "analyst", ASSESSED, CODES)


def write_settings(folder: Path, at: str, certificates: Certificates, **changed: object) -> Path:
    """An `iccam.toml` that fits a fake server; None takes a setting out."""
    folder.mkdir(parents=True, exist_ok=True)
    password = folder / "iccam-password"
    password.touch(mode=0o600)
    password.write_text(PASSWORD + "\n", encoding="utf-8")
    values: dict[str, object] = {
        "url": at, "user": USER, "password_file": "iccam-password", "certificate_file": str(certificates.client),
        "key_file": str(certificates.client_key), "ca_file": str(certificates.ca), "timeout_seconds": 5,
        "pause_ms": 0, "after_login_ms": 0,
    } | changed  # fmt: skip
    lines = [f"{name} = {json.dumps(value)}" for name, value in values.items() if value is not None]
    (folder / "iccam.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def loaded(folder: Path, at: str, certificates: Certificates, **changed: object) -> IccamSettings:
    """The same, loaded."""
    settings = load(write_settings(folder, at, certificates, **changed))
    assert settings is not None
    return settings


def line_to(settings: IccamSettings, clock: Callable[[], float] = lambda: 0.0) -> Line:
    """A line that does not wait."""
    return Line(settings, wait=lambda _: None, clock=clock)


def exported(
    reference: str = "IC-1", classification: Classification = Classification.NATIONAL, country: str = HOME,
    items: int = 1, answers: IccamAnswers | None = ANSWERED, minutes: int = 0,
) -> Any:  # fmt: skip
    """The report body in a package, as read back from its file."""
    said = Assessment(
        9041, 1, classification, by=77, at=ASSESSED, viewed=Viewed.CONTENT, hosting_country=country,
        hosting_source="analyst", iccam=answers,
    )  # fmt: skip
    facts = [
        item_facts(f"https://host.example/{reference}/{number}", "url", replace(said, locator_no=number),
                   is_source=number == 0, address_field="address_without_tokens")
        for number in range(items)
    ]  # fmt: skip
    case = view_case(reference, {"first_received": RECEIVED}, facts, "iccam")
    made_at = ASSESSED + timedelta(minutes=minutes)
    package = Package("iccam", "iccam", made_at, "inhope_agreement", "assess_and_act", (case,))
    return json.loads(IccamExporter({CODES_FILE: TEXT}).files(package)[f"iccam-{reference}.json"])


def our_case(reference: str = "IC-1", **given: Any) -> OurCase:
    """A case of ours, exported and not sent yet."""
    known = {name: given.pop(name) for name in ("report_id", "attempted", "actions") if name in given}
    return case_of_report(reference, exported(reference, **given), **known)


def assigned_case(
    content_id: int, classification: Classification, reason: str | None = None, reference: str = "IC-9",
    answers: IccamAnswers | None = None,
) -> OurCase:  # fmt: skip
    """A case INHOPE assigned to us, assessed by a person, with the action that goes with the assessment."""
    said = Assessment(
        9042, 1, classification, by=77, at=ASSESSED, viewed=Viewed.CONTENT, reason=reason, iccam=answers
    )
    facts = item_facts("https://abroad.example/a", "url", said, address_field="address_without_tokens")
    view = view_case(reference, {}, [facts], "iccam").items[0].facts
    closing = closing_action(view, "analyst", CODES)
    item = OurItem(
        "https://abroad.example/a", content_id, assessment(view, "analyst", CODES), (closing,) if closing else ()
    )
    source = {"site_type": 6, "commerciality": 3, "payment_methods": [9]} if answers or closing else {}
    return OurCase(reference, (item,), source=source)
