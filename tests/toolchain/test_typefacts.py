"""Type facts from real Go: what flows where, in the program's own functions and the standard library's."""

from __future__ import annotations

import hashlib
import pickle
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from defermod.golang.facts import CallFact, CallKind, EscapeSet, FileFacts, Holds, NoFacts, OperandEffect, RangeOver
from defermod.toolchain import typefacts
from defermod.toolchain.go import Go, find_go

FOUND = find_go()
pytestmark = pytest.mark.skipif(FOUND is None, reason="needs Go")

NOTHING = OperandEffect()
UNKNOWN = OperandEffect(EscapeSet(unknown=True))
HEAP = OperandEffect(EscapeSet(heap=True))
RESULT = OperandEffect(EscapeSet(results=(0,)))


@pytest.fixture(scope="session")
def go() -> Go:
    assert FOUND
    return FOUND


@pytest.fixture(scope="session")
def build_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def private_cache(build_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(build_cache))


Module = Callable[..., Path]


@pytest.fixture
def module(tmp_path: Path) -> Module:
    """Write a module of the given files, by name with ``/`` as ``__`` and ``.go`` left out."""

    def write(**files: str) -> Path:
        (tmp_path / "go.mod").write_text("module example.com/m\n\ngo 1.22\n")
        for name, text in files.items():
            path = tmp_path / f"{name.replace('__', '/')}.go"
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        return tmp_path

    return write


def facts_of(go: Go, path: Path) -> FileFacts:
    found = typefacts.collect(go, [path])[path]
    assert isinstance(found, FileFacts), found
    return found


def call(facts: FileFacts, path: Path, text: str) -> CallFact:
    """The one call in the file that is spelled ``text``."""
    start = path.read_bytes().index(text.encode())
    found = facts.call(start, start + len(text.encode()))
    assert found, text
    return found


def in_loop(body: str, imports: str = "", parameters: str = "") -> str:
    """A function whose loop has a file ``f`` and a deferred call in it."""
    names = "".join(f'\t"{name}"\n' for name in sorted({"os", *imports.split()}))
    return f"""package p

import (
{names})

func Loop(names []string{parameters}) {{
	for _, name := range names {{
		f, err := os.Open(name)
		if err != nil {{
			return
		}}
		defer f.Close()
		{body}
	}}
}}
"""


