"""What the documents say is so: every command, option, setting, table, channel and dependency, and no dead link."""

from __future__ import annotations

import configparser
import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
import pytest

from classifiers.registry import all_classifiers
from exporters.registry import all_exporters
from pipeline.channels.registry import all_channels
from pipeline.cli.main import hotline
from pipeline.cli.reference import commands, options, rewritten
from pipeline.keys import PASSPHRASE_VARIABLE
from pipeline.resources import text
from pipeline.settings import Settings
from pipeline.store.schema import metadata

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
README_LINES = 150
_FENCE = re.compile(r"^```[a-z]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
_CALL = re.compile(r"(?:^|[;|&] *|\$ )(hotline(?: .*)?)$")
_MAKE = re.compile(r"\bmake ([a-z-]+)")
_PLACE = re.compile(r"(?:triage|classifiers|exporters|pipeline|data|docs|tests|notebooks|benchmarks)/[\w./-]*")
_OPERATORS = {"&&", "||", "|", ";", ">", "<", "2>"}
_TASK = re.compile(r"luigi --module pipeline\.tasks (\w+)")


def _documents() -> list[Path]:
    return [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]


def _read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _calls() -> Iterator[tuple[str, str]]:
    """Every `hotline …` a document tells people to type: lines of code blocks and spans of code."""
    for path in _documents():
        document = path.read_text(encoding="utf-8")
        lines = [line for block in _FENCE.findall(document) for line in block.splitlines()]
        spans = _SPAN.findall(_FENCE.sub("", document))
        for line in (*lines, *spans):
            found = _CALL.search(line.split("  #")[0].strip())
            if found:
                yield path.name, found[1].split(" && ")[0]


def _wrong(call: str) -> str:
    """What does not exist of a call: the name of its command or an option; empty if all of it does."""
    command: click.Command = hotline
    outer = {"-h", "--help", "-"} | {name for option in options(hotline) for name in option.opts}
    for word in shlex.split(call.replace("…", ""))[1:]:
        if word in _OPERATORS:
            break
        if word.startswith("-"):
            if word.split("=")[0] not in outer | {name for option in options(command) for name in option.opts}:
                return word
        elif isinstance(command, click.Group) and word[0].islower():
            member = command.get_command(click.Context(command), word)
            if member is None:
                return word
            command = member
    return ""


def test_the_command_reference_is_what_the_commands_say_of_themselves() -> None:
    written = _read("docs/cli.md")
    assert written == rewritten(written), "run `make docs`"


def test_every_command_and_group_takes_a_workspace() -> None:
    without = [name for name, one in commands() if all("--workspace" not in given.opts for given in options(one))]
    assert without == []


def test_every_option_of_every_command_says_what_for() -> None:
    silent = [f"{name} {option.name}" for name, command in commands() for option in options(command) if not option.help]
    assert silent == []


def test_every_command_shows_an_example() -> None:
    assert [name for name, command in commands() if "\b" not in (command.help or "")] == []


def test_every_call_in_the_documents_exists() -> None:
    calls = list(_calls())
    assert len(calls) > 20
    assert [f"{document}: {call}" for document, call in calls if _wrong(call)] == []


@pytest.mark.parametrize("call", ["hotline frobnicate", "hotline run --no-such-option", "hotline --no-such-option"])
def test_a_call_that_does_not_exist_would_be_found(call: str) -> None:
    assert _wrong(call)


def test_every_make_target_in_the_documents_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", _read("Makefile"), re.MULTILINE))
    spans = [span for path in _documents() for span in _SPAN.findall(path.read_text(encoding="utf-8"))]
    named = {name for span in spans for name in _MAKE.findall(span)}
    assert {"run", "test"} <= named <= targets


def test_every_task_in_the_documents_exists() -> None:
    import pipeline.tasks

    named = {name for path in _documents() for name in _TASK.findall(path.read_text(encoding="utf-8"))}
    assert named
    assert named <= set(pipeline.tasks.__all__)


def test_every_setting_is_documented_with_its_default() -> None:
    operations = _read("docs/operations.md")
    rows = {field.name: f"| `{field.name}` | `{json.dumps(field.default)}` |" for field in fields(Settings)}
    assert {name: row for name, row in rows.items() if row not in operations} == {}


@pytest.mark.parametrize("variable", ["HOTLINE_WORKSPACE", "HOTLINE_DEMO_PERSON", PASSPHRASE_VARIABLE])
def test_every_environment_variable_is_documented(variable: str) -> None:
    assert f"`{variable}`" in _read("docs/operations.md")


def test_every_table_of_the_store_is_documented() -> None:
    store = _read("docs/store.md")
    assert [name for name in sorted(metadata.tables) if f"`{name}`" not in store] == []


def test_every_channel_has_its_own_heading() -> None:
    channels = _read("docs/channels.md")
    assert [channel.name for channel in all_channels() if f"## `{channel.name}`" not in channels] == []


def test_every_classifier_is_documented() -> None:
    said = _read("docs/classifiers.md")
    assert [name for name in all_classifiers() if f"| `{name}` |" not in said] == []


def test_every_exporter_has_its_own_heading() -> None:
    said = _read("docs/exporters.md")
    assert [kind for kind in all_exporters(text) if f"## `{kind}`" not in said] == []


def test_every_dependency_says_why_and_none_is_forgotten() -> None:
    settings = configparser.ConfigParser()
    settings.read(ROOT / "setup.cfg", encoding="utf-8")
    lists = [settings["options"]["install_requires"], *settings["options.extras_require"].values()]
    named = {re.split(r"[ \[<>=]", line)[0] for part in lists for line in part.split("\n") if line}
    documented = set(re.findall(r"^\| `([a-z0-9-]+)` \| .{8,} \|$", _read("docs/dependencies.md"), re.MULTILINE))

    assert documented == named - {"hotline-triage"}


def test_every_decision_has_a_number_of_its_own_and_no_number_is_left_out() -> None:
    numbers = [int(path.name[:4]) for path in sorted((DOCS / "decisions").glob("*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))


def test_no_link_in_the_documents_is_dead() -> None:
    dead = [
        f"{path.name}: {target}"
        for path in _documents()
        for target in _LINK.findall(_FENCE.sub("", path.read_text(encoding="utf-8")))
        if "://" not in target and not (path.parent / target).exists()
    ]
    assert dead == []


def test_every_file_of_the_tree_the_documents_name_is_there() -> None:
    named = {
        place
        for path in _documents()
        for span in _SPAN.findall(_FENCE.sub("", path.read_text(encoding="utf-8")))
        for place in _PLACE.findall(span if _PLACE.fullmatch(span) else "")
    }
    assert len(named) > 15
    assert {place for place in named if not (ROOT / place).exists()} == set()


def test_the_readme_stays_short_and_opens_with_the_two_commands() -> None:
    lines = _read("README.md").splitlines()
    assert len(lines) <= README_LINES
    assert {"make run", "make test"} <= {line.split("  ")[0].strip() for line in lines[:60]}


def test_the_documents_say_that_a_batch_is_no_live_alarm() -> None:
    for name in ("README.md", "docs/channels.md", "docs/operations.md"):
        assert "no live alarm" in _read(name)
