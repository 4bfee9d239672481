"""The name a case has outside says nothing of the case inside, and is another one for every recipient."""

from __future__ import annotations

import re

from pipeline.desk.references import external_reference

KEY = bytes(range(32))


def test_a_reference_can_be_read_out_on_the_telephone() -> None:
    assert re.fullmatch(r"BA(-[0-9A-HJKMNP-TV-Z]{4}){3}", external_reference(KEY, "BA", "police-rs", 12))


def test_a_case_keeps_its_reference_for_one_recipient() -> None:
    assert external_reference(KEY, "BA", "police-rs", 12) == external_reference(KEY, "BA", "police-rs", 12)


def test_two_recipients_cannot_compare_references() -> None:
    assert external_reference(KEY, "BA", "police-rs", 12) != external_reference(KEY, "BA", "police-fbih", 12)


def test_without_the_key_nobody_can_make_the_reference() -> None:
    assert external_reference(KEY, "BA", "police-rs", 12) != external_reference(bytes(32), "BA", "police-rs", 12)


def test_neighbouring_and_look_alike_cases_get_unlike_references() -> None:
    made = {external_reference(KEY, "BA", recipient, case) for recipient in ("a", "a1") for case in range(2_000)}
    assert len(made) == 4_000
