"""Random functions with defers, made explicit and run: every event must be the same, on every way that returns.

Half of the functions may panic; in them only what is called safe is applied, and the panics must be the same too.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from defermod.engine.fixpoint import analyse
from defermod.golang.facts import FileFacts
from defermod.model import FileResult, Options, Status
from defermod.toolchain.go import run
from defermod.toolchain.typefacts import collect
from tests.support_go import go, needs_go
from tests.support_rules import HotEvidence, with_rules

_HEAD = """package main

import (
	"fmt"
	"sync"
)

var failure = fmt.Errorf("failure")

func event(name string, n int) int {
	fmt.Println("  ", name, n)
	return n + 1
}

func fails(n int) (int, error) {
	fmt.Println("   fails?", n)
	if n%3 == 0 {
		return n, failure
	}
	return n, nil
}

func enter(name string, n int) func() {
	fmt.Println("   enter", name, n)
	return func() { fmt.Println("   exit", name, n) }
}

type thing struct {
	mu   sync.Mutex
	n, d int
	list []int
	m    map[int]int
	next *thing
}

func (t *thing) Close()         { fmt.Println("   close", t.n); t.n += 100 }
func (t thing) Show()           { fmt.Println("   show", t.n) }
func (t *thing) Put(n int) int  { t.n, n = n, t.n; fmt.Println("   put", n); return n }
func (t *thing) Swap(o *thing)  { t.next = o }

type count int

func (c *count) Bump()    { *c += 1000 }
func (c count) Tell()     { fmt.Println("   tell", int(c)) }

type pair struct {
	a [2]int
	n int
	c count
}

func (p *pair) Clear()  { *p = pair{} }
func (p pair) Print()   { fmt.Println("   pair", p) }
func showPair(p pair)   { fmt.Println("   pair", p) }
func showArray(a [2]int) { fmt.Println("   array", a) }

var total int
var current *thing
var table = map[int]int{}

func setTotal(n int) int { total, n = n, total; return n }
func setCurrent(t *thing) { current = t }

func (t *thing) drop()       { t.next, t.m, t.list = nil, nil, nil }
func (t *thing) grow() int   { t.list = append(t.list, t.n); return len(t.list) }
func (t *thing) size() int   { return len(t.list) }
func (t *thing) add(k, v int) { if t.m == nil { t.m = map[int]int{} }; t.m[k] = v }

"""

_TRY = {
    True: """func try(name string, f func()) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Println("   panic", r)
		}
	}()
	fmt.Println(name)
	f()
}

""",
    False: """func try(name string, f func()) {
	fmt.Println(name)
	f()
}

