"""The command line: `rulelang COMMAND ...`; each command is a module of `commands`, imported when it is run."""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from collections.abc import Sequence
from typing import Any, Final

import click

from rulelang import __version__
from rulelang.tools.outcome import Exit, Failure

COMMANDS: Final = {
    "check": "Find every mistake in a policy.",
    "fmt": "Lay rules out in the canonical way.",
    "test": "Run the tests that stand beside the rules.",
    "dry-run": "Show what a policy does to messages.",
    "explain": "Explain a diagnostic, or every rule on one message.",
    "compile": "Write a policy's bundle.",
}
"""The commands, each with what it does in one line."""


def _keep_color(context: click.Context, _: click.Parameter, choice: str | None) -> None:
    if choice is not None:
        context.find_root().obj = choice


_COLOR: Final = click.Option(
    ["--color"],
    type=click.Choice(["auto", "always", "never"]),
    expose_value=False,
    callback=_keep_color,
    help="Colour: on a terminal (auto, the default; the variable NO_COLOR turns it off), always, or never.",
)
"""Stands before the command or after it, as people write it."""


class _Commands(click.Group):
    """Lists the commands without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module("rulelang.tools.commands." + cmd_name.replace("-", "_"))
        command: click.Command = module.command
        if _COLOR not in command.params:
            command.params.append(_COLOR)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            # Who reads our output has enough of it; nothing more can be written, not even by the interpreter as it ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return Exit.FINE
        return result

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from difflib import get_close_matches

            near = get_close_matches(args[0], COMMANDS, n=1)
            if not near:
                raise
            raise click.UsageError(f"{error.message} Did you mean `{near[0]}`?", ctx) from None


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="rulelang", message="%(prog)s %(version)s")
def cli() -> None:
    """Rules for moderating chat on Amazon Chime SDK messaging."""


cli.params.append(_COLOR)


def wants_color(stream_is_terminal: bool) -> bool:
    """Whether output is to be coloured, by `--color`, NO_COLOR and where the output goes."""
    choice = click.get_current_context().find_root().obj
    if choice in {"always", "never"}:
        return bool(choice == "always")
    return stream_is_terminal and not os.environ.get("NO_COLOR")


def run(arguments: Sequence[str] | None = None) -> int:
    """Runs a command line and gives its exit code; every failure is told in a sentence on standard error."""
    try:
        code = cli.main(args=None if arguments is None else list(arguments), prog_name="rulelang", standalone_mode=False)
        return int(code) if isinstance(code, int) else Exit.FINE
    except Failure as failure:
        sys.stderr.write(failure.details)
        sys.stderr.write(f"rulelang: {failure.message}\n")
        return failure.code
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except click.ClickException as error:
        error.show()
        return Exit.USAGE
    except (click.Abort, KeyboardInterrupt):
        sys.stderr.write("rulelang: stopped\n")
        return Exit.INTERRUPTED
    except OSError as error:
        # A disk that is full, a file that went away while it was read: nothing of ours, and nothing the rules can mend.
        sys.stderr.write(f"rulelang: {error.strerror or error}" + (f": `{error.filename}`\n" if error.filename else "\n"))
        return Exit.USAGE
    except Exception as error:
        if os.environ.get("RULELANG_DEBUG"):
            traceback.print_exc()
        sys.stderr.write(
            f"rulelang: this is a mistake in rulelang, not in your rules: {type(error).__name__}: {error}\n"
            "Please report it with what you ran; RULELANG_DEBUG=1 shows where it happened.\n"
        )
        return Exit.BUG


def main() -> None:
    """The entry point of the command."""
    sys.exit(run())
