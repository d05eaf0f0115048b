package main

import (
	"bytes"
	"go/types"
	"strings"
	"testing"
)

// TestTraces: what a function of another package sees of the stack and does not tell is for people, however far below it
// is called; what it tells is not.
func TestTraces(t *testing.T) {
	const name = "testdata/traces.go.txt"
	u, text := loadTestdata(t, name)
	delete(u.std, "container/list")
	delete(u.std, "slices")
	delete(u.std, "container/ring")
	sums := newSummaries(u)
	for _, o := range u.info.Uses {
		if fn, ok := o.(*types.Func); ok && fn.Pkg() != u.pkg {
			sums.imported[funcName(fn)] = everyFlow(fn)
		}
	}
	for _, method := range []string{"MoveToFront", "Len"} {
		sums.imported["(*container/list.List)."+method] = "- e:frame@list.go:1:1 effects"
	}
	sums.imported["(*container/ring.Ring).Len"] = "- e:name@ring.go:1:1 effects"
	sums.imported["(*container/ring.Ring).Next"] = "p0>r0 e:frame@ring.go:2:1 effects"
	sums.imported["slices.SortFunc"] = "- e:frame@sort.go:1:1 c:1@ effects"
	summarize(u, sums)
	d := &describer{unit: u, sums: sums, h: newHolder(u), file: &fileReport{}}
	lines := strings.Split(string(text), "\n")
	for _, decl := range u.files[0].Decls {
		for _, r := range d.judgeDefers(decl, "go1.24") {
			line := lines[bytes.Count(text[:r.Span[0]], []byte("\n"))]
			_, want, _ := strings.Cut(line, "// ")
			var of []string
			for _, h := range best(r.Places).Hazards {
				if h.Code == callerFrame {
					of = append(of, h.Code)
				}
			}
			got := "safe"
			if of != nil {
				got = callerFrame
			}
			for _, a := range best(r.Places).Assumes {
				if a == stackTraces {
					got += " (" + a + ")"
				}
			}
			if got != want {
				t.Errorf("%s: said %q", strings.TrimSpace(line), got)
			}
		}
	}
}

// TestTellsFrames: a bool of a function that is given a test says whether that failed.
func TestTellsFrames(t *testing.T) {
	u, _ := loadTestdata(t, "testdata/tells.go.txt")
	for _, d := range u.functions() {
		if d.decl == nil {
			continue
		}
		name := d.fn.Name()
		if got, want := tellsFrames(d.fn.Type().(*types.Signature), false), strings.HasPrefix(name, "tells"); got != want {
			t.Errorf("%s: said %v", name, got)
		}
	}
}
