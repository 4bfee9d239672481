"""The sample is invented, harmless, reproducible, and its truth fits what lies in the files."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from pipeline.resources import resource, text, texts
from pipeline.sample.__main__ import COMMITTED_SEED, main
from pipeline.sample.cyrillic import to_cyrillic
from pipeline.sample.history import SampleReport, history
from pipeline.sample.texts import Texts
from pipeline.sample.write import Sample, make_sample

SEEDS = (COMMITTED_SEED, 1, 77, 4096)
OTHER_KINDS = {"danger_now", "risk_to_life", "child_blackmailed", "child_identified", "abuse_described"}
PLATFORM_HOSTS = {"facebook.com", "instagram.com", "tiktok.com", "youtube.com", "google.com", "roblox.com"}


@cache
def templates() -> Texts:
    return Texts.from_toml(texts("sample_texts"))


@cache
def sample(seed: int) -> Sample:
    return make_sample(seed, templates())


@cache
def reports(seed: int) -> tuple[SampleReport, ...]:
    return tuple(history(seed, templates()))


def truth(seed: int) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(sample(seed).truth), delimiter="\t"))


def written_words(seed: int) -> str:
    """Everything a person wrote in the sample, one text per line."""
    return "\n".join(f"{report.location}\n{report.description}" for report in reports(seed))


def test_the_same_seed_gives_the_same_bytes() -> None:
    assert make_sample(5, templates()) == make_sample(5, templates())


def test_another_seed_gives_other_reports() -> None:
    first, second = sample(1), sample(77)
    assert first.truth != second.truth
    assert first.files["web-export-2025.csv"] != second.files["web-export-2025.csv"]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_published_history_is_replayed_exactly(seed: int) -> None:
    labels = Counter(row["label"] for row in truth(seed))
    assert labels == {"incomplete": 650, "csam_suspect": 120, "complete": 90}
    expected = json.loads(sample(seed).expected)
    assert (expected["reports"], expected["labels"]) == (860, dict(labels))
    escalated = Counter(row["escalate"] for row in truth(seed) if row["escalate"] != "none")
    assert expected["escalated"] == dict(escalated)
    assert set(escalated) == OTHER_KINDS


def test_the_committed_files_are_what_the_committed_seed_makes() -> None:
    made = sample(COMMITTED_SEED)
    for name, content in made.files.items():
        assert resource(f"sample/drop/{name}").read_bytes() == content, name
    assert text("sample/truth.tsv") == made.truth
    assert text("sample/expected.json") == made.expected


def test_no_other_file_lies_in_the_committed_drop_folder() -> None:
    folder = Path(str(resource("sample/drop")))
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} == set(
        sample(COMMITTED_SEED).files
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_every_report_has_a_truth_of_its_own(seed: int) -> None:
    rows = truth(seed)
    assert len({row["id"] for row in rows}) == len(rows) == 860
    assert {row["file"] for row in rows} <= set(sample(seed).files)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_report_lies_in_the_file_its_truth_names(seed: int) -> None:
    files = sample(seed).files
    for row in truth(seed):
        encoding = {"school-portal.csv": "utf-16", "register-2024.csv": "cp1250"}.get(row["file"], "latin-1")
        content = files[row["file"]].decode(encoding)
        inside = row["id"].partition("#")[0]
        if row["channel"] == "email" and inside.startswith("M-"):
            continue  # inside a body that may be base64
        assert inside in content


def test_a_mail_of_keys_and_values_goes_by_its_own_id_and_other_mails_by_message_id() -> None:
    by_number = dict(zip((r.number for r in reports(COMMITTED_SEED)), truth(COMMITTED_SEED), strict=True))
    for report in reports(COMMITTED_SEED):
        if report.way.startswith("mail"):
            shape = r"M-\d{4}-\d{4}" if report.way == "mail_keys" else r"s\d{4}@mail\.example(#\d)?"
            assert re.fullmatch(shape, by_number[report.number]["id"])


@pytest.mark.parametrize("seed", SEEDS)
def test_every_channel_and_every_language_occurs(seed: int) -> None:
    assert {row["channel"] for row in truth(seed)} == {"csv", "jsonl", "email", "webform", "helpline", "sos", "iccam"}
    languages = {report.language for report in reports(seed)}
    assert languages == {"bs", "hr", "sr-Latn", "sr-Cyrl", "en", "sq", "de"}


@pytest.mark.parametrize("seed", SEEDS)
def test_only_hosts_nobody_owns_are_named(seed: int) -> None:
    words = re.sub(r"\[\.\]|\(dot\)|\(\.\)|\{\.\}", ".", written_words(seed)).lower()
    hosts = set(re.findall(r"(?:h(?:tt|xx)ps?://)([^/\s:?#]+)", words))
    hosts |= set(re.findall(r"\b(?:[a-z0-9-]+\.)+(?:com|net|org|me|ba|hr|rs|example|test)\b", words))
    hosts = {host.removeprefix("www.") for host in hosts if host}
    assert hosts
    assert {host for host in hosts if not host.endswith((".example", ".test"))} <= PLATFORM_HOSTS | {"t.me"}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_platform_is_named_only_bare_or_with_an_invitation_that_says_it_is_a_sample(seed: int) -> None:
    words = written_words(seed).lower()
    for host in PLATFORM_HOSTS:
        assert not re.search(re.escape(host) + r"/[^\s]", words)
    assert all(code.startswith("+uzorakpoziv") for code in re.findall(r"t\.me/(\S+)", words))
    assert all(name.startswith("primjer.nalog.") for name in re.findall(r"(?<!\w)@(\S+)", words))


@pytest.mark.parametrize("seed", SEEDS)
def test_only_phone_numbers_nobody_has_occur(seed: int) -> None:
    numbers = re.findall(r"(?<![\w.])(?:\+387|00387|0)[ ]?6\d[\d /-]{6,}", written_words(seed))
    contacts = [report.contact.phone for report in reports(seed) if report.contact]
    assert numbers
    for number in numbers + contacts:
        digits = re.sub(r"\D", "", number)
        assert re.fullmatch(r"(?:00387|387|0)6[0-6]0000\d\d", digits)


@pytest.mark.parametrize("seed", SEEDS)
def test_mail_addresses_end_in_example(seed: int) -> None:
    everything = b"\n".join(sample(seed).files.values()).decode("latin-1")
    assert all(host.endswith(".example") for host in re.findall(r"[\w.]+@([\w-]+\.[\w.-]*\w)", everything))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_relevant_report_names_a_place_and_only_an_alert_does_not(seed: int) -> None:
    for report in reports(seed):
        if report.label != "incomplete" and report.kind != "sos_alert":
            assert report.group.startswith("G")
            assert report.addresses
            assert report.addresses[0] in f"{report.location}\n{report.description}"


@pytest.mark.parametrize("seed", SEEDS)
def test_a_report_of_an_actionable_kind_never_ticks_a_suspect_category(seed: int) -> None:
    suspect = {"csam", "grooming", "child_blackmail", "generated_imagery"}
    assert not [r.number for r in reports(seed) if r.label == "complete" and r.category in suspect]
    assert [r.number for r in reports(seed) if r.label == "csam_suspect" and r.category not in suspect]
    assert [r.number for r in reports(seed) if r.label == "incomplete" and r.category in suspect]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_question_about_an_address_is_ticked_as_one(seed: int) -> None:
    with_address = [r for r in reports(seed) if r.group.startswith("G") and r.label == "incomplete"]
    assert {r.kind for r in with_address} == {"parent_question", "spam"}
    assert {r.category for r in with_address if r.kind == "parent_question"} == {"question"}


@pytest.mark.parametrize("seed", SEEDS)
def test_known_places_come_back_written_otherwise(seed: int) -> None:
    ways_of_writing: dict[str, set[str]] = {}
    for report in reports(seed):
        if report.group.startswith("G"):
            ways_of_writing.setdefault(report.group, set()).add(report.addresses[0])
    assert sum(len(ways) > 1 for ways in ways_of_writing.values()) >= 15


@pytest.mark.parametrize("seed", SEEDS)
def test_different_places_never_share_a_written_form(seed: int) -> None:
    groups: dict[str, str] = {}
    for report in reports(seed):
        if report.group.startswith("G"):
            assert groups.setdefault(re.sub(r"\W", "", report.addresses[0].lower()), report.group) == report.group


@pytest.mark.parametrize("seed", SEEDS)
def test_reports_span_two_years_and_grow_in_number(seed: int) -> None:
    days = [report.received_at.date().isoformat() for report in reports(seed)]
    assert days == sorted(days)
    assert ("2024-11-01" <= days[0] <= "2024-11-20", "2026-10-10" <= days[-1] <= "2026-10-31") == (True, True)
    assert sum(day < "2025-11-01" for day in days) < sum(day >= "2025-11-01" for day in days)


def test_every_kind_of_text_has_at_least_twenty_five_texts() -> None:
    for kind, by_language in templates().kinds.items():
        distinct = {words for language in by_language.values() for words in language}
        assert len(distinct) >= (12 if kind in OTHER_KINDS else 25), kind


def test_texts_have_only_slots_that_are_filled() -> None:
    for by_language in templates().kinds.values():
        for words in (words for language in by_language.values() for words in language):
            assert set(re.findall(r"\{(\w*)\}", words)) <= {"place", "platform", "age", "date"}


def test_a_truth_inside_the_drop_folder_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--out", str(tmp_path / "drop"), "--truth", str(tmp_path / "drop" / "truth.tsv")]) == 2
    assert not (tmp_path / "drop").exists()
    assert "outside" in capsys.readouterr().err


def test_a_folder_with_other_files_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("id\n1\n")
    assert main(["--out", str(tmp_path), "--truth", str(tmp_path.parent / "truth.tsv")]) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["mine.csv"]


def test_the_command_writes_the_sample_twice_over_itself(tmp_path: Path) -> None:
    call = ["--seed", "77", "--out", str(tmp_path / "drop"), "--truth", str(tmp_path / "truth.tsv")]
    assert main(call) == main(call) == 0
    assert (tmp_path / "truth.tsv").read_text(encoding="utf-8") == sample(77).truth
    assert (tmp_path / "drop" / "app-reports.jsonl").read_bytes() == sample(77).files["app-reports.jsonl"]


def test_cyrillic_joins_digraphs_and_leaves_slots_alone() -> None:
    assert to_cyrillic("Ljubinje i {place}, džep, njiva, Đak") == "Љубиње и {place}, џеп, њива, Ђак"
