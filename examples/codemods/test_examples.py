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


COUNT = "i := 0; i < n; i++"
LIMIT = ("limit-changes",)


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
        Case("a call", loop("i := 0; i < cap(a); i++"), refused=LIMIT),
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
	"fmt"
	"net/http"
)

// a asks.
func a(url string) error {
	return b(url, 1)
}

func b(url string, n int) error {
	fmt.Println(n)
	return fetch(url)
}

func fetch(url string) error {
	_, err := http.NewRequest("GET", url, nil)
	return err
}

func other() {}
"""


class TestAddContext(RuleTests):
    rule = AddContext()
    cases = (
        Case(
            "a chain",
            CHAIN,
            CHAIN.replace('import (\n', 'import (\n\t"context"\n')
            .replace("func a(url", "func a(ctx context.Context, url").replace("b(url, 1)", "b(ctx, url, 1)")
            .replace("func b(url", "func b(ctx context.Context, url").replace("fetch(url)", "fetch(ctx, url)")
            .replace("func fetch(ctx, url) error", "func fetch(url string) error")
            .replace("func fetch(url", "func fetch(ctx context.Context, url"),
            options={"function": "fetch"},
            unsafe_fixes=True,
            unsafe=("callers-elsewhere",),
        ),
        Case("as a value", CHAIN + "\nvar v = fetch\n", options={"function": "fetch"}, refused=("used-as-value",)),
        Case("a name taken", CHAIN.replace("n int", "ctx int").replace("Println(n)", "Println(ctx)"),
             options={"function": "fetch"}, refused=("name-taken",)),
        Case("not asked for", CHAIN),
    )  # fmt: skip
