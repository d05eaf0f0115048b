"""Cutting a file between its declarations, against the tree of the whole file."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from defermod.engine.fixpoint import analyse
from defermod.model import FileResult, Options, Span
from defermod.syntax.pieces import Piece, pieces, plain_code
from defermod.syntax.source import Source
from defermod.syntax.tree import Node
from tests.support_go import needs_go, standard_files

LEAK = """func leak(names []string) error {
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer cleanup(f)
	}
	return nil
}
"""

DECLARATIONS = [
    LEAK,
    LEAK.replace("cleanup(f)", "f.Close()"),
    LEAK.replace("cleanup(f)", "func() { cleanup(f) }()").replace("\t", ""),
    "func cleanup(f *os.File) { recover() }",
    "func (T) Close() error {\n\trecover()\n\treturn nil\n}",
    "func /* {\n}\n */ cleanup(f *os.File) {\nlast = f\n}\n",
    "func loops() {\nfor {\nif x {\n}\ndefer cleanup(nil)\n}\n}",
    "var f = func() {\nfor {\ndefer cleanup(nil)\n}\n}\n",
    "var (\na = func() {\nfor {\ndefer cleanup(nil)\n}\n}\nb = 1\n)\n",
    "var s = `\n}\nfunc cleanup() { recover() }\n`",
    "/*\n}\nfor { defer cleanup()\n}\n*/",
    "// it`s (fine {\nconst c = '}'\n",
    'type T struct {\n\tx int `json:"}"`\n}\n',
    "func gen[P interface {\n~int\n}\n](p P) {\n}\n",
]


def parts(text: str) -> list[str]:
    found = pieces(text.encode())
    assert found is not None
    return [text.encode()[piece.start : piece.end].decode() for piece in found]


Shape = list[tuple[str, int, int, str | None, int]]


def shape(top: Node) -> Shape:
    """All that a node says of itself and what is below it."""
    return [(node.kind, node.start, node.end, node.field, node.last - node.index) for node in top.walk()]


class TestPieces:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("package p\n", ["package p\n"]),
            ("package p\nfunc f() {\n}\nvar x int", ["package p\nfunc f() {\n}\n", "var x int"]),
            ("func f() {\r\n}\r\nfunc g() {\r\n}\r\n", ["func f() {\r\n}\r\n", "func g() {\r\n}\r\n"]),
            ("var s = `\n}\n`\nfunc g() {\n}\nvar y int\n", ["var s = `\n}\n`\nfunc g() {\n}\n", "var y int\n"]),
            ("/*\n}\n*/\nfunc g() {\n}\n", ["/*\n}\n*/\nfunc g() {\n}\n"]),
            ("func f() {\nif x {\n}\n}\nfunc g() {\n}\n", ["func f() {\nif x {\n}\n}\n", "func g() {\n}\n"]),
            ("var (\nf = func() {\n}\ng = 1)\nfunc h() {\n}\n", ["var (\nf = func() {\n}\ng = 1)\nfunc h() {\n}\n"]),
            ("func f() {\n} // end\nfunc g() {\n}\n", ["func f() {\n} // end\nfunc g() {\n}\n"]),
        ],
    )
    def test_cut(self, text: str, expected: list[str]) -> None:
        assert parts(text) == expected

    @pytest.mark.parametrize(
        "text", ["", "func f() {\n}\nfunc g() {\n", "func f() {\n}\nvar s = `\n", "}\n}\n", "x\n)\n"]
    )
    def test_not_cut(self, text: str) -> None:
        assert not pieces(text.encode()) or parts(text) == [text]

    def test_impatient(self) -> None:
        assert pieces(b"var s = `\n" + b"}\n" * 1000 + b"`\n") is None

    @given(
        st.lists(st.sampled_from(["func f() {\n", "}\n", "`", '"', "'", "//", "/*", "*/", "(", ")", "x\n"])).map(
            "".join
        )
    )
    def test_nothing_is_lost_and_each_is_complete(self, text: str) -> None:
        found = pieces(text.encode()) or []
        assert not found or b"".join(text.encode()[piece.start : piece.end] for piece in found) == text.encode()
        assert all(piece.code == plain_code(text.encode()[piece.start : piece.end]) for piece in found)

    @needs_go
    def test_no_declaration_of_the_standard_library_is_cut(self) -> None:
        cut = 0
        for path in standard_files(400):
            text = path.read_bytes()
            found = pieces(text)
            bounds = [piece.end for piece in found or ()]
            cut += len(bounds) > 1
            for outline in Source(text).outlines():
                assert not any(outline.start < bound < outline.end for bound in bounds), path
        assert cut > 250  # of 400; which they are depends on the Go that is found

    @pytest.mark.parametrize(
        "code",
        [
            "func name() {",
            "func (t *T) name() {",
            "func name[T any](t T) {",
            "func ; name() {",
            "func(t (T)) name() {",
            "func\nname() {",
            "func f() {}\nfunc name() {",
        ],
    )
    def test_may_declare(self, code: str) -> None:
        assert b"name" in Piece(0, 0, code.encode()).names()

    @pytest.mark.parametrize("code", ["func f() { name() }", "func names() {", "func éname() {", "type name struct{}"])
    def test_does_not_declare(self, code: str) -> None:
        assert b"name" not in Piece(0, 0, code.encode()).names()


class TestPartOfASource:
    @needs_go
    def test_same_nodes_as_those_of_the_whole(self) -> None:
        def concerns(part: bytes) -> bool:
            return b"defer" in part

        def suspects(part: bytes) -> Iterator[Span]:
            return (Span(0, len(part)) for _ in range(concerns(part)))

        fewer = 0
        for path in standard_files(400):
            text = path.read_bytes()
            whole, part = Source(text), Source(text, suspects)
            assert [shape(node) for node in part.declarations(concerns)] == [
                shape(node) for node in whole.declarations(concerns)
            ], path
            fewer += len(list(part.outlines())) < len(list(whole.outlines()))
        assert fewer > 100

    @pytest.mark.parametrize(
        "head",
        [
            "func g()",
            "func g[T any]()",
            "func (T) g()",
            "func /* { */ g()",
            "func // {\n g()",
            f"func // {'long ' * 40}\n\n\tg()",
            "func\ng()",
            f"func{' ' * 200}g()",
            "func (t T) /* } */g /* ( */ ()",
        ],
    )
    def test_a_function_is_found_however_it_is_written(self, head: str) -> None:
        text = f"package p\n\nfunc f() {{\n\tg()\n}}\n\n{head} {{\n}}\n".encode()
        part = Source(text, lambda part: [Span(0, len(part))] * (b"func f" in part))
        assert [outline.name for outline in part.outlines()] == [None, "f"]
        assert [outline.span for outline in part.functions("g")] == [o.span for o in Source(text).functions("g")]
        assert list(part.functions("g")) and not list(part.functions("gg"))

    def test_whole_after_all(self) -> None:
        text = b"func f() {\n}\nfunc g( {\n)\n}\nfunc h() {\n}\n"
        part = Source(text, lambda part: [Span(0, len(part))] * (b"g(" in part))
        assert part.has_error and len(list(part.outlines())) == len(list(Source(text).outlines()))

    def test_what_was_left_out_is_there_when_it_is_asked_for(self) -> None:
        text = b"// one\nfunc f() {\n}\n// two\nfunc g() {\n}\n"
        part = Source(text, lambda part: [Span(0, len(part))] * (b"g()" in part))
        assert [outline.name for outline in part.outlines()] == ["g"]
        assert [outline.span for outline in part.functions("f")] == [
            outline.span for outline in Source(text).functions("f")
        ]
        assert [outline.text for outline in part.functions("f")] == [b"func f() {\n}"]
        assert part.comments() == Source(text).comments()
        assert shape(part.root) == shape(Source(text).root)


class TestEngine:
    @pytest.mark.parametrize(
        "cleanup",
        [
            "func cleanup(f *os.File) {\n\tf.Close()\n}\n",
            "func cleanup(f *os.File) {\n\trecover()\n}\n",
            "func /* { */ cleanup(f *os.File) {\n\trecover()\n}\n",
            "func cleanup(f *os.File) {\n\tlast = f\n}\n",
        ],
    )
    @pytest.mark.parametrize("after", [False, True])
    def test_what_other_functions_do(self, cleanup: str, after: bool) -> None:
        """Without types that is not known, whatever the text says: nothing is decided, and nothing written unasked."""
        both = [LEAK, cleanup] if after else [cleanup, LEAK]
        text = "\n".join(['package p\n\nimport "os"\n\nvar last *os.File\n', *both]).encode()
        for options in (Options(), Options(unsafe_fixes=True)):
            whole = analyse("a.go", text, options)
            assert analyse("a.go", text, options, partly=True) == whole
            assert whole.findings[0].status.value == ("fixed" if options.unsafe_fixes else "undecided")

    @given(st.lists(st.sampled_from(DECLARATIONS), max_size=12), st.sampled_from(["\n", "\r\n"]), st.booleans())
    def test_same_as_of_the_whole(self, declarations: list[str], newline: str, unsafe: bool) -> None:
        text = "\n".join(["package p", *declarations]).replace("\n", newline).encode()
        options = Options(unsafe_fixes=unsafe, go_version=(1, 23))
        whole = analyse("a.go", text, options)
        assert not whole.problems
        assert analyse("a.go", text, options, partly=True) == whole

    def test_an_error_elsewhere_is_passed_over(self) -> None:
        text = f"package p\n\nfunc f() {{\n\tif {{ ) (\n}}\n}}\n\n{LEAK}".encode()
        whole, partly = (analyse("a.go", text, Options(), partly=partly) for partly in (False, True))
        assert whole.problems and not partly.problems
        assert partly == FileResult("a.go", text, partly.after, whole.findings)
