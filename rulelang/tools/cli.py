"""The command line: `rulelang COMMAND ...`; each command is a module of `commands`, imported when it is run."""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from collections.abc import Sequence
from typing import Final

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


class _Commands(click.Group):
    """Lists the commands without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module("rulelang.tools.commands." + cmd_name.replace("-", "_"))
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

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
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    help="Colour: on a terminal (auto; the variable NO_COLOR turns it off), always, or never.",
)
@click.pass_context
def cli(context: click.Context, color: str) -> None:
    """Rules for moderating chat on Amazon Chime SDK messaging."""
    context.obj = color


def wants_color(stream_is_terminal: bool) -> bool:
    """Whether output is to be coloured, by `--color`, NO_COLOR and where the output goes."""
    choice = click.get_current_context().find_root().obj
    if choice == "auto":
        return stream_is_terminal and not os.environ.get("NO_COLOR")
    return bool(choice == "always")


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
    except BrokenPipeError:
        # Who reads our output has enough of it; nothing more can be written, not even by the interpreter as it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.FINE
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
