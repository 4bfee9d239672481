"""Show one case to a person: addresses defanged, texts only when asked for and then written down, contacts never."""

from __future__ import annotations

from datetime import datetime

from pipeline.bootstrap import App
from pipeline.cli import (
    alert_screens,
    case_screen,
    disclose,
    iccam_screen,
    notice_holds,
    resemblance_screen,
    screens,
    text_screen,
)
from pipeline.desk.alerts import alerts_about, lying_of, without_key
from pipeline.desk.answer_taken_back import lying_unwanted, to_delete
from pipeline.desk.caseview import CaseFacts, case_facts
from pipeline.desk.disclosures import of_case
from pipeline.desk.listing import history
from pipeline.desk.notices_today import case_notices
from pipeline.desk.numbers import shown_report
from pipeline.desk.older_packages import older_packages
from pipeline.desk.people import actor, names
from pipeline.desk.resemblances import listed_now, resemblances_of
from pipeline.desk.said import ReportSaid, said_in
from pipeline.desk.shared_reports import also_in
from pipeline.desk.text_release import releases_of
from pipeline.desk.their_numbers import their_numbers
from pipeline.desk.vaultroom import Vaultroom
from pipeline.routes import routes
from pipeline.store.engine import reading, writing
from triage.people import Act, Person, may, require


def check_may_read(by: Person) -> None:
    """Raises RuleBroken unless this person may read what reporters wrote."""
    require(by, Act.READ_TEXT)


def show_case(
    app: App, by: Person, case_id: int, now: datetime, *, with_text: bool, everything: bool, as_json: bool,
    with_history: bool = False,
) -> None:  # fmt: skip
    """Print the case for this person."""
    vault = Vaultroom(app)
    case = case_facts(app, case_id, vault)
    addresses = may(by, Act.TAKE_CASE)
    texts = _said(app, by, case, vault, now, everything) if with_text else []
    with reading(app.store.engine) as connection:
        events = history(connection, case_id) if with_history else []
        let_go, people = releases_of(connection, case_id), names(connection)
        unwanted = [one.name for one in lying_unwanted(app, connection) if one.report_id in case.report_ids]
        alerts, left = alerts_about(connection, case_id), without_key(app, connection, now)
        hosts, told = case_notices(connection, case_id, now), of_case(connection, case_id)
        older, numbers = older_packages(connection, case), their_numbers(connection, case_id)
        elsewhere = also_in(connection, case_id, case.report_ids)
        resembles = resemblances_of(connection, case_id, case.report_ids)
    said_now = listed_now(app, resembles, now)
    if as_json:
        values = case_screen.as_json(case, now, addresses=addresses)
        values |= resemblance_screen.as_json(resembles, said_now)
        values["texts_released"] = text_screen.said_json(let_go)
        values["report_numbers"] = [shown_report(one) for one in case.report_ids]
        values["allow_police"] = [shown_report(one) for one in case.allow_police]
        values["shared_reports"] = case_screen.shared_json(elsewhere)
        values["disclosures"] = [disclose.as_object(one) for one in told]
        values["letters_to_delete"] = unwanted
        values["alerts"] = [alert_screens.alert_object(one) for one in alerts]
        values["older_packages"] = case_screen.older_json(older)
        values |= iccam_screen.as_json(case, numbers)
        values["notices"] = notice_holds.case_json(hosts)
        if with_text:
            values["texts"] = [one.as_object() for one in texts]
        if with_history:
            values["history"] = case_screen.history_json(events)
        screens.show_json(app, values)
        return
    lines = case_screen.screen(case, routes(), now, addresses=addresses, everything=everything)
    lines += case_screen.shared_block(elsewhere)
    lines += case_screen.older_block(case_id, older, now)
    lines += iccam_screen.blocks(case, numbers, now)
    lines += alert_screens.about_case([(one, lying_of(app, one)) for one in alerts], left, now)
    lines += text_screen.said_block(let_go, people, now)
    lines += ["", *map(to_delete, unwanted)] if unwanted else []
    lines += disclose.of_case_block(case.allow_police, told)
    lines += notice_holds.case_block(hosts, now)
    lines += resemblance_screen.blocks(resembles, said_now, everything=everything)
    lines += case_screen.texts_block(texts, case.reports - len(texts)) if with_text else []
    screens.show(app, lines + case_screen.history_block(events, now))


def _said(
    app: App, by: Person, case: CaseFacts, vault: Vaultroom, now: datetime, everything: bool
) -> list[ReportSaid]:
    """Newest first. The audit event is written before anything is opened."""
    check_may_read(by)
    chosen = case.report_ids[::-1][: None if everything else case_screen.REPORTS_SHOWN]
    with writing(app.store.engine) as connection:
        app.store.record(connection, now, actor(by), "text_read", f"C{case.case_id}", {"reports": len(chosen)})
    return [said_in(app, vault, report_id) for report_id in chosen]
