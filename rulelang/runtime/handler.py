"""The Lambda entry: an event in, a callback out, one line in the log; the one shipped place that imports boto3."""

from __future__ import annotations

import functools
import json
import os
import random
import sys
import time
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from rulelang.language import bundle
from rulelang.language.decision import Decision
from rulelang.runtime import chime, program
from rulelang.runtime.decide import decide
from rulelang.runtime.message import Message
from rulelang.runtime.state import open_store

DEFAULT_BUNDLE: Final = "/opt/python/rulelang_policy.json"
"""Where a layer that `rulelang build` made has the bundle."""

ATTEMPTS: Final = 5
FIRST_DELAY: Final = 0.1
LONGEST_DELAY: Final = 2.0
"""Seconds: before the second attempt at most the first delay passes, then twice as much each time."""

CONNECT_TIMEOUT: Final = 1.0
READ_TIMEOUT: Final = 3.0
"""Seconds; botocore's own are 60, more than most functions are given."""

MARGIN: Final = 0.5
"""Seconds of the invocation that are left for the log line and the return."""

CURABLE: Final = frozenset({429, 500, 502, 503, 504})
"""Answers after which the callback is tried again; 400, 401, 403, 404 and 409 would be the same again."""


def handler(event: Any, context: Any) -> None:
    """Decides on the message of a processor event, and calls back.

    A failure of our own is answered by the fallback that RULELANG_FALLBACK names (deliver, deny; default deliver). Raises only
    where the callback could not be made, so that Lambda tries once more.
    """
    line: dict[str, Any] = {"level": "INFO"}
    arguments = _arguments(event, line)
    if arguments is not None:
        try:
            _call_back(event, arguments, _deadline(context), line)
        except Exception as error:
            line |= {"level": "ERROR", "answer": "failed", "error": type(error).__name__}
            _log(line)
            raise
    _log(line)


# The decision


def _arguments(event: Any, line: dict[str, Any]) -> dict[str, Any] | None:
    """What to answer; None for an event that can't be answered. Never raises: what fails is in `line`."""
    started = time.perf_counter()
    try:
        policy = _policy()
        message = chime.read(event, policy.settings, datetime.now(UTC))
        if message.callback_id is None:
            raise chime.NotAnEvent(chime.UNANSWERABLE, False)
        line |= _ids(message)
        decision = decide(policy, message, _store(), trace=False)
        line |= _outcome(decision) | {"micros": round((time.perf_counter() - started) * 1_000_000)}
        return chime.callback_arguments(message, decision)
    except Exception as error:
        line |= {"level": "ERROR", "failure": _failure(error)}
        return _fallback(event, line)


def _fallback(event: Any, line: dict[str, Any]) -> dict[str, Any] | None:
    named = os.environ.get("RULELANG_FALLBACK", "deliver")
    fallback = "deny" if named == "deny" else "deliver"
    try:
        arguments = chime.fallback_arguments(event, fallback)
    except chime.NotAnEvent as error:
        line |= {"outcome": "dropped", "failure": line.get("failure", error.reason)}
        return None
    line |= {
        "callback_id": arguments["CallbackId"],
        "message_id": arguments["ChannelMessage"]["MessageId"],
        "channel_arn": arguments["ChannelArn"],
        "outcome": "fallback",
        "fallback": fallback,
    }
    return arguments


def _failure(error: Exception) -> str:
    """What failed, without any text of a message: only errors that are about the policy or the event say what they say."""
    if isinstance(error, chime.NotAnEvent | bundle.BundleError | OSError):
        return f"{type(error).__name__}: {error}"
    frames = traceback.extract_tb(error.__traceback__)
    return f"{type(error).__name__} in " + " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames))


@functools.cache
def _policy() -> program.Program:
    path = Path(os.environ.get("RULELANG_BUNDLE") or DEFAULT_BUNDLE)
    policy = program.load(bundle.read(path.read_bytes()))
    if "RULELANG_STATE" not in os.environ and _uses_state(policy):
        _log({"level": "WARNING", "failure": "the rules use state, and RULELANG_STATE names no store: it ends with this process"})
    return policy


