"""Control flow: where jumps lead, what can be reached, and which statements end a function."""

# ruff: noqa: E501  (a case of a table is a line)

from __future__ import annotations

from pathlib import Path

import pytest

from defermod.golang.cfg import CFG, Point
from defermod.golang.noreturn import ends_path, runs_defers
from defermod.golang.statements import MAX_NESTING, jump_target, loops_forever, nesting, statements
from defermod.golang.terminating import terminates
from defermod.syntax.source import Source
from defermod.syntax.tree import Node
from tests.support_go import (
    all_functions,
    find_text,
    flow_of,
    function,
    golden_inputs,
    gotypes,
    gotypes_of_standard_files,
    needs_go,
    nodes,
)

STATEMENT = frozenset({"expression_statement"})


def spoken(point: Point, flow: CFG) -> str:
    """A point as the tables name it: the first line of its statement, ``exit``, or ``nowhere``."""
    if point is flow.exit:
        return "exit"
    return point.node.text.split("\n")[0] if point.node is not None else "nowhere"


def call(flow: CFG, name: str) -> Node:
    return find_text(flow.function, f"{name}()", STATEMENT)


# Body, jump, where it leads.
JUMPS = [
    ("for a {\n break\n}\nb()", "break", "b()"),
    ("for a {\n continue\n}\nb()", "continue", "for a {"),
    ("for i := 0; i < 3; i++ {\n continue\n}", "continue", "i++"),
    ("for i := 0; i < 3; i++ {\n break\n}", "break", "exit"),
    ("for i := 0; i < 3; {\n continue\n}", "continue", "for i := 0; i < 3; {"),
    ("for range a {\n continue\n}", "continue", "for range a {"),
    ("for {\n continue\n}", "continue", "for {"),
    ("for {\n switch a {\n case 1:\n break\n }\n b()\n}", "break", "b()"),
    ("for {\n switch a {\n case 1:\n continue\n }\n b()\n}", "continue", "for {"),
    ("for {\n switch a.(type) {\n case int:\n break\n }\n b()\n}", "break", "b()"),
    ("for {\n select {\n case <-a:\n break\n }\n b()\n}", "break", "b()"),
    ("for {\n select {\n case <-a:\n continue\n }\n b()\n}", "continue", "for {"),
    ("L:\nfor a {\n for b {\n break L\n }\n}\nc()", "break L", "c()"),
    ("L:\nfor a {\n for b {\n continue L\n }\n}\nc()", "continue L", "for a {"),
    ("L:\nfor i := 0; ; i++ {\n for b {\n continue L\n }\n}", "continue L", "i++"),
    ("L:\nfor a {\n switch {\n case b:\n break L\n }\n}\nc()", "break L", "c()"),
    ("L:\nswitch {\ncase a:\n for {\n break L\n }\n}\nc()", "break L", "c()"),
    ("L:\nselect {\ncase <-a:\n for {\n break L\n }\n}\nc()", "break L", "c()"),
    ("a()\nL:\nb()\ngoto L", "goto L", "b()"),
    ("goto L\na()\nL:\nb()", "goto L", "b()"),
    ("goto L\na()\nL:", "goto L", "exit"),
    ("goto L\na()\nL:\n{\n}\nb()", "goto L", "b()"),
    ("for a {\n goto L\n}\nL:\nfor b {\n}", "goto L", "for b {"),
    ("switch a {\ncase 1:\n fallthrough\ncase 2:\n b()\n}", "fallthrough", "b()"),
    ("switch a {\ncase 1:\n fallthrough\ndefault:\n}\nc()", "fallthrough", "c()"),
    ("switch a {\ndefault:\n fallthrough\ncase 2:\n b()\n}", "fallthrough", "b()"),
    ("for a {\n switch b {\n case 1:\n fallthrough\n case 2:\n }\n}", "fallthrough", "for a {"),
    ("for a {\n if b {\n return\n }\n}", "return", "exit"),
    ("for a {\n if b {\n continue\n }\n}\n", "continue", "for a {"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "jump", "destination"), JUMPS)
def test_destination(body: str, jump: str, destination: str) -> None:
    flow = flow_of(body)
    (node,) = [n for n in flow.function.walk() if n.text == jump and n.kind.endswith("_statement")]
    assert spoken(flow.destination(node), flow) == destination


