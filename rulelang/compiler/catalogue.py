"""The catalogue of diagnostics: one row a slug, with its severity and what it is about in one sentence.

Each slug has a page of its own in `explain/`, with a wrong and a right example that the tests run.
"""

from __future__ import annotations

from typing import Final

from rulelang.compiler.diagnostics import Severity

_ERRORS: Final = {
    # reading the text
    "syntax-error": "The text is no rule, list or other declaration that the language knows.",
    "unclosed": "A bracket or brace is opened and never closed.",
    "bad-text": "A text literal is not closed, or holds an escape that the language does not know.",
    "bad-template": "A template has a brace without its partner, or a hole that is no expression.",
    "bad-number": "A number, a duration or a per cent is not written as the language wants it.",
    "where-parentheses": "A `where` needs parentheses around its condition.",
    "chained-comparison": "Comparisons do not chain.",
    "reserved-word": "A word that begins an expression is used as a name.",
    # files
    "missing-file": "A file that is named does not exist or can't be read.",
    "bad-encoding": "A file is not UTF-8 text.",
    "outside-folder": "A file is named that lies outside the policy's folder.",
    "circular-use": "Files use each other in a circle.",
    "misplaced-declaration": "Settings or tests stand in a file that is brought in with `use`.",
    # names
    "unknown-name": "A name is used that nothing declares.",
    "unknown-rule": "A rule is named that the policy does not have.",
    "unknown-function": "A function is called that the language does not have.",
    "unknown-field": "A match is asked for a field that its finder does not have.",
    "unknown-setting": "A setting is named that the language does not have.",
    "unknown-property": "A property is named that rules and groups do not have.",
    "duplicate-name": "Two declarations have the same name.",
    "duplicate-settings": "A policy has more than one `settings` block, or a setting is given twice.",
    "duplicate-property": "A property, a `when` or an `unless` is given twice.",
    "circular-let": "A `let` depends on itself.",
    "circular-rules": "Rules depend on each other in a circle through `matched` and `hits of`.",
    # types and arguments
    "type-mismatch": "A value stands where one of another type is needed.",
    "wrong-arguments": "A function is called with the wrong number or type of arguments.",
    "not-a-finder": "Something that finds nothing stands where a finder is needed.",
    "misplaced-finder": "A finder stands where a value is needed.",
    "contains-list": "`contains` is used with a list.",
    "wildcard-in-list": "`in` is used with a list whose entries hold `*`.",
    "dashed-key": "A key with a dash is written after a dot.",
    "not-writable": "An action changes something that can't be changed.",
    "not-editable": "A span edit is asked for where there is no text to edit.",
    "bad-setting": "A setting has a value that it can't have.",
    "bad-property": "A property has a value that it can't have.",
    "bad-argument": "An action has an argument that it can't have.",
    "bad-regex": "A regular expression can't be compiled, or is too large.",
    "unsupported-boundary": "`\\b`, `^` or `$` stands where its Unicode meaning can't be kept.",
    "bad-entry": "An entry of a list is no entry that it can hold.",
    "bad-test": "A test mixes `given` with `send`, expects nothing, or gives a message that can't be.",
}

_WARNINGS: Final = {
    "unused-name": "A list, words, pattern or let is declared and never used.",
    "hidden-builtin": "A name of the policy hides a built-in of that name.",
    "duplicate-rule": "Two rules have the same condition and the same actions.",
    "duplicate-entry": "An entry stands in a list twice.",
    "constant-condition": "A condition is true, or never true, for every message.",
    "negated-missing": "A negation rests on a path that may be missing, where it is neither true nor false.",
    "forgeable-exemption": "An exemption rests on something that the sender's client decides.",
    "covered-entry": "Another entry of the same list already catches what this entry catches.",
    "impossible-entry": "An entry can never match, once it is folded.",
    "idle-exception": "An `except` excepts nothing that an entry would catch.",
    "risky-entry": "An entry is so short or so common that it will catch innocents.",
    "empty-match": "A pattern can match the empty text, which never counts as a match.",
    "no-literal": "A pattern has no literal text to find it by.",
    "conflicting-set": "Two rules that can both fire set the same path; the earlier wins.",
    "set-reads-content": "A rule sets `content` from `content`: what other rules mask would come back.",
    "live-in-shadow": "A rule says `mode: live` inside a group that is shadow or off.",
    "rests-on-shadow": "A live rule rests on a rule that is shadow or off.",
    "label-without-matched": "A `label` or `report` rests on `hits of` a rule without `matched`: it fires on every later message.",
    "untested-rule": "No test says anything about a rule.",
    "bad-allow": "An `# allow:` comment names no warning, or gives no reason.",
    "unused-allow": "An `# allow:` comment suppresses nothing.",
}

CATALOGUE: Final[dict[str, tuple[Severity, str]]] = {
    **{slug: (Severity.ERROR, sentence) for slug, sentence in _ERRORS.items()},
    **{slug: (Severity.WARNING, sentence) for slug, sentence in _WARNINGS.items()},
}


def severity(slug: str) -> Severity:
    """The severity of a slug."""
    return CATALOGUE[slug][0]
