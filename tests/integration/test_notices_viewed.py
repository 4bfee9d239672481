"""Nobody asks a host to remove what no person of ours looked at."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from pipeline.cli.main import answer
from pipeline.desk import notice_sending
from pipeline.desk.acts import Said
from pipeline.desk.notice_sending import Order, Which
from tests.desk import Desk
from tests.noticing import LATER, contact, decided, outbox, sent
from triage.assessment import Classification, IllegalKind, Viewed
from triage.disposition import Kind
from triage.errors import RuleBroken

pytest_plugins = ("tests.notice_workspace",)


def _hotline(desk: Desk, *words: str) -> int:
    return answer(["--workspace", str(desk.app.workspace.root), *words])


def test_only_what_somebody_viewed_goes(noticing: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    host = contact(noticing, "bad.example")
    case_id = noticing.case_of("s-1")
    threat = Said(Classification.ILLEGAL_OTHER, kind=IllegalKind.THREAT)
    noticing.assess(case_id, threat)
    with pytest.raises(RuleBroken, match="assess again with `--viewed content`"):
        noticing.dispose(case_id, Kind.NOTICE, "host")
    item = noticing.item(case_id, "bad.example/a")
    noticing.assess(case_id, replace(threat, locator_id=item, viewed=Viewed.CONTENT))
    noticing.dispose(case_id, Kind.NOTICE, "host")
    draft = notice_sending.show(noticing.app, noticing.one, host.contact_id, Which.FIRST, LATER)
    assert [one.locator_id for one in draft.places] == [item], "nobody viewed the other address of the case"
    noticing.assess(case_id, replace(threat, locator_id=item, viewed=Viewed.ADDRESS_ONLY), now=LATER)
    with pytest.raises(RuleBroken, match="nobody viewed what waits"):
        notice_sending.send(noticing.app, noticing.one, host.contact_id, Order(checked=True), LATER)
    assert outbox(noticing) == []
    assert _hotline(noticing, "notices", "list") == 0
    assert "nobody viewed it: assess again with --viewed content" in capsys.readouterr().out
    assert _hotline(noticing, "notices", "list", "--json") == 0
    assert json.loads(capsys.readouterr().out)["not_viewed"] == [f"C{case_id}"]
    assert _hotline(noticing, "today") == 0
    assert f"nobody viewed what is there (assess again with --viewed content): C{case_id}" in capsys.readouterr().out


def test_no_reminder_goes_about_what_nobody_says_any_more_to_have_viewed(noticing: Desk) -> None:
    host = contact(noticing, "other.example")
    case_id = decided(noticing, "o-1")
    sent(noticing, host)
    much_later = LATER + timedelta(days=60)
    unseen = Said(Classification.ILLEGAL_OTHER, noticing.item(case_id, "/b"), kind=IllegalKind.THREAT)
    noticing.assess(case_id, unseen, now=LATER + timedelta(days=1))
    with pytest.raises(RuleBroken, match="no reminder"):
        notice_sending.show(noticing.app, noticing.one, host.contact_id, Which.REMINDER, much_later)


def test_addresses_that_wait_for_somebody_to_look_are_named_in_one_line_for_each_case(
    noticing: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    contact(noticing, "bad.example")
    case_id = noticing.case_of("s-1")
    items = sorted(one.locator_id for one in noticing.facts(case_id).locators)
    seen, *others = items
    threat = Said(Classification.ILLEGAL_OTHER, seen, Viewed.CONTENT, kind=IllegalKind.THREAT)
    noticing.assess(case_id, threat)
    noticing.dispose(case_id, Kind.NOTICE, "host")
    assert _hotline(noticing, "notices", "list") == 0
    named = ", ".join(f"L{one}" for one in others)
    assert f"C{case_id}  waits for somebody to look: {named}\n" in capsys.readouterr().out
    for one in others:
        lawful = Said(Classification.NOT_ILLEGAL, one, Viewed.CONTENT, reason="adult_content")
        noticing.assess(case_id, lawful, now=LATER)
    assert _hotline(noticing, "notices", "list") == 0
    assert "waits for somebody to look" not in capsys.readouterr().out