def _uses_state(policy: program.Program) -> bool:
    rows = [*policy.body["rules"], *policy.body["groups"]]
    conditions = [row[part] for row in rows for part in ("when", "unless") if row[part] is not None]
    return (
        bool(policy.body["counters"])
        or policy.uses_sender_age
        or any(action[0] in {"label", "unlabel"} for row in policy.body["rules"] for action in row["actions"])
        or any(operation == "has_label" for condition in conditions for operation, _ in policy.operations(condition))
    )


@functools.cache
def _store() -> Any:
    return open_store(os.environ.get("RULELANG_STATE") or "memory:")


# The callback


@functools.cache
def _client() -> Any:
    # One attempt a call: botocore's own retries leave out the 429 of this service, and know no deadline.
    config = Config(connect_timeout=CONNECT_TIMEOUT, read_timeout=READ_TIMEOUT, retries={"total_max_attempts": 1})
    return boto3.client("chime-sdk-messaging", config=config)


def _deadline(context: Any) -> float:
    """When to stop trying, on the monotonic clock."""
    remaining = getattr(context, "get_remaining_time_in_millis", None)
    return time.monotonic() + (remaining() / 1000 if remaining is not None else 30.0) - MARGIN


def _call_back(event: Any, arguments: Mapping[str, Any], deadline: float, line: dict[str, Any]) -> None:
    """Makes the callback; raises what a later invocation may cure. A refusal for good is in `line`."""
    try:
        _attempt(arguments, deadline, line)
    except ParamValidationError:
        # What leaves is always valid; should it ever not be, the message must not stay undecided.
        line |= {"level": "ERROR", "failure": "the callback does not fit the service's model"}
        answer = _fallback(event, line)
        if answer is not None:
            _attempt(answer, deadline, line)


def _attempt(arguments: Mapping[str, Any], deadline: float, line: dict[str, Any]) -> None:
    for attempt in range(1, ATTEMPTS + 1):
        line["attempts"] = attempt
        try:
            _client().channel_flow_callback(**arguments)
        except ParamValidationError:
            raise
        except (ClientError, BotoCoreError) as error:
            if not _is_curable(error):
                line |= {"level": "ERROR", "answer": "refused", **_refusal(error)}
                return
            delay = random.uniform(0, min(LONGEST_DELAY, FIRST_DELAY * 2 ** (attempt - 1)))  # noqa: S311 -- jitter
            if attempt == ATTEMPTS or time.monotonic() + delay >= deadline:
                line |= _refusal(error)
                raise
            time.sleep(delay)
        else:
            line["answer"] = "sent"
            return


def _is_curable(error: Exception) -> bool:
    if isinstance(error, ClientError):
        return error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") in CURABLE
    return True


def _refusal(error: Exception) -> dict[str, Any]:
    if isinstance(error, ClientError):
        return {
            "status": error.response.get("ResponseMetadata", {}).get("HTTPStatusCode"),
            "code": error.response.get("Error", {}).get("Code"),
        }
    return {"code": type(error).__name__}


# The log


def _ids(message: Message) -> dict[str, Any]:
    return {
        "callback_id": message.callback_id,
        "message_id": message.message_id,
        "channel_arn": message.channel_arn,
        "sender_arn": message.sender_arn,
    }


def _outcome(decision: Decision) -> dict[str, Any]:
    """The decision without any text: not even its reason, which a template may have filled from the message."""
    return {
        "outcome": decision.outcome,
        "rules": [rule.name for rule in decision.rules if rule.applied],
        "not_applied": [rule.name for rule in decision.rules if not rule.applied],
        "notes": [note.slug for note in decision.notes],
    }


def _log(line: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def _warm_up() -> None:
    """Loads policy and client before the first message; what fails here is met again, and answered, with a message."""
    try:
        _policy()
        _client()
    except Exception as error:
        _log({"level": "ERROR", "failure": _failure(error)})


if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
    _warm_up()
