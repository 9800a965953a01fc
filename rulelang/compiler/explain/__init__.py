"""The pages of the diagnostics, one Markdown file a slug: what it means, a wrong example, and how it is put right."""

from __future__ import annotations

from difflib import get_close_matches
from importlib.resources import files

from rulelang.compiler.catalogue import CATALOGUE


class UnknownSlug(Exception):  # noqa: N818 - what the user got wrong, not an error of ours
    """A slug that the catalogue does not have; the message is one sentence for the user."""


def page(slug: str) -> str:
    """The page of a slug, as Markdown. Raises UnknownSlug where there is no such diagnostic."""
    if slug not in CATALOGUE:
        close = get_close_matches(slug, CATALOGUE, n=1)
        hint = f"; did you mean `{close[0]}`?" if close else "; `rulelang explain` without a slug lists them all"
        raise UnknownSlug(f"there is no diagnostic `{slug}`{hint}")
    return (files(__name__) / f"{slug}.md").read_text(encoding="utf-8")
