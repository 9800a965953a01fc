"""`rulelang explain`: a diagnostic's page, or every rule on one message, fired or not, and why."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rulelang.tools.cli import wants_color
from rulelang.tools.inputs import message_options, one_message
from rulelang.tools.outcome import Exit, Failure
from rulelang.tools.output import opened, output_option

if TYPE_CHECKING:
    from rulelang.runtime.explain import Part, RuleExplanation
    from rulelang.tools.messages import Incoming
    from rulelang.tools.show import Paint


@click.command("explain")
@click.argument("subject", metavar="SLUG|PATH", required=False)
@message_options
@click.option("--format", type=click.Choice(["full", "json"]), default="full", help="How to print the explanation.")
@click.option("--state", metavar="ADDRESS", help="The store for counters and labels; default: memory, empty at the start.")
@output_option
def command(subject: str | None, content: str | None, event: str | None, format: str, state: str | None, output: str | None) -> int:
    """Explain a diagnostic (SLUG, such as `unknown-name`; without one: the list of all), or a policy's rules on one message.

    With PATH and --content or --event: for every rule whether it fired, which part of its condition was not true and the values it
    saw, or what exempted it.
    """
    one = one_message(content, event)
    if one is None:
        text = _page(subject)
    elif subject is None:
        raise click.UsageError("Name the PATH of the policy that the message is for.")
    else:
        rules = _explained(subject, one, state)
        if format == "json":
            text = json.dumps([_rule_data(rule) for rule in rules], ensure_ascii=False, indent=2) + "\n"
        else:
            from rulelang.tools.show import Paint

            paint = Paint(output is None and wants_color(sys.stdout.isatty()))
            text = "".join(line + "\n" for rule in rules for line in _rule(rule, paint))
    with opened(output) as stream:
        stream.write(text)
    return Exit.FINE


def _explained(path: str, one: Incoming, state: str | None) -> tuple[RuleExplanation, ...]:
    from rulelang.runtime import chime
    from rulelang.runtime.explain import explain
    from rulelang.tools import policies, settings
    from rulelang.tools.dry_run import RECEIVED

    program = policies.program(path)
    try:
        message = chime.read(one.event, program.settings, RECEIVED)
    except chime.NotAnEvent as error:
        raise Failure(Exit.FOUND, error.reason) from None
    return tuple(explain(program, message, settings.store(state, path)))


def _page(slug: str | None) -> str:
    from rulelang.compiler.catalogue import CATALOGUE
    from rulelang.compiler.explain import UnknownSlug, page

    if slug is None:
        width = max(map(len, CATALOGUE))
        return "".join(f"{name:<{width}}  {severity:<7}  {sentence}\n" for name, (severity, sentence) in CATALOGUE.items())
    try:
        return page(slug)
    except UnknownSlug as error:
        if Path(slug).exists():
            raise click.UsageError(f"To explain the rules of `{slug}`, give a message with --content or --event.") from None
        raise Failure(Exit.USAGE, str(error)) from None


def _rule(rule: RuleExplanation, paint: Paint) -> Iterator[str]:
    from rulelang.tools.show import printable

    head = paint("rule", rule.name) + (f' "{rule.title}"' if rule.title else "")
    mode = " (shadow)" if rule.mode == "shadow" else ""
    yield f"{head}{mode}: {paint('deny' if rule.fired else 'dim', _verdict(rule))}"
    for part in rule.parts:
        for text in _part(part, 1):
            yield printable(text)
    if rule.fired and not rule.parts:
        yield "  no condition: it fires on every message"


def _verdict(rule: RuleExplanation) -> str:
    if rule.fired:
        return "fired"
    if rule.mode == "off":
        return "is off"
    if rule.failure is not None:
        return f"could not be evaluated: {rule.failure}"
    false = next((part for part in rule.parts if "when" in part.role and part.value != "true"), None)
    if false is not None:
        group = f" of {false.role.removesuffix(' when')}" if false.role != "when" else ""
        return f"did not fire: its condition{group} is {'missing' if false.value == 'missing' else 'false'}"
    if rule.rollout is not None:
        return f"did not fire: {rule.rollout}"
    if rule.exempted_by is not None:
        return "did not fire: " + ("exempted" if rule.exempted_by == rule.name else f"exempted by group {rule.exempted_by}")
    return "did not fire"


def _part(part: Part, depth: int) -> Iterator[str]:
    role = f"{part.role} " if part.role and part.role != "match" else ""
    seen = f"   <- {'; '.join(part.seen)}" if part.seen else ""
    yield f"{'  ' * depth}{part.value:<8} {role}{part.text}{seen}"
    for child in part.children:
        yield from _part(child, depth + 1)


def _rule_data(rule: RuleExplanation) -> dict[str, Any]:
    return {
        "name": rule.name,
        "title": rule.title,
        "mode": rule.mode,
        "fired": rule.fired,
        "verdict": _verdict(rule),
        "exempted_by": rule.exempted_by,
        "rollout": rule.rollout,
        "failure": rule.failure,
        "parts": [_part_data(part) for part in rule.parts],
        "spans": [{"path": hit.path, "start": hit.start, "end": hit.end, "by": hit.by} for hit in rule.hits],
    }


def _part_data(part: Part) -> dict[str, Any]:
    return {
        "role": part.role,
        "text": part.text,
        "value": part.value,
        "seen": list(part.seen),
        "children": [_part_data(child) for child in part.children],
    }
