"""A stamp stands for one bag; only its digest leaves; a strange answer is kept and never taken for a good one."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from exporters.bag import ROOT_MANIFEST, bagged
from pipeline.delivery.timestamp import MOST_ANSWER_BYTES, stamp
from tests.stamping import Authority, needs_openssl, served
from triage.errors import BadConfiguration, ServiceFailed

pytestmark = pytest.mark.thorough

BAG = bagged({"report.pdf": b"CANARY " * 100}, {"Bagging-Date": "2026-03-02"})


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.mark.tools
@needs_openssl
def test_openssl_accepts_the_stamp_over_the_bag_and_over_no_other_byte(authority: Authority) -> None:
    with served(lambda asked: (200, authority.reply(asked))) as (url, _):
        got = stamp(BAG, url)
    assert got is not None
    assert got.granted
    assert got.at is not None
    assert abs(got.at - datetime.now(UTC)) < timedelta(minutes=5)
    assert authority.verifies(BAG[ROOT_MANIFEST], got.answer)
    assert not authority.verifies(BAG[ROOT_MANIFEST] + b"x", got.answer)


@pytest.mark.tools
@needs_openssl
def test_only_the_digest_of_the_bag_is_sent(authority: Authority) -> None:
    with served(lambda asked: (200, authority.reply(asked))) as (url, asked):
        stamp(BAG, url)
    assert len(asked) == 1
    assert hashlib.sha256(BAG[ROOT_MANIFEST]).digest() in asked[0]
    assert len(asked[0]) < 100
    assert not any(name.encode() in asked[0] for name in BAG)


@pytest.mark.tools
@needs_openssl
def test_a_stamp_over_something_else_or_an_old_one_is_not_taken(authority: Authority) -> None:
    other = bagged({"report.pdf": b"other"}, {"Bagging-Date": "2026-03-02"})
    kept: list[bytes] = []
    with served(lambda asked: (200, kept.append(authority.reply(asked)) or kept[0])) as (url, _):
        first, replayed, elsewhere = stamp(BAG, url), stamp(BAG, url), stamp(other, url)
    assert first is not None
    assert first.granted
    for got in (replayed, elsewhere):
        assert got is not None
        assert (got.granted, got.at) == (False, None)


@pytest.mark.tools
@needs_openssl
def test_a_refusal_of_the_authority_is_kept_and_is_no_stamp(authority: Authority) -> None:
    with served(lambda asked: (200, authority.reply(asked[:-3] + b"???"))) as (url, _):
        got = stamp(BAG, url)
    assert got is not None
    assert (got.granted, got.at) == (False, None)
    assert got.answer


@pytest.mark.tools
@needs_openssl
def test_an_answer_our_library_cannot_read_is_kept_byte_for_byte(authority: Authority, tmp_path: Path) -> None:
    """`openssl` sorts certificates as it likes; the library wants them in order (reference/components.md §2.6)."""
    chain = tmp_path / "chain.pem"
    chain.write_bytes(authority.ca.read_bytes())
    answers: list[bytes] = []
    with served(lambda asked: (200, answers.append(authority.reply(asked, "-chain", str(chain))) or answers[-1])) as (
        url,
        _,
    ):
        got = stamp(BAG, url)
    assert got is not None
    assert got.answer == answers[0]
    assert authority.verifies(BAG[ROOT_MANIFEST], got.answer)


@pytest.mark.parametrize("answer", [b"\x00", b"<html>no</html>", b"0" * 5000])
def test_what_is_no_stamp_is_kept_and_left_to_a_person(answer: bytes) -> None:
    with served(lambda _: (200, answer)) as (url, _):
        got = stamp(BAG, url)
    assert got is not None
    assert (got.answer, got.granted, got.at) == (answer, None, None)


@pytest.mark.parametrize(
    ("status", "body"), [(500, b"x"), (302, b"x"), (404, b""), (200, b""), (200, b"x" * (MOST_ANSWER_BYTES + 1))]
)
def test_no_answer_is_an_outside_failure_that_may_be_tried_again(status: int, body: bytes) -> None:
    with served(lambda _: (status, body)) as (url, asked), pytest.raises(ServiceFailed, match="authority") as told:
        stamp(BAG, url)
    assert len(asked) == 1
    assert "127.0.0.1" not in str(told.value)


def test_an_authority_that_is_not_there_is_an_outside_failure() -> None:
    with served(lambda _: (200, b"")) as (url, _):
        pass
    with pytest.raises(ServiceFailed, match="cannot be reached"):
        stamp(BAG, url)


def test_without_an_address_nothing_is_asked() -> None:
    assert stamp(BAG, "") is None


@pytest.mark.parametrize("url", ["ftp://authority.example/", "authority.example", "file:///etc/hostname"])
def test_only_web_addresses_are_asked(url: str) -> None:
    with pytest.raises(BadConfiguration, match="http"):
        stamp(BAG, url)