OWN = {
    "func use(f *os.File) { var b [8]byte; f.Read(b[:]) }": NOTHING,
    "func use(f *os.File) { sc := bufio.NewScanner(f); for sc.Scan() { println(sc.Text()) } }": NOTHING,
    "var kept *os.File\nfunc use(f *os.File) { kept = f }": HEAP,
    "var kept = map[string]any{}\nfunc use(f *os.File) { kept[f.Name()] = f }": HEAP,
    "type T struct{ f *os.File }\nvar kept T\nfunc use(f *os.File) { t := &kept; t.f = f }": HEAP,
    "type T struct{ f *os.File }\nfunc use(f *os.File) { t := &T{}; t.f = f; t.f.Stat() }": NOTHING,
    "type T struct{ f *os.File }\nfunc use(f *os.File) *T { t := new(T); s := t; s.f = f; return t }": RESULT,
    "type T struct{ f *os.File }\nfunc use(f *os.File) (t T) { p := &t; p.f = f; return }": RESULT,
    "func use(f *os.File) { go func() { f.Stat() }() }": HEAP,
    "func use(f *os.File) { go f.Stat() }": HEAP,
    "func use(f *os.File) { defer func() { f.Stat() }() }": NOTHING,
    "var ch chan any\nfunc use(f *os.File) { ch <- f }": HEAP,
    "func use(f *os.File) { c := make(chan any, 1); c <- f; <-c }": NOTHING,
    "func use(f *os.File) chan any { c := make(chan any, 1); c <- f; return c }": RESULT,
    "func use(f *os.File) io.Reader { return bufio.NewReader(f) }": RESULT,
    "func use(f *os.File) func() { return func() { f.Close() } }": RESULT,
    "func use(f *os.File) func() error { return f.Close }": RESULT,
    "var hook func()\nfunc use(f *os.File) { hook = func() { f.Close() } }": HEAP,
    "func use(f *os.File) { f1 := func() error { return f.Sync() }; f1() }": NOTHING,
    "func use(f *os.File) { func(g *os.File) { g.Stat() }(f) }": NOTHING,
    "var kept any\nfunc use(f *os.File) { func(g *os.File) { kept = g }(f) }": HEAP,
    "var kept any\nfunc use(f *os.File) { h := func(g any) { kept = g }; h(f) }": HEAP,
    "var kept any\nfunc use(f *os.File) { run(func() { kept = f }) }\nfunc run(g func()) { g() }": HEAP,
    "var kept any\nfunc use(f *os.File) { with(f, store) }\nfunc store(x any) { kept = x }\n"
    "func with(f *os.File, g func(any)) { g(f) }": HEAP,
    "func use(f *os.File) { with(f, look) }\nfunc look(x any) { _ = x }\n"
    "func with(f *os.File, g func(any)) { g(f) }": NOTHING,
    "func use(f *os.File) { even(f, 3) }\nfunc even(f *os.File, n int) { if n > 0 { odd(f, n-1) } }\n"
    "func odd(f *os.File, n int) { if n > 0 { even(f, n-1) } }": NOTHING,
    "var kept any\nfunc use(f *os.File) { even(f, 3) }\n"
    "func even(f *os.File, n int) { if n > 0 { odd(f, n-1) }; kept = f }\n"
    "func odd(f *os.File, n int) { if n > 0 { even(f, n-1) } }": HEAP,
    "func use[T any](x T) T { return x }": RESULT,
    "func use[T any](x T) { _ = x }": NOTHING,
    "func use[T interface{ Strange() }](x T) { x.Strange() }": NOTHING,
    "func use[T interface{ StartStrange() }](x T) { x.StartStrange() }": UNKNOWN,
    "type S interface{ Strange() any }\nfunc use(s any) any { return s.(S).Strange() }": OperandEffect(
        EscapeSet(results=(0,))
    ),
    "type S interface{ Join(any) }\nvar room []any\nfunc use(s any) { s.(S).Join(&room) }": UNKNOWN,
    "type S interface{ Fill([]byte) }\nvar room []byte\nfunc use(s any) { s.(S).Fill(room) }": NOTHING,
    "type G[T any] struct{ x T }\nfunc (g *G[T]) set(x T) { g.x = x }\n"
    "func use(f *os.File) any { var g G[*os.File]; g.set(f); return g.x }": RESULT,
    "type L struct{ xs []any }\nfunc (l *L) add(xs ...any) { l.xs = append(l.xs, xs...) }\n"
    "func use(f *os.File) any { l := &L{}; l.add(1, f); return l.xs[0] }": RESULT,
    "func use(fs ...any) any { for _, f := range fs { return f }; return nil }": RESULT,
    "type S interface{ Strange(any) }\nfunc use(f *os.File) { var s S; s.Strange(f) }": UNKNOWN,
    "type S interface{ Strange(any) }\nvar s S\nfunc use(f *os.File) { s.Strange(f) }": UNKNOWN,
    "var strange func(any)\nfunc use(f *os.File) { strange(f) }": UNKNOWN,
    "func strange(any)\nfunc use(f *os.File) { strange(f) }": UNKNOWN,
    "func use(f *os.File) { panic(f) }": HEAP,
    "func use(f *os.File) uintptr { return uintptr(unsafe.Pointer(f)) }": UNKNOWN,
    "type E struct{ error; f *os.File }\nfunc use(f *os.File) error { return &E{nil, f} }": RESULT,
    "func use(f *os.File) error { _, err := f.Stat(); return err }": NOTHING,
    "type T struct{ buf []byte; f *os.File }\nfunc (t *T) bytes() []byte { return t.buf }\n"
    "func use(f *os.File) []byte { t := &T{nil, f}; return t.bytes() }": OperandEffect(memory=EscapeSet(results=(0,))),
    "var kept any\nfunc use(f *os.File) { var x any = f; switch x := x.(type) { case *os.File: kept = x } }": HEAP,
    "var kept any\nfunc use(f *os.File) { a := [1]any{f}; for _, x := range a { kept = x } }": HEAP,
    "var kept any\nfunc use(f *os.File) { m := map[any]int{f: 1}; for x := range m { kept = x } }": HEAP,
    "var kept any\nfunc use(f *os.File) { a := []any{1}; b := []any{f}; copy(a, b); kept = a[0] }": HEAP,
    "var kept any\nfunc use(f *os.File) { p := &f; q := &p; kept = **q }": HEAP,
    "var kept any\nfunc two(f any) (int, any) { return 1, f }\nfunc use(f *os.File) { _, kept = two(f) }": HEAP,
    "var kept any\nfunc two(f any) (int, any) { return 1, f }\nfunc three(_ int, f any) { kept = f }\n"
    "func use(f *os.File) { three(two(f)) }": HEAP,
    "type I struct{ *os.File }\nvar kept I\nfunc use(f *os.File) { kept = I{f} }": HEAP,
    "type I struct{ *os.File }\nfunc use(f *os.File) { i := I{f}; i.Stat(); g := i.Sync; g() }": NOTHING,
    "type T struct{ f any }\nfunc (t *T) keep() { kept = t.f }\nvar kept any\n"
    "func use(f *os.File) { t := T{f}; g := t.keep; g() }": HEAP,
    "type T struct{ f any }\nfunc (t *T) keep(x any) { t.f = x }\n"
    "func use(f *os.File) any { t := T{}; g := (*T).keep; g(&t, f); return t.f }": RESULT,
    "var pool sync.Pool\nfunc use(f *os.File) { pool.Put(f) }": HEAP,
    "var at atomic.Pointer[os.File]\nfunc use(f *os.File) { at.Store(f) }": HEAP,
    "type T struct{ f any }\nvar all []*T\nfunc get() *T { return all[0] }\nfunc use(f *os.File) { get().f = f }": HEAP,
    "func use(f *os.File) (g *os.File) { defer func() { g = f }(); return nil }": RESULT,
}


