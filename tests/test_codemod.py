"""The codemod framework: typed nodes, patterns, the rewriter, rules beside each other in one run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from defermod.codemod import Context, Finding, Metadata, MetadataError, Option, Rule, RuleDoc
from defermod.engine.fixpoint import analyse
from defermod.engine.registry import registered
from defermod.model import EditError, Fix, Options, Refusal, Status
from defermod.syntax import generate_nodes
from defermod.syntax.matchers import Children, Contains, Kind, Not, Save, Some, Text, extract, find_all, match, replace
from defermod.syntax.nodes import FIELDS, ForStatement
from defermod.syntax.patterns import PatternError, pattern
from defermod.syntax.rewriter import COMMENT_LOST, Rewriter
from defermod.syntax.source import Source, language

CODE = b"""package p

import (
	"fmt"

	"example.com/x"
)

func f(a []int, n int) (int, error) {
	for i := 0; i < n; i++ {
		// one
		g(i, a)
	}
	for i := 0; i < len(a); i++ {
	}
	for i := 0; j < n; i++ {
		h()
	}
	v, err := open(n)
	if err != nil {
		return 0, err
	}
	g() // call
	return 1, nil
}
"""
SOURCE = Source(CODE)


def test_generated_nodes_are_up_to_date() -> None:
    import json

    facts = json.loads(generate_nodes.FACTS.read_text("utf-8"))
    made = generate_nodes.module(facts)
    assert generate_nodes.MODULE.read_text("utf-8").split() == made.split()


def test_nodes_are_those_of_the_installed_grammar() -> None:
    grammar = language()
    numbers = range(grammar.node_kind_count)
    shown = [n for n in numbers if grammar.node_kind_is_named(n) and grammar.node_kind_is_visible(n)]
    assert {grammar.node_kind_for_id(n) for n in shown} == {*FIELDS}
    fields = {grammar.field_name_for_id(n) for n in range(1, grammar.field_count + 1)}
    assert fields == set().union(*FIELDS.values())


def test_a_view_has_the_fields_of_its_kind() -> None:
    loop = next(ForStatement.find(SOURCE.root))
    assert loop.body.kind == "block"
    assert ForStatement.of(loop.body) is None
    with pytest.raises(AttributeError):
        _ = loop.boddy  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="is no for_statement"):
        ForStatement(loop.body)


@pytest.mark.parametrize(
    ("snippet", "captures"),
    [
        ("for $i := 0; $i < $n; $i++ { $*_ }", [{"i": "i", "n": "n"}, {"i": "i", "n": "len(a)"}]),
        ("g($*args)", [{"args": "i, a"}, {"args": ""}]),
        ("$v, err := $call($*_)\nif err != nil { return $*_, err }", [{"v": "v", "call": "open"}]),
        ("return $*xs", [{"xs": "0, err"}, {"xs": "1, nil"}]),
        ("func $f($*ps) ($*rs) { $*_ }", [{"f": "f", "ps": "a []int, n int", "rs": "int, error"}]),
        ("[]$t", [{"t": "int"}]),
        ("g($x)", []),
        ("g($x, $x)", []),
        ("$x.Println()", []),
    ],
)
def test_patterns(snippet: str, captures: list[dict[str, str]]) -> None:
    assert extract(SOURCE.root, snippet) == captures


def test_a_body_keeps_its_comments() -> None:
    found = next(find_all(SOURCE.root, "for $i := 0; $i < $n; $i++ { $*body }"))
    assert found.fill("for $i := range $n { $*body }") == "for i := range n {\n\t\t// one\n\t\tg(i, a)\n\t}"
    empty = list(find_all(SOURCE.root, "for $i := 0; $i < $n; $i++ { $*body }"))[1]
    assert empty.fill("for range $n { $*body }") == "for range len(a) {\n\t}"


def test_what_is_no_go_is_no_pattern() -> None:
    with pytest.raises(PatternError):
        pattern("for for $x")


def test_matchers() -> None:
    call = Kind("call_expression", function=Save("f", Text("g")), arguments=Children(Save("first"), Some("rest")))
    assert extract(SOURCE.root, call) == [{"first": "i", "rest": "a", "f": "g"}]
    assert len(list(find_all(SOURCE.root, Kind("for_statement") & Contains(Text("h"))))) == 1
    assert len(list(find_all(SOURCE.root, Kind("for_statement") & ~Contains(Text("h"))))) == 2
    assert match(Kind("if_statement") | Kind("block"), None) is None
    assert Not(Kind("block")).matches(SOURCE.root)
    assert replace(next(SOURCE.root.find("if_statement")), "err", "e") == b"if e != nil {\n\t\treturn 0, e\n\t}"


@pytest.mark.parametrize("field", ["boddy", "operator"])
def test_a_misspelt_field_or_kind_is_an_error(field: str) -> None:
    fields: dict[str, Any] = {field: None}
    with pytest.raises(ValueError, match="field"):
        Kind("for_statement", **fields)
    with pytest.raises(ValueError, match="no node 'for_statment'"):
        Kind("for_statment")


def applied(rewriter: Rewriter) -> str:
    from defermod.model import apply_edits

    return apply_edits(CODE, rewriter.edits()).decode()


def changed_lines(rewriter: Rewriter) -> list[str]:
    from difflib import unified_diff

    lines = list(unified_diff(CODE.decode().splitlines(), applied(rewriter).splitlines(), n=0, lineterm=""))
    return [line for line in lines if line[0] in "+-" and line[:3] not in ("+++", "---")]


def test_rewriter() -> None:
    call = next(find_all(SOURCE.root, "g()")).node.parent
    guard = next(SOURCE.root.find("if_statement"))
    assert call is not None
    assert changed_lines(Rewriter(SOURCE).insert_before(guard, "a()\nb()")) == ["+\ta()", "+\tb()"]
    assert changed_lines(Rewriter(SOURCE).insert_after(call, "c()")) == ["+\tc()"]
    assert changed_lines(Rewriter(SOURCE).remove(guard)) == ["-\tif err != nil {", "-\t\treturn 0, err", "-\t}"]
    argument = next(find_all(SOURCE.root, "g($x, $y)"))
    assert changed_lines(Rewriter(SOURCE).remove(argument["x"])) == ["-\t\tg(i, a)", "+\t\tg(a)"]
    assert changed_lines(Rewriter(SOURCE).remove(argument["y"])) == ["-\t\tg(i, a)", "+\t\tg(i)"]


@pytest.mark.parametrize(
    ("added", "removed", "expected"),
    [
        ("os", "", ['+\t"os"']),
        ("bytes", "", ['+\t"bytes"']),
        ("example.com/y", "", ['+\t"example.com/y"']),
        ("fmt", "", []),
        ("os", "fmt", ['-\t"fmt"', '+\t"os"']),
        ("", "fmt", ['-\t"fmt"']),
    ],
)
def test_imports(added: str, removed: str, expected: list[str]) -> None:
    rewriter = Rewriter(SOURCE)
    if added:
        rewriter.add_import(added)
    if removed:
        rewriter.remove_import(removed)
    assert [line for line in changed_lines(rewriter) if line[1:]] == expected


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("package p\n", 'package p\n\nimport "os"\n'),
        ('package p\n\nimport "io/ioutil"\n', 'package p\n\nimport "os"\n'),
        ('package p\n\nimport "fmt"\n', 'package p\n\nimport (\n\t"fmt"\n\t"os"\n)\n'),
        ('package p\n\nimport (\n\t"io/ioutil"\n)\n', 'package p\n\nimport (\n\t"os"\n)\n'),
    ],
)
def test_imports_of_other_forms(before: str, after: str) -> None:
    from defermod.model import apply_edits

    rewriter = Rewriter(Source(before.encode())).add_import("os").remove_import("io/ioutil")
    assert apply_edits(before.encode(), rewriter.edits()).decode() == after


def test_a_lost_comment_is_a_refusal_and_overlapping_edits_are_an_error() -> None:
    loop = next(SOURCE.root.find("for_statement"))
    outcome = Rewriter(SOURCE).replace(loop, "h()").safe("t", "p")
    assert isinstance(outcome, Refusal) and outcome.code == COMMENT_LOST
    rewriter = Rewriter(SOURCE).replace(loop.need("body"), "{\n\t\t// one\n\t}").replace(loop, "// one")
    with pytest.raises(EditError):
        rewriter.edits()


class Calls(Rule):
    """Reports calls of ``g``, which are no defers, and renames them."""

    rule = "no-g"
    doc = RuleDoc("g", "calls of g", "h is better")
    options = (Option("name", "h"),)

    def visit(self, context: Context) -> Iterator[Finding]:
        for found in context.find_all("g($*a)"):
            rewriter = context.rewriter().replace(found, f"{context.option('name')}($a)")
            yield context.finding(found, "g is called", rewriter.safe("call h", "they are the same"))


class Defers(Rule):
    """Reports every defer, as another rule does, too."""

    rule = "any-defer"
    doc = RuleDoc("defer", "any", "none")

    def visit(self, context: Context) -> Iterator[Finding]:
        for defer in context.root.find("defer_statement"):
            yield context.finding(defer, "a defer", context.refuse("no-reason", "there is none"))


def test_a_finding_on_any_node_is_fixed() -> None:
    with registered(Calls()) as name:
        result = analyse("a.go", CODE, Options(select=frozenset({name})))
        other = analyse("a.go", CODE, Options(select=frozenset({name}), rule_options=(("no-g.name", "k"),)))
    assert [finding.status for finding in result.findings] == [Status.FIXED] * 2
    assert result.after == CODE.replace(b"g(", b"h(")
    assert other.after == CODE.replace(b"g(", b"k(")


def test_a_finding_on_any_node_can_be_silenced() -> None:
    text = CODE.replace(b"g() // call", b"g() //nolint:defermod")
    with registered(Calls()) as name:
        result = analyse("a.go", text, Options(select=frozenset({name})))
    assert [finding.span.start for finding in result.findings] == [text.index(b"g(i, a)")]


def test_two_rules_on_one_place_keep_both_findings() -> None:
    text = b"package p\n\nfunc f() {\n\tfor {\n\t\tdefer g()\n\t}\n}\n"
    with registered(Defers()) as name:
        result = analyse("a.go", text, Options(select=frozenset({name, "defer-in-loop"})))
    assert [finding.rule for finding in result.findings] == ["any-defer", "defer-in-loop"]


def test_nested_findings_that_begin_together_are_two() -> None:
    class Nested(Rule):
        rule = "sum"
        doc = RuleDoc("sum", "a + b", "")

        def visit(self, context: Context) -> Iterator[Finding]:
            for found in context.find_all("$a + $b"):
                fix = context.rewriter().replace(found, "add($a, $b)").safe("add", "")
                yield context.finding(found, "sum", fix)

    text = b"package p\n\nvar x = a + b + c\n"
    with registered(Nested()) as name:
        result = analyse("a.go", text, Options(select=frozenset({name})))
    assert result.after == b"package p\n\nvar x = add(add(a, b), c)\n"
    assert [finding.status for finding in result.findings] == [Status.FIXED] * 2


def test_undeclared_metadata_is_an_error() -> None:
    context = Context(SOURCE, Calls(), Options())
    with pytest.raises(MetadataError, match="TYPES"):
        context.type(SOURCE.root)
    assert Metadata.TYPES not in Calls.metadata


def test_fixes_share_the_import_that_they_add() -> None:
    class Adds(Rule):
        rule = "adds"
        doc = RuleDoc("", "", "")

        def visit(self, context: Context) -> Iterator[Finding]:
            for found in context.find_all("g($*a)"):
                rewriter = context.rewriter().replace(found, "os.G($a)").add_import("os")
                yield context.finding(found, "g", rewriter.safe("os.G", ""))

    with registered(Adds()) as name:
        result = analyse("a.go", CODE, Options(select=frozenset({name})))
    assert result.after == CODE.replace(b"g(", b"os.G(").replace(b'"fmt"\n', b'"fmt"\n\t"os"\n')
    fixes = [finding.outcome for finding in result.findings]
    assert all(isinstance(fix, Fix) and len(fix.header) == 1 for fix in fixes)


def test_options_are_checked() -> None:
    assert Option("n", 3).value("4") == 4
    assert Option("b", False).value("true") is True
    with pytest.raises(ValueError, match="takes a value such as"):
        Option("n", 3).value("many")