# Body, where control goes after a(), by the first line of what is done next.
AFTER = [
    ("a()\nb()", "b()"),
    ("a()", "exit"),
    ("{\n a()\n}\nb()", "b()"),
    ("a()\n{\n {\n }\n}\nb()", "b()"),
    ("if x {\n a()\n} else {\n c()\n}\nb()", "b()"),
    ("if x {\n} else if y {\n a()\n} else {\n c()\n}\nb()", "b()"),
    ("if x {\n} else {\n a()\n}\nb()", "b()"),
    ("for x {\n a()\n}\nb()", "for x {"),
    ("for ; x; y() {\n a()\n}\nb()", "y()"),
    ("for range x {\n a()\n}\nb()", "for range x {"),
    ("for {\n a()\n}", "for {"),
    ("switch x {\ncase 1:\n a()\ncase 2:\n c()\n}\nb()", "b()"),
    ("select {\ncase <-x:\n a()\ncase <-y:\n c()\n}\nb()", "b()"),
    ("for x {\n switch {\n case y:\n  a()\n }\n}", "for x {"),
    ("a()\nL:\nb()\ngoto L", "b()"),
    ("L:\na()\ngoto L", "goto L"),
    ("L:\n{\n a()\n}\nb()", "b()"),
    ("a();;;b()", "b()"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "following"), AFTER)
def test_after(body: str, following: str) -> None:
    flow = flow_of(body)
    found = flow.after(call(flow, "a"))
    while found.node is not None and found.node.kind == "empty_statement":
        (found,) = found.next
    assert spoken(found, flow) == following


def test_falling_off_the_body_and_continue_are_the_same_point() -> None:
    flow = flow_of("for x {\n if y {\n  continue\n }\n if z {\n  a()\n }\n}")
    jump = next(flow.function.find("continue_statement"))
    assert flow.destination(jump) is flow.after(call(flow, "a"))


# Body, the calls that can be reached from its start, is the exit one of them.
REACHED = [
    ("a()\nreturn\nb()", "a", True),
    ("panic(1)\na()", "", False),
    ("a()\nos.Exit(1)\nb()", "a", False),
    ("if x {\n log.Fatalf(y)\n a()\n}\nb()", "b", True),
    ("t.Fatal(x)\na()", "a", True),  # t may be anything: nothing here is of package testing
    ("runtime.Goexit()\na()", "", False),
    ("x.Fatal(y)\na()", "a", True),
    ("for {\n a()\n}\nb()", "a", False),
    ("for ; ; c() {\n a()\n}\nb()", "ac", False),
    ("for {\n if x {\n  break\n }\n a()\n}\nb()", "ab", True),
    ("for x {\n a()\n}\nb()", "ab", True),
    ("for range x {\n return\n}\nb()", "b", True),
    ("select {}\na()", "", False),
    ("select {\ncase <-x:\n a()\n}\nb()", "ab", True),
    ("select {\ncase <-x:\n return\n}\nb()", "", True),
    ("switch {\ncase x:\n return\n}\nb()", "b", True),
    ("switch {\ncase x:\n return\ndefault:\n panic(1)\n}\nb()", "", True),
    ("switch x.(type) {\ndefault:\n return\n}\nb()", "", True),
    ("goto L\na()\nL:\nb()", "b", True),
    ("goto L\na()\n{\n b()\n}\nL:\nc()", "c", True),
    ("L:\na()\ngoto L", "a", False),
    ("go func() {\n a()\n}()\nb()", "b", True),
    ("if x {\n return\n} else {\n return\n}\na()", "", True),
    ("if x {\n return\n} else if y {\n return\n}\na()", "a", True),
]  # fmt: skip


@pytest.mark.parametrize(("body", "calls", "ends"), REACHED)
def test_reachable(body: str, calls: str, ends: bool) -> None:
    flow = flow_of(body)
    reached = flow.reachable(flow.entry)
    found = [p.node.text[0] for p in reached if p.node is not None and p.node.text in ("a()", "b()", "c()")]
    assert ("".join(sorted(found)), flow.exit in reached) == (calls, ends)