@pytest.mark.parametrize("number", range(8))
def test_own_functions(go: Go, module: Module, number: int) -> None:
    """Batches of packages: one go command each."""
    cases = list(OWN.items())[number::8]
    used = {"io": "io.", "bufio": "bufio.", "sync": "sync.", "sync/atomic": "atomic.", "unsafe": "unsafe."}
    sources = {}
    for index, (declarations, _) in enumerate(cases):
        imports = " ".join(name for name, mark in used.items() if re.search(rf"\b{re.escape(mark)}", declarations))
        sources[f"p{index}__p"] = in_loop("use(f)", imports) + declarations + "\n"
    root = module(**sources)
    for folder in root.glob("p*"):
        (folder / "empty.s").write_text("")  # allows functions without a body
    # A type without the method would not satisfy the constraint.
    for path in root.glob("p*/p.go"):
        text = path.read_text()
        if "Strange() }](x T)" in text:
            path.write_text(
                text.replace("use(f)\n", "use(wrapped{f})\n")
                + "type wrapped struct{ f any }\nfunc (wrapped) Strange() {}\nfunc (wrapped) StartStrange() {}\n"
            )
    paths = [root / f"p{index}" / "p.go" for index in range(len(cases))]
    found = typefacts.collect(go, paths)
    for path, (declarations, expected) in zip(paths, cases, strict=True):
        facts = found[path]
        assert isinstance(facts, FileFacts), (declarations, facts)
        spelled = "use(wrapped{f})" if "wrapped" in path.read_text() else "use(f)"
        flow = call(facts, path, spelled).flows[0]
        if expected is UNKNOWN:
            assert flow.whole.unknown, declarations
        else:
            assert flow == expected, declarations


