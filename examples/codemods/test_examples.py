"""The tests of the examples: ``python -m pytest examples/codemods``."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from add_context import AddContext
from no_ioutil import NoIoutil
from range_int import RangeInt

from defermod.testing import Case, RuleTests


def loop(head: str, body: str = "", before: str = "", parameters: str = "n int, a []int") -> str:
    lines = [line for line in (before, f"for {head} {{", body and f"\t{body}", "}") if line]
    return f"func f({parameters}) {{\n" + "".join(f"\t{line}\n" for line in lines) + "}\n"


OUTER = "i = 0; i < n; i++"
COUNT = "i := 0; i < n; i++"
LIMIT = ("limit-changes",)
NESTED = """func f(n int) {
	var i int
	for j := 0; j < n; j-- {
		for i = 0; i < n; i++ {
			_ = i
		}
	}
}
"""
ITERATOR = """func f(n int) {
	for range func(yield func() bool) {
		for i := 0; i < n; i++ {
			if !yield() {
				return
			}
		}
	} {
		n--
	}
}
"""


class TestRangeInt(RuleTests):
    rule = RangeInt()
    goldens = Path(__file__).parent / "goldens" / "range_int"
    cases = (
        Case("used", loop(COUNT, "_ = i // used"), loop("i := range n", "_ = i // used")),
        Case("unused", loop(COUNT), loop("range n")),
        Case("length", loop("i := 0; i < len(a); i++", "a[i] = 1"), loop("i := range len(a)", "a[i] = 1")),
        Case("old language", loop(COUNT), go="1.21"),
        Case("limit assigned", loop(COUNT, "n = i"), refused=LIMIT),
        Case("limit's address", loop(COUNT, "*p = i", "p := &n"), refused=LIMIT),
        Case("slice grows", loop("i := 0; i < len(a); i++", "a = append(a[:i], a[i:]...)"), refused=LIMIT),
        Case("limit in a literal", loop(COUNT, "g()", "g := func() { n-- }"), refused=LIMIT),
        Case("package variable", "var n = 3\n\n" + loop(COUNT, "", "", ""), refused=LIMIT),
        Case("a call as the limit", loop("i := 0; i < g(); i++", "", "", "g func() int"), refused=LIMIT),
        Case("capacity", loop("i := 0; i < cap(a); i++"), loop("range cap(a)")),
        Case("plus one", loop("i := 0; i < n; i += 1", "_ = i"), loop("i := range n", "_ = i")),
        Case("plus two", loop("i := 0; i < n; i += 2", "_ = i")),
        Case("a constant", loop("i := 0; i < k; i++", "", "const k = 2"), loop("range k", "", "const k = 2")),
        Case("a rune", loop("i := 0; i < 'z'; i++", "_ = i"), loop("i := range int('z')", "_ = i")),
        Case("a float", "const k = 1e3\n\n" + loop("i := 0; i < k; i++"), "const k = 1e3\n\n" + loop("range int(k)")),
        Case("int is something else", "const k = 1e3\n\n" + loop("i := 0; i < k; i++", "_ = i", "int := 1\n\t_ = int"),
             refused=("limit-type",)),
        Case("another type", loop("i := int8(0); i < 9; i++", "_ = i"), loop("i := range int8(9)", "_ = i")),
        Case("its own type", loop("i := uint(0); i < m; i++", "_ = i", "", "m uint"),
             loop("i := range m", "_ = i", "", "m uint")),
        Case("a float counter", loop("i := 0.; i < 3; i++", "_ = i")),
        Case("a type parameter", "func f[T ~int | ~int8](n T) {\n\tfor i := T(0); i < n; i++ {\n\t}\n}\n"),
        Case("not a conversion", loop("i := g(0); i < n; i++", "_ = i", "", "g func(int) int, n int")),
        Case("arithmetic", loop("i := 0; i < min(n, len(a)-1)*2; i++"), loop("range min(n, len(a)-1) * 2")),
        Case("arithmetic with a change", loop("i := 0; i < min(n, len(a)-1); i++", "n--"), refused=LIMIT),
        Case("with the counter", loop("i := 0; i < n-i; i++", "_ = i"), refused=LIMIT),
        Case("an element", loop("i := 0; i < a[0]; i++", "a[0]--"), refused=LIMIT),
        Case("from outside", loop(OUTER, "_ = i", "var i int"), loop("i = range n", "_ = i", "var i int")),
        Case("from outside, read later", loop(OUTER, "_ = i", "var i int").replace("\t}\n}", "\t}\n\t_ = i\n}"),
             refused=("counter-read",)),
        Case("from outside, read in a jump",
             loop(OUTER, "if a[i] == 0 {\n\t\t\tbreak\n\t\t}", "var i int")[:-2] + "\ta[i] = 1\n}\n",
             refused=("counter-read",)),
        Case("from outside, in a literal", loop("i = 0; i < n; i++", "_ = i", "var i int\n\tdefer func() { _ = i }()"),
             refused=("counter-read",)),
        Case("a result", "func f(n int) (i int) {\n\tfor i = 0; i < n; i++ {\n\t\t_ = i\n\t}\n\treturn\n}\n",
             refused=("counter-read",)),
        Case("from outside, read nowhere", loop("i = 0; i < n; i++", "", "var i int"), refused=("counter-unused",)),
        Case("from outside, again and again", NESTED, NESTED.replace("i = 0; i < n; i++", "i = range n")),
        Case("from outside, a loop that goes on", NESTED.replace("j := 0; j < n; j--", "i = 0; i < n; "),
             refused=("counter-read",)),
        Case("an iterator's body", ITERATOR, refused=LIMIT, go="1.23"),
        Case("a map shrinks", loop("i := 0; i < len(m); i++", "delete(m, i)", "", "m map[int]int"), refused=LIMIT),
        Case("methods", "type s []int\n\nfunc (x *s) pop() { *x = (*x)[1:] }\n\n"
             + loop("i := 0; i < len(x); i++", "x.pop()", "", "x s"), refused=LIMIT),
        Case("counter assigned", loop(COUNT, "i++"), refused=("counter-changes",)),
        Case("counter's address", loop(COUNT, "g(&i)", "", "n int, g func(*int)"), refused=("counter-changes",)),
        Case("comment", loop("i := 0; i < n /* all */ ; i++"), refused=("comment-lost",)),
    )  # fmt: skip


class TestNoIoutil(RuleTests):
    rule = NoIoutil()
    cases = (
        Case(
            "all",
            'package p\n\nimport "io/ioutil"\n\nfunc f() ([]byte, error) {\n\treturn ioutil.ReadFile("x") // text\n}\n',
            'package p\n\nimport "os"\n\nfunc f() ([]byte, error) {\n\treturn os.ReadFile("x") // text\n}\n',
        ),
        Case(
            "one stays",
            'package p\n\nimport (\n\t"io"\n\t"io/ioutil"\n)\n\nfunc f(r io.Reader) {\n\tioutil.ReadAll(r)\n'
            '\tioutil.ReadDir("x")\n}\n',
            'package p\n\nimport (\n\t"io"\n\t"io/ioutil"\n)\n\nfunc f(r io.Reader) {\n\tio.ReadAll(r)\n'
            '\tioutil.ReadDir("x")\n}\n',
            refused=("no-successor",),
        ),
        Case(
            "shadowed",
            'package p\n\nimport "io/ioutil"\n\nfunc f(os string) {\n\tioutil.ReadFile(os)\n}\n',
            refused=("no-successor",),
        ),
        Case("another ioutil", "func f(ioutil struct{ ReadFile func() }) { ioutil.ReadFile() }\n"),
    )


CHAIN = """package p

