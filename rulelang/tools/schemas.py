"""The forms of data that other programs write and read, as pydantic models; their JSON Schemas are in `grammar/schemas`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Sender(_Model):
    arn: str | None = Field(None, description="ARN of the user or bot.")
    name: str | None = Field(None, description="The name that the sender shows.")


class Push(_Model):
    title: str | None = None
    body: str | None = None
    type: Literal["DEFAULT", "VOIP"] | None = None


class PlainMessage(BaseModel):
    """A message as a line of `rulelang dry-run`; only `content` is needed, other members are passed over."""

    model_config = ConfigDict(extra="allow")

    content: str = Field(description="The text of the message, as the client sent it.")
    sender: str | Sender | None = Field(None, description="An ARN, or an object; without it a sender of its own for each line.")
    channel: str | None = Field(None, description="ARN of the channel.")
    message_id: str | None = None
    callback_id: str | None = Field(None, description="With it the output has the callback's arguments.")
    created_at: str | None = Field(None, description="RFC 3339; without it each line is a second later than the one before.")
    edited_at: str | None = Field(None, description="RFC 3339.")
    metadata: Any = Field(None, description="A JSON object, or the text of the metadata.")
    attributes: dict[str, str | list[str]] | None = None
    push: Push | None = None
    subchannel: str | None = None
    content_type: str | None = None
    persistence: Literal["PERSISTENT", "NON_PERSISTENT"] | None = None


class Span(_Model):
    path: str = Field(description="Where the text is: `content`, `push.body`, `metadata.note`, ...")
    start: int = Field(description="Code points of the decoded text, from 0.")
    end: int
    by: str = Field(description="The finder's name.")


class FiredRule(_Model):
    name: str
    mode: Literal["live", "shadow"]
    applied: bool
    tags: list[str]
    severity: Literal["low", "medium", "high", "critical"] | None
    reason: str | None = Field(description="The reason of its denial.")
    because: str | None = Field(description="One sentence: why the rule fired.")
    why_not: str | None = Field(description="Why it was not applied; null where it was.")
    spans: list[Span]


class Report(_Model):
    queue: str
    rule: str


class Label(_Model):
    who: Literal["sender", "channel"]
    name: str
    until: str | None = Field(description="RFC 3339; null: for ever.")
    rule: str
    removed: Literal[True] | None = Field(
        None, description="Only there, and then true, where the label was taken away (`unlabel`)."
    )


class Note(_Model):
    slug: str
    rule: str | None
    text: str


class DryRunLine(_Model):
    """A line of `rulelang dry-run --format json`."""

    message_id: str
    outcome: Literal["unchanged", "update", "deny"]
    reason: str | None = Field(description="Null unless denied.")
    callback: dict[str, Any] | None = Field(description="The keyword arguments of channel_flow_callback; null without CallbackId.")
    rules: list[FiredRule] = Field(description="The rules that fired, live and shadow, in policy order.")
    reports: list[Report]
    labels: list[Label]
    notes: list[Note]
    micros: int = Field(description="Microseconds that the decision took.")


SCHEMAS: Final[dict[str, type[BaseModel]]] = {"dry-run-input.json": PlainMessage, "dry-run-output.json": DryRunLine}

FOLDER: Final = Path(__file__).parents[2] / "grammar" / "schemas"


def schema(model: type[BaseModel]) -> str:
    """The JSON Schema of a model, as it is committed."""
    return json.dumps(model.model_json_schema(), indent=2, ensure_ascii=False) + "\n"


def main() -> int:
    """Writes the schemas, or with `--check` says which are out of date (exit code 1)."""
    parser = argparse.ArgumentParser(description="Writes the JSON Schemas of the data that rulelang reads and writes.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail where a schema is out of date")
    check = parser.parse_args().check
    stale = []
    for name, model in SCHEMAS.items():
        file = FOLDER / name
        if not file.exists() or file.read_text(encoding="utf-8") != schema(model):
            stale.append(name)
            if not check:
                FOLDER.mkdir(parents=True, exist_ok=True)
                file.write_text(schema(model), encoding="utf-8")
    for name in stale:
        sys.stdout.write(f"{name} {'is out of date' if check else 'written'}\n")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