HIDDEN = (
    # Ways on which it is hard to follow: whatever is said of them, it must not be "nothing".
    "func use(f *os.File) any { var x any; reflect.ValueOf(&x).Elem().Set(reflect.ValueOf(f)); return x }",
    "func use(f *os.File) any { m := map[int]any{}; reflect.ValueOf(m).SetMapIndex(reflect.ValueOf(1), "
    "reflect.ValueOf(f)); return m[1] }",
    "func use(f *os.File) any { p := (*byte)(unsafe.Pointer(f)); return (*os.File)(unsafe.Pointer(p)) }",
    "var kept *byte\nfunc use(f *os.File) { kept = (*byte)(unsafe.Pointer(f)) }",
    "var kept any\nfunc use(f *os.File) { time.AfterFunc(1, func() { kept = f }) }",
    "var kept sync.Map\nfunc use(f *os.File) { kept.LoadOrStore(1, f) }",
    "var kept atomic.Value\nfunc use(f *os.File) { kept.Swap(f) }",
    "var kept list.List\nfunc use(f *os.File) { kept.PushFront(f) }",
    "var kept []any\nfunc use(f *os.File) { kept = slices.Insert(kept, 0, any(f)) }",
    "var kept context.Context\nfunc use(f *os.File) { kept = context.WithValue(context.Background(), 1, f) }",
    "var kept func()\nfunc use(f *os.File) { kept = sync.OnceFunc(func() { f.Close() }) }",
    "var kept []any\nfunc use(f *os.File) { each(func(to *any) { *to = f }) }\n"
    "func each(g func(*any)) { for i := range kept { g(&kept[i]) } }",
    "var kept any\ntype S struct{ g func(any) }\nfunc (s S) call(x any) { s.g(x) }\n"
    "func use(f *os.File) { s := S{func(x any) { kept = x }}; s.call(f) }",
    "var kept any\nfunc maker() func(any) { return func(x any) { kept = x } }\nfunc use(f *os.File) { maker()(f) }",
    "func use(f *os.File) any { var t []any; set := setter(&t); set(f); return t }\n"
    "func setter(t *[]any) func(any) { return func(x any) { *t = append(*t, x) } }",
    "var kept any\nfunc all(f any) func(func(any) bool) { return func(yield func(any) bool) { yield(f) } }\n"
    "func use(f *os.File) { for x := range all(f) { kept = x } }",
    "var kept any\nfunc use(f *os.File) { all := func(yield func(any) bool) { yield(f) }\n"
    "for x := range all { kept = x } }",
    "var kept any\nfunc use(f *os.File) { defer func() { kept = recover() }(); panic(f) }",
    "type N struct{ next *N; f any }\nvar head = &N{}\n"
    "func use(f *os.File) { n := head; for n.next != nil { n = n.next }; n.next = &N{f: f} }",
    "var kept any\nfunc use(f *os.File) { x := struct{ a [2]struct{ f any } }{}; x.a[1].f = f; y := x; kept = y.a[0] }",
    "var kept any\nfunc use(f *os.File) { c := make(chan any, 1); select { case c <- f: }; "
    "select { case kept = <-c: } }",
    "var kept any\nfunc use(f *os.File) { var g func(int); "
    "g = func(n int) { if n > 0 { g(n - 1) } else { kept = f } }; g(3) }",
    "type I interface{ Set(any) }\ntype T struct{ x any }\nfunc (t *T) Set(x any) { t.x = x }\n"
    "func use(f *os.File) any { t := &T{}; var i I = t; i.Set(f); return t.x }",
    "type I interface{ Set(any) }\ntype T struct{ x any }\nfunc (t *T) Set(x any) { t.x = x }\n"
    "func use(f *os.File) any { t := &T{}; g := I(t).Set; g(f); return t.x }",
    "type I interface{ Set(any) }\ntype T struct{ x any }\nfunc (t *T) Set(x any) { t.x = x }\n"
    "func put[X I](x X, f any) { x.Set(f) }\nfunc use(f *os.File) any { t := &T{}; put(t, f); return t.x }",
)


def test_nothing_is_said_only_of_what_was_followed(go: Go, module: Module) -> None:
    used = ["container/list", "context", "reflect", "slices", "sync", "sync/atomic", "time", "unsafe"]
    sources = {}
    for index, declarations in enumerate(HIDDEN):
        imports = " ".join(name for name in used if f"{name.rpartition('/')[2]}." in declarations)
        sources[f"p{index}__p"] = in_loop("use(f)", imports) + declarations + "\n"
    root = module(**sources)
    (root / "go.mod").write_text("module example.com/m\n\ngo 1.23\n")
    paths = [root / f"p{index}" / "p.go" for index in range(len(HIDDEN))]
    found = typefacts.collect(go, paths)
    for path, declarations in zip(paths, HIDDEN, strict=True):
        facts = found[path]
        assert isinstance(facts, FileFacts), (declarations, facts)
        assert call(facts, path, "use(f)").flows[0].whole, declarations


DUMPED = OperandEffect(EscapeSet(results=(1,)), EscapeSet(results=(0,)))

