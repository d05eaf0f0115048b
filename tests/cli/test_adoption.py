"""Coming to an old repository: only what is new, silences, what fails a run, several reports at once."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support_cli import command, defermod, environment
from tests.support_go import needs_go

LOOP = """
func {name}(paths []string) {{
	for _, path := range paths {{
		f, err := os.Open(path)
		if err != nil {{
			continue
		}}
		defer f.Close()
		println(f.Name())
	}}
}}
"""
KEPT = """
func kept(paths []string) (files []*os.File) {
	for _, path := range paths {
		f, _ := os.Open(path)
		defer f.Close()
		files = append(files, f)
	}
	return files
}
"""
HEAD = 'package m\n\nimport "os"\n'


def loops(*names: str) -> str:
    return HEAD + "".join(LOOP.format(name=name) for name in names)


def git(root: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=n", "-c", "user.email=e@example.com", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository whose branch ``work`` began at ``main``, with one old finding."""
    root = tmp_path / "r"
    root.mkdir()
    (root / "go.mod").write_text("module example.com/m\n\ngo 1.22\n")
    (root / "a.go").write_text(loops("old"))
    (root / "c.go").write_text(loops("c"))
    git(root, "init")
    git(root, "add", ".")
    git(root, "commit", "-m", "first")
    git(root, "checkout", "-b", "work")
    return root


def found(root: Path, *arguments: str) -> list[tuple[str, str]]:
    done = defermod("check", "--output-format", "json", *arguments, cwd=root)
    assert done.stderr == "", done.stderr
    return [(item["path"], item["function"]) for item in json.loads(done.stdout)["findings"]]


# --- --since ---


def test_since_without_a_change(repository: Path) -> None:
    assert found(repository, "--since", "main") == []
    assert defermod("check", "--since", "main", cwd=repository).returncode == 0
    assert len(found(repository)) == 2


@pytest.mark.parametrize("state", ["committed", "staged", "unstaged"])
def test_since_in_each_state(repository: Path, state: str) -> None:
    (repository / "a.go").write_text(loops("new", "old"))
    if state != "unstaged":
        git(repository, "add", ".")
    if state == "committed":
        git(repository, "commit", "-m", "second")
    assert found(repository, "--since", "main") == [("a.go", "new")]


def test_since_of_a_file_that_git_does_not_know(repository: Path) -> None:
    (repository / "b c.go").write_text(loops("b"))
    (repository / "é.go").write_text(loops("e"))
    assert found(repository, "--since", "main") == [("b c.go", "b"), ("é.go", "e")]
    git(repository, "add", ".")
    assert found(repository, "--since", "main") == [("b c.go", "b"), ("é.go", "e")]


def test_since_follows_renames(repository: Path) -> None:
    (repository / "sub").mkdir()
    git(repository, "mv", "a.go", "sub/moved.go")
    assert found(repository, "--since", "main") == []
    text = (repository / "sub/moved.go").read_text()
    (repository / "sub/moved.go").write_text(text.replace("defer f.Close()", "defer f.Close() // here"))
    assert found(repository, "--since", "main") == [("sub/moved.go", "old")]


def test_since_is_since_the_merge_base(repository: Path) -> None:
    git(repository, "checkout", "main")
    (repository / "c.go").write_text(HEAD + "\nvar _ = os.Args\n")
    git(repository, "commit", "-am", "main goes on")
    git(repository, "checkout", "work")
    (repository / "a.go").write_text(loops("old", "new"))
    assert found(repository, "--since", "main") == [("a.go", "new")], "c.go is as the branch has it"


def test_since_from_below_and_of_lines_that_look_like_headers(repository: Path) -> None:
    (repository / "sub").mkdir()
    (repository / "sub" / "d.go").write_text(loops("d") + "\n/*\n+++ b/a.go\n@@ -1 +1,99 @@\n*/\n")
    git(repository, "add", ".")
    assert found(repository / "sub", "--since", "main") == [("d.go", "d")]
    assert found(repository, "--since", "main") == [("sub/d.go", "d")]


