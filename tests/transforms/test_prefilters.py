"""The scan against a full parse: it may say yes too often, and never no where the tree has a loop defer."""

import random
import re
from collections.abc import Callable, Iterator
from functools import cache
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from defermod.engine.fixpoint import _room_to_recurse, analyse
from defermod.engine.registry import transforms
from defermod.golang.cfg import CFG
from defermod.golang.loops import functions, loop_defers
from defermod.golang.statements import too_deep
from defermod.model import Options, Span, Status
from defermod.syntax.pieces import plain_code
from defermod.syntax.source import Source
from defermod.toolchain.go import Go, find_go
from tests.support_go import goroot
from tests.support_rules import HotEvidence, may_match, suspects, with_rules

GOLDENS = Path(__file__).parents[2] / "golden"
_SAMPLE = 150
"""Files of the standard library for what takes long with each of them."""


def _declarations_with_loop_defers(text: bytes) -> Iterator[bytes]:
    """By a parse of everything: what the engine would look at if nothing were ever passed over."""
    with _room_to_recurse():
        for root in Source(text).declarations(_has_the_words):
            if root.has_error or too_deep(root):
                continue
            if any(loop_defers(function, CFG(function)) for function in functions(root)):
                yield root.raw


def _has_the_words(part: bytes) -> bool:
    return b"defer" in part and (b"for" in part or b"goto" in part)


def _missed(text: bytes) -> list[bytes]:
    found = list(_declarations_with_loop_defers(text))
    return [part for part in found if not (may_match(text) and may_match(part))]


@cache
def _standard_library() -> list[Path]:
    """The files that a parse could find anything in, testdata and what does not compile included."""
    go = find_go()
    if not isinstance(go, Go):
        pytest.skip("there is no Go")
    files = [path for path in sorted(Path(goroot(), "src").rglob("*.go")) if path.is_file()]
    return [path for path in files if _has_the_words(path.read_bytes())]


@cache
def _with_loop_defers() -> list[Path]:
    """Those that need a parse; that these are all, the first test says."""
    candidates = [path for path in _standard_library() if may_match(path.read_bytes())]
    return [path for path in candidates if any(_declarations_with_loop_defers(path.read_bytes()))]


def _sample() -> list[Path]:
    return random.Random(7).sample(_standard_library(), _SAMPLE)


def test_nothing_is_missed_in_the_standard_library() -> None:
    files = _standard_library()
    assert len(files) > 1000
    assert {path: missed for path in files if (missed := _missed(path.read_bytes()))} == {}


_UGLY = [
    pytest.param(lambda text: b"\xef\xbb\xbf" + text.replace(b"\n", b"\r\n"), id="mark and CRLF"),
    pytest.param(lambda text: re.sub(rb"(?m)^\t+", b"", text), id="no indentation"),
    pytest.param(lambda text: re.sub(rb"(?m)([{}]) *$", rb"\1 // func() { } defer '\"`", text), id="comments"),
    pytest.param(lambda text: text.replace(b" {\n", b"/* } */{"), id="braces without lines"),
    pytest.param(lambda text: text.replace(b"func(", b"func /* { */ ("), id="func and comment"),
    pytest.param(lambda text: b"package p; var _ = func() {" + _after_imports(text) + b"\n}", id="in a literal"),
]


@pytest.mark.campaign
@pytest.mark.parametrize("spoil", _UGLY)
def test_nothing_is_missed_in_the_standard_library_made_ugly(spoil: Callable[[bytes], bytes]) -> None:
    files = _with_loop_defers()
    spoilt = {path: spoil(path.read_bytes()) for path in files}
    assert sum(any(_declarations_with_loop_defers(text)) for text in spoilt.values()) > len(files) / 2 > 20
    assert {path: missed for path, text in spoilt.items() if (missed := _missed(text))} == {}


def _after_imports(text: bytes) -> bytes:
    """The functions of a file as literals in a function."""
    functions = re.findall(rb"(?ms)^func (?:\([^)]*\) )?\w+(\(.*?^\}\n)", text)
    return b"".join(b"\n_ = func" + function for function in functions)


