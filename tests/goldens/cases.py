"""The cases under ``golden/<transform>/<case>/``: what ``case.toml`` may say, and whether findings agree with it."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from defermod.model import FileResult, Finding, Options, Safety, Severity, Status
from tests.goldens.relation import Relation
from tests.support_rules import HotEvidence, with_rules

ROOT = Path(__file__).resolve().parents[2] / "golden"
UNCHANGED = "unchanged"
"""The relation of a case that has no output: the input must come through as it is."""

_CASE_KEYS = frozenset(
    {"title", "relation", "go", "unsafe-fixes", "hot", "wide", "loop-style", "test-style", "release-style", "finding"}
)
_RULES = {"loop-closure": "defer-in-loop", "explicit-call": "hot-defer", "narrow-scope": "wide-defer"}
"""The rules whose rewrite has a name of its own."""
_FINDING_KEYS = frozenset({"line", "status", "safety", "refusal", "severity"})


class CaseError(ValueError):
    """A ``case.toml`` that says something it may not say."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """One ``[[finding]]``.  Where the contract leaves a choice, several values are allowed."""

    line: int
    status: tuple[Status, ...]
    safety: tuple[Safety, ...]
    refusal: tuple[str, ...]
    severity: Severity

    def complaints(self, finding: Finding) -> Iterable[str]:
        """In what ``finding``, which stands on this line, is not what is expected."""
        if finding.status not in self.status:
            yield f"status is {finding.status.value}, not {_either(self.status)}; {_why(finding)}"
        elif finding.refusal and finding.refusal.code not in self.refusal:
            yield f"refused as {finding.refusal.code}, not as {' or '.join(self.refusal)}"
        elif finding.status is Status.FIXED and finding.fix and finding.fix.safety not in self.safety:
            yield f"the fix is {finding.fix.safety.value}, not {_either(self.safety)}; {_why(finding)}"
        if finding.severity is not self.severity:
            yield f"severity is {finding.severity.value}, not {self.severity.value}"


@dataclass(frozen=True, slots=True)
class Case:
    """One directory with ``input.go``, ``case.toml`` and, where the input changes, ``output.go``."""

    transform: str
    directory: Path = field(repr=False)
    title: str
    relation: Relation | None
    """None: the input must come through unchanged."""
    go: tuple[int, int]
    unsafe_fixes: bool
    hot: tuple[str, ...]
    """Patterns of functions that count as hot."""
    wide: tuple[str, ...]
    """Patterns of functions that hold something too long."""
    loop_style: str
    test_style: str
    release_style: str
    expectations: tuple[Expectation, ...]

    @property
    def id(self) -> str:
        return f"{self.transform}/{self.directory.name}"

    @property
    def name(self) -> str:
        """Unlike those of all other cases: it names the packages that the case is built as."""
        return f"{self.transform}-{self.directory.name}"

    @property
    def rule(self) -> str:
        return _RULES.get(self.transform, self.transform)

    @property
    def input(self) -> bytes:
        return (self.directory / "input.go").read_bytes()

    @property
    def output_path(self) -> Path:
        return self.directory / "output.go"

    @property
    def output(self) -> bytes:
        """The expected text: ``output.go``, or the input itself where there is none."""
        return self.output_path.read_bytes() if self.changes else self.input

    @property
    def changes(self) -> bool:
        return self.output_path.exists()

    def options(self, go_version: tuple[int, int] | None) -> Options:
        plain = Options(select=frozenset({self.rule}), unsafe_fixes=self.unsafe_fixes, go_version=go_version)
        hot = HotEvidence(patterns=self.hot)
        styles = {"loop_style": self.loop_style, "test_style": self.test_style, "release_style": self.release_style}
        return with_rules(plain, hot=hot, wide=self.wide, **styles)

    @property
    def settings(self) -> str:
        """The ``.defermod.toml`` that says the same to the command line."""
        values: dict[str, object] = {"select": [self.rule], "loop-style": self.loop_style, "hot": [*self.hot]}
        values |= {"test-style": self.test_style, "release-style": self.release_style, "wide": [*self.wide]}
        values["unsafe-fixes"] = self.unsafe_fixes
        return "".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items())

    def complaints(self, result: FileResult) -> list[str]:
        """Return the differences between the findings and those that ``case.toml`` lists, one sentence each."""
        found = {line_of(finding, result.before): finding for finding in result.findings}
        said = [f"line {line}: {_why(found[line])}" for line in found if line not in self._lines]
        for expected in self.expectations:
            finding = found.get(expected.line)
            told = ["nothing found"] if finding is None else expected.complaints(finding)
            said += [f"line {expected.line}: {sentence}" for sentence in told]
        return said

    @property
    def _lines(self) -> set[int]:
        return {expected.line for expected in self.expectations}


def line_of(finding: Finding, text: bytes) -> int:
    """The line of the defer, counted from 1."""
    return text.count(b"\n", 0, finding.span.start) + 1


def load_cases(root: Path = ROOT) -> list[Case]:
    """All cases, in the order of their names.  Raises CaseError on the first that is not well formed."""
    return [load_case(path.parent) for path in sorted(root.glob("*/*/case.toml"))]


def load_case(directory: Path) -> Case:
    """Read one case.  Raises CaseError."""
    try:
        return _case(directory, tomllib.loads((directory / "case.toml").read_text("utf-8")))
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise CaseError(f"{directory}: {error!r}") from error


def _case(directory: Path, data: Mapping[str, Any]) -> Case:
    _known(data, _CASE_KEYS)
    major, minor = str(data.get("go", "1.22")).split(".")
    case = Case(
        transform=directory.parent.name,
        directory=directory,
        title=data["title"],
        relation=None if data["relation"] == UNCHANGED else Relation(data["relation"]),
        go=(int(major), int(minor)),
        unsafe_fixes=bool(data.get("unsafe-fixes", False)),
        hot=_values(data.get("hot", ())),
        wide=_values(data.get("wide", ())),
        loop_style=data.get("loop-style", "closure"),
        test_style=data.get("test-style", "closure"),
        release_style=data.get("release-style", "defer"),
        expectations=tuple(_expectation(entry) for entry in data.get("finding", ())),
    )
    lines = case.input.splitlines()
    for expected in case.expectations:
        if not 0 < expected.line <= len(lines):
            raise CaseError(f"there is no line {expected.line}")
        if case.transform in _RULES and b"defer" not in lines[expected.line - 1]:
            raise CaseError(f"no defer on line {expected.line}")
    if case.relation is not None and not any(Status.FIXED in e.status for e in case.expectations):
        raise CaseError(f"nothing may be fixed, so the relation must be {UNCHANGED!r}")
    return case


def _expectation(data: Mapping[str, Any]) -> Expectation:
    _known(data, _FINDING_KEYS)
    expected = Expectation(
        line=int(data["line"]),
        status=tuple(Status(value) for value in _values(data["status"])),
        safety=tuple(Safety(value) for value in _values(data.get("safety", ()))),
        refusal=_values(data.get("refusal", ())),
        severity=Severity(data["severity"]),
    )
    if (Status.FIXED in expected.status) != bool(expected.safety):
        raise CaseError(f"line {expected.line}: 'safety' belongs to 'fixed'")
    if (Status.REFUSED in expected.status) != bool(expected.refusal):
        raise CaseError(f"line {expected.line}: 'refusal' belongs to 'refused'")
    return expected


def _known(data: Mapping[str, Any], keys: frozenset[str]) -> None:
    if unknown := sorted(data.keys() - keys):
        raise CaseError(f"unknown key {unknown[0]!r}")


def _values(value: str | Iterable[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _either(values: Iterable[Status] | Iterable[Safety]) -> str:
    return " or ".join(value.value for value in values)


def _why(finding: Finding) -> str:
    if finding.refusal is not None:
        return f"refused as {finding.refusal.code}: {finding.refusal.explanation}"
    assert finding.fix is not None
    return f"a {finding.fix.safety.value} fix: {finding.fix.reason}"