@pytest.mark.parametrize(
    ("revision", "message"), [("nowhere", "is no revision"), ("--output=x", "is no revision"), ("", "is no revision")]
)
def test_since_a_revision_that_is_none(repository: Path, revision: str, message: str) -> None:
    done = defermod("check", f"--since={revision}", cwd=repository)
    assert done.returncode == 2
    assert message in done.stderr and done.stderr.count("\n") == 1
    assert not (repository / "x").exists()


@pytest.mark.parametrize("paths", [(), ("clean",), ("./clean/...",), ("clean/a.go",)])
def test_since_a_revision_that_is_none_where_nothing_is_suspect(repository: Path, paths: tuple[str, ...]) -> None:
    for file in repository.rglob("*.go"):
        file.unlink()
    (repository / "clean").mkdir()
    (repository / "clean" / "a.go").write_text("package clean\n")
    done = defermod("check", "--since=nowhere", *paths, cwd=repository)
    assert done.returncode == 2 and "is no revision" in done.stderr
    assert defermod("check", "--since=main", *paths, cwd=repository).returncode == 0


def test_since_outside_of_a_repository(tmp_path: Path) -> None:
    (tmp_path / "a.go").write_text(loops("f"))
    done = defermod("check", "--since", "HEAD", cwd=tmp_path)
    assert done.returncode == 2 and "no git repository" in done.stderr


def test_since_runs_nothing_that_the_repository_names(repository: Path) -> None:
    (repository / "hook.sh").write_text("#!/bin/sh\ntouch ran\ncat\n")
    (repository / "hook.sh").chmod(0o755)
    names = (
        "core.fsmonitor", "core.sshCommand", "core.editor", "core.pager", "pager.diff", "diff.external",
        "diff.go.textconv", "diff.go.command", "filter.go.clean", "filter.go.smudge", "filter.other.process",
    )  # fmt: skip
    for name in names:
        git(repository, "config", name, "./hook.sh")
    attributes = "*.go diff=go filter=go\na.go filter=other\n"
    (repository / ".gitattributes").write_text(attributes)
    (repository / ".git" / "info" / "attributes").write_text(attributes)
    (repository / "a.go").write_text(loops("new", "old"))
    assert found(repository, "--since", "main") == [("a.go", "new")]
    assert not (repository / "ran").exists()


@pytest.mark.parametrize("variable", ["GIT_DIR", "TMPDIR"])
def test_since_compares_texts_outside_of_the_repository(repository: Path, variable: str) -> None:
    """Git sets GIT_DIR where a hook of its own runs; temporary files may be meant to lie in the tree."""
    git(repository, "config", "filter.go.clean", f"touch {repository}/ran; cat")
    (repository / ".git" / "info" / "attributes").write_text("* filter=go\n")
    (repository / "a.go").write_text(loops("new", "old"))
    (repository / "tmp").mkdir()
    value = repository / (".git" if variable == "GIT_DIR" else "tmp")
    done = defermod("check", "--since", "main", "--no-cache", cwd=repository, changes={variable: str(value)})
    assert (done.returncode, done.stderr) == (1, "")
    assert not (repository / "ran").exists()


