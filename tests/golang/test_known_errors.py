"""Returned errors that are known not to be nil."""

from __future__ import annotations

import pytest

from defermod.golang.defuse import assigns
from defermod.golang.known_errors import known_error
from defermod.golang.scopes import Scopes
from defermod.syntax.tree import Node
from tests.support_go import declaration, function

# Body of ``func f(err error, other error, items []int)``, in which the last ``return`` is asked about.
KNOWN = {
    "guarded": "if err != nil { return err }",
    "guarded, in parentheses": "if (err != nil) { return (err) }",
    "guarded, with an initialiser": "if err := g(); err != nil { return err }",
    "guarded, and more": "if err != nil && x { return err }",
    "more, and guarded": "if x && y && err != nil { return err }",
    "both": "if (err != nil && x) && y { return err }",
    "else of a test for nil": "if err == nil { a() } else { return err }",
    "deeper in the branch": "if err != nil { if x { { return err } } }",
    "in a loop in the branch": "if err != nil { for x { return err } }",
    "in a switch in the branch": "if err != nil { switch { case x: return err } }",
    "assigned before the test": "err = g(); if err != nil { return err }",
    "declared in the loop": "for x { err := g(); if err != nil { return err } }",
    "assigned in the loop, tested after it": "for x { err = g(); if err != nil { return err } }",
    "assigned after the return": "if err != nil { return err }; err = g()",
    "another is assigned": "if err != nil { other = nil; return err }",
    "another is shadowed": "if err != nil { other := g(); _ = other; return err }",
    "read by a literal": "if err != nil { defer func() { log(err) }(); return err }",
    "errors.New": 'return errors.New("x")',
    "fmt.Errorf": 'return fmt.Errorf("x: %w", err)',
    "wrapped, known": 'if err != nil { return errors.Wrap(err, "x") }',
    "wrapped constructor": 'return errors.WithStack(errors.New("x"))',
    "sentinel": "return io.EOF",
    "pointer to a literal": "return &MyError{x: 1}",
    "inner test of the same": "if err != nil { if err == nil { } ; return err }",
    "else-if chain": "if x { } else if err != nil { return err }",
}
UNKNOWN = {
    "bare": "return err",
    "after the test": "if err != nil { a() }; return err",
    "in the else of a test against nil": "if err != nil { a() } else { return err }",
    "in a test for nil": "if err == nil { return err }",
    "another is tested": "if other != nil { return err }",
    "or": "if err != nil || x { return err }",
    "else of a test for nil, and more": "if err == nil && x { } else { return err }",
    "not": "if !(err != nil) { return err }",
    "assigned between": "if err != nil { err = g(); return err }",
    "redeclared between": "if err != nil { a, err := g(); _ = a; return err }",
    "assigned together with others": "if err != nil { a, err = g(); return err }",
    "declared between": "if err != nil { var err error; return err }",
    "assigned by range": "if err != nil { for _, err = range errs { }; return err }",
    "assigned in a branch between": "if err != nil { if x { err = nil }; return err }",
    "assigned in a parenthesis": "if err != nil { (err) = nil; return err }",
    "assigned in the condition's loop": "if err != nil { for x { if y { return err }; err = nil } }",
    "assigned by a literal": "if err != nil { func() { err = nil }(); return err }",
    "assigned by a deferred literal": "defer func() { err = nil }(); if err != nil { return err }",
    "assigned by a literal elsewhere": "go func() { err = g() }(); if err != nil { return err }",
    "address taken": "if err != nil { clear(&err); return err }",
    "address taken before": "p := &err; if err != nil { *p = nil; return err }",
    "address taken in parentheses": "p := &(err); if err != nil { *p = nil; return err }",
    "in a literal": "if err != nil { g(func() error { return err }) }",
    "shadowed in the test": "if err := g(); err != nil { a() }; return err",
    "shadowed in the branch": "if err != nil { { err := g(); return err } }",
    "goto into the branch": "if err != nil { L: if x { err = nil; goto L }; return err }",
    "goto back into the branch": "if err != nil { L: if x { return err }; err = nil; goto L }",
    "nil shadowed": "nil := g(); if err != nil { return err }",
    "nil shadowed, with others": "nil, x := g(); if err != nil { return err }",
    "nil shadowed by range": "for nil := range items { if err != nil { return err } }",
    "nil shadowed by a receive": "select { case nil := <-c: if err != nil { return err } }",
    "nil shadowed by var": "var nil = g(); if err != nil { return err }",
    "nil shadowed by const": "const nil = 1; if err != nil { return err }",
    "nil shadowed by a type switch": "switch nil := x.(type) { case int: if err != nil { return err } }",
    "wrapped, unknown": 'return errors.Wrap(err, "x")',
    "joined": "return errors.Join(err, other)",
    "any call": "return g()",
    "a field": "if e.err != nil { return e.err }",
    "the package is a variable": "fmt := g(); return fmt.Errorf()",
    "the sentinel's package is a variable": "io := g(); return io.EOF",
    "nil": "return nil",
    "unknown sentinel": "return p.ErrNothing",
    "method on a known package": 'return errors.New("x").Unwrap()',
    "a conversion": "return error(err)",
    "dereferenced": "return *p",
    "address of a variable": "return &e",
    "compared with something else": "if err != other { return err }",
    "outer function's variable, assigned": "err = g(); _ = func() error { if err != nil { return err }; return nil }",
}  # fmt: skip


