"""``defermod cost``: counts, kinds and verdicts on small modules, with their tests run by real Go."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from defermod.rewrite.counters import defers_of, with_counters
from defermod.syntax.source import Source
from defermod.toolchain.calibration import _PROGRAM, HEAP, OPEN_CODED, STACK
from defermod.toolchain.defer_kinds import defer_kinds
from defermod.toolchain.overlay import without_line_directives
from tests.support_cli import defermod
from tests.support_go import go, needs_go

_STORE = """// Package store has all kinds of defers.
package store

import (
	"os"
	"sync"
)

var mu sync.Mutex

func Get(n int) int {
	mu.Lock()
	defer mu.Unlock()
	return n
}

func Load(paths []string) (open int) {
	for _, path := range paths {
		f, err := os.Open(path)
		if err != nil {
			continue
		}
		defer f.Close()
		open++
	}
	return open
}

func Never() {
	defer mu.Unlock()
	mu.Lock()
}

func Each(f func(int)) {
	for i := range 3 {
		func() { mu.Lock(); defer mu.Unlock(); f(i) }()
	}
}
"""
_STORE_TEST = """package store_test

import (
	"os"
	"os/exec"
	"runtime"
	"testing"

	"example.com/m/store"
)

func TestMain(m *testing.M) {
	if os.Getenv("CHILD") != "" {
		store.Get(1)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func TestAll(t *testing.T) {
	for i := 0; i < 10; i++ {
		store.Get(i)
	}
	if n := store.Load([]string{"store.go", "store.go", "missing", "store.go"}); n != 3 {
		t.Fatal(n)
	}
	store.Load([]string{"store.go"})
	store.Each(func(int) {
		if _, _, line, _ := runtime.Caller(1); line != LINE {
			t.Error(line)
		}
	})
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), "CHILD=1")
	if err := child.Run(); err != nil {
		t.Fatal(err)
	}
}

func BenchmarkGet(b *testing.B) {
	for i := 0; i < b.N; i++ {
		store.Get(i)
	}
}
"""
_MAIN = """package main

//line gen.y:100
func main() {
	defer println()
}

//line gen.y:7
func run() int {
	defer func() {}()
	return 1
}
"""
_MAIN_TEST = """package main

import "testing"

func TestRun(t *testing.T) {
	run()
}
"""
_BROKEN_TEST = """package broken

import "testing"

