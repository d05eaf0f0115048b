"""The defers that pile up, their loops, and their functions' names."""

from __future__ import annotations

import pytest

from defermod.golang.cfg import CFG
from defermod.golang.loops import LoopDefer, function_name, functions, loop_defers, places, without_dead_ways
from tests.support_go import function, nodes


def found_in(text: str) -> list[LoopDefer]:
    """The loop defers of all functions of a file without a package clause."""
    root = nodes(f"package p\n\n{text}\n")
    return [defer for each in functions(root) for defer in loop_defers(each, CFG(each))]


def found(body: str, signature: str = "func f(t *testing.T)") -> list[str]:
    """The names of the calls whose defers are findings."""
    return [d.node.named_children[0].need("function").text for d in found_in(f"{signature} {{\n{body}\n}}")]


# Every kind of loop, and what lies between the loop and the defer.
PILE_UP = {
    "three clauses": "for i := 0; i < 3; i++ { defer a() }",
    "no condition": "for i := 0; ; i++ { defer a(); if x { break } }",
    "condition": "for x { defer a() }",
    "endless": "for { defer a() }",
    "range": "for range x { defer a() }",
    "range with variables": "for i, v := range x { defer a(i, v) }",
    "range over an integer": "for i := range 3 { defer a(i) }",
    "range over a function": "for v := range seq() { defer a(v) }",
    "range over a channel": "for v := range ch { defer a(v) }",
    "in an if": "for x { if y { defer a() } }",
    "in an else": "for x { if y { return } else { defer a() } }",
    "in a block": "for x { { { defer a() } } }",
    "in a switch": "for x { switch { case y: defer a() } }",
    "in a type switch": "for x { switch y.(type) { case int: defer a() } }",
    "in a select": "for x { select { case <-y: defer a() } }",
    "labelled": "L: for x { defer a(); continue L }",
    "labelled defer": "for x { L: defer a(); if y { goto L } }",
    "break leaves only the switch": "for x { defer a(); switch { case y: break } }",
    "break leaves only the select": "for x { defer a(); select { case <-y: break } }",
    "some paths return": "for x { defer a(); if y { return } }",
    "the outer loop goes on": "L: for x { for y { defer a(); continue L } }",
    "the inner break, the outer loop goes on": "for x { for y { defer a(); break } }",
    "a loop around the return's loop": "for x { for y { defer a(); if z { return }; break } }",
    "goto backwards": "L: defer a(); if x { goto L }",
    "goto to before": "L: b(); defer a(); if x { return }; goto L",
    "goto in a loop that goes on": "for x { defer a(); goto L; L: b() }",
    "fallthrough": "for x { switch { case y: fallthrough; case z: defer a() } }",
    "unknown call at the end": "for x { defer a(); exit() }",
}
ONCE = {
    "no loop": "defer a()",
    "before a loop": "defer a(); for x { b() }",
    "after a loop": "for x { b() }; defer a()",
    "returns": "for x { defer a(); return }",
    "breaks": "for x { defer a(); break }",
    "breaks the labelled loop": "L: for x { for y { defer a(); break L } }",
    "breaks out of a switch": "L: for x { switch { case y: defer a(); break L } }",
    "panics": "for x { defer a(); panic(y) }",
    "exits": "for x { defer a(); os.Exit(1) }",
    "fails the test": "for x { defer a(); t.Fatal(y) }",
    "every branch leaves": "for x { defer a(); if y { return }; if z { break } else { panic(1) } }",
    "every case leaves": "for x { defer a(); switch { case y: return; default: panic(1) } }",
    "goto out": "for x { defer a(); goto end }; end: b()",
    "goto forwards": "defer a(); if x { goto L }; b(); L: c()",
    "the others go on": "for x { if y { continue }; defer a(); return }",
    "blocks for good": "for x { defer a(); select {} }",
    "loops for good": "for x { defer a(); for { b() } }",
    "unreachable": "for x { return; defer a() }",
    "in a literal": "for x { func() { defer a() }() }",
    "in a goroutine": "for x { go func() { defer a() }() }",
    "in a deferred literal": "defer func() { defer a() }()",
}  # fmt: skip