class TestReaches:
    def test_inside(self) -> None:
        flow = flow_of("for x {\n for y {\n  a()\n  if z {\n   break\n  }\n  b()\n }\n}")
        outer, inner = flow.function.find("for_statement")
        here, onward = flow.before(call(flow, "a")), flow.after(call(flow, "b"))
        assert flow.reaches(onward, here, inside=inner)
        assert not flow.reaches(onward, flow.before(outer), inside=inner)
        assert flow.reaches(onward, flow.before(outer), inside=outer)
        assert not flow.reaches(onward, flow.exit, inside=outer)
        assert flow.reaches(onward, flow.exit)

    def test_without(self) -> None:
        flow = flow_of("a()\nif x {\n b()\n}\nc()")
        a, b, c = (flow.before(call(flow, name)) for name in "abc")
        assert c in flow.reachable(a, without=b)
        branch = flow.before(next(flow.function.find("if_statement")))
        assert c not in flow.reachable(a, without=branch)

    def test_gotos(self) -> None:
        flow = flow_of("L:\na()\nif x {\n goto L\n}")
        here = flow.before(call(flow, "a"))
        assert flow.reaches(flow.after(call(flow, "a")), here)
        assert not flow.reaches(flow.after(call(flow, "a")), here, gotos=False)

    def test_itself(self) -> None:
        flow = flow_of("a()")
        here = flow.before(call(flow, "a"))
        assert flow.reaches(here, here)

    def test_an_empty_endless_goto(self) -> None:
        flow = flow_of("a()\nL:\ngoto L")
        assert not flow.reaches(flow.entry, flow.exit)


def test_statement_of() -> None:
    flow = flow_of("if x {\n y := f(func() { z() })\n}")
    assignment = next(flow.function.find("short_var_declaration"))
    for text in ("y", "z()", "f"):
        assert flow.statement_of(find_text(next(flow.function.find("block")).children[1], text)) is assignment


def test_literals_are_functions_of_their_own() -> None:
    root = function("for {\n go func() {\n  for x {\n   break\n  }\n  a()\n }()\n}")
    outer, literal = all_functions(root)
    inner = CFG(literal)
    assert spoken(inner.destination(next(root.find("break_statement"))), inner) == "a()"
    assert inner.reaches(inner.entry, inner.exit)
    assert not CFG(outer).reaches(CFG(outer).entry, CFG(outer).exit)


def test_what_does_not_compile_is_no_exception() -> None:
    for body in (
        "break",
        "continue",
        "fallthrough",
        "goto L",
        "for {\n break L\n}",
        "L:\nL:\ngoto L",
        "switch {\n continue\n}",
    ):
        root = Source(f"package p\nfunc f() {{\n{body}\n}}\n".encode()).root
        for each in all_functions(root):
            if not each.has_error:
                CFG(each)


ENDINGS = [
    ("panic(1)", True, True),
    ("os.Exit(1)", True, False),
    ("log.Fatal(x)", True, False),
    ("log.Panicf(x)", True, True),
    ("runtime.Goexit()", True, True),
    ("t.FailNow()", False, None),
    ("tb.Skipf(x)", False, None),
    ("select {}", True, False),
    ("select {\ncase <-x:\n}", False, None),
    ("panics(1)", False, None),
    ("x.panic(1)", False, None),
    ("x := panic", False, None),
    ("go panic(1)", False, None),
    ("f(panic)", False, None),
    ("t.Log(x)", False, None),
    ("os.Open(x)", False, None),
]


@pytest.mark.parametrize(("statement", "ends", "unwinds"), ENDINGS)
def test_ends_path(statement: str, ends: bool, unwinds: bool | None) -> None:
    (node,) = statements(function(statement).need("body"))
    assert ends_path(node) is ends
    if unwinds is not None:
        assert runs_defers(node) is unwinds


@pytest.mark.parametrize(
    ("signature", "statement", "ends"),
    [
        ("func f(t *testing.T)", "t.FailNow()", True),
        ("func f(t *testing.T)", "t.Fatal(x)", True),
        ("func f(tb testing.TB, x int)", "tb.Skipf(x)", True),
        ("func f(b *testing.B)", "b.Fatalf(x)", True),
        ("func f(f *testing.F)", "f.SkipNow()", True),
        ("func f(t *testing.T)", "t.Log(x)", False),
        ("func f(t *testing.T)", "t.Error(x)", False),
        ("func f(t *testing.T)", "x.Fatal(y)", False),
        ("func f(t *testing.T)", "go t.FailNow()", False),
        ("func f(t *mytesting)", "t.FailNow()", False),
    ],
)
def test_ends_path_in_a_test(signature: str, statement: str, ends: bool) -> None:
    (node,) = statements(function(statement, signature).need("body"))
    assert ends_path(node) is ends
    assert not ends or runs_defers(node)
    inner = function(f"func() {{\n{statement}\n}}()", signature)
    (node,) = statements(next(inner.find("func_literal")).need("body"))
    assert ends_path(node) is ends  # inside a function that takes one, too


