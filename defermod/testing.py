"""Test helpers for the author of a rule: tables of before and after, and programs that are run.

    class TestRangeInt(RuleTests):
        rule = RangeInt()
        goldens = Path(__file__).parent / "goldens"
        cases = (
            Case("counts", BEFORE, AFTER),
            Case("changes the limit", CODE, refused=("limit-changes",)),
        )

With pytest this is one test per case and golden.  Everything that ``defermod run`` does is done here, too: Go is asked
for types where the rule asks for them, gofmt and ``go vet`` see the result, and a second run must change nothing.
"""

from __future__ import annotations

import subprocess
import tempfile
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from defermod.codemod import Rule
from defermod.model import FileResult, Finding, Fix, Refusal, Status

_MODULE = "module example.com/case\n\ngo {}\n"


@dataclass(frozen=True)
class Case:
    """One text before and after the rule."""

    name: str
    before: str
    """A Go file, or what follows the package clause; common indentation is taken away."""
    after: str | None = None
    """The text afterwards; None: it must come through unchanged."""
    refused: tuple[str, ...] = ()
    """The codes of the refusals, in the order of their places."""
    unsafe: tuple[str, ...] = ()
    """The codes of the hazards of fixes that are not proven, in order; such fixes are not applied."""
    unsafe_fixes: bool = False
    """Apply these as well."""
    options: Mapping[str, bool | int | str] | None = None
    """The rule's own, by name."""
    go: str = "1.22"
    """The language version of the module."""
    package: Mapping[str, str] | None = None
    """The other files of the package, by name; ``before`` is in ``case.go``."""
    package_after: Mapping[str, str] | None = None
    """The texts afterwards of those that change."""


@dataclass(frozen=True)
class Outcome:
    """The result of a run, as far as a test may ask."""

    text: str
    findings: tuple[Finding, ...]
    complaints: tuple[str, ...]
    """The problems of the run."""
    package: Mapping[str, str] = field(default_factory=dict)
    """The texts of the other files of the package, by name."""

    @property
    def refused(self) -> tuple[str, ...]:
        return tuple(f.outcome.code for f in self.findings if isinstance(f.outcome, Refusal))

    @property
    def unsafe(self) -> tuple[str, ...]:
        fixes = [f.outcome for f in self.findings if isinstance(f.outcome, Fix)]
        return tuple(dict.fromkeys(hazard.code for fix in fixes for hazard in fix.hazards))


def source(text: str) -> str:
    """The Go file that a case means: dedented, with a package clause."""
    text = textwrap.dedent(text).strip("\n") + "\n"
    return text if text.startswith("package ") or "\npackage " in text else f"package p\n\n{text}"


def run_rule(
    rule: Rule,
    text: str,
    *,
    unsafe_fixes: bool = False,
    options: Mapping[str, bool | int | str] | None = None,
    go: str = "1.22",
    package: Mapping[str, str] | None = None,
) -> Outcome:
    """Run the rule in a module of its own, and have gofmt and ``go vet`` see the result.

    The module is the one file, or that as ``case.go`` with the other files of its ``package``, by name.
    """
    files = {"case.go": text, **(package or {})}
    return _outcomes(rule, [files], unsafe_fixes=unsafe_fixes, options=options or {}, go=go)[0]


def _outcomes(
    rule: Rule,
    packages: Sequence[Mapping[str, str]],
    *,
    unsafe_fixes: bool,
    options: Mapping[str, bool | int | str],
    go: str,
) -> list[Outcome]:
    """Run the rule once, on packages of one module, each with a ``case.go``."""
    from defermod.config import Settings
    from defermod.engine.registry import registered
    from defermod.pipeline.request import Mode, Request
    from defermod.pipeline.run import run

    given = tuple(sorted((f"{rule.rule}.{name}", value) for name, value in options.items()))
    with tempfile.TemporaryDirectory(prefix="defermod-test-") as folder, registered(rule) as name:
        root = Path(folder).resolve()
        (root / "go.mod").write_text(_MODULE.format(go))
        texts = {
            root / f"case{number}" / file: text for number, files in enumerate(packages) for file, text in files.items()
        }
        for path, text in texts.items():
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(text.encode())
        settings = Settings(select=(name,), unsafe_fixes=unsafe_fixes, rule_options=given, jobs=1, cache=False)
        result = run(Request(Mode.FIX, tuple(map(str, texts)), settings))
        by_path = {file.path: file for file in result.files}
        results = {
            path: by_path.get(str(path), FileResult(str(path), t.encode(), t.encode())) for path, t in texts.items()
        }
    general = tuple(problem.message for problem in result.problems if problem.fatal)
    outcomes = []
    for number, files in enumerate(packages):
        own = {file: results[root / f"case{number}" / file] for file in files}
        findings = tuple(finding for one in own.values() for finding in one.findings)
        complaints = tuple(problem.message for one in own.values() for problem in one.problems if problem.fatal)
        after = {file: one.after.decode() for file, one in own.items()}
        outcomes.append(Outcome(after.pop("case.go"), findings, general + complaints, after))
    return outcomes


def check_case(rule: Rule, case: Case) -> None:
    """Raise AssertionError unless the rule does with the case what the case says."""
    _check(case, *_run_cases(rule, [case])[0])