@pytest.mark.parametrize("name", PILE_UP)
def test_piles_up(name: str) -> None:
    assert found(PILE_UP[name]) == ["a"]


@pytest.mark.parametrize("name", ONCE)
def test_passed_once(name: str) -> None:
    assert found(ONCE[name]) == []


def test_only_a_test_is_ended_by_a_fatal() -> None:
    assert found(ONCE["fails the test"], "func f(t *T)") == ["a"]
    assert found_in(f"func f(t *testing.T) {{ func() {{ {ONCE['fails the test']} }}() }}") == []


def test_several() -> None:
    body = "defer a(); for x { defer b(); for y { defer c() }; defer d() }; defer e()"
    assert found(body) == ["b", "c", "d"]


def test_the_defer_of_a_literal_belongs_to_the_literal() -> None:
    outer, inner = found_in("func f() { for x { defer func() { for y { defer a() } }() } }")
    assert [function_name(d.function) for d in (outer, inner)] == ["f", "f.func1"]
    assert inner.function.kind == "func_literal" and outer.function.kind == "function_declaration"


@pytest.mark.parametrize(
    "text",
    [
        "var v = func() { for x { defer a() } }",
        "var v = T{f: func() { for x { defer a() } }}",
        "var ( u = 1; v = []func(){func() { for x { defer a() } }} )",
        "func f() { go func() { for { defer a() } }() }",
        "func f() { g(func() { for x { defer a() } }) }",
        "func f() { return func() { for x { defer a() } } }",
        "func f() { if func() bool { for x { defer a() }; return true }() {} }",
        "func f() { for _, g := range []func(){func() { for x { defer a() } }} { g() } }",
        "func f() { switch { case func() bool { for x { defer a() }; return true }(): } }",
        "func f() { select { case c <- func() { for x { defer a() } }: } }",
    ],
)
def test_literals_anywhere(text: str) -> None:
    (defer,) = found_in(text.replace("; v =", "\nv =").replace("( ", "(\n").replace(" )", "\n)"))
    assert defer.function.kind == "func_literal"


@pytest.mark.parametrize(
    ("body", "loop"),
    [
        ("for x { for y { defer a() } }", "for y"),
        ("for x { for y { defer a(); break } }", "for x"),
        ("L: for x { for y { defer a(); continue L } }", "for x"),
        ("for x { for y { defer a(); if z { break } } }", "for y"),
        ("for x { for y { b() }; defer a() }", "for x"),
        ("for x { L: defer a(); if y { goto L }; return }", None),
        ("for x { L: defer a(); if y { goto L } }", None),  # within an iteration, too
        ("L: defer a(); goto L", None),
        ("L: for x { defer a(); break }; goto L", None),
        ("L: for x { defer a(); goto L }", "for x"),  # it is a continue
        ("L: for i := 0; x; i++ { defer a(); goto L }", None),
    ],
)
def test_the_loop_that_brings_control_back(body: str, loop: str | None) -> None:
    (defer,) = found_in(f"func f() {{\n{body}\n}}")
    assert (defer.loop.text[:5] if defer.loop else None) == loop


