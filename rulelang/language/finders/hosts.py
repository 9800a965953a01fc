"""Host names: which are real domains, and the one form in which hosts are compared."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import Any, Final

LABEL: Final = (
    r"0-9A-Za-z_\u00b7\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0300-\u1fff\u200c\u200d\u2d00-\u2dff\u3005-\u3007\u3041-\u309a\u309d-\u30fa"
    r"\u30fc-\u319f\u31f0-\u31ff\u3400-\ud7ff\uf900-\ufdff\ufe70-\ufefc\U00010400-\U0001efff\U00020000-\U0003ffff-"
)
"""The characters of a label, for a class of a regular expression: letters, marks and digits of any script, `_` and `-`."""


@cache
def _unspaced() -> re.Pattern[str]:
    return re.compile(
        r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u3100-\u319f\u31f0-\u31ff\u3400-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff]"
    )


"""Scripts that put no space between a word and a Latin name (Korean only puts none after it)."""

_ASCII_START: Final = re.compile(r"[0-9A-Za-z-]+")
_ASCII_END: Final = re.compile(r"[0-9A-Za-z_.%+-]+\Z")

MOST_LABEL: Final = 63
MOST_HOST: Final = 253

_WORD_DOMAINS_TEXT: Final = (
    "able ac ad ae ai am art as at auto baby band bar be best bet bid bike black blog blue boo book box build "
    "business buy by call cam camp can car care case cash center chat cheap click club coach cool country cruise "
    "dad date day deal deals dev diet direct do dog dot eat email esq events exposed fail faith family fan fans "
    "farm fast film final fire fish fit fly fm foo food foot free frl fun fund fyi game games gay gift gifts glass "
    "global go gold golf green gripe group guide guru hair help here hiv home hot house how id im in ing ink is it "
    "jobs joy kids kim kind la land law lease legal life like limited link live living loan lol love man map market "
    "mba me med meme men menu mo mobile moda moe mom money monster mov movie mu my name navy network new news next "
    "no now off one ong online only open page party pay pet phone photo photos pics pictures pink pizza place play "
    "plus pm poker porn post prime pro promo pub pw quest racing re read red ren rent report rest review reviews "
    "rich rip rocks room run safe sale save sc school science search secure seek select services sex sexy share "
    "shop shopping show site ski smile so soccer social song spot st store stream study style sucks support surf "
    "talk tax team tech theater tips tires to today top toys trade trust university us vacations video vip vote "
    "voting watch way web wed well win wine work works world wow wtf yes you zero zone"
)

# Top-level domains that are ordinary English words: in running text without a space after the full stop (`like it.it is`)
# they need more than their name to be a domain.
_WORD_DOMAINS: Final = frozenset(_WORD_DOMAINS_TEXT.split())

_COMMON_WORDS_TEXT: Final = (
    "a about again all also am an and any anyone anything are around as at away back bad be been before bro but by "
    "can come cool could day dead did do does doing done dont down dude else end enough etc even ever every everyone "
    "everything fine first for from fun game get girl go god going good got great guy guys had haha has hate have "
    "he hello help her here hey hi him his home hope how i idk if im in is it its job just know last later let life "
    "like lmao lol long look lot love man many maybe me mean mine more most much my name need never new next nice "
    "night no nope nothing now of off ok okay old omg on once one only or other our out over people place play "
    "please pls point real really right said same say school see she should sir so some someone something soon "
    "sorry still stop stuff sure take talk team than thank thanks that the their them then there these they thing "
    "things think this those though thx time to today tomorrow tonight too true try two u understand up ur us very "
    "wait want was way we weird well were what when where which who why will win with wonder work world would wow "
    "wrong wtf ya yeah year yep yes yesterday yet you your yours"
)

# Words that commonly end a sentence: before a full stop and one of the above they are a sentence, not a host.
_COMMON_WORDS: Final = frozenset(_COMMON_WORDS_TEXT.split())

# Endings of files that are also top-level domains: `setup.py` is a file.
_FILE_ENDINGS: Final = frozenset(("bat", "cab", "cfd", "md", "mov", "pm", "ps", "py", "rs", "sh", "zip"))

# `10.am`, `1.st`: a number with a full stop before a word.
_AFTER_NUMBERS: Final = frozenset(("am", "as", "at", "by", "do", "in", "is", "it", "me", "my", "no", "pm", "so", "st", "to", "us"))

_CLASSIC_TEXT: Final = "com net org edu gov info biz io co de uk fr ru eu ch nl jp cn br au ca pl se es tv cc gg"
_CLASSIC: Final = frozenset(_CLASSIC_TEXT.split())
"""Endings that people also write with a capital: `Example.Com`."""

_suffixes: Any = None


def _public_suffixes() -> Any:
    # Read on first need: a third of a megabyte that most messages never ask for.
    global _suffixes
    if _suffixes is None:
        from publicsuffixlist import PublicSuffixList

        _suffixes = PublicSuffixList(only_icann=True, accept_unknown=False)
    return _suffixes


@lru_cache(maxsize=4096)
def is_registrable(host: str) -> bool:
    """Whether `host`, in its canonical form, is a name below a public suffix: `example.co.uk` is, `co.uk` and `a.xyzzy` are not."""
    return _public_suffixes().privatesuffix(host) is not None


@lru_cache(maxsize=4096)
def canonical(host: str) -> str:
    """The form in which hosts are compared: lower case, without final dot, labels of other scripts as `xn--...`.

    It is what a browser looks up (the `hostname` of the WHATWG URL standard), so that `BÜCHER.example` and
    `xn--bcher-kva.example` are one host, and a Cyrillic look-alike is another. A text that is no host name comes back
    in lower case.
    """
    host = host.rstrip(".")
    # Punycode takes the square of the length: what is too long for a host is not worth it.
    if host.isascii() or len(host) > MOST_HOST:
        return host.lower()
    labels = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", host).lower()).split(".")
    try:
        return ".".join(
            label if label.isascii() or len(label) > MOST_LABEL else "xn--" + label.encode("punycode").decode("ascii")
            for label in labels
        )
    except UnicodeError:
        return host.lower()


def is_name(host: str) -> bool:
    """Whether `host`, in its canonical form, has the shape of a host name: short enough labels, dashes only inside them."""
    return len(host) <= MOST_HOST and all(
        0 < len(label) <= MOST_LABEL and label[0] != "-" and label[-1] != "-" for label in host.split(".")
    )


def is_spaced(text: str) -> bool:
    """Whether the text is in scripts that put spaces around a Latin word: not in Chinese, Japanese, Korean, Thai."""
    return text.isascii() or _unspaced().search(text) is None


def trim_first(label: str) -> str:
    """The label without the words of a script that puts no space before it: `请看example` is `example`."""
    if is_spaced(label):
        return label
    found = _ASCII_END.search(label)
    return found[0] if found else label


def trim_last(label: str) -> str:
    """The label without the words of a script that puts no space after it: `com에서` is `com`."""
    if is_spaced(label):
        return label
    found = _ASCII_START.match(label)
    return found[0] if found else label


def is_glued_sentence(labels: list[str], firm: bool) -> bool:
    """Whether the labels are rather sentences without a space, a file, or a number: `hello.How`, `like it.it`, `setup.py`.

    `firm`: a path or a port follows, which sentences and files do not have.
    """
    last = labels[-1]
    top = last.lower()
    before = labels[-2]
    if (
        last != top
        and not last.isupper()
        and (top in _WORD_DOMAINS or (len(labels) == 2 and before[-1:].islower() and top not in _CLASSIC))
    ):
        return True
    if firm:
        return False
    if top in _WORD_DOMAINS and before.lower() in _COMMON_WORDS:
        return True
    if before.isdigit() and top in _AFTER_NUMBERS:
        return True
    return len(labels) == 2 and top in _FILE_ENDINGS