def test_since_fetches_nothing(repository: Path) -> None:
    """A partial clone asks its remote for what it lacks, by whatever program the remote's address names."""
    (repository / "hook.sh").write_text("#!/bin/sh\ntouch ran\n")
    (repository / "hook.sh").chmod(0o755)
    for name, value in {
        "core.repositoryFormatVersion": "1",
        "extensions.partialClone": "origin",
        "remote.origin.url": f"ext::{repository}/hook.sh",
        "remote.origin.promisor": "true",
        "protocol.allow": "always",
        "protocol.ext.allow": "always",
    }.items():
        git(repository, "config", name, value)
    blob = subprocess.run(
        ["git", "rev-parse", "HEAD:a.go"], cwd=repository, capture_output=True, text=True, check=True
    ).stdout.strip()
    (repository / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    (repository / "a.go").write_text(loops("new", "old"))
    done = defermod("check", "--since", "main", cwd=repository)
    assert done.returncode == 2
    assert "git lacks the text" in done.stderr and done.stderr.count("\n") == 1
    assert not (repository / "ran").exists()


def test_since_of_a_repository_whose_files_are_elsewhere(repository: Path) -> None:
    git(repository, "config", "core.worktree", "/")
    done = defermod("check", "--since", "main", cwd=repository)
    assert done.returncode in (1, 2) and "Traceback" not in done.stderr
    git(repository, "config", "core.worktree", "/usr")
    done = defermod("check", "--since", "main", cwd=repository)
    assert done.returncode == 2 and done.stderr.count("\n") == 1


def test_since_does_not_mind_line_ends(repository: Path) -> None:
    text = (repository / "a.go").read_bytes()
    (repository / "a.go").write_bytes(text.replace(b"\n", b"\r\n"))
    assert found(repository, "--since", "main") == []


@needs_go
def test_fix_since(repository: Path) -> None:
    (repository / "a.go").write_text(loops("new", "old"))
    done = defermod("fix", "--since", "main", cwd=repository)
    assert done.returncode == 0, done.stderr
    text = (repository / "a.go").read_text()
    assert text.count("func() {") == 1 and text.index("func() {") < text.index("func old")


# --- what fails a run ---


@needs_go
def test_fail_on(repository: Path) -> None:
    statuses = {
        flag: defermod("check", *flag.split(), cwd=repository).returncode
        for flag in ("--fail-on all", "--fail-on fixable", "--fail-on never", "--exit-zero")
    }
    assert statuses == {"--fail-on all": 1, "--fail-on fixable": 1, "--fail-on never": 0, "--exit-zero": 0}
    (repository / "c.go").unlink()
    (repository / "a.go").write_text(HEAD + KEPT)
    assert defermod("check", "--fail-on", "fixable", cwd=repository).returncode == 0
    assert defermod("check", cwd=repository).returncode == 1
    (repository / ".defermod.toml").write_text('fail-on = "never"\n')
    assert defermod("check", cwd=repository).returncode == 0


def test_exit_zero_hides_no_error(repository: Path) -> None:
    assert defermod("check", "--exit-zero", "missing.go", cwd=repository).returncode == 2


# --- reports ---


def test_several_reports_at_once(repository: Path) -> None:
    flags = ["--output", "sarif=out.sarif", "--output", "html=report.html", "--output", "json=out.json"]
    done = defermod("check", *flags, cwd=repository)
    assert done.returncode == 1
    assert done.stdout == defermod("check", cwd=repository).stdout
    assert len(json.loads((repository / "out.sarif").read_text())["runs"][0]["results"]) == 2
    assert len(json.loads((repository / "out.json").read_text())["findings"]) == 2
    assert "<article" in (repository / "report.html").read_text()


@pytest.mark.parametrize(
    ("flag", "message"),
    [("sarif", "FORMAT=FILE"), ("srif=x", "did you mean 'sarif'?"), ("sarif=no/where", "cannot be written")],
)
def test_reports_that_cannot_be(repository: Path, flag: str, message: str) -> None:
    done = defermod("check", "--output", flag, cwd=repository)
    assert done.returncode == 2 and message in done.stderr


def test_statistics(repository: Path) -> None:
    done = defermod("check", "--statistics", cwd=repository)
    assert done.returncode == 1
    first, last = done.stdout.splitlines()
    assert first == "2  defer-in-loop  undecided  no-types"
    assert last.startswith("2 findings in 2 files")


def test_quiet_and_colour(repository: Path) -> None:
    loud = defermod("check", cwd=repository).stdout.splitlines()
    assert defermod("check", "-q", cwd=repository).stdout.splitlines() == loud[:-1]
    assert "\x1b[" in defermod("check", "--color", "always", cwd=repository).stdout
    assert "\x1b[" in defermod("check", cwd=repository, changes={"FORCE_COLOR": "1"}).stdout
    assert "\x1b[" not in defermod("check", "--color", "never", cwd=repository, changes={"FORCE_COLOR": "1"}).stdout


def test_select_all(repository: Path) -> None:
    marked = "\n//defermod:hot\nfunc g() {\n\tdefer println()\n}\n"
    (repository / "h.go").write_text("package m\n" + marked)
    done = defermod("check", "--select", "all", "--output-format", "json", cwd=repository)
    assert done.returncode == 1
    assert {item["rule"] for item in json.loads(done.stdout)["findings"]} >= {"defer-in-loop", "hot-defer"}
    alone = defermod("check", "--select", "all", "--ignore", "defer-in-loop", "--output-format", "json", cwd=repository)
    left = {item["rule"] for item in json.loads(alone.stdout)["findings"]}
    assert "hot-defer" in left and "defer-in-loop" not in left


# --- silence ---

ODD = """package m

import "os"

func one(fs []*os.File) { for _, f := range fs { defer f.Close() } }

func raw(fs []*os.File) {
	for _, f := range fs {
		_ = `
		`; defer f.Close()
	}
}

func literal(fs []*os.File) {
	for _, f := range fs {
		defer func() {
			f.Close()
		}()
	}
}

func two(fs []*os.File) {
	for _, f := range fs {
		// why
		defer f.Close(); defer f.Sync()
	}
}
"""


@needs_go
def test_silence(repository: Path) -> None:
    (repository / "k.go").write_text(HEAD + KEPT)
    (repository / "odd.go").write_bytes(ODD.replace("\n", "\r\n").encode())
    before = {path.name: path.read_bytes() for path in repository.glob("*.go")}
    dry = subprocess.run(command("silence", "--dry-run"), cwd=repository, env=environment(), capture_output=True)
    assert dry.returncode == 0, dry.stderr
    assert before == {path.name: path.read_bytes() for path in repository.glob("*.go")}
    done = defermod("silence", cwd=repository)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert done.stdout == "Silenced 8 findings in 4 files.\n"
    after = {path.name: path.read_bytes() for path in repository.glob("*.go")}
    check = defermod("check", cwd=repository)
    assert (check.returncode, check.stderr) == (0, "")
    assert b"\t\t//defermod:ignore defer-in-loop escapes-iteration\n\t\tdefer f.Close()" in after["k.go"]
    assert b"\t\t//defermod:ignore defer-in-loop fixable\n\t\tdefer f.Close()" in after["a.go"]
    assert after["odd.go"].count(b"\r\n") == after["odd.go"].count(b"\n")
    for path, text in before.items():
        (repository / path).write_bytes(text)
    subprocess.run(["git", "apply"], input=dry.stdout, cwd=repository, check=True)
    assert after == {path.name: path.read_bytes() for path in repository.glob("*.go")}


def test_silence_of_some(repository: Path, tmp_path: Path) -> None:
    (repository / "a.go").write_text(loops("new", "old"))
    done = defermod("silence", "--since", "main", "a.go", cwd=repository, changes={"PATH": f"{_git_only(tmp_path)}"})
    assert done.stdout == "Silenced 1 finding in 1 file.\n"
    text = (repository / "a.go").read_text()
    assert text.count("//defermod:ignore") == 1 and text.index("//defermod:ignore") < text.index("func old")


def _git_only(tmp_path: Path) -> Path:
    """A directory for PATH with git and without go."""
    import shutil

    folder = tmp_path / "bin"
    folder.mkdir()
    real = shutil.which("git")
    assert real
    (folder / "git").symlink_to(real)
    return folder


def test_comments_that_do_nothing_are_said(repository: Path) -> None:
    text = loops("old").replace("defer f.Close()", "defer f.Close() //nolint:gocritic,revive")
    (repository / "a.go").write_text(f"{text}\n//defermod:ignore nothing here\nfunc g() {{}}\n")
    (repository / "d.go").write_text("package m\n\nfunc h() {} //defermod:ingore x\n")
    done = defermod("check", cwd=repository)
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "a.go:16:1: warning: this comment silences nothing; remove it",
        "d.go:3:13: warning: there is no //defermod:ingore; did you mean //defermod:ignore?",
    ]
    assert "a.go" not in done.stdout and "c.go" in done.stdout
    again: Any = defermod("check", cwd=repository)
    assert again.stderr == done.stderr