STANDARD = {
    # expression, packages, parameters: the flow of operand 0
    "bufio.NewReader(f)": ("bufio", "", RESULT),
    "bufio.NewScanner(f)": ("bufio", "", RESULT),
    "json.NewDecoder(f)": ("encoding/json", "", RESULT),
    "io.ReadAll(f)": ("io", "", NOTHING),
    "ioutil.ReadAll(f)": ("io/ioutil", "", NOTHING),
    "io.Copy(f, os.Stdin)": ("io", "", NOTHING),
    "io.LimitReader(f, 1)": ("io", "", RESULT),
    "io.MultiReader(f)": ("io", "", RESULT),
    "fmt.Fprintln(f, 1)": ("fmt", "", NOTHING),
    "log.SetOutput(f)": ("log", "", HEAP),
    "context.WithValue(ctx, 1, f)": ("context", ", ctx context.Context", RESULT),
    "mu.Lock()": ("sync", ", mu *sync.Mutex", NOTHING),
    "once.Do(nil)": ("sync", ", once *sync.Once", NOTHING),
    "sc.Text()": ("bufio", ", sc *bufio.Scanner", NOTHING),
    "sc.Bytes()": ("bufio", ", sc *bufio.Scanner", OperandEffect(memory=EscapeSet(results=(0,)))),
    "bytes.NewReader(b)": ("bytes", ", b []byte", RESULT),
    "rows.Next()": ("database/sql", ", rows *sql.Rows", NOTHING),
    "db.Query(`x`)": ("database/sql", ", db *sql.DB", RESULT),
    "gzip.NewReader(f)": ("compress/gzip", "", RESULT),
    "signal.Notify(c)": ("os/signal", ", c chan os.Signal", HEAP),
    "httputil.DumpResponse(resp, true)": ("net/http net/http/httputil", ", resp *http.Response", DUMPED),
}


def test_standard_library(go: Go, module: Module) -> None:
    sources = {
        f"p{index}__p": in_loop(expression, imports, parameters)
        for index, (expression, (imports, parameters, _)) in enumerate(STANDARD.items())
    }
    root = module(**sources)
    paths = [root / f"p{index}" / "p.go" for index in range(len(STANDARD))]
    found = typefacts.collect(go, paths)
    for path, (expression, (_, _, expected)) in zip(paths, STANDARD.items(), strict=True):
        facts = found[path]
        assert isinstance(facts, FileFacts), (expression, facts)
        assert call(facts, path, expression).flows[0] == expected, expression


def test_operands_that_hold_on_to_each_other(go: Go, module: Module) -> None:
    root = module(
        p__p=in_loop("t.set(name, f); br.Reset(f); add(&all, f)", "bufio", ", t *T, br *bufio.Reader")
        + "type T struct{ f *os.File }\nfunc (t *T) set(_ string, f *os.File) { t.f = f }\n"
        + "var all []*os.File\nfunc add(to *[]*os.File, fs ...*os.File) { *to = append(*to, fs...) }\n"
    )
    facts = facts_of(go, root / "p/p.go")
    method = call(facts, root / "p/p.go", "t.set(name, f)")
    assert method.has_receiver and method.callee == "(*example.com/m/p.T).set"
    assert method.receiver == NOTHING
    assert method.arguments == (NOTHING, OperandEffect(EscapeSet(operands=(0,))))
    assert call(facts, root / "p/p.go", "br.Reset(f)").arguments[0].whole == EscapeSet(operands=(0,))
    assert call(facts, root / "p/p.go", "add(&all, f)").flows[1].whole == EscapeSet(operands=(0,))


def test_what_a_function_gives_is_kept_with_it(go: Go, module: Module) -> None:
    root = module(
        p__p=in_loop("keep(func() *os.File { return f })")
        + "var last *os.File\nfunc keep(get func() *os.File) { last = get() }\n"
    )
    facts = facts_of(go, root / "p/p.go")
    assert call(facts, root / "p/p.go", "keep(func() *os.File { return f })").flows[0].whole == EscapeSet(heap=True)


def test_across_packages_and_through_types_not_imported(go: Go, module: Module) -> None:
    """a sees b's T only as the result of a function of c."""
    root = module(
        a__a=in_loop("c.Get().Keep(f); c.Get().Look(f)", "example.com/m/c").replace("package p", "package a"),
        b__b='package b\n\nimport "os"\n\ntype T struct{ f *os.File }\n\n'
        "func (t *T) Keep(f *os.File) { t.f = f }\nfunc (t *T) Look(f *os.File) { f.Stat() }\n",
        c__c='package c\n\nimport "example.com/m/b"\n\nfunc Get() *b.T { return nil }\n',
    )
    facts = facts_of(go, root / "a/a.go")
    assert call(facts, root / "a/a.go", "c.Get().Keep(f)").flows[1].whole == EscapeSet(operands=(0,))
    assert call(facts, root / "a/a.go", "c.Get().Look(f)").flows[1] == NOTHING


