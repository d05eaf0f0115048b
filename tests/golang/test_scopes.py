"""The meaning of names: small cases by hand, and go/types' own answer over files of the standard library."""

# ruff: noqa: E501  (a case of a table is a line)

from __future__ import annotations

from pathlib import Path

import pytest

from defermod.golang.scopes import Scopes, enclosing_function, own_nodes, root_name
from defermod.syntax.source import Source
from defermod.syntax.tree import Node
from tests.support_go import (
    GoFile,
    declaration,
    find_text,
    function,
    golden_inputs,
    gotypes,
    gotypes_of_standard_files,
    marked,
    needs_go,
    nodes,
    scopes_by_offset,
)

# Names with the same number are the same variable; those with ⁰ belong to no scope of the declaration.
SNIPPETS = {
    "block": "func f() { x¹ := 1; { x² := x¹; _ = x² }; _ = x¹ }",
    "own initialiser": "func f() { _ = x⁰; x¹ := x⁰; _ = x¹ }; var x = 1",
    "var and its initialiser": "func f(x¹ int) { { var x² = x¹; _ = x² } }",
    "const and its initialiser": "func f() { const x¹ = 1; { const x² = x¹ + 1; _ = x² } }",
    "const group": "func f() {\nconst (\na¹ = iota\nb²\nc³ = b²\n)\n_ = a¹ + b² + c³\n}",
    "redeclaration": "func f() { a¹, err² := g⁰(); b³, err² := g⁰(); _, _, _ = a¹, b³, err² }; func g() (int, error)",
    "redeclaration reads the old one": "func f() { a¹ := 1; a¹, b² := 2, a¹; _ = b² }",
    "inner := declares anew": "func f() { a¹ := 1; { a², b³ := 2, a¹; _, _ = a², b³ }; _ = a¹ }",
    "parameters share the body's block": "func f(a¹ int) (err² error) { b³, err² := g⁰(a¹); _ = b³; return }; func g(int) (int, error)",
    "result shadowed": "func f() (err¹ error) { if err² := g⁰(); err² != nil { return err² }; return err¹ }; func g() error",
    "parameter types are outside": "type x int; func f(x¹ x⁰) { _ = x¹ }",
    "package of a parameter's name": "func f(os¹ *os⁰.File) { _ = os¹ }",
    "package of a parameter's name, in the result": "func f(os¹ int) (*os⁰.File, error) { _ = os¹; return nil, nil }",
    "qualified type": "func f() { File¹ := 1; var f² *os⁰.File⁰; _, _ = File¹, f² }",
    "function type": "func f() { b¹ := 1; var g² func(b⁰ int) (c int); _, _ = b¹, g² }",
    "receiver": "type T int; func (t¹ *T⁰) m() { t¹.m() }",
    "generic receiver": "type T[P any] struct{}; func (t¹ *T⁰[P²]) m(p³ P²) P² { var q⁴ P² = p³; _ = t¹; return q⁴ }",
    "blank type parameter": "type T[P, Q any] struct{}; func (t¹ T⁰[_, Q²]) m(q³ Q²) { _ = q³; _ = t¹ }",
    "type parameters": "func f[K¹ comparable, V² any, S³ ~[]V²](m⁴ map[K¹]V², s⁵ S³) { var v⁶ V²; _ = v⁶; _ = m⁴; _ = s⁵ }",
    "instantiation": "func f[T¹ any](t² T¹) { f⁰[T¹](t²) }",
    "if": "func f() { if x¹ := 1; x¹ > 0 { x² := x¹; _ = x² } else { _ = x¹ } }",
    "if chain": "func f() { if x¹ := 1; x¹ > 0 { } else if y² := x¹; y² > 0 { _ = x¹ } else { _ = y²; x³ := x¹; _ = x³ } }",
    "if ends": "var x int; func f() { if x¹ := 1; x¹ > 0 { }; _ = x⁰ }",
    "for": "func f(i¹ int) { for i² := i¹; i² < 3; i²++ { i³ := i²; _ = i³ }; _ = i¹ }",
    "for with an outer variable": "func f() { i¹ := 0; for i¹ = 1; i¹ < 3; i¹++ { }; _ = i¹ }",
    "range": "func f(s¹ []int) { for i², s³ := range s¹ { _, _ = i², s³ }; _ = s¹ }",
    "range over a name of its own": "func f(x¹ []int) { for _, x² := range x¹ { _ = x² } }",
    "range assigns": "func f(s¹ []int) { var i² int; for i² = range s¹ { _ = i² }; _ = i² }",
    "range assigns to what is no name": "func f(s¹ []int, a² *[2]int) { for s¹[0], a²[s¹[1]] = range s¹ { } }",
    "range without variables": "func f(s¹ []int) { for range s¹ { } }",
    "range function": "func f(seq¹ func(func(int) bool)) { for v² := range seq¹ { _ = v² } }",
    "switch": "func f(x¹ int) { switch x² := x¹; x² { case 1: x³ := x²; _ = x³; case x²: x⁴ := 1; _ = x⁴ }; _ = x¹ }",
    "switch without tag": "func f(x¹ int) { switch { case x¹ > 0: y² := x¹; _ = y²; default: y³ := x¹; _ = y³ } }",
    "type switch": "func f(x¹ any) { switch y² := x¹.(type) { case int: _ = y²; case string: { y³ := y²; _ = y³ }; default: _ = y² }; _ = x¹ }",
    "type switch clauses are the alias's block": "func f(x¹ any) { switch y² := x¹.(type) { case int: y², z³ := y², 1; _, _ = y², z³ } }",
    "type switch on its own name": "func f(x¹ any) { switch x² := x¹.(type) { case error: _ = x²; default: _ = x² }; _ = x¹ }",
    "type switch with initialiser": "func f(x¹ any) { switch z² := x¹; y³ := z².(type) { case int: _, _ = y³, z² } }",
    "type switch's initialiser is not the clauses'": "func f(x¹ any) { switch z² := x¹; y³ := z².(type) { case int: z⁴, w⁵ := y³, 1; _, _ = z⁴, w⁵ } }",
    "type switch without alias": "func f(x¹ any) { switch x¹.(type) { case int: x² := 1; _ = x² } }",
    "select": "func f(c¹ chan int) { select { case v², ok³ := <-c¹: _, _ = v², ok³; case c¹ <- 1: v⁴ := 1; _ = v⁴; default: } }",
    "select assigns": "func f(c¹ chan int) { var v² int; select { case v² = <-c¹: _ = v² }; _ = v² }",
    "select on its own name": "func f(c¹ chan int) { select { case c² := <-c¹: _ = c²; case c¹ <- 2: _ = c¹ } }",
    "literal": "func f(a¹ int) { b² := 1; g³ := func(a⁴ int) (b⁵ int) { c⁶ := a⁴; return c⁶ + b⁵ }; _ = g³(a¹ + b²) }",
    "literal captures": "func f() { n¹ := 0; defer func() { n¹++; n² := n¹; _ = n² }(); n¹ = 2 }",
    "literal is not in its own scope": "func f() func() { g¹ := func() { g⁰() }; return g¹ }; func g() {}",
    "recursive literal": "func f() { var g¹ func(); g¹ = func() { g¹() }; g¹() }",
    "literal in an if": "func f() { if g¹ := func() int { x² := 1; return x² }; g¹() > 0 { x³ := g¹(); _ = x³ } }",
    "type": "func f() { type T¹ struct{ next *T¹ }; var t² T¹; { type T³ struct{ t *T³ }; _ = T³{}; _ = t² } }",
    "type alias": "func f() { type A¹ = int; var a² A¹; _ = a² }",
    "type in its own name": "type T int; func f() { var a¹ T⁰; type T² T²; _ = a¹ }",
    "labels are not names": "func f() { x¹ := 1; x: for { if x¹ > 0 { break x }; continue x } }",
    "fields are not names": "func f(x¹ struct{ x int }) { x¹.x = x¹.x + 1; y² := x¹; _ = y².x }",
    "methods are not names": "type T int; func (T⁰) t() {}; func f(t¹ T⁰) { t¹.t(); g² := T⁰.t; g²(t¹) }",
    "universe shadowed": "func f(nil¹, true² bool, len³ int) (error⁴ int) { return len³ }",
    "package name shadowed": "func f(os¹ []int) { _ = os¹[0] }",
    "map keys are names": "func f(k¹ string) { _ = map[string]int{k¹: 1, \"a\": len⁰(k¹)} }",
    "array keys are names": "func f() { const k¹ = 1; _ = [...]int{k¹: 2} }",
    "blank": "func f(_ int, _ string) (_ error) { _, x¹ := 1, 2; _ = x¹; for _, x² := range []int{} { _ = x² }; return nil }",
    "goto": "func f() { x¹ := 1; goto end; end: _ = x¹ }",
    "package literal": "var v = func(a¹ int) int { b² := a¹; return b² }",
    "non-ASCII": "func f(größe¹ int) { 名² := größe¹; _ = 名² }",
    "comm clause bodies": "func f(c¹ chan int) { select { case <-c¹: c² := 1; _ = c²; default: c³ := 2; _ = c³ }; _ = c¹ }",
    "variadic and grouped": "func f(a¹, b² int, c³ ...int) (d⁴, e⁵ int) { return a¹ + d⁴, b² + c³[0] + e⁵ }",
}  # fmt: skip


