"""The program in front of people, in a real (pseudo-)terminal."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from defermod.cli.interactive import Questions
from defermod.config import Settings
from defermod.model import FileResult, Status
from defermod.pipeline.request import Mode, Request
from defermod.pipeline.run import Buffer, run
from defermod.report.ansi import paint
from defermod.report.diff import unified
from defermod.report.intraline import aligned, pieces
from tests.support_cli import ROOT, defermod, without_go
from tests.support_go import golden_inputs, needs_go
from tests.support_terminal import terminal

DIFF = ("--diff", "--unsafe-fixes", "--validate", "none")
PROMPT = "Apply this fix [y,n,q,a,d,e,?]?"
SGR = re.compile(r"\x1b\[[0-9;]*m")


def open_all(name: str) -> str:
    return f"""
func {name}(names []string) error {{
	for _, name := range names {{
		f, err := os.Open(name)
		if err != nil {{
			return err
		}}
		defer f.Close()
		println(f.Name())
	}}
	return nil
}}
"""


@pytest.fixture
def module(tmp_path: Path) -> Iterator[Path]:
    """Three fixes in two files."""
    root = tmp_path / "m"
    root.mkdir()
    (root / "go.mod").write_text("module example.com/m\n\ngo 1.22\n")
    (root / "a.go").write_text('package m\n\nimport "os"\n' + open_all("One") + open_all("Two"))
    (root / "b.go").write_text('package m\n\nimport "os"\n' + open_all("Three"))
    yield root


def fixed(module: Path) -> dict[str, int]:
    """Return the number of closures that each file has by now."""
    return {path.name: path.read_text().count("func() {") for path in sorted(module.glob("*.go"))}


@pytest.fixture
def no_go(tmp_path: Path) -> dict[str, str]:
    """No Go, which for three small files is most of the time."""
    return without_go(tmp_path)


# --- the diff ---


def test_diff_is_coloured_on_a_terminal_and_plain_elsewhere(module: Path, no_go: dict[str, str]) -> None:
    piped = defermod("fix", *DIFF, cwd=module, changes=no_go)
    assert "\x1b" not in piped.stdout + piped.stderr
    with terminal("fix", *DIFF, cwd=module, changes=no_go) as screen:
        assert screen.wait() == 1
    assert piped.stdout in screen.text
    shown = screen.raw.decode()
    # The closure's first line is new; of the defer that moved into it, nothing is.
    assert "\x1b[32m+\t\t\x1b[1;7mfunc() {\x1b[22;27m\x1b[m" in shown
    assert "\x1b[32m+\t\t\tdefer f.Close()\x1b[m" in shown
    with terminal("fix", *DIFF, cwd=module, changes=no_go | {"NO_COLOR": "1"}) as screen:
        assert screen.wait() == 1
    assert not SGR.search(screen.raw.decode())
    assert piped.stdout in screen.text


def test_diff_goes_through_the_pager_of_the_user(module: Path, tmp_path: Path, no_go: dict[str, str]) -> None:
    seen = tmp_path / "seen"
    pager = f"{sys.executable} -c \"import sys; open('{seen}', 'wb').write(sys.stdin.buffer.read())\""
    with terminal("fix", *DIFF, cwd=module, changes=no_go | {"GIT_PAGER": pager}) as screen:
        assert screen.wait() == 1
    plain = defermod("fix", *DIFF, cwd=module, changes=no_go)
    assert SGR.sub("", seen.read_text()) == plain.stdout
    assert "--- a/" not in screen.text
    assert "3 findings" in screen.text
    seen.unlink()
    defermod("fix", *DIFF, cwd=module, changes=no_go | {"GIT_PAGER": pager})
    assert not seen.exists(), "no pager in a pipe"


@pytest.mark.parametrize(
    ("changes", "configured", "expected"),
    [
        ({"GIT_PAGER": "{pager} one", "PAGER": "{pager} two"}, "{pager} three", "one"),
        ({"PAGER": "{pager} two"}, "{pager} three", "three"),
        ({"PAGER": "{pager} two"}, "", "two"),
        ({"PAGER": "PREFIX=x {pager} two | cat"}, None, "two"),
        ({"GIT_PAGER": "", "PAGER": "{pager} two"}, None, ""),
        ({"GIT_PAGER": "cat"}, None, ""),
        ({"PAGER": "'unclosed"}, None, ""),
        ({"PAGER": "/no/such/pager -R"}, None, ""),
    ],
)
@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_pager_is_chosen_and_started_as_git_does(
    module: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    changes: dict[str, str],
    configured: str | None,
    expected: str,
) -> None:
    monkeypatch.delenv("GIT_PAGER", raising=False)
    pager = tmp_path / "pager"
    pager.write_text(f"#!/bin/sh\ncat > '{tmp_path}'/seen-$1\n")
    pager.chmod(0o755)
    (tmp_path / "gitconfig").write_text(f"[core]\n\tpager = {configured.format(pager=pager)}\n" if configured else "")
    changes = {name: value.format(pager=pager) for name, value in changes.items()}
    changes |= {"GIT_CONFIG_GLOBAL": str(tmp_path / "gitconfig"), "GIT_CONFIG_NOSYSTEM": "1"}
    with terminal("fix", *DIFF, "b.go", cwd=module, changes=changes) as screen:
        assert screen.wait() == 1
    assert [path.name for path in tmp_path.glob("seen-*")] == ([f"seen-{expected}"] if expected else [])
    assert ("--- a/b.go" in screen.text) == (not expected)
    assert "Traceback" not in screen.text


@pytest.mark.skipif(shutil.which("less") is None, reason="less is not installed")
def test_less_leaves_at_once_when_all_fits_and_can_be_left_early(module: Path) -> None:
    with terminal("fix", *DIFF, "b.go", cwd=module, changes={"GIT_PAGER": "less"}) as screen:
        assert screen.wait() == 1
    assert "func() {" in screen.text
    long = 'package m\n\nimport "os"\n' + "".join(open_all(f"F{n}") for n in range(60))
    (module / "b.go").write_text(long)
    with terminal("fix", *DIFF, "b.go", cwd=module, changes={"GIT_PAGER": "less"}) as screen:
        screen.expect("\n:")
        screen.send("q")
        assert screen.wait() == 1
    assert "60 findings" in screen.text


WORDS = st.text("ab1 \t(\x1bé\n-+@", max_size=30)


@given(WORDS, WORDS)
def test_paint_adds_colour_and_nothing_else(before: str, after: str) -> None:
    diff = unified("x.go", before.encode(), after.encode())
    assert SGR.sub("", paint(diff)) == paint(diff, colour=False) == diff.decode().replace("\x1b", "\\x1b")


@given(st.lists(st.text("ab (\t", max_size=8)), st.lists(st.text("ab (\t", max_size=8)))
def test_pieces_are_the_lines(old: list[str], new: list[str]) -> None:
    for compare in (pieces, aligned):
        for lines, cut in zip((old, new), compare(old, new), strict=True):
            assert ["".join(piece.text for piece in line) for line in cut] == lines


def test_lines_that_only_moved_are_not_marked() -> None:
    old = ["for {", "\tdefer f()", "\tif x {", "\t\treturn 0, err", "\t}", "}"]
    new = ["for {", "\tfunc() {", "\t\tdefer f()", "\t\tif x {", "\t\t\treturn err", "\t\t}", "\t}()", "}"]
    left, right = aligned(old, new)
    assert [piece.text for line in left for piece in line if piece.marked] == ["0,"]
    assert [piece.text for line in right for piece in line if piece.marked] == ["func() {", "}()"]


# --- --interactive ---


@needs_go
def test_yes_no_and_help(module: Path) -> None:
    with terminal("fix", "-i", cwd=module) as screen:
        screen.expect(f"(1/3) {PROMPT}")
        assert "a.go:11:3: " in screen.text
        assert "(safe: " in screen.text
        screen.send("?\n")
        screen.expect("e - edit the file")
        screen.send("n\n")
        screen.expect("(2/3)")
        screen.send("y\n")
        screen.expect("(3/3)")
        assert fixed(module) == {"a.go": 0, "b.go": 0}, "nothing before the last answer"
        screen.send("y\n")
        assert screen.wait() == 0
    assert "3 findings in 2 files: 2 fixed, 1 fixable." in screen.text
    assert fixed(module) == {"a.go": 1, "b.go": 1}
    text = (module / "a.go").read_text()
    assert open_all("One") in text
    assert open_all("Two") not in text


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ("a\nn\n", {"a.go": 2, "b.go": 0}),
        ("d\ny\n", {"a.go": 0, "b.go": 1}),
        ("y\nq\n", {"a.go": 1, "b.go": 0}),
        ("y\n\x04", {"a.go": 1, "b.go": 0}),
        ("q\n", {"a.go": 0, "b.go": 0}),
    ],
)
def test_many_at_once_and_stopping(module: Path, answers: str, outcome: dict[str, int], no_go: dict[str, str]) -> None:
    with terminal("fix", "--interactive", "--unsafe-fixes", "--validate", "none", cwd=module, changes=no_go) as screen:
        for answer in re.findall(r"\w\n|\x04", answers):
            screen.expect(PROMPT)
            screen.send(answer)
        assert screen.wait() == 0
    assert fixed(module) == outcome


def test_interrupted_changes_nothing(module: Path, no_go: dict[str, str]) -> None:
    before = {path: path.read_bytes() for path in module.iterdir()}
    with terminal("fix", "-i", "--unsafe-fixes", "--validate", "none", cwd=module, changes=no_go) as screen:
        screen.expect(PROMPT)
        screen.send("y\n")
        screen.expect("(2/3)")
        screen.interrupt()
        assert screen.wait() == 130
    assert "nothing was changed" in screen.text
    assert {path: path.read_bytes() for path in module.iterdir()} == before


@needs_go
def test_edited_fix_is_combined_with_others_and_validated(module: Path, tmp_path: Path) -> None:
    editor = tmp_path / "editor.py"
    editor.write_text(
        "import sys\nfrom pathlib import Path\nfile = Path(sys.argv[-1])\n"
        "file.write_text(file.read_text().replace('func() {', 'func() { // mine', 1))\n"
    )
    changes = {"VISUAL": f"{sys.executable} {editor}"}
    with terminal("fix", "-i", cwd=module, changes=changes) as screen:
        screen.expect("(1/3)")
        screen.send("e\n")
        screen.expect("(2/3)")
        screen.send("a\n")
        screen.expect("(3/3)")
        screen.send("d\n")
        assert screen.wait() == 0
    assert "2 fixed, 1 fixable" in screen.text
    text = (module / "a.go").read_text()
    assert text.count("func() {") == 2
    assert text.count("func() { // mine\n") == 1


@pytest.mark.parametrize("editor", ["'unclosed", "/no/such/editor", "false"])
def test_editor_that_does_not_work_leaves_the_fix_out(module: Path, no_go: dict[str, str], editor: str) -> None:
    changes = {**no_go, "PATH": os.environ["PATH"], "VISUAL": editor}
    with terminal("fix", "-i", "--unsafe-fixes", "--validate", "none", cwd=module, changes=changes) as screen:
        screen.expect("(1/3)")
        screen.send("e\n")
        screen.expect("(2/3)")
        assert "the editor failed; the fix is left out" in screen.text
        screen.send("q\n")
        assert screen.wait() == 0
    assert fixed(module) == {"a.go": 0, "b.go": 0}


@needs_go
def test_edit_that_does_not_compile_is_not_written(module: Path, tmp_path: Path) -> None:
    editor = tmp_path / "editor.py"
    editor.write_text(
        "import sys\nfrom pathlib import Path\nfile = Path(sys.argv[-1])\n"
        "file.write_text(file.read_text().replace('f.Name()', 'f.Nome()'))\n"
    )
    with terminal("fix", "-i", "b.go", cwd=module, changes={"VISUAL": f"{sys.executable} {editor}"}) as screen:
        screen.expect("(1/1)")
        screen.send("e\n")
        assert screen.wait() == 0
    assert "rejected by validation" in screen.text
    assert "f.Nome undefined" in screen.text
    assert fixed(module) == {"a.go": 0, "b.go": 0}


def test_interactive_needs_a_terminal(module: Path) -> None:
    done = defermod("fix", "-i", cwd=module)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "defermod: error: --interactive asks questions, so it needs a terminal; in a script, use --diff\n"
    )
    assert defermod("fix", "-i", "--diff", cwd=module).returncode == 2


class Picky(Questions):
    """Answers from a list instead of a terminal."""

    def __init__(self, answers: str) -> None:
        super().__init__(before_asking=lambda: None)
        self.answers = list(answers)
        self.settled: list[frozenset[int]] = []

    def _ask(self, result: FileResult, offer: Any) -> str:
        answer = self.answers.pop(0) if self.answers else "y"
        if answer == "y":
            self.settled.append(offer.starts)
        return answer


@pytest.mark.parametrize("name", ["nested-loops", "several-defers", "defers-in-branches", "fix-and-refusal"])
@pytest.mark.parametrize("answers", ["yn", "ny", "nn", "nny", "yny"])
def test_what_is_taken_is_made_and_nothing_else(name: str, answers: str, tmp_path: Path) -> None:
    file = tmp_path / "x.go"
    text = golden_inputs()[name]
    settings = Settings(validate=(), unsafe_fixes=True)
    chooser = Picky(answers)
    (result,) = run(Request(Mode.FIX, (), settings, buffer=Buffer(str(file), text)), chooser=chooser).files
    fixed = {f.span.start for f in result.findings if f.status is Status.FIXED}
    assert fixed == frozenset[int]().union(*chooser.settled)
    assert not any(f.status is Status.REJECTED for f in result.findings)
    assert (result.after != text) == bool(fixed)


# --- progress ---


def test_progress_of_a_long_run_is_shown_and_goes_away(module: Path) -> None:
    code = module / "sitecustomize.py"
    code.write_text("import defermod.cli.progress as p\np.DELAY = 0\n")
    for number in range(400):
        (module / f"f{number}.go").write_text('package m\n\nimport "os"\n' + open_all(f"F{number}"))
    changes = {"PYTHONPATH": f"{module}:{ROOT}"}
    with terminal("check", "--output-format", "json", cwd=module, changes=changes, stdout=False) as screen:
        assert screen.wait() == 1, screen.text
    assert "analysing" in screen.text
    assert re.search(r"\d+/402", screen.text)
    assert screen.screen == []
