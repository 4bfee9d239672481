"""The comparison with the truth counts what agrees and names what was missed."""

from __future__ import annotations

import pytest

from pipeline.sample import compare


def row(given_id: str, label: str, escalate: str = "none") -> dict[str, str]:
    return {"id": given_id, "label": label, "escalate": escalate}


def test_equal_opinions_agree_wholly() -> None:
    rows = [row("a", "complete"), row("b", "csam_suspect", "danger_now")]
    confusion = compare(rows, rows)
    assert confusion.agreement == 1.0
    assert confusion.total == 2
    assert confusion.missed_suspects == confusion.missed_escalations == confusion.disagreeing == ()


def test_a_suspect_called_complete_is_a_missed_suspect() -> None:
    confusion = compare([row("a", "csam_suspect"), row("b", "complete")], [row("a", "complete"), row("b", "complete")])
    assert confusion.missed_suspects == ("a",)
    assert confusion.agreement == 0.5
    assert confusion.counts["csam_suspect", "complete"] == 1


def test_a_complete_report_called_suspect_disagrees_but_misses_nobody() -> None:
    confusion = compare([row("a", "complete")], [row("a", "csam_suspect")])
    assert confusion.disagreeing == ("a",)
    assert confusion.missed_suspects == ()


def test_a_lower_escalation_is_missed_and_a_higher_one_is_not() -> None:
    truth = [row("a", "complete", "risk_to_life"), row("b", "complete", "child_identified")]
    verdicts = [row("a", "complete", "child_identified"), row("b", "complete", "danger_now")]
    assert compare(truth, verdicts).missed_escalations == ("a",)


def test_an_empty_escalation_means_none() -> None:
    assert compare([row("a", "complete", "danger_now")], [row("a", "complete", "")]).missed_escalations == ("a",)
    assert compare([row("a", "complete", "")], [row("a", "complete")]).missed_escalations == ()


def test_a_report_without_a_verdict_counts_as_disagreement() -> None:
    confusion = compare([row("a", "complete"), row("b", "complete")], [row("a", "complete")])
    assert confusion.unanswered == ("b",)
    assert confusion.agreement == 0.5


def test_a_verdict_on_an_unknown_report_is_named() -> None:
    assert compare([], [row("x", "complete")]).unknown == ("x",)


def test_a_message_id_matches_with_and_without_its_brackets() -> None:
    confusion = compare([row("<s1@mail.example>#2", "complete")], [row("s1@mail.example#2", "complete")])
    assert confusion.agreement == 1.0
    assert confusion.total == 1


def test_an_id_named_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        compare([row("a", "complete"), row("a", "incomplete")], [])


def test_the_table_has_a_line_for_every_label() -> None:
    table = compare([row("a", "csam_suspect")], [row("a", "complete")]).table()
    assert [line.split()[0] for line in table.splitlines()] == ["truth", "incomplete", "complete", "csam_suspect"]
    assert table.splitlines()[3].split() == ["csam_suspect", "0", "1", "0"]


def test_an_alarm_too_high_is_named_and_counted_by_kind() -> None:
    truth = [row("a", "complete"), row("b", "complete"), row("c", "complete", "abuse_described"), row("d", "complete")]
    given = [row("a", "complete", "danger_now"), row("b", "complete", "abuse_described"),
             row("c", "complete", "danger_now"), row("d", "complete", "")]  # fmt: skip
    confusion = compare(truth, given)
    assert confusion.over_alarms == ("a", "b", "c")
    assert confusion.alarms["none", "danger_now"] == 1
    assert confusion.table().splitlines()[4:] == [
        "alarms too high: 3", "  1 danger_now, in truth abuse_described", "  1 danger_now, in truth none",
        "  1 abuse_described, in truth none",
    ]  # fmt: skip
    assert compare(truth, truth).over_alarms == ()