def test_types_calls_ranges_and_recover(go: Go, module: Module) -> None:
    body = """defer guard()
		defer calm()
		defer func() { recover() }()
		buf := make([]byte, 8)
		n, err := f.Read(buf)
		_, _ = n, err
		for range n {
		}
		for range seq {
		}
		var r io.Reader = f
		r.Read(buf)
		_ = any(f)
		g := f.Close
		g()
		if debug && n > 0 {
		}
		for n > 1 {
		}"""
    tail = "const debug = false\n\n"
    tail += "func guard() { recover() }\nfunc calm() { func() { recover() }() }\nfunc seq(yield func(int) bool) {}\n"
    root = module(p__p="// héllo\r\n" + in_loop(body, "io") + tail)
    (root / "go.mod").write_text("module example.com/m\n\ngo 1.23\n")
    path = root / "p/p.go"
    facts = facts_of(go, path)
    text = path.read_bytes()

    def expression(spelled: str) -> tuple[str, Holds] | None:
        start = text.index(spelled.encode())
        fact = facts.expression(start, start + len(spelled))
        return (fact.type, fact.holds) if fact else None

    assert facts.language == (1, 23) and facts.describes(text) and not facts.describes(text + b"\n")
    assert expression("buf") == ("[]byte", Holds.MEMORY)
    assert expression("err") == ("error", Holds.ERROR)
    assert expression("os.Open(name)") == ("(*os.File, error)", Holds.REFERENCES)
    assert call(facts, path, "guard()").recovers is True
    assert call(facts, path, "calm()").recovers is False
    assert call(facts, path, "func() { recover() }()").kind is CallKind.LITERAL
    assert call(facts, path, "r.Read(buf)").kind is CallKind.INTERFACE
    assert call(facts, path, "r.Read(buf)").callee == "(io.Reader).Read"
    assert call(facts, path, "any(f)").kind is CallKind.CONVERSION
    assert call(facts, path, "g()").kind is CallKind.DYNAMIC
    assert call(facts, path, "make([]byte, 8)").kind is CallKind.BUILTIN
    assert [fact.holds for fact in call(facts, path, "os.Open(name)").results] == [Holds.REFERENCES, Holds.ERROR]
    assert set(facts.ranges.values()) == {RangeOver.SLICE, RangeOver.INTEGER, RangeOver.FUNCTION}
    assert {text[start:end]: value for (start, end), value in facts.decided.items()} == {b"debug && n > 0": False}
    places = {word: text.index(word) for word in (b"defer", b"func guard")}
    covered = {word for word, at in places.items() for start, end in facts.declarations if start <= at < end}
    assert covered == {b"defer"}
    assert pickle.loads(pickle.dumps(facts)) == facts


def test_goto_loops_and_literals_of_variables_are_candidates(go: Go, module: Module) -> None:
    root = module(
        p__p='package p\n\nimport "os"\n\nfunc A(f *os.File) {\nagain:\n\tdefer f.Close()\n\tif f.Fd() > 3 {\n'
        "\t\tgoto again\n\t}\n}\n\nvar B = func(f *os.File) {\n\tfor {\n\t\tdefer f.Sync()\n\t}\n}\n\n"
        "func C(f *os.File) {\n\tdefer f.Stat()\n\tfor {\n\t\tfunc() { defer f.Stat() }()\n\t}\n}\n"
    )
    facts = facts_of(go, root / "p/p.go")
    callees = {fact.callee for fact in facts.calls.values()}
    assert "(*os.File).Close" in callees and "(*os.File).Sync" in callees and "(*os.File).Stat" not in callees


def test_test_files_tags_and_broken_packages(go: Go, module: Module) -> None:
    loop = in_loop("use(f)") + "func use(f *os.File) {}\n"
    broken = in_loop("undefined(f)")
    root = module(
        p__p="package p\n",
        p__p_test=loop,
        p__x_test=loop.replace("package p", "package p_test"),
        t__a="package t\n",
        t__tagged="//go:build special\n\n" + loop.replace("package p", "package t"),
        w__w_windows=loop.replace("package p", "package w"),
        bad__bad=broken.replace("package p", "package bad"),
        uses__uses=in_loop("bad.Loop(nil)", "example.com/m/bad").replace("package p", "package uses"),
        lost__lost=in_loop("use.It()", "example.com/nowhere/use").replace("package p", "package lost"),
        none__none="package none\n",
    )
    paths = sorted(root.glob("*/*.go"))
    found = {path.name: facts for path, facts in typefacts.collect(go, paths).items()}
    for name in ("p_test.go", "x_test.go", "tagged.go", "w_windows.go", "none.go"):
        assert isinstance(found[name], FileFacts), (name, found[name])
    reasons = {name: facts.reason for name, facts in found.items() if isinstance(facts, NoFacts)}
    assert set(reasons) == {"bad.go", "uses.go", "lost.go"}
    assert "undefined: undefined" in reasons["bad.go"] and "bad.go:14" in reasons["bad.go"]