def test_reachable_in_a_test() -> None:
    flow = CFG(function("if x {\n t.Fatal(x)\n a()\n}\nb()", "func f(t *testing.T)"))
    reached = flow.reachable(flow.entry)
    assert flow.before(call(flow, "a")) not in reached and flow.before(call(flow, "b")) in reached


@pytest.mark.parametrize("body", ["L:\nif a {\n break L\n}", "for {\n break L\n}", "goto L", "break", "continue"])
def test_the_destination_of_a_jump_that_does_not_compile(body: str) -> None:
    flow = flow_of(body)
    jump = next(flow.function.find("break_statement", "continue_statement", "goto_statement"))
    assert flow.destination(jump).node is jump


@pytest.mark.parametrize("loop", ["for i := 0; i < 3; {", "for range a {", "for _, v := range a {"])
def test_goto_a_loop_starts_it_anew(loop: str) -> None:
    """It evaluates the range expression and the initialisation again: no ``continue``."""
    flow = flow_of(f"L:\n{loop}\n if b {{\n  goto L\n }}\n c()\n}}")
    assert flow.destination(next(flow.function.find("goto_statement"))) is not flow.after(call(flow, "c"))


def test_goto_a_loop_without_initialisation_is_a_continue() -> None:
    flow = flow_of("L:\nfor a {\n if b {\n  goto L\n }\n c()\n}")
    assert flow.destination(next(flow.function.find("goto_statement"))) is flow.after(call(flow, "c"))


@pytest.mark.parametrize(
    ("loop", "forever"),
    [("for {}", True), ("for ;; {}", True), ("for i := 0; ; i++ {}", True), ("for x {}", False), ("for true {}", False),
     ("for range x {}", False), ("for ; x; {}", False)],
)  # fmt: skip
def test_loops_forever(loop: str, forever: bool) -> None:
    assert loops_forever(next(function(loop).find("for_statement"))) is forever


def test_nesting() -> None:
    assert nesting(function("")) == 1
    assert nesting(function("a()")) == 2
    assert nesting(function("for {\n if x {\n  a()\n }\n}")) == nesting(function("a()")) + 4
    assert nesting(function("{" * 1000 + "}" * 1000)) == 1001


def test_nesting_within_the_limit_is_no_recursion_error() -> None:
    for opening in ("{", "if x {", "for {", "switch {\ncase x:\n", "L%d:\n{", "select {\ncase <-x:\n", "go func() {"):
        closing = "}()" if "func" in opening else "}"
        one, two = (nesting(function(_nested(opening, closing, depth))) for depth in (1, 2))
        depth = 1 + (MAX_NESTING - one) // (two - one)
        root = function(_nested(opening, closing, depth))
        assert MAX_NESTING - (two - one) < nesting(root) <= MAX_NESTING
        for each in all_functions(root):
            CFG(each)
            terminates(statements(each.need("body")))


def _nested(opening: str, closing: str, depth: int) -> str:
    openings = [opening % n if "%" in opening else opening for n in range(depth)]
    return "\n".join(openings) + "\n" + "\n".join([closing] * depth)


# -- terminating statements -----------------------------------------------------------------------

