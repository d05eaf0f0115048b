package rt

import (
	"fmt"
	"sort"
	"strings"
)

// Site is a defer that was rewritten, named by the tag of what it releases.
type Site struct {
	Tag   string
	Loops []int // its loop and the loops around that
	Block int   // the block it stands in
}

// Difference is a breach of the contract.
type Difference struct {
	Class  string
	Detail string
}

// Contract is what must hold of two runs.
type Contract struct {
	Exact bool // deferred calls run when they did; else those of an iteration may run at its end
	Lossy bool // calls were made explicit, which a panic loses
}

// Compare holds the run after the rewrite against the one before.
func (c Contract) Compare(before, after *Trace, sites map[string]Site) *Difference {
	// A deferred call may end the program, and be lost by a panic itself.
	lost := c.Lossy && (before.panics() || before.Starved || before.Ended && after.panics())
	if d := compareEvents(before, after); d != nil && !(lost && c.Exact && within(after.Events, before.Events)) {
		return d
	}
	// What is lost might have panicked itself.
	another := lost && c.Exact && !strings.HasPrefix(after.Outcome, "returned")
	if before.Outcome != after.Outcome && !another {
		return &Difference{"outcome", fmt.Sprintf("before: %s; after: %s", before.Outcome, after.Outcome)}
	}
	if lost {
		return nil
	}
	if c.Exact {
		return sameReleases(before, after)
	}
	if d := compareReleases(before, after); d != nil {
		return d
	}
	if d := checkEnds(after, sites); d != nil {
		return d
	}
	return compareOrder(before, after, sites)
}

func compareEvents(before, after *Trace) *Difference {
	for i := 0; i < len(before.Events) || i < len(after.Events); i++ {
		var b, a Event
		if i < len(before.Events) {
			b = before.Events[i]
		} else {
			b = Event{"(left", before.Outcome + ")"}
		}
		if i < len(after.Events) {
			a = after.Events[i]
		} else {
			a = Event{"(left", after.Outcome + ")"}
		}
		if a == b {
			continue
		}
		class := "events"
		if strings.Contains(a.Val, " CLOSED") && !strings.Contains(b.Val, " CLOSED") {
			class = "use-after-release"
		}
		detail := fmt.Sprintf("event %d after [%s]: before: %s %s; after: %s %s", i, tail(before.Events[:i]), b.Tag, b.Val, a.Tag, a.Val)
		return &Difference{class, detail}
	}
	return nil
}

func (t *Trace) panics() bool { return strings.HasPrefix(t.Outcome, "panicked") || t.Outcome == "exited" }

// within tells whether all is some of the events that were, in their order: what a panic loses may have logged.
func within(is, were []Event) bool {
	for _, e := range were {
		if len(is) > 0 && is[0] == e {
			is = is[1:]
		}
	}
	return len(is) == 0
}

func tail(events []Event) string {
	if len(events) > 3 {
		events = events[len(events)-3:]
	}
	var out []string
	for _, e := range events {
		out = append(out, e.Tag+" "+e.Val)
	}
	return strings.Join(out, ", ")
}

// sameReleases wants the same releases, each at the same moment and in the same order.
func sameReleases(before, after *Trace) *Difference {
	for i := 0; i < len(before.Releases) || i < len(after.Releases); i++ {
		switch {
		case i >= len(before.Releases):
			return &Difference{"releases", fmt.Sprintf("%q is one too many", after.Releases[i].Key())}
		case i >= len(after.Releases):
			return &Difference{"releases", fmt.Sprintf("%q did not run", before.Releases[i].Key())}
		case before.Releases[i] != after.Releases[i]:
			b, a := before.Releases[i], after.Releases[i]
			return &Difference{"order", fmt.Sprintf("before: %q after %d events; after: %q after %d", b.Key(), b.At, a.Key(), a.At)}
		}
	}
	return nil
}