@pytest.mark.parametrize("name", SNIPPETS)
def test_snippet(name: str) -> None:
    snippet = marked(SNIPPETS[name])
    of, _ = scopes_by_offset(nodes(snippet.text))
    first: dict[int, int] = {}
    for at, number in sorted(snippet.marks.items()):
        if number:
            first.setdefault(number, at)
    for at, number in snippet.marks.items():
        assert of.get(at) == first.get(number), (snippet.text[at:], number)


@needs_go
def test_snippets_say_what_go_says() -> None:
    """The numbers in the table above are right."""
    snippets = {name: marked(text) for name, text in SNIPPETS.items()}
    told = gotypes(texts=[(name, snippet.text.encode()) for name, snippet in snippets.items()])
    for name, snippet in snippets.items():
        for at, number in snippet.marks.items():
            declared = told[name].uses.get(at, at if at in told[name].defs else -1)
            expected = min(a for a, n in snippet.marks.items() if n == number) if number else -1
            own_parameter = name == "function type" and declared == at
            assert declared == expected or own_parameter, (name, snippet.text[at:])


class TestBindings:
    def scopes(self, text: str) -> Scopes:
        return Scopes(declaration(text))

    def test_kinds(self) -> None:
        scopes = self.scopes(
            "func (r T[P]) f(a int) (n int) { var v int; const c = 1; type t int; for i := range a { _ = i }; w := 1; "
            "select { case x := <-ch: _ = x }; switch y := v.(type) { case int: _ = y }; _, _ = func(z int) {}, w }"
        )
        assert {b.name: b.kind for b in scopes.bindings} == {
            "r": "receiver", "P": "typeparam", "a": "param", "n": "result", "v": "var", "c": "const", "t": "type",
            "i": "range", "w": "var", "x": "var", "y": "var", "z": "param",
        }  # fmt: skip

    def test_uses_are_in_source_order_and_start_with_the_declaration(self) -> None:
        scopes = self.scopes("func f() { x := 1; x++; go func() { x = 2 }(); x, y := x, 3; { x := y; _ = x } }")
        outer, y, inner = scopes.bindings
        assert [use.start for use in outer.uses] == sorted(use.start for use in outer.uses)
        assert len(outer.uses) == 5 and outer.uses[0] is outer.node
        assert (len(y.uses), len(inner.uses)) == (2, 2)

    def test_every_use_means_its_binding(self) -> None:
        for text in golden_inputs().values():
            for child in nodes(text).named_children:
                scopes = Scopes(child)
                assert all(scopes.of[use] is binding for binding in scopes.bindings for use in binding.uses)
                assert {use for b in scopes.bindings for use in b.uses} == set(scopes.of)

    def test_function(self) -> None:
        scopes = self.scopes(
            "func f(a int) { b := 1; _ = func(c int) { d := 1; _ = func() (e int) { return } }; _ = b }"
        )
        at = {b.name: "" if b.function is None else b.function.text[:11] for b in scopes.bindings}
        assert at == {
            "a": "func f(a in", "b": "func f(a in", "c": "func(c int)", "d": "func(c int)", "e": "func() (e i"
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("signature", "names"),
        [
            ("()", []),
            ("() error", []),
            ("() (int, error)", []),
            ("() (n int, err error)", ["n", "err"]),
            ("() (a, b int, err error)", ["a", "b", "err"]),
            ("() (_ int, err error)", ["_", "err"]),
        ],
    )
    def test_results(self, signature: str, names: list[str]) -> None:
        root = declaration(f"func f{signature} {{ _ = func() (inner int) {{ return }}; return }}")
        assert [b.name for b in Scopes(root).results(root)] == names

    def test_results_of_a_literal(self) -> None:
        root = declaration("func f() (outer int) { _ = func() (inner int) { return }; return }")
        literal = next(root.find("func_literal"))
        assert [b.name for b in Scopes(root).results(literal)] == ["inner"]

    def test_used_names(self) -> None:
        root = declaration("func f(a *os.File) { L: for { b := a.Name(); goto L; var c T; _ = S{key: b} } }")
        assert Scopes(root).used_names == {"f", "a", "os", "File", "L", "b", "Name", "c", "T", "S", "key", "_"}

    def test_struct_keys_look_like_uses(self) -> None:
        """Documented: only types can tell them apart."""
        scopes = self.scopes("func f(name string) { _ = T{name: 1} }")
        assert len(scopes.bindings[0].uses) == 2