def last_return(text: str) -> tuple[Node, Scopes]:
    root = declaration(text)
    (value,) = list(root.find("return_statement"))[-1].named_children[0].named_children
    return value, Scopes(root)


def known(body: str) -> bool:
    value, scopes = last_return(f"func f(err error, other error, items []int) error {{\n{body}\n}}")
    return known_error(value, scopes)


@pytest.mark.parametrize("name", KNOWN)
def test_known(name: str) -> None:
    assert known(KNOWN[name])


WRONG = dict.fromkeys(
    ("nil shadowed", "nil shadowed, with others", "nil shadowed by range", "nil shadowed by a receive"),
    "the grammar keeps a `nil` on the left of := or = as no identifier, so Scopes has no binding of it",
)
"""Names of cases to what is wrong with them today."""


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=pytest.mark.xfail(reason=WRONG[n])) if n in WRONG else n for n in UNKNOWN]
)
def test_unknown(name: str) -> None:
    body = UNKNOWN[name]
    if name == "in a literal" or name.startswith("outer function"):
        body = body.replace("return nil", "")
    assert not known(body)


def test_a_guard_inside_a_literal_on_its_own_variable() -> None:
    value, scopes = last_return("var f = func() error { err := g(); if err != nil { return err } }")
    assert known_error(value, scopes)


def test_a_named_result() -> None:
    value, scopes = last_return("func f() (err error) { err = g(); if err != nil { return err } }")
    assert known_error(value, scopes)


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("x = 1", True),
        ("x := 1", True),
        ("a, x = 1, 2", True),
        ("(x) = 1", True),
        ("x += 1", True),
        ("x++", True),
        ("x--", True),
        ("var x = 1", True),
        ("var x int", True),
        ("for x = range a { }", True),
        ("for _, x := range a { }", True),
        ("select { case x = <-a: }", True),
        ("select { case x := <-a: }", True),
        ("switch x := a.(type) { }", True),
        ("a = x", False),
        ("a := x", False),
        ("var a = x", False),
        ("x.y = 1", False),
        ("x[0] = 1", False),
        ("*x = 1", False),
        ("a[x] = 1", False),
        ("f(x)", False),
        ("&x", False),
        ("for range x { }", False),
        ("select { case x <- 1: }", False),
        ("return x", False),
        ("x()", False),
    ],
)
def test_assigns(statement: str, expected: bool) -> None:
    root = function(statement if statement != "&x" else "f(&x)")
    name = next(node for node in root.find("identifier") if node.text == "x")
    assert assigns(name) is expected
