"""``--loop-style explicit`` on the inputs of ``golden/loop-closure``, which are run before and after."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from defermod.model import FileResult, Finding, Safety, Status
from defermod.toolchain.go import Go
from tests.goldens.cases import Case, load_cases
from tests.goldens.relation import Relation, Trace, violations
from tests.goldens.workshop import _SETTINGS, _facts, _module, _put, _result, _trace
from tests.support_go import go, needs_go

EVERY = 9
"""So many cases are passed over for one that is looked at; ``--campaign`` looks at all."""


@needs_go
@pytest.mark.parametrize(
    "unsafe", [pytest.param(False, id="safe"), pytest.param(True, id="unsafe", marks=pytest.mark.campaign)]
)
def test_inputs_of_loop_closure(unsafe: bool, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    every = 1 if request.config.getoption("--campaign") else EVERY
    cases = [case for case in load_cases() if case.transform == "loop-closure" and case.go == (1, 22)]
    chosen = [replace(case, unsafe_fixes=unsafe, loop_style="explicit") for case in cases[::every]]
    module = _module(tmp_path / "programs", (1, 22))
    results = analysed(module, chosen)
    assert any(result.changed for result in results.values())
    changed = [case for case in chosen if results[case.name].changed and _runs_alike(case, results[case.name])]
    before = traces(go(), module / "before", changed)
    for case in changed:
        _put(module / "after" / case.name, results[case.name].after)
    after = traces(go(), module / "after", changed)
    for case in changed:
        wanted = case.relation or Relation.RELEASE_ADDED
        assert not violations(wanted, before[case.name], after[case.name]), (case.name, results[case.name].after)


def analysed(module: Path, cases: list[Case]) -> dict[str, FileResult]:
    for case in cases:
        _put(module / "before" / case.name, case.input)
    known = _facts(go(), module / "before", cases)
    return {case.name: _result(module / "before", case, case.input, known.get(case.name)) for case in cases}


def _runs_alike(case: Case, result: FileResult) -> bool:
    """Return True if the fixed code does the same as with a closure, or is proven.  Other unsafe fixes may be wrong."""
    if case.relation is not None:
        return True
    return all(_safe(finding) for finding in result.findings if finding.status is Status.FIXED)


def _safe(finding: Finding) -> bool:
    return finding.fix is not None and finding.fix.safety is Safety.SAFE


def traces(go: Go, side: Path, cases: list[Case]) -> dict[str, Trace]:
    binaries = side / ".bin"
    binaries.mkdir()
    packages = [f"./{case.name}" for case in cases]
    built = go.run(["build", "-o", f"{binaries}/", *packages], cwd=side, variables=_SETTINGS)
    assert not built.code, built.stderr.decode()
    return {case.name: _trace(binaries / case.name) for case in cases}