class TestMeaning:
    def test_at_a_statement(self) -> None:
        root = function("a()\nx := 1\nb()\n{ c(); x := 2; d() }\ne()")
        scopes = Scopes(root)
        outer, inner = scopes.bindings
        found = {
            name: scopes.meaning("x", find_text(root, f"{name}()", frozenset({"expression_statement"})))
            for name in "abcde"
        }
        assert found == {"a": None, "b": outer, "c": outer, "d": inner, "e": outer}

    def test_in_clauses(self) -> None:
        root = function("if x := 1; x > 0 { a() } else { b() }\nfor x := range 3 { c() }\nd()")
        scopes = Scopes(root)
        first, second = scopes.bindings
        found = {n: scopes.meaning("x", find_text(root, f"{n}()", frozenset({"expression_statement"}))) for n in "abcd"}
        assert found == {"a": first, "b": first, "c": second, "d": None}

    def test_a_statement_is_outside_the_scope_that_it_opens(self) -> None:
        root = function("for x := range 3 { a() }")
        assert Scopes(root).meaning("x", next(root.find("for_statement"))) is None


def test_enclosing_function() -> None:
    root = function("a()\ngo func() { b() }()")
    literal = next(root.find("func_literal"))
    assert enclosing_function(find_text(root, "a()")) is root
    assert enclosing_function(find_text(root, "b()")) is literal
    assert enclosing_function(literal) is root
    assert enclosing_function(root) is None