BODIES = [
    "", "return 0", "goto L\nL:\nreturn 0", "panic(1)", "a()", "{\n return 0\n}", "{\n}", "return 0;;", "return 0\n{\n}",
    "if x {\n return 0\n}", "if x {\n return 0\n} else {\n return 1\n}", "if x {\n return 0\n} else {\n}",
    "if x {\n return 0\n} else if y {\n return 1\n}", "if x {\n return 0\n} else if y {\n return 1\n} else {\n panic(2)\n}",
    "for {\n}", "for {\n break\n}", "for {\n if x {\n  break\n }\n}", "for x {\n}", "for range a {\n}", "for ;; {\n}",
    "for i := 0; ; i++ {\n}", "for {\n for {\n  break\n }\n}", "for {\n switch {\n case x:\n  break\n }\n}",
    "for {\n select {\n case <-c:\n  break\n }\n}", "for {\n go func() {\n  for {\n   break\n  }\n }()\n}",
    "L:\nfor {\n break L\n}", "L:\nfor {\n for {\n  break L\n }\n}", "L:\nfor {\n for {\n  continue L\n }\n}",
    "L:\nfor {\n switch {\n case x:\n  break L\n }\n}", "L:\nreturn 0", "L:\nfor {\n M:\n for {\n  break M\n }\n goto L\n}",
    "switch {\ncase x:\n return 0\n}", "switch {\ndefault:\n return 0\n}", "switch {\ncase x:\n return 0\ndefault:\n panic(1)\n}",
    "switch {\ncase x:\ndefault:\n return 0\n}", "switch {\ncase x:\n break\ndefault:\n return 0\n}",
    "switch {\ncase x:\n fallthrough\ndefault:\n return 0\n}", "switch {\ndefault:\n if x {\n  break\n }\n return 0\n}",
    "L:\nswitch {\ndefault:\n for {\n  break L\n }\n}", "switch {\n}", "switch {\ncase x:\n return 0\ncase y:\n return 1\n}",
    "switch a.(type) {\ncase int:\n return 0\n}", "switch a.(type) {\ncase int:\n return 0\ndefault:\n return 1\n}",
    "switch b := a.(type) {\ndefault:\n _ = b\n return 1\n}",
    "select {}", "select {\ncase <-c:\n return 0\n}", "select {\ncase <-c:\n}", "select {\ncase <-c:\n break\n}",
    "select {\ncase <-c:\n return 0\ndefault:\n return 1\n}", "L:\nselect {\ncase <-c:\n for {\n  break L\n }\n}",
    "defer a()\nfor {\n}", "func() {\n return\n}()", "os.Exit(1)", "L:\n{\n return 0\n}", "L:\nif x {\n break L\n} else {\n return 0\n}",
    "for {\n return 0\n}", "x := 1\n_ = x", "for {\n goto L\n}\nL:", "panic(1);", "return 0 // end", "return 0\n// end",
    "for {\n L:\n switch {\n case x:\n  break L\n }\n}", "{\n {\n  panic(1)\n }\n}",
]  # fmt: skip


def _endings(text: bytes) -> dict[int, bool]:
    """The closing brace of each function of a file, and whether its body's end is terminating."""
    source = Source(text)
    return {
        each.need("body").end - 1: terminates(statements(each.need("body")))
        for root in source.declarations()
        if not root.has_error
        for each in all_functions(root)
    }


@needs_go
class TestTerminatingStatements:
    def test_table(self) -> None:
        texts = [(body, f"package p\n\nfunc f() int {{\n{body}\n}}\n".encode()) for body in BODIES]
        told = gotypes(texts=texts)
        wrong = {
            body: ours
            for body, text in texts
            if (ours := _endings(text)) != {at: told[body].endings[at] for at in ours}
        }
        assert not wrong
        assert {ends for body, _ in texts for ends in told[body].endings.values()} == {True, False}

    def test_standard_library(self, tmp_path_factory: pytest.TempPathFactory) -> None:
        """Every function there is made to have a result; then Go says which ones lack a return."""
        seen: list[bool] = []
        for name, file in gotypes_of_standard_files(tmp_path_factory.getbasetemp()).items():
            text = golden_inputs().get(name)
            for at, ours in _endings(text if text is not None else Path(name).read_bytes()).items():
                assert ours is file.endings[at], (name, at)
                seen.append(ours)
        assert min(seen.count(True), seen.count(False)) > 200


def test_jumps_taken_as_returns() -> None:
    root = function("for {\n a()\n break\n}")
    body = statements(root.need("body"))
    assert not terminates(body)
    assert terminates(body, frozenset(root.find("break_statement")))
    inner = statements(next(root.find("for_statement")).need("body"))
    assert not terminates(inner)
    assert terminates(inner, frozenset(root.find("break_statement")))


@pytest.mark.parametrize(
    ("body", "target"),
    [
        ("for {\n switch {\n case x:\n  break\n }\n}", "switch"),
        ("for {\n select {\n case <-x:\n  continue\n }\n}", "for {"),
        ("L:\nfor {\n for x {\n  break L\n }\n}", "for {"),
        ("for {\n if x {\n  break\n }\n}", "for {"),
        ("for {\n func() {\n  break\n }()\n}", ""),
        ("for {\n break L\n}", ""),
    ],
)
def test_jump_target(body: str, target: str) -> None:
    jump = next(nodes(f"package p\nfunc f() {{\n{body}\n}}\n").find("break_statement", "continue_statement"))
    found = jump_target(jump)
    assert found.text.startswith(target) and target if found else not target
