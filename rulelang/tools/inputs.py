"""One message from the command line: `--content TEXT` or `--event FILE`."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

import click

from rulelang.tools import messages
from rulelang.tools.messages import Incoming
from rulelang.tools.outcome import Exit, Failure

Command = TypeVar("Command", bound=Callable[..., Any])


def message_options(function: Command) -> Command:
    """The options that give one message."""
    function = click.option("--event", metavar="FILE", help="One message: the JSON of a processor event; `-` is standard input.")(
        function
    )
    return click.option("--content", metavar="TEXT", help="One message: its text; all else takes defaults.")(function)


def one_message(content: str | None, event: str | None) -> Incoming | None:
    """The message that the options give, or None where they give none."""
    if content is not None and event is not None:
        raise click.UsageError("--content and --event each give a message: use one of them.")
    if content is not None:
        return Incoming(1, messages.from_plain({"content": content}, 1))
    return None if event is None else _from_file(event)


def _from_file(path: str) -> Incoming:
    with messages.opened(path) as stream:
        data = stream.read().removeprefix(b"\xef\xbb\xbf")
    try:
        # A file may spread over lines, which a line of JSON Lines can't.
        loaded = json.loads(data.decode("utf-8"))
        # A sample keeps where it is from beside the event.
        if isinstance(loaded, dict) and isinstance(loaded.get("event"), dict):
            loaded = loaded["event"]
        text = json.dumps(loaded).encode()
        found = messages.read_line(text, 1)
    except RecursionError:
        raise Failure(Exit.FOUND, f"`{path}` is nested too deep") from None
    except UnicodeDecodeError as error:
        raise Failure(Exit.FOUND, f"`{path}` is not UTF-8: byte {error.start + 1} does not belong there") from None
    except json.JSONDecodeError as error:
        raise Failure(Exit.FOUND, f"`{path}` is not JSON: {error.msg}, at line {error.lineno}, column {error.colno}") from None
    except ValueError as error:
        raise Failure(Exit.FOUND, f"`{path}`: {str(error).replace('the line', 'the file')}") from None
    if found is None:
        raise Failure(Exit.FOUND, f"`{path}` is a record of another kind than a message")
    return Incoming(1, found)
