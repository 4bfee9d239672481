"""Write the reference part of `docs/cli.md` from the commands' own help, so that the two cannot say different things.

    python -m pipeline.cli.reference docs/cli.md

What stands above the marker is written by hand and kept.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from pipeline.cli.main import hotline

MARKER = "<!-- Below this line: `make docs`. -->"
_EXAMPLE = "\b"


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command that is not hidden, groups before their members, by its full name (`hotline cases show`)."""
    yield from _within("hotline", hotline)


def reference() -> str:
    """The reference as Markdown."""
    return "\n".join(part for name, command in commands() for part in _section(name, command))


def rewritten(document: str) -> str:
    """The document with its reference part replaced. Raises ValueError if the marker is missing."""
    by_hand, marker, _ = document.partition(MARKER)
    if not marker:
        raise ValueError("the document has no marker line")
    return f"{by_hand}{MARKER}\n\n{reference()}"


def options(command: click.Command) -> list[click.Option]:
    """The options a command shows, without `--help`."""
    return [given for given in command.params if isinstance(given, click.Option) and not given.hidden]


def _within(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    yield name, command
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=name)
        for member in command.list_commands(context):
            found = command.get_command(context, member)
            if found is not None and not found.hidden:
                yield from _within(f"{name} {member}", found)


def _section(name: str, command: click.Command) -> Iterator[str]:
    said, _, example = inspect.cleandoc(command.help or "").partition(_EXAMPLE)
    usage = " ".join([name, *command.collect_usage_pieces(click.Context(command, info_name=name))])
    yield f"## {name}\n"
    yield f"{said.strip()}\n"
    yield f"```\n{usage}\n```\n"
    rows = [_row(option) for option in options(command)]
    if rows:
        yield "\n".join(["| option | what for |", "|---|---|", *rows, ""])
    lines = [line.strip() for line in example.splitlines() if line.strip() and line.strip() != "Example:"]
    if lines:
        yield "Example:\n\n```\n" + "\n".join(lines) + "\n```\n"


def _row(option: click.Option) -> str:
    names = ", ".join((*option.opts, *option.secondary_opts))
    value = "" if option.is_flag or option.count else f" {option.make_metavar(click.Context(click.Command('any')))}"
    return f"| `{_cell(names + value)}` | {_cell(option.help or '')} |"


def _cell(words: str) -> str:
    return words.replace("|", r"\|")


def _main(path: Path) -> None:
    document = rewritten(path.read_text(encoding="utf-8"))
    path.write_text(document, encoding="utf-8")


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
