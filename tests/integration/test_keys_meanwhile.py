"""A key that is retired or changed while something is being sealed to it: nothing leaves under it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from exporters.sealing import SigningKey
from pipeline.desk import acts, disclosing, packages
from pipeline.desk.packages import Order, Outcome, make_packages
from pipeline.desk.recipients import add_key, retire_key
from pipeline.desk.replaced_keys import confirm
from pipeline.verify.everything import verify
from tests.agencies import pin_agency
from tests.desk import NOW, Desk
from tests.disclosed import AGENCY, asked, released, states
from tests.noticing import assessed
from triage.disposition import Kind
from triage.errors import ServiceFailed
from triage.people import Role

pytestmark = pytest.mark.thorough

pytest_plugins = ("tests.stores", "tests.disclosure_workspace")

CODE = "police-rs"
THEN = NOW + timedelta(seconds=5)
Meanwhile = Callable[[Desk, str], None]


def _retire(desk: Desk, recipient: str) -> None:
    retire_key(desk.app, desk.person("sample-supervisor"), recipient, THEN)


def _change(desk: Desk, recipient: str) -> None:
    new = SigningKey.make("Their next key").certificate
    add_key(desk.app, desk.person("sample-supervisor"), recipient, new.armoured(), new.fingerprint, THEN)


def _pin(desk: Desk, recipient: str) -> None:
    pin_agency(desk.app, recipient, THEN)


@contextmanager
def _meddled(module: object, desk: Desk, recipient: str, meanwhile: Meanwhile) -> Iterator[None]:
    """Let that happen just after the package is sealed."""
    plain: Any = module.leaving  # type: ignore[attr-defined]

    def sealed(*given: Any, **more: Any) -> Any:
        made = plain(*given, **more)
        meanwhile(desk, recipient)
        return made

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(module, "leaving", sealed)
        yield


def _export(desk: Desk) -> Outcome:
    return make_packages(desk.app, Order("lea"), desk.two, NOW)


def _ready(desk: Desk) -> None:
    pin_agency(desk.app, CODE, NOW)
    case_id = assessed(desk, "s-1")
    desk.dispose(case_id, Kind.POLICE, CODE, reason="hosted_here")
    acts.release(desk.app, desk.two, case_id, NOW)


def _shown(desk: Desk) -> list[str]:
    return [path.name for path in desk.app.workspace.exports.iterdir()]


@pytest.mark.parametrize("meanwhile", [_retire, _change])
def test_a_key_that_is_gone_when_the_package_is_written_down_gets_none(desk: Desk, meanwhile: Meanwhile) -> None:
    _ready(desk)
    with _meddled(packages, desk, CODE, meanwhile), pytest.raises(ServiceFailed, match="key of this recipient"):
        _export(desk)
    assert _shown(desk) == []
    assert verify(desk.app).findings == ()
    if meanwhile is _change:
        confirm(desk.app, replace(desk.one, role=Role.LIAISON), CODE, THEN)
        assert len(_export(desk).made) == 1


def test_a_key_pinned_while_a_demonstration_writes_readable_files_stops_them(desk: Desk) -> None:
    case_id = assessed(desk, "s-1")
    desk.dispose(case_id, Kind.POLICE, CODE, reason="hosted_here")
    acts.release(desk.app, desk.two, case_id, NOW)
    with _meddled(packages, desk, CODE, _pin), pytest.raises(ServiceFailed, match="key of this recipient"):
        _export(desk)
    assert _shown(desk) == []


def test_a_key_of_another_agency_that_goes_meanwhile_stops_nothing(desk: Desk) -> None:
    _ready(desk)
    pin_agency(desk.app, "police-fbih", NOW)
    with _meddled(packages, desk, "police-fbih", _retire):
        assert len(_export(desk).made) == 1


def test_no_contact_of_a_reporter_leaves_under_a_key_retired_meanwhile(telling: Desk) -> None:
    asked(telling)
    before = set(_shown(telling))
    with _meddled(disclosing, telling, AGENCY, _retire), pytest.raises(ServiceFailed, match="key of this recipient"):
        released(telling)
    assert set(_shown(telling)) == before
    assert set(states(telling)) == {"asked"}
    assert verify(telling.app).findings == ()
