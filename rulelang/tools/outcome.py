"""What the exit codes mean, and the failures that end a command with one sentence."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """The exit codes of every command."""

    FINE = 0
    FOUND = 1
    """`check` found an error, a test failed, a gate was breached, a line of the input could not be read."""
    USAGE = 2
    """Wrong usage or settings, or a file that does not exist."""
    NOT_COMPILED = 3
    """The rules do not compile, or the bundle can't be used."""
    REMOTE = 4
    """A call of AWS or of a store failed."""
    BUG = 70
    """A mistake of ours."""
    INTERRUPTED = 130
    """Ctrl-C."""


class Failure(Exception):  # noqa: N818 -- it is the user's sentence, not an error of ours
    """Ends the command: `message` is one sentence for the user; `details` is printed before it as it stands."""

    def __init__(self, code: Exit, message: str, details: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = details
