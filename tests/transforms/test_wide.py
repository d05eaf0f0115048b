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