def test_own_nodes() -> None:
    root = function("a()\ngo func() { b(); func() { c() }() }()")
    literal = next(root.find("func_literal"))

    def calls(top: Node) -> list[str]:
        return [n.text for n in own_nodes(top) if n.kind == "identifier"]

    assert calls(root) == ["f", "a"]
    assert calls(literal) == ["b"]
    assert literal in own_nodes(literal) and literal not in own_nodes(root)


@pytest.mark.parametrize(
    ("expression", "root"),
    [
        ("a", "a"), ("a.b.c", "a"), ("a[i].b", "a"), ("a[i:j]", "a"), ("(*a).b", "a"), ("&a", "a"), ("*a", "a"),
        ("&(a.b[0])", "a"), ("a.(T)", "a"), ("a.(T).b", "a"), ("-a", None), ("!a", None), ("a()", None),
        ("a().b", None), ("a + b", None), ("T{}", None), ("&T{}", None), ("func() {}", None), ("<-a", None), ("1", None),
    ],
)  # fmt: skip
def test_root_name(expression: str, root: str | None) -> None:
    value = next(function(f"_ = {expression}").find("assignment_statement")).need("right").named_children[0]
    found = root_name(value)
    assert (found.text if found else None) == root


# -- against go/types -----------------------------------------------------------------------------

LEAST_FILES = 150


def disagreements(text: bytes, told: GoFile) -> tuple[list[str], int]:
    """Return the differences between Scopes and go/types about a file's names, and the number of names compared."""
    source = Source(text)
    found: list[str] = []
    compared = 0
    for root in source.declarations():
        if root.has_error or root.kind == "type_declaration":  # holds no statement: nobody asks
            continue
        scopes = Scopes(root)
        package_level = {b.node.start for b in scopes.bindings if scopes.scope_at(b.node).parent is None}
        for node in root.walk():
            if node.kind not in ("identifier", "type_identifier", "package_identifier"):
                continue
            binding = scopes.of.get(node)
            ours = -1 if binding is None or binding.node.start in package_level else binding.node.start
            theirs = node.start if node.start in told.defs else told.uses.get(node.start)
            if theirs is None or (theirs == -2 and is_key(node)) or (ours == -1 and is_in_function_type(node)):
                continue
            compared += 1
            if ours != theirs:
                line, column = source.position(node.start)
                found.append(f"{line}:{column}: {node.text} is {ours}, go/types says {theirs}")
    return found, compared


def is_key(node: Node) -> bool:
    """Return True for a key in a composite literal.  Scopes can't know a struct's fields from variables."""
    element = node.parent
    keyed = element.parent if element is not None else None
    return keyed is not None and keyed.kind == "keyed_element" and keyed.named_children[0] is element


def is_in_function_type(node: Node) -> bool:
    """Return True for the name of a parameter that nothing can use, as in ``func(name string)`` without a body."""
    parameter = node.parent
    if parameter is None or parameter.kind not in ("parameter_declaration", "variadic_parameter_declaration"):
        return False
    owner = parameter.parent.parent if parameter.parent is not None else None
    return node.field == "name" and owner is not None and owner.get("body") is None


@needs_go
def test_agrees_with_go_types(tmp_path_factory: pytest.TempPathFactory) -> None:
    told = gotypes_of_standard_files(tmp_path_factory.getbasetemp())
    names = 0
    for name, file in told.items():
        text = golden_inputs().get(name)
        found, compared = disagreements(text if text is not None else Path(name).read_bytes(), file)
        assert not found, (name, found[:5])
        names += compared
    assert len(told) - len(golden_inputs()) >= LEAST_FILES
    assert names > 50_000
