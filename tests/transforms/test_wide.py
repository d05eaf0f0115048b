"""The functions that a user names as holding something too long."""

from __future__ import annotations

from pathlib import Path

import pytest

from defermod.engine.fixpoint import analyse
from defermod.model import Options
from tests.support_cli import defermod
from tests.support_go import go, needs_go
from tests.support_rules import with_rules

TEXT = b"""package store

type T struct{ mu sync.Mutex }

func (t *T) Get() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := t.n
	n++
	return n * 2
}

func Set(t *T) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := t.n
	n++
	return n * 2
}
"""


@pytest.mark.parametrize(
    ("patterns", "names"),
    [
        ((), []),
        (("Set",), ["Set"]),
        (("store.Set",), ["Set"]),
        (("(*T).Get", "Set"), ["(*T).Get", "Set"]),
        (("T.*",), ["(*T).Get"]),
        (("other.*",), []),
        (("*",), ["(*T).Get", "Set"]),
    ],
)
def test_functions_that_hold_too_long(patterns: tuple[str, ...], names: list[str]) -> None:
    options = with_rules(Options(select=frozenset({"wide-defer"})), wide=patterns)
    result = analyse("store.go", TEXT, options)
    assert [finding.function for finding in result.findings] == names


BETWEEN = TEXT.replace(b"n++\n", b"time.Sleep(1)\n\tt.n++\n")


def test_what_stands_between_uses_is_meant_unless_the_user_asks() -> None:
    quiet = analyse("store.go", BETWEEN, with_rules(Options(select=frozenset({"wide-defer"})), wide=()))
    assert not quiet.findings
    asked = analyse("store.go", BETWEEN, with_rules(Options(select=frozenset({"wide-defer"})), wide=("Set",)))
    assert [f.refusal.code for f in asked.findings if f.refusal is not None] == ["held-over-use"]


@pytest.mark.parametrize(
    ("package", "function", "found"),
    [
        (b"package store", b"func run()", 1),
        (b"package main", b"func run()", 1),
        (b"package main", b"func main()", 0),
        (b"package store", b"func main()", 1),
        (b"package store_test", b"func Example()", 0),
        (b'package store\n\nimport "testing"', b"func helper()", 0),
    ],
)
def test_programs_and_tests_hold_what_they_have(package: bytes, function: bytes, found: int) -> None:
    body = b" {\n\tf := open()\n\tdefer f.Close()\n\tf.Use()\n\ttime.Sleep(1)\n}\n"
    text = package + b"\n\n" + function + body
    result = analyse("a.go", text, with_rules(Options(select=frozenset({"wide-defer"})), wide=()))
    assert len(result.findings) == found


_STORE = """package store

import "sync"

type T struct {
	mu sync.Mutex
	n  int
}

func (t *T) Sum() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := t.n
	sum := 0
	for i := range 20000 {
		sum += i ^ n
	}
	return sum
}

func (t *T) Calm() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := t.n
	n++
	return n * 2
}
"""
_STORE_TEST = """package store

import "testing"

func BenchmarkSum(b *testing.B) {
	var t T
	b.SetParallelism(4)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			t.Sum()
		}
	})
}
"""


@pytest.fixture(scope="module")
def contended(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A module whose benchmark waits for a lock, with profiles of it."""
    directory = tmp_path_factory.mktemp("contended")
    (directory / "go.mod").write_text("module example.com/store\n\ngo 1.22\n")
    (directory / "store.go").write_text(_STORE)
    (directory / "store_test.go").write_text(_STORE_TEST)
    flags = ["-run=^$", "-bench=.", "-benchtime=20000x", f"-o={directory / 'p.test'}"]
    profiles = [f"-{kind}profile={directory / kind}.prof" for kind in ("mutex", "block", "cpu")]
    assert not go().run(["test", *flags, *profiles, "."], cwd=directory).code
    return directory


@needs_go
@pytest.mark.parametrize(
    ("profile", "found"), [("mutex.prof", True), ("block.prof", True), ("cpu.prof", False), (None, False)]
)
def test_a_profile_of_waiting_for_locks(contended: Path, profile: str | None, found: bool) -> None:
    named = ("--profile", profile) if profile else ()
    done = defermod("check", "--select", "wide-defer", *named, "--output-format", "concise", "store.go", cwd=contended)
    lines = [line for line in done.stdout.splitlines() if "wide-defer" in line]
    assert len(lines) == int(found), done.stdout + done.stderr
    if found:
        assert lines[0].startswith("store.go:12:2")
        assert f"% of the waiting in {profile}" in lines[0]
    assert "profile of" not in done.stderr
