"""Syntax that Go knows and the grammar does not: nothing that may hold a finding is passed over in silence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from defermod.engine.fixpoint import analyse
from defermod.model import Options
from defermod.syntax.source import Source
from defermod.toolchain.go import find_go
from tests.support_cli import defermod

GO = find_go()
LOOP = """	for _, path := range paths {
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		fmt.Println(f.Name())
	}
	return nil
"""


def file(before: str, head: str = "func read(paths []string) error {") -> str:
    return f'package main\n\nimport (\n\t"fmt"\n\t"os"\n)\n\ntype r struct{{}}\n\n{head}\n{before}{LOOP}}}\n'


UNDERSTOOD = {
    "new of a call": file("\tlimit := new(len(paths))\n\tfmt.Println(*limit)\n"),
    "new of a literal": file('\tname := new("x")\n\tfmt.Println(*name)\n'),
    "new in new": file("\tn := new(new(1))\n\tfmt.Println(**n)\n"),
    "new beside a type": file("\ta, b := new([]int), new(1 + 2)\n\tfmt.Println(a, b)\n"),
    "new of a closure's result": file("\tn := new(func() int { return 1 }())\n\tfmt.Println(*n)\n"),
    "new in a comment and a string": file('\t// new(1)\n\tn, s := new(1), "new(2)" // new(\n\tfmt.Println(n, s)\n'),
    "new over lines": file("\tn := new(\n\t\tlen(paths), // (\n\t)\n\tfmt.Println(*n)\n"),
    "a variable called make": file("\tmake := func(n int) int { return n }\n\tfmt.Println(make(1 - 1))\n"),
    "a generic method": file("", "func (r) read[T any, S ~[]T](paths []string) error {"),
    "a generic method over lines": file("", "func (x *r) read[\n\tT any, // ]\n](paths []string) error {"),
}
NOT_UNDERSTOOD = file("\tif ; len(paths) == 0 {\n\t\treturn nil\n\t}\n")


@pytest.mark.parametrize("name", UNDERSTOOD)
def test_understood(name: str) -> None:
    text = UNDERSTOOD[name].encode()
    source = Source(text)
    assert not source.has_error
    assert all(text[node.start : node.end].decode() == node.text for node in source.root.walk())
    (found,) = analyse("x.go", text, Options(unsafe_fixes=True, go_version=(1, 26))).findings
    assert text[found.span.start :].startswith(b"defer f.Close()")
    partly = analyse("x.go", text, Options(unsafe_fixes=True, go_version=(1, 26)), partly=True)
    assert not partly.problems and len(partly.findings) == 1


def test_what_is_broken_stays_broken() -> None:
    for text in ("new(", "new(1", "new(]", "new((1)", "make(1 - ", "func (r) m[T(", "new(1))"):
        assert Source(file(f"\tx := {text}\n").encode()).has_error


@pytest.mark.skipif(GO is None or GO.release < (1, 26), reason="needs Go 1.26")
def test_fixed_with_types(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module example.com/m\n\ngo 1.26\n")
    text = UNDERSTOOD["new of a call"] + "\nfunc main() { _ = read(nil) }\n"
    (tmp_path / "main.go").write_text(text)
    defermod("check", "--types", cwd=tmp_path)  # A first run may have to compile, and says so.
    done = defermod("fix", "--output-format", "json", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert [found["status"] for found in json.loads(done.stdout)["findings"]] == ["fixed"]
    assert "limit := new(len(paths))" in (tmp_path / "main.go").read_text()


@pytest.mark.skipif(GO is None, reason="needs Go")
def test_what_is_not_understood_is_named(tmp_path: Path) -> None:
    """The other functions of the file are looked at, and fixed."""
    (tmp_path / "go.mod").write_text("module example.com/m\n\ngo 1.22\n")
    text = NOT_UNDERSTOOD + f"\nfunc other(paths []string) error {{\n{LOOP}}}\n\nfunc main() {{}}\n"
    (tmp_path / "main.go").write_text(text)
    for command in (["check"], ["check", "--types"], ["fix"]):
        done = defermod(*command, cwd=tmp_path)
        assert done.returncode == 2
        (line,) = done.stderr.splitlines()
        assert line.startswith("main.go:11:") and "not analysed" in line
        assert "main.go:31:3: " in done.stdout
    assert "defer f.Close()" in (tmp_path / "main.go").read_text()
    assert (tmp_path / "main.go").read_text() != text
