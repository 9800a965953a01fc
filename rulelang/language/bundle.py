"""The compiled form of a policy, a bundle: JSON, data and never code; here it is described, written, read and refused.

Top level::

    {"rulelang_bundle": 1, "compiler": "0.1.0", "hash": "sha256 of the body, hex",
     "body": {"name", "settings", "sources", "lists", "finders", "lets", "counters", "groups", "rules", "functions"}}

- `settings`: every setting with its value, defaults filled in: `{"mask_with": "*", ...}`.
- `sources`: names of the source files; a place (`at`) is `[source index, line, column]`, from 1.
- `lists`: `{name: [values]}`; numbers that are not integers as `{"decimal": "0.7"}`.
- `lets`: `{name: expression}`, computed at most once a message.
- `functions`: the names of the language's functions that are called, so that an engine without one refuses by name.
- `finders`: rows, referred to by their index; a row only refers to rows before it.
  `{"kind": "words", "name", "strength", ...}` and `{"kind": "pattern", "name", ...}` hold what `finders/words.py` and
  `finders/patterns.py` prepared; `{"kind": "builtin", "name": "url"}`; `{"kind": "where", "name", "finder": index,
  "condition": expression}`; `{"kind": "any", "name", "finders": [index...]}`.
- `counters`: `{"kind": "messages", "id", "delivered": bool, "condition": expression|null, "keys": [expression], "within": ms}`,
  `{"kind": "hits", "id", "rule": name, "keys", "within"}`, `{"kind": "distinct", "id", "value": expression, "keys", "within"}`.
  `id` is the counter's stable name in the store: it does not depend on where in the policy it stands, nor on `within`.
- `groups`: `{"name", "title", "when": expression|null, "unless": expression|null, "at"}`.
- `rules`: in policy order: `{"name", "title", "mode", "tags", "severity", "owner", "note", "rollout" (0..100000), "on_failure",
  "groups": [index, outermost first], "when": expression|null, "implied": bool, "unless": expression|null, "actions", "at",
  "anchors": null | [finder index or [expression, [text...]]...]}`. `anchors`: the rule can fire only where one of these finders
  finds something in `content`, or one of these facts and paths is one of its texts; null: it has to be evaluated for every
  message.

Expressions are arrays, an operation and its arguments:

- `["const", value]` (text, integer, boolean, null), `["decimal", "0.7"]`, `["duration", milliseconds]`,
  `["list", [expression...]]`, `["list_name", name]`, `["let", name]`, `["template", [text or expression...]]`
- `["fact", name]` (a row of `facts.py`; `metadata` and `attributes` whole), `["path", "metadata"|"attributes", [key...]]` (texts
  and integers), `["step", expression, key]` for a path into any other JSON value, `["field", name]` (of the match in hand:
  inside a `where`, or in a replacement's template), `["sender_age"]`
- `["found", finder index, expression]`, `["count", finder index, expression]`, `["first", finder index, expression, field name]`
  (field `text` for the match itself); the expression is the text searched: a fact or a path. On a list each element is searched.
- `["and", expression...]`, `["or", expression...]`, `["not", expression]`, `["truth", expression]` (a JSON value as a condition)
- `["==", a, b]`, `["!=", a, b]`, `["<", a, b]`, `["<=", a, b]`, `[">", a, b]`, `[">=", a, b]`, `["is_null", a]` (`a == null`),
  `["in", a, list]`, `["host_in", a, list]`, `["contains", a, b]` (text in text, or element in list),
  `["starts_with", a, b]`, `["ends_with", a, b]`, `["like", a, pattern]` (a text, or a list of texts: any of
  them), `["matches", a, finder index]`, `["is_missing", a]`, `["is_present", a]`
- `["+", a, b]`, `["-", a, b]`, `["*", a, b]`, `["/", a, b]`, `["negative", a]`, `["call", function, argument...]`
- `["messages", counter index]`, `["hits", counter index]`, `["distinct", counter index]`,
  `["has_label", "sender"|"channel", name]`, `["matched", rule name]`

Actions are arrays too; a path is a list of keys beginning with `content`, `content_type`, `metadata`, `attributes`
or `push`:

- `["deny", expression|null]`, `["mask", [finder index...], path, character|null, null|["first"|"last", N]]`,
  `["replace", [finder index...], path, expression]`, `["remove", [finder index...], path]`,
  `["append", expression]`, `["prepend", expression]`
- `["set", path, expression]`, `["unset", path]`, `["add", expression, path]`
- `["label", "sender"|"channel", name, milliseconds|null]`, `["unlabel", who, name]`, `["report", expression, redacted]`
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from rulelang import __version__

FORMAT: Final = 1
"""The format this engine reads and writes; a bundle of another is refused."""

Expression = list[Any]

_BODY: Final = ("name", "settings", "sources", "lists", "finders", "lets", "counters", "groups", "rules", "functions")


class BundleError(Exception):
    """A bundle that can't be used; the message is one sentence for the user."""


def pack(body: Mapping[str, Any]) -> dict[str, Any]:
    """The bundle of a body: with its format, the compiler's version, and the hash that tells whether it was altered."""
    return {"rulelang_bundle": FORMAT, "compiler": __version__, "hash": _hash(body), "body": dict(body)}


def write(bundle: Mapping[str, Any]) -> str:
    """The text of a bundle, as a file holds it; the same bundle gives the same text."""
    return _dump(bundle) + "\n"


def read(text: str | bytes) -> dict[str, Any]:
    """The body of the bundle that a file holds; raises BundleError for what this engine can't run."""
    try:
        bundle = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BundleError("The bundle is no JSON: it is cut off or damaged.") from error
    if not isinstance(bundle, dict) or "rulelang_bundle" not in bundle:
        raise BundleError("This JSON is no bundle of rulelang; `rulelang compile` writes one.")
    if bundle["rulelang_bundle"] != FORMAT or isinstance(bundle["rulelang_bundle"], bool):
        raise BundleError(
            f"The bundle has format {_short(bundle['rulelang_bundle'])}, made by rulelang {_short(bundle.get('compiler'))}, "
            f"and this engine ({__version__}) reads format {FORMAT}."
        )
    body = bundle.get("body")
    if not isinstance(body, dict) or bundle.get("hash") != _hash(body):
        raise BundleError("The bundle was altered after it was compiled: its hash does not fit its content.")
    lacking = [part for part in _BODY if part not in body]
    if lacking:
        raise BundleError(f"The bundle lacks `{lacking[0]}`.")
    _refuse_unknown(body)
    return body


def _refuse_unknown(body: dict[str, Any]) -> None:
    # Looked up only where a bundle is read: the compiler's writing half needs neither table.
    from rulelang.language.finders import BUILTINS
    from rulelang.language.functions import FUNCTIONS

    for name in body["functions"]:
        if name not in FUNCTIONS:
            raise BundleError(f"The bundle needs the function `{name}`, which this engine ({__version__}) does not have.")
    for row in body["finders"]:
        if row["kind"] == "builtin" and row["name"] not in BUILTINS:
            raise BundleError(f"The bundle needs the finder `{row['name']}`, which this engine ({__version__}) does not have.")


def _hash(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(_dump(body).encode("utf-8", "surrogatepass")).hexdigest()


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 40 else text[:40] + "..."
