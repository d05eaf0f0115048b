"""``--verify`` with real modules, whose tests pass, fail, hang and change their minds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from defermod.config import ConfigError, Settings, load
from defermod.model import FileResult, Finding, Fix, Safety, Span, Status
from defermod.pipeline.request import Mode, Request, RunResult
from defermod.pipeline.run import Buffer, apply, run
from defermod.report.text import render
from defermod.settings import duration
from defermod.toolchain.go import Completed
from defermod.toolchain.gotest import Outcome, parse
from defermod.toolchain.validate import Validation, ValidationStatus
from defermod.toolchain.verify import verify
from tests.support_go import ROOT, go, needs_go

PASSED, FAILED, SKIPPED = ValidationStatus.PASSED, ValidationStatus.FAILED, ValidationStatus.SKIPPED

CODE = """package m

type res struct{ name string }

var (
	Events       string
	Active, Peak int
)

func open(name string) (*res, error) {
	Events += "+" + name
	Active++
	Peak = max(Peak, Active)
	return &res{name}, nil
}

func (r *res) use() int { return len(r.name) }

func (r *res) Close() error {
	Events += "-" + r.name
	Active--
	return nil
}

func Sizes(names ...string) (total int, err error) {
	for _, name := range names {
		r, err := open(name)
		if err != nil {
			return 0, err
		}
		defer r.Close()
		total += r.use()
	}
	return total, nil
}
"""
GOOD = """
func TestTotal(t *testing.T) {
	if total, err := Sizes("a", "bc"); total != 3 || err != nil {
		t.Fatal(total, err)
	}
}
"""
ORDER = """
func TestOrder(t *testing.T) {
	t.Run("of closing", func(t *testing.T) {
		Events = ""
		if Sizes("a", "b"); Events != "+a+b-b-a" {
			t.Fatal(Events)
		}
	})
}
"""
BAD = """
func TestBad(t *testing.T) {
	t.Fatal("always")
}
"""
HANGS_AFTER = """
func TestPeak(t *testing.T) {
	for Sizes("a", "b"); Peak < 2; {
		time.Sleep(time.Millisecond)
	}
}
"""
HANGS = """
func TestHangs(t *testing.T) {
	select {}
}
"""

pytestmark = needs_go


def suite(*functions: str, imports: str = "", package: str = "m") -> str:
    """A test file."""
    names = ["testing", *imports.split()]
    return f"package {package}\n\nimport (\n" + "".join(f'\t"{name}"\n' for name in names) + ")\n" + "".join(functions)


def flips(counter: Path, *results: bool) -> str:
    """A test that passes or fails by how often it ran before; after the last of ``results`` it passes."""
    values = ", ".join(str(result).lower() for result in results)
    return f"""