func TestIt(t *testing.T) {
	undefined()
}
"""


def _module(directory: Path) -> Path:
    each = next(at for at, line in enumerate(_STORE.splitlines(), 1) if "f(i)" in line)
    files = {
        "go.mod": "module example.com/m\n\ngo 1.22\n",
        "store/store.go": _STORE,
        "store/store_test.go": _STORE_TEST.replace("LINE", str(each)),
        "cmd/tool/main.go": _MAIN,
        "cmd/tool/main_test.go": _MAIN_TEST,
        "broken/broken.go": "package broken\n\nfunc f() {\n\tdefer println()\n}\n",
        "broken/broken_test.go": _BROKEN_TEST,
        "untested/untested.go": "package untested\n\nfunc f() {\n\tdefer println()\n}\n",
        "tagged/a_windows.go": "package tagged\n\nfunc f() {\n\tdefer println()\n}\n",
        "tagged/b.go": "//go:build special\n\npackage tagged\n\nfunc g() {\n\tdefer println()\n}\n",
        "clash/clash.go": "package clash\n\nfunc defermodCostRan() {}\n\nfunc F() {\n\tdefer println()\n}\n",
        "clash/clash_test.go": 'package clash\n\nimport "testing"\n\nfunc TestF(t *testing.T) { F() }\n',
    }
    for name, text in files.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_text(text)
    return directory


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _module(tmp_path_factory.mktemp("cost"))


def contents(directory: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in directory.rglob("*") if path.is_file()}


def by_text(done: subprocess.CompletedProcess[str]) -> dict[tuple[str, int], dict[str, Any]]:
    return {(each["path"], each["line"]): each for each in json.loads(done.stdout)["defers"]}


def line(text: str, part: str) -> int:
    return next(at for at, each in enumerate(text.splitlines(), 1) if part in each)


@needs_go
def test_counts_what_the_tests_run(module: Path) -> None:
    before = contents(module)
    done = defermod("cost", "--tests", "--output-format", "json", cwd=module)
    assert done.returncode == 0, done.stderr
    assert contents(module) == before
    found = by_text(done)
    get = found["store/store.go", line(_STORE, "defer mu.Unlock()")]
    assert get["ran"] == 11, "ten here, one in a process of its own that ends by os.Exit"
    assert (get["function"], get["compiled"], get["in_loop"], get["pending"]) == ("Get", "open-coded", False, None)
    assert get["verdict"] == "leave it"
    load = found["store/store.go", line(_STORE, "defer f.Close()")]
    assert (load["ran"], load["pending"], load["compiled"]) == (4, 3, "heap-allocated")
    never = found["store/store.go", line(_STORE, "func Never") + 1]
    assert (never["ran"], never["verdict"], never["share"]) == (0, "never ran", None)
    literal = found["store/store.go", line(_STORE, "f(i)")]
    assert (literal["function"], literal["ran"]) == ("Each.func1", 3)
    tool = found["cmd/tool/main.go", line(_MAIN, "defer func")]
    assert tool["compiled"] == "open-coded", "though the compiler calls the line gen.y:8"
    assert (tool["ran"], tool["package"], tool["run"]) == (1, "example.com/m/cmd/tool", "example.com/m/cmd/tool")
    clash = found["clash/clash.go", 6]
    assert (clash["ran"], clash["verdict"]) == (None, "not counted")
    assert {run["package"] for run in json.loads(done.stdout)["runs"]} >= {"example.com/m/store"}


@needs_go
def test_says_what_could_not_be_counted(module: Path) -> None:
    done = defermod("cost", "--tests", cwd=module)
    assert "example.com/m/untested: it has no tests" in done.stderr
    assert "example.com/m/broken: its tests don't build" in done.stderr
    assert "example.com/m/clash: not counted: it doesn't compile with counters" in done.stderr
    assert "example.com/m/store: it failed" not in done.stderr
    assert "and 1 more: not counted: they are for another platform, need build tags" in done.stderr
    assert f"store/store.go:{line(_STORE, 'defer mu.Unlock()')}  defer mu.Unlock()" in done.stdout
    assert "A defer costs on this machine" in done.stdout


@needs_go
def test_benchmarks(module: Path) -> None:
    done = defermod("cost", "--bench", "Get", "--benchtime", "20ms", "./store", cwd=module)
    assert done.returncode == 0, done.stderr
    row = next(each for each in done.stdout.splitlines() if "defer mu.Unlock()" in each)
    assert "open-coded" in row
    assert row.endswith("leave it")
    assert "Leave open-coded defers alone" in done.stdout


@needs_go
@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("--bench", "NoSuch", "./store"), "no benchmark matches NoSuch"),
        (("--bench", ".", "--tests"), "give one of them"),
        (("--output-format", "sarif"), "output format"),
        (("missing",), "missing"),
        (("--tests", "./broken"), "don't build"),
    ],
)
def test_fails(module: Path, flags: tuple[str, ...], said: str) -> None:
    done = defermod("cost", *flags, cwd=module)
    assert done.returncode == 2
    assert said in done.stderr


@needs_go
def test_tests_that_fail_count_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module example.com/f\n\ngo 1.22\n")
    (tmp_path / "f.go").write_text("package f\n\nfunc F() {\n\tdefer func() {}()\n}\n")
    (tmp_path / "f_test.go").write_text(
        'package f\n\nimport "testing"\n\nfunc TestF(t *testing.T) {\n\tF()\n\tpanic("no")\n}\n'
    )
    done = defermod("cost", "--tests", "--output-format", "json", cwd=tmp_path)
    assert done.returncode == 0
    assert "it failed, and what it ran until then is counted" in done.stderr
    assert json.loads(done.stdout)["defers"][0]["ran"] == 1


@needs_go
@pytest.mark.skipif(not (shutil.which("gcc") or shutil.which("clang")), reason="no C compiler")
def test_cgo(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module example.com/c\n\ngo 1.22\n")
    (tmp_path / "c.go").write_text(
        'package c\n\n// #include <stdlib.h>\nimport "C"\n\nfunc F() {\n\tp := C.CString("x")\n'
        "\tdefer C.free(nil)\n\t_ = p\n}\n"
    )
    (tmp_path / "c_test.go").write_text('package c\n\nimport "testing"\n\nfunc TestF(t *testing.T) { F() }\n')
    done = defermod("cost", "--tests", "--output-format", "json", cwd=tmp_path)
    if not go().cgo:
        return
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["defers"][0]["ran"] == 1


@needs_go
def test_what_is_measured_is_what_it_is_called(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module m\n\ngo 1.18\n")
    path = (tmp_path / "main.go").resolve()
    path.write_text(_PROGRAM)
    ((_, kinds),) = defer_kinds(go(), {path: _PROGRAM.encode()}).items()
    assert [kind for _, kind in kinds] == [OPEN_CODED, STACK, HEAP]


def test_counters_keep_lines_and_go_before_the_defer() -> None:
    text = (
        b"package p\n\nfunc f(n int) {\n\tfor n > 0 {\n\t\tdefer g()\n\t}\n"
        b"L:\n\tdefer h(func() {\n\t\tdefer g()\n\t})\n}\n"
    )
    made = with_counters(Source(text), 5).decode().splitlines()
    assert len(made) == text.count(b"\n")
    assert made[2] == "func f(n int) {var defermodCostPending uint64;"
    assert made[4].strip() == "defermodCostPiled(5,&defermodCostPending);defer g()"
    assert made[7].strip() == "defermodCostRan(6);defer h(func() {"
    assert made[8].strip() == "defermodCostRan(7);defer g()"


def test_defers_of_a_file() -> None:
    found = defers_of(Source(_STORE.encode()))
    assert [(each.function, each.in_loop) for each in found] == [
        ("Get", False),
        ("Load", True),
        ("Never", False),
        ("Each.func1", False),
    ]


def test_line_directives_lose_their_meaning_and_nothing_else() -> None:
    text = b"//line a.y:1\n// line b\n\t//line c\n//line\n"
    made = without_line_directives(text)
    assert len(made) == len(text)
    assert made == b"// lin a.y:1\n// line b\n\t//line c\n//line\n"