def _run_cases(rule: Rule, cases: Sequence[Case]) -> list[tuple[Outcome, Outcome]]:
    """Return the outcomes of a first and a second run for each case; cases with the same settings share a run."""
    groups: dict[tuple[object, ...], list[int]] = {}
    for number, case in enumerate(cases):
        key = (case.unsafe_fixes, case.go, *sorted((case.options or {}).items()))
        groups.setdefault(key, []).append(number)
    both: dict[int, tuple[Outcome, Outcome]] = {}
    for numbers in groups.values():
        case = cases[numbers[0]]
        given: dict[str, Any] = {"unsafe_fixes": case.unsafe_fixes, "options": case.options or {}, "go": case.go}
        before = [_files(cases[number]) for number in numbers]
        first = _outcomes(rule, before, **given)
        after = [{"case.go": outcome.text, **outcome.package} for outcome in first]
        changed = [at for at, files in enumerate(after) if files != before[at]]
        second = (
            dict(zip(changed, _outcomes(rule, [after[at] for at in changed], **given), strict=True)) if changed else {}
        )
        both |= {number: (first[at], second.get(at, first[at])) for at, number in enumerate(numbers)}
    return [both[number] for number in range(len(cases))]


def _files(case: Case) -> dict[str, str]:
    """The files of the case's package, ``case.go`` first."""
    return {"case.go": source(case.before), **{name: source(text) for name, text in (case.package or {}).items()}}


def _check(case: Case, outcome: Outcome, again: Outcome) -> None:
    """Raise AssertionError unless the outcome is the case's, and the second run's is the first's."""
    wanted = _files(case) | {name: source(text) for name, text in (case.package_after or {}).items()}
    if case.after is not None:
        wanted["case.go"] = source(case.after)
    assert not outcome.complaints, f"{case.name}: {'; '.join(outcome.complaints)}"
    rejected = [f.message for f in outcome.findings if f.status is Status.REJECTED]
    assert not rejected, f"{case.name}: gofmt or go vet rejects a fix: {rejected}"
    after = {"case.go": outcome.text, **outcome.package}
    for name, text in after.items():
        assert text == wanted[name], f"{case.name}, {name}:\n{_difference(wanted[name], text)}"
    assert outcome.refused == case.refused, f"{case.name}: refused {outcome.refused}, not {case.refused}"
    assert outcome.unsafe == case.unsafe, f"{case.name}: unsafe by {outcome.unsafe}, not {case.unsafe}"
    for name, twice in {"case.go": again.text, **again.package}.items():
        once = after[name]
        assert twice == once, f"{case.name}, {name}: a second run changes it again:\n{_difference(once, twice)}"


def check_golden(rule: Rule, folder: Path, *, unsafe_fixes: bool = False) -> None:
    """Raise AssertionError unless ``input.go`` becomes ``output.go``, and both programs do the same when run.

    Both are ``package main``; compared are what they print and their exit status.  Without an ``output.go`` the
    input must come through unchanged.
    """
    before = (folder / "input.go").read_text("utf-8")
    output = folder / "output.go"
    after = output.read_text("utf-8") if output.exists() else None
    outcome = run_rule(rule, before, unsafe_fixes=unsafe_fixes)
    assert not outcome.complaints, f"{folder.name}: {'; '.join(outcome.complaints)}"
    assert outcome.text == (after or before), f"{folder.name}:\n{_difference(after or before, outcome.text)}"
    if after is not None:
        traces = [_trace(text) for text in (before, after)]
        assert traces[0] == traces[1], f"{folder.name}: before {traces[0]}, after {traces[1]}"


def _trace(program: str) -> tuple[int, str, str]:
    """The exit status of a program, and what it printed on stdout and stderr."""
    from defermod.toolchain.go import find_go

    go = find_go()
    assert go is not None, "no go command was found"
    with tempfile.TemporaryDirectory(prefix="defermod-golden-") as folder:
        Path(folder, "go.mod").write_text(_MODULE.format("1.22"))
        Path(folder, "main.go").write_text(program, "utf-8")
        binary = Path(folder, "program.exe")
        built = go.run(["build", "-o", str(binary), "."], cwd=Path(folder))
        assert not built.code, f"it does not build: {built.complaint}"
        done = subprocess.run([binary], cwd=folder, capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout, done.stderr.split("\ngoroutine ", 1)[0]


def _difference(wanted: str, made: str) -> str:
    from difflib import unified_diff

    lines = unified_diff(wanted.splitlines(), made.splitlines(), "expected", "rule", lineterm="")
    return "\n".join(lines)


class RuleTests:
    """Subclass it in a test file, with ``rule`` and ``cases``, ``goldens`` or both: each becomes a test.

    The cases run together, before the first of them is looked at: Go is asked once for all that share their settings.
    """

    rule: ClassVar[Rule]
    cases: ClassVar[tuple[Case, ...]] = ()
    goldens: ClassVar[Path | None] = None
    """A folder with a folder for each program: ``input.go`` and ``output.go``."""

    _runs: ClassVar[list[tuple[Outcome, Outcome]]] = []
    """The outcomes of a first and a second run by case; empty until a test asks for one."""

    def __init_subclass__(cls) -> None:
        cls._runs = []
        for number, case in enumerate(cls.cases):
            setattr(cls, f"test_{_identifier(case.name)}", _case_test(number))
        for folder in sorted(cls.goldens.iterdir()) if cls.goldens is not None else ():
            if (folder / "input.go").exists():
                setattr(cls, f"test_golden_{_identifier(folder.name)}", _golden_test(folder))


def _identifier(name: str) -> str:
    return "".join(letter if letter.isalnum() else "_" for letter in name)


def _case_test(number: int) -> Any:
    def test(self: RuleTests) -> None:
        kind = type(self)
        if not kind._runs:
            kind._runs = _run_cases(self.rule, self.cases)
        _check(self.cases[number], *kind._runs[number])

    return test


def _golden_test(folder: Path) -> Any:
    def test(self: RuleTests) -> None:
        check_golden(self.rule, folder)

    return test


__all__ = ["Case", "Outcome", "RuleTests", "check_case", "check_golden", "run_rule", "source"]
