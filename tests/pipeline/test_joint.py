"""Changes to several files of a package: all parts are made, or none, and a refusal says what is in the way."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from defermod.codemod import Context, Finding, Metadata, Rule, RuleDoc
from defermod.codes import Shared
from defermod.config import Settings
from defermod.engine.registry import registered, transforms
from defermod.model import FileResult, Refusal, Status
from defermod.pipeline.request import Mode, Request, RunResult
from defermod.pipeline.run import Buffer, apply, run
from defermod.toolchain.validate import Refix
from tests.support_go import needs_go

FILES = {
    "a.go": "package p\n\nfunc old() {}\n",
    "b.go": "package p\n\nfunc b() { old() }\n",
    "c_test.go": "package p\n\nfunc c() {\n\told()\n\told()\n}\n",
    "d.go": "package p\n\nfunc d() {}\n",
    "e_test.go": "package p_test\n\nfunc old() {}\n",
}


class Rename(Rule):
    """Renames the function ``old``, wherever it stands in the package."""

    rule = "old-name"
    doc = RuleDoc("an old name", "the name old", "new is better")
    metadata = frozenset({Metadata.PACKAGE})

    def visit(self, context: Context) -> Iterator[Finding]:
        uses = {file: [n for n in file.root.find("identifier") if n.text == "old"] for file in context.package}
        files = [file for file, found in uses.items() if found]
        rewriter = context.rewriter()
        for use in uses[context]:
            rewriter.replace(use, "neu")
        if len(files) > 1 and uses[context]:
            fix = context.joint(rewriter.safe("say neu", "it is renamed in all files"), "old", files)
            for use in uses[context]:
                yield context.finding(use, "the old name", fix)


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "go.mod").write_text("module example.com/p\n\ngo 1.22\n")
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    return tmp_path


class Leaves:
    """A chooser that leaves out all fixes of one file."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.left: frozenset[int] = frozenset()

    def choose(self, results: list[FileResult], refix: Refix) -> list[FileResult]:
        self.refix = refix
        self.left = frozenset(f.span.start for r in results if r.path == self.path for f in r.findings)
        return [self.again(result, frozenset()) if result.path == self.path else result for result in results]

    def again(self, result: FileResult, skip: frozenset[int]) -> FileResult:
        left = self.left if result.path == self.path else frozenset()
        made = self.refix(result, skip | left)
        findings = [f if f.span.start not in left else _fixable(f) for f in made.findings]
        return FileResult(made.path, made.before, made.after, tuple(findings), made.problems)


def _fixable(finding: Finding) -> Finding:
    from dataclasses import replace

    return replace(finding, status=Status.FIXABLE)


def renamed(*paths: str, chooser: Leaves | None = None, **request: object) -> RunResult:
    with registered(Rename()) as name:
        settings = Settings(select=(name,), jobs=1, cache=False)
        return run(Request(Mode.FIX, paths or ("./...",), settings, **request), chooser=chooser)  # type: ignore[arg-type]


def reasons(result: RunResult) -> set[str]:
    """The sentences of the refusals.  Fails if any of the findings is fixed."""
    assert not result.changed
    found = [finding.outcome for finding in result.findings if finding.status is Status.REFUSED]
    assert found and all(isinstance(outcome, Refusal) and outcome.code == Shared.PART_MISSING for outcome in found)
    return {outcome.explanation for outcome in found if isinstance(outcome, Refusal)}


@needs_go
def test_all_parts_are_made(module: Path) -> None:
    result = apply(renamed())
    assert [file.path for file in result.changed] == ["a.go", "b.go", "c_test.go"]
    assert {f.status for f in result.findings} == {Status.FIXED}
    assert "(3 files: a.go, b.go, c_test.go)" in str(result.findings[0].fix)
    for name, text in FILES.items():
        assert (module / name).read_text() == (text.replace("old", "neu") if name < "d" else text)
    assert not renamed().findings


@needs_go
def test_a_file_that_cannot_be_written_takes_back_the_other_parts(module: Path) -> None:
    result = renamed()
    (module / "b.go").write_text("package p\n")
    done = apply(result)
    assert not done.changed and done.failed
    assert (module / "b.go").read_text() == "package p\n"
    assert [(module / name).read_text() for name in ("a.go", "c_test.go")] == [FILES["a.go"], FILES["c_test.go"]]


@needs_go
def test_a_validator_takes_back_the_other_parts(module: Path) -> None:
    (module / "b.go").write_text("package p\n\nfunc b() {\n\tneu := func(int) {}\n\tneu(1)\n\told()\n}\n")
    result = renamed()
    assert not result.changed
    rejected = {file.path for file in result.files for f in file.findings if f.status is Status.REJECTED}
    assert "b.go" in rejected
    assert all(finding.status in (Status.REJECTED, Status.REFUSED) for finding in result.findings)


@needs_go
def test_what_is_left_out_takes_back_the_other_parts(module: Path) -> None:
    result = renamed(chooser=Leaves("b.go"))
    assert reasons(result) == {"its part in b.go is not made: it was left out, or another fix is in its way"}
    assert [f.status for file in result.files for f in file.findings if file.path == "b.go"] == [Status.FIXABLE]


@needs_go
def test_a_silenced_part_takes_back_the_others(module: Path) -> None:
    (module / "b.go").write_text("package p\n\nfunc b() { old() } //nolint:defermod\n")
    assert reasons(renamed()) == {
        "its part in b.go is not made: a comment silences it, it is refused there, or only other lines were asked for"
    }


ELSEWHERE = "is not made: this run does not look at that file, or passes it over"


@needs_go
def test_a_file_that_is_not_looked_at_takes_back_the_others(module: Path) -> None:
    assert reasons(renamed("a.go")) == {f"its part in b.go {ELSEWHERE}"}
    buffer = renamed(buffer=Buffer(str(module / "a.go"), FILES["a.go"].encode() + b"\nfunc x() { old() }\n"))
    assert reasons(buffer) == {f"its part in b.go {ELSEWHERE}"}
    (module / "b.go").write_text("// Code generated by hand. DO NOT EDIT.\n\n" + FILES["b.go"])
    assert reasons(renamed()) == {f"its part in b.go {ELSEWHERE}"}


@needs_go
def test_since_a_revision_looks_at_changed_files_only(module: Path) -> None:
    for command in ("init -q", "add .", "-c user.name=n -c user.email=e commit -qm first"):
        subprocess.run(["git", *command.split()], cwd=module, check=True)
    (module / "a.go").write_text(FILES["a.go"].replace("old() {}", "old() { _ = 1 }"))
    assert reasons(renamed(since="HEAD")) == {f"its part in b.go {ELSEWHERE}"}


def test_a_file_that_does_not_parse_keeps_the_rule_from_looking(module: Path) -> None:
    (module / "b.go").write_text("package p\n\nfunc b( {\n")
    result = renamed("a.go")
    assert not result.findings
    assert ["b.go can't be read or parsed" in problem.message for _, problem in result.all_problems] == [True]


def test_no_rule_of_this_program_looks_at_packages() -> None:
    """The pipeline does not load them to ask."""
    assert not [name for name, rule in transforms().items() if Metadata.PACKAGE in getattr(rule, "metadata", ())]
