package main

import (
	"bytes"
	"fmt"
	"go/types"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"
)

// TestVerdicts compares what is said of each defer in a loop, at the end of the list
// in that loop where least stands against it, with the comment at the end of its line: "safe", or the codes of
// the hazards, with "!" where these forbid the fix, then the assumptions in parentheses.  Functions of the standard library
// are known by effects.txt and known.txt only: as no facts of theirs are read, the
// rest are taken to keep nothing and to make their results of all operands.
func TestVerdicts(t *testing.T) {
	for _, name := range verdictTables {
		t.Run(name, func(t *testing.T) {
			for _, line := range wrongVerdicts(t, name, 0) {
				t.Error(line)
			}
		})
	}
}

// otherTables are what other tests read.
var otherTables = []string{
	"testdata/chains.go.txt",
	"testdata/circle.go.txt",
	"testdata/decided.go.txt",
	"testdata/everyday.go.txt",
	"testdata/family.go.txt",
	"testdata/lasting.go.txt",
	"testdata/panics.go.txt",
	"testdata/recovering.go.txt",
	"testdata/tells.go.txt",
	"testdata/traces.go.txt",
}

// verdictTables are all others: one that nobody lists would never fail.
var verdictTables = func() []string {
	all, err := filepath.Glob("testdata/*.go.txt")
	if err != nil {
		panic(err)
	}
	return slices.DeleteFunc(all, func(name string) bool { return slices.Contains(otherTables, filepath.ToSlash(name)) })
}()

// TestFactsStayTheSame: what is cached by content must not differ from run to run.
func TestFactsStayTheSame(t *testing.T) {
	var first []byte
	for range 20 {
		u, _ := loadTestdata(t, "testdata/circle.go.txt")
		sums := newSummaries(u)
		summarize(u, sums)
		if facts := sums.export(u); first == nil {
			first = facts
		} else if !bytes.Equal(facts, first) {
			t.Fatalf("once:\n%s\nand once:\n%s", first, facts)
		}
	}
}

// TestSummariesAreAFixedPoint: made once more from those of the others, each says the same.
func TestSummariesAreAFixedPoint(t *testing.T) {
	for _, name := range append(slices.Clip(verdictTables), "testdata/circle.go.txt", "testdata/chains.go.txt") {
		u, _ := loadTestdata(t, name)
		sums := newSummaries(u)
		summarize(u, sums)
		h := newFlowHolder(u)
		for _, d := range u.functions() {
			known := sums.own[d.name]
			if d.decl.Body == nil || known.unknown {
				continue
			}
			again := newBody(u, h, sums, d.decl, false).summary(false)
			again.calm = known.calm // which is found later
			if again.key() != known.key() {
				t.Errorf("%s: %s\n%s\nand once more\n%s", name, d.name, known.key(), again.key())
			}
		}
	}
}

// TestChainsOfCalls: what a method gives depends on what it is called on, and so on, in circles.
func TestChainsOfCalls(t *testing.T) {
	done := make(chan *summaries)
	go func() {
		u, _ := loadTestdata(t, "testdata/chains.go.txt")
		done <- summarize(u, newSummaries(u))
	}()
	select {
	case sums := <-done:
		if sums.own["p.walk"].unknown {
			t.Error("nothing is known of walk")
		}
	case <-time.After(time.Minute):
		t.Fatal("not over in a minute; it takes a moment")
	}
}

// TestEachEffectIsAskedFor shows that the tables notice a judge that ignores any one
// effect.
func TestEachEffectIsAskedFor(t *testing.T) {
	for _, n := range effectNames {
		if n.bit == cancels || n.bit == traces {
			continue // what it ends is the context's memory, which the graph has; TestTraces asks for the other
		}
		t.Run(n.name, func(t *testing.T) {
			for _, name := range verdictTables {
				if wrong := wrongVerdicts(t, name, n.bit); len(wrong) > 0 {
					t.Log(wrong[0])
					return
				}
			}
			t.Errorf("a judge that does not know what %s is not noticed", n.says)
		})
	}
}

// wrongVerdicts are the lines of a table for which a judge that ignores some effects says
// something else.
func wrongVerdicts(t *testing.T, name string, ignored effect) []string {
	u, text := loadTestdata(t, name)
	return wrongLines(u, text, name, summarizeTable(u, ignored, nil))
}

// summarizeTable makes the summaries of a table's functions, with facts of what it imports besides the library.
func summarizeTable(u *unit, ignored effect, facts []byte) *summaries {
	sums := newSummaries(u)
	sums.ignored = ignored
	for _, o := range u.info.Uses {
		if fn, ok := o.(*types.Func); ok && fn.Pkg() != u.pkg && u.standard(fn.Pkg()) {
			sums.imported[funcName(fn)] = everyFlow(fn)
		}
	}
	sums.read(facts)
	return summarize(u, sums)
}

