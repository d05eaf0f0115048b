"""Facts about statements by the source alone: targets of jumps, endless loops, calls that never return."""

from __future__ import annotations

import pytest

from defermod.golang.noreturn import ends_always, ends_path, runs_defers
from defermod.golang.statements import jump_target, loops_forever, nesting, statements
from tests.support_go import function

TARGETS = {
    "for {\n break\n}": "for {\n",
    "for {\n continue\n}": "for {\n",
    "switch {\ncase a:\n break\n}": "switch",
    "select {\ncase <-a:\n break\n}": "select",
    "switch a.(type) {\ncase int:\n break\n}": "switch a",
    "for b {\n switch {\n case a:\n  break\n }\n}": "switch",
    "for b {\n switch {\n case a:\n  continue\n }\n}": "for b",
    "for b {\n select {\n case <-a:\n  continue\n }\n}": "for b",
    "for a {\n for b {\n  break\n }\n}": "for b",
    "L:\nfor a {\n for b {\n  break L\n }\n}": "for a",
    "L:\nfor a {\n for b {\n  continue L\n }\n}": "for a",
    "L:\nswitch {\ncase a:\n for b {\n  break L\n }\n}": "switch",
    "L:\nfor a {\n M:\n for b {\n  break M\n }\n}": "for b",
    "for a {\n for b {\n  break L\n }\n}": None,
    "for a {\n func() {\n  break\n }()\n}": None,
    "break": None,
}


@pytest.mark.parametrize("body", TARGETS)
def test_jump_target(body: str) -> None:
    (jump,) = function(body).find("break_statement", "continue_statement")
    target, expected = jump_target(jump), TARGETS[body]
    assert target is None if expected is None else target is not None and target.text.startswith(expected)


@pytest.mark.parametrize(
    ("loop", "expected"),
    [
        ("for {\n}", True),
        ("for ; ; {\n}", True),
        ("for i := 0; ; i++ {\n}", True),
        ("for a {\n}", False),
        ("for ; a; {\n}", False),
        ("for i := 0; i < n; i++ {\n}", False),
        ("for range a {\n}", False),
        ("for i := range a {\n}", False),
    ],
)
def test_loops_forever(loop: str, expected: bool) -> None:
    assert loops_forever(next(function(loop).find("for_statement"))) is expected


@pytest.mark.parametrize(
    ("statement", "ends", "always", "unwinds"),
    [
        ("panic(1)", True, True, True),
        ("select {\n}", True, True, False),
        ("os.Exit(1)", True, False, False),
        ("log.Fatal(1)", True, False, False),
        ("log.Panicf(a)", True, False, True),
        ("runtime.Goexit()", True, False, True),
        ("klog.Exitf(a)", True, False, False),
        ("t.Fatal(1)", True, False, True),
        ("t.Skip()", True, False, True),
        ("x.Fatal(1)", False, False, False),
        ("t.Log(1)", False, False, False),
        ("a()", False, False, False),
        ("a = panic", False, False, False),
    ],
)
def test_ends_path(statement: str, ends: bool, always: bool, unwinds: bool) -> None:
    (only,) = statements(function(statement, "func f(t *testing.T)").need("body"))
    assert ends_path(only) is ends
    if ends:
        assert (ends_always(only), runs_defers(only)) == (always, unwinds)


def test_a_t_that_is_no_test_does_not_end_a_path() -> None:
    (only,) = statements(function("t.Fatal(1)", "func f(t *T)").need("body"))
    assert not ends_path(only)


def test_nesting() -> None:
    assert (
        nesting(function("a()"))
        < nesting(function("if a {\n b()\n}"))
        < nesting(function("for {\n if a {\n b()\n}\n}"))
    )