// compareReleases wants the same releases, none of them later.  Where the program ended there may be more: those
// that it had not come to.
func compareReleases(before, after *Trace) *Difference {
	was, is := times(before), times(after)
	for key, ats := range was {
		if len(is[key]) < len(ats) || len(is[key]) > len(ats) && !before.Ended {
			return &Difference{"releases", fmt.Sprintf("%q ran %d times, now %d", key, len(ats), len(is[key]))}
		}
		for i, at := range ats {
			if is[key][i] > at {
				return &Difference{"later", fmt.Sprintf("%q ran after %d events, now after %d", key, at, is[key][i])}
			}
		}
	}
	for key, ats := range is {
		if len(was[key]) != len(ats) && !before.Ended {
			return &Difference{"releases", fmt.Sprintf("%q ran %d times, now %d", key, len(was[key]), len(ats))}
		}
	}
	return nil
}

func times(t *Trace) map[string][]int {
	out := map[string][]int{}
	for _, r := range t.Releases {
		out[r.Key()] = append(out[r.Key()], r.At)
	}
	for _, ats := range out {
		sort.Ints(ats)
	}
	return out
}

// end is the number of events at the end of the iteration in which the event number born was logged.
func end(t *Trace, born int, loops []int) int {
	for i := born; i < len(t.Events); i++ {
		switch e := t.Events[i]; e.Tag {
		case "iter", "post", "cond", "yield", "done":
			for _, id := range loops {
				if e.Val == Show(id) {
					return i
				}
			}
		}
	}
	return len(t.Events)
}

// piling is the loops around a defer without the inner ones that it passes at most once each time that they run:
// those it does not pile up in.
func piling(t *Trace, tag string, loops []int) []int {
	var births []int
	for _, r := range t.Releases {
		if r.Tag == tag && r.Born > 0 {
			births = append(births, r.Born)
		}
	}
	sort.Ints(births)
	for len(loops) > 1 && !twice(t, births, loops[0]) {
		loops = loops[1:]
	}
	return loops
}

// twice tells whether two of the events in births are of the same run of a loop.
func twice(t *Trace, births []int, loop int) bool {
	for i := 1; i < len(births); i++ {
		over := false
		for _, e := range t.Events[births[i-1]:births[i]] {
			over = over || e.Tag == "done" && e.Val == Show(loop)
		}
		if !over && births[i-1] != births[i] {
			return true
		}
	}
	return false
}

func checkEnds(after *Trace, sites map[string]Site) *Difference {
	for _, r := range after.Releases {
		site, ok := sites[r.Tag]
		if !ok || r.Born == 0 || strings.HasSuffix(r.Key(), " again") {
			continue // what is closed again was released the first time
		}
		if last := end(after, r.Born, piling(after, r.Tag, site.Loops)); r.At > last {
			return &Difference{"outlives-iteration", fmt.Sprintf("%q ran after %d events, its iteration ended after %d", r.Key(), r.At, last)}
		}
	}
	return nil
}

// missed wants a defer that the tool passed over to run at most once.
func missed(before *Trace, silent []string) *Difference {
	for _, tag := range silent {
		count := 0
		for _, r := range before.Releases {
			if r.Tag == tag {
				count++
			}
		}
		if count > 1 {
			return &Difference{"missed", fmt.Sprintf("the defer of %s ran %d times and is not reported", tag, count)}
		}
	}
	return nil
}

// compareOrder wants releases of one block, in one iteration, in the order they had.  A block that a goto
// has run several times in the iteration has no order of its own.
func compareOrder(before, after *Trace, sites map[string]Site) *Difference {
	if before.Ended {
		return nil
	}
	was, is := orders(before, sites), orders(after, sites)
	for block, order := range was {
		if got := is[block]; !repeats(order) && strings.Join(order, "; ") != strings.Join(got, "; ") {
			return &Difference{"order", fmt.Sprintf("in %s before: %s; after: %s", block, order, got)}
		}
	}
	return nil
}

func repeats(order []string) bool {
	seen := map[string]bool{}
	for _, key := range order {
		tag := strings.Fields(key)[0]
		if seen[tag] {
			return true
		}
		seen[tag] = true
	}
	return false
}

func orders(t *Trace, sites map[string]Site) map[string][]string {
	out := map[string][]string{}
	for _, r := range t.Releases {
		if site, ok := sites[r.Tag]; ok && r.Born > 0 {
			block := fmt.Sprintf("block %d, iteration to %d", site.Block, end(t, r.Born, site.Loops))
			out[block] = append(out[block], r.Key())
		}
	}
	return out
}
