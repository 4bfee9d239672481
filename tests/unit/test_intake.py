"""Intake: every row becomes a checked row or a reject with a reason, and nothing said is dropped."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.channels.base import RawRows
from pipeline.desk.times import clocks, local, received
from pipeline.intake import check
from triage.report import FIELDS

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def _rows(**columns: list[str | None]) -> RawRows:
    count = len(next(iter(columns.values())))
    return RawRows(range(1, count + 1), columns)


def test_a_row_that_says_nothing_is_rejected_with_advice() -> None:
    accepted = check(_rows(id=["a", "b"], location=["https://host.example/", None]), "csv", NOW)
    assert accepted.row_numbers == [1]
    assert [(one.row, one.reason) for one in accepted.rejects] == [(2, "nothing_said")]
    assert accepted.rejects[0].advice
    assert accepted.rejects[0].values == {"id": "b"}


def test_an_alert_may_say_nothing() -> None:
    assert check(_rows(id=["a"], area=["BA-BD"]), "sos", NOW, alert=True).row_numbers == [1]


@pytest.mark.parametrize("said", ["2026-11-02T14:00:00Z", "2026-11-03T08:59:00Z", "2026-11-03", "2026-11-02"])
def test_nothing_counts_from_later_than_it_came_in(said: str) -> None:
    for channel in ("sos", "csv"):
        accepted = check(_rows(id=["a"], received_at=[said], description=["x"]), channel, NOW, alert=channel == "sos")
        assert (accepted.received_at, accepted.rejects) == ([int(NOW.timestamp())], [])


@pytest.mark.parametrize("said", ["maloprije", "1772600000", "1970-01-01T00:00:00Z", "2099-01-01T00:00:00+01:00"])
def test_an_alert_whose_time_makes_no_sense_came_when_it_was_read(said: str) -> None:
    accepted = check(_rows(id=["a"], received_at=[said]), "sos", NOW, alert=True)
    assert (accepted.received_at, accepted.assumed, accepted.rejects) == ([int(NOW.timestamp())], [True], [])
    assert said in str(accepted.extra[0])
    assert check(_rows(id=["a"], received_at=[said], description=["x"]), "csv", NOW).row_numbers == []


def test_a_call_a_person_entered_needs_no_text_but_a_report_beside_it_does() -> None:
    accepted = check(_rows(id=["a", "b"], channel=["sos", None]), "jsonl", NOW, trusted=True)
    assert (accepted.row_numbers, [one.reason for one in accepted.rejects]) == ([1], ["nothing_said"])


def test_times_are_read_assumed_or_rejected() -> None:
    said = ["2026-03-01T14:05:00+01:00", None, "2026-03-01T14:05:00", "yesterday", "2027-01-01T00:00:00Z", "1950-01-01"]
    accepted = check(_rows(location=["x"] * 6, received_at=said), "csv", NOW)
    assert accepted.received_at == [1772370300, int(NOW.timestamp()), 1772370300]
    assert accepted.assumed == [False, True, True]
    assert [(one.row, one.field, one.reason) for one in accepted.rejects] == [
        (4, "received_at", "bad_time"),
        (5, "received_at", "time_in_future"),
        (6, "received_at", "bad_time"),
    ]


_WRITTEN = st.from_regex(
    r"(19|20)\d\d-?[01]\d-?[0-3]\d([T ][012]\d(:?[0-5]\d(:?[0-6]\d([.,]\d{1,3})?)?)?)?(Z|[+-][012]\d(:?\d\d)?)?",
    fullmatch=True,
)  # fmt: skip


@given(st.lists(_WRITTEN, min_size=1, max_size=5))
def test_times_read_as_a_column_are_those_read_one_by_one(said: list[str]) -> None:
    together = check(_rows(location=["x"] * len(said), received_at=[*said]), "csv", NOW)
    alone = [check(_rows(location=["x", "x"], received_at=[one, None]), "csv", NOW) for one in said]  # one by one
    assert together.received_at == [one.received_at[0] for one in alone if len(one.received_at) == 2]
    assert together.assumed == [one.assumed[0] for one in alone if len(one.assumed) == 2]
    assert [one.reason for one in together.rejects] == [one.reason for of_row in alone for one in of_row.rejects]


def test_a_time_as_people_here_write_it_is_read() -> None:
    accepted = check(_rows(location=["x"] * 2, received_at=["20.10.2026. 11:30", "1. 3. 2026."]), "csv", NOW)
    assert [datetime.fromtimestamp(one, UTC).isoformat() for one in accepted.received_at] == [
        "2026-10-20T09:30:00+00:00",
        "2026-03-01T22:59:59+00:00",
    ]
    assert accepted.assumed == [True, True]


def test_a_day_without_a_time_counts_from_its_end_or_from_now() -> None:
    """Its midnight in UTC would show a time nobody told, and be overdue at once."""
    zone = clocks().zone
    today = NOW.astimezone(zone).date()
    said = [f"{today - timedelta(days=1)}", f"{today:%Y%m%d}", f"{today}T00:00", f"{today + timedelta(days=3)}"]
    accepted = check(_rows(location=["x"] * 4, received_at=said), "csv", NOW)
    yesterday = datetime.combine(today - timedelta(days=1), time(23, 59, 59), zone)
    midnight = datetime.combine(today, time(), zone)
    assert accepted.received_at == [int(one.timestamp()) for one in (yesterday, NOW, midnight)]
    assert [one.reason for one in accepted.rejects] == ["time_in_future"]
    assert received(yesterday, NOW) == f"{yesterday:%d %b %Y}"
    assert received(midnight, NOW) == local(midnight, NOW)


def test_the_public_cannot_choose_its_channel_and_an_area_of_any_text_is_kept_sealed() -> None:
    areas = ["BA-RS-Banja Luka", "Some Name 5", None]
    said = _rows(location=["x"] * 3, channel=["sos", "webform", "anything"], area=areas)
    by_table = check(said, "csv", NOW)
    assert by_table.columns["channel"] == ["csv", "webform", "csv"]
    assert by_table.columns["area"] == ["BA-RS-Banja Luka", None, None]
    assert "Some Name 5" in (by_table.extra[1] or "")
    assert check(said, "webform", NOW).columns["channel"] == ["webform"] * 3
    assert check(said, "jsonl", NOW, trusted=True).columns["channel"] == ["sos", "webform", "jsonl"]


def test_what_stands_beside_a_known_place_and_an_organisation_of_several_words_are_kept_sealed() -> None:
    said = _rows(location=["x"] * 2, area=["Donji Vakuf, kod mosta", "Doboj"], source=["Safe House", "register"])
    accepted = check(said, "csv", NOW)
    assert accepted.columns["area"] == ["BA-FBiH-Donji Vakuf", "BA-RS-Doboj"]
    kept = json.loads(accepted.extra[0] or "")
    assert kept == {"area_as_said": "Donji Vakuf, kod mosta", "source_as_said": "Safe House"}
    assert accepted.extra[1] is None


def test_a_mended_row_keeps_what_it_said_before() -> None:
    rows = RawRows([1, 2], {"location": ["x", "y"], "area": ["Doboj", "selo"], "source": ["~" + "a" * 32, None]},
                   {"area_as_said": ["Doboj, centar", None]})  # fmt: skip
    accepted = check(rows, "csv", NOW)
    assert [json.loads(one or "") for one in accepted.extra] == [
        {"area_as_said": "Doboj, centar"}, {"area_as_said": "selo"}
    ]  # fmt: skip


def test_closed_lists_and_attachments_are_kept_with_the_extra_columns() -> None:
    accepted = check(_rows(location=["x"], relationship=["teacher"], attachments=['[{"sha256":"a"}]']), "csv", NOW)
    kept = json.loads(accepted.extra[0] or "")
    assert kept == {"relationship": "teacher", "attachments": '[{"sha256":"a"}]'}


def test_a_reject_keeps_extra_columns_and_the_message_it_came_in() -> None:
    raw = RawRows([1], {"received_at": ["never"], "location": ["x"]}, {"remark": ["hm"]}, [b"From: \xe6"])
    (refused,) = check(raw, "email", NOW).rejects
    assert refused.values["remark"] == "hm"
    assert refused.values["raw_message"].encode("latin-1") == b"From: \xe6"


def test_closed_words_become_codes_and_unknown_ones_are_kept() -> None:
    accepted = check(
        _rows(
            location=["x"] * 3, category=["Govor mržnje", "CSAM", "somewhat odd"], language=["sr", "Bosanski", "xx"],
            contact_is_safe=["da", "ne", "maybe"],
        ),
        "csv", NOW,
    )  # fmt: skip
    assert accepted.columns["category"] == ["hate_speech", "csam", None]
    assert accepted.columns["language"] == ["sr-Latn", "bs", None]
    assert accepted.columns["contact_is_safe"] == ["yes", "no", None]
    assert json.loads(accepted.extra[2] or "") == {
        "category_as_said": "somewhat odd", "language_as_said": "xx", "contact_is_safe_as_said": "maybe",
    }  # fmt: skip


def test_contacts_and_extra_columns_are_set_apart() -> None:
    raw = RawRows(
        [1], {"location": ["x"], "contact_email": ["a@mail.example"], "contact_name": [None]}, {"remark": ["hm"]}
    )
    accepted = check(raw, "csv", NOW)
    assert json.loads(accepted.contact[0] or "") == {"contact_email": "a@mail.example"}
    assert json.loads(accepted.extra[0] or "") == {"remark": "hm"}


_WORDS = st.one_of(st.none(), st.text(max_size=30))


@given(st.lists(st.fixed_dictionaries({name: _WORDS for name in FIELDS if name != "channel"}), min_size=1, max_size=20))
def test_rows_read_are_rows_accepted_and_rejected(rows: list[dict[str, str | None]]) -> None:
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    accepted = check(RawRows(range(1, len(rows) + 1), columns), "csv", NOW)
    numbers = [*accepted.row_numbers, *(one.row for one in accepted.rejects)]
    assert sorted(numbers) == list(range(1, len(rows) + 1))
    assert all(len(column) == len(accepted.row_numbers) for column in accepted.columns.values())


def test_own_columns_named_as_intake_names_its_own_are_kept_in_every_row() -> None:
    own = ["category_as_said", "language_as_said", "contact_is_safe_as_said", "channel_as_said", "source_as_said",
           "area_as_said", "relationship"]  # fmt: skip
    words = {"category": "somewhat odd", "language": "xx", "contact_is_safe": "maybe", "channel": "sos",
             "source": "Safe House", "area": "selo", "relationship": "teacher"}  # fmt: skip
    rows = RawRows(
        [1, 2], {"location": ["x", "y"], **{name: [word, None] for name, word in words.items()}},
        {name: ["own one", "own two"] for name in own},
    )  # fmt: skip
    first, second = (json.loads(one or "") for one in check(rows, "csv", NOW).extra)
    assert {first[f"{name} 2"] for name in own} == {"own one"}
    assert {first[name] for name in own} == set(words.values())
    assert second == dict.fromkeys(own, "own two")


def test_an_own_time_beside_a_calls_time_that_makes_no_sense_is_kept() -> None:
    rows = RawRows([1], {"received_at": ["soon"]}, {"received_at_as_said": ["own"], "received_at_as_said 2": ["more"]})
    kept = json.loads(check(rows, "sos", NOW, alert=True).extra[0] or "")
    assert kept == {
        "received_at_as_said": "soon", "received_at_as_said 2": "own", "received_at_as_said 2 2": "more"
    }  # fmt: skip
