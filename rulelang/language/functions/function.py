"""A function of the rule language: one Python function; annotations are its signature, the docstring its page and its tests."""

from __future__ import annotations

import inspect
import re
import typing
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from rulelang.language.types import BOOLEAN, DURATION, LIST, NUMBER, TEXT, TEXT_OR_LIST, TIME, Type
from rulelang.language.values import MISSING, Absent, Number


@dataclass(frozen=True, slots=True)
class Example:
    """An expression of the rule language and the value that it has, as the manual writes it; `missing` is a value too."""

    expression: str
    value: str


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the rule language.

    `variadic`: more arguments of the last parameter's type may follow. `may_be_missing`: the value may be missing although every
    argument is there. `implementation` takes any values of the language that are there and never raises: for an argument of
    another type than the parameter's, as metadata can bring, it is missing.
    """

    name: str
    parameters: tuple[tuple[str, Type], ...]
    returns: Type
    implementation: Callable[..., Any]
    doc: str
    examples: tuple[Example, ...]
    variadic: bool
    may_be_missing: bool


_TYPES: Final[dict[object, Type]] = {
    str: TEXT,
    int: NUMBER,
    Decimal: NUMBER,
    Number: NUMBER,
    bool: BOOLEAN,
    timedelta: DURATION,
    datetime: TIME,
    list: LIST,
    str | list: TEXT_OR_LIST,
}

_CLASSES: Final[dict[Type, tuple[type, ...]]] = {
    TEXT: (str,),
    NUMBER: (int, Decimal),
    BOOLEAN: (bool,),
    DURATION: (timedelta,),
    TIME: (datetime,),
    LIST: (list, tuple),
    TEXT_OR_LIST: (str, list, tuple),
}

_EXAMPLE: Final = re.compile(r"^>>> (.+)\n(.+)$", re.MULTILINE)


def describe(function: Callable[..., Any]) -> Function:
    """The function of the rule language that a Python function is; its name there is without a final underscore."""
    hints = typing.get_type_hints(function)
    parameters = []
    variadic = False
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind is inspect.Parameter.VAR_POSITIONAL:
            variadic = True
        else:
            parameters.append((parameter.name, _TYPES[hints[parameter.name]]))
    returned = {hints["return"], *typing.get_args(hints["return"])} - {Absent}
    doc = inspect.getdoc(function) or ""
    return Function(
        name=function.__name__.rstrip("_"),
        parameters=tuple(parameters),
        returns=next(_TYPES[alternative] for alternative in returned if alternative in _TYPES),
        implementation=_checked(function, [type_ for _, type_ in parameters], variadic),
        doc=doc.partition(">>>")[0].strip(),
        examples=tuple(Example(*found) for found in _EXAMPLE.findall(doc)),
        variadic=variadic,
        may_be_missing=Absent in typing.get_args(hints["return"]),
    )


def _checked(function: Callable[..., Any], types: list[Type], variadic: bool) -> Callable[..., Any]:
    """The function, missing for arguments of other types than its parameters'."""
    if len(types) == 1 and not variadic and types[0] != NUMBER:
        classes = _CLASSES[types[0]]
        return lambda value: function(value) if isinstance(value, classes) else MISSING

    def call(*values: Any) -> Any:
        for index, value in enumerate(values):
            wanted = types[min(index, len(types) - 1)]
            if not isinstance(value, _CLASSES[wanted]) or (wanted == NUMBER and isinstance(value, bool)):
                return MISSING
        return function(*values)

    return call
