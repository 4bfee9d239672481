"""Fixtures: a fake ICCAM that listens, and a desk whose ICCAM it is; a plug-in of tests that need them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pipeline.desk.people import DEMO_PERSON_VARIABLE
from pipeline.verify import verify
from tests.desk import Desk
from tests.iccam_cases import HOME, write_settings
from tests.iccam_certificates import Certificates, make_certificates
from tests.iccam_desk import Listing
from tests.iccam_server import FakeIccam


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Made once."""
    return make_certificates(tmp_path_factory.mktemp("iccam"))


@pytest.fixture
def server(certificates: Certificates) -> Iterator[FakeIccam]:
    """A running ICCAM."""
    with FakeIccam(certificates) as running:
        running.iccam = Listing(HOME)
        yield running


@pytest.fixture
def line(desk: Desk, server: FakeIccam, certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """The desk with ICCAM switched on; commands act as a person who may export. What it did agrees with the chain."""
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, "sample-second")
    write_settings(desk.folder / "workspace", server.url, certificates)
    yield desk
    monkeypatch.undo()
    assert verify(desk.app).findings == ()
