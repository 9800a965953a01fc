"""Calls of functions: their names, how many arguments, and of which types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rulelang.compiler import nodes
from rulelang.compiler.checks import finding
from rulelang.compiler.policy import Typed
from rulelang.compiler.wording import a_type, code, did_you_mean
from rulelang.language.functions import FUNCTIONS, Function
from rulelang.language.types import BOOLEAN, fits

if TYPE_CHECKING:
    from rulelang.compiler.typecheck import Checker


def check_call(checker: Checker, node: nodes.Call) -> Typed:
    """`lower(content)`."""
    name = node.function.value
    function = FUNCTIONS.get(name)
    if function is None:
        return _report_unknown(checker, node)
    arguments = tuple(_argument(checker, node, argument) for argument in node.arguments)
    if not _count_fits(function, len(arguments)):
        return _report_count(checker, node, function)
    for index, (argument, written) in enumerate(zip(arguments, node.arguments, strict=True)):
        wanted = function.parameters[min(index, len(function.parameters) - 1)][1]
        if not fits(argument.type, wanted):
            return checker.report(
                "wrong-arguments",
                written.span,
                f"{code(name)} takes {a_type(wanted)} here, and {code(written.span.text)} is {a_type(argument.type)}.",
                f"It is written {code(signature(function))}.",
            )
    optional = any(argument.optional for argument in arguments) or function.may_be_missing
    return Typed("call", (name, *arguments), function.returns, node.span, optional)


def signature(function: Function) -> str:
    """How a function is called: `min(a, b, ...)`."""
    names = ", ".join(name for name, _ in function.parameters)
    return f"{function.name}({names}{', ...' if function.variadic else ''})"


def _argument(checker: Checker, node: nodes.Call, argument: nodes.Expression) -> Typed:
    shown = code(f"count({argument.span.text})")
    matched = code(f"{node.function.value}(first({argument.span.text}))")
    return checker.value(argument, f"Write {shown} for how many it finds, or {matched} for its first match.")


def _count_fits(function: Function, count: int) -> bool:
    return count >= len(function.parameters) if function.variadic else count == len(function.parameters)


def _report_count(checker: Checker, node: nodes.Call, function: Function) -> Typed:
    least, given = len(function.parameters), len(node.arguments)
    wanted = f"{least} argument" + ("" if least == 1 else "s") + (" or more" if function.variadic else "")
    got = "none" if not given else str(given)
    return checker.report(
        "wrong-arguments",
        node.span,
        f"{code(function.name)} takes {wanted}, and here it gets {got}.",
        f"Write {code(signature(function))}.",
    )


def _report_unknown(checker: Checker, node: nodes.Call) -> Typed:
    name, span = node.function.value, node.function.span
    finder = finding.named(checker, name, span)
    with checker.match_fields({} if finder is None else finding.fields_of(checker, finder)):
        arguments = [checker.expression(argument) for argument in node.arguments]
    if finder is None:
        help = did_you_mean(name, [*FUNCTIONS, "count", "first"])
        return checker.report("unknown-function", span, f"There is no function {code(name)}.", help)
    inside = ", ".join(argument.span.text for argument in node.arguments)
    narrowed = any(argument.type == BOOLEAN for argument in arguments)
    help = (
        f"Write {code(f'{name} where ({inside})')}."
        if narrowed
        else f"Write {code(f'content contains {name}')} or {code(f'count({name})')}."
    )
    return checker.report("unknown-function", span, f"{code(name)} is a finder, and no function.", help)