@pytest.mark.parametrize(
    ("body", "endless"),
    [
        ("for { defer a() }", True),
        ("for { defer a(); b() }", True),
        ("for ;; c() { defer a() }", True),
        ("for { for x { defer a() } }", True),
        ("for { defer a(); switch { case x: break } }", True),
        ("for { defer a(); go func() { return }() }", True),
        ("for { defer a(); if x { os.Exit(1) } }", True),
        ("for { defer a(); if x { log.Fatal(1) } }", True),
        ("for x { defer a(); for { defer b() } }", True),
        ("for { defer a(); select {} ; }; L: for { defer a(); goto L }", True),
        ("L: defer a(); goto L", True),
        ("for { defer a(); if x { return } }", False),
        ("for { defer a(); if x { break } }", False),
        ("for { defer a(); if x { goto L } }; L: b()", False),
        ("for { defer a(); if x { panic(1) } }", False),
        ("for { defer a(); if x { runtime.Goexit() } }", False),
        ("for { defer a(); if x { t.FailNow() } }", False),
        ("for x { defer a() }", False),
        ("for range x { defer a() }", False),
        ("for { if x { return }; defer a() }", False),
        ("if x { return }; for { defer a() }", True),
        ("L: for { for { defer a(); break L } ; }; for { defer a() }", True),
    ],
)
def test_endless(body: str, endless: bool) -> None:
    last = found_in(f"func f(t *testing.T) {{\n{body}\n}}")[-1]
    assert last.endless is endless


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("func F() {}", ["F"]),
        ("func F[T any]() {}", ["F"]),
        ("func (t T) M() {}", ["T.M"]),
        ("func (t *T) M() {}", ["(*T).M"]),
        ("func (T) M() {}", ["T.M"]),
        ("func (*T) M() {}", ["(*T).M"]),
        ("func (t *T[P, Q]) M() {}", ["(*T).M"]),
        ("func F() { func() {}(); go func() { func() {}() }() }", ["F", "F.func1", "F.func2", "F.func2.func1"]),
        ("func (t *T) M() { defer func() {}() }", ["(*T).M", "(*T).M.func1"]),
        ("var v = func() { func() {}() }", ["glob..func1", "glob..func1.func1"]),
        ("var (\nu = func() {}\nv = func() {}\n)", ["glob..func1", "glob..func2"]),
        ("func F()\nfunc G() {}", ["G"]),
    ],
)
def test_function_names(text: str, names: list[str]) -> None:
    assert [function_name(each) for each in functions(nodes(f"package p\n\n{text}\n"))] == names


class TestPlaces:
    def holders(self, body: str) -> list[tuple[str, int]]:
        root = function(body)
        defer = next(root.find("defer_statement"))
        loop = next(root.find("for_statement"))
        found = list(places(defer, loop))
        assert all(place.statement.start <= defer.start and defer.end <= place.statement.end for place in found)
        return [(place.holder.kind, place.index) for place in found]

    def test_innermost_first(self) -> None:
        assert self.holders("for x {\n a()\n if y {\n  b()\n  c()\n  defer d()\n }\n}") == [("block", 2), ("block", 1)]

    def test_cases(self) -> None:
        assert self.holders("for x {\n switch {\n case y:\n  a()\n  defer b()\n }\n}") == [
            ("expression_case", 1),
            ("block", 0),
        ]

    def test_ends_with_the_loop(self) -> None:
        root = function("for x {\n for y {\n  defer a()\n }\n}")
        outer, inner = root.find("for_statement")
        defer = next(root.find("defer_statement"))
        assert [p.holder.parent for p in places(defer, inner)] == [inner]
        assert [p.holder.parent for p in places(defer, outer)] == [outer]


# Conditions that always have the same value: a finding only where control still passes the defer twice.
DECIDED = {
    "for false": ("for false { defer a() }", []),
    "for true": ("for true { defer a() }", ["a endless"]),
    "for true, left": ("for true { defer a(); if x { break } }", ["a"]),
    "if true break": ("for x { defer a(); if true { break } }", []),
    "if false break": ("for x { defer a(); if false { break } }", ["a"]),
    "if false": ("for x { if false { defer a() } }", []),
    "else of true": ("for x { if true { b() } else { defer a() } }", []),
    "else of false": ("for x { if false { b() } else { defer a() } }", ["a"]),
    "a loop in dead code": ("if false { for x { defer a() } }", []),
    "three clauses": ("for i := 0; false; i++ { defer a() }", []),
    "once, in a loop that goes on": ("for x { for y { defer a(); if true { break } } }", ["a"]),
    "goto from dead code": ("L: defer a(); if false { goto L }", []),
    "unknown": ("for x { if y { defer a() } }", ["a"]),
}


@pytest.mark.parametrize("case", DECIDED)
def test_decided_conditions(case: str) -> None:
    body, expected = DECIDED[case]
    root = nodes(f"package p\n\nfunc f() {{\n{body}\n}}\n")
    values = {"true": True, "false": False}
    seen = [
        found.node.named_children[0].need("function").text + " endless" * found.endless
        for each in functions(root)
        for found in without_dead_ways(loop_defers(each, CFG(each)), each, lambda node: values.get(node.text))
    ]
    assert seen == expected
