"""``defermod asm``: what it says of small functions that the real compiler has compiled."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from defermod.golang.function_names import declared_names, hint, matching
from tests.support_cli import defermod
from tests.support_go import go, needs_go

# Not constants: the compiler makes a table of a switch that returns those, and one return of all its cases.
_CASES = "".join(f"\tcase {n}:\n\t\treturn n + len(os.Args)\n" for n in range(16))
_FILE = f"""package p

import (
	"os"
	"sync"
)

var mu sync.Mutex

type Set[K comparable] struct {{
	mu sync.Mutex
	m  map[K]int
}}

func (s *Set[K]) Get(k K) int {{
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.m[k]
}}

func Many(n int) int {{
	mu.Lock()
	defer mu.Unlock()
	switch n {{
{_CASES}	}}
	return n
}}

func Two(n int) int {{
	if n > 3 {{
		defer println(n)
	}}
	defer func() {{
		println(n)
	}}()
	return n
}}

func Loop(paths []string) error {{
	for _, path := range paths {{
		f, err := os.Open(path)
		if err != nil {{
			return err
		}}
		defer f.Close()
		if _, err := f.Stat(); err != nil {{
			return err
		}}
	}}
	return nil
}}

func Outer() {{
	func() {{
		defer println()
	}}()
	for range 3 {{
		defer println()
	}}
}}

func Plain() {{}}

var Used = new(Set[string]).Get("a")
"""
_OTHER = """package other

//line gen.y:1
func Many() (int, func()) {
	defer println()
	return 1, func() {}
}

type T[V any] struct{}

func (T[V]) Unused() {
	defer println()
}
"""
_GENERIC = """package generic

type T[V any] struct{ v V }

func (t *T[V]) Get() V {
	defer println()
	return t.v
}
"""
_GENERIC_TEST = """package generic_test

import (
	"testing"

	"example.com/m/generic"
)

