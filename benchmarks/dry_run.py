"""Messages a second of `rulelang dry-run` on one core: `python -m benchmarks.dry_run`.

The floor decodes and encodes each line and does no more. The naive way is a compiled `re` for each rule, tried one by one, with
the standard library alone. The command is run as people run it, from rules to a file of JSON lines; its start and the compilation
are in its figure. What is counted is the processor's time, so that a busy machine disturbs little; each way is run in turns, and
its best run counts.
"""

from __future__ import annotations

import argparse
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import msgspec

from benchmarks import naive
from benchmarks.workload import make_rules, source, write_messages
from rulelang.compiler.pipeline import check, compile_policy
from rulelang.compiler.render import render
from rulelang.runtime.program import Program, load
from rulelang.runtime.state import open_store
from rulelang.tools.dry_run import Totals, Tried, as_line, dry_run
from rulelang.tools.messages import read_messages

WANTED = 20_000
"""Messages a second that the command is to reach."""

Way = Callable[[], Counter[str]]


def floor(messages: Path, target: Path) -> Counter[str]:
    """Each line decoded and encoded again."""
    decode, encode = msgspec.json.Decoder().decode, msgspec.json.Encoder().encode
    with messages.open("rb") as lines, target.open("wb") as out:
        for line in lines:
            out.write(encode(decode(line)) + b"\n")
    return Counter()


def in_process(program: Program, messages: Path, target: Path, trace: bool) -> Counter[str]:
    """What the command does once it has a program."""
    totals = Totals()
    with messages.open("rb") as lines, target.open("w", encoding="utf-8") as out:
        for tried in dry_run(program, open_store("memory:"), read_messages(lines), trace=trace):
            assert isinstance(tried, Tried), tried
            totals.count(tried)
            out.write(as_line(tried) + "\n")
    return totals.outcomes


def command(policy: Path, messages: Path, target: Path) -> Counter[str]:
    """The command in a process of its own."""
    arguments = ["dry-run", str(policy), str(messages), "--format", "json", "--output", str(target)]
    subprocess.run([sys.executable, "-c", "from rulelang.tools.cli import main; main()", *arguments], check=True)
    return Counter()


def processor_time() -> float:
    """Seconds of processor time of this process and of those that it has waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--rules", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        policy, messages, target = folder / "policy.rules", folder / "messages.jsonl", folder / "out.jsonl"
        rules = make_rules(options.rules, options.seed)
        policy.write_text(source(rules), encoding="utf-8")
        write_messages(messages, options.messages, rules, options.seed)
        size = messages.stat().st_size / options.messages
        checked = check(policy)
        assert not checked.has_errors, render(checked.diagnostics, "concise")
        program = load(compile_policy(checked)["body"])
        ways: dict[str, Way] = {
            "floor: decode and encode": lambda: floor(messages, target),
            "dry-run, no trace": lambda: in_process(program, messages, target, False),
            "dry-run, trace": lambda: in_process(program, messages, target, True),
            "rulelang dry-run, command": lambda: command(policy, messages, target),
            "naive: one `re` a rule": lambda: naive.run(rules, messages, target),
        }
        seconds: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
        outcomes = {}
        for number in range(options.runs):
            for way, run in ways.items():
                if way.startswith("naive") and number:
                    continue
                began, used = time.perf_counter(), processor_time()
                outcomes[way] = run()
                seconds[way].append((processor_time() - used, time.perf_counter() - began))
    ours, theirs = outcomes["dry-run, trace"], outcomes["naive: one `re` a rule"]
    assert ours == theirs, f"the naive way decides otherwise: {theirs} instead of {ours}"
    packages = ", ".join(f"{package} {version(package)}" for package in ("ahocorasick_rs", "google-re2", "msgspec"))
    print(f"Python {platform.python_version()}, {packages}; seed {options.seed}")
    print(f"{options.messages:,} messages of {size:.0f} bytes, {options.rules} rules: {dict(ours)}\n")
    print(f"| {'way':<25} | messages a second | µs each | times the floor | wall, s |")
    print(f"| {'-' * 25} | ----------------: | ------: | --------------: | ------: |")
    best = {way: min(runs) for way, runs in seconds.items()}
    least = best["floor: decode and encode"][0]
    for way, (used, wall) in best.items():
        rate, each = options.messages / used, used / options.messages * 1e6
        print(f"| {way:<25} | {rate:>17,.0f} | {each:>7.1f} | {used / least:>15.1f} | {wall:>7.1f} |")
    rate = options.messages / best["rulelang dry-run, command"][0]
    print(f"\n{WANTED:,} messages a second are wanted of the command: {'reached' if rate >= WANTED else 'MISSED'}")
    return 0 if rate >= WANTED else 1


if __name__ == "__main__":
    raise SystemExit(main())
