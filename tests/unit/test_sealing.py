"""Sealed at the door: what intake seals it cannot open, a moved or changed value does not open, keys are checked."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import keys
from pipeline.packing import pack, pack_locators, unpack, unpack_locator
from pipeline.sealing import Opener, Sealer, new_salts
from pipeline.workspace import Workspace
from triage.errors import Damage, KeyProblem


@pytest.fixture
def vault(tmp_path: Path) -> tuple[Workspace, str]:
    """A workspace with one key pair."""
    workspace = Workspace(tmp_path / "w")
    workspace.create()
    return workspace, keys.create_pair(workspace)


def _sealer_and_opener(vault: tuple[Workspace, str]) -> tuple[Sealer, Opener]:
    workspace, key_id = vault
    sealer = Sealer(keys.public_key(workspace, key_id))
    return sealer, Opener(keys.private_key(workspace, key_id), sealer.envelope)


def test_what_is_sealed_opens_with_the_private_key(vault: tuple[Workspace, str]) -> None:
    sealer, opener = _sealer_and_opener(vault)
    salt = new_salts(1)[0]
    sealed = sealer.seal(7, salt, "contact", b"a name")
    assert b"a name" not in sealed
    assert opener.open(7, salt, "contact", sealed) == b"a name"


def test_a_column_seals_like_its_cells_and_keeps_lone_surrogates(vault: tuple[Workspace, str]) -> None:
    sealer, opener = _sealer_and_opener(vault)
    salts = new_salts(3)
    texts = ["jedan", None, "tri \ud800"]
    sealed = sealer.seal_column([1, 2, 3], salts, "description", texts)
    assert sealed[1] is None
    assert opener.open(3, salts[2], "description", sealed[2] or b"").decode("utf-8", "surrogatepass") == texts[2]


@pytest.mark.parametrize("change", ["subject", "salt", "field", "byte"])
def test_a_value_moved_to_another_row_or_field_or_changed_does_not_open(
    vault: tuple[Workspace, str], change: str
) -> None:
    sealer, opener = _sealer_and_opener(vault)
    salt, other = new_salts(2)
    sealed = sealer.seal(7, salt, "contact", b"a name")
    given = {
        "subject": (8, salt, "contact", sealed),
        "salt": (7, other, "contact", sealed),
        "field": (7, salt, "extra", sealed),
        "byte": (7, salt, "contact", bytes([sealed[0] ^ 1]) + sealed[1:]),
    }[change]
    with pytest.raises(Damage):
        opener.open(*given)


def test_another_vault_key_does_not_open_an_envelope(vault: tuple[Workspace, str]) -> None:
    workspace, _ = vault
    sealer, _ = _sealer_and_opener(vault)
    other = keys.private_key(workspace, keys.create_pair(workspace))
    with pytest.raises(KeyProblem):
        Opener(other, sealer.envelope)


def test_missing_wrong_and_damaged_keys_are_named(vault: tuple[Workspace, str]) -> None:
    workspace, key_id = vault
    second = keys.create_pair(workspace)
    (workspace.keys / f"{key_id}.pub").write_bytes((workspace.keys / f"{second}.pub").read_bytes())
    with pytest.raises(KeyProblem, match="not the key"):
        keys.public_key(workspace, key_id)
    (workspace.keys / f"{key_id}.pub").write_bytes(b"rubbish")
    with pytest.raises(KeyProblem, match="cannot be read"):
        keys.public_key(workspace, key_id)
    (workspace.keys / f"{key_id}.pub").unlink()
    with pytest.raises(KeyProblem, match="is missing"):
        keys.public_key(workspace, key_id)
    (workspace.keys / "index.key").write_text("zz")
    with pytest.raises(KeyProblem, match=r"index\.key"):
        keys.index_key(workspace)


def test_a_key_with_a_passphrase_needs_it(vault: tuple[Workspace, str], monkeypatch: pytest.MonkeyPatch) -> None:
    workspace, _ = vault
    key_id = keys.create_pair(workspace, b"long enough")
    monkeypatch.delenv(keys.PASSPHRASE_VARIABLE, raising=False)
    with pytest.raises(KeyProblem, match="cannot be opened"):
        keys.private_key(workspace, key_id)
    monkeypatch.setenv(keys.PASSPHRASE_VARIABLE, "long enough")
    assert keys.private_key(workspace, key_id).key_id == key_id


def test_key_files_are_private(vault: tuple[Workspace, str]) -> None:
    workspace, _ = vault
    assert workspace.keys.stat().st_mode & 0o077 == 0


def test_packs_give_back_every_field_of_every_report() -> None:
    ids = list(range(100, 1700))
    location = [f"l{one}".encode() for one in ids]
    description = [None if one % 3 else f"d{one}".encode() for one in ids]
    packs = list(pack(ids, {"location": location, "description": description}))
    assert (packs[0][0], packs[-1][1]) == (100, 1699)
    for report_id in (100, 611, 612, 1699):
        held = next(one for one in packs if one[0] <= report_id <= one[1])
        wanted = {"location": f"l{report_id}".encode()}
        if report_id % 3 == 0:
            wanted["description"] = f"d{report_id}".encode()
        assert unpack(held[2], held[3], report_id) == wanted


def test_locator_packs_give_back_every_locator() -> None:
    count = 700
    salts, digests = ([bytes([kind, one % 256, one // 256]) for one in range(count)] for kind in (1, 2))
    sealed = [b"x" * (one % 40) for one in range(count)]
    packs = list(pack_locators(5000, salts, digests, sealed))
    for index in (0, 511, 512, 699):
        held = next(one for one in packs if one[0] <= 5000 + index <= one[1])
        assert unpack_locator(held, 5000 + index) == (salts[index], digests[index], sealed[index])
