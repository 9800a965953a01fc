"""`rulelang test`: the tests that stand beside the rules."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

import click

from rulelang.tools.cli import wants_color
from rulelang.tools.outcome import Exit
from rulelang.tools.output import opened, output_option

if TYPE_CHECKING:
    from rulelang.tools.spec import Coverage, TestResult


@dataclass(frozen=True, slots=True)
class _Suite:
    """The tests of one PATH."""

    path: str
    results: list[TestResult]
    coverage: Coverage


@click.command("test")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option("-k", "select", metavar="TEXT", help="Run only the tests whose name contains TEXT.")
@click.option("--coverage", is_flag=True, help="Show which rules fired, which outcomes were seen, which list entries were tried.")
@click.option("--format", type=click.Choice(["full", "concise", "json", "junit"]), default="full", help="How to print the results.")
@output_option
def command(paths: tuple[str, ...], select: str | None, coverage: bool, format: str, output: str | None) -> int:
    """Run the tests that stand beside the rules: each PATH is a `.rules` file or a folder of them.

    Exit code 0: all passed; 1: a test failed; 2: there was none to run; 3: rules do not compile.
    """
    started = time.perf_counter()
    suites = [_run(path, select) for path in paths]
    seconds = time.perf_counter() - started
    results = [result for suite in suites for result in suite.results]
    with opened(output) as stream:
        if format == "junit":
            stream.write(_junit(suites, seconds))
        elif format == "json":
            stream.write(json.dumps([_as_data(suite, coverage) for suite in suites], ensure_ascii=False, indent=2) + "\n")
        else:
            _print(stream, suites, format == "full", output is None and wants_color(sys.stdout.isatty()))
            if coverage:
                for suite in suites:
                    _print_coverage(stream, suite, len(suites) > 1)
            stream.write(_summary(results, seconds))
    if not results:
        sys.stderr.write("rulelang: there is no test to run" + (f" whose name contains {select!r}\n" if select else "\n"))
        return Exit.USAGE
    return Exit.FINE if all(result.passed for result in results) else Exit.FOUND


def _run(path: str, select: str | None) -> _Suite:
    from rulelang.compiler.pipeline import compile_policy
    from rulelang.tools import policies
    from rulelang.tools.spec import Coverage, run_tests

    found = policies.checked(policies.existing(path))
    if found.has_errors or found.policy is None:
        policies.compiled(policies.existing(path), wants_color(sys.stderr.isatty()))
    assert found.policy is not None
    body = compile_policy(found)["body"]
    tests = [test for test in found.policy.tests if select is None or select.lower() in test.name.value.lower()]
    coverage = Coverage()
    return _Suite(path, run_tests(tests, body, coverage), coverage)


def _print(stream: IO[str], suites: list[_Suite], full: bool, color: bool) -> None:
    green, red, plain = ("\x1b[32m", "\x1b[31m", "\x1b[0m") if color else ("", "", "")
    for suite in suites:
        if len(suites) > 1 and full:
            stream.write(f"{suite.path}\n")
        for result in suite.results:
            if result.passed and full:
                stream.write(f"{green}ok{plain}    {result.name}\n")
            elif not result.passed:
                stream.write(f"{red}FAIL{plain}  {result.name}\n")
                for failure in result.failures:
                    place = f"{failure.span.source.name}:{failure.span.line}"
                    stream.write(f"      {place}: {' '.join(failure.span.text.split())}\n        but {failure.text}\n")


def _summary(results: list[TestResult], seconds: float) -> str:
    passed = sum(result.passed for result in results)
    return f"{passed} passed, {len(results) - passed} failed in {seconds:.2f} s\n"


def _print_coverage(stream: IO[str], suite: _Suite, named: bool) -> None:
    coverage = suite.coverage
    stream.write(f"\ncoverage of {suite.path}\n" if named else "\ncoverage\n")
    never = [name for name, count in coverage.fired.items() if not count]
    stream.write(f"  rules that fired: {len(coverage.fired) - len(never)} of {len(coverage.fired)}\n")
    for name in never:
        stream.write(f"    never fired: {name}\n")
    seen = ", ".join(f"{outcome} {count}" for outcome, count in coverage.outcomes.items() if count)
    stream.write(f"  outcomes seen: {seen or 'none'}\n")
    for outcome, count in coverage.outcomes.items():
        if not count:
            stream.write(f"    never seen: {outcome}\n")
    for name, entries in coverage.entries.items():
        tried = sum(count > 0 for count in entries.values())
        stream.write(f"  entries of {name} that matched: {tried} of {len(entries)}\n")
        untried = [entry for entry, count in entries.items() if not count]
        for start in range(0, min(len(untried), 40), 8):
            stream.write("    never: " + ", ".join(untried[start : start + 8]) + "\n")
        if len(untried) > 40:
            stream.write(f"    and {len(untried) - 40} more (all of them with --format json)\n")


def _as_data(suite: _Suite, coverage: bool) -> dict[str, Any]:
    data: dict[str, Any] = {
        "path": suite.path,
        "tests": [
            {
                "name": result.name,
                "file": result.span.source.name,
                "line": result.span.line,
                "passed": result.passed,
                "seconds": round(result.seconds, 6),
                "failures": [
                    {"line": failure.span.line, "expected": " ".join(failure.span.text.split()), "text": failure.text}
                    for failure in result.failures
                ],
            }
            for result in suite.results
        ],
    }
    if coverage:
        found = suite.coverage
        data["coverage"] = {"fired": found.fired, "outcomes": found.outcomes, "entries": found.entries}
    return data


def _junit(suites: list[_Suite], seconds: float) -> str:
    """The JUnit XML that CI systems read: a suite a PATH, a case a test."""
    from xml.etree import ElementTree as Tree

    root = Tree.Element("testsuites", name="rulelang", time=f"{seconds:.3f}")
    for suite in suites:
        failed = sum(not result.passed for result in suite.results)
        time_ = sum(result.seconds for result in suite.results)
        element = Tree.SubElement(
            root,
            "testsuite",
            name=suite.path,
            tests=str(len(suite.results)),
            failures=str(failed),
            errors="0",
            skipped="0",
            time=f"{time_:.3f}",
        )
        for result in suite.results:
            case = Tree.SubElement(
                element,
                "testcase",
                name=_printable(result.name),
                classname=_printable(result.span.source.name),
                file=_printable(result.span.source.name),
                line=str(result.span.line),
                time=f"{result.seconds:.3f}",
            )
            if not result.passed:
                text = "\n".join(
                    f"line {failure.span.line}: {failure.span.text}\nbut {failure.text}" for failure in result.failures
                )
                failure = Tree.SubElement(case, "failure", message=_printable(result.failures[0].text))
                failure.text = _printable(text)
    Tree.indent(root)
    return "<?xml version='1.0' encoding='utf-8'?>\n" + Tree.tostring(root, encoding="unicode") + "\n"


def _printable(text: str) -> str:
    """The text without what XML 1.0 can't hold."""
    return "".join(char if _is_xml(char) else "\ufffd" for char in text)


def _is_xml(char: str) -> bool:
    return char in "\t\n" or " " <= char <= "\ud7ff" or "\ue000" <= char <= "\ufffd" or char >= "\U00010000"
