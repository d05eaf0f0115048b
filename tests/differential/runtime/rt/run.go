package rt

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// Case is one function in one of its two versions.
type Case struct {
	ID    int
	Seed  uint64
	Run   func()
	Sites []Site
	// Silent are the tags of defers in loops that the tool says run at most once.
	Silent []string
}

// Report is what the many runs of one case gave.
type Report struct {
	ID     int    `json:"id"`
	Runs   int    `json:"runs"`
	Seen   int    `json:"seen"`  // different numbered events reached
	Moved  int    `json:"moved"` // runs in which a release came earlier
	Diffs  int    `json:"diffs"` // runs that differed
	Class  string `json:"class"` // of the first difference
	Detail string `json:"detail"`
	Input  string `json:"input"`
}

func (t *Trace) run(f func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() {
			r := recover() // of a deferred call, too, that a program which has ended would not have run
			if t.Outcome != "" {
				return
			}
			if r != nil {
				t.Outcome = "panicked " + Show(r)
			} else {
				t.Outcome = "exited"
			}
		}()
		f()
	}()
	<-done
}

func random(state *uint64) uint64 {
	*state += 0x9e3779b97f4a7c15
	z := *state
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb
	return z ^ (z >> 31)
}

func input(state *uint64, run int) []byte {
	out := make([]byte, min(run, int(random(state)%48)))
	for i := range out {
		out[i] = byte(random(state))
	}
	return out
}

func (r *Report) compare(before, after Case, runs int, contract Contract) {
	sites := map[string]Site{}
	for _, site := range after.Sites {
		sites[site.Tag] = site
	}
	state, seen := before.Seed, map[string]bool{}
	for run := 0; run < runs; run++ {
		in := input(&state, run)
		b := Start(in)
		b.run(before.Run)
		a := Start(in)
		a.run(after.Run)
		r.Runs++
		for _, e := range b.Events {
			if last := e.Tag[len(e.Tag)-1]; last >= '0' && last <= '9' {
				seen[e.Tag] = true
			}
		}
		if moved(b, a) {
			r.Moved++
		}
		d := contract.Compare(b, a, sites)
		if d == nil {
			d = missed(b, after.Silent)
		}
		if d != nil {
			if r.Diffs == 0 {
				r.Class, r.Detail, r.Input = d.Class, d.Detail, fmt.Sprintf("%x", in)
			}
			r.Diffs++
		}
	}
	r.Seen = len(seen)
}

func moved(before, after *Trace) bool {
	if len(before.Releases) != len(after.Releases) {
		return true
	}
	for i, r := range before.Releases {
		if r != after.Releases[i] {
			return true
		}
	}
	return false
}

// watch ends the program when one case takes too long; the last line that it printed names the case.
func watch(progress *atomic.Int64, patience time.Duration) {
	for last := int64(-1); ; {
		time.Sleep(patience)
		now := progress.Load()
		if now == last {
			os.Exit(3)
		}
		last = now
	}
}

// Main runs the cases and prints one line of JSON each.  Its arguments: how many inputs a case gets, how many
// seconds it may take, the numbers of the cases to leave out, and the words of the contract.
func Main(before, after []Case) {
	runs, _ := strconv.Atoi(os.Args[1])
	patience, _ := strconv.Atoi(os.Args[2])
	skip := map[string]bool{}
	for _, id := range strings.Split(os.Args[3], ",") {
		skip[id] = true
	}
	words := os.Args[4]
	contract := Contract{Exact: strings.Contains(words, "exact"), Lossy: strings.Contains(words, "lossy")}
	var progress atomic.Int64
	go watch(&progress, time.Duration(patience)*time.Second)
	out := bufio.NewWriter(os.Stdout)
	encoder := json.NewEncoder(out)
	for i := range before {
		if skip[strconv.Itoa(before[i].ID)] {
			continue
		}
		fmt.Fprintf(out, "{\"begin\": %d}\n", before[i].ID)
		out.Flush()
		progress.Add(1)
		report := Report{ID: before[i].ID}
		report.compare(before[i], after[i], runs, contract)
		encoder.Encode(report)
	}
	out.Flush()
}