def test_the_engine_gives_the_same_without_a_scan(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [path.read_bytes() for path in (*sorted(GOLDENS.rglob("input.go")), *_sample())]
    options = Options(select=frozenset({"defer-in-loop"}))
    with_scan = [analyse("a.go", text, options) for text in texts]
    everything = lambda self, text: iter([Span(0, len(text))])  # noqa: E731
    monkeypatch.setattr(type(transforms()["defer-in-loop"]), "suspects", everything)
    without = [analyse("a.go", text, options) for text in texts]
    assert [result.findings for result in with_scan] == [result.findings for result in without]
    assert [result.after for result in with_scan] == [result.after for result in without]


@pytest.mark.parametrize("spoil", [pytest.param(lambda text: text, id="as it is"), *_UGLY])
def test_the_engine_gives_the_same_if_it_parses_only_what_is_of_concern(spoil: Callable[[bytes], bytes]) -> None:
    paths = [path for path in _with_loop_defers() if path.stat().st_size < 200_000]
    options = Options(unsafe_fixes=True, go_version=(1, 23))
    compared = 0
    for text in (spoil(path.read_bytes()) for path in paths):
        whole = analyse("a.go", text, options)
        partly = analyse("a.go", text, options, partly=True)
        assert partly.findings == whole.findings
        if not whole.problems:  # where there are any elsewhere, one overlooks them, and may see more
            assert partly == whole
            compared += 1
    assert compared > len(paths) / 2


@pytest.mark.parametrize("loop_style", ["closure", "explicit"])
def test_the_engine_gives_the_same_for_the_goldens_if_it_parses_only_what_is_of_concern(loop_style: str) -> None:
    rules = frozenset(transforms())
    hot = HotEvidence(patterns=("*",))
    options = with_rules(Options(select=rules, unsafe_fixes=True, go_version=(1, 23)), loop_style=loop_style, hot=hot)
    texts = [path.read_bytes() for path in sorted(GOLDENS.rglob("input.go"))]
    whole = [analyse("a.go", text, options) for text in texts]
    for text, expected in zip(texts, whole, strict=True):
        found = analyse("a.go", text, options, partly=True)
        if found != expected:
            # What a fix exposes to another rule is for who writes the fixes; all else is the same.
            exposed = [finding for finding in expected.findings if finding not in found.findings]
            assert exposed and {finding.status for finding in exposed} == {Status.FIXED}
            assert [finding for finding in expected.findings if finding not in exposed] == [*found.findings]


def test_few_files_of_the_standard_library_need_a_parse() -> None:
    candidates = [path for path in _standard_library() if may_match(path.read_bytes())]
    assert len(candidates) <= 1.5 * len(_with_loop_defers())


def test_nothing_is_missed_in_the_goldens() -> None:
    inputs = sorted(GOLDENS.rglob("*.go"))
    assert len(inputs) > 100
    assert {path: missed for path in inputs if (missed := _missed(path.read_bytes()))} == {}


@pytest.mark.parametrize(
    "body",
    [
        "for { defer f() }",
        "for{defer f()}",
        "for range x { if y { defer f() } }",
        "for range []func(){ func() {} } { defer f() }",
        "for x := range gen[func() int] { defer f() }",
        "for x := range func(a int) int { return a }(1) { defer f() }",
        "for range T{}.m { }; for range (struct{ f func() }{}).f { defer f() }",
        "again: defer f(); goto again",
        "again: defer f(); if x { goto again }; goto done; done:",
        "goto b; a: defer f(); goto c; b: goto a; c:",
        "a /* } */ : defer f(); goto /* { */\na",
        "é: defer f(); goto é",
        "a: if x { defer f() }; { goto a }",
        "go func() { for { defer f() } }()",
        "var x func() /*\n*/\nfor { defer f() }",
        "for _ = range \"}\" { _ = '}'; _ = `}` /* } */; defer f() // }\n}",
        "for _ = range '\\'' { _ = '\"'; defer f() }",
        'for _ = range "\\\\" { defer f() }',
        "for éfunc(x) { defer f() }",
        "for func_(x) { defer f() }",
        "for x.func1() { defer f() }",
        "for range x { switch { case y: defer f() } }",
        "for {\r\n\tdefer f()\r\n}",
        "for x := f.(func()); ; { defer f() }",
        "for ; ; { func() {}(); defer f() }",
        "for { _ = `\n// `; defer f() }",
        "for { /*\n// */ defer f() }",
        'for { _ = "//"; defer f() }',
        "for { /* */ // defer\ndefer f() }",
        "for range []func() error(hooks) { defer f() }",
        "for i := range func() int(x)() { defer f() }",
        "for func() (bool)(x)() { defer f() }",
        "for { if func() bool(x)() { defer f() } }",
        "for range chan func() *T(x) { defer f() }",
        "for range func() [2]T(x)() { defer f() }",
    ],
)
def test_a_defer_in_a_loop_is_never_passed_over(body: str) -> None:
    text = f"package p\n\nfunc g() {{\n{body}\n}}\n".encode()
    assert may_match(text)
    assert may_match(b"\xef\xbb\xbf" + text)
    assert may_match(b"package p; var x = func() {" + body.encode() + b"\n}")


@pytest.mark.parametrize(
    "body",
    [
        "defer f()",
        "defer f(); for { g() }",
        "for { g() }; defer f()",
        "for { g() }\nif x { g() }\ndefer f()",
        "for { go func() { defer f() }() }",
        "for { go func(a int, b []func(int) error) (int, error) { defer f() }() }",
        "for { g(func(t *testing.T) map[string]int { if x { defer f() } }) }",
        "for { g() } // defer f()",
        "for { g() }\n  // we defer f()\n// defer",
        "_ = `\n// defer`; for { g() }",
        'for { g(`defer f()`, "defer", \'"\') /* defer */ }',
        "deferred := 1; for { deferred++ }",
        "defer f(); again: if x { goto again }; goto done; done:",
        "goto done; defer f(); done: g(map[string]int{x: 1}, y[a:b])",
        "defer f(); before := 1; fortune(before)",
    ],
)
def test_the_usual_code_is_not_parsed(body: str) -> None:
    assert not may_match(f"package p\n\nfunc g() {{\n{body}\n}}\n".encode())


def test_a_goto_counts_for_its_own_declaration_only() -> None:
    text = b"package p\nfunc a() {\nx:\n\tgoto x\n}\nfunc b() { defer f() }\n"
    assert not may_match(text)


@pytest.mark.parametrize(
    "ugly",
    [b'"', b"'", b"`", b"/*", b"\n/*", b"/**/ /* /*", b"'ab'", b'"\\q"', b"\\", b"\0", b"\x01", b"'\xc3'", b"'\n'"],
)
def test_what_is_not_plainly_well_formed_is_left_to_the_grammar(ugly: bytes) -> None:
    text = b"package p\nfunc a() { for { g() } }\nfunc b() {\n%s defer f() }\n"
    assert not may_match(text % b"")
    assert may_match(text % ugly)


@pytest.mark.parametrize("ugly", [b"}", b"}}", b"`` }"])
def test_so_are_braces_that_do_not_match(ugly: bytes) -> None:
    text = b"package p\nfunc a() { for { g() } }\nfunc b() {\n%s\ndefer f() }\n"
    assert not may_match(text % b"")
    assert may_match(text % ugly)


_LOOKS_LIKE_A_FUNCTION = [
    "`\n}\nfunc f() {\n`",
    "`\n}\n\n// f is `; _ = `\nfunc f() {\n`",
    "/*\n}\nfunc (t *T) f() {\n*/",
    "if x {\n}\nfunc (x int) T {\nreturn 1\n}(2)",
    "if x {\n}\nfunc (x int) (T) {\nreturn 1\n}(2)",
    "if x {\n}\nfunc (x int) chan(T) {\nreturn nil\n}(2)",
    "if x {\n}\nfunc (x int) func(T) {\nreturn nil\n}(2)",
    "if x {\n}\nfunc (x int) T(f)(func() {\n})\nif y {",
    "if x {\n}\nfunc (x int) T(f) (T{\n})\nif y {",
    "if x {\n}\nfunc (x int) T(f)(1).x = func() {\n}\nif y {",
    "if x {\n}\nfunc (x int) T(f) *T {\n}\nif y {",
    "if x {\n}\nfunc (x int) T(f) [2]*T {\n}\nif y {",
    "if x {\n}\nfunc (x int) T(f /*) {\n*/)(1)\nif y {",
    "if x {\n}\nfunc (x /*) T(f) {\n*/ int) T(f)(1)\nif y {",
    "if x {\n}\n// comment\n\nfunc() {\n}()",
    'if x {\n}\n_ = "`"; _ = `\n}\nfunc f() {\n`',
    "if x {\n}\n_ = `\n}\nfunc f() {\n` // `",
]


@pytest.mark.parametrize("inside", _LOOKS_LIKE_A_FUNCTION)
@pytest.mark.parametrize("before", ["", "g()\n", "_ = `x`\n", "/* x */\n"])
def test_what_only_looks_like_a_function_is_none(inside: str, before: str) -> None:
    closing = "\n}" * inside.endswith("if y {")
    text = f"package p\n\nfunc g() {{\nfor {{\n{inside}\n{before}defer f(){closing}\n}}\n}}\n".encode()
    assert any(_declarations_with_loop_defers(text))
    assert may_match(text)
    assert may_match(b"package p\nfunc a() {\n}\n" + text[len(b"package p\n") :])


@pytest.mark.parametrize(
    "head",
    [
        "func h() {",
        "// h is.\n\nfunc h[P any](p P) {",
        "func (t T) h(x int) error {",
        "func (*T[P]) h() {",
        "func (t T) h(f func() error, x ...int) (int, error) {",
        "func (t T) h() []*p.T[int] {",
    ],
)
def test_a_loop_in_another_function_does_not_count(head: str) -> None:
    text = f"package p\n\nfunc g() {{\n\tfor {{\n\t\tf()\n\t}}\n}}\n\n{head}\n\tdefer f()\n}}\n"
    assert not may_match(text.encode())
    assert not may_match(text.replace("\n", "\r\n").encode())
    assert not may_match(text.replace("f()\n\t\t}", "_ = `}`\n\t\t}").encode())


_MANY = 50_000
"""Enough for what takes time by the square to take minutes."""


@pytest.mark.parametrize(
    "body",
    [
        b"for {\n}\n// " + b"defer " * _MANY,
        b"for {\n}\n/* " + b"/* " * _MANY + b"defer */",
        b"for {\n}\nvar x " + b"func() " * _MANY + b"int\ndefer f()",
        b"goto " + b"x" * _MANY + b"\ndefer f()",
    ],
    ids=["defers in a comment", "openings in a comment", "functions of functions", "long name"],
)
def test_the_time_grows_with_the_length(body: bytes) -> None:
    assert not may_match(b"package p\nfunc g() {\n" + body + b"\n}\n")


def test_so_does_the_time_to_look_for_a_name() -> None:
    text = b"package p\nfunc g() {\nfor { defer f() }\n}\nvar _ = []any{" + b"x.f, " * 4 * _MANY + b"}\n"
    assert list(Source(text, suspects).functions("f")) == []


def test_looking_for_pieces_takes_no_longer_than_a_parse_however_many_places_are_in_question() -> None:
    function = b"func g() {\nfor {\ndefer f()\n}\n" + b"if x {\n}\n" * 1000 + b"}\n"
    text = b"package p\n" + function * 100
    read = 0

    def counted(part: bytes) -> bytes | None:
        nonlocal read
        read += len(part)
        return plain_code(part)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("defermod.syntax.pieces.plain_code", counted)
        Source(text, suspects)
    assert read < 5 * len(text)


_gap = st.sampled_from(["", " ", "\n", "\t", "\r\n", "/* { */", "/*\n}*/", "// for {\n", ' /* " */ '])
_expression = st.sampled_from(
    ["x", '"}"', '"\\""', "`{\n`", "'}'", "'\\''", "T{}", "[]int{1}", "func() {}", "f()", "gen[func() int]",
     "struct{ f func() }{}", "x.(func())", "[]func() int{g}", "interface{}(x)", "func(a struct{}) int { return 1 }",
     "éfunc(x)", "<-c", "x /y", "map[string]func(){}", "for_", "x.deferred", "`\n}\nfunc g() {\n`", "\"`\"",
     "func (x int) T {\nreturn 1\n}", "`\n}\n`", "[]func() T(x)", "func(x int) T(y)", "func() (T)(x)()"]
)  # fmt: skip


@st.composite
def _statement(draw: st.DrawFn, depth: int = 0) -> str:
    gap = draw(_gap)
    kinds = ["defer", "call", "goto", "label"] + ([] if depth > 3 else ["for", "if", "func", "switch", "block"] * 2)
    kind = draw(st.sampled_from(kinds))
    if kind == "defer":
        return f"defer {gap if chr(10) not in gap else ''}f({draw(_expression)})"
    if kind == "call":
        return f"_ = {draw(_expression)}"
    if kind == "goto":
        return "goto again"
    if kind == "label":
        return f"again:{gap}"
    body = draw(_gap).join(f"{one}\n" for one in draw(st.lists(_statement(depth + 1), max_size=4)))
    before, after = draw(_gap), draw(_gap)
    match kind:
        case "for":
            head = draw(st.sampled_from(["", "range {}", "_, v := range {}", "i := {}; ; ", "({})"]))
            return f"for{gap} {head.format(draw(_expression))}{{{before}{body}{after}}}"
        case "if":
            return f"if x {{{before}{body}{after}}} else {{{body}}}"
        case "func":
            result = draw(st.sampled_from(["", "int", "(a, b int)", "func() int", "[]func()", "struct{}", "chan int"]))
            parameters = draw(st.sampled_from(["", "a int", "f func(int) error", "x struct{}", "i interface{ M() }"]))
            return f"{draw(st.sampled_from(['go ', 'defer ', '_ = ']))}func({parameters}) {result} {{{before}{body}}}()"
        case "switch":
            return f"switch {{{before}case x:\n{body}default:\n{after}}}"
        case _:
            return f"{{{before}{body}{after}}}"


def _file(bodies: list[str]) -> str:
    functions = "\n".join(f"func g{i}() {{\n{body}\n}}" for i, body in enumerate(bodies))
    # The control flow of a label that stands twice is not defined, and Go refuses it.
    numbers = count()
    labelled = re.sub(r"\bagain:", lambda _: f"again{next(numbers)}:", functions)
    return "package p\n" + labelled.replace("goto again", "goto again0") + "\n"


_files = st.lists(_statement(), min_size=1, max_size=3).map(_file)


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(_files)
def test_nothing_is_missed_in_ugly_files(text: str) -> None:
    assert _missed(text.encode()) == []


_INPUTS = [path.read_bytes() for path in sorted(GOLDENS.rglob("input.go"))]
_pieces = st.sampled_from(
    [b"", b"{", b"}", b'"', b"'", b"`", b"/*", b"*/", b"//", b"\n", b"\\", b"(", b")", b"func ", b"func()", b"for ",
     b"defer f()\n", b"goto x\n", b"x:\n", b"\0", b"\xff", b"'a", b'"\\q"', b"#", b";", b"]", b"\r", b"\x0c", b"1e"]
)  # fmt: skip


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(_INPUTS), st.lists(st.tuples(st.floats(0, 1), st.integers(0, 30), _pieces), max_size=4))
def test_nothing_is_missed_in_broken_files(text: bytes, damages: list[tuple[float, int, bytes]]) -> None:
    for place, length, piece in damages:
        at = int(place * len(text))
        text = text[:at] + piece + text[at + length :]
    assert _missed(text) == []