""",
}
"""Functions in which nothing recovers are made explicit even where that is not safe."""


class Maker:
    """Makes one function of (t *thing, a int)."""

    def __init__(self, seed: int, panics: bool) -> None:
        self.random = random.Random(seed)
        self.panics = panics
        self.named = self.random.random() < 0.4
        self.names = 0
        self.results = self.random.choice(["int", "pair", "none"])
        self.lines: list[str] = []

    def make(self, name: str) -> str:
        result = {
            "int": "(r int)" if self.named else "int",
            "pair": "(r int, err error)" if self.named else "(int, error)",
            "none": "",
        }[self.results]
        body = ["\tt.mu.Lock()", "\tdefer t.mu.Unlock()"] if self.random.random() < 0.5 else []
        body += ["\tx := a", "\t_ = x", "\tvar v pair", "\tvar arr [2]int", "\tc := count(a)", "\t_, _, _ = v, arr, c"]
        body += ["\tch := make(chan *thing, 1)", "\tch <- &thing{n: 50, d: 1}"]
        body += self.block(1, 3)
        if self.results != "none":
            body.append("\t" + self.leave())
        return "\n".join([f"func {name}(t *thing, a int) {result} {{", *body, "}\n"])

    def block(self, depth: int, most: int) -> list[str]:
        out: list[str] = []
        for _ in range(self.random.randint(1, most)):
            out += self.statement(depth)
        return out

    def statement(self, depth: int) -> list[str]:
        tab = "\t" * depth
        choice = self.random.random()
        if choice < 0.30:
            return [tab + line for line in self.defer()]
        if choice < 0.55 or depth > 3:
            return [tab + self.simple()]
        if choice < 0.66:
            return self.shadowing(tab, depth)
        if choice < 0.80:
            out = [f"{tab}if {self.condition()} {{", *self.block(depth + 1, 2)]
            if self.random.random() < 0.6:
                out.append(f"{tab}\t{self.leave()}")
            if self.random.random() < 0.2:
                out += [f"{tab}}} else {{", *self.block(depth + 1, 2)]
            return [*out, f"{tab}}}"]
        if choice < 0.90:
            out = [f"{tab}switch a % 3 {{", f"{tab}case 0:", *self.block(depth + 1, 1), f"{tab}\t{self.leave()}"]
            return [*out, f"{tab}case 1:", *self.block(depth + 1, 1), f"{tab}}}"]
        name = self.fresh("i")
        out = [f"{tab}for {name} := range 3 {{", f"{tab}\tx += {name}"]
        out += [
            f"{tab}\tif {self.condition()} {{",
            f"{tab}\t\t{self.random.choice(['break', 'continue', self.leave()])}",
        ]
        return [*out, f"{tab}\t}}", f"{tab}}}"]

    def shadowing(self, tab: str, depth: int) -> list[str]:
        """A block in which a name means something else, or a literal that changes a variable."""
        if self.random.random() < 0.3:
            name = self.fresh("f")
            return [f"{tab}{name} := func() {{ x += 10 }}", f"{tab}{name}()"]
        what = self.random.choice(["x := x * 2", "t := new(thing)", "err := error(nil)"])
        if what.startswith("err") and (self.named or self.results != "pair"):
            what = "x := x + 3"
        name = what.partition(" ")[0]
        out = [f"{tab}if {what}; {'x > a' if name == 'x' else name + ' != nil || a > 2'} {{"]
        return [*out, *self.block(depth + 1, 1), f"{tab}\t{self.leave()}", f"{tab}}}"]

    def simple(self) -> str:
        options = [
            "x++", "t.n += x", "func() { x += 5 }()", "if p := &x; a > 1 { *p += 2 }",
            'x = event("step", x)', "a += 2", "t.m = map[int]int{x: a}", "x += len(t.list)",
            "t = &thing{n: x, d: 1}", "x += t.m[x]", 'event("t", t.n)',
        ]  # fmt: skip
        options += [
            "v.n++", "v.a[x&1] = a", "v.a[0] += x", "arr[a&1]++", "arr[0] = x", "for arr[1] = range a {\n\t\tx++\n\t}",
            "c++", "c.Bump()", "v.c.Bump()", "v.Clear()", "total = x", "x += total", "setTotal(x)", "current = t",
            "if current != nil {\n\t\tx += current.n\n\t}", "setCurrent(nil)", "t.drop()", "x += t.grow()",
            "x += t.size()", "t.add(x, a)", "if len(t.list) > 1 {\n\t\tx += t.list[1]\n\t}",
            "select {\n\tcase t = <-ch:\n\tdefault:\n\t}",
            "if t.next != nil {\n\t\tx += t.next.n\n\t}", "{\n\t\tpt := &t\n\t\t*pt = &thing{n: a, next: t}\n\t}",
            "table[x] = a",
            "func() { v.n, arr[0] = 7, 8 }()", "{\n\t\thold := []func(){c.Bump}\n\t\thold[0]()\n\t}",
        ]  # fmt: skip
        if self.named and self.results != "none":
            options += ["r = x", "r++"]
        if self.panics:
            options += [
                "if t.next != nil {\n\t\tt.drop()\n\t\tx += t.next.n\n\t}", "x += current.n", "x += t.list[t.size()-1]",
                "if len(t.list) > 0 {\n\t\tt.drop()\n\t\tx += t.list[0]\n\t}", "_ = make([]int, a-2)",
                "if current != nil {\n\t\tcurrent = current.next\n\t\tx += current.n\n\t}",
                "for i := range t.list {\n\t\tt.list = nil\n\t\tx += t.list[i]\n\t}", "_ = [2]int(t.list)",
                "x = 10 / (a - 1)",
                "if t.m != nil {\n\t\tt.drop()\n\t\tt.m[1] = 2\n\t}",
            ]  # fmt: skip
        if self.panics:
            options = [o for o in options if "event" not in o]
            options += ["x += t.list[x]", "x /= t.d", "x += t.next.n", "t.m[x] = 1", "t = t.next"]
        return self.random.choice(options)

    def condition(self) -> str:
        return self.random.choice(["a > 2", "x%2 == 0", "t.n > 3", "a == 1", "x > a", "len(t.list) > a"])

    def leave(self) -> str:
        value = self.random.choice(
            [
                "x",
                "t.n",
                "a + x",
                "len(t.list)",
                "x * t.n",
                "7",
                "-a",
                "v.n",
                "arr[0]",
                "int(c)",
                "total",
                "v.a[1] + arr[1]",
                "len(map[int]int{total: 1, x: 2})",
                "len(arr)",
                "t.size()",
            ]
            + ([] if self.panics else ['event("result", x)'])
        )
        if self.named and self.results != "none" and self.random.random() < 0.3:
            return "return"
        if self.results == "none":
            return "return"
        if self.results == "int":
            return f"return {value}"
        pairs = [f"return {value}, nil", f"return {value}, failure", f"return 0, {'err' if self.named else 'nil'}"]
        return self.random.choice(pairs if self.panics else [*pairs, "return fails(x)"])

    def defer(self) -> list[str]:
        name = self.fresh("d")
        options = [
            [f'defer event("{name}", x)'],
            [f'defer event("{name}", t.n)'],
            [f'defer enter("{name}", a)()'],
            ["defer t.Close()"],
            ["defer t.Show()"],
            ["defer t.Put(t.Put(x))"],
            [f'defer func() {{ event("{name}", x) }}()'],
            ["defer func() {", "\tx++", f'\tevent("{name}", x)', "}()"],
            ["defer func(n int) {", "\tif n > 2 {", "\t\treturn", "\t}", f'\tevent("{name}", n + x)', "}(a)"],
            [f"{name} := &thing{{n: a}}", f"defer {name}.Close()"],
            [f"{name} := thing{{n: a}}", f"defer {name}.Show()", f"{name}.n = x"],
            ["defer showPair(v)"],
            ["defer v.Print()"],
            ["defer showArray(arr)"],
            ["defer c.Tell()"],
            ["defer c.Bump()"],
            ["defer func() { v.a[0], arr[1] = 5, 6 }()"],
            ["defer func(p pair) { showPair(p) }(v)"],
            ["defer setTotal(total + 1)"],
            ['defer event("total", total)'],
            ["defer setCurrent(t)"],
            ["if t.next == nil {", "\tt.next = &thing{n: 3}", "}", "defer t.next.Close()"],
            [f"{name}s := []func(){{t.Close, t.Show}}", f"defer {name}s[a&1]()"],
            [f"{name} := &t", f"defer (*{name}).Show()"],
            ["defer delete(table, x)"],
        ]
        if self.named and self.results != "none":
            options += [["defer func() { r *= 2 }()"], [f'defer func() {{ event("{name}", r) }}()']]
            if self.results == "pair":
                options += [["defer func() {", "\tif err == nil && a == 2 {", "\t\terr = failure", "\t}", "}()"]]
        return self.random.choice(options)

    def fresh(self, stem: str) -> str:
        self.names += 1
        return f"{stem}{self.names}"


def program(seeds: range, panics: bool) -> bytes:
    made = [Maker(seed, panics) for seed in seeds]
    text = _HEAD + _TRY[panics] + "\n".join(maker.make(f"f{seed}") for seed, maker in zip(seeds, made, strict=True))
    calls = []
    for seed, maker in zip(seeds, made, strict=True):
        call = f"f{seed}(t, a)" if maker.results == "none" else f"fmt.Println(f{seed}(t, a))"
        calls.append(
            f'\t\ttry(fmt.Sprint("f{seed} ", a), func() {{ t := things(a); total, current = a, t.next; {call} }})'
        )
    things = """