func TestFlips(t *testing.T) {{
	const counter = {json.dumps(str(counter))}
	ran, _ := os.ReadFile(counter)
	os.WriteFile(counter, append(ran, '.'), 0o600)
	if passes := []bool{{{values}}}; len(ran) < len(passes) && !passes[len(ran)] {{
		t.Error("not this time")
	}}
}}
"""


Write = Callable[..., Path]


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes a module, by default of one package with CODE, into the working directory."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "go.mod").write_text("module example.com/m\n\ngo 1.22\n")
    (tmp_path / "a.go").write_text(CODE)

    def write(*functions: str, imports: str = "", **files: str) -> Path:
        if functions:
            (tmp_path / "a_test.go").write_text(suite(*functions, imports=imports))
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        return tmp_path

    return write


def verified(timeout: float | None = None, buffer: Buffer | None = None) -> RunResult:
    """A dry run, unsafe fixes and all, over the working directory with the tests as its only judges."""
    settings = Settings(validate=(), verify=True, verify_timeout=timeout, unsafe_fixes=True)
    return run(Request(Mode.DIFF, () if buffer else ("./...",), settings, buffer=buffer))


def validation(result: RunResult, path: str = "a.go") -> tuple[ValidationStatus, str]:
    (found,) = result.validations[path]
    assert found.validator == "tests"
    return found.status, found.message


def changed(result: RunResult) -> list[str]:
    return [file.path for file in result.changed]


class TestOnePackage:
    def test_passing(self, module: Write) -> None:
        root = module(GOOD)
        before = {path: path.read_bytes() for path in root.iterdir()}
        result = verified()
        assert (validation(result), changed(result)) == ((PASSED, ""), ["a.go"])
        assert {path: path.read_bytes() for path in root.iterdir()} == before

    def test_failing_only_after(self, module: Write) -> None:
        module(GOOD, ORDER)
        result = verified()
        assert validation(result) == (FAILED, "failed only after the fixes: TestOrder/of_closing")
        assert changed(result) == []
        assert [finding.status for finding in result.findings] == [Status.REJECTED]
        assert "tests: failed only after the fixes: TestOrder/of_closing" in render(result)

    def test_failing_after_others_only(self, module: Write) -> None:
        """A test that passes by itself on both sides is not flaky if it fails whenever all tests run."""
        module(GOOD, '\nfunc TestPeak(t *testing.T) {\n\tif Peak == 1 {\n\t\tt.Fatal("one by one")\n\t}\n}\n')
        assert validation(verified()) == (FAILED, "failed only after the fixes: TestPeak")

    def test_failing_before_too(self, module: Write) -> None:
        module(GOOD, BAD)
        result = verified()
        assert (validation(result), changed(result)) == ((PASSED, ""), ["a.go"])

    def test_none_passing_before(self, module: Write) -> None:
        module(BAD, '\nfunc TestSkipped(t *testing.T) {\n\tt.Skip("x")\n}\n')
        result = verified()
        assert (validation(result), changed(result)) == ((SKIPPED, "no test passed before the fixes"), ["a.go"])

    def test_no_tests(self, module: Write) -> None:
        module()
        result = verified()
        assert (validation(result), changed(result)) == ((SKIPPED, "no tests"), ["a.go"])
        assert "a.go: not checked by tests: no tests\n" in render(result)

    def test_panicking_after(self, module: Write) -> None:
        """The test that panicked is named, not those that didn't get to run."""
        panics = '\nfunc TestPanics(t *testing.T) {\n\tif Sizes("a", "b"); Peak == 1 {\n\t\tpanic("!")\n\t}\n}\n'
        module(panics, GOOD)
        assert validation(verified()) == (FAILED, "failed only after the fixes: TestPanics")

    def test_failing_as_a_whole(self, module: Write) -> None:
        main = "\nfunc TestMain(m *testing.M) {\n\tcode := m.Run()\n"
        main += "\tif Peak == 1 {\n\t\tcode = 3\n\t}\n\tos.Exit(code)\n}\n"
        module(GOOD, main, imports="os")
        expected = "failed only after the fixes: the package as a whole, in TestMain or by an exit"
        assert validation(verified()) == (FAILED, expected)

    def test_skipped_after(self, module: Write) -> None:
        module('\nfunc TestPeak(t *testing.T) {\n\tif Sizes("a", "b"); Peak == 1 {\n\t\tt.Skip()\n\t}\n}\n')
        assert validation(verified()) == (FAILED, "failed only after the fixes: TestPeak")

    def test_tests_from_outside(self, module: Write) -> None:
        text = (
            '\nfunc TestOutside(t *testing.T) {\n\tif m.Sizes("a", "b"); m.Peak != 2 {\n\t\tt.Fatal(m.Peak)\n\t}\n}\n'
        )
        module(**{"x_test.go": suite(text, imports="example.com/m", package="m_test")})
        assert validation(verified()) == (FAILED, "failed only after the fixes: TestOutside")

    def test_buffer(self, module: Write) -> None:
        """An editor's text is what the fixes begin with, whatever the disk says."""
        root = module(GOOD, ORDER)
        (root / "a.go").write_text("package m\n\nfunc Broken() {\n")
        assert validation(verified(buffer=Buffer("a.go", CODE.encode())))[0] is FAILED


class TestFlaky:
    def test_after(self, module: Write, tmp_path: Path) -> None:
        module(GOOD, flips(tmp_path / "counter", False), imports="os")
        result = verified()
        expected = "flaky: TestFlips failed after the fixes, and passed when run again"
        assert (validation(result), changed(result)) == ((SKIPPED, expected), ["a.go"])

    def test_before_too(self, module: Write, tmp_path: Path) -> None:
        module(GOOD, flips(tmp_path / "counter", False, True, False, False, False), imports="os")
        result = verified()
        expected = "flaky: TestFlips failed before the fixes too when run again"
        assert (validation(result), changed(result)) == ((SKIPPED, expected), ["a.go"])

    def test_does_not_hide_what_is_broken(self, module: Write, tmp_path: Path) -> None:
        module(ORDER, flips(tmp_path / "counter", False), imports="os")
        assert validation(verified()) == (FAILED, "failed only after the fixes: TestOrder/of_closing")


class TestTimeout:
    def test_on_both_sides(self, module: Write) -> None:
        module(GOOD, HANGS)
        result = verified(timeout=0.5)
        assert (validation(result), changed(result)) == ((SKIPPED, "timed out"), ["a.go"])
        assert "a.go: not checked by tests: timed out\n" in render(result)

    def test_on_both_sides_hides_no_failure(self, module: Write) -> None:
        module(ORDER, HANGS)
        expected = "failed only after the fixes: TestOrder/of_closing; timed out"
        assert validation(verified(timeout=0.5)) == (FAILED, expected)

    def test_only_after(self, module: Write) -> None:
        module(HANGS_AFTER, GOOD, imports="time")
        assert validation(verified(timeout=0.5)) == (FAILED, "failed only after the fixes: TestPeak; timed out")


