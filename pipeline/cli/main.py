"""`hotline`: the command line. Each command lives in its own file and is loaded only when it is called.

Nothing a user typed is repeated in an error: a wrong argument may be an address.
"""

from __future__ import annotations

import importlib
import os
import re
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import click

from pipeline.durable import DISK_ERRORS
from triage.errors import HotlineError, ServiceFailed

COMMANDS = {
    "init": "pipeline.cli.init:init",
    "doctor": "pipeline.cli.doctor:doctor",
    "run": "pipeline.cli.run:run",
    "status": "pipeline.cli.run:status",
    "verify": "pipeline.cli.verify:verify",
    "new": "pipeline.cli.new:new",
    "rejects": "pipeline.cli.rejects:rejects",
    "nightly": "pipeline.cli.nightly:nightly",
    "today": "pipeline.cli.queue:today",
    "next": "pipeline.cli.queue:next_case",
    "cases": "pipeline.cli.cases:cases",
    "assess": "pipeline.cli.decide:assess",
    "dispose": "pipeline.cli.decide:dispose",
    "release": "pipeline.cli.decide:release",
    "give-back": "pipeline.cli.decide:give_back",
    "reopen": "pipeline.cli.decide:reopen",
    "export": "pipeline.cli.export:export",
    "urgent": "pipeline.cli.urgent:urgent",
    "feedback": "pipeline.cli.feedback:feedback",
    "disclose": "pipeline.cli.disclose:disclose",
    "notices": "pipeline.cli.notices:notices",
    "answers": "pipeline.cli.answers:answers",
    "alerts": "pipeline.cli.alerts:alerts",
    "iccam": "pipeline.cli.iccam:iccam",
    "recipients": "pipeline.cli.recipients:recipients",
    "verify-package": "pipeline.cli.verify_package:verify_package",
    "stats": "pipeline.cli.stats:stats",
    "lists": "pipeline.cli.lists:lists",
    "match": "pipeline.cli.match:match",
    "hash": "pipeline.cli.hash:hash_",
    "normalise": "pipeline.cli.normalise:normalise",
    "classify": "pipeline.cli.classify:classify",
    "redact": "pipeline.cli.redact:redact",
    "train": "pipeline.cli.train:train",
    "evaluate": "pipeline.cli.evaluate:evaluate",
}
"""Command name to `module:function`, in the order `--help` shows them."""
INTERNAL_ERROR = 4
NOT_OPEN = "this workspace, or a file you gave, is not open to you: ask its owner, see docs/operations.md"
NO_ROOM = "a disk is full or broken, perhaps the one this output goes to: make room and see what was done already"
_NO_TEXT = "an argument, or a text that was to be written, is no UTF-8: set the terminal's encoding to UTF-8"
_BUG_OR_DAMAGE = "run `hotline verify`, and if it finds nothing report this line"
"""Whatever stands where a program does not expect it: a damaged store, or our mistake."""
_OPTION = re.compile(r"--?[a-z][a-z-]{0,30}")


class _Lazy(click.Group):
    """A group whose commands are imported when called and listed by the first line of their module."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        place = COMMANDS.get(cmd_name)
        if place is None:
            return None
        module, _, name = place.partition(":")
        command = getattr(importlib.import_module(module), name)
        if not isinstance(command, click.Command):
            raise TypeError(f"{place} is no command")
        return command


@click.command(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]}, invoke_without_command=True)
@click.option("--workspace", metavar="DIR", help="The workspace (else HOTLINE_WORKSPACE, else ./workspace).")
@click.version_option(package_name="hotline-triage", message="hotline %(version)s", help="Show the version and end.")
@click.pass_context
def hotline(context: click.Context, workspace: str | None) -> None:
    """Triage reports to a child-protection hotline: take them in, find duplicates, let people decide, export.

    \b
    Example:
      hotline init && hotline run drop/ && hotline today
    """
    context.obj = workspace
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


def workspace_option(command: Any) -> Any:
    """`--workspace` also after the command's name."""
    return _workspace(command, "The workspace (else HOTLINE_WORKSPACE, else ./workspace).")