import (
	"errors"
	"strings"
)

// a asks.
func a(url string) error {
	return b(url, 1)
}

func b(url string, n int) error {
	_ = errors.New
	return fetch(url)
}

func fetch(url string) error {
	_ = strings.ToLower(url)
	return nil
}

func other() {}
"""


HANDED = (
    CHAIN.replace("import (\n", 'import (\n\t"context"\n')
    .replace("func a(url", "func a(ctx context.Context, url")
    .replace("b(url, 1)", "b(ctx, url, 1)")
    .replace("func b(url", "func b(ctx context.Context, url")
    .replace("fetch(url)", "fetch(ctx, url)")
    .replace("func fetch(ctx, url) error", "func fetch(url string) error")
    .replace("func fetch(url", "func fetch(ctx context.Context, url")
)
OTHER = """package p

// All asks for each.
func All(urls []string) error {
	for _, url := range urls {
		if err := a(url); err != nil {
			return err
		}
	}
	return nil
}

func init() {
	_ = a("x")
}
"""
SERVER = """package p

import "context"

func serve(ctx context.Context, url string) error {
	return fetch(url)
}
"""
TEST = """package p

import "testing"

func TestAll(t *testing.T) {
	if All(nil) != nil || try("x") != nil {
		t.Fatal("error")
	}
}

