"""The tree of a Go file: nothing lost, everything in its place, and as deep as you like."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from itertools import pairwise

import pytest
import tree_sitter

from defermod.model import Span
from defermod.syntax.source import Source, language
from defermod.syntax.tree import Node
from tests.support_go import declaration, find_text, function, golden_inputs, needs_go, nodes, standard_files

NON_ASCII = """package p

// größe: 日本語 🙂
func größe(名 string) (z string) {
	z = "äöü🙂\\n" + `r
oh ✓` + 名
	return z // ✓
}
"""
TEXTS = {
    "empty": b"",
    "blank": b" \n\t\n",
    "no final newline": b"package p\n\nfunc f() {}",
    "crlf": b"package p\r\n\r\nfunc f() {\r\n\tdefer g()\r\n}\r\n",
    "non-ASCII": NON_ASCII.encode(),
    "byte order mark": b"\xef\xbb\xbfpackage p\n\nvar x = 1\n",
    "semicolons": b"package p;func f(){a();;b();};var x=1;",
    "not utf-8": b'package p\n\nvar s = "\xff\xfe" // \xff\nfunc f() {}\n',
    "broken": b"package p\n\nfunc f() { for { }\n\nfunc g() {}\n",
    "nul": b"package p\n\nfunc f() { \0 }\n",
    "not Go": bytes(range(256)),
}


def tokens(root: Node) -> Iterator[Node]:
    return (node for node in root.walk() if not node.children)


def lost(text: bytes, root: Node) -> bytes:
    """The bytes between the tokens, after a check that these are in order and put together again give the text."""
    found = list(tokens(root))
    assert all(left.end <= right.start for left, right in pairwise(found))
    ends = [0, *(node.end for node in found)]
    starts = [*(node.start for node in found), len(text)]
    gaps = [text[end:start] for end, start in zip(ends, starts, strict=True)]
    assert b"".join(part for pair in zip(gaps, [*(n.raw for n in found), b""], strict=True) for part in pair) == text
    return b"".join(gaps)


class TestLossless:
    @pytest.mark.parametrize("name", TEXTS)
    def test_text_reassembles(self, name: str) -> None:
        source = Source(TEXTS[name])
        between = lost(source.text, source.root)
        if not source.has_error:
            assert not between.removeprefix(b"\xef\xbb\xbf").strip()

    def test_goldens_reassemble(self) -> None:
        for name, text in golden_inputs().items():
            assert not lost(text, Source(text).root).strip(), name

    def test_offsets_are_bytes(self) -> None:
        root = nodes(NON_ASCII)
        name = root.find("function_declaration").__next__().need("name")
        assert (name.text, name.start) == ("größe", NON_ASCII.encode().index("größe(".encode()))
        assert find_text(root, "名").end - find_text(root, "名").start == 3
        assert [n.text for n in root.find("raw_string_literal")] == ["`r\noh ✓`"]
        assert [n.text for n in root.find("comment")] == ["// größe: 日本語 🙂", "// ✓"]

    def test_invalid_utf8_is_replaced_in_text_and_kept_in_raw(self) -> None:
        comment = next(Source(TEXTS["not utf-8"]).root.find("comment"))
        assert (comment.raw, comment.text) == (b"// \xff", "// \ufffd")


@needs_go
class TestAgainstTreeSitter:
    FILES = 25

    def test_same_structure(self) -> None:
        parser = tree_sitter.Parser(language())
        for path in standard_files(self.FILES):
            text = path.read_bytes()
            stack = [(parser.parse(text).root_node, Source(text).root)]
            while stack:
                theirs, ours = stack.pop()
                if theirs.type == "type_conversion_expression" and ours.kind == "call_expression":
                    continue  # a call of a generic function
                assert (ours.kind, ours.named, ours.start, ours.end, ours.has_error) == (
                    theirs.type, theirs.is_named, theirs.start_byte, theirs.end_byte, theirs.has_error
                ), path  # fmt: skip
                assert len(ours.children) == theirs.child_count, (path, ours)
                for index, (child, mine) in enumerate(zip(theirs.children, ours.children, strict=True)):
                    assert mine.parent is ours
                    assert mine.field == theirs.field_name_for_child(index), (path, mine)
                    stack.append((child, mine))

    def test_standard_library_reassembles(self) -> None:
        for path in standard_files(self.FILES, seed=2):
            source = Source(path.read_bytes())
            between = lost(source.text, source.root)
            assert source.has_error or not between.strip(), path


class TestNode:
    def test_fields(self) -> None:
        method = declaration("func (r *T) m(a, b int, c ...string) (n int, err error) { return }")
        assert method.need("name").text == "m"
        assert method.need("receiver").text == "(r *T)"
        parameters = method.need("parameters").named_children
        assert [[name.text for name in p.all("name")] for p in parameters] == [["a", "b"], ["c"]]
        assert method.get("type_parameters") is None
        with pytest.raises(LookupError, match="method_declaration without type_parameters"):
            method.need("type_parameters")

    def test_all_leaves_out_tokens(self) -> None:
        spec = declaration("var a, b, c = 1, 2, 3").named_children[0]
        assert [name.text for name in spec.all("name")] == ["a", "b", "c"]

    def test_named_children_leave_out_tokens_and_comments(self) -> None:
        block = declaration("func f() { /* one */ }").need("body")
        assert block.named_children == []
        assert [child.kind for child in block.children] == ["{", "comment", "}"]
        assert block.child("comment") is block.children[1]
        assert block.child("statement_list") is None

    def test_parents_and_within(self) -> None:
        outer = function("if a { b() }\nc()")
        b, c = find_text(outer, "b()"), find_text(outer, "c()")
        block = next(outer.find("if_statement")).need("consequence")
        assert [up.kind for up in b.ancestors()][-1] == "source_file"
        assert b.within(block) and block.within(block) and not c.within(block) and not block.within(b)
        assert all(child.parent is node for node in outer.walk() for child in node.children)

    def test_within_is_by_node_not_by_bytes(self) -> None:
        call = find_text(function("c()"), "c()", frozenset({"call_expression"}))
        statement = call.parent
        assert statement is not None and statement.span == call.span
        assert call.within(statement) and not statement.within(call)

    def test_within_another_tree(self) -> None:
        assert not function("c()").need("body").within(function("c()"))

    def test_walk_is_in_source_order_parents_first(self) -> None:
        root = nodes(NON_ASCII)
        order = list(root.walk())
        place = {node: index for index, node in enumerate(order)}
        assert len(place) == len(order)
        assert all(left.start <= right.start for left, right in pairwise(order))
        assert all(place[node.parent] < place[node] for node in order if node.parent is not None)

    def test_walk_prunes_below_a_node_but_yields_it(self) -> None:
        outer = function("a()\ngo func() { b() }()\nc()")
        walked = outer.walk(lambda n: n.kind != "func_literal")
        seen = [n.text for n in walked if n.kind in ("identifier", "func_literal")]
        assert seen == ["f", "a", "func() { b() }", "c"]

    def test_find(self) -> None:
        outer = function("for { defer a() }\ngo b()\ndefer c()")
        assert [n.text for n in outer.find("defer_statement", "go_statement")] == ["defer a()", "go b()", "defer c()"]

    def test_pickles(self) -> None:
        root = nodes(NON_ASCII)
        copy = pickle.loads(pickle.dumps(root))
        assert [(n.kind, n.field, n.span) for n in copy.walk()] == [(n.kind, n.field, n.span) for n in root.walk()]


class TestDepth:
    DEEP = 10_000

    def deep(self, text: str) -> Node:
        source = Source(f"package p\n\nfunc f() {{\n{text}\n}}\n".encode())
        assert not source.has_error
        return source.root

    def test_blocks(self) -> None:
        root = self.deep("{" * self.DEEP + "}" * self.DEEP)
        blocks = list(root.find("block"))
        assert len(blocks) == self.DEEP + 1
        assert blocks[-1].within(root)
        assert sum(up.kind == "block" for up in blocks[-1].ancestors()) == self.DEEP

    def test_parentheses(self) -> None:
        root = self.deep("x = " + "(" * self.DEEP + "y" + ")" * self.DEEP)
        assert sum(1 for _ in root.find("parenthesized_expression")) == self.DEEP

    def test_long_expression(self) -> None:
        root = self.deep("x = " + " + ".join(["y"] * 2 * self.DEEP))
        assert sum(1 for _ in root.find("binary_expression")) == 2 * self.DEEP - 1


class TestGenericCalls:
    """With one type argument that is no plain name, the grammar takes a call for a conversion."""

    @pytest.mark.parametrize("name", ["keep", "pkg.Keep"])
    @pytest.mark.parametrize("types", ["[*int]", "[map[string]int]", "[[]*T]", "[func(int) string]"])
    @pytest.mark.parametrize("arguments", ["(f)", "( f , )", "(func() { g[[]int](f) })", "(1 + keep[*int](x).y)"])
    def test_are_calls(self, name: str, types: str, arguments: str) -> None:
        call = f"{name}{types}{arguments}"
        source = Source(f"package p\n\nfunc f() {{\n\t{call}\n}}\n".encode())
        node = next(source.root.find("call_expression"))
        assert node.text == call
        assert node.need("function").text == name and node.need("type_arguments").text == types
        assert node.need("function").kind == ("identifier" if name == "keep" else "selector_expression")
        assert node.need("arguments").text == arguments and node.need("arguments").kind == "argument_list"
        assert len(node.need("arguments").named_children) == 1
        nodes = source.root.tree.nodes
        for index, one in enumerate(nodes):
            assert one.index == index
            assert one.last == (one.children[-1].last if one.children else index + 1)
            assert all(child.parent is one for child in one.children)
        assert not source.has_error and not list(source.root.find("type_conversion_expression", "generic_type"))

    @pytest.mark.parametrize("at", range(7))
    @pytest.mark.parametrize("call", ["pkg.Keep[*int](f)", "pkg . Keep [ *int ] ( f )"])
    def test_comments_may_stand_anywhere(self, call: str, at: int) -> None:
        offset = [call.index(part) for part in (".", "Keep", "[", "*", "]", "(", "f")][at]
        call = f"{call[:offset]}/* [c] */{call[offset:]}"
        source = Source(f"package p\n\nfunc f() {{\n\t{call}\n}}\n".encode())
        node = next(source.root.find("call_expression"))
        assert node.text == call
        assert node.need("function").need("field").text == "Keep"
        assert node.need("arguments").text[0] == "(" and len(node.need("arguments").named_children) == 1
        nodes = source.root.tree.nodes
        for index, one in enumerate(nodes):
            assert (one.index, one.last) == (index, one.children[-1].last if one.children else index + 1)
            assert all(child.parent is one for child in one.children)
            assert all(left.last == right.index for left, right in pairwise(one.children))
        assert not source.has_error and not list(source.root.find("type_conversion_expression", "generic_type"))

    def test_text_with_errors(self) -> None:
        text = b"package p\n\nfunc f() {\n\tpkg.x 1 Keep[*int](f)\n\ts.v T.Keep[ (]*int](f)\n\tlen(s.v T[*u]())\n}\n"
        for end in range(len(text)):
            list(Source(text[:end]).root.walk())

    def test_conversions_stay(self) -> None:
        source = Source(b"package p\n\nvar x, y = []byte(s), map[string]int(m)\n")
        assert len(list(source.root.find("type_conversion_expression"))) == 2


class TestErrors:
    TEXT = (
        b"package p\n\nfunc before() { for { defer a() } }\n\n"
        b"func broken() { x = = 1 }\n\n"
        b"func after() { for { defer b() } }\n"
    )

    def test_only_its_own_declaration_is_spoilt(self) -> None:
        source = Source(self.TEXT)
        found = {d.need("name").text: d.has_error for d in source.declarations() if d.get("name")}
        assert found == {"before": False, "broken": True, "after": False}

    def test_place(self) -> None:
        source = Source(self.TEXT)
        assert source.has_error
        (line,) = {source.line(span.start) for span in source.errors()}
        assert line == 5

    def test_missing_token(self) -> None:
        source = Source(b"package p\n\nfunc f() { a( }\n\nfunc g() {}\n")
        assert source.has_error and source.errors()
        assert any(not d.has_error and d.text == "func g() {}" for d in source.declarations())

    def test_hidden_missing_token(self) -> None:
        source = Source(b"package p\n\nfunc f() { const ( a = iota; b; c = b ); g(a) }\n")
        assert source.has_error and source.errors()

    def test_none(self) -> None:
        source = Source(b"package p\n")
        assert not source.has_error and source.errors() == []

    def test_declarations_of_concern(self) -> None:
        source = Source(self.TEXT)
        assert [d.need("name").text for d in source.declarations(lambda text: b"defer b" in text)] == ["after"]

    def test_a_declaration_has_no_parent_and_keeps_its_offsets(self) -> None:
        source = Source(self.TEXT)
        for part in source.declarations():
            assert part.parent is None
            assert part.raw == self.TEXT[part.start : part.end]
            same = next(n for n in source.root.children if n.start == part.start and n.named)
            assert [(n.kind, n.field, n.span) for n in part.walk()][1:] == [
                (n.kind, n.field, n.span) for n in same.walk()
            ][1:]


class TestPositions:
    @pytest.mark.parametrize(
        ("text", "starts"),
        [
            (b"", [0]),
            (b"a", [0]),
            (b"a\n", [0, 2]),
            (b"a\nbc\n\nd", [0, 2, 5, 6]),
            (b"a\r\nb\r\n", [0, 3, 6]),
            (b"a\rb\n", [0, 4]),
            (b"\n\n", [0, 1, 2]),
        ],
    )
    def test_line_starts(self, text: bytes, starts: list[int]) -> None:
        assert Source(text).line_starts == starts

    def test_position_counts_bytes_from_one(self) -> None:
        source = Source("ab\nñ日x\r\nlast".encode())
        assert [source.position(at) for at in (0, 2, 3, 5, 8, 10, 11, 15)] == [
            (1, 1), (1, 3), (2, 1), (2, 3), (2, 6), (2, 8), (3, 1), (3, 5)
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("text", "lines"),
        [
            (b"a\nb", [b"a", b"b"]),
            (b"a\nb\n", [b"a", b"b", b""]),
            (b"a\r\n\r\nb\r\n", [b"a", b"", b"b", b""]),
            (b"a\r", [b"a"]),
            (b"", [b""]),
        ],
    )
    def test_line_span(self, text: bytes, lines: list[bytes]) -> None:
        source = Source(text)
        spans = [source.line_span(number + 1) for number in range(len(source.line_starts))]
        assert [text[span.start : span.end] for span in spans] == lines

    @pytest.mark.parametrize(
        ("text", "newline"),
        [
            (b"", b"\n"),
            (b"a", b"\n"),
            (b"a\nb\r\n", b"\n"),
            (b"a\r\nb\n", b"\r\n"),
            (b"\n\r\n", b"\n"),
            (b"\r\n", b"\r\n"),
        ],
    )
    def test_newline(self, text: bytes, newline: bytes) -> None:
        assert Source(text).newline == newline

    def test_every_line_agrees_with_every_offset(self) -> None:
        source = Source(TEXTS["crlf"])
        for at in range(len(source.text) + 1):
            line, column = source.position(at)
            assert source.line_starts[line - 1] + column - 1 == at
            assert line == source.text[:at].count(b"\n") + 1


class TestComments:
    def test_comments(self) -> None:
        text = b'package p // one\n\n/* two */ var s = "// none" + `/* none */`\n'
        assert Source(text).comments() == [Span(10, 16), Span(18, 27)]
