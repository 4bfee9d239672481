"""`hotline verify-package`: every changed byte is found and named, without our workspace; the unchecked is said."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from exporters.passphrase import speakable
from exporters.sealing import SigningKey
from pipeline.cli.verify_package import verify_package
from pipeline.delivery.packing import lock_package, write_sealed
from tests.gnupg import keyring, needs_gpg
from tests.sealing import CANARY, Parties, package, unpacked
from triage.errors import HotlineError, KeyProblem, UnusableInput, UsageError

pytestmark = [pytest.mark.tools, needs_gpg]
EDITS = 500
PASSPHRASE = speakable(bytes(range(16)))


class Sent:
    """A package as it lies with an agency: sealed, as a tar, and unpacked; with the keys to look into it."""

    def __init__(self, folder: Path, parties: Parties) -> None:
        made = package()
        self.parties = parties
        self.sealed = write_sealed(parties.sealed(made), folder / "sent")
        self.locked = write_sealed(lock_package(made, PASSPHRASE, parties.own), folder / "locked")
        self.tar = folder / "opened.tar"
        self.tar.write_bytes(made.tar)
        self.bag = unpacked(made, folder / made.name)
        self.digest = made.bag_digest
        self.signer, self.key = folder / "hotline.asc", folder / "agency.asc"
        self.signer.write_bytes(parties.own.certificate.armoured())
        self.key.write_bytes(parties.ring.secret(parties.fingerprint))

    @property
    def inside(self) -> list[str]:
        """Options that look inside."""
        return ["--signer", str(self.signer), "--key", str(self.key)]


@pytest.fixture(scope="module")
def parties() -> Iterator[Parties]:
    with keyring() as ring:
        yield Parties.made(ring)


@pytest.fixture
def sent(tmp_path: Path, parties: Parties) -> Sent:
    return Sent(tmp_path, parties)


def _run(*arguments: str, typed: str = "") -> Result:
    result = CliRunner().invoke(verify_package, list(arguments), input=typed, standalone_mode=False)
    if isinstance(result.exception, HotlineError):
        raise result.exception
    assert result.exception is None
    return result


def _code(*arguments: str) -> int:
    return int(_run(*arguments).return_value)


def test_a_whole_package_is_fine_in_every_form(sent: Sent) -> None:
    for arguments in ([str(sent.sealed), *sent.inside], [str(sent.tar)], [str(sent.bag)]):
        done = _run(*arguments)
        assert done.return_value == 0
        assert ("every byte of these files" in done.output) == (arguments[0] == str(sent.sealed))
        assert sent.digest in done.output
        assert "findings" not in done.output


def test_who_signed_is_said_of_a_sealed_package_and_of_no_other(sent: Sent) -> None:
    assert "signed by the certificate you gave" in _run(str(sent.sealed), *sent.inside).output
    for opened in (sent.tar, sent.bag):
        said = _run(str(opened)).output
        assert "signed by" not in said
        assert "carries no signature" in said


def test_a_sealed_package_can_be_checked_on_arrival_without_any_key(sent: Sent) -> None:
    done = _run(str(sent.sealed))
    assert done.return_value == 0
    assert "was not opened" in done.output


def test_a_signer_without_a_key_checks_no_signature_and_says_so(sent: Sent) -> None:
    done = _run(str(sent.sealed), *sent.inside[:2])
    assert sent.inside[0] == "--signer"
    assert "not checked: the content and who signed it" in done.output
    assert "only the .sha256" in done.output
    assert "signed by the certificate you gave" not in done.output
    assert done.return_value == 2


def test_a_signer_asked_for_and_not_looked_at_is_never_a_success(sent: Sent) -> None:
    signer = ["--signer", str(sent.signer)]
    for opened in (sent.tar, sent.bag):
        done = _run(str(opened), *signer)
        assert done.return_value == 2
        assert "who signed the package was not checked" in done.output
        assert "findings" not in done.output
    changed = sent.bag / "data" / "addresses.txt"
    changed.write_bytes(changed.read_bytes() + b"x")
    assert _code(str(sent.bag), *signer) == 1
    done = CliRunner().invoke(verify_package, [str(sent.sealed), *sent.inside], standalone_mode=False)
    assert done.return_value == 0
    assert "was not checked" not in done.output


def test_500_one_byte_edits_of_the_sealed_file_the_tar_and_the_bag_are_all_found(sent: Sent) -> None:
    drawn, overlooked = random.Random(11), []
    files = [path for path in sorted(sent.bag.rglob("*")) if path.is_file()]
    for number in range(EDITS):
        path, arguments = [
            (sent.sealed, [str(sent.sealed), *sent.inside]),
            (sent.tar, [str(sent.tar)]),
            (drawn.choice(files), [str(sent.bag)]),
        ][number % 3]  # fmt: skip
        whole = path.read_bytes()
        place, other = drawn.randrange(len(whole)), drawn.randrange(1, 256)
        path.write_bytes(whole[:place] + bytes([whole[place] ^ other]) + whole[place + 1 :])
        if _code(*arguments) != 1:
            overlooked.append((path.name, place, other))
        path.write_bytes(whole)
    assert overlooked == []
    assert _code(str(sent.sealed), *sent.inside) == _code(str(sent.tar)) == _code(str(sent.bag)) == 0


def test_an_edit_of_the_content_is_named_by_its_file(sent: Sent) -> None:
    changed = sent.bag / "data" / "addresses.txt"
    changed.write_bytes(changed.read_bytes().replace(b"host", b"hest", 1))
    assert "data/addresses.txt: was changed" in _run(str(sent.bag)).output


def test_a_file_lost_added_or_renamed_is_named(sent: Sent) -> None:
    (sent.bag / "data" / "case.json").rename(sent.bag / "data" / "case2.json")
    said = _run(str(sent.bag)).output
    assert "data/case.json: is missing" in said
    assert "data/case2.json: is in no manifest" in said


def test_a_link_in_an_unpacked_package_is_a_finding_and_is_not_followed(sent: Sent, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_bytes(CANARY)
    (sent.bag / "data" / "more").symlink_to(outside)
    done = _run(str(sent.bag))
    assert done.return_value == 1
    assert "link" in done.output
    assert "secret" not in done.output


def test_an_empty_folder_added_to_an_unpacked_package_is_a_finding(sent: Sent) -> None:
    (sent.bag / "data" / "more").mkdir()
    assert "package: holds an empty folder, which no package has" in _run(str(sent.bag)).output


def test_a_cut_transfer_is_found_without_any_key(sent: Sent) -> None:
    whole = sent.sealed.read_bytes()
    for length in (0, 1, len(whole) // 2, len(whole) - 1):
        sent.sealed.write_bytes(whole[:length])
        assert _code(str(sent.sealed)) == 1


def test_a_package_somebody_else_signed_is_a_finding(sent: Sent, tmp_path: Path) -> None:
    other = tmp_path / "other.asc"
    other.write_bytes(SigningKey.make("Other").certificate.armoured())
    done = _run(str(sent.sealed), "--signer", str(other), "--key", str(sent.key))
    assert done.return_value == 1
    assert "is not signed by the certificate you gave" in done.output


def test_a_package_anybody_encrypted_without_a_signature_is_a_finding(sent: Sent, tmp_path: Path) -> None:
    ring, fingerprint = sent.parties.ring, sent.parties.fingerprint
    forged = tmp_path / "forged.tar.gpg"
    options = ("--trust-model", "always", "--encrypt", "-r", fingerprint)
    forged.write_bytes(ring.gpg(*options, given=sent.tar.read_bytes()).stdout)
    assert "is not signed by" in _run(str(forged), *sent.inside).output


def test_a_zip_asks_for_its_passphrase_and_names_the_signer(sent: Sent) -> None:
    arguments = [str(sent.locked), "--signer", str(sent.signer)]
    good, wrong = _run(*arguments, typed=PASSPHRASE + "\n"), _run(*arguments, typed="no\n")
    assert good.return_value == 0
    assert "signed by" in good.output
    assert wrong.return_value == 1
    assert "the passphrase is another" in wrong.output


def test_a_changed_byte_of_a_zip_is_found_with_the_digest_beside_it(sent: Sent) -> None:
    whole, drawn = sent.locked.read_bytes(), random.Random(5)
    for place in drawn.sample(range(len(whole)), 60):
        sent.locked.write_bytes(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :])
        done = _run(str(sent.locked), "--signer", str(sent.signer), typed=PASSPHRASE + "\n")
        assert done.return_value == 1, place


def test_a_locked_secret_key_asks_for_its_passphrase(parties: Parties, tmp_path: Path) -> None:
    sent = Sent(tmp_path, parties)
    locked = SigningKey.read(sent.key.read_bytes()).stored("a passphrase")
    sent.key.write_bytes(locked)
    assert _run(str(sent.sealed), *sent.inside, "--ask", typed="a passphrase\n").return_value == 0
    with pytest.raises(KeyProblem, match="passphrase"):
        _run(str(sent.sealed), *sent.inside, "--ask", typed="another\n")


def test_without_a_digest_beside_it_that_is_said(sent: Sent) -> None:
    sent.sealed.with_name(sent.sealed.name + ".sha256").unlink()
    done = _run(str(sent.sealed), *sent.inside)
    assert done.return_value == 0
    assert "not checked: there is no .sha256 file" in done.output


def test_what_cannot_be_checked_is_wrong_use_and_not_a_pass(sent: Sent, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--signer"):
        _run(str(sent.sealed), "--key", str(sent.key))
    with pytest.raises(UsageError, match="--signer"):
        _run(str(sent.locked))
    sent.sealed.with_name(sent.sealed.name + ".sha256").unlink()
    with pytest.raises(UsageError, match="nothing to check it with"):
        _run(str(sent.sealed))
    with pytest.raises(UsageError, match="holds no opened package"):
        _run(str(tmp_path / "sent"))
    with pytest.raises(UsageError, match="ends with"):
        _run(str(sent.bag / "data" / "report.pdf"))
    for missing in (
        [str(tmp_path / "none.tar")],
        [str(sent.sealed), "--signer", str(tmp_path / "none"), *sent.inside[2:]],
    ):
        with pytest.raises(UnusableInput, match="cannot be read"):
            _run(*missing)


def test_a_secret_key_given_as_the_signer_is_refused(sent: Sent) -> None:
    with pytest.raises(KeyProblem, match="secret key"):
        _run(str(sent.sealed), "--signer", str(sent.key), "--key", str(sent.key))


def test_programs_get_the_same_as_json(sent: Sent) -> None:
    (sent.bag / "data" / "case.json").unlink()
    done = _run(str(sent.bag), "--json")
    said = json.loads(done.output)
    assert done.return_value == 1
    assert {"file": "data/case.json", "says": "is missing"} in said["findings"]
    assert said["bag_digest"] == sent.digest
    assert said["signed"] is None


def test_checking_writes_nothing(sent: Sent, tmp_path: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    for arguments in ([str(sent.sealed), *sent.inside], [str(sent.tar)], [str(sent.bag)]):
        _run(*arguments)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_a_byte_around_what_is_inside_is_found_with_the_digest_and_else_said_to_be_unread(sent: Sent) -> None:
    whole = sent.sealed.read_bytes()
    beside = sent.sealed.with_name(sent.sealed.name + ".sha256")
    digest = beside.read_bytes()
    for place in range(0, 40, 4):
        sent.sealed.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        beside.write_bytes(digest)
        assert _code(str(sent.sealed), *sent.inside) == 1, place
        beside.unlink()
        done = _run(str(sent.sealed), *sent.inside)
        assert done.return_value == 1 or "only what is inside was looked at" in done.output, place
    sent.sealed.write_bytes(whole)
    done = _run(str(sent.sealed), *sent.inside)
    assert (done.return_value, "only what is inside was looked at" in done.output) == (0, True)
