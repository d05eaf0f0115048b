"""The functions that a user names as holding something too long."""

from __future__ import annotations

import pytest

from defermod.engine.fixpoint import analyse
from defermod.model import Options
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