func things(a int) *thing {
	t := &thing{n: a, d: a % 2, list: make([]int, 3*a)}
	if a%2 == 0 {
		t.next = &thing{n: 9}
		t.m = map[int]int{1: 2}
	}
	return t
}
"""
    return (text + things + "\nfunc main() {\n\tfor a := range 5 {\n" + "\n".join(calls) + "\n\t}\n}\n").encode()


def rewritten(directory: Path, text: bytes, unsafe: bool) -> FileResult:
    (directory / "go.mod").write_text("module m\n\ngo 1.22\n")
    path = directory / "main.go"
    path.write_bytes(text)
    facts = collect(go(), [path], every_defer=True)[path]
    assert isinstance(facts, FileFacts), facts.reason
    options = with_rules(Options(frozenset({"hot-defer"}), unsafe, (1, 22)), hot=HotEvidence(patterns=("f*",)))
    return analyse("main.go", text, options, facts=facts)


def trace(directory: Path, text: bytes) -> str:
    (directory / "main.go").write_bytes(text)
    built = go().run(["build", "-o", "p.exe", "."], cwd=directory, variables={"GOFLAGS": "", "GOWORK": "off"})
    assert not built.code, built.stderr.decode()
    done = run([str(directory / "p.exe")], environment=go().environment, cwd=directory)
    assert not done.code, done.stderr.decode()
    return done.stdout.decode()


@needs_go
@pytest.mark.parametrize("panics", [False, True], ids=["returning", "panicking"])
def test_same_events(tmp_path: Path, panics: bool, request: pytest.FixtureRequest) -> None:
    count = 3000 if request.config.getoption("--campaign") else 150
    text = program(range(count), panics)
    result = rewritten(tmp_path, text, unsafe=not panics)
    fixed = [finding for finding in result.findings if finding.status is Status.FIXED]
    assert len(fixed) > count // (10 if panics else 2)
    before, after = trace(tmp_path, text).splitlines(), trace(tmp_path, result.after).splitlines()
    assert ("panic" in "".join(before)) is panics
    different = next((n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), None)
    if different is not None:
        called = next(line for line in reversed(before[: different + 1]) if not line.startswith("   "))
        pytest.fail(f"{called}: {before[different]!r} became {after[different]!r}")
    assert before == after