def test_facts_from_a_shared_cache_find_their_file(go: Go, module: Module) -> None:
    root = module(p__p=in_loop("use(f)") + "func use(f *os.File) {}\n", q__p=in_loop("f.Stat()"))
    here, other = root / "p/p.go", root / "q/p.go"
    facts = facts_of(go, here)
    contents = {path: path.read_bytes() for path in (here, other)}
    elsewhere = Path("/another/installation/p/p.go")
    assert typefacts.homes(here, facts, contents, contents) == [here]
    assert typefacts.homes(elsewhere, facts, contents, contents) == [here]
    assert typefacts.homes(elsewhere.with_name("x.go"), facts, contents, contents) == []
    assert typefacts.homes(elsewhere, NoFacts("no reason"), contents, contents) == []


def test_a_package_of_cgo_files_only(go: Go, module: Module) -> None:
    if not go.cgo:
        pytest.skip("this go command does not compile cgo")
    loop = in_loop("use(f)") + "func use(f *os.File) {}\n"
    root = module(c__c=loop.replace("package p", 'package c\n\nimport "C"'), p__p=loop)
    found = typefacts.collect(go, [root / "c/c.go", root / "p/p.go"])
    assert found[root / "c/c.go"] == NoFacts('it imports "C"')
    assert isinstance(found[root / "p/p.go"], FileFacts)


def test_what_does_not_load_keeps_facts_from_itself_only(go: Go, module: Module) -> None:
    loop = in_loop("use(f)") + "func use(f *os.File) {}\n"
    embedding = 'import _ "embed"\n\n//go:embed nothing/*\nvar Text string\n'
    root = module(
        p__p=loop,
        embeds__embeds=f"package embeds\n\n{embedding}",
        uses__uses=in_loop("embeds.Loop(nil)", "example.com/m/embeds").replace("package p", "package uses"),
        tested__tested=loop.replace("package p", "package tested"),
        tested__t_test=f"package tested\n\n{embedding}",
    )
    found = {path.name: facts for path, facts in typefacts.collect(go, sorted(root.glob("*/*.go"))).items()}
    reasons = {name: facts.reason for name, facts in found.items() if isinstance(facts, NoFacts)}
    assert set(reasons) == {"embeds.go", "uses.go", "t_test.go"}
    assert all("nothing/*: no matching files found" in reason for reason in reasons.values())


def test_a_generic_alias_in_a_dependency(go: Go, module: Module) -> None:
    if go.release < (1, 24):
        pytest.skip("this Go has no generic aliases")
    root = module(
        set__set="package set\n\ntype Of[T comparable] = map[T]struct{}\n",
        p__p=in_loop("use(f, set.Of[string]{})", "example.com/m/set") + "func use(*os.File, set.Of[string]) {}\n",
    )
    (root / "go.mod").write_text("module example.com/m\n\ngo 1.24\n")
    assert call(facts_of(go, root / "p/p.go"), root / "p/p.go", "use(f, set.Of[string]{})")


def test_tests_that_do_not_compile_take_no_facts_from_the_package(go: Go, module: Module) -> None:
    loop = in_loop("use(f)") + "func use(f *os.File) {}\n"
    root = module(
        p__p=loop,
        p__p_test="package p\n\nvar x = undefined\n",
        q__q=loop.replace("package p", "package q"),
        q__x_test='package q_test\n\nvar x int = ""\n',
        r__r=loop.replace("package p", "package r"),
    )
    found = {path.name: facts for path, facts in typefacts.collect(go, sorted(root.glob("*/?.go"))).items()}
    assert {name: type(facts) for name, facts in found.items()} == dict.fromkeys(("p.go", "q.go", "r.go"), FileFacts)


def test_an_unrelated_module_of_the_workspace(go: Go, module: Module) -> None:
    root = module(
        a__a=in_loop("use(f)").replace("package p", "package a") + "func use(f *os.File) {}\n", b__b="package b\n"
    )
    (root / "go.mod").unlink()
    for name, text in (("a", "module example.com/a\n\ngo 1.22\n"), ("b", "modul example.com/b\n")):
        (root / name / "go.mod").write_text(text)
    (root / "go.work").write_text("go 1.22\n\nuse (\n\t./a\n\t./b\n)\n")
    assert facts_of(go, root / "a/a.go")


