"""`rulelang dry-run`: what a policy does to messages, and why, before it is live."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from typing import IO, TYPE_CHECKING

import click

from rulelang.tools.cli import wants_color
from rulelang.tools.inputs import message_options, one_message
from rulelang.tools.outcome import Exit, Failure
from rulelang.tools.output import default_format, opened, output_option

if TYPE_CHECKING:
    from rulelang.runtime.program import Program
    from rulelang.runtime.state.interface import Store
    from rulelang.tools.dry_run import Totals
    from rulelang.tools.messages import Incoming, OtherRecord, Unreadable


@click.command("dry-run")
@click.argument("path", metavar="PATH")
@click.argument("messages", metavar="[MESSAGES]", required=False)
@message_options
@click.option("--format", type=click.Choice(["full", "concise", "json"]), help="Default: full on a terminal, concise elsewhere.")
@click.option(
    "--fail-on",
    type=click.Choice(["deny", "update"]),
    help="Exit code 1 where a message is denied, or (update) denied or changed.",
)
@click.option("--state", metavar="ADDRESS", help="The store for counters and labels; default: memory, empty at the start.")
@output_option
def command(
    path: str,
    messages: str | None,
    content: str | None,
    event: str | None,
    format: str | None,
    fail_on: str | None,
    state: str | None,
    output: str | None,
) -> int:
    """Show what the policy at PATH does to messages: the outcome, before and after, which rules, and why.

    PATH is a `.rules` file, a folder of them, or a bundle. MESSAGES is a file of JSON Lines (`.gz` too, `-` is standard input):
    processor events, streamed records, or plain `{"content": ..., "sender": ..., "metadata": ...}`.
    """
    from rulelang.tools import policies, settings

    one = one_message(content, event)
    if (one is None) == (messages is None):
        raise click.UsageError("Give a file of MESSAGES, or one message with --content or --event.")
    program = policies.program(path)
    store = settings.store(state, path)
    format = default_format(format) if output is None else format or "concise"
    with opened(output) as stream:
        color = output is None and wants_color(sys.stdout.isatty())
        if one is not None:
            totals = _run(program, store, [one], stream, format, color, single=True)
        else:
            assert messages is not None
            from rulelang.tools.messages import opened as opened_messages
            from rulelang.tools.messages import read_messages

            with opened_messages(messages) as source:
                totals = _run(program, store, read_messages(source), stream, format, color)
    if totals.unreadable:
        return Exit.FOUND
    refused = totals.outcomes["deny"] + (totals.outcomes["update"] if fail_on == "update" else 0)
    return Exit.FOUND if fail_on and refused else Exit.FINE


def _run(
    program: Program,
    store: Store,
    lines: Iterable[Incoming | OtherRecord | Unreadable],
    stream: IO[str],
    format: str,
    color: bool,
    single: bool = False,
) -> Totals:
    from rulelang.tools import show
    from rulelang.tools.dry_run import Totals, as_line, dry_run
    from rulelang.tools.messages import OtherRecord, Unreadable

    totals = Totals()
    paint = show.Paint(color)
    progress = _Progress(totals, quiet=single or (stream is sys.stdout and sys.stdout.isatty()))
    for tried in dry_run(program, store, lines):
        if isinstance(tried, OtherRecord):
            totals.others += 1
            continue
        if isinstance(tried, Unreadable):
            totals.unreadable += 1
            progress.clear()
            sys.stderr.write(f"line {tried.number}: {tried.text}\n")
            continue
        totals.count(tried)
        if format == "json":
            stream.write(as_line(tried) + "\n")
        elif format == "full" and single:
            stream.writelines(text + "\n" for text in show.one(tried, program.settings, paint))
        else:
            stream.write(show.line(tried, program.settings, paint) + "\n")
            if format == "full":
                stream.writelines(
                    f"                   {rule.name}: {show.printable(rule.because or '')}\n" for rule in tried.decision.rules
                )
        progress.step()
    progress.clear()
    if not single:
        # Beside data for programs the summary is for whoever watches.
        target = sys.stderr if format == "json" else stream
        if format != "json" or sys.stderr.isatty():
            target.writelines(text + "\n" for text in ["", *show.summary(totals)])
    if single and totals.unreadable:
        raise Failure(Exit.FOUND, "the message could not be read")
    return totals


class _Progress:
    """A line on standard error that says how far the work is; only on a terminal, and not where the output scrolls by."""

    def __init__(self, totals: Totals, quiet: bool) -> None:
        self._totals = totals
        self._shown = not quiet and sys.stderr.isatty()
        self._started = self._last = time.monotonic()

    def step(self) -> None:
        if not self._shown:
            return
        now = time.monotonic()
        if now - self._last >= 0.2:
            self._last = now
            count = self._totals.messages
            sys.stderr.write(f"\r{count} messages, {count / (now - self._started):.0f} a second\x1b[K")
            sys.stderr.flush()

    def clear(self) -> None:
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