func TestGet(t *testing.T) { new(generic.T[string]).Get() }
"""


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("asm")
    (directory / "go.mod").write_text("module example.com/m\n\ngo 1.22\n")
    (directory / "p.go").write_text(_FILE)
    (directory / "other").mkdir()
    (directory / "generic").mkdir()
    (directory / "generic" / "generic.go").write_text(_GENERIC)
    (directory / "generic" / "generic_test.go").write_text(_GENERIC_TEST)
    (directory / "other" / "other.go").write_text(_OTHER)
    return directory


def of(module: Path, *arguments: str) -> dict[str, Any]:
    done = defermod("asm", *arguments, "--output-format", "json", cwd=module)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["go"] == go().version
    (function,) = found["functions"]
    return dict(function)


def line(part: str, after: str = "") -> int:
    lines = _FILE.splitlines()
    start = next(at for at, each in enumerate(lines) if after in each)
    return next(at + 1 for at, each in enumerate(lines) if at >= start and part in each)


@needs_go
def test_stack_allocated_before_and_after(module: Path) -> None:
    before = {path: path.read_bytes() for path in module.rglob("*.go")}
    function = of(module, "p.Many", "--unsafe-fixes")
    assert (function["path"], function["line"], function["package"]) == ("p.go", line("func Many"), "example.com/m")
    (code,) = function["before"]
    (defer,) = code["defers"]
    assert (defer["line"], defer["compiled"]) == (line("defer mu.Unlock()"), "stack-allocated")
    assert defer["call"] == "runtime.deferprocStack"
    assert "runtime.deferprocStack" in defer["instructions"][-1]["text"]
    assert code["deferreturns"] == len(code["exits"]) == 18, "17 returns, and the way back from a recovered panic"
    assert code["defer_bits"] is None
    assert function["findings"][0]["line"] == defer["line"]
    after = function["after"][0]
    assert after["frame"] < code["frame"]
    assert after["deferreturns"] < 18
    assert {path: path.read_bytes() for path in module.rglob("*.go")} == before


@needs_go
@pytest.mark.skipif(go().goarch != "amd64", reason="the bits are looked for in AMD64's instructions")
def test_open_coded(module: Path) -> None:
    (code,) = (each for each in of(module, "Two")["before"] if each["function"] == "Two")
    assert [each["compiled"] for each in code["defers"]] == ["open-coded"] * 2
    assert [each["call"] for each in code["defers"]] == [None, None]
    assert code["defer_bits"].endswith("(SP)")
    opened = [each for each in code["exits"] if each["open_coded"]]
    assert [each["line"] for each in opened] == [line("return n", "func Two")] * 2
    assert opened[0]["call"] == "indirect"
    assert code["deferreturns"] == 1, "for a panic that was recovered"


@needs_go
def test_generic_functions_are_shown_by_instance(module: Path) -> None:
    (code,) = of(module, "(*Set).Get")["before"]
    assert "Set[go.shape.string]" in code["symbol"]
    assert code["defers"][0]["compiled"] == "open-coded"


@needs_go
def test_generic_functions_that_only_tests_use(module: Path) -> None:
    (code,) = of(module, "generic.(*T).Get")["before"]
    assert "T[go.shape.string]" in code["symbol"]
    assert code["defers"][0]["compiled"] == "open-coded"


@needs_go
def test_loops_and_literals(module: Path) -> None:
    codes = of(module, "Outer")["before"]
    assert [each["function"] for each in codes] == ["Outer", "Outer.func1"]
    assert codes[0]["defers"][0]["compiled"] == "heap-allocated"
    assert codes[0]["defers"][0]["call"] == "runtime.deferproc"
    assert codes[1]["defers"][0]["compiled"] == "open-coded"
    (loop,) = of(module, "Loop")["before"]
    assert loop["defers"][0]["compiled"] == "heap-allocated"


@needs_go
def test_text(module: Path) -> None:
    done = defermod("asm", "Loop", cwd=module)
    assert done.returncode == 0, done.stderr
    assert f"Loop  p.go:{line('func Loop')}" in done.stdout
    assert "heap-allocated: registered by" in done.stdout
    assert "CALL runtime.deferproc(SB)" in done.stdout
    assert f"{line('defer f.Close()'):6}  defer f.Close()" in done.stdout
    assert "before: example.com/m.Loop" in done.stdout
    assert "after:  example.com/m.Loop.func1" in done.stdout
    assert f"line {line('defer f.Close()')}: fixable" in done.stdout


@needs_go
def test_several_are_named(module: Path) -> None:
    done = defermod("asm", "Many", cwd=module)
    assert done.returncode == 0, done.stderr
    assert "2 functions are called Many: Many in other/other.go, Many in p.go" in done.stderr
    assert "line 5 is open-coded" in done.stdout, "by its own line, not by the one of gen.y"


@needs_go
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Mny", "did you mean Many?"),
        ("(*Sets).Get", "did you mean (*Set).Get or (*T).Get?"),
        ("Zzz", "no function in a file with a defer is called Zzz\n"),
    ],
)
def test_no_such_function(module: Path, name: str, said: str) -> None:
    done = defermod("asm", name, cwd=module)
    assert done.returncode == 2
    assert said in done.stderr


@needs_go
def test_no_code(module: Path) -> None:
    done = defermod("asm", "T.Unused", cwd=module)
    assert done.returncode == 2
    assert "nothing that was compiled uses it" in done.stdout
    plain = defermod("asm", "Plain", cwd=module)
    assert plain.returncode == 0
    assert "no defer" in plain.stdout


@needs_go
def test_package_that_does_not_compile(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module example.com/b\n\ngo 1.22\n")
    (tmp_path / "b.go").write_text("package b\n\nfunc F() {\n\tdefer println(undefined)\n}\n")
    done = defermod("asm", "F", cwd=tmp_path)
    assert done.returncode == 2
    assert "F can't be compiled" in done.stdout
    assert "undefined" in done.stdout


def test_names() -> None:
    found = declared_names(_FILE.encode())
    assert ("(*Set).Get", "p") in found
    assert ("Many", "p") in found
    assert declared_names(b"package q\nfunc (t T[A, B]) M[X any](x X) {}\nfunc ( *U) N() {}\n") == {
        ("T.M", "q"),
        ("(*U).N", "q"),
    }
    for pattern in ("Many.func1", "Many", "p.Many", "M*", "p.*"):
        assert matching((pattern,), "Many.func1", "p") == pattern
    assert matching(("Many.func2",), "Many.func1", "p") == ""
    assert hint("Gt", ["(*Set).Get"]) == "; did you mean (*Set).Get?"
    assert hint("qqqq", ["(*Set).Get"]) == ""