// TestTwoPackages: the same where what is called lies in another package of the program's.
func TestTwoPackages(t *testing.T) {
	lib, _ := loadTestdata(t, "testdata/beside/lib.go.txt")
	facts := summarizeTable(lib, 0, nil).export(lib)
	name := "testdata/beside/main.go.txt"
	u, text := loadTestdata(t, name, lib)
	for _, line := range wrongLines(u, text, name, summarizeTable(u, 0, facts)) {
		t.Error(line)
	}
}

func wrongLines(u *unit, text []byte, name string, sums *summaries) []string {
	d := &describer{unit: u, sums: sums, h: newHolder(u), file: &fileReport{}}
	said := make(map[int]string)
	for _, decl := range u.files[0].Decls {
		for _, r := range d.judgeDefers(decl, "go1.24") {
			verdict := verdictText(best(r.Places))
			if r.Deadlock {
				verdict += " deadlock"
			}
			said[1+bytes.Count(text[:r.Span[0]], []byte("\n"))] = verdict
		}
	}
	var wrong []string
	for i, line := range strings.Split(string(text), "\n") {
		_, want, _ := strings.Cut(line, "// ")
		if got := said[i+1]; strings.Contains(line, "defer ") && got != strings.TrimSpace(want) {
			wrong = append(wrong, fmt.Sprintf("%s:%d: %s: said %q", name, i+1, strings.TrimSpace(line), got))
		}
	}
	return wrong
}

func best(places []placeReport) placeReport {
	found := places[0]
	for _, p := range places[1:] {
		if p.Loop == found.Loop && len(p.Hazards) < len(found.Hazards) {
			found = p
		}
	}
	return found
}

// everyFlow is a summary by which all operands may become part of all results, and readers,
// writers and contexts may be kept for the next call.
func everyFlow(fn *types.Func) string {
	sig := fn.Type().(*types.Signature)
	operands := sig.Params().Len()
	if sig.Recv() != nil {
		operands++
	}
	words := []string{"-"}
	for i := range sig.Params().Len() {
		if usedDuringCall(sig.Params().At(i).Type()) && !isInterfaceMethod(fn) {
			p := i + operands - sig.Params().Len()
			words = append(words, fmt.Sprintf("p%d>pool p%d>heap", p, p))
		}
	}
	for i := range operands {
		for k := range sig.Results().Len() {
			words = append(words, fmt.Sprintf("p%d>r%d", i, k))
		}
	}
	return strings.Join(words, " ")
}

// verdictText is a verdict as the test files spell it.
func verdictText(p placeReport) string {
	codes := make(map[string]bool)
	for _, h := range p.Hazards {
		codes[h.Code] = codes[h.Code] || h.Forbids
	}
	words := sortedKeys(codes)
	for i, code := range words {
		if codes[code] {
			words[i] += "!"
		}
	}
	if len(words) == 0 {
		words = []string{"safe"}
	}
	if len(p.Assumes) > 0 {
		assumes := append([]string(nil), p.Assumes...)
		sort.Strings(assumes)
		words = append(words, "("+strings.Join(assumes, " ")+")")
	}
	return strings.Join(words, " ")
}

// TestMethodsOfTypesWithoutAName: facts name the types that results are made with as they are written.
func TestMethodsOfTypesWithoutAName(t *testing.T) {
	u, _ := loadTestdata(t, "testdata/held.go.txt")
	b := &body{u: u, sums: newSummaries(u)}
	decode := u.pkg.Scope().Lookup("codec").Type().Underlying().(*types.Interface).Method(0)
	for _, name := range []string{"int", "*int", "[]byte", "map[string]p.codec", "struct{io.Reader}", "func() p.codec"} {
		if m := b.declaredMethod(name, decode); m != nil {
			t.Errorf("%s: %v", name, m)
		}
	}
	if m := b.declaredMethod("*p.plainCodec", decode); m == nil {
		t.Error("*p.plainCodec: none")
	}
}

// TestMethodsThatAreNotExported: one of another package is not one of the same name here.
func TestMethodsThatAreNotExported(t *testing.T) {
	u, _ := loadTestdata(t, "testdata/polymorphic.go.txt")
	sums := summarize(u, newSummaries(u))
	b := newBody(u, newHolder(u), sums, u.functions()[0].decl, false)
	own := cleanPath(u.pkg.Path()) + "."
	for name, want := range map[string]bool{own + "do*": true, "elsewhere.do*": false, "elsewhere.visit": false} {
		if _, known := b.addNamed(nil, []string{own + "atOnce"}, map[string]bool{name: true}, false); known != want {
			t.Errorf("%s: known: %v", name, known)
		}
	}
}
