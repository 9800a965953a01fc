"""Grapheme clusters against the `regex` module's `\\X`."""

from __future__ import annotations

import itertools
import random

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from rulelang.language import graphemes

CLUSTER = regex.compile(r"\X")

AWKWARD = (
    "ae\u0301\u0308\u200d\u200c\u200b\r\n\t👍🏽👩👧🇩🇪🇫\ufe0f\u20e3#1한\u1100\u1161\u11a8각가กำนี่ा्क्षि\u0600\u3099かｶﾞ\U000e0067🏴©"
)


@pytest.mark.parametrize(
    ("text", "clusters"),
    [
        ("", []),
        ("abc", ["a", "b", "c"]),
        ("a\r\nb", ["a", "\r\n", "b"]),
        ("e\u0301!", ["e\u0301", "!"]),
        ("👨‍👩‍👧👍🏽🇩🇪🇫🇷", ["👨‍👩‍👧", "👍🏽", "🇩🇪", "🇫🇷"]),
        ("각\u1100\u1161\u11a8", ["각", "\u1100\u1161\u11a8"]),
        ("नमस्ते", ["न", "म", "स्ते"]),
    ],
)
def test_clusters(text: str, clusters: list[str]) -> None:
    assert graphemes.split(text) == clusters
    assert graphemes.count(text) == len(clusters)


def test_every_simple_code_point_is_a_cluster_beside_itself_and_a_letter() -> None:
    wrong = []
    for code in range(0x110000):
        char = chr(code)
        if graphemes.is_simple(char) and len(CLUSTER.findall(f"a{char}{char}가{char}👍{char}")) != 7:
            wrong.append(hex(code))
    assert wrong == []


def test_simple_code_points_are_clusters_beside_each_other() -> None:
    simple = [chr(code) for code in range(0x110000) if graphemes.is_simple(chr(code))]
    seed = random.randrange(1 << 32)
    chosen = "".join(random.Random(seed).choices(simple, k=60_000))
    assert CLUSTER.findall(chosen) == list(chosen), f"seed {seed}"


@given(st.text(st.sampled_from(AWKWARD) | st.characters(), max_size=30))
@settings(max_examples=300)
def test_agrees_with_the_reference(text: str) -> None:
    clusters = CLUSTER.findall(text)
    assert graphemes.split(text) == clusters
    assert graphemes.count(text) == len(clusters)
    offsets = graphemes.boundaries(text)
    assert [text[start:end] for start, end in itertools.pairwise(offsets)] == clusters
    assert offsets[-1] == len(text)


@given(st.text(st.sampled_from(AWKWARD), max_size=30), st.integers(0, 30))
def test_cut_ends_on_a_boundary(text: str, most: int) -> None:
    kept = graphemes.cut(text, most)
    assert text.startswith(kept)
    assert len(kept) <= most
    assert len(kept) in graphemes.boundaries(text) or kept == ""
    following = [offset for offset in graphemes.boundaries(text) if offset > len(kept)]
    assert not following or following[0] > most
