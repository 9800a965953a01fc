"""The benchmarks measure what they say: the same work, done rightly by both sides; no time is asserted."""

from __future__ import annotations

from pathlib import Path

from benchmarks import check as check_benchmark
from benchmarks import naive
from benchmarks.dry_run import in_process
from benchmarks.workload import make_rules, source, write_messages
from rulelang.compiler.pipeline import check, compile_policy
from rulelang.runtime.program import load


def test_the_naive_way_comes_to_the_same_outcomes(tmp_path: Path) -> None:
    policy, messages, target = tmp_path / "policy.rules", tmp_path / "messages.jsonl", tmp_path / "out.jsonl"
    rules = make_rules(100, seed=3)
    policy.write_text(source(rules), encoding="utf-8")
    write_messages(messages, 1_000, rules, seed=3)
    program = load(compile_policy(check(policy))["body"])
    outcomes = in_process(program, messages, target, trace=True)
    assert set(outcomes) == {"unchanged", "update", "deny"}
    assert naive.run(rules, messages, target) == outcomes


def test_the_policy_that_is_checked_has_no_errors(tmp_path: Path) -> None:
    policy = tmp_path / "policy.rules"
    assert check_benchmark.write_policy(policy, 500, seed=3) >= 500
    assert not check(policy).has_errors