# --- a buffer ---


def test_force_exclude_of_a_buffer(repository: Path) -> None:
    (repository / ".defermod.toml").write_text('exclude = ["old.go"]\n')
    for name, forced, status in (
        ("old.go", True, 0),
        ("old.go", False, 1),
        ("a.go", True, 1),
        ("vendor/x.go", True, 0),
    ):
        flags = ["--force-exclude"] if forced else []
        done = subprocess.run(
            [*command("check"), *flags, "--stdin-filename", name, "-"],
            cwd=repository,
            input=loops("f").encode(),
            capture_output=True,
            check=False,
            env=environment(),
        )
        assert done.returncode == status, (name, forced, done.stderr)


# --- settings ---


def test_settings_of_each_module_wherever_the_run_starts(tmp_path: Path) -> None:
    """In a workspace, above modules that have nothing in common, and in a module: always the same findings."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "go.mod").write_text(f"module example.com/{name}\n\ngo 1.22\n")
        (tmp_path / name / "m.go").write_text(loops(f"{name}m"))
        (tmp_path / name / "n.go").write_text(loops(f"{name}n"))
    (tmp_path / "a" / ".defermod.toml").write_text('exclude = ["m.go"]\n')
    expected = [("a/n.go", "an"), ("b/m.go", "bm"), ("b/n.go", "bn")]
    assert found(tmp_path) == found(tmp_path, ".") == found(tmp_path, "./a/...", "./b") == expected
    (tmp_path / "go.work").write_text("go 1.22\n\nuse (\n\t./a\n\t./b\n)\n")
    assert found(tmp_path) == expected
    assert found(tmp_path / "a") == [("n.go", "an")]
    (tmp_path / ".defermod.toml").write_text('exclude = ["/b/n.go"]\n')
    assert found(tmp_path) == found(tmp_path, "a", "b") == expected[:2]
    assert found(tmp_path / "b") == [("m.go", "bm")]


def test_module_whose_own_settings_pass_over_all_of_it(tmp_path: Path) -> None:
    """No error if only the walk comes to it; one if it was named."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "go.mod").write_text(f"module example.com/{name}\n\ngo 1.22\n")
        (tmp_path / name / "m.go").write_text(loops(f"{name}m"))
    (tmp_path / "go.work").write_text("go 1.22\n\nuse (\n\t./a\n\t./b\n)\n")
    (tmp_path / "a" / ".defermod.toml").write_text('exclude = ["*.go"]\n')
    assert found(tmp_path) == [("b/m.go", "bm")]
    assert defermod("check", cwd=tmp_path).returncode == 1
    named = defermod("check", "./a", "./b", cwd=tmp_path)
    assert named.returncode == 2
    assert "./a: no Go files here" in named.stderr


def test_only_modules_with_settings_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "go.mod").write_text("module example.com/a\n\ngo 1.22\n")
    (tmp_path / "a" / "m.go").write_text(loops("m"))
    (tmp_path / "a" / ".defermod.toml").write_text("jobs = 1\n")
    assert found(tmp_path) == [("a/m.go", "m")]