class TestSeveralPackages:
    def test_one_fails(self, module: Write) -> None:
        other = CODE.replace("package m", "package other")
        root = module(
            GOOD,
            **{"other/o.go": other, "other/o_test.go": suite(ORDER, package="other"), "go.work": "go 1.22\nuse .\n"},
        )
        result = verified()
        assert changed(result) == ["a.go"]
        assert (validation(result)[0], validation(result, "other/o.go")[0]) == (PASSED, FAILED)
        assert "Close()" in (root / "other/o.go").read_text()

    def test_the_one_that_another_needs(self, module: Write) -> None:
        """The user's own fixes go first; when that doesn't help, those of the package behind it go, too."""
        user = 'package user\n\nimport "example.com/m"\n' + CODE.partition("\n")[2].replace("Sizes", "Other")
        test = '\nfunc TestUse(t *testing.T) {\n\tif m.Sizes("a", "b"); m.Peak != 2 {\n\t\tt.Fatal(m.Peak)\n\t}\n}\n'
        user = user.replace("return total, nil", "_ = m.Peak\n\treturn total, nil")
        module(
            GOOD,
            **{"user/u.go": user, "user/u_test.go": suite(test, imports="example.com/m", package="user")},
        )
        result = verified()
        assert changed(result) == []
        assert validation(result, "user/u.go") == (FAILED, "failed only after the fixes: TestUse")
        expected = "failed only after the fixes: TestUse (in example.com/m/user, which needs this package)"
        assert validation(result) == (FAILED, expected)

    def test_what_cannot_be_run_here(self, module: Write) -> None:
        renamed = CODE.partition("type res")[0] + "type res struct{ name string }\n" + CODE.partition("}\n\n")[2]
        module(
            GOOD,
            **{
                "plan/a_plan9.go": renamed.replace("package m", "package plan"),
                "tag/a.go": "//go:build integration\n\n" + CODE.replace("package m", "package tag"),
                "tag/b.go": "package tag\n",
                "ignored/main.go": "//go:build ignore\n\n" + CODE.replace("package m", "package main"),
            },
        )
        result = verified()
        assert validation(result) == (PASSED, "")
        reasons = {path: validation(result, path)[1] for path in result.validations if path != "a.go"}
        assert "built by itself" in reasons["ignored/main.go"]
        assert "for plan9/" in reasons["plan/a_plan9.go"]
        assert "build tags integration" in reasons["tag/a.go"]

    def test_tests_that_did_not_build_before(self, module: Write) -> None:
        root = module("\nfunc TestUndefined(t *testing.T) {\n\tundefined()\n}\n")
        made = result_of("a.go", CODE.encode(), CODE.encode() + b"\n")
        results, validations = verify([made], go=go(), cwd=root)
        expected = "its tests did not build before: a_test.go:8:2: undefined: undefined"
        assert validations["a.go"] == Validation("tests", SKIPPED, expected)
        assert results == [made]


class TestRewrittenTests:
    DEFERS = """
func TestSubtests(t *testing.T) {
	for _, name := range []string{"a", "b"} {
		r, err := open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		t.Run(name, func(t *testing.T) {
			r.use()
		})
	}
}
"""

    def test_passing(self, module: Write) -> None:
        root = module(GOOD, self.DEFERS)
        (root / "a.go").write_text(CODE.replace("defer r.Close()", "r.Close()"))
        settings = Settings(validate=(), verify=True, unsafe_fixes=True)
        result = run(Request(Mode.FIX, ("./...",), settings))
        assert (validation(result, "a_test.go"), changed(result)) == ((PASSED, ""), ["a_test.go"])

    def test_a_lost_subtest(self, module: Write) -> None:
        """All that is run passes, and less is run than before."""
        root = module(self.DEFERS)
        before = (root / "a_test.go").read_bytes()
        made = result_of("a_test.go", before, before.replace(b"t.Run(name, func(t", b"break\n\t\tt.Run(name, func(t"))
        results, validations = verify([made], go=go(), cwd=root)
        assert validations["a_test.go"].message == "failed only after the fixes: TestSubtests/a, TestSubtests/b"
        assert not results[0].changed

    def test_not_building_after(self, module: Write) -> None:
        root = module(GOOD)
        made = result_of("a.go", CODE.encode(), CODE.encode().replace(b"total += r.use()", b"total += r.us()"))
        _, validations = verify([made], go=go(), cwd=root)
        expected = "do not build after the fixes: a.go:32:14: r.us undefined (type *res has no field or method us)"
        start = CODE.index("defer")
        assert validations["a.go"] == Validation("tests", FAILED, expected, (start,))


