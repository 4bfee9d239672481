"""One alert as one organisation gets it: the call by codes, sealed to its key, and what stands outside the seal."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from exporters.alert import WORDS_FILE, AlertExporter, words_of
from exporters.package import Package, view_case
from exporters.sealing import SigningKey
from pipeline.bootstrap import App
from pipeline.delivery.alert_mail import Cover, message_id
from pipeline.delivery.packing import Agency, Sealed, packed, seal_package
from pipeline.desk.alerts import Alert, lying_in_outbox, reference_of
from pipeline.desk.letterhead import letterhead_of
from pipeline.desk.references import acknowledge_code
from pipeline.desk.times import clocks
from pipeline.resources import text
from pipeline.routes import routes
from pipeline.store.engine import reading
from pipeline.store.schema import report, source
from triage.alerting import NOT_TOLD, Told
from triage.report import Fact
from triage.verdict import Escalation


def sealed_alert(
    app: App, one: Alert, partner: str, agency: Agency, own: SigningKey, due: datetime, now: datetime
) -> Sealed:
    """Ready to leave; named by our reference. `due` is until when it is to be acknowledged.

    Raises KeyProblem if the key cannot be sealed to now.
    """
    package = _package(app, one, partner, due, now)
    files = AlertExporter({name: text(name) for name in AlertExporter.needs}).files(package)
    name = package.cases[0].reference
    return seal_package(packed(files, name, package.made_at, {}), agency, own, now)


def cover_of(app: App, one: Alert, partner: str) -> Cover:
    """What stands outside the seal, in the organisation's language: nothing of what is inside."""
    language = routes().recipients[partner].language
    words = words_of(text(WORDS_FILE))[language]
    reference = reference_of(app, partner, one.alert_id)
    return Cover(
        f"{words['subject']} {reference}", words["mail"] + "\n", language,
        message_id(app.store.index_key, partner, one.alert_id),
    )  # fmt: skip


def _package(app: App, one: Alert, partner: str, due: datetime, now: datetime) -> Package:
    """The call as this organisation may see it, times in the hotline's zone."""
    routing, zone, key = routes(), clocks().zone, app.store.index_key
    recipient = routing.recipients[partner]
    number, facts = _reported(app, one)
    said: dict[str, object] = {
        "escalate": None if one.drill else str(Escalation.DANGER_NOW), "area": one.area or None,
        "first_received": one.called_at.astimezone(zone),
        "received_assumed": Fact.TIME_ASSUMED in facts or None, "their_reference": number, "drill": one.drill,
        "acknowledge_by": due.astimezone(zone).replace(microsecond=0),
        "acknowledge_code": acknowledge_code(key, partner, one.alert_id),
    }  # fmt: skip
    reference = reference_of(app, partner, one.alert_id)
    view = view_case(reference, said, (), recipient.redacted_as)
    asked = "inform_only" if one.drill else "safeguard_child"
    made_at = now.astimezone(zone).replace(microsecond=0)
    told, perhaps = _before(app, one, partner)
    return Package(
        AlertExporter.kind, partner, made_at, recipient.basis, asked, (view,), language=recipient.language,
        letterhead=letterhead_of(app),
        told_before=tuple(routing.recipients[code].named(recipient.language) for code in told),
        perhaps_before=tuple(routing.recipients[code].named(recipient.language) for code in perhaps),
    )  # fmt: skip


def _before(app: App, one: Alert, partner: str) -> tuple[list[str], list[str]]:
    """Who was told before this organisation, and who perhaps was: a letter in doubt, or one that still lies here.

    Whoever reads a name as told may leave the child to them.
    """
    told: list[str] = []
    perhaps: list[str] = []
    for each in one.told:
        if each.partner != partner and each.state not in NOT_TOLD:
            known = each.state is Told.SENT and not lying_in_outbox(app, each.partner, one.alert_id)
            (told if known else perhaps).append(each.partner)
    return told, perhaps


def _reported(app: App, one: Alert) -> tuple[str | None, Fact]:
    """The network's own number of the call (the field table lets through what has the form of one), and its facts."""
    if one.report_id is None:
        return None, Fact(0)
    with reading(app.store.engine) as connection:
        row = connection.execute(
            select(report.c.external_id, report.c.facts, source.c.source)
            .join(source, source.c.source_no == report.c.source_no).where(report.c.report_id == one.report_id)
        ).one()  # fmt: skip
    return None if row.source.startswith("file:") else str(row.external_id), Fact(row.facts)
