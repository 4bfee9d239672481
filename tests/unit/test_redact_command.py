"""`hotline redact`: a line per readable row, no masked value in it, and closed where a part is missing."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from pipeline.cli.redact import redact
from pipeline.redacting import redacted
from pipeline.redacting_setup import redactor as shipped_redactor
from tests.redactors import Model, redactor, rules_alone
from triage.errors import UnusableInput
from triage.redacting.own import OwnContact
from triage.redaction import RECIPIENT_KINDS

ROWS = (
    {
        "id": "a-1",
        "description": "Zovem se Amra Begić, moj broj je 061 123 456.",
        "contact_email": "canary@mail.example",
    },
    {"id": "a-2", "location": "https://host.example/a"},
    {"description": "Mojoj kćerki Emini piše muškarac s profilom @neko.77", "received_at": "yesterday"},
    {"id": "a-4", "description": "Vidjela sam Lejlu u školi."},
)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "in.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS), encoding="utf-8")
    return path


def _lines(path: Path, recipient: str | None = None) -> list[dict[str, object]]:
    chunks = redacted(path, redactor(model=Model("Lejlu")), recipient)
    return [json.loads(report.as_json()) for chunk in chunks for report in chunk.reports]


def test_every_readable_row_gets_one_line_with_the_fields_of_the_contract(source: Path) -> None:
    lines = _lines(source)
    assert [list(line) for line in lines] == [["id", "text", "spans"]] * len(ROWS)
    assert [line["id"] for line in lines] == ["a-1", "a-2", "3", "a-4"]
    assert [line["text"] for line in lines] == [
        "Zovem se [NAME], moj broj je [PHONE].", "", "Mojoj kćerki [NAME] piše muškarac s profilom [HANDLE]",
        "Vidjela sam [NAME] u školi.",
    ]  # fmt: skip


def test_spans_point_into_the_description_as_written_and_hold_no_value(source: Path) -> None:
    spans = _lines(source)[0]["spans"]
    assert isinstance(spans, list)
    assert [span[2:] for span in spans] == [
        ["name", "context:called_self", "reporter"],
        ["phone", spans[1][3], "reporter"],
    ]
    description = str(ROWS[0]["description"])
    assert [description[start:end] for start, end, *_ in spans] == ["Amra Begić", "061 123 456"]
    assert "Amra" not in json.dumps(spans)


def test_a_recipient_sees_what_the_table_says(source: Path) -> None:
    assert _lines(source, "police")[2]["text"] == "Mojoj kćerki Emini piše muškarac s profilom @neko.77"
    assert _lines(source, "police")[0]["text"] == "Zovem se [NAME], moj broj je [PHONE]."


def test_the_rows_own_contact_is_masked_wherever_the_text_repeats_it_whoever_reads(tmp_path: Path) -> None:
    path = tmp_path / "own.jsonl"
    row = {
        "id": "o-1", "contact_name": "Amra Begić", "contact_phone": "+387 61 123-456", "name_to_use": "Tetka Ana",
        "contact_email": "Ime.Prezime@posta.example",
        "description": "Muškarac s broja 061/123 456 piše Амри, čovjek s profila IME.PREZIME@posta.example i Begićeva "
        "kćerka Emina Begić. Reci ani da piše s +38762999888.",
    }  # fmt: skip
    path.write_text(json.dumps(row) + "\n", encoding="utf-8")
    (line,) = _lines(path, "police")
    assert line["text"] == (
        "Muškarac s broja [PHONE] piše [NAME], čovjek s profila [EMAIL] i [NAME] kćerka [NAME]. "
        "Reci [NAME] da piše s [PHONE]."
    )
    spans = line["spans"]
    assert isinstance(spans, list)
    assert [span[3:] for span in spans[:-1]] == [["own_contact", "reporter"]] * (len(spans) - 1)
    (other,) = _lines(_without(path, "contact_phone"), "police")
    assert "061/123 456" in str(other["text"]), "what nobody says is the reporter's is a suspect's"


def _without(path: Path, name: str) -> Path:
    row = json.loads(path.read_text(encoding="utf-8"))
    del row[name]
    path.write_text(json.dumps(row) + "\n", encoding="utf-8")
    return path


def test_two_reporters_with_one_text_are_masked_each_by_their_own_contact() -> None:
    text = "Vidjela sam kako piše Emina i kako piše Lejla."
    own = [OwnContact.of({"contact_name": name}) for name in ("Emina", "Lejla")]
    shown = redactor().redact_many([text, text, text], own=[*own, None])
    assert [one.text for one in shown] == [text.replace("Emina", "[NAME]"), text.replace("Lejla", "[NAME]"), text]


def test_a_withheld_text_is_empty_and_says_why(source: Path) -> None:
    (chunk,) = redacted(source, rules_alone())
    lines = [json.loads(report.as_json()) for report in chunk.reports]
    assert lines[0] == {"id": "a-1", "text": "", "spans": [], "withheld": "no_name_lists"}
    assert "withheld" not in lines[1]


def test_a_file_no_channel_reads_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").touch()
    with pytest.raises(UnusableInput):
        list(redacted(tmp_path / "empty.csv", redactor()))


def test_the_command_writes_the_file_whole_and_leaves_nothing_beside_it(source: Path) -> None:
    target = source.with_name("out.jsonl")
    done = CliRunner().invoke(redact, [str(source), "--out", str(target)])
    assert done.exit_code == 0, done.output
    lines = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert [line["id"] for line in lines] == ["a-1", "a-2", "3", "a-4"]
    assert "061" not in target.read_text(encoding="utf-8")
    assert "canary" not in target.read_text(encoding="utf-8")
    assert sorted(path.name for path in source.parent.iterdir()) == ["in.jsonl", "out.jsonl"]


def test_the_command_writes_to_the_terminal_and_knows_its_recipients(source: Path) -> None:
    done = CliRunner().invoke(redact, [str(source), "--out", "-", "--recipient", "police"])
    assert done.exit_code == 0
    assert len([line for line in done.stdout.splitlines() if line.startswith("{")]) == len(ROWS)
    wrong = CliRunner().invoke(redact, [str(source), "--out", "-", "--recipient", "kanarinac"])
    assert wrong.exit_code == click.UsageError.exit_code


def test_help_names_every_recipient() -> None:
    shown = " ".join(CliRunner().invoke(redact, ["--help"], terminal_width=200).output.split())
    assert ", ".join(RECIPIENT_KINDS) in shown


def test_the_shipped_redactor_names_its_rules_lists_and_model() -> None:
    rules, lists, model = shipped_redactor().version.split("/", 2)
    assert rules.startswith("18-")
    assert lists
    assert model
