"""The allow-list: what is not in the table goes nowhere."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.redaction import RECIPIENT_KINDS, TABLE, UNKNOWN_FIELD, address_field, allowed_fields, redact
from triage.report import CONTACT_FIELDS, TEXT_FIELDS

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
every_recipient = pytest.mark.parametrize("recipient", RECIPIENT_KINDS)


@every_recipient
@pytest.mark.parametrize("name", [*TEXT_FIELDS, *CONTACT_FIELDS, "id", "source", "case_no", "by", "note", "memo"])
def test_what_was_written_who_wrote_it_and_internal_things_go_to_nobody(recipient: str, name: str) -> None:
    kept, removed = redact({name: "csam"}, recipient)
    assert kept == {}
    assert removed == (name,)


@every_recipient
def test_an_unknown_field_is_dropped_and_its_name_is_not_repeated(recipient: str) -> None:
    kept, removed = redact({"Ana from next door": "csam"}, recipient)
    assert kept == {}
    assert removed == (UNKNOWN_FIELD,)


@pytest.mark.parametrize("name", ["address", "address_without_tokens"])
@pytest.mark.parametrize("recipient", ["helpline", "partner", "statistics", "police_hashes"])
def test_addresses_go_to_police_iccam_hosts_and_clearing_houses_only(recipient: str, name: str) -> None:
    assert redact({name: "https://host.example/a"}, recipient) == ({}, (name,))


def test_only_police_get_the_exact_address_and_the_others_the_form_without_share_tokens() -> None:
    both = {"address": "https://host.example/a?fbclid=1", "address_without_tokens": "https://host.example/a"}
    for receives in ("police", "iccam", "host", "clearing_house"):
        field = address_field(receives)
        assert redact(both, receives)[0] == {field: both[field]}
    assert [address_field(kind) for kind in RECIPIENT_KINDS].count("address") == 1


def test_free_text_under_the_name_of_a_code_is_removed() -> None:
    for name, value in (("category", "my neighbour Ana"), ("area", "the house behind the school"),
                        ("reason_codes", ["no_locator", "Ana said"]), ("hosting_country", "Ana"),
                        ("reports", "2"), ("concerns_own_child", "yes"), ("first_received", "yesterday")):  # fmt: skip
        assert redact({name: value}, "police") == ({}, (name,)), name


def test_times_are_exact_for_police_days_for_helplines_and_months_in_statistics() -> None:
    told = {kind: redact({"first_received": AT}, kind)[0].get("first_received") for kind in RECIPIENT_KINDS}
    assert told == {
        "police": AT, "iccam": AT, "partner": AT, "clearing_house": AT, "helpline": date(2026, 3, 2),
        "host": date(2026, 3, 2), "statistics": "2026-03", "police_hashes": None,
    }  # fmt: skip


def test_a_time_without_offset_says_too_little_to_leave() -> None:
    assert redact({"first_received": AT.replace(tzinfo=None)}, "police") == ({}, ("first_received",))


def test_an_area_in_statistics_is_cut_to_its_unit() -> None:
    assert redact({"area": "BA-RS-Banja Luka"}, "statistics")[0] == {"area": "BA-RS"}
    assert redact({"area": "BA-RS-Banja Luka"}, "police")[0] == {"area": "BA-RS-Banja Luka"}


def test_what_is_unset_is_neither_given_nor_listed() -> None:
    assert redact({"gender": None, "location": None}, "iccam") == ({}, ())


def test_the_reporters_group_is_for_the_helpline_only() -> None:
    assert {kind for kind in RECIPIENT_KINDS if "reporter_group" in allowed_fields(kind)} == {"helpline"}


def test_that_a_reporter_agreed_to_be_contacted_is_for_police_only_and_never_more_than_yes_or_no() -> None:
    told = {kind for kind in RECIPIENT_KINDS if redact({"reporter_can_be_asked": True}, kind)[0]}
    assert told == {"police"}
    assert redact({"reporter_can_be_asked": "ana@mail.example"}, "police") == ({}, ("reporter_can_be_asked",))


MD5, SHA256 = "md5:" + "0a" * 16, "sha256:" + "1b" * 32


def test_digests_of_a_file_are_for_police_only() -> None:
    told = {kind for kind in RECIPIENT_KINDS if redact({"digests": (MD5, SHA256)}, kind)[0]}
    assert told == {"police", "police_hashes"}


@pytest.mark.parametrize(
    "wrong",
    [
        (), MD5, (MD5, "Ana said"), (MD5, MD5), (MD5, MD5.replace("0a", "0b")), ("md5:" + "0A" * 16,), (MD5 + "0",),
        (MD5[:-1],), ("sha256:" + "0a" * 16,), ("photodna:" + "0a" * 144,), ("md5:" + "zz" * 16,), ("0a" * 16,),
        (MD5 + "\n",), ("md5:" + "٠" * 32,), (MD5, None), {MD5: 1}, b"md5", 5,
    ],
)  # fmt: skip
def test_only_digests_of_known_types_and_lengths_pass_each_type_once(wrong: object) -> None:
    assert redact({"digests": wrong}, "police") == ({}, ("digests",))


def test_an_unknown_recipient_is_refused() -> None:
    with pytest.raises(ValueError, match="recipient"):
        redact({}, "press")


_VALUES = st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text()) | st.just(AT)


@given(st.dictionaries(st.sampled_from(sorted(TABLE)) | st.text(), _VALUES), st.sampled_from(RECIPIENT_KINDS))
def test_nothing_outside_the_table_passes_and_redacting_twice_changes_nothing(
    fields: dict[str, object], recipient: str
) -> None:
    kept, removed = redact(fields, recipient)
    assert set(kept) <= allowed_fields(recipient)
    assert len(removed) <= len(fields)
    assert redact(kept, recipient) == (kept, ())
