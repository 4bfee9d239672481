"""A disclosure that is cut off, overtaken or refused: nothing is lost, nothing is made twice, and the chain knows."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.desk import disclosing, moves, queue
from pipeline.verify import verify
from tests.desk import NOW, Desk
from tests.disclosed import AGENCY, LATER, asked, contacts, released, states
from triage.disclosure import DisclosureState
from triage.errors import KeyProblem, RuleBroken, ServiceFailed

pytestmark = pytest.mark.thorough

pytest_plugins = ("tests.disclosure_workspace",)


@pytest.mark.parametrize("moment", ["before the package", "with the package"])
def test_a_cut_leaves_it_in_doubt_and_it_goes_again_only_on_purpose(
    telling: Desk, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    class Cut(BaseException):
        pass

    def cut(*_: object) -> None:
        raise Cut

    case_id = asked(telling)
    with monkeypatch.context() as broken:
        broken.setattr(disclosing, "_sealed" if moment == "before the package" else "_mark", cut)
        with pytest.raises(Cut):
            released(telling)
    assert states(telling) == ["opened", "opened"]
    assert [path for path in telling.app.workspace.exports.iterdir() if not path.name.startswith(".")] == []
    with pytest.raises(RuleBroken, match="--again"):
        released(telling)
    assert {one.state for one in queue.today(telling.app, telling.one, NOW).disclosures} == {DisclosureState.OPENED}
    assert verify(telling.app).findings == ()
    assert len(contacts(released(telling, again=True))) == 2
    assert verify(telling.app).findings == ()
    assert case_id


def test_a_cut_after_the_package_was_written_loses_nothing_and_makes_no_second_one(
    telling: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Cut(BaseException):
        pass

    renamed, calls = Path.rename, iter(range(1, 10))

    def rename(path: Path, target: Path) -> Path:
        if next(calls) == 2:  # the first is inside the transaction, the second gives the folder its name
            raise Cut
        return renamed(path, target)

    case_id = asked(telling)
    with monkeypatch.context() as broken:
        broken.setattr(Path, "rename", rename)
        with pytest.raises(Cut):
            released(telling)
    assert states(telling) == ["made", "made"]
    with pytest.raises(RuleBroken, match="nothing waits"):
        released(telling, again=True)
    (folder,) = telling.app.workspace.exports.iterdir()
    assert len(contacts(folder)) == 2
    assert verify(telling.app).findings == ()
    assert case_id


def test_of_two_releases_at_once_one_makes_the_package(telling: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    supervisor, sealed_by, folders = telling.person("sample-supervisor"), disclosing._sealed, list[Path]()
    case_id = asked(telling)

    def overtaken(*given: object) -> object:
        monkeypatch.setattr(disclosing, "_sealed", sealed_by)
        with pytest.raises(RuleBroken, match="--again"):
            disclosing.release(telling.app, supervisor, case_id, AGENCY, LATER)
        folders.append(disclosing.release(telling.app, supervisor, case_id, AGENCY, LATER, again=True).folder)
        return sealed_by(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(disclosing, "_sealed", overtaken)
    with pytest.raises(ServiceFailed, match="meanwhile"):
        released(telling)
    assert [path for path in telling.app.workspace.exports.iterdir() if not path.name.startswith(".")] == folders
    assert states(telling) == ["made", "made"]
    assert verify(telling.app).findings == ()


@pytest.mark.parametrize("act", ["assessed anew", "joined with another"])
def test_what_is_no_longer_released_when_it_is_sealed_is_not_made(
    telling: Desk, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    case_id, sealed_by = asked(telling), disclosing._sealed

    def overtaken(*given: object) -> object:
        whole = sealed_by(*given)  # type: ignore[arg-type]
        if act == "assessed anew":
            telling.assess(case_id, now=LATER)
        else:
            moves.join(telling.app, telling.one, case_id, telling.case_of("o-1"), LATER)
        return whole

    monkeypatch.setattr(disclosing, "_sealed", overtaken)
    with pytest.raises(RuleBroken, match="neither went"):
        released(telling)
    assert list(telling.app.workspace.exports.iterdir()) == []
    assert states(telling) == ["asked", "asked"]
    assert verify(telling.app).findings == ()


@pytest.mark.parametrize("spoil", ["the agency's key", "the vault's key", "the disk"])
def test_what_is_known_not_to_be_made_waits_again(telling: Desk, monkeypatch: pytest.MonkeyPatch, spoil: str) -> None:
    def full(*_: object) -> None:
        raise ServiceFailed("the disk is full")

    asked(telling)
    moved: list[Path] = []
    with monkeypatch.context() as broken:
        if spoil == "the disk":
            broken.setattr(disclosing, "store_package", full)
        else:
            root = telling.app.workspace
            paths = list((root.root / "recipients").glob("*.asc") if "agency" in spoil else root.keys.glob("*.key"))
            moved = [path.rename(path.with_suffix(".moved")) for path in paths if path.name != "index.key"]
        with pytest.raises((KeyProblem, ServiceFailed)):
            released(telling)
    assert states(telling) == ["asked", "asked"]
    for path in moved:
        path.rename(path.with_suffix(".asc" if "agency" in spoil else ".key"))
    assert verify(telling.app).findings == ()
    assert len(contacts(released(telling))) == 2
    assert verify(telling.app).findings == ()