def no_workspace_option(command: Any) -> Any:
    """The same for a command that has no use for one: whoever gives it everywhere may do so here."""
    return _workspace(command, "Taken and not used: this command needs no workspace.")


def _workspace(command: Any, says: str) -> Any:
    def chosen(context: click.Context, _parameter: click.Parameter, value: str | None) -> None:
        if value is not None:
            context.obj = value

    return click.option("--workspace", metavar="DIR", expose_value=False, callback=chosen, help=says)(command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and end with its exit code (DESIGN §4)."""
    sys.exit(answer(arguments))


def answer(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code. The first of the two top loops: no traceback, no value reaches the terminal."""
    try:
        done = hotline.main(args=list(arguments) if arguments is not None else None, standalone_mode=False)
    except HotlineError as error:
        click.echo(f"hotline: {error}", err=True)
        return error.exit_code
    except click.UsageError as error:
        click.echo(f"hotline: {_without_input(error)}", err=True)
        return 2
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("hotline: stopped; the same command (for a run: with its --batch) goes on where it was", err=True)
        return 130
    except PermissionError:
        click.echo(f"hotline: {NOT_OPEN}", err=True)
        return 2
    except UnicodeEncodeError:
        click.echo(f"hotline: {_NO_TEXT}", err=True)
        return 2
    except BrokenPipeError:
        return 0
    except Exception as error:  # noqa: BLE001 - top loop
        if isinstance(error, OSError) and error.errno in DISK_ERRORS:
            click.echo(f"hotline: {NO_ROOM}", err=True)
            _drop_output()
            return ServiceFailed.exit_code
        click.echo(f"hotline: internal error {type(error).__name__}{_place(error)}: {_BUG_OR_DAMAGE}", err=True)
        return INTERNAL_ERROR
    return done if isinstance(done, int) else 0


def _drop_output() -> None:
    """What is still buffered goes nowhere: Python would try again at its end, and end with a code of its own."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _without_input(error: click.UsageError) -> str:
    name = error.ctx.command_path if error.ctx else "hotline"
    said = "wrong use"
    if isinstance(error, click.NoSuchOption) and _OPTION.fullmatch(error.option_name):
        said = f"there is no option {error.option_name}"
    elif isinstance(error, click.MissingParameter) and error.param is not None:
        said = f"{_as_typed(error.param)} is missing"
    elif isinstance(error, click.BadParameter) and error.param is not None:
        said = f"the value of {_as_typed(error.param)} does not fit"
        if isinstance(error.param.type, click.Choice):
            said += f" (one of {', '.join(str(choice) for choice in error.param.type.choices)})"
        elif isinstance(error.param.type, click.IntRange):
            said += _range(error.param.type)
    elif "unexpected extra argument" in error.message and error.ctx is not None:
        options = ", ".join(_as_typed(one) for one in error.ctx.command.params if isinstance(one, click.Option))
        said = "there are more words than it takes" + (f" (its options are {options})" if options else "")
    elif "No such command" in error.message:
        said = "there is no such command"
    return f"{said}: see `{name} --help`"


def _range(kind: click.IntRange) -> str:
    if kind.max is None:
        return f" (a whole number, at least {kind.min:,})" if kind.min is not None else ""
    return f" (a whole number from {kind.min or 0:,} to {kind.max:,})"


def _as_typed(parameter: click.Parameter) -> str:
    """An option with its dashes, the long one where it has two; an argument as the help calls it."""
    if isinstance(parameter, click.Option):
        return max(parameter.opts, key=len)
    return parameter.human_readable_name


def _place(error: Exception) -> str:
    step, where = error.__traceback__, ""
    while step is not None:
        where = f" at {step.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{step.tb_lineno}"
        step = step.tb_next
    return where