def result_of(path: str, before: bytes, after: bytes) -> FileResult:
    """A result with the one defer of ``before`` fixed."""
    start = before.index(b"defer")
    fix = Fix("wrap it", (), Safety.SAFE, proof="a test")
    found = Finding("defer-in-loop", "loop-closure", Span(start, start + 5), "f", "a defer", fix, Status.FIXED)
    return FileResult(path, before, after, (found,))


class TestCommandLine:
    def defermod(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), **variables}
        command = [sys.executable, "-m", "defermod", *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True)

    def test_after_the_other_validators(self, module: Write) -> None:
        root = module(GOOD)
        done = self.defermod("fix", "--unsafe-fixes", "--verify", "--verify-timeout", "90s", "--output-format", "json")
        assert done.returncode == 0, done.stderr
        data = json.loads(done.stdout)
        schema = json.loads((ROOT / "defermod" / "report" / "schema.json").read_text())
        jsonschema.validate(data, schema, jsonschema.Draft202012Validator)
        (file,) = data["files"]
        assert [(said["name"], said["status"]) for said in file["validators"]] == [
            ("gofmt", "passed"),
            ("vet", "passed"),
            ("tests", "passed"),
        ]
        assert "func() {" in (root / "a.go").read_text()

    def test_from_the_file(self, module: Write) -> None:
        root = module(ORDER, **{".defermod.toml": 'verify = false\nverify-timeout = "2m"\nunsafe-fixes = true\n'})
        done = self.defermod("fix", "--verify")
        assert done.returncode == 0
        assert "tests: failed only after the fixes: TestOrder" in done.stdout
        assert (root / "a.go").read_text() == CODE
        assert self.defermod("fix", "--diff").returncode == 1

    def test_without_go(self, module: Write, tmp_path_factory: pytest.TempPathFactory) -> None:
        root = module(GOOD)
        hidden = tmp_path_factory.mktemp("hidden")
        (hidden / "sitecustomize.py").write_text(
            "import importlib.metadata as m\n\ndef distribution(name):\n    raise m.PackageNotFoundError(name)\n\n"
            "m.distribution = distribution\n"
        )
        path = f"{hidden}{os.pathsep}{ROOT}"
        done = self.defermod("fix", "--validate", "none", "--verify", PATH="/nowhere", PYTHONPATH=path)
        assert done.returncode == 2
        (message,) = [line for line in done.stderr.splitlines() if "error: " in line]
        assert "no go command was found to run the tests with" in message
        assert (root / "a.go").read_text() == CODE


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("1h30m", 5400), ("1.5s", 1.5), ("250ms", 0.25), ("10m", 600)]
)
def test_duration(text: str, seconds: float) -> None:
    assert duration(text) == seconds


@pytest.mark.parametrize("text", ["", "10", "s", "-1s", "1 m", "0s", "1d", "10min"])
def test_no_duration(text: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is not a duration such as 90s"):
        duration(text)
    path = tmp_path / ".defermod.toml"
    path.write_text(f"verify-timeout = {json.dumps(text)}\n")
    with pytest.raises(ConfigError, match=r"toml:1: .* is not a duration"):
        load(path)


def test_older_output() -> None:
    """Before Go 1.24 what does not build is told on stderr, and what does not load by a line that is not JSON."""
    stdout = (
        b'{"Action":"output","Package":"p","Output":"FAIL\\tp [build failed]\\n"}\n'
        b'{"Action":"fail","Package":"p","Elapsed":0}\n'
        b"FAIL\tq [setup failed]\n"
        b'{"Action":"run","Package":"r","Test":"TestA"}\n'
        b'{"Action":"output","Package":"r","Test":"TestA","Output":"*** Test killed with quit: ran too long\\n"}\n'
        b'{"Action":"fail","Package":"r","Elapsed":0.5}\n'
    )
    stderr = b"# p [p.test]\n./p_test.go:3:4: undefined: x\n# q\nq.go:1:8: no such package\n"
    runs = parse(Completed(1, stdout, stderr))
    assert (runs["p"].build_error, runs["q"].build_error) == (
        "p_test.go:3:4: undefined: x",
        "q.go:1:8: no such package",
    )
    assert (runs["r"].tests, runs["r"].timed_out) == ({"TestA": Outcome.UNFINISHED}, True)


def test_nothing_is_lost_on_the_way_to_the_disk(module: Write) -> None:
    root = module(GOOD)
    settings = Settings(validate=("gofmt", "vet"), verify=True, unsafe_fixes=True)
    result = apply(run(Request(Mode.FIX, ("./...",), settings)))
    assert [said.status for said in result.validations["a.go"]] == [PASSED, PASSED, PASSED]
    assert (root / "a.go").read_bytes() == result.changed[0].after