func try(url string) error { return fetch(url) }
"""
SHADOWED = SERVER.replace("\treturn", '\tif ctx := url; ctx != "" {\n\t\treturn fetch(ctx)\n\t}\n\treturn')
TWO = 'package p\n\nfunc two() (string, int) { return "", 1 }\n\nfunc c() error { return b(two()) }\n'
METHOD = 'package p\n\ntype T struct{}\n\nfunc (T) get() error { return a("x") }\n'


FETCH = {"function": "fetch"}


class TestAddContext(RuleTests):
    rule = AddContext()
    cases = (
        Case(
            "a chain",
            CHAIN,
            HANDED,
            options=FETCH,
        ),
        Case(
            "a package",
            CHAIN,
            HANDED,
            package={"all.go": OTHER, "serve.go": SERVER, "p_test.go": TEST},
            package_after={
                "all.go": OTHER.replace("package p\n", 'package p\n\nimport "context"\n')
                .replace("All(urls", "All(ctx context.Context, urls")
                .replace(":= a(url", ":= a(ctx, url")
                .replace('a("x")', 'a(context.Background(), "x")'),
                "serve.go": SERVER.replace("fetch(url)", "fetch(ctx, url)"),
                "p_test.go": TEST.replace('import "testing"', 'import (\n\t"context"\n\t"testing"\n)')
                .replace("All(nil)", "All(context.Background(), nil)")
                .replace('try("x")', 'try(context.Background(), "x")')
                .replace("try(url", "try(ctx context.Context, url")
                .replace("fetch(url)", "fetch(ctx, url)"),
            },
            options=FETCH,
            unsafe_fixes=True,
            unsafe=("callers-elsewhere",),
        ),
        Case("exported", CHAIN, package={"all.go": OTHER}, options=FETCH, unsafe=("callers-elsewhere",)),
        Case("from a method", CHAIN, package={"m.go": METHOD}, options=FETCH, refused=("called-outside",)),
        Case("from a variable", CHAIN, package={"m.go": 'package p\n\nvar v = a("x")\n'},
             options=FETCH, refused=("called-outside",)),
        Case("as a value elsewhere", CHAIN, package={"m.go": "package p\n\nvar v = a\n"},
             options=FETCH, refused=("used-as-value",)),
        Case("results as arguments", CHAIN, package={"m.go": TWO}, options=FETCH, refused=("many-results",)),
        Case("another ctx", CHAIN, package={"m.go": SHADOWED},
             options=FETCH, refused=("name-taken",)),
        Case("another build", "//go:build !plan9\n\n" + CHAIN, package={
                 "b_plan9.go": "package p\n\nfunc fetch(url string) error { return nil }\n"},
             options=FETCH, refused=("declared-twice",)),
        Case("unnamed", "func f(int) {}\n\nfunc main() { f(1) }\n", options={"function": "f"},
             refused=("unnamed-parameters",)),
        Case("linked", "import _ \"unsafe\"\n\n//go:linkname f x.f\nfunc f(n int) {}\n", options={"function": "f"},
             refused=("called-from-outside",)),
        Case("as a value", CHAIN + "\nvar v = fetch\n", options=FETCH, refused=("used-as-value",)),
        Case("a name taken", CHAIN.replace("n int", "ctx int"),
             options=FETCH, refused=("name-taken",)),
        Case("not asked for", CHAIN),
    )  # fmt: skip
