"""From text to tokens and comments."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

END: Final = "$END"
"""The type of the token after the last one."""

BAD: Final = "BAD"
"""The type of a piece of text that is no token of the language."""


@dataclass(slots=True, eq=False)
class Token:
    """A token: its type as the grammar names it, its text, and the code points it takes in the source.

    `is_word`: it has the shape of a name, so that it may stand for one even where `type` is a keyword.
    """

    type: str
    text: str
    start: int
    end: int
    is_word: bool = False


_NEVER: Final = r"//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/|/\*|[=!]==|<>|=>|=<|&&?|\|\|?"
"""Comments and operators of other languages."""

_BAD: Final = re.compile(
    r"""
      "(?:[^"\\\n]|\\.)*\\?                  # a text without its closing quote
    | '(?:[^'\\\n]|\\.)*'                    # single quotes
    | [“”„«](?:[^“”»"\\\n]|\\.)*[“”»"]       # the quotes of a word processor
    | !
    | [0-9][A-Za-z0-9_%]*(?:\.[0-9][A-Za-z0-9_%]*)*
    | [^\W\d]\w*
    | [^\w\s"'#{}\[\](),.:+*/<>=!&|-]+
    | .
    """,
    re.VERBOSE | re.DOTALL,
)
_BAD_REGEX: Final = re.compile(r"/(?:[^/\\\n]|\\.)*/?[A-Za-z]*")


class Lexer:
    """Reads the tokens of texts.

    `keywords` and `symbols` give the type of a word or of punctuation, `patterns` the shape of every other type.
    """

    def __init__(self, keywords: dict[str, str], symbols: dict[str, str], patterns: dict[str, str]) -> None:
        shapes = [f"(?P<{name}>{patterns[name]})" for name in ("NAME", "TEXT", "COMMENT", "DURATION", "PERCENT", "NUMBER")]
        spelled = "|".join(re.escape(text) for text in sorted(symbols, key=len, reverse=True))
        shapes += [f"(?P<{BAD}>{_NEVER})", f"(?P<SYMBOL>{spelled})"]
        # A word that goes on in letters the language does not know is no word of it.
        shapes[0] += r"(?!\w)"
        space = f"(?:{patterns['SPACE']})?"
        self._next = re.compile(space + f"(?:{'|'.join(shapes)})").match
        self._next_regex = re.compile(space + f"(?P<REGEX>{patterns['REGEX']})").match
        self._skip_space = re.compile(space).match
        self._keywords = keywords
        self._symbols = symbols

    def reading(self, text: str, start: int = 0) -> Reading:
        """Begins to read a text at an offset."""
        return Reading(self, text, start)


class Reading:
    """One text being read: `tokens` and `comments` are those met so far."""

    def __init__(self, lexer: Lexer, text: str, start: int) -> None:
        self.tokens: list[Token] = []
        self.comments: list[Token] = []
        self._lexer = lexer
        self._text = text
        self._offset = start + 1 if start == 0 and text.startswith("\ufeff") else start

    def read(self, regex_wanted: bool) -> Token:
        """The next token. A slash begins a regular expression where one is wanted, and divides elsewhere."""
        token = self._read(regex_wanted)
        self.tokens.append(token)
        return token

    def rest(self) -> None:
        """Reads on to the end, without a grammar that says where a regular expression is wanted."""
        tokens = self.tokens
        while not tokens or tokens[-1].type != END:
            self.read(_regex_is_likely(tokens))

    def _read(self, regex_wanted: bool) -> Token:
        lexer, text = self._lexer, self._text
        while True:
            match = lexer._next_regex(text, self._offset) if regex_wanted else None
            match = match or lexer._next(text, self._offset)
            if match is None:
                return self._bad(regex_wanted)
            kind = match.lastgroup
            start, end = match.span(kind)  # type: ignore[arg-type]
            self._offset = end
            piece = text[start:end]
            if kind == "NAME":
                return Token(lexer._keywords.get(piece, kind), piece, start, end, True)
            if kind == "SYMBOL":
                if regex_wanted and piece == "/":
                    self._offset = start
                    return self._bad(regex_wanted)
                return Token(lexer._symbols[piece], piece, start, end)
            if kind != "COMMENT":
                return Token(kind, piece, start, end)  # type: ignore[arg-type]
            self.comments.append(Token(kind, piece, start, end))

    def _bad(self, regex_wanted: bool) -> Token:
        """What is no token: the end of the text, or the longest piece that can be talked about as one mistake."""
        text = self._text
        start = self._lexer._skip_space(text, self._offset).end()  # type: ignore[union-attr]
        if start == len(text):
            self._offset = start
            return Token(END, "", start, start)
        match = (_BAD_REGEX.match(text, start) if regex_wanted else None) or _BAD.match(text, start)
        assert match is not None
        end = match.end()
        if text[start] in '"/' and end < len(text) and text[end] == "\n":
            # Of what stands before the line's end, closing brackets hardly belong to the text.
            end = start + max(1, len(text[start:end].rstrip(" \t\r,)]}")))
        self._offset = end
        return Token(BAD, text[start:end], start, end)


def _regex_is_likely(tokens: list[Token]) -> bool:
    if not tokens:
        return False
    last = tokens[-1]
    if last.type == "MATCHES":
        return len(tokens) == 1 or tokens[-2].text != "."
    return last.text == "=" or any(token.type == "PATTERN" for token in tokens[-3:])