def test_asking_again_gives_the_same(go: Go, module: Module) -> None:
    root = module(
        p__p=in_loop("use(f)") + "func use(f *os.File) {}\n", q__q='package q\n\nimport _ "example.com/m/p"\n'
    )
    path = root / "p/p.go"
    # As a dependency first: what go vet remembers of that run must not hide the facts.
    typefacts.collect(go, [root / "q/q.go"])
    first = facts_of(go, path)
    assert call(first, path, "use(f)").flows == (NOTHING,)
    assert facts_of(go, path) == first
    path.write_text(path.read_text().replace("(f *os.File) {}", "(f *os.File) { kept = f }\nvar kept any"))
    second = facts_of(go, path)
    assert call(second, path, "use(f)").flows == (HEAP,)
    assert second != first


def test_texts_stand_in_for_files(go: Go, module: Module) -> None:
    root = module(p__p="package p\n")
    path = root / "p/p.go"
    text = (in_loop("use(f)") + "func use(f *os.File) {}\n").encode()
    facts = typefacts.collect(go, [path], {path: text})[path]
    assert isinstance(facts, FileFacts) and facts.describes(text)
    assert path.read_bytes() == b"package p\n"
    start = text.index(b"use(f)")
    assert facts.call(start, start + len(b"use(f)"))


def test_a_file_outside_of_modules(go: Go, tmp_path: Path) -> None:
    path = tmp_path / "alone.go"
    path.write_text(in_loop("f.Stat()").replace("package p", "package main") + "func main() {}\n")
    assert isinstance(typefacts.collect(go, [path])[path], FileFacts)


def test_a_missing_file(go: Go, tmp_path: Path) -> None:
    assert typefacts.collect(go, [tmp_path / "no.go"])[tmp_path / "no.go"] == NoFacts(
        "it cannot be read: No such file or directory"
    )


def test_the_program_is_built_once(go: Go, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEFERMOD_CACHE_DIR", str(tmp_path / "named"))
    tool = typefacts.build_tool(go, go.version)
    assert tool.is_relative_to(tmp_path / "named")
    made = tool.stat().st_mtime_ns
    assert typefacts.build_tool(go, go.version) == tool and tool.stat().st_mtime_ns == made
    assert sorted(path.name for path in tool.parent.iterdir()) == [tool.name, f"{tool.name}.seal"]


@pytest.mark.parametrize("change", ["program", "seal", "both", "moved", "writable", "link"])
def test_a_program_of_somebody_else_is_not_started(
    go: Go, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    monkeypatch.setenv("DEFERMOD_CACHE_DIR", str(tmp_path / "named"))
    tool = typefacts.build_tool(go, go.version)
    ours, seal = tool.read_bytes(), tool.with_name(f"{tool.name}.seal")
    evil = b"#!/bin/sh\ntouch " + bytes(tmp_path / "RAN") + b"\n"
    match change:
        case "program":
            tool.write_bytes(evil)
        case "seal":
            seal.write_bytes(b"x" * 32)
        case "both":
            tool.write_bytes(evil)
            seal.write_bytes(hashlib.blake2b(evil, digest_size=32).digest())
        case "moved":
            other = typefacts.build_tool(go, go.version, scope=typefacts.Scope.EVERY_DEFER)
            other.replace(tool)
            other.with_name(f"{other.name}.seal").replace(seal)
        case "link":
            (tmp_path / "evil").write_bytes(evil)
            tool.unlink()
            tool.symlink_to(tmp_path / "evil")
        case _:
            tool.parent.chmod(0o777)
    again = typefacts.build_tool(go, go.version)
    assert again.read_bytes() == ours and not again.is_symlink()
    assert not again.parent.stat().st_mode & 0o022


@pytest.mark.parametrize("home", ["", "nowhere"])
def test_without_a_home_the_program_is_built_for_the_run(
    go: Go, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: str
) -> None:
    monkeypatch.delenv("DEFERMOD_CACHE_DIR")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    (tmp_path / "nowhere").touch()
    monkeypatch.setenv("HOME", str(tmp_path / home / ("" if home else "nowhere")))
    tool = typefacts.build_tool(go, go.version)
    assert tool.is_file() and not tool.is_relative_to(tmp_path)
    assert typefacts.build_tool(go, go.version) == tool


def test_the_go_source_is_clean(go: Go, tmp_path: Path) -> None:
    source = Path(typefacts.__file__).parent / "gofacts"
    copy = tmp_path / "gofacts"
    shutil.copytree(source, copy)
    assert go.run(["vet", "."], cwd=copy).code == 0
